package model

import "sluice/engine/run"

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
	for i := range out {
		w := &out[i]
		st := state(w.From)
		switch {
		case w.From == "" || w.From != InputID && st == nil:
		case w.Way != anyWay && st != nil && st.Branch != w.Way:
		case w.To != "":
			w.Taken = reached(w.To)
		default:
			w.Taken = st != nil && (st.Phase == run.Done && st.role() != Bad || w.Way != anyWay)
		}
	}
	return out
}
