package flow

import (
	"encoding/json"
	"strings"
)

// reasonNames are the names and titles of fields in which people say why.
var reasonNames = []string{"reason", "message", "comment"}

// ReasonIn returns what a person wrote in the form as the reason of a denial: the text
// of a field called reason, message or comment. "" where nothing was written, or only
// what the form began with. Who fills in such a field and denies has said why, whether
// or not the page asks again. fields are those of the form; nil for a program's answer.
func ReasonIn(fields []Field, answer Raw) string {
	if fields == nil {
		for _, name := range reasonNames {
			fields = append(fields, Field{Name: name, Kind: FieldText})
		}
	}
	var values map[string]json.RawMessage
	if json.Unmarshal(answer, &values) != nil {
		return ""
	}
	for _, name := range reasonNames {
		for _, fd := range fields {
			if fd.Kind != FieldText && fd.Kind != FieldMultiline || !strings.EqualFold(fd.Name, name) && !strings.EqualFold(fd.Title, name) {
				continue
			}
			text, began := said(values[fd.Name]), said(json.RawMessage(fd.Default))
			if text != "" && text != began {
				return text
			}
		}
	}
	return ""
}

func said(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return strings.TrimSpace(s)
}
