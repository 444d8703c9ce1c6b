package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/ui/host"
)

func TestLastingTroublesStandAboveEveryPlace(t *testing.T) {
	w := newWorld()
	w.troubles = []fault.Condition{{Code: "mail.signin", Subject: "u/me/gmail", Title: "Google needs you to sign in again", Hint: "Your mails wait.", Severity: fault.Alarm, Since: time.Now().Add(-time.Minute)}}
	s := show(t, w)
	s.until("Pay")
	s.troubles.refresh()
	s.until("Google needs you to sign in again")
	s.visit(host.PlaceHub)
	s.until("Google needs you to sign in again")
	if over, at := s.troubles.box.Size().Height, s.center.Position().Y; over < 40 || at < over {
		t.Errorf("what is shown begins at %g, below %g of trouble", at, over)
	}
	w.troubles = nil
	s.troubles.refresh()
	if at := s.center.Position().Y; at > 0 {
		t.Errorf("without trouble it begins at %g", at)
	}
	if slices.ContainsFunc(s.texts(), func(t string) bool { return strings.Contains(t, "sign in again") }) {
		t.Error("a cured trouble still shows")
	}
	w.troubles = []fault.Condition{{Code: "engine.slept", Title: "2 deadlines passed while this computer slept", Severity: fault.Notice, Since: time.Now().Add(-time.Minute)}}
	s.troubles.refresh()
	s.until("2 deadlines passed")
	s.press("Dismiss")
	if slices.ContainsFunc(s.texts(), func(t string) bool { return strings.Contains(t, "deadlines passed") }) {
		t.Error("a notice that was dismissed still shows")
	}
}
