package pane

import (
	"testing"

	"fyne.io/fyne/v2"

	"sluice/hub"
	"sluice/ui/kit"
)

// A new approval step has a name that fits its card on the canvas.
func TestNewApprovalStepsHaveShortNames(t *testing.T) {
	sit(t, twoSteps)
	seen := 0
	for _, s := range hub.All() {
		if s.Kind != "approval" {
			continue
		}
		seen++
		m, err := fromHub(s)("a")
		if err != nil {
			t.Fatal(err)
		}
		if w := kit.Measure(m.Summary, 13, fyne.TextStyle{Bold: true}, nil).Width; w > 125 || m.Summary == "" {
			t.Errorf("%s is called %q, %v wide", s.Path, m.Summary, w)
		}
	}
	if seen < 3 {
		t.Errorf("the hub has %d approvals", seen)
	}
}
