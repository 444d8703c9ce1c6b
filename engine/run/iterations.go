package run

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/flow"
)

// Containers that work in iterations: loops, which run the same steps in each, and
// branches to all, whose iterations are the branches. Sequential ones take one iteration
// at a time and end with the first that fails. Parallel ones take as many as
// they may, and take all of them.

// iterations is how far a container has come.
type iterations struct {
	list    Ref               // of a for loop
	items   []json.RawMessage // of the list, where it is at hand
	total   int               // -1 for a while loop: nobody knows
	width   int               // at a time
	begun   int
	ended   int
	noted   int    // of those that ended, failed and only noted it
	results []Ref  // by iteration; zero while it runs
	failed  int    // the first iteration, by number, that failed; -1 if none did
	why     ending // of that iteration
	halted  bool   // no further iterations begin
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

// iterate takes the list. How many iterations may run at a time is asked after it.
func (s *State) iterate(st *step, list Ref) {
	t := &iterations{list: list, failed: -1}
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
	if t.total > MaxIterations {
		s.fail(st, &Failure{
			Name: NameTooLong, Message: fmt.Sprintf("The list has %d items; a loop makes %d iterations at most", t.total, MaxIterations),
			Hint: "No iteration has begun. Cut the list into parts, or filter it in a step before.",
		})
		return
	}
	st.iterations = t
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
	s.nextIterations(st)
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

// widen takes the computed number of iterations that run at a time.
func (s *State) widen(st *step, n float64) {
	w := int(min(n, MaxIterations))
	if w < 1 || float64(w) != n && n < MaxIterations {
		s.fail(st, badWidth())
		return
	}
	st.iterations.width = w
	s.nextIterations(st)
}

// takeIterations begins a container whose iterations are known without a list.
func (s *State) takeIterations(st *step, total int) {
	st.iterations = &iterations{total: total, width: 1, failed: -1}
	if st.node.parallel() {
		st.iterations.width = total
	}
	s.nextIterations(st)
}

// nextIterations begins as many iterations as may run, or ends the container.
func (s *State) nextIterations(st *step) {
	t := st.iterations
	st.phase = Running
	for !t.halted && t.begun != t.total && t.begun-t.ended < max(t.width, 1) {
		if t.begun == MaxIterations { // of a while loop
			t.halted = true
			s.iterationsOver(st, ending{why: Failed, err: &Failure{
				Name: NameTooLong, StepID: st.node.id, Message: fmt.Sprintf("The loop has made %d iterations and is not done", MaxIterations),
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
		f.iteration = i
		if n.kind != kindBranchAll {
			f.iters = append(slices.Clip(f.iters), Iter{Index: i, Value: t.item(i)})
			if n.parallel() && s.started.Rules > 2 {
				f.root = &root{}
			}
		}
	}
	if t.begun == t.ended {
		s.iterationsOver(st, t.why)
	}
}

// item returns the value of an iteration.
func (t *iterations) item(i int) Ref {
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

// iterationEnded takes the result of an iteration. whole says that the iteration's last step was
// reached; a sequential container then asks whether to stop.
func (s *State) iterationEnded(st *step, f *frame, r Ref, whole bool) {
	t := st.iterations
	t.results[f.iteration] = r
	f.results = nil
	t.ended++
	st.inner.remove(f)
	if p := st.node.module.StopAfterIf; p != nil && whole && !st.node.parallel() {
		s.compute(st, ForStop, ShapeBool, []NamedInput{{Input: expression(p.Expr)}}, s.around(st, ForStop, r))
		return
	}
	s.nextIterations(st)
}

// onIterationStop hears whether the container stops after the iteration that just ended.
func (s *State) onIterationStop(st *step, yes bool, f *Failure) {
	t, p := st.iterations, st.node.module.StopAfterIf
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
		s.nextIterations(st)
	}
}

// iterationFailed takes the failure of an iteration: noted in its place where the flow says
// so, else the failure of the container.
func (s *State) iterationFailed(st *step, f *frame, e ending) {
	t := st.iterations
	t.results[f.iteration] = errorRef(e.err)
	f.results = nil
	t.ended++
	st.inner.remove(f)
	switch {
	case st.node.skips(f.iteration):
		t.noted++
	default:
		barred, lost := t.why.barred || e.barred, t.why.lost || e.lost
		if t.failed < 0 || f.iteration < t.failed {
			t.failed, t.why = f.iteration, e
		}
		t.why.barred, t.why.lost = barred, lost
		t.halted = t.halted || !st.node.parallel()
	}
	s.nextIterations(st)
}

// iterationsOver ends a container with the list of its iterations' results.
func (s *State) iterationsOver(st *step, e ending) {
	r := list(st.iterations.results)
	if e.err == nil {
		s.succeed(st, r)
		return
	}
	e.result, e.stopped = r, false
	s.unsuccessful(st, e)
}

// Iterations is how far a loop or a branch to all has come, for those who show it.
type Iterations struct {
	Total  int // -1 if nobody knows
	Begun  int
	Ended  int
	Failed int // of those that ended
}

func (t *iterations) view() *Iterations {
	if t == nil {
		return nil
	}
	v := &Iterations{Total: t.total, Begun: t.begun, Ended: t.ended, Failed: t.noted}
	if t.failed >= 0 {
		v.Failed++ // others of a parallel container show on their own steps
	}
	return v
}
