package run

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/flow"
)

// Containers that work in turns: loops, whose turns run the same steps, and
// branches to all, whose turns are the branches. Sequential ones take one turn
// at a time and end with the first that fails. Parallel ones take as many as
// they may, and take all of them.

// turns is how far a container has come.
type turns struct {
	list    Ref               // of a for loop
	items   []json.RawMessage // of the list, where it is at hand
	total   int               // -1 for a while loop: nobody knows
	width   int               // at a time
	begun   int
	ended   int
	noted   int    // of those that ended, failed and only noted it
	results []Ref  // by turn; zero while it runs
	failed  int    // the first turn, by number, that failed; -1 if none did
	why     ending // of that turn
	halted  bool   // no further turns begin
}

// beginLoop finds the list that a for loop runs over.
func (s *State) beginLoop(st *step) {
	in := st.node.module.Value.(*flow.ForLoop).Iterator
	switch {
	case in == nil:
		s.iterate(st, Inline(nil))
	case in.Kind == flow.JavaScript:
		s.compute(st, ForIterator, ShapeValue, []NamedInput{{Name: "iterator", Input: *in}}, s.before(st, ForIterator))
	case in.Value == nil:
		s.iterate(st, Inline(nil))
	default:
		s.iterate(st, Ref{Inline: in.Value})
	}
}

// iterate takes the list. How many turns may run at a time is asked after it.
func (s *State) iterate(st *step, list Ref) {
	t := &turns{list: list, failed: -1}
	switch {
	case list.Items != nil:
		t.total = len(list.Items)
	case list.Inline != nil:
		if json.Unmarshal(list.Inline, &t.items) != nil || t.items == nil {
			s.fail(st, notAList(string(list.Inline)))
			return
		}
		t.total = len(t.items)
	default:
		if t.total = list.Len; t.total == 0 || list.Item > 0 {
			s.fail(st, notAList(list.Preview))
			return
		}
	}
	if t.total > MaxTurns {
		s.fail(st, &Failure{
			Name: NameTooLong, Message: fmt.Sprintf("The list has %d items; a loop makes %d turns at most", t.total, MaxTurns),
			Hint: "No turn has begun. Cut the list into parts, or filter it in a step before.",
		})
		return
	}
	st.turns = t
	v := st.node.module.Value.(*flow.ForLoop)
	t.width = t.total
	switch in := v.Parallelism; {
	case !v.Parallel:
		t.width = 1
	case in == nil:
	case in.Kind == flow.JavaScript:
		s.compute(st, ForWidth, ShapeNumber, []NamedInput{{Name: "parallelism", Input: *in}}, s.around(st, ForWidth, st.frame.prev))
		return
	default:
		n, ok := fixedWidth(in)
		if !ok {
			s.fail(st, badWidth())
			return
		}
		if n > 0 {
			t.width = n
		}
	}
	s.nextTurns(st)
}

// fixedWidth reads a number that may be written as a text; 0 if there is none.
func fixedWidth(in *flow.Input) (int, bool) {
	text := strings.TrimSpace(strings.Trim(string(in.Value), `"`))
	if text == "" || text == "null" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0
}

func badWidth() *Failure {
	return &Failure{Name: NameExpr, Message: "The parallelism of a loop must be a whole number, 1 or more"}
}

func notAList(found string) *Failure {
	if r := []rune(found); len(r) > 100 {
		found = string(r[:100]) + "…"
	}
	return &Failure{Name: NameExpr, Message: "Expected an array value in the iterator expression, found: " + found}
}

// widen takes the computed number of turns that run at a time.
func (s *State) widen(st *step, n float64) {
	w := int(min(n, MaxTurns))
	if w < 1 || float64(w) != n && n < MaxTurns {
		s.fail(st, badWidth())
		return
	}
	st.turns.width = w
	s.nextTurns(st)
}

// takeTurns begins a container whose turns are known without a list.
func (s *State) takeTurns(st *step, total int) {
	st.turns = &turns{total: total, width: 1, failed: -1}
	if st.node.parallel() {
		st.turns.width = total
	}
	s.nextTurns(st)
}

// nextTurns begins as many turns as may run, or ends the container.
func (s *State) nextTurns(st *step) {
	t := st.turns
	st.phase = Running
	for !t.halted && t.begun != t.total && t.begun-t.ended < max(t.width, 1) {
		if t.begun == MaxTurns { // of a while loop
			t.halted = true
			s.turnsOver(st, ending{why: Failed, err: &Failure{
				Name: NameTooLong, StepID: st.node.id, Message: fmt.Sprintf("The loop has made %d turns and is not done", MaxTurns),
				Hint: "Check the condition that ends it.",
			}})
			return
		}
		i, n := t.begun, st.node
		body := n.paths[0]
		if n.kind == kindBranchAll {
			body = n.paths[i]
		}
		t.begun++
		t.results = append(t.results, Ref{})
		f := s.descend(st, strconv.Itoa(i), body)
		f.turn = i
		if n.kind != kindBranchAll {
			f.iters = append(slices.Clip(f.iters), Iter{Index: i, Value: t.item(i)})
			if n.parallel() && s.started.Rules > 2 {
				f.root = &root{}
			}
		}
	}
	if t.begun == t.ended {
		s.turnsOver(st, t.why)
	}
}

// item returns the value of a turn.
func (t *turns) item(i int) Ref {
	switch {
	case t.total < 0:
		return Inline(i)
	case t.list.Items != nil:
		return t.list.Items[i]
	case t.items != nil:
		return Ref{Inline: t.items[i]}
	}
	r := t.list
	r.Item, r.Len = i+1, 0
	return r
}

// turnEnded takes the result of a turn. whole says that the turn's last step was
// reached; a sequential container then asks whether to stop.
func (s *State) turnEnded(st *step, f *frame, r Ref, whole bool) {
	t := st.turns
	t.results[f.turn] = r
	f.results = nil
	t.ended++
	st.inner.remove(f)
	if p := st.node.module.StopAfterIf; p != nil && whole && !st.node.parallel() {
		s.compute(st, ForStop, ShapeBool, []NamedInput{{Input: expression(p.Expr)}}, s.around(st, ForStop, r))
		return
	}
	s.nextTurns(st)
}

// onTurnStop hears whether the container stops after the turn that just ended.
func (s *State) onTurnStop(st *step, yes bool, f *Failure) {
	t, p := st.turns, st.node.module.StopAfterIf
	last := t.results[t.ended-1]
	if yes && f == nil {
		f = stopError(st, p, last)
		t.halted = true
	}
	switch {
	case f != nil:
		t.halted = true
		s.failed(st, ending{why: Failed, err: f, result: list(t.results)}, false)
	case yes && st.node.kind == kindBranchAll:
		s.store(st, last)
		s.close(st, Succeeded)
		s.stopIn(st.frame, last, p.SkipIfStopped)
	default:
		s.nextTurns(st)
	}
}

// turnFailed takes the failure of a turn: noted in its place where the flow says
// so, else the failure of the container.
func (s *State) turnFailed(st *step, f *frame, e ending) {
	t := st.turns
	t.results[f.turn] = errorRef(e.err)
	f.results = nil
	t.ended++
	st.inner.remove(f)
	switch {
	case st.node.skips(f.turn):
		t.noted++
	default:
		barred, lost := t.why.barred || e.barred, t.why.lost || e.lost
		if t.failed < 0 || f.turn < t.failed {
			t.failed, t.why = f.turn, e
		}
		t.why.barred, t.why.lost = barred, lost
		t.halted = t.halted || !st.node.parallel()
	}
	s.nextTurns(st)
}

// turnsOver ends a container with the list of its turns' results.
func (s *State) turnsOver(st *step, e ending) {
	r := list(st.turns.results)
	if e.err == nil {
		s.succeed(st, r)
		return
	}
	e.result, e.stopped = r, false
	s.unsuccessful(st, e)
}

// Turns is how far a loop or a branch to all has come, for those who show it.
type Turns struct {
	Total  int // -1 if nobody knows
	Begun  int
	Ended  int
	Failed int // of those that ended
}

func (t *turns) view() *Turns {
	if t == nil {
		return nil
	}
	v := &Turns{Total: t.total, Begun: t.begun, Ended: t.ended, Failed: t.noted}
	if t.failed >= 0 {
		v.Failed++ // others of a parallel container show on their own steps
	}
	return v
}
