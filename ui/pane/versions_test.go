package pane

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/model"
)

const otherTwoSteps = `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":2}},{"id":"c","value":{"type":"identity"}}]},
"schema":{"type":"object","properties":{"amount":{"type":"number"}},"required":["amount"]}}`

// withVersions is an editor whose flow has a version that runs, and an older state.
func withVersions(t *testing.T) *desk {
	d := sit(t, twoSteps)
	d.engine.versions = []flow.Version{
		{Hash: "now", Saved: start.Add(-time.Minute), Edit: "Delete step z"},
		{Hash: "v2", Saved: start.Add(-time.Hour), Number: 2, Name: "audit", Live: true},
		{Hash: "v1", Saved: start.Add(-2 * time.Hour), Number: 1},
	}
	d.engine.files = map[string]string{"now": twoSteps, "v2": otherTwoSteps, "v1": twoSteps}
	d.h.Changed(d.h.Model.SetLive(d.h.Model.Doc(), model.Live{Number: 2, JSON: []byte(otherTwoSteps), Behind: true}))
	return d
}

func TestVersionsAreComparedAndBroughtBack(t *testing.T) {
	d := withVersions(t)
	d.editor.Versions()
	p := d.editor.versions
	if p == nil || p.chosen != 1 {
		t.Fatalf("the version that runs is not the chosen one: %+v", p)
	}
	var told []string
	for _, o := range p.diff.Objects {
		told = append(told, strings.Join(textsIn(o), " "))
	}
	if got := strings.Join(told, "; "); !strings.HasPrefix(got, "a Approval") || !strings.Contains(got, "who decides") || !strings.Contains(got, "b Added") || !strings.Contains(got, "c Taken out") {
		t.Errorf("told: %s", got)
	}
	d.press(p.object, textBringBack)
	if got := d.flow().Value.Modules; len(got) != 2 || got[1].ID != "c" || got[0].Suspend == nil {
		t.Errorf("the flow is not as it was in version 2: %+v", got)
	}
	if len(d.editor.whole.Objects) != 1 {
		t.Error("the versions are still shown")
	}
	if h := d.h.Model.History(); len(h.Past) == 0 || h.Past[0] != "Bring back version 2 · audit" {
		t.Errorf("the history is %q", h.Past)
	}
	d.editor.Undo()
	if got := d.flow().Value.Modules; got[1].ID != "b" {
		t.Error("that was not undone")
	}
}

func TestWhatWasChangedSinceIsDiscarded(t *testing.T) {
	d := withVersions(t)
	d.editor.discard()
	if got := d.flow().Value.Modules; got[1].ID != "c" {
		t.Errorf("the flow is %+v", got)
	}
	d.editor.Undo()
	if got := d.flow().Value.Modules; got[1].ID != "b" {
		t.Error("that was not undone")
	}
	d.editor.Versions()
	d.editor.Back()
	if len(d.editor.whole.Objects) != 1 || d.h.Window.Canvas().Focused() != d.editor.canvas {
		t.Error("Escape does not lead back to the canvas")
	}
}

func TestAnotherVersionIsLetRun(t *testing.T) {
	d := withVersions(t)
	d.engine.flows = []flow.Stored{{Path: "u/me/f", JSON: []byte(twoSteps), Live: 1}}
	d.editor.Versions()
	p := d.editor.versions
	d.off(p.object, textLetItRun) // it does
	p.choose(0)
	d.off(p.object, textLetItRun, textNameVersion) // it is no version
	p.choose(2)
	d.press(p.object, textLetItRun)
	d.confirm(textLetItRun)
	if got := strings.Join(d.engine.calls, "; "); got != "run version 1 of u/me/f" {
		t.Errorf("called: %s", got)
	}
	if l := d.h.Model.Doc().Live(); l.Number != 1 || l.Behind {
		t.Errorf("what runs is %+v", l)
	}
	if d.editor.pill.Text != "Saved · version 1 runs" {
		t.Errorf("the pill says %q", d.editor.pill.Text)
	}
}

func TestCtrlSMakesAVersion(t *testing.T) {
	d := sit(t, twoSteps)
	d.engine.flows = []flow.Stored{{Path: "u/me/f", JSON: []byte(twoSteps), Live: 1}}
	d.h.Do(model.SetSummary("a", "Look up"))
	d.editor.MakeVersion()
	d.typed("before the audit", fyne.KeyReturn)
	if got := strings.Join(d.engine.calls, "; "); got != "version of u/me/f: before the audit" || !strings.Contains(d.engine.saved["u/me/f"], "Look up") {
		t.Errorf("called: %s, stored %s", got, d.engine.saved["u/me/f"])
	}
}

// textsIn lists what an object says.
func textsIn(o fyne.CanvasObject) (out []string) {
	for _, o := range test.LaidOutObjects(o) {
		switch v := o.(type) {
		case *kit.Text:
			out = append(out, v.Text)
		case *kit.Pill:
			out = append(out, v.Text)
		}
	}
	return out
}

// off checks that buttons are there, and switched off.
func (d *desk) off(in fyne.CanvasObject, labels ...string) {
	d.t.Helper()
	for _, label := range labels {
		found := false
		for _, b := range all[*kit.Button](in) {
			if b.Text == label {
				found = true
				if !b.Disabled() {
					d.t.Errorf("%q can be pressed", label)
				}
			}
		}
		if !found {
			d.t.Errorf("there is no %q", label)
		}
	}
}
