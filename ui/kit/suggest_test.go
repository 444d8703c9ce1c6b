package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// While one types proposals stand below the field; keys and presses take them.
func TestSuggest(t *testing.T) {
	stage(t, false)
	var told []string
	s := NewSuggest("", "zone", func(text string) (out []Suggestion) {
		for _, z := range []string{"Europe/Berlin", "Europe/Bern", "UTC"} {
			if strings.Contains(strings.ToLower(z), text) {
				out = append(out, Suggestion{Text: z})
			}
		}
		return out
	}, func(text string) { told = append(told, text) })
	below := NewEntry("below")
	w := show(t, VBox(8, s, below), 300, 400)
	at := below.Position().Y
	w.Canvas().Focus(s.Focusable())
	typed := func(text string, keys ...fyne.KeyName) {
		for _, r := range text {
			s.Focusable().TypedRune(r)
		}
		for _, k := range keys {
			s.Focusable().TypedKey(&fyne.KeyEvent{Name: k})
		}
	}
	typed("ber")
	if len(s.Proposals()) != 2 || below.Position().Y <= at {
		t.Fatalf("%v are proposed; what is below stands at %v", s.Proposals(), below.Position().Y)
	}
	typed("", fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if s.Text() != "Europe/Bern" || told[len(told)-1] != "Europe/Bern" || len(s.Proposals()) != 0 || below.Position().Y != at {
		t.Errorf("it holds %q, told %v, proposes %v", s.Text(), told, s.Proposals())
	}
	s.SetText("")
	typed("u")
	first := s.list.Objects[0].(*proposal)
	first.MouseIn(nil) // as a pointer does that comes to press
	test.Tap(first)
	if s.Text() != "Europe/Berlin" || w.Canvas().Focused() != s.Focusable() {
		t.Errorf("it holds %q", s.Text())
	}
	s.SetText("")
	typed("utc")
	typed("", fyne.KeyEscape)
	if s.Text() != "utc" || len(s.Proposals()) != 0 || w.Canvas().Focused() == nil {
		t.Errorf("after Escape it holds %q and proposes %v", s.Text(), s.Proposals())
	}
	typed("", fyne.KeyDown)
	if len(s.Proposals()) != 1 {
		t.Errorf("Down proposes %v", s.Proposals())
	}
	w.Canvas().Focus(below.Focusable())
	if len(s.Proposals()) != 0 {
		t.Error("proposals stay when the keyboard has gone")
	}
}

// What does not fit into a line goes into the next.
func TestWrap(t *testing.T) {
	stage(t, false)
	a, b, c := NewButton("one", Outline, nil), NewButton("two", Outline, nil), NewButton("three", Outline, nil)
	box := Wrap(6, a, b, c)
	w := a.MinSize().Width + b.MinSize().Width + 6
	show(t, VBox(0, box), w+1, 200)
	if a.Position().Y != b.Position().Y || c.Position().Y != a.Size().Height+6 || c.Position().X != 0 {
		t.Errorf("at %v, %v and %v", a.Position(), b.Position(), c.Position())
	}
	if box.Size().Height != 2*a.Size().Height+6 {
		t.Errorf("%v high", box.Size().Height)
	}
}
