package pane

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/run"
	"sluice/ui/kit"
)

// ended is an editor with the run of a flow that failed in its second step.
func ended(t *testing.T) *desk {
	d := sit(t, asks)
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(asks)})))
	d.h.Changed(d.h.Model.Follow("r1"))
	list := []run.Entry{{ID: 1, Run: "r1", Seq: 1, At: start, Event: run.Started{Flow: "h", Name: "F", Path: "u/me/f", Rules: run.RulesNow}},
		{ID: 2, Run: "r1", Seq: 2, At: start.Add(time.Second), Event: run.CancelRequested{By: "me"}}}
	d.h.Changed(d.h.Model.SetRun("r1", list))
	return d
}

// A restart tells whose decisions it keeps before it begins, and asks again if it is told to.
func TestARestartTellsWhoseDecisionsStand(t *testing.T) {
	d := ended(t)
	if len(d.editor.restartItems()) == 0 {
		t.Fatal("nowhere to restart from")
	}
	d.engine.takeover = run.Takeover{Decisions: []run.KeptVote{{Step: "a", Title: "Pay?", HighStakes: true, Vote: run.Vote{Person: "dana@acme.example", Approve: true, At: start}}}}
	d.editor.RestartHere()
	if len(d.failed) > 0 {
		t.Fatal(d.failed)
	}
	if len(d.engine.restarted) != 0 {
		t.Fatal("it began unasked")
	}
	said := ""
	for _, x := range inDialog[*kit.Paragraph](d) {
		said += x.Text + "\n"
	}
	if !strings.Contains(said, "dana@acme.example approved “Pay?” (a)") || !strings.Contains(said, "high stakes") {
		t.Errorf("it says:\n%s", said)
	}
	inDialog[*kit.Segments](d)[0].OnChanged(1)
	d.confirm(textRestart)
	if len(d.engine.restarted) != 1 || !d.engine.restarted[0].AskAgain || d.engine.restarted[0].Run != "r1" {
		t.Errorf("asked for %+v", d.engine.restarted)
	}
	if d.h.Model.Followed() != "r2" {
		t.Error("the new run is not shown")
	}
}

// Who restarts a run that was restarted before is told so first: what follows was done again
// already.
func TestARestartTellsOfThoseBefore(t *testing.T) {
	d := ended(t)
	again := func(id run.ID, of string, at time.Duration) run.Summary {
		return run.Summary{ID: id, FlowName: "F", Path: "u/me/f", Status: run.StatusDone, Outcome: run.Succeeded, Started: start.Add(at), Trigger: run.Trigger{Kind: run.TriggerRestart, By: of}}
	}
	d.engine.runs = []run.Summary{again("r4", "r1/a", 3*time.Minute), again("r3", "r9/a", 2*time.Minute)}
	d.editor.RestartHere()
	var told []string
	for _, x := range inDialog[*kit.Paragraph](d) {
		if strings.Contains(x.Text, "already") {
			told = append(told, x.Text)
		}
	}
	if len(told) != 1 || !strings.HasSuffix(told[0], "from a: succeeded") {
		t.Errorf("told is %q", told)
	}
	if q := d.engine.queries[len(d.engine.queries)-1]; q.Path != "u/me/f" || !q.Since.Equal(start) {
		t.Errorf("looked for %+v", q)
	}
}

// The bar of moments goes through the run by its keys.
func TestTheTimelineShowsTheRunAtAnyMoment(t *testing.T) {
	d := ended(t)
	p := d.editor.run
	d.editor.ToggleTimeline()
	if !p.replay.object.Visible() || len(p.times.rows) == 0 {
		t.Fatal("there is no timeline")
	}
	p.replay.scrub.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	at, _ := d.h.Model.Moment()
	if at.Entry != 1 || at.Live || !strings.Contains(p.replay.text.Text, "the run starts") {
		t.Errorf("at %+v, which says %q", at, p.replay.text.Text)
	}
	d.editor.ToggleTimeline()
	if at, _ := d.h.Model.Moment(); !at.Live {
		t.Error("the past stayed")
	}
}

// A result is pinned by one act, and unpinned by another; both can be taken back.
func TestPinningAResult(t *testing.T) {
	d := sit(t, twoSteps)
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(twoSteps)})))
	d.h.Changed(d.h.Model.Follow("r1"))
	d.h.Changed(d.h.Model.SetRun("r1", []run.Entry{{ID: 1, Run: "r1", Seq: 1, At: start,
		Event: run.Started{Flow: "h", Name: "F", Path: "u/me/f", Input: run.Inline(map[string]int{"amount": 3}), Rules: run.RulesNow}}}))
	d.editor.Pin("a")
	if m := d.flow().Value.Modules[0]; m.Mock == nil || !m.Mock.Enabled || string(m.Mock.ReturnValue) != `{"amount":3}` {
		t.Fatalf("pinned %+v, %v", m.Mock, d.failed)
	}
	d.editor.Pin("a")
	if m := d.flow().Value.Modules[0]; m.Mock.Enabled {
		t.Error("it is pinned still")
	}
	d.editor.Undo()
	if !d.flow().Value.Modules[0].Mock.Enabled {
		t.Error("undo did not bring the pin back")
	}
}

// The runs of the flow are listed, and the chosen one is shown.
func TestTheRunsOfAFlow(t *testing.T) {
	d := sit(t, twoSteps)
	d.engine.runs = []run.Summary{{ID: "r7", FlowName: "F", Path: "u/me/f", Status: run.StatusDone, Outcome: run.Failed, Started: start, Ended: start.Add(time.Minute), Trigger: run.Trigger{Kind: "test", By: "me"}}}
	d.editor.ListRuns()
	rows := inDialog[*kit.Row](d)
	if len(rows) != 1 || d.engine.queries[0].Path != "u/me/f" {
		t.Fatalf("%d rows of %+v", len(rows), d.engine.queries)
	}
	rows[0].OnTapped()
	if d.h.Model.Followed() != "r7" {
		t.Errorf("shown is %s", d.h.Model.Followed())
	}
}

// The arrow keys walk over the list of runs.
func TestTheRunsOfAFlowByKeyboard(t *testing.T) {
	d := sit(t, twoSteps)
	for i := range 3 {
		d.engine.runs = append(d.engine.runs, run.Summary{ID: run.ID("r" + strconv.Itoa(i)), FlowName: "F", Path: "u/me/f", Status: run.StatusDone, Outcome: run.Failed, Started: start, Ended: start.Add(time.Minute)})
	}
	d.editor.ListRuns()
	rows := inDialog[*kit.Row](d)
	c := d.h.Window.Canvas()
	for _, step := range []struct {
		key  fyne.KeyName
		want int
	}{{fyne.KeyDown, 1}, {fyne.KeyDown, 2}, {fyne.KeyDown, 2}, {fyne.KeyUp, 1}, {fyne.KeyHome, 0}, {fyne.KeyUp, 0}, {fyne.KeyEnd, 2}} {
		c.Focused().TypedKey(&fyne.KeyEvent{Name: step.key})
		if c.Focused() != fyne.Focusable(rows[step.want]) {
			t.Fatalf("%s did not lead to row %d", step.key, step.want)
		}
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.h.Model.Followed() != "r2" {
		t.Errorf("shown is %q", d.h.Model.Followed())
	}
}

// inDialog finds objects of the dialog that is open.
func inDialog[T fyne.CanvasObject](d *desk) (found []T) {
	d.t.Helper()
	top := d.h.Window.Canvas().Overlays().Top()
	if top == nil {
		d.t.Fatal("no dialog is open")
	}
	for _, o := range test.LaidOutObjects(top) {
		if x, ok := o.(T); ok {
			found = append(found, x)
		}
	}
	return found
}
