package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"sync"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// parseFlow reads a flow from JSON.
func parseFlow(file []byte) (*flow.Flow, error) {
	fl, err := flow.ParseJSON(file)
	if err != nil {
		return nil, journal.Unexpected(err)
	}
	return fl, nil
}

// parsed keeps the flows that were read last, by their text: those that run much
// are started again and again. Nobody changes what it gives out.
type parsed struct {
	mu sync.Mutex
	by map[[sha256.Size]byte]*flow.Flow
}

const (
	parsedMost = 64      // flows
	parsedSize = 1 << 20 // bytes of one
)

func (p *parsed) flow(file []byte) (*flow.Flow, error) {
	key := sha256.Sum256(file)
	p.mu.Lock()
	fl := p.by[key]
	p.mu.Unlock()
	if fl != nil {
		return fl, nil
	}
	fl, err := parseFlow(file)
	if err != nil || len(file) > parsedSize {
		return fl, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil || len(p.by) >= parsedMost {
		p.by = make(map[[sha256.Size]byte]*flow.Flow)
	}
	p.by[key] = fl
	return fl, nil
}

// modules lists every module of a flow, nested ones and the failure module
// included.
func modules(fl *flow.Flow) (out []*flow.Module) {
	flow.Every(fl, func(m *flow.Module) { out = append(out, m) })
	return out
}

// refuse says why a flow cannot run: the first error of its definition, or the
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

// withSchema checks an object against a JSON Schema and fills in the defaults of
// fields that are not there. A schema that is broken is Validate's to refuse.
func withSchema(schema flow.Raw, v json.RawMessage) (json.RawMessage, []flow.FieldError) {
	if len(bytes.TrimSpace(schema)) == 0 {
		return v, nil
	}
	var have, defaults map[string]json.RawMessage
	if json.Unmarshal(flow.Defaults(schema), &defaults) == nil && json.Unmarshal(v, &have) == nil {
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
	errs, err := flow.CheckValue(schema, nil, v)
	if err != nil {
		return v, nil
	}
	return v, errs
}

// checkForm checks what an approver filled in. A form whose schema is broken can
// not be checked, and a decision is never lost over that. One with conditions takes
// what was computed of them outside of the loop.
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
		return nil, formFault(&FormError{Errors: []flow.FieldError{{Message: "must be a JSON object"}}}, "The answer must be a JSON object")
	}
	if free {
		return v, nil
	}
	if flow.Conditional(a.Form) && (form == nil || form.form != string(a.Form) || form.enums != string(a.Ask.Enums)) {
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
		return nil, formFault(&FormError{Errors: errs}, "Some fields need another look")
	}
	return v, nil
}
