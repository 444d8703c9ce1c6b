package people

import (
	"bytes"
	"encoding/json"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// checkForm checks what an approver filled in. A form whose schema is broken can
// not be checked, and a decision is never lost over that. One with conditions takes
// what was computed of them outside of the writer.
func checkForm(a run.Approval, v json.RawMessage, form *checked) (json.RawMessage, error) {
	v = bytes.TrimSpace(v)
	free := len(bytes.TrimSpace(a.Form)) == 0
	if len(v) == 0 || string(v) == "null" {
		if free {
			return json.RawMessage("null"), nil
		}
		v = json.RawMessage("{}")
	}
	if v[0] != '{' || !json.Valid(v) {
		return nil, formFault(&flow.FormError{Errors: []flow.FieldError{{Message: "must be a JSON object"}}}, "The answer must be a JSON object")
	}
	if !free && flow.Conditional(a.Form) && (form == nil || form.form != string(a.Form) || form.enums != string(a.Ask.Enums)) {
		return nil, errConditions
	}
	var errs []flow.FieldError
	var err error
	if form != nil {
		errs = form.wrong
	} else {
		errs, err = flow.CheckValue(a.Form, a.Ask.Enums, v)
	}
	if err == nil && len(errs) > 0 {
		return nil, formFault(&flow.FormError{Errors: errs}, "Some fields need another look")
	}
	return v, nil
}
