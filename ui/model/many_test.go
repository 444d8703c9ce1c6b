package model

import (
	"strings"
	"testing"

	"sluice/engine/flow"
)

func opened(f *flow.Flow) *Model {
	m := New()
	m.Open("p", f)
	return m
}

func loop(id string, mods ...*flow.Module) *flow.Module {
	return &flow.Module{ID: id, Value: &flow.ForLoop{Iterator: expr("[1]"), Modules: mods}}
}

// shapeOfMods writes a flow's steps with what holds them: "a l(b c) z".
func shapeOfMods(mods []*flow.Module) string {
	var parts []string
	for _, s := range mods {
		text := s.ID
		if Container(s) {
			text += "(" + shapeOfMods(held(s)) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

// do makes an edit, wants a shape, and takes the edit back in one step.
func (m *Model) do(t *testing.T, e Edit, want, name string) {
	t.Helper()
	before := shapeOfMods(m.doc.Flow.Value.Modules)
	d := m.Do(e)
	if d.Err != nil {
		t.Fatalf("%s: %v", e.Name, d.Err)
	}
	if got := shapeOfMods(m.doc.Flow.Value.Modules); got != want {
		t.Errorf("%s gives %q, want %q", e.Name, got, want)
	}
	if h := m.History(); e.Name != name || before != want && (len(h.Past) == 0 || h.Past[0] != name) {
		t.Errorf("the edit is called %q, the history %q, want %q", e.Name, h.Past, name)
	}
	if before == want {
		return
	}
	m.Undo()
	if got := shapeOfMods(m.doc.Flow.Value.Modules); got != before {
		t.Errorf("%s taken back gives %q, want %q", e.Name, got, before)
	}
}

func TestSeveralStepsAtOnce(t *testing.T) {
	f := flowOf(ts("a"), ts("b"), loop("l", ts("m"), ts("n")), ts("y"), ts("z"))
	m := opened(f)
	m.SelectSteps([]string{"n", "b", "l", "z"})
	if got := strings.Join(m.Selection(), " "); got != "b l z" {
		t.Fatalf("selected %q: what stands in another of them counts with it", got)
	}
	m.do(t, DeleteSteps(m.Selection()), "a y", "Delete 3 steps")
	m.do(t, MoveSteps([]string{"a", "b"}, 1), "l(m n) a b y z", "Move 2 steps")
	m.do(t, MoveSteps([]string{"a", "b"}, -1), "a b l(m n) y z", "Move 2 steps")
	m.do(t, MoveSteps([]string{"b", "z"}, 1), "a l(m n) b y z", "Move 2 steps")
	m.do(t, MoveStepsTo([]string{"a", "y"}, flow.Place{Container: "l", Branch: -1, Index: 1}), "b l(m a y n) z", "Move 2 steps")
	m.do(t, MoveStepsTo([]string{"a", "b"}, flow.Place{Branch: -1, Index: 5}), "l(m n) y z a b", "Move 2 steps")
	m.do(t, MoveStepsTo([]string{"m", "a"}, flow.Place{Branch: -1, Index: 2}), "b m a l(n) y z", "Move 2 steps")
	m.do(t, m.DuplicateSteps([]string{"a", "b"}), "a b c d l(m n) y z", "Duplicate 2 steps")
	if d := m.Do(MoveStepsTo([]string{"a", "l"}, flow.Place{Container: "l", Branch: -1})); d.Err == nil {
		t.Error("a loop was moved into itself")
	}
	m.Do(m.DuplicateSteps([]string{"a", "b"}))
	if got := strings.Join(m.Selection(), " "); got != "c d" {
		t.Errorf("after a duplicate %q is selected", got)
	}
	m.Do(DeleteSteps(m.Selection()))
	if m.Selected() != "l" || len(m.Selection()) != 1 {
		t.Errorf("after the deletion %q of %v is selected", m.Selected(), m.Selection())
	}
}

func TestSelection(t *testing.T) {
	m := opened(flowOf(ts("a"), loop("l", ts("m"), ts("n")), ts("z")))
	now := func(want string) {
		t.Helper()
		if got := strings.Join(m.Selection(), " "); got != want {
			t.Errorf("selected %q, want %q", got, want)
		}
	}
	m.Select("m")
	m.SelectAll()
	now("m n")
	if m.Selected() != "m" {
		t.Errorf("the inspector went to %q", m.Selected())
	}
	m.SelectAll()
	now("a l z")
	m.Select("a")
	m.SelectAlso("z")
	now("a z")
	s := m.Scene()
	if a, _ := s.Box("a"); !a.Also || a.Selected {
		t.Errorf("a is %+v", a)
	}
	m.SelectAlso("a")
	now("z")
	m.SelectAlso(InputID) // not one of several
	if m.Selected() != InputID {
		t.Errorf("selected %q", m.Selected())
	}
	m.SelectAlso("a")
	now("a")
	m.SelectSteps(nil)
	now("")
}

func TestCopiesOfSeveralGoOverTheClipboard(t *testing.T) {
	b := &flow.Module{ID: "b", Value: &flow.Identity{}, SkipIf: &flow.Predicate{Expr: "results.a < 1"}}
	m := opened(flowOf(ts("a"), b, ts("z")))
	text, err := m.CopySteps([]string{"a", "b"})
	if err != nil || strings.Contains(text, `\u003c`) {
		t.Fatalf("%s, %v", text, err)
	}
	e, err := m.Paste(flow.Place{Branch: -1, Index: 3}, text)
	if err != nil {
		t.Fatal(err)
	}
	m.do(t, e, "a b z c d", "Paste 2 steps")
	m.Do(e)
	if s, _ := flow.Find(m.Doc().Flow, "d"); s.SkipIf.Expr != "results.c < 1" {
		t.Errorf("the copy reads %s", s.SkipIf.Expr)
	}
	if got := strings.Join(m.Selection(), " "); got != "c d" {
		t.Errorf("after the paste %q is selected", got)
	}
}

func TestWrapAndUnwrap(t *testing.T) {
	m := opened(flowOf(ts("a"), ts("b"), ts("d"), loop("l", ts("m"))))
	m.do(t, m.Wrap([]string{"b"}, InForLoop), "a c(b) d l(m)", "Wrap step b in a for loop")
	m.do(t, m.Wrap([]string{"a", "d"}, InBranch), "c(a b d) l(m)", "Wrap 2 steps in a branch")
	m.do(t, m.Wrap([]string{"m"}, InWhileLoop), "a b d l(c(m))", "Wrap step m in a while loop")
	m.do(t, m.Wrap([]string{"a", "b"}, InBranchAll), "c(a b) d l(m)", "Wrap 2 steps in branches")
	m.do(t, Unwrap("l"), "a b d m", "Unwrap the steps of l")
	if d := m.Do(m.Wrap([]string{"a", "m"}, InForLoop)); d.Err == nil {
		t.Error("steps of two sequences were wrapped")
	}
	if d := m.Do(Unwrap("a")); d.Err == nil {
		t.Error("a script was unwrapped")
	}
	m.Do(m.Wrap([]string{"a"}, InBranch))
	if s := m.SelectedStep(); s == nil || s.Value.(*flow.BranchOne).Branches[0].Expr != "" {
		t.Error("the condition of a new branch is filled in for everybody")
	}
}

// A replaced step keeps what others read of it and what fits: no approval and no
// condition is lost on the way.
func TestReplace(t *testing.T) {
	old := ts("a")
	old.Summary, old.Suspend, old.SkipIf = "Ask", &flow.Suspend{RequiredEvents: 2}, &flow.Predicate{Expr: "flow_input.x"}
	setInputs(old, (&flow.Inputs{}).Set("to", expr("results.z")).Set("gone", expr("1")))
	m := opened(flowOf(old, loop("l", ts("m"))))
	m.SetSchemas(func(string) flow.Raw {
		return flow.Raw(`{"type":"object","properties":{"to":{"type":"string"},"other":{"type":"string"}}}`)
	})
	m.Do(m.Replace("a", &flow.Module{ID: "q", Summary: "Hub", Value: &flow.Script{Path: "hub/1/x/y", Inputs: (&flow.Inputs{}).Set("other", expr("2"))}}))
	s, _ := flow.Find(m.Doc().Flow, "a")
	if s == nil || s.Summary != "Ask" || s.Suspend == nil || s.SkipIf == nil {
		t.Fatalf("the step is %+v", s)
	}
	in := flow.InputsOf(s)
	if in.By["to"] == nil || in.By["other"] == nil || in.By["gone"] != nil {
		t.Errorf("its inputs are %v", in.Names)
	}
	m.do(t, m.Replace("l", &flow.Module{ID: "q", Value: &flow.BranchOne{}}), "a l(m)", "Replace the step of l")
	m.do(t, m.Replace("l", ts("q")), "a l", "Replace the step of l")
	l, _ := flow.Find(m.Doc().Flow, "l")
	if n := LosesSteps(l, ts("q")); n != 1 {
		t.Errorf("%d steps would be lost", n)
	}
}

func TestSkipSteps(t *testing.T) {
	own := ts("b")
	own.SkipIf = &flow.Predicate{Expr: "results.a"}
	m := opened(flowOf(ts("a"), own))
	skipped := func(want ...bool) {
		t.Helper()
		for i, s := range m.Doc().Flow.Value.Modules {
			if s.Skipped() != want[i] {
				t.Errorf("%s is skipped: %v", s.ID, s.Skipped())
			}
		}
	}
	m.Do(m.SkipSteps([]string{"a"}))
	skipped(true, false)
	m.Do(m.SkipSteps([]string{"a", "b"})) // one of them was not
	skipped(true, true)
	sc := m.Scene()
	if b, _ := sc.Box("b"); !b.Skipped || !strings.HasPrefix(b.Line, "Skipped") {
		t.Errorf("the card says %q", b.Line)
	}
	m.Do(m.SkipSteps([]string{"a", "b"}))
	skipped(false, false)
	if s, _ := flow.Find(m.Doc().Flow, "b"); s.SkipIf == nil || s.SkipIf.Expr != "results.a" {
		t.Errorf("its own condition is %+v", s.SkipIf)
	}
}

func TestWhereTheKeyboardAdds(t *testing.T) {
	branch := one("c", []*flow.Module{}, way("x", ts("d")))
	m := opened(flowOf(ts("a"), loop("l", ts("m")), loop("e"), branch))
	for _, w := range []struct {
		id     string
		inside bool
		place  flow.Place
		words  string
	}{
		{"a", false, flow.Place{Branch: -1, Index: 1}, "after “a”"},
		{"a", true, flow.Place{Branch: -1, Index: 1}, "after “a”"},
		{"l", false, flow.Place{Branch: -1, Index: 2}, "after “l”"},
		{"l", true, flow.Place{Container: "l", Branch: -1}, "as the first step of loop l"},
		{"e", false, flow.Place{Container: "e", Branch: -1}, "as the first step of loop e"},
		{"c", true, flow.Place{Container: "c"}, "as the first step of branch 1 of c"},
		{"#place -1 c", false, flow.Place{Container: "c", Branch: -1}, "as the first step of the default of c"},
		{InputID, false, flow.Place{Branch: -1}, "after “Flow input”"},
		{EndID, false, flow.Place{Branch: -1, Index: 4}, "at the end"},
		{"", false, flow.Place{Branch: -1, Index: 4}, "at the end"},
	} {
		m.Select(w.id)
		if m.Selected() != w.id {
			t.Fatalf("%q cannot be selected", w.id)
		}
		if got := m.SpotFor(w.inside); got.Place != w.place || got.Words != w.words {
			t.Errorf("%q, inside %v: %+v", w.id, w.inside, got)
		}
	}
}

func TestFindOnTheCanvas(t *testing.T) {
	a := ts("a")
	a.Value.(*flow.RawScript).Content = "return fetch(url)"
	setInputs(a, (&flow.Inputs{}).Set("url", expr("flow_input.Address")))
	f := flowOf(a, loop("l", ts("m")), one("c", nil, way("resume.ok", ts("d"))))
	f.Value.Notes = flow.Raw(`[{"id":"n","text":"Fetch again","color":"","type":"free"}]`)
	m := opened(f)
	for query, want := range map[string]string{"fetch": "a #note n", "ADDRESS": "a", "resume.ok": "c", "fetch url": "a", "m": "", " ": "", "nothing at all": ""} {
		m.FindOnCanvas(query)
		ids, _ := m.Matches()
		if got := strings.Join(ids, " "); want != "" && got != want || want == "" && query != "m" && got != "" {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
	m.FindOnCanvas("fetch")
	m.NextMatch(1)
	if m.Selected() != "a" {
		t.Errorf("selected %q", m.Selected())
	}
	m.NextMatch(1)
	m.NextMatch(1)
	if _, at := m.Matches(); m.Selected() != "a" || at != 0 {
		t.Errorf("around the end %q", m.Selected())
	}
	if m.NextMatch(-1); m.Selected() != "#note n" {
		t.Errorf("back %q", m.Selected())
	}
	s := m.Scene()
	if b, _ := s.Box("a"); !b.Match {
		t.Error("what was found bears no mark")
	}
}

func TestNotesOnTheCanvas(t *testing.T) {
	m := opened(flowOf(ts("a"), ts("b")))
	m.Do(m.AddNote(Point{10, 20}))
	id := m.Selected()
	n, ok := m.NoteOf(id)
	if !ok || *n.X != 10 {
		t.Fatalf("%q: %+v", id, n)
	}
	for range 3 {
		m.Do(m.MoveNote(n.ID, 5, 0))
	}
	m.Do(WriteNote(n.ID, "Mind this"))
	s := m.Scene()
	if b, _ := s.Box(id); b.X != 25 || b.Title != "Mind this" {
		t.Errorf("the note is %+v", b)
	}
	if got := len(m.History().Past); got != 3 {
		t.Errorf("%d undo steps: %v", got, m.History().Past)
	}
	m.Do(m.Group([]string{"a", "b"}))
	if _, at, ok := m.GroupOf(m.Selected()); !ok {
		t.Errorf("selected %q", m.Selected())
	} else {
		m.Do(SetGroup(at, "Name", "", func(g *flow.Group) { g.Summary = "Both" }))
		m.Do(Ungroup(at))
	}
	m.Do(DeleteNote(n.ID))
	if m.doc.Flow.Value.Notes != nil || m.doc.Flow.Value.Groups != nil {
		t.Errorf("left are %s and %s", m.doc.Flow.Value.Notes, m.doc.Flow.Value.Groups)
	}
	m.Undo()
	m.Select(id)
	locked := opened(flowOf(ts("a")))
	locked.doc.Flow.Value.Notes = flow.Raw(`[{"id":"n","text":"x","color":"","type":"free","locked":true}]`)
	if d := locked.Do(WriteNote("n", "y")); d.Err == nil {
		t.Error("a locked note was written")
	}
}

// The flow that a step runs is shown below it, and cannot be changed there.
func TestASubflowOpensInPlace(t *testing.T) {
	inner := flowOf(ts("x"), loop("y", ts("w")))
	m := New()
	m.SetFlows(func(path string) (*flow.Flow, error) {
		if path == "f/inner" {
			return inner, nil
		}
		return nil, nil
	})
	m.Open("p", flowOf(&flow.Module{ID: "s", Value: &flow.Subflow{Path: "f/inner"}}, ts("z")))
	sc := m.Scene()
	if s, _ := sc.Box("s"); s.Fold != Folded || !s.Opens {
		t.Fatalf("%+v", s)
	}
	pluses := len(sc.Pluses)
	m.Fold("s")
	sc = m.Scene()
	x, ok := sc.Box("#in s/x")
	s, _ := sc.Box("s")
	if !ok || !x.Inner || x.Chip != "x" || s.Below != x.ID || len(sc.Pluses) != pluses || len(sc.Frames) != 2 {
		t.Fatalf("x %+v, below s %q, %d pluses, %d frames", x, s.Below, len(sc.Pluses), len(sc.Frames))
	}
	m.Select("#in s/x")
	sc = m.Scene()
	if x, _ = sc.Box("#in s/x"); !x.Selected || m.Selected() != "s" {
		t.Errorf("selected %q, %+v", m.Selected(), x)
	}
	m.Fold("s")
	if sc = m.Scene(); len(sc.Frames) != 0 {
		t.Error("it stays open")
	}
}
