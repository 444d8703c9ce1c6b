package pane

import (
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// A copy says that it is one, and has a path of its own; what is deleted is named by its
// path, too.
func TestACopyOfAFlowIsToldApart(t *testing.T) {
	d := sit(t, twoSteps)
	p := NewFlows(d.h)
	d.h.Window.SetContent(kit.NewHost(p.Object()))
	var opened []flow.Stored
	p.Open = func(s flow.Stored) { opened = append(opened, s) }
	one := flow.Stored{Path: "u/me/f", Summary: "F", Steps: 2, JSON: []byte(twoSteps)}
	p.list = []flow.Stored{one}
	p.facts = map[string]model.FlowFacts{"u/me/f": {Last: run.Summary{ID: "x", Status: run.StatusDone, Outcome: run.Failed, Started: d.now}}}
	p.show()
	if got := labels(p.body); !strings.Contains(got, "Failed") || !strings.Contains(got, "u/me/f") {
		t.Errorf("the list says %s", got)
	}
	p.duplicate(one)
	if len(opened) != 1 || opened[0].Path == one.Path {
		t.Fatalf("opened are %+v", opened)
	}
	f, err := flow.ParseJSON(opened[0].JSON)
	if err != nil || f.Summary != "F (copy)" {
		t.Errorf("the copy is called %q, %v", f.Summary, err)
	}
	p.remove(one)
	if d.h.Window.Canvas().Overlays().Top() == nil {
		t.Error("it goes without a question")
	}
	if title, text := askDelete(one); title != "Delete “F”?" || !strings.Contains(text, "u/me/f") {
		t.Errorf("it asks %s %s", title, text)
	}
}
