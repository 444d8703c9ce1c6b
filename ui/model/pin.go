package model

import (
	"encoding/json"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// pinMost bounds a result that is pinned, in bytes: it becomes part of the flow's file.
const pinMost = 1 << 20

// Pinned reports whether a step's result is pinned.
func (m *Model) Pinned(id string) bool {
	if m.doc == nil {
		return false
	}
	s, _ := flow.Find(m.doc.Flow, id)
	return s != nil && s.Mock != nil && s.Mock.Enabled
}

// Unpin takes the pin from a step; ok is false where there is none.
func (m *Model) Unpin(id string) (e Edit, ok bool) {
	if !m.Pinned(id) {
		return e, false
	}
	return SetStep(id, say.T(textUnpinEdit), "", func(s *flow.Module) {
		c := *s.Mock
		c.Enabled = false
		s.Mock = &c
	}), true
}

// PinnedFrom is the result that a step had in the shown run, or why there is none.
func (m *Model) PinnedFrom(id string) (ref run.Ref, why string) {
	s := m.see(m.whole())
	at, ok := s.byModule[id]
	switch {
	case m.doc == nil || m.doc.ReadOnly:
		return ref, say.T(whyReadOnly)
	case !ok || s.items[at].st == nil || s.items[at].st.Result.IsZero() || s.items[at].st.Err != nil:
		return ref, say.T(whyNoResult)
	}
	return s.items[at].st.Result, ""
}

// Pin has a step give this value without being run, until the pin is taken away.
func (m *Model) Pin(id string, value json.RawMessage) (Edit, error) {
	if len(value) > pinMost {
		return Edit{}, fault.New("pin.large", say.T("This result is too large to be pinned"), say.T("Pin a smaller one: write it in the step’s settings."))
	}
	return SetStep(id, say.T(textPinEdit), "", func(s *flow.Module) {
		s.Mock = &flow.Mock{Enabled: true, ReturnValue: flow.Raw(value)}
	}), nil
}
