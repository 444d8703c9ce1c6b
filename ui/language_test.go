package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2/lang"

	"sluice/ui/host"
	"sluice/ui/say"
)

// The language changes at once, in Fyne's own words too, and the flow that was open is
// open still.
func TestTheLanguageChangesAtOnce(t *testing.T) {
	t.Cleanup(func() { Speak("en") })
	Speak("en")
	w := newWorld()
	s := show(t, w)
	s.until("Test flow")
	s.edit("Changed")
	path := s.model.Doc().Path
	s.visit(host.PlaceSettings)
	s.until("As the system")
	s.host.SetLanguage("de")
	s.until("Einstellungen")
	if say.Code() != "de" || lang.L("Paste") != "Einfügen" {
		t.Errorf("it speaks %s, and pastes by %q", say.Code(), lang.L("Paste"))
	}
	if texts := s.texts(); slices.Contains(texts, "Settings") || !slices.Contains(texts, "Abläufe") {
		t.Errorf("the window says %q", texts)
	}
	for s.model.Doc() == nil {
		(<-s.queue)()
	}
	if got := s.model.Doc().Path; got != path {
		t.Errorf("%s is open, not %s", got, path)
	}
	s.visit(host.PlaceEditor)
	s.until("Ablauf testen")
	s.host.SetLanguage("en")
	s.until("Settings")
	if lang.L("Paste") != "Paste" {
		t.Errorf("it pastes by %q", lang.L("Paste"))
	}
}
