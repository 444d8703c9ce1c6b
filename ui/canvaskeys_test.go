package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
)

// The help key shows the sheet of shortcuts, whatever has the keyboard.
func TestTheHelpKeyShowsTheSheet(t *testing.T) {
	s := show(t, newWorld())
	c := s.win.Canvas()
	c.Unfocus()
	c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF1})
	if c.Overlays().Top() == nil {
		t.Error("nothing is shown where nothing has the keyboard")
	}
	kit.EscapeFrom(c.Overlays().Top())
	if c.Overlays().Top() != nil {
		t.Fatal("Escape does not close the sheet")
	}
	if !kit.Help(&fyne.KeyEvent{Name: fyne.KeyF1}) || c.Overlays().Top() == nil {
		t.Error("nothing is shown where a field has the keyboard")
	}
}
