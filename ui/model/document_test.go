package model

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
)

// edits makes every kind of edit for the model's flow as it is, by chance.
func randomEdit(m *Model, r *rand.Rand) Edit {
	var ids, branches []string
	places := []flow.Place{{Branch: -1}}
	flow.Walk(m.doc.Flow, func(s *flow.Module, at flow.Place, _ int) {
		ids = append(ids, s.ID)
		at.Index++
		places = append(places, at)
		if _, ok := s.Value.(*flow.BranchOne); ok {
			branches = append(branches, s.ID)
			places = append(places, flow.Place{Container: s.ID, Branch: -1})
		}
	})
	if len(ids) == 0 {
		return m.Add(flow.Place{Branch: -1}, ts(""))
	}
	id := ids[r.IntN(len(ids))]
	place := places[r.IntN(len(places))]
	text := fmt.Sprintf("text %d", r.IntN(1000))
	kinds := []func() Edit{
		func() Edit { return m.Add(place, ts("")) },
		func() Edit { return m.Add(place, ask("", 1)) },
		func() Edit { return m.Add(place, one("", nil, way("true"))) },
		func() Edit { return m.Add(place, &flow.Module{Value: &flow.Identity{}}) },
		func() Edit { return m.Add(place, &flow.Module{Value: &flow.Script{Path: "hub/1/x/y"}}) },
		func() Edit { return Delete(id) },
		func() Edit { return Move(id, 1-2*r.IntN(2)) },
		func() Edit { return MoveTo(id, place) },
		func() Edit { return m.Duplicate(id) },
		func() Edit { return m.Fork(id) },
		func() Edit { return Rename(id, fmt.Sprintf("n%d", r.IntN(1000))) },
		func() Edit { return SetSummary(id, text) },
		func() Edit { return SetCode(id, text, "code") },
		func() Edit { return SetLanguage(id, "python3") },
		func() Edit {
			return SetInput(id, "x", &flow.Input{Kind: flow.JavaScript, Expr: text})
		},
		func() Edit { return SetInput(id, "x", nil) },
		func() Edit { return SetApproval(id, r.IntN(3) > 0) },
		func() Edit {
			return SetSuspend(id, "Set votes", "votes", func(s *flow.Suspend) { s.RequiredEvents = r.IntN(3) })
		},
		func() Edit {
			return SetStep(id, "Set retries", "", func(m *flow.Module) { m.Retry = &flow.Retry{Constant: &flow.Constant{Attempts: r.IntN(4)}} })
		},
		func() Edit {
			return SetStep(id, "Set the sleep", "sleep", func(m *flow.Module) { m.Sleep = &flow.Input{Kind: flow.Static, Value: flow.Raw("3")} })
		},
		func() Edit {
			return SetStep(id, "Pin the result", "", func(m *flow.Module) { m.Mock = &flow.Mock{Enabled: true, ReturnValue: flow.Raw(`1`)} })
		},
		func() Edit {
			return SetFlow("Rename the flow", "summary", func(f *flow.Flow) { f.Summary = text })
		},
	}
	if len(branches) > 0 {
		b := branches[r.IntN(len(branches))]
		kinds = append(kinds,
			func() Edit { return AddBranch(b) },
			func() Edit { return RemoveBranch(b, 0) },
			func() Edit { return SetBranch(b, 0, "Condition", func(w *flow.Branch) { w.Expr = text }) })
	}
	return kinds[r.IntN(len(kinds))]()
}

func text(t *testing.T, f *flow.Flow) string {
	t.Helper()
	b, err := f.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Whatever was done, undoing all of it gives the flow of the start, redoing all
// of it the flow of the end, and on the way every flow is met again.
func TestUndoAndRedoAreComplete(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := New()
		m.SetNow(start)
		m.Open("u/me/refund", refund())
		met := []string{text(t, m.doc.Flow)}
		for range 40 {
			m.SetNow(m.now.Add(time.Duration(r.IntN(4)) * time.Second))
			before := len(m.doc.past)
			d := m.Do(randomEdit(m, r))
			if d.Err != nil {
				if d.Save || text(t, m.doc.Flow) != met[len(met)-1] {
					t.Fatalf("seed %d: a refused edit changed the flow: %v", seed, d.Err)
				}
				continue
			}
			now := text(t, m.doc.Flow)
			switch {
			case len(m.doc.past) > before:
				met = append(met, now)
			default:
				met[len(met)-1] = now // nothing done, or part of the last step
			}
			if s := m.Selected(); s != "" && s != InputID && s != EndID && m.SelectedStep() == nil {
				t.Fatalf("seed %d: %q is selected and is not there", seed, s)
			}
			m.Scene()
		}
		if got := len(m.History().Past); got != len(met)-1 {
			t.Fatalf("seed %d: %d steps of history, want %d", seed, got, len(met)-1)
		}
		for i := len(met) - 2; i >= 0; i-- {
			m.Undo()
			if d := cmp.Diff(met[i], text(t, m.doc.Flow)); d != "" {
				t.Fatalf("seed %d: undo to %d:\n%s", seed, i, d)
			}
		}
		if !m.doc.Saved() {
			t.Fatalf("seed %d: the flow of the start counts as changed", seed)
		}
		for i := 1; i < len(met); i++ {
			m.Redo()
			if d := cmp.Diff(met[i], text(t, m.doc.Flow)); d != "" {
				t.Fatalf("seed %d: redo to %d:\n%s", seed, i, d)
			}
		}
		if d := m.Redo(); d.Save {
			t.Fatalf("seed %d: redo beyond the end", seed)
		}
		m.UndoTo(len(met) - 2)
		if text(t, m.doc.Flow) != met[0] {
			t.Fatalf("seed %d: undo of all at once", seed)
		}
	}
}

func TestTypingIsOneUndoStep(t *testing.T) {
	m := New()
	m.SetNow(start)
	m.Open("p", refund())
	for _, s := range []string{"L", "Lo", "Loo"} {
		m.SetNow(m.now.Add(300 * time.Millisecond))
		m.Do(SetSummary("a", s))
	}
	m.Do(SetSummary("b", "x")) // another step
	m.SetNow(m.now.Add(time.Minute))
	m.Do(SetSummary("b", "xy")) // after a pause
	want := []string{"Rename of b", "Rename of b", "Rename of a"}
	if got := m.History().Past; !cmp.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
	m.UndoTo(2)
	if a, _ := flow.Find(m.doc.Flow, "a"); a.Summary != "Look up the order" {
		t.Errorf("the name is %q", a.Summary)
	}
	// What is typed after an undo is no part of what was undone.
	m.Redo()
	m.Do(SetSummary("a", "Z"))
	if got := len(m.History().Past); got != 2 {
		t.Errorf("%d steps of history", got)
	}
}

func TestSelectionFollows(t *testing.T) {
	m := New()
	m.Open("p", refund())
	for _, c := range []struct{ reason, sel, del, want string }{
		{"the one that came after", "a", "a", "b"},
		{"the last has only one before", "c", "c", "b"},
		{"alone in its branch: the branch step", "d", "d", "c"},
		{"what stood inside goes with it", "e", "c", "b"},
		{"another stays selected", "b", "a", "b"},
	} {
		m.Open("p", refund())
		m.Select(c.sel)
		m.Do(Delete(c.del))
		if m.Selected() != c.want {
			t.Errorf("%s: deleted %s, %q is selected, want %q", c.reason, c.del, m.Selected(), c.want)
		}
		m.Undo()
		if m.Selected() != c.sel {
			t.Errorf("%s: after undo %q is selected", c.reason, m.Selected())
		}
	}
	m.Open("p", flowOf(ts("a")))
	m.Select("a")
	m.Do(Delete("a"))
	if m.Selected() != InputID {
		t.Errorf("the last step is gone and %q is selected", m.Selected())
	}
	m.Do(m.Add(flow.Place{Branch: -1}, ts("")))
	if m.Selected() != "a" {
		t.Errorf("the new step is not selected but %q", m.Selected())
	}
}

func TestSavedFollowsTheFlowThatWasStored(t *testing.T) {
	m := New()
	m.Open("p", refund())
	if !m.Doc().Saved() {
		t.Fatal("a flow just opened is not saved")
	}
	if d := m.Do(SetSummary("a", "x")); !d.Save || m.Doc().Saved() {
		t.Fatal("a change does not ask to be stored")
	}
	stored := m.Doc().Flow
	m.SetNow(m.now.Add(time.Minute))
	m.Do(SetSummary("a", "xy")) // while it is being stored
	m.MarkSaved(m.Doc(), stored, false)
	if m.Doc().Saved() {
		t.Error("a change made while storing was lost")
	}
	m.Undo()
	if !m.Doc().Saved() {
		t.Error("the stored flow is back and counts as changed")
	}
}

func TestForkTakesCodeAndInputs(t *testing.T) {
	m := New()
	m.SetScripts(scripts)
	s := &flow.Module{ID: "a", Value: &flow.Script{Path: "hub/1/gmail/ask", Inputs: &flow.Inputs{Names: []string{"to"}, By: map[string]*flow.Input{"to": {Kind: flow.Static, Value: flow.Raw(`"x"`)}}}}}
	m.Open("p", flowOf(s))
	if d := m.Do(m.Fork("a")); d.Err != nil {
		t.Fatal(d.Err)
	}
	a := m.SelectedStep()
	v, ok := a.Value.(*flow.RawScript)
	if !ok || v.Content != "code" || v.Language != "bun" || v.Path != "hub/1/gmail/ask" || v.Inputs.By["to"] == nil || a.Summary != "Ask by mail" {
		t.Errorf("forked to %+v %+v", a, a.Value)
	}
	if d := m.Do(m.Fork("a")); d.Err == nil {
		t.Error("code that is in the flow was forked")
	}
}

// What stands beside the way of a flow is added with one edit, which can be undone.
func TestAScriptBesideTheWayOfAFlow(t *testing.T) {
	m := New()
	m.Open("p", refund())
	for _, id := range []string{flow.FailureID, PreprocessorID} {
		if d := m.Do(AddAside(id)); d.Err != nil || m.Selected() != id {
			t.Fatalf("%s: %v, selected %q", id, d.Err, m.Selected())
		}
	}
	v := m.doc.Flow.Value
	if f, ok := v.FailureModule.Value.(*flow.RawScript); !ok || f.Inputs.By["error"].Expr != "error" || v.PreprocessorModule.Summary != textPreprocessor {
		t.Errorf("%+v, %+v", v.FailureModule, v.PreprocessorModule)
	}
	m.UndoTo(1)
	if v := m.doc.Flow.Value; v.FailureModule != nil || v.PreprocessorModule != nil {
		t.Error("undo leaves them")
	}
}
