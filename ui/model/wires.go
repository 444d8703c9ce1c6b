package model

import (
	"sluice/engine/flow"
	"sluice/engine/run"
)

// anyWay is the Way of wires that are no way of a branch to one.
const anyWay = -2

// wires tells of each wire whether the run took it. What is shown of a loop is
// one iteration, so the wires inside tell of that iteration.
func (m *Model) wires(r *runView, state func(id string) *stepView) []Wire {
	if r == nil || r.state == nil {
		return m.shape.Wires
	}
	out := make([]Wire, len(m.shape.Wires))
	copy(out, m.shape.Wires)
	outcome, _ := r.outcome()
	reached := func(id string) bool {
		switch id {
		case InputID:
			return true
		case EndID:
			return outcome == run.Succeeded && !m.changedSince(r).flow
		}
		return state(id) != nil
	}
	moved := m.movedSince(r)
	for i := range out {
		w := &out[i]
		st := state(w.From)
		switch {
		case w.From == "" || w.From != InputID && st == nil:
		case w.Way != anyWay && st != nil && st.Branch != w.Way:
		case w.To == EndID:
			w.Taken = reached(w.To) && !moved.after[w.From]
		case w.To != "":
			w.Taken = reached(w.To) && !moved.before[w.To]
		case moved.after[w.From]:
		default:
			w.Taken = st != nil && (st.Phase == run.Done && st.role() != Bad || w.Way != anyWay)
		}
	}
	return out
}

// reorder tells which steps another one stands before or after now than in a run: the run
// took no way between them.
type reorder struct {
	now, ran      *flow.Flow // found for
	before, after map[string]bool
}

// movedSince compares the order of the open flow with that of a run.
func (m *Model) movedSince(r *runView) *reorder {
	plan := m.plans[r.began.Flow]
	if plan == nil || plan.Flow() == m.doc.Flow || r.trial {
		return &reorder{}
	}
	if o := m.reorder; o != nil && o.now == m.doc.Flow && o.ran == plan.Flow() {
		return o
	}
	o := &reorder{now: m.doc.Flow, ran: plan.Flow(), before: map[string]bool{}, after: map[string]bool{}}
	wasBefore, wasAfter := neighborsOf(o.ran)
	before, after := neighborsOf(o.now)
	for id := range before {
		o.before[id], o.after[id] = before[id] != wasBefore[id], after[id] != wasAfter[id]
	}
	m.reorder = o
	return o
}

// neighborsOf are the places before and after each step: that of another step, or the
// beginning or end of what holds it.
func neighborsOf(f *flow.Flow) (before, after map[string]string) {
	before, after = map[string]string{}, map[string]string{}
	at := map[flow.Place]string{}
	flow.Walk(f, func(s *flow.Module, p flow.Place, _ int) { at[p] = s.ID })
	for p, id := range at {
		next := func(by int) string {
			q := p
			q.Index += by
			if other, ok := at[q]; ok {
				return other
			}
			return placeID(p)
		}
		before[id], after[id] = next(-1), next(1)
	}
	return before, after
}
