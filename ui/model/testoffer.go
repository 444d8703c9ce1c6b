package model

import (
	"encoding/json"
	"strconv"

	"sluice/engine/flow"
)

// TestOffer is a condition for a branch that comes right after an approval: that its
// approver wrote something. "" where nobody is asked right before it.
func (m *Model) TestOffer(id string) string {
	if m.doc == nil {
		return ""
	}
	gate := m.stepBefore(id)
	if gate == nil || !IsApproval(gate) {
		return ""
	}
	name := "message"
	if gate.Suspend.ResumeForm != nil {
		name = ""
		for _, one := range inputNames(gate.Suspend.ResumeForm.Schema) {
			if name = one; textField(gate.Suspend.ResumeForm.Schema, one) {
				break
			}
		}
		if name == "" {
			return ""
		}
		if !textField(gate.Suspend.ResumeForm.Schema, name) {
			return "resume[" + strconv.Quote(name) + "]"
		}
	}
	return "resume[" + strconv.Quote(name) + `] != ""`
}

func textField(schema flow.Raw, name string) bool {
	var s struct {
		Properties map[string]struct {
			Type string `json:"type"`
		} `json:"properties"`
	}
	return json.Unmarshal(schema, &s) == nil && s.Properties[name].Type == "string"
}

// stepBefore is the step that runs right before another, nil if there is none.
func (m *Model) stepBefore(id string) *flow.Module {
	s, at := flow.Find(m.doc.Flow, id)
	for s != nil && at.Index == 0 && at.Container != "" {
		s, at = flow.Find(m.doc.Flow, at.Container)
	}
	if s == nil || at.Index <= 0 {
		return nil
	}
	at.Index--
	var before *flow.Module
	flow.Walk(m.doc.Flow, func(one *flow.Module, p flow.Place, _ int) {
		if p == at {
			before = one
		}
	})
	return before
}
