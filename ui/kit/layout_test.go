package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

func TestParagraphWraps(t *testing.T) {
	stage(t, false)
	p := NewParagraph("one two three\n\nhttps://a-very-long-address.example/that/does/not/fit/anywhere", Muted)
	show(t, VBox(0, p), 100, 300)
	if len(p.lines) < 6 || p.lines[len(p.lines)-1] == "" {
		t.Errorf("lines %q", p.lines)
	}
	for _, l := range p.lines {
		if w := Measure(l, p.TextSize, p.Style, nil).Width; w > 100 {
			t.Errorf("%q is %v wide", l, w)
		}
	}
	if got := strings.Join(p.lines, ""); !strings.HasSuffix(strings.ReplaceAll(got, " ", ""), "does/not/fit/anywhere") {
		t.Errorf("letters are lost in %q", p.lines)
	}
	p.Max = 2
	p.SetText("one two three four five six seven eight nine ten eleven twelve")
	if len(p.lines) != 2 || !strings.HasSuffix(p.lines[1], "…") {
		t.Errorf("with two lines at most: %q", p.lines)
	}
}

func TestLayouts(t *testing.T) {
	stage(t, false)
	a, b, c := NewText("a"), NewText("b"), NewText("c")
	row := HBox(10, a, Grow(b), c)
	row.Resize(fyne.NewSize(300, 40))
	if end := c.Position().X + c.Size().Width; end != 300 {
		t.Errorf("a row ends at %v of 300", end)
	}
	c.Hide()
	row.Resize(fyne.NewSize(301, 40))
	if g := row.Objects[1]; g.Position().X+g.Size().Width != 301 {
		t.Error("a hidden object takes room")
	}
	paragraph := NewParagraph(strings.Repeat("word ", 40), Ink)
	col := VBox(10, paragraph, a)
	col.Resize(fyne.NewSize(200, 600))
	if y := a.Position().Y; y != paragraph.HeightFor(200)+10 || paragraph.HeightFor(200) <= paragraph.HeightFor(400) {
		t.Errorf("what follows a paragraph lies at %v, the paragraph is %v high", y, paragraph.HeightFor(200))
	}
	left, mid, right := NewText("left"), Fixed(100, 20, NewText("mid")), Fixed(50, 20, NewText("right"))
	bar := TopBar(left, mid, right)
	bar.Resize(fyne.NewSize(600, 52))
	if mid.Position().X != 250 || right.Position().X != 550 || right.Position().Y != 16 {
		t.Errorf("the middle lies at %v, the right at %v", mid.Position(), right.Position())
	}
}

func TestShortenFits(t *testing.T) {
	stage(t, false)
	s := "Send approval by e-mail to “everyone” 😀"
	for w := float32(10); w < 300; w += 7 {
		got := Shorten(s, w, TextBase, fyne.TextStyle{}, nil)
		if got != s && (!strings.HasSuffix(got, "…") || got != "…" && Measure(got, TextBase, fyne.TextStyle{}, nil).Width > w) {
			t.Errorf("at %v: %q", w, got)
		}
	}
	if got := Shorten("abc", 1000, TextBase, fyne.TextStyle{}, nil); got != "abc" {
		t.Errorf("a text that fits becomes %q", got)
	}
}
