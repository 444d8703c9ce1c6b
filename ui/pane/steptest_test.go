package pane

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/inspector"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
)

const greets = `{"summary":"F","value":{"modules":[
 {"id":"a","summary":"Greet","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{"name":{"type":"javascript","expr":"flow_input.name"}}}},
 {"id":"b","summary":"Next","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{}}}]}}`

func entriesOf(id run.ID, events ...run.Event) []run.Entry {
	var list []run.Entry
	for i, ev := range events {
		list = append(list, run.Entry{Run: id, Seq: i + 1, At: start.Add(time.Duration(i) * 10 * time.Millisecond), Event: ev})
	}
	return list
}

// A step that is tested alone is shown on the step. The run of the flow stays, also
// for the inputs of the next test.
func TestAStepsTestLeavesTheFlowsRun(t *testing.T) {
	d := sit(t, greets)
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(greets)})))
	d.h.Changed(d.h.Model.Follow("flow1"))
	d.h.Changed(d.h.Model.SetRun("flow1", entriesOf("flow1",
		run.Started{Flow: "h", Name: "F", Path: "u/me/f", Input: run.Inline(map[string]any{"name": "Ada"}), Rules: run.RulesNow},
		run.Evaluated{Step: "a", For: run.ForInputs, Value: run.Inline(map[string]any{"name": "Ada"})},
		run.JobStarted{Step: "a", Attempt: 1, Job: "j1"},
		run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline("ok")},
		run.JobStarted{Step: "b", Attempt: 1, Job: "j2"},
		run.JobSucceeded{Step: "b", Attempt: 1, Result: run.Inline("ok")})))
	for round := range 2 { // the second as the first
		d.editor.testStepWith("a", d.h.Model.StepArgs("a").Inline)
		if d.h.Window.Canvas().Overlays().Top() == nil {
			t.Fatal("nothing is asked")
		}
		d.h.Window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if len(d.engine.started) != round+1 || string(d.engine.started[round].Input) != `{"name":"Ada"}` {
			t.Fatalf("started %+v", d.engine.started)
		}
		if d.h.Model.Followed() != "flow1" || len(d.h.Model.Rows()) != 2 || d.editor.split.Collapsed() {
			t.Fatalf("the run of the flow has gone: %q is shown, %d steps", d.h.Model.Followed(), len(d.h.Model.Rows()))
		}
	}
	if _, tab := d.tabs(); d.h.Model.Selected() != "a" || tab != inspector.TabTest {
		t.Fatalf("selected %q, tab %q", d.h.Model.Selected(), tab)
	}
	one := d.engine.started[1].Flow
	d.h.Changed(d.h.Model.Apply(entriesOf("r1", run.Started{Flow: "one", Name: "F · step a", Input: run.Inline(map[string]any{}), Rules: run.RulesNow})))
	d.h.Changed(d.h.Model.SetPlan("one", planOf(t, run.Pinned{Flow: one})))
	d.h.Changed(d.h.Model.SetRun("r1", entriesOf("r1", run.Started{Flow: "one", Name: "F · step a", Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.Evaluated{Step: "a", For: run.ForInputs, Value: run.Inline(map[string]any{"name": "Ada"})},
		run.JobStarted{Step: "a", Attempt: 1, Job: "k1"},
		run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline("hello")})))
	if d.h.Model.Doc().ReadOnly || d.h.Model.Followed() != "flow1" {
		t.Fatal("the test took the place of the flow")
	}
	trial, ok := d.h.Model.Trial("a")
	if !ok || trial.Running || trial.State != "Succeeded" || !strings.HasPrefix(trial.Line, "Took ") {
		t.Errorf("the test is %+v", trial)
	}
	words := []string{}
	for _, x := range all[*kit.Pill](d.editor.inspector.Object()) {
		words = append(words, x.Text)
	}
	if !slices.Contains(words, "Succeeded") || len(all[*data.JSONTree](d.editor.inspector.Object())) != 1 {
		t.Errorf("on the step stands %q", words)
	}
	if _, ok := d.h.Model.Trial("b"); ok {
		t.Error("another step has it, too")
	}
	d.editor.Open(flow.Stored{Path: "u/me/g", JSON: []byte(greets)}, func() {})
	if _, ok := d.h.Model.Trial("a"); ok {
		t.Error("a step of the same id in another flow has it, too")
	}
}

const readsBefore = `{"summary":"F","value":{"modules":[
 {"id":"a","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{}},"suspend":{"required_events":1}},
 {"id":"b","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{
  "order":{"type":"javascript","expr":"results.a"}, "first":{"type":"javascript","expr":"results.a.list[1].n"}, "list":{"type":"javascript","expr":"results.a[\"list\"]"},
  "amount":{"type":"javascript","expr":"flow_input.amount"}, "none":{"type":"javascript","expr":"results.a.gone.far"}, "later":{"type":"javascript","expr":"results.c"}, "sum":{"type":"javascript","expr":"1 + 1"}}}},
 {"id":"c","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{}}}]}}`

// A step that the run has not come to is tested with what its inputs read, as far as it
// is there by now.
func TestAStepThatIsNotReachedIsTestedWithWhatItReads(t *testing.T) {
	d := sit(t, readsBefore)
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(readsBefore)})))
	d.h.Changed(d.h.Model.Follow("flow1"))
	d.h.Changed(d.h.Model.SetRun("flow1", entriesOf("flow1",
		run.Started{Flow: "h", Name: "F", Path: "u/me/f", Input: run.Inline(map[string]any{"amount": 12}), Rules: run.RulesNow},
		run.JobStarted{Step: "a", Attempt: 1, Job: "j1"},
		run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline(map[string]any{"id": "4711", "list": []any{1, map[string]any{"n": "two"}}})})))
	d.editor.testStep("b")
	var said []string
	for _, x := range all[*kit.Text](d.h.Window.Canvas().Overlays().Top()) {
		said = append(said, x.Text)
	}
	if slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, "flow_input") }) {
		t.Errorf("the dialog says %q", said)
	}
	d.h.Window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(d.engine.started) != 1 {
		t.Fatal("nothing was started")
	}
	var got map[string]any
	if err := json.Unmarshal(d.engine.started[0].Input, &got); err != nil {
		t.Fatal(err)
	}
	list := []any{1.0, map[string]any{"n": "two"}}
	want := map[string]any{"order": map[string]any{"id": "4711", "list": list}, "first": "two", "list": list, "amount": 12.0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Once a step has ended, its log says that nothing was printed, on the step and in the
// run.
func TestALogThatEndedEmptySaysSo(t *testing.T) {
	d := sit(t, greets)
	d.h.Later = func(_ time.Duration, f func()) {}
	d.editor.testStepWith("a", d.h.Model.StepArgs("a").Inline)
	d.h.Window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
	one := d.engine.started[0].Flow
	d.h.Changed(d.h.Model.SetPlan("one", planOf(t, run.Pinned{Flow: one})))
	begun := []run.Event{run.Started{Flow: "one", Name: "F · step a", Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.Evaluated{Step: "a", For: run.ForInputs, Value: run.Inline(map[string]any{"name": "Ada"})}, run.JobStarted{Step: "a", Attempt: 1, Job: "k1"}}
	said := func() string {
		logs := all[*data.LogView](d.editor.inspector.Object())
		if len(logs) != 1 {
			t.Fatalf("there are %d logs", len(logs))
		}
		return logs[0].Placeholder
	}
	d.h.Changed(d.h.Model.SetRun("r1", entriesOf("r1", begun...)))
	if got := said(); got != "Nothing printed yet" {
		t.Errorf("while it runs the log says %q", got)
	}
	d.h.Changed(d.h.Model.SetRun("r1", entriesOf("r1", append(begun, run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline("hello")})...)))
	if got := said(); got != "Nothing was printed" {
		t.Errorf("afterwards the log says %q", got)
	}
}
