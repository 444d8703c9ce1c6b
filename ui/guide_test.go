package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// The guide says what is to be done, in the colors of the window, until it is left; it goes
// on where it was.
func TestTheGuideIsLeftAndTakenUpInTheColorsOfTheWindow(t *testing.T) {
	s := show(t, newWorld())
	s.until("Pay")
	s.act(model.CmdGuide)
	first := (model.Sight{Station: model.GuideFlow}).Words().Title
	s.until(first)
	s.until("1 of 8")
	for _, theme := range []string{"dark", "light"} {
		s.applyTheme(theme)
		seen := false
		for _, o := range test.LaidOutObjects(s.win.Content()) {
			if w, ok := o.(*canvas.Text); ok && w.Text == first {
				seen = true
				if w.Color != kit.Colors().Ink {
					t.Errorf("%s: the words are drawn in %v, want %v", theme, w.Color, kit.Colors().Ink)
				}
			}
		}
		if !seen {
			t.Errorf("%s: the words are not drawn", theme)
		}
	}
	s.guide.leave()
	if s.shows(first) {
		t.Error("it is left, and says something still")
	}
	s.applyTheme("dark")
	if s.shows(first) {
		t.Error("other colors bring it back")
	}
	s.act(model.CmdGuide)
	s.until(first)
	s.guide.leave()
	for _, on := range []bool{false, true} {
		if on {
			s.guide.begin()
		}
		s.act(model.CmdPalette)
		s.find("leave")
		if s.shows("the guided way") != on {
			t.Errorf("the guide is on: %t; it is offered to leave it: %t", on, !on)
		}
		s.key(fyne.KeyEscape)
	}
}
