package pane

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
)

const loopFlow = `{"summary":"F","value":{"modules":[{"id":"l","summary":"Each","value":{"type":"forloopflow","iterator":{"type":"static","value":["x","y"]},"skip_failures":false,"parallel":false,"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{}}}]}},
 {"id":"p","value":{"type":"branchall","parallel":true,"branches":[{"modules":[]},{"modules":[]}]}},{"id":"s","value":{"type":"flow","path":"","input_transforms":{}}},{"id":"g","value":{"type":"aiagent","tools":[]}}]}}`

func (d *desk) toggle(label string) {
	d.t.Helper()
	for _, x := range all[*kit.Toggle](d.editor.inspector.Object()) {
		if x.Text == label {
			test.Tap(x)
			return
		}
	}
	d.t.Fatalf("there is no switch %q", label)
}

// field finds the control of a field of the inspector by the name it stores.
func (d *desk) field(name string) fyne.CanvasObject {
	d.t.Helper()
	return d.labeled(name).Control
}

// labeled finds a field of the inspector by the name it stores.
func (d *desk) labeled(name string) *kit.Field {
	d.t.Helper()
	var found *kit.Field
	var look func(o fyne.CanvasObject)
	look = func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *fyne.Container:
			for _, c := range x.Objects {
				look(c)
			}
		case *kit.Field:
			if x.Name == name {
				found = x
			}
			look(x.Control)
		}
	}
	for _, o := range scrolled(d.editor.inspector.Object()) {
		look(o)
	}
	if found == nil {
		d.t.Fatalf("there is no field %q", name)
	}
	return found
}

func TestTheSettingsOfALoop(t *testing.T) {
	d := sit(t, loopFlow)
	d.h.Changed(d.h.Model.Select("l"))
	loop := func() *flow.ForLoop { return d.flow().Value.Modules[0].Value.(*flow.ForLoop) }
	d.toggle("Iterations at the same time")
	d.toggle("Go on when an iteration fails")
	if l := loop(); !l.Parallel || !l.SkipFailures {
		t.Fatalf("loop %+v", l)
	}
	d.field("parallelism").(*kit.Entry).OnChanged("4")
	if in := loop().Parallelism; in == nil || string(in.Value) != "4" {
		t.Errorf("parallelism %+v", in)
	}
	d.field("parallelism").(*kit.Entry).OnChanged("many")
	if in := loop().Parallelism; string(in.Value) != "4" {
		t.Errorf("nonsense was taken: %+v", in)
	}
	list := d.field("iterator").(*code.Editor)
	list.OnChanged(`["a", "b", "c"]`)
	list.OnChanged(`{"no":"list"}`)
	if in := loop().Iterator; in.Kind != flow.Static || string(in.Value) != `["a", "b", "c"]` {
		t.Errorf("iterator %s", in.Value)
	}
	stop := d.field("stop_after_all_iters_if").(*code.Editor)
	stop.OnChanged("result.length > 1")
	if s := d.flow().Value.Modules[0].StopAfterAllItersIf; s == nil || s.Expr != "result.length > 1" {
		t.Errorf("stop_after_all_iters_if %+v", s)
	}
	stop.OnChanged("")
	if d.flow().Value.Modules[0].StopAfterAllItersIf != nil {
		t.Error("an empty condition is left in the flow")
	}
}

func TestTheWaysOfABranchToAll(t *testing.T) {
	d := sit(t, loopFlow)
	d.h.Changed(d.h.Model.Select("p"))
	all := func() *flow.BranchAll { return d.flow().Value.Modules[1].Value.(*flow.BranchAll) }
	d.press(d.editor.inspector.Object(), "Add a branch")
	d.toggle("The rest goes on when it fails")
	d.toggle("All at the same time")
	if b := all(); len(b.Branches) != 3 || !b.Branches[0].SkipFailure || b.Branches[1].SkipFailure || b.Parallel {
		t.Fatalf("%+v", b)
	}
	d.h.Do(model.SetBranch("p", 1, "Rename a way", func(b *flow.Branch) { b.Summary = "books" }))
	if all().Branches[1].Summary != "books" {
		t.Error("a way cannot be renamed")
	}
	for range 4 {
		d.editor.Undo()
	}
	if b := all(); len(b.Branches) != 2 || !b.Parallel {
		t.Errorf("after undo %+v", b)
	}
}

func TestAStepThatRunsAnotherFlow(t *testing.T) {
	d := sit(t, loopFlow)
	d.engine.flows = []flow.Stored{{Path: "u/me/f", JSON: []byte(loopFlow)}, {Path: "u/me/inner", Summary: "Inner", Steps: 1,
		JSON: []byte(`{"summary":"Inner","value":{"modules":[]},"schema":{"type":"object","properties":{"amount":{"type":"number","title":"Amount"}},"required":["amount"]}}`)}}
	d.h.Changed(d.h.Model.Select("s"))
	d.tab("Flow")
	box := all[*kit.SelectBox](d.editor.inspector.Object())[0]
	box.SelectValue("u/me/f")
	if box.Value() == "u/me/f" {
		t.Error("a flow is offered to run itself")
	}
	box.SelectValue("u/me/inner")
	box.OnChanged(0)
	if v := d.flow().Value.Modules[2].Value.(*flow.Subflow); v.Path != "u/me/inner" {
		t.Fatalf("path %q", v.Path)
	}
	opened := ""
	d.editor.OpenFlow = func(s flow.Stored) { opened = s.Path }
	d.press(d.editor.inspector.Object(), "Open flow")
	if opened != "u/me/inner" {
		t.Errorf("opened %q", opened)
	}
	d.tab("Inputs")
	amount := d.field("amount").(*kit.Entry)
	amount.SetText("12")
	amount.OnChanged("12")
	if in := flow.InputsOf(d.flow().Value.Modules[2]).By["amount"]; in == nil || string(in.Value) != "12" {
		t.Errorf("amount %+v", in)
	}
}

func TestAnAgentIsShownAndKept(t *testing.T) {
	d := sit(t, loopFlow)
	d.h.Changed(d.h.Model.Select("g"))
	code := all[*code.Editor](d.editor.inspector.Object())
	if len(code) != 1 || !strings.Contains(code[0].Text(), "aiagent") {
		t.Error("what is kept of an agent is not shown")
	}
	told := false
	for _, p := range d.h.Model.Problems() {
		told = told || p.Step == "g" && strings.Contains(p.Title, "agent")
	}
	if !told || !d.editor.test.Disabled() {
		t.Errorf("it is not told that an agent cannot run: %v", d.h.Model.Problems())
	}
}

func TestTheSettingsOfTheFlow(t *testing.T) {
	d := sit(t, loopFlow)
	d.iteration("Settings")
	d.field("cache_ttl").(*kit.Entry).OnChanged("60")
	d.field("concurrent_limit").(*kit.Entry).OnChanged("2")
	d.field("flow_env").(*code.Editor).OnChanged(`{"region":"eu"}`)
	d.field("flow_env").(*code.Editor).OnChanged(`{"region":`)
	d.field("skip_expr").(*code.Editor).OnChanged("flow_input.off")
	d.toggle("Steps share a folder")
	v := d.flow().Value
	if v.CacheTTL != 60 || v.ConcurrentLimit != 2 || string(v.FlowEnv["region"]) != `"eu"` || v.SkipExpr != "flow_input.off" || !v.SameWorker {
		t.Errorf("%+v", v)
	}
	d.press(d.editor.inspector.Object(), "Add")
	if f := d.flow().Value.FailureModule; f == nil || d.h.Model.Selected() != flow.FailureID {
		t.Fatalf("failure module %+v, selected %q", f, d.h.Model.Selected())
	}
	d.editor.Undo()
	if d.flow().Value.FailureModule != nil {
		t.Error("undo leaves the failure step")
	}
}

// A flow says for how long its runs are kept; a shorter time is asked about first, and
// undone as any other edit.
func TestAFlowSaysForHowLongItsRunsAreKept(t *testing.T) {
	d := sit(t, loopFlow)
	d.iteration("Settings")
	choose := func(name, words string) {
		t.Helper()
		box := d.field("retention_days." + name).(*kit.SelectBox)
		i := slices.Index(box.Options, words)
		if i < 0 {
			t.Fatalf("no %q among %q", words, box.Options)
		}
		box.OnChanged(i)
	}
	says := func(want string) {
		t.Helper()
		if got := model.RetentionWords(d.flow().Retention()); got != want {
			t.Errorf("it says %q, not %q", got, want)
		}
	}
	choose("succeeded", "For ever")
	says("succeeded for ever")
	choose("succeeded", "30 days")
	says("succeeded for ever")
	d.confirm("Let them go")
	says("succeeded 30 days")
	choose("succeeded", "A year")
	says("succeeded a year")
	choose("logs", "7 days")
	d.confirm("Let them go")
	says("succeeded a year, logs 7 days")
	d.editor.Undo()
	says("succeeded a year")
	choose("succeeded", "As in Settings")
	says("")
	if len(d.flow().XSluice) > 0 {
		t.Errorf("it keeps %s", d.flow().XSluice)
	}
}

func TestTheTurnsOfALoopAreListedAndChosen(t *testing.T) {
	d := sit(t, loopFlow)
	var list []run.Entry
	for i, ev := range []run.Event{
		run.Started{Flow: "h", Name: "F", Path: "u/me/f", Input: run.Inline(map[string]any{}), Rules: run.RulesNow},
		run.JobStarted{Step: "l/0/a", Attempt: 1, Job: "j1"}, run.JobSucceeded{Step: "l/0/a", Attempt: 1, Result: run.Inline("one")},
		run.JobStarted{Step: "l/1/a", Attempt: 1, Job: "j2"}, run.JobFailed{Step: "l/1/a", Attempt: 1, Err: run.Failure{Name: "Error", Message: "no"}},
	} {
		list = append(list, run.Entry{ID: int64(i + 1), Run: "r1", Seq: i + 1, At: start, Event: ev})
	}
	doc := strings.Replace(loopFlow, `,{"id":"g","value":{"type":"aiagent","tools":[]}}`, "", 1)
	doc = strings.Replace(doc, `,{"id":"s","value":{"type":"flow","path":"","input_transforms":{}}}`, "", 1)
	d.h.Changed(d.h.Model.SetPlan("h", planOf(t, run.Pinned{Flow: []byte(doc)})))
	d.h.Changed(d.h.Model.Follow("r1"))
	d.h.Changed(d.h.Model.SetRun("r1", list))
	d.h.Changed(d.h.Model.Select("l"))
	p := d.editor.run
	if p.tab != tabIterations || p.iterations.list.Chosen() != 1 {
		t.Fatalf("tab %d, iteration %d: a loop does not show its iterations", p.tab, p.iterations.list.Chosen())
	}
	if l := p.iterations.line(1); l.Text != "y" || l.Word != "Failed" {
		t.Errorf("the line says %+v", l)
	}
	p.iterations.number.OnSubmitted("1")
	if b, _ := box(d, "a"); b.Role != model.Good {
		t.Errorf("in the first iteration the card says %+v", b)
	}
	p.iterations.number.OnSubmitted("77")
	p.iterations.number.OnSubmitted("first")
	if p.iterations.list.Chosen() != 0 {
		t.Errorf("iteration %d is chosen", p.iterations.list.Chosen())
	}
	v := p.iterations
	v.find.OnChanged(" Y ")
	if len(v.listed) != 1 || v.line(0).Text != "y" || v.list.Chosen() != -1 {
		t.Errorf("of y are listed %v, %d is chosen", v.listed, v.list.Chosen())
	}
	v.list.OnPick(0)
	if v.list.Chosen() != 0 || v.iterations.At != 1 {
		t.Errorf("a press on the line chooses iteration %d", v.iterations.At)
	}
	v.find.OnChanged("2")
	if len(v.listed) != 1 || v.line(0).Label != "2" {
		t.Errorf("of 2 are listed %v", v.listed)
	}
	v.find.OnChanged("")
	v.state.OnChanged(4)
	if len(v.listed) != 1 || v.line(0).Word != "Done" {
		t.Errorf("of those that are done %v are listed", v.listed)
	}
	v.state.OnChanged(1)
	if len(v.listed) != 1 || v.line(0).Word != "Failed" || v.about.Text != "1 of 2 iterations" {
		t.Errorf("of those that failed %v are listed: %s", v.listed, v.about.Text)
	}
	v.state.OnChanged(0)
	if v.listed != nil || v.line(1).Text != "y" || v.list.Chosen() != 1 {
		t.Errorf("without a filter %v are listed, %d is chosen", v.listed, v.list.Chosen())
	}
}

func box(d *desk, id string) (model.Box, bool) {
	s := d.h.Model.Scene()
	return s.Box(id)
}

// scrolled is what lies in the scrolls of an object.
func scrolled(o fyne.CanvasObject) (in []fyne.CanvasObject) {
	walk(o, func(o fyne.CanvasObject) {
		if s, ok := o.(*container.Scroll); ok {
			in = append(in, s.Content)
		}
	})
	return in
}

// A condition is checked as one expression; in a body of statements its mistake
// shows below it.
func TestConditionsAreCheckedAsSuch(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"b","value":{"type":"branchone","branches":[{"expr":"return true","modules":[]}],"default":[]}}]}}`)
	d.h.Changed(d.h.Model.Select("b"))
	field := d.labeled("expr")
	if !strings.Contains(field.Err, "one expression") {
		t.Fatalf("the mistake is not shown: %q", field.Err)
	}
	d.field("expr").(*code.Editor).OnChanged("flow_input.x > 1")
	if field.Err != "" {
		t.Errorf("it is shown still: %s", field.Err)
	}
}

func TestANewBranchShowsItsBranchesFirst(t *testing.T) {
	d := sit(t, twoSteps)
	d.h.Changed(d.h.Model.Select("a"))
	d.tab("Approval")
	s := d.h.Model.Scene()
	at, _ := s.PlusAfter("a")
	m, err := module(`{"value":{"type":"branchone","branches":[{"expr":"true","modules":[]}],"default":[]}}`)("c")
	if err != nil {
		t.Fatal(err)
	}
	d.editor.insert(at, m)
	if labels, shown := d.tabs(); len(d.flow().Value.Modules) != 3 || shown != "Branches" {
		t.Errorf("%d steps; of %q %s is shown", len(d.flow().Value.Modules), labels, shown)
	}
}
