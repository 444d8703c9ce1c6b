package ui

import (
	"testing"

	"sluice/ui/host"
)

// That old runs go is asked about first; that they are kept for longer is not.
func TestOldRunsGoOnlyIfThatIsAgreedTo(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.until("Pay")
	s.visit(host.PlaceSettings)
	s.until("How long things are kept")
	s.press("90 days")
	s.until("Let old runs go?")
	s.press("Cancel")
	if w.keeps.Load() != nil {
		t.Fatal("no was taken for yes")
	}
	s.press("90 days")
	s.until("Let old runs go?")
	s.press("Let them go")
	s.until("Saved")
	if days := w.keeps.Load(); days == nil || *days != "runs.keep_days=90" {
		t.Fatalf("kept for %v days", days)
	}
	s.press("For ever")
	if s.shows("Let old runs go?") {
		t.Error("it asks whether runs may stay")
	}
	for *w.keeps.Load() != "runs.keep_days=" { // the test ends by its own time
		s.until("Saved")
	}
}

// What takes room is measured when the settings are shown, and told.
func TestRoomIsTold(t *testing.T) {
	s := show(t, newWorld())
	s.until("Pay")
	s.visit(host.PlaceSettings)
	s.until("Room on the disk")
	s.until("Runs: what they did, who decided what")
	s.until("3.2 MB")
	s.until("2 runs, 3.0 MB")
}

// What is set from outside while the settings are open is shown.
func TestSettingsFollowWhatIsSetOutside(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.until("Pay")
	s.visit(host.PlaceSettings)
	s.until("For ever")
	kept := host.SettingKeepLogs + "=17"
	w.keeps.Store(&kept)
	s.Reread()
	s.until("17 days")
}
