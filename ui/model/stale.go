package model

import (
	"bytes"
	"encoding/json"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// since is what was changed in the open flow since a run that is over: the colors of
// that run are no news of what is new.
type since struct {
	now, ran *flow.Flow // found for
	steps    map[string]bool
	flow     bool                     // anything at all, so that the end is not that of this flow
	texts    map[*flow.Module]ownText // of the steps of both
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
	out := &since{now: m.doc.Flow, ran: ran, steps: map[string]bool{}, texts: map[*flow.Module]ownText{}}
	text := func(s *flow.Module) ownText {
		if m.since != nil {
			if t, ok := m.since.texts[s]; ok { // steps are never changed in place
				out.texts[s] = t
				return t
			}
		}
		out.texts[s] = textOf(s)
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
		if old := was[s.ID]; old == nil || old != s && !text(old).is(text(s)) {
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

// ownText is a step as its journal and its file may both write it: what a run keeps
// was written by another hand than the file, and spells the same signs and numbers
// otherwise.
type ownText flow.Raw

func textOf(s *flow.Module) ownText {
	b, err := (&flow.Flow{Value: flow.Value{Modules: []*flow.Module{s}}}).JSON()
	if err != nil {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return nil
	}
	unname(v)
	b, err = json.Marshal(v)
	if err != nil {
		return nil
	}
	return b
}

// is reports whether two steps do the same.
func (t ownText) is(o ownText) bool {
	return bytes.Equal(t, o) || flow.Alike(flow.Raw(t), flow.Raw(o))
}

// unname takes the summaries of a step, its branches and the steps inside: another
// name is no other step.
func unname(v any) {
	for _, key := range []string{"value", "modules", "branches", "default"} {
		o, ok := v.(map[string]any)
		if !ok {
			return
		}
		delete(o, "summary")
		if list, ok := o[key].([]any); ok {
			for _, kid := range list {
				unname(kid)
			}
		} else {
			unname(o[key])
		}
	}
}
