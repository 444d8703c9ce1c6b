package engine

import (
	"bytes"
	"encoding/json"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// parseFlow reads a flow from JSON.
func parseFlow(file []byte) (*flow.Flow, error) {
	fl, err := flow.ParseJSON(file)
	if err != nil {
		return nil, unexpected(err)
	}
	return fl, nil
}

// modules lists every module of a flow, nested ones and the failure module
// included.
func modules(fl *flow.Flow) (out []*flow.Module) {
	flow.Every(fl, func(m *flow.Module) { out = append(out, m) })
	return out
}

// refuse says why a flow can not run: the first error of its definition, or the
// first thing that this version does not do.
func refuse(fl *flow.Flow) error {
	for _, list := range [][]flow.Problem{flow.Validate(fl), flow.Unsupported(fl)} {
		for _, p := range list {
			if p.Severity != flow.SeverityError {
				continue
			}
			title := p.Title
			if p.Step != "" && !strings.HasPrefix(title, "Step ") {
				title = "Step " + p.Step + ": " + title
			}
			if p.Field != "" {
				title += " (" + p.Field + ")"
			}
			return fault.New(p.Code, title, p.Hint)
		}
	}
	return nil
}

// withSchema checks an object against a JSON Schema and fills in defaults.
func withSchema(schema flow.Raw, v json.RawMessage) (json.RawMessage, []flow.FieldError) {
	if len(bytes.TrimSpace(schema)) == 0 {
		return v, nil
	}
	v = flow.WithDefaults(schema, v)
	return v, flow.CheckValue(schema, v)
}

// checkForm checks what an approver filled in.
func checkForm(schema, v json.RawMessage) (json.RawMessage, error) {
	v = bytes.TrimSpace(v)
	if len(v) == 0 || string(v) == "null" {
		if len(bytes.TrimSpace(schema)) == 0 {
			return json.RawMessage("null"), nil
		}
		v = json.RawMessage("{}")
	}
	if v[0] != '{' || !json.Valid(v) {
		return nil, formFault(&FormError{}, "The answer must be a JSON object")
	}
	if len(bytes.TrimSpace(schema)) == 0 {
		return v, nil
	}
	if errs := flow.CheckValue(schema, v); len(errs) > 0 {
		return nil, formFault(&FormError{Errors: errs}, "Some fields need another look")
	}
	return v, nil
}
