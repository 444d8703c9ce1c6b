package kit_test

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/ui/kit"
)

// The border of a field of one line is whole, with the keyboard too, and nothing lies on
// a text that is longer than the field.
func TestTheBorderOfAFieldIsWhole(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for _, focused := range []bool{false, true} {
			for text, s := range map[string]string{"empty": "", "short": "4711", "long": strings.Repeat("i", 200)} {
				kit.Stage(t, dark)
				e := kit.NewEntry("")
				e.SetText(s)
				w := kit.Show(t, kit.NewBox(kit.OnPanel, kit.None, 0, kit.PadAll(10, kit.VBox(0, kit.AtMost(300, e)))), 320, 60)
				if focused {
					e.Focus()
				}
				img := w.Canvas().Capture()
				at := fyne.CurrentApp().Driver().AbsolutePositionForObject(e)
				left, top := int(at.X), int(at.Y)
				right, bottom := left+int(e.Size().Width)-1, top+int(e.Size().Height)-1
				for x := left + 12; x < right-12; x++ {
					if a := img.At(x, top); a != img.At(x, bottom) && a != img.At(x, bottom+1) { // a border of 1.5 begins between two pixels
						t.Fatalf("dark %v, focused %v, %s: at x %d the border is %v above and %v below", dark, focused, text, x, a, img.At(x, bottom))
					}
				}
				for y := top + 12; y < bottom-12; y++ {
					if a := img.At(left, y); a != img.At(right, y) && a != img.At(right+1, y) {
						t.Fatalf("dark %v, focused %v, %s: at y %d the border is %v at the left and %v at the right", dark, focused, text, y, a, img.At(right, y))
					}
				}
				if x, ok := uneven(img, left+4, right-4, top+4); ok {
					t.Errorf("dark %v, focused %v, %s: something lies above the text at x %d", dark, focused, text, x)
				}
				if x, ok := uneven(img, left+4, right-4, bottom-4); ok {
					t.Errorf("dark %v, focused %v, %s: something lies below the text at x %d", dark, focused, text, x)
				}
			}
		}
	}
}

// uneven finds where a line of pixels changes its color.
func uneven(img image.Image, from, to, y int) (x int, found bool) {
	var c color.Color = img.At(from, y)
	for x := from; x <= to; x++ {
		if img.At(x, y) != c {
			return x, true
		}
	}
	return 0, false
}

// What was out of sight for a minute loses its renderer, and stands as before with the
// next one.
func TestAWidgetIsLaidOutByItsNextRenderer(t *testing.T) {
	kit.Stage(t, false)
	sides := []fyne.CanvasObject{kit.Fixed(440, 0, galleryLeft()), kit.Fixed(460, 0, galleryMiddle()), kit.Fixed(440, 0, galleryRight(t)), kit.NewSearch("Search")}
	w := kit.Show(t, kit.TopHBox(24, sides...), 1500, 1000)
	w.Canvas().Capture()
	seen := 0
	eachWidget(w.Content(), func(x fyne.Widget, parts []fyne.CanvasObject) {
		seen++
		var was []spot
		for _, p := range parts {
			was = append(was, spot{p.Position(), p.Size(), p.Visible()})
		}
		for i, p := range x.CreateRenderer().Objects() {
			if now := (spot{p.Position(), p.Size(), p.Visible()}); i < len(was) && now != was[i] {
				t.Errorf("part %d (%T) of a %T stands at %v, before at %v", i, p, x, now, was[i])
			}
		}
	})
	if seen < 100 {
		t.Errorf("only %d widgets were tried", seen)
	}
}

type spot struct {
	at    fyne.Position
	size  fyne.Size
	shown bool
}

// eachWidget calls f for each widget of ours, with its parts.
func eachWidget(o fyne.CanvasObject, f func(fyne.Widget, []fyne.CanvasObject)) {
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			eachWidget(c, f)
		}
	case fyne.Widget:
		r := test.WidgetRenderer(x)
		parts := slices.Clone(r.Objects())
		for _, c := range parts {
			if c != nil {
				eachWidget(c, f)
			}
		}
		if _, ours := r.(*kit.Painted); ours {
			f(x, parts)
		}
	}
}

// What is docked is reached by Tab in the order of reading, and a field's switch, which
// stands above it, before the field.
func TestTabGoesDown(t *testing.T) {
	kit.Stage(t, false)
	a, b, c, d, e := kit.NewEntry(""), kit.NewEntry(""), kit.NewEntry(""), kit.NewEntry(""), kit.NewEntry("")
	switched := kit.NewSegments([]string{"Value", "Expression"}, 0, nil).AsSmall()
	w := kit.Show(t, kit.Dock(a, e, b, d, kit.NewField("Name", "name", false, c).WithSide(switched)), 600, 300)
	w.Canvas().Focus(a.Focusable())
	for i, want := range []fyne.Focusable{b.Focusable(), switched, c.Focusable(), d.Focusable(), e.Focusable()} {
		if w.Canvas().FocusNext(); w.Canvas().Focused() != want {
			t.Errorf("step %d leads to a %T", i, w.Canvas().Focused())
		}
	}
}
