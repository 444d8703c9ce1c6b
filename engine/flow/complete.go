package flow

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Complete checks an object against a JSON Schema and fills in the defaults of
// fields that are not there. A schema that is broken is Validate's to refuse.
func Complete(schema Raw, v json.RawMessage) (json.RawMessage, []FieldError) {
	if len(bytes.TrimSpace(schema)) == 0 {
		return v, nil
	}
	var have, defaults map[string]json.RawMessage
	if json.Unmarshal(Defaults(schema), &defaults) == nil && json.Unmarshal(v, &have) == nil {
		missing := false
		for k := range defaults {
			if _, ok := have[k]; !ok {
				have[k], missing = defaults[k], true
			}
		}
		if missing {
			if b, err := json.Marshal(have); err == nil {
				v = b
			}
		}
	}
	errs, err := CheckValue(schema, nil, v)
	if err != nil {
		return v, nil
	}
	return v, errs
}

// FormError says which fields of a form are wrong.
type FormError struct{ Errors []FieldError }

// Fields are the wrong ones.
func (f *FormError) Fields() []FieldError { return f.Errors }

func (f *FormError) Error() string {
	lines := make([]string, len(f.Errors))
	for i, e := range f.Errors {
		lines[i] = strings.TrimSpace(strings.Join(e.Path, ".") + " " + e.Message)
	}
	return strings.Join(lines, "; ")
}
