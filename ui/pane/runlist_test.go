package pane

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sluice/engine/run"
	"sluice/ui/kit"
)

func TestRunsComeByThePage(t *testing.T) {
	d := sit(t, twoSteps)
	for i := range 250 {
		d.engine.runs = append(d.engine.runs, run.Summary{ID: run.ID(fmt.Sprint("r", i)), FlowName: "F", Started: start, Status: run.StatusSuspended})
	}
	p := NewRunList(d.h)
	p.Refresh()
	if len(p.list) != runsPage || !p.more {
		t.Fatalf("%d runs, more %v", len(p.list), p.more)
	}
	d.press(p.body, "Show older runs")
	d.press(p.body, "Show older runs")
	if len(p.list) != 250 || p.more {
		t.Errorf("%d runs, more %v", len(p.list), p.more)
	}
	for _, b := range all[*kit.Button](p.body) {
		if b.Text == "Show older runs" {
			t.Error("older runs are offered, and there are none")
		}
	}
	p.search.SetText("refund")
	p.search.OnChanged("refund")
	if q := d.engine.queries[len(d.engine.queries)-1]; q.Text != "refund" || q.Limit != runsPage+1 {
		t.Errorf("asked for %+v", q)
	}
}

func TestRunsAndRequestsThatLookAlikeAreToldApart(t *testing.T) {
	d := sit(t, twoSteps)
	for _, id := range []string{"01a21f8e-00b2-700c-9881-c63e1836b427", "01a21f8e-00b2-700c-9881-c63e18911111"} {
		d.engine.runs = append(d.engine.runs, run.Summary{ID: run.ID(id), FlowName: "F", Started: start, Status: run.StatusSuspended})
		d.engine.open = append(d.engine.open, run.Approval{Run: run.ID(id), Step: "a", FlowName: "F", StepName: "A", Required: 1, Opened: start, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay 120 €?"}})
	}
	list := NewRunList(d.h)
	list.Refresh()
	inbox := NewInbox(d.h)
	inbox.Refresh()
	var runs, requests []string
	for _, x := range all[*kit.Text](list.body) {
		runs = append(runs, x.Text)
	}
	for _, x := range all[*kit.Text](inbox.list) {
		requests = append(requests, x.Text)
	}
	if !slices.Contains(runs, "F · Pay 120 €?") {
		t.Errorf("what the runs ask is not told: %q", runs)
	}
	for _, id := range []string{"…36b427", "…911111"} {
		if !slices.ContainsFunc(requests, func(s string) bool { return strings.HasSuffix(s, " · "+id) }) {
			t.Errorf("%s is not among %q", id, requests)
		}
	}
}

func TestALostStepTellsWhatThatMeansAndCanBeRunAgain(t *testing.T) {
	d := sit(t, strings.Replace(oneScript, `"input_transforms":{"name":{"type":"static","value":"Ada"}}`, `"input_transforms":{}`, 1))
	var list []run.Entry
	for i, ev := range []run.Event{
		run.Started{Flow: "h", Name: "F", Path: "u/me/f", Input: run.Inline(map[string]any{"n": 7}), Rules: run.RulesNow},
		run.JobStarted{Step: "a", Attempt: 1, Job: "j1"},
		run.JobLost{Step: "a", Attempt: 1},
	} {
		list = append(list, run.Entry{ID: int64(i + 1), Run: "r1", Seq: i + 1, At: start, Event: ev})
	}
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(strings.Replace(oneScript, `"input_transforms":{"name":{"type":"static","value":"Ada"}}`, `"input_transforms":{}`, 1))})))
	d.h.Changed(d.h.Model.Follow("r1"))
	d.h.Changed(d.h.Model.SetRun("r1", list))
	d.h.Changed(d.h.Model.Select("a"))
	d.press(d.editor.run.body, "Run again from this flow")
	if len(d.engine.started) != 1 || string(d.engine.started[0].Input) != `{"n":7}` {
		t.Errorf("started %+v", d.engine.started)
	}
	if !d.editor.run.again.Visible() || d.editor.run.stop.Visible() {
		t.Error("of a run that is over, Cancel is offered and Run again is not")
	}
}
