package kit

import (
	"image/color"
	"math"
	"testing"
)

func luminance(c color.NRGBA) float64 {
	f := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c.R) + 0.7152*f(c.G) + 0.0722*f(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Text can be read on every ground it lies on, in both themes.
func TestContrast(t *testing.T) {
	if c := contrast(rgb(0), rgb(0xFFFFFF)); math.Abs(c-21) > 0.01 {
		t.Fatalf("black on white is %.2f to 1, want 21", c)
	}
	for _, p := range []*Palette{&lightPalette, &darkPalette} {
		check := func(what string, ink, ground color.NRGBA) {
			t.Helper()
			if c := contrast(ink, ground); c < 4.5 {
				t.Errorf("dark=%v: %s has %.2f to 1, want 4.5", p.Dark, what, c)
			}
		}
		grounds := map[string]color.NRGBA{"background": p.Background, "panel": p.Panel, "field": p.Field, "well": p.Well,
			"selected row": p.AccentSoft, "waiting card": p.WaitingSoft}
		for name, g := range grounds {
			check("ink on "+name, p.Ink, g)
			check("muted on "+name, p.Muted, g)
		}
		for _, r := range []Role{Accent, Waiting, Good, Bad, Branch, Neutral, OnAccent} {
			check("a pill", p.Of(r), p.Soft(r))
			if r != OnAccent {
				check("colored text on a panel", p.Of(r), p.Panel)
				check("colored text on the background", p.Of(r), p.Background)
			}
		}
		for _, soft := range []color.NRGBA{p.GoodSoft, p.BadSoft, p.BranchSoft, p.Press, p.Select} {
			check("ink on a banner, a pressed row, selected text", p.Ink, soft)
		}
		for _, name := range append(NoteTints(), "#ffff00", "#f0f", "no color") {
			check("a note in "+name, p.Ink, p.NoteGround(name))
			check("what is less on a note in "+name, p.Muted, p.NoteGround(name))
		}
		check("a primary button", p.OnAccent, p.Accent)
		check("a hovered primary button", p.OnAccent, p.AccentHover)
		check("a destroying button", p.OnBad, p.Bad)
		check("a hovered destroying button", p.OnBad, p.BadHover)
		check("the rail", p.RailMuted, p.Rail)
		check("the chosen place", p.RailInk, p.RailActive)
		check("a place beside the chosen one", p.RailMuted, p.RailActive)
		check("an error on its line", p.Bad, p.BadSoft)
		for k, c := range p.Tiles {
			check("tile "+string(rune('0'+k)), c[1], c[0])
		}
		for k, c := range p.Syntax {
			check("code "+string(rune('0'+k)), c, p.Field)
			check("code in a panel "+string(rune('0'+k)), c, p.Panel)
			check("code on its line "+string(rune('0'+k)), c, p.Well)
		}
	}
}

func TestEveryTileHasColorsAndAMark(t *testing.T) {
	for k := TilePlain; k <= TileBad; k++ {
		for _, p := range []*Palette{&lightPalette, &darkPalette} {
			if c, ok := p.Tiles[k]; !ok || c[0].A == 0 || c[1].A == 0 {
				t.Errorf("tile %d has no colors, dark=%v", k, p.Dark)
			}
		}
		if l, i := TileMark(k); (l == "") == (i == NoIcon) {
			t.Errorf("tile %d has letters %q and icon %q, want one of them", k, l, i)
		}
	}
}
