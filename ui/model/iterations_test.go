package model

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/run"
)

func expr(s string) *flow.Input { return &flow.Input{Kind: flow.JavaScript, Expr: s} }

// orders is a loop over orders with a loop over lines in it.
func orders(parallel bool) *flow.Flow {
	lines := &flow.Module{ID: "lines", Value: &flow.ForLoop{Iterator: expr("flow_input.iter.value.lines"), Modules: []*flow.Module{ts("pack")}}}
	f := flowOf(&flow.Module{ID: "orders", Summary: "Each order", Value: &flow.ForLoop{Iterator: expr("flow_input.orders"), Parallel: parallel, SkipFailures: true,
		Modules: []*flow.Module{ts("check"), lines}}})
	f.Summary = "Orders"
	return f
}

// play follows a run of a flow and takes each event as it is.
func play(t *testing.T, p run.Pinned, f *flow.Flow, events ...run.Event) *Model {
	t.Helper()
	m := New()
	m.Open("u/me/f", f)
	m.SetNow(start.Add(time.Minute))
	m.SetPlan(hash, planOf(t, p))
	j := &journal{id: "r1"}
	j.add(0, run.Started{Flow: hash, Name: "Orders", Path: "u/me/f", Input: run.Inline(map[string]any{}), Rules: run.RulesNow})
	for i, ev := range events {
		j.add(time.Duration(i+1)*ms, ev)
	}
	m.Apply(j.entries)
	if m.run == nil || m.run.broken != "" {
		t.Fatalf("the journal is refused: %+v", m.run)
	}
	return m
}

func came(p run.Purpose, step run.StepID, v any) run.Event {
	return run.Evaluated{Step: step, For: p, Value: run.Inline(v)}
}

func did(step run.StepID) []run.Event {
	return []run.Event{run.JobStarted{Step: step, Attempt: 1, Job: "j" + string(step)}, run.JobSucceeded{Step: step, Attempt: 1, Result: run.Inline("result of " + string(step))}}
}

func failed(step run.StepID) []run.Event {
	return []run.Event{run.JobStarted{Step: step, Attempt: 1, Job: "j"}, run.JobFailed{Step: step, Attempt: 1, Err: run.Failure{Name: "Error", Message: "no stock"}}}
}

func events(lists ...[]run.Event) (all []run.Event) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func rows(m *Model) string {
	var b strings.Builder
	for _, r := range m.Rows() {
		fmt.Fprintf(&b, "%s%s %s %s", strings.Repeat("  ", r.Depth), r.Name, r.Step, roleName(r.Role))
		if r.Badge != "" {
			b.WriteString(" [" + r.Badge + "]")
		}
		if r.Iteration > 0 {
			fmt.Fprintf(&b, " iteration %d of %d", r.Iteration, r.Iterations)
		}
		if r.Opens {
			fmt.Fprintf(&b, " open %v", r.Open)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestTheChosenTurnsAreShown(t *testing.T) {
	f := orders(false)
	m := play(t, pin(t, f), f, events(
		[]run.Event{came(run.ForIterator, "orders", []string{"4711", "4712", "4713"})},
		did("orders/0/check"), []run.Event{came(run.ForIterator, "orders/0/lines", []int{1, 2})}, did("orders/0/lines/0/pack"), did("orders/0/lines/1/pack"),
		failed("orders/1/check"), did("orders/2/check")[:1])...)
	want := `orders orders busy [2 / 3] iteration 3 of 3
  check orders/2/check busy
  lines  idle
    pack  idle
`
	if d := cmp.Diff(want, rows(m)); d != "" {
		t.Errorf("at first the latest iteration (-want +got):\n%s", d)
	}
	if b, _ := m.sceneBox("orders"); b.Line != "2 of 3 done · 1 failed" {
		t.Errorf("the loop's card says %q", b.Line)
	}
	m.Select("pack")
	iterations, ok := m.Iterations()
	if !ok || iterations.Module != "orders" || iterations.Begun != 3 || iterations.At != 2 || iterations.Failed != 1 {
		t.Fatalf("iterations %+v", iterations)
	}
	got := ""
	for i := range iterations.Begun {
		r := m.IterationAt(i)
		got += fmt.Sprintf("%d %s %s\n", r.Number, r.Item, r.Word)
	}
	if d := cmp.Diff("1 4711 Done\n2 4712 Failed\n3 4713 Running\n", got); d != "" {
		t.Error(d)
	}

	m.ChooseIteration("orders", 0)
	want = `orders orders busy [2 / 3] iteration 1 of 3
  check orders/0/check good
  lines orders/0/lines good [2 / 2] iteration 2 of 2
    pack orders/0/lines/1/pack good
`
	if d := cmp.Diff(want, rows(m)); d != "" {
		t.Errorf("the first iteration (-want +got):\n%s", d)
	}
	if iterations, _ := m.Iterations(); iterations.Module != "lines" || iterations.Begun != 2 {
		t.Errorf("around pack the nearest loop is %+v", iterations)
	}
	m.ChooseIteration("orders/0/lines", 0)
	if d, ok := m.Detail(); !ok || string(d.Result.Inline) != `"result of orders/0/lines/0/pack"` {
		t.Errorf("detail %+v", d)
	}
	if b, _ := m.sceneBox("check"); b.Role != Good {
		t.Errorf("the card inside shows %v", b.Role)
	}
	m.Select("orders")
	m.NextFailedIteration()
	if b, _ := m.sceneBox("check"); b.Role != Bad {
		t.Errorf("after going to the failed iteration the card inside shows %v", b.Role)
	}
	for _, bad := range []int{-1, 3, 99} {
		m.ChooseIteration("orders", bad)
	}
	if iterations, _ := m.Iterations(); iterations.At != 1 {
		t.Errorf("an iteration that is not there was chosen: %d", iterations.At)
	}
}

func TestALoopOfManyTurns(t *testing.T) {
	f := flowOf(&flow.Module{ID: "l", Value: &flow.ForLoop{Iterator: expr("x"), Modules: []*flow.Module{ts("a")}}})
	n := 10_000
	evs := []run.Event{came(run.ForIterator, "l", make([]int, n))}
	for i := range n {
		evs = append(evs, did(run.StepID(fmt.Sprintf("l/%d/a", i)))...)
	}
	m := play(t, pin(t, f), f, evs...)
	if got := rows(m); got != "l l good [10000 / 10000] iteration 10000 of 10000\n  a l/9999/a good\n" {
		t.Error(got)
	}
	if m.ChooseIteration("l", 4321); m.Rows()[1].Step != "l/4321/a" {
		t.Errorf("rows %+v", m.Rows())
	}
}

func TestBranchesToAllAndTheWayTaken(t *testing.T) {
	all := &flow.Module{ID: "p", Value: &flow.BranchAll{Parallel: true, Branches: []*flow.Branch{{Modules: []*flow.Module{ts("x")}}, {Modules: []*flow.Module{ts("y")}}}}}
	f := flowOf(all, one("c", []*flow.Module{ts("no")}, way("true", ts("yes"))), ts("z"))
	m := play(t, pin(t, f), f, events(did("p/0/x"), did("p/1/y"), []run.Event{came(run.ForBranch, "c", 0)}, did("c/0/yes"))...)
	for id, want := range map[string]Role{"p": Good, "x": Good, "y": Good, "c": Good, "yes": Good, "no": Idle, "z": Busy} {
		if b, _ := m.sceneBox(id); b.Role != want {
			t.Errorf("%s is %v, want %v", id, b.Role, want)
		}
	}
	taken := map[string]bool{}
	for _, w := range m.Scene().Wires {
		taken[w.From+">"+w.To] = taken[w.From+">"+w.To] || w.Taken
	}
	want := map[string]bool{"#input>p": true, "p>x": true, "p>y": true, "x>": true, "y>": true, "p>c": true, "c>yes": true, "c>no": false, "yes>": true, "no>": false, "c>z": true, "z>#end": false}
	if d := cmp.Diff(want, taken); d != "" {
		t.Errorf("wires (-want +got):\n%s", d)
	}
}

func TestTheStepsOfAFlowInside(t *testing.T) {
	inner := flowOf(ts("a"), ts("b"))
	f := flowOf(ts("a"), &flow.Module{ID: "sub", Value: &flow.Subflow{Path: "f/x/inner"}}, ts("b"))
	p := pin(t, f)
	in, err := inner.JSON()
	if err != nil {
		t.Fatal(err)
	}
	p.Flows = map[string]flow.Raw{"f/x/inner": in}
	m := play(t, p, f, events(did("a"), did("sub/flow/a"), did("sub/flow/b")[:1])...)
	want := `a a good
sub sub busy open true
  a sub/flow/a good
  b sub/flow/b busy
b  idle
`
	if d := cmp.Diff(want, rows(m)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	m.SelectRow(m.Rows()[2])
	if d, ok := m.Detail(); !ok || d.Step != "sub/flow/a" || m.Selected() != "sub" {
		t.Errorf("detail of %q, selected %q", d.Step, m.Selected())
	}
	m.SelectRow(m.Rows()[0])
	if d, _ := m.Detail(); d.Step != "a" {
		t.Errorf("detail of %q", d.Step)
	}
	m.OpenInside("sub", false)
	if n := len(m.Rows()); n != 3 {
		t.Errorf("%d lines when the flow inside is shut", n)
	}
}

// The steps of a flow that is opened in place stand as they do in the shown run, also at a
// moment of its past; the step that runs them tells how long all of it took.
func TestStatesInsideAnOpenedFlow(t *testing.T) {
	inner := flowOf(ts("a"), ts("b"))
	f := flowOf(ts("a"), &flow.Module{ID: "sub", Value: &flow.Subflow{Path: "f/x/inner"}}, ts("b"))
	p := pin(t, f)
	in, err := inner.JSON()
	if err != nil {
		t.Fatal(err)
	}
	p.Flows = map[string]flow.Raw{"f/x/inner": in}
	m := play(t, p, f, events(did("a"), did("sub/flow/a"), did("sub/flow/b"))...)
	m.SetFlows(func(string) (*flow.Flow, error) { return inner, nil })
	m.Fold("sub")
	stand := func() string {
		var out []string
		sc := m.Scene()
		for _, id := range []string{"sub", "#in sub/a", "#in sub/b", "b"} {
			b, ok := sc.Box(id)
			if !ok {
				t.Fatalf("there is no box %s", id)
			}
			out = append(out, strings.TrimPrefix(id, "#in ")+" "+roleName(b.Role))
		}
		return strings.Join(out, ", ")
	}
	if got := stand(); got != "sub good, sub/a good, sub/b good, b busy" {
		t.Error(got)
	}
	sc := m.Scene()
	if b, _ := sc.Box("sub"); b.Line != "f/x/inner · 4 ms" {
		t.Errorf("the card says %q", b.Line)
	}
	if r := m.Rows()[1]; r.Time != "4 ms" {
		t.Errorf("the line says %q", r.Time)
	}
	m.ReplayTo(6) // the second one inside has begun
	if got := stand(); got != "sub busy, sub/a good, sub/b busy, b idle" {
		t.Error("then:", got)
	}
}

func BenchmarkFoldLoop10k(b *testing.B) {
	f := flowOf(&flow.Module{ID: "l", Value: &flow.ForLoop{Iterator: expr("x"), Modules: []*flow.Module{ts("a")}}})
	doc, err := f.JSON()
	if err != nil {
		b.Fatal(err)
	}
	j := &journal{id: "r1"}
	j.add(0, run.Started{Flow: hash, Path: "u/me/f", Input: run.Inline(nil), Rules: run.RulesNow})
	j.add(0, came(run.ForIterator, "l", make([]int, 10_000)))
	for i := range 10_000 {
		for _, ev := range did(run.StepID(fmt.Sprintf("l/%d/a", i))) {
			j.add(time.Duration(i)*ms, ev)
		}
	}
	for b.Loop() {
		m := New()
		m.Open("u/me/f", f)
		m.SetPlan(hash, planOf(b, run.Pinned{Flow: doc}))
		for at := 0; at < len(j.entries); at += 512 { // as the pump hands them over, a frame after each
			m.Apply(j.entries[at:min(at+512, len(j.entries))])
			m.Scene()
			m.Rows()
		}
	}
}

// What has run is told in iterations or in branches.
func TestTurnsInWords(t *testing.T) {
	over := &run.Iterations{Total: 2, Begun: 2, Ended: 2, Failed: 1}
	for want, s := range map[string]*flow.Module{
		"2 iterations · 1 failed": {Value: &flow.ForLoop{}}, "2 branches · 1 failed": {Value: &flow.BranchAll{}},
	} {
		if got := textIterations(s, over, false); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
