package pane

import (
	"testing"

	"fyne.io/fyne/v2/test"
)

// The way through the console goes on and back, and ends with the dialog.
func TestTheWayToAGmailClientIsGoneThrough(t *testing.T) {
	d := picked(t)
	m, next := showConsolePages(d.h)
	pages := consolePages()
	for i, p := range pages {
		if m.Closed() {
			t.Fatalf("it ended at page %d", i)
		}
		if p.press == "" || len(p.rows) == 0 || p.sketch().MinSize().Height < 100 {
			t.Errorf("page %d is not drawn: %+v", i, p)
		}
		test.Tap(next)
	}
	if !m.Closed() {
		t.Error("it does not end")
	}
}
