package model

import (
	"sluice/engine/flow"
	"sluice/engine/run"
)

// since is what was changed in the open flow since a run that is over: the colors of
// that run are no news of what is new.
type since struct {
	now, ran *flow.Flow // found for
	steps    map[string]bool
	flow     bool                    // anything at all, so that the end is not that of this flow
	texts    map[*flow.Module]string // of the steps of both
}

// changedSince compares the open flow with the one that a run had. While a run goes on
// it finds nothing: where it stands is told whatever is edited meanwhile.
func (m *Model) changedSince(r *runView) *since {
	var none since
	if r == nil || r.status() != run.StatusDone || m.plans[r.began.Flow] == nil {
		return &none
	}
	ran := m.plans[r.began.Flow].Flow()
	if m.doc.Flow == ran || r.trial {
		return &none
	}
	if s := m.since; s != nil && s.now == m.doc.Flow && s.ran == ran {
		return s
	}
	out := &since{now: m.doc.Flow, ran: ran, steps: map[string]bool{}, texts: map[*flow.Module]string{}}
	text := func(s *flow.Module) string {
		if m.since != nil {
			if t, ok := m.since.texts[s]; ok { // steps are never changed in place
				out.texts[s] = t
				return t
			}
		}
		c := *s
		c.Summary = "" // another name is no other step
		b, err := (&flow.Flow{Value: flow.Value{Modules: []*flow.Module{&c}}}).JSON()
		if err != nil {
			return ""
		}
		out.texts[s] = string(b)
		return out.texts[s]
	}
	was := map[string]*flow.Module{}
	var before, now []place
	flow.Walk(ran, func(s *flow.Module, at flow.Place, _ int) {
		was[s.ID] = s
		before = append(before, place{s.ID, at})
	})
	flow.Walk(m.doc.Flow, func(s *flow.Module, at flow.Place, _ int) {
		now = append(now, place{s.ID, at})
		if old := was[s.ID]; old == nil || old != s && text(old) != text(s) {
			out.steps[s.ID], out.flow = true, true
		}
	})
	if len(before) != len(now) {
		out.flow = true
	}
	for i := 0; i < len(now) && !out.flow; i++ {
		out.flow = now[i] != before[i]
	}
	m.since = out
	return out
}

// place is where a step stands.
type place struct {
	id string
	at flow.Place
}
