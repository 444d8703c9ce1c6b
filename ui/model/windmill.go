package model

import (
	"encoding/json"
	"strings"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// WindmillScript is the code of a step as Windmill's editor of scripts takes it: what
// Windmill reads of a flow beside the code stands at its head, as it does in a script.
func WindmillScript(s *flow.Module) (string, bool) {
	v, ok := s.Value.(*flow.RawScript)
	if !ok {
		return "", false
	}
	text := v.Content
	switch v.Language {
	case "nativets", "bunnative": // which Windmill tells from the others by a comment
		if !strings.HasPrefix(text, "//native") {
			text = "//native\n" + text
		}
	}
	return text, true
}

// pastedScript is a script as Windmill's interface and its flows write it.
type pastedScript struct {
	Type     string  `json:"type"`
	Content  *string `json:"content"`
	Language string  `json:"language"`
	Lock     string  `json:"lock"`
}

// PasteScript is the edit that puts a script of Windmill, written as JSON, into a step: its
// code, its language and its lock. ok is false where a text is something else.
func PasteScript(id, text string) (e Edit, ok bool) {
	text = strings.TrimSpace(text)
	var s pastedScript
	if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &s) != nil || s.Content == nil || s.Language == "" || s.Type != "" && s.Type != "rawscript" {
		return e, false
	}
	return SetStep(id, say.T(textPasteScript), "", func(m *flow.Module) {
		if v, ok := m.Value.(*flow.RawScript); ok {
			c := *v
			c.Content, c.Language, c.Lock, m.Value = *s.Content, s.Language, s.Lock, &c
		}
	}), true
}

// SetCodeAs is SetCode for a change that has a name of its own and stands alone.
func SetCodeAs(id, content, what string) Edit {
	e := SetCode(id, content, "")
	e.Name = textEdit(what, id)
	return e
}
