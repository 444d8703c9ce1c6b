package pane

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
)

// The list of runs asks for what is chosen and typed, tells what a run waited for or failed
// at, and leads back to all of them where nothing matches.
func TestRunsAreNarrowed(t *testing.T) {
	d := sit(t, twoSteps)
	p := NewRunList(d.h)
	d.h.Window.SetContent(kit.NewHost(p.Object()))
	d.h.Window.Resize(fyne.NewSize(1100, 700))
	if q := p.query(); q != (host.RunQuery{Limit: runsPage + 1}) || p.narrowed() {
		t.Errorf("at first %+v is asked for", q)
	}
	p.search.SetText(" mia berg ")
	p.person.SetText("dana@acme.example")
	p.filter.Select(4)
	p.times.Select(2)
	q := p.query()
	if q.Words != "mia berg" || q.Person != "dana@acme.example" || q.Outcome != run.Failed || q.Since.IsZero() || !p.narrowed() {
		t.Errorf("%+v is asked for", q)
	}
	p.list = nil
	p.show()
	d.press(p.Object(), textShowAllRuns)
	if p.narrowed() {
		t.Error("it is still narrowed")
	}
	id := run.ID("0f8fad5b-d9cb-469f-a165-70867728950e")
	p.list = []run.Summary{{ID: id, FlowName: "Refund", Status: run.StatusDone, Outcome: run.Failed}}
	p.told = map[run.ID]run.Told{id: {How: run.Failed, Who: "f", Text: "not found"}}
	p.show()
	if all := labels(p.body); !strings.Contains(all, "Failed at f: not found") || strings.Contains(all, string(id)) {
		t.Errorf("it says %s", all)
	}
}
