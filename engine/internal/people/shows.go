package people

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// showTime is how long all conditions of one form may take together; what has not
// been computed by then is shown.
const showTime = 2 * time.Second

// showing bounds how many conditions of forms are computed at once: whoever has a
// link can ask for them.
var showing = make(chan struct{}, 2)

// FormConditions returns what tells whether a field of a form is shown, by its showExpr:
// one that reads the fields beside it as fields, and nothing else. It is for one look
// at one form.
func (p *People) FormConditions(ctx context.Context) flow.Show {
	if p.cfg.Evaluator == nil {
		return nil
	}
	until := time.Now().Add(showTime)
	return func(expr string, fields flow.Raw) (bool, error) {
		ctx, cancel := context.WithDeadline(ctx, until)
		defer cancel()
		select {
		case showing <- struct{}{}:
			defer func() { <-showing }()
		case <-ctx.Done():
			return false, ctx.Err()
		}
		v, err := p.cfg.Evaluator.Eval(ctx, run.Evaluate{Shape: run.ShapeValue,
			Exprs: []run.NamedInput{{Name: "showExpr", Input: flow.Input{Kind: flow.JavaScript, Expr: strings.TrimPrefix(expr, "return ")}}},
			Scope: run.Scope{Names: map[string]run.Ref{"fields": {Inline: fields}, "flow_input": {}}}},
			func(name string) (json.RawMessage, error) {
				if name == "fields" {
					return fields, nil
				}
				return nil, errOnlyFields
			})
		return err == nil && run.Truthy(v), err
	}
}

var errOnlyFields = errors.New("a condition of a form reads its fields alone")

// errConditions says that the form of a vote has conditions, which the writer does not
// compute.
var errConditions = errors.New("the form has conditions")

// checked is a vote's form whose conditions were computed, with what is wrong then.
type checked struct {
	form, enums string
	wrong       []flow.FieldError
}

// check computes the conditions of the form of a request for a vote.
func (p *People) check(ctx context.Context, a run.Approval, payload json.RawMessage) *checked {
	wrong, err := flow.CheckShown(a.Form, a.Ask.Enums, payload, p.FormConditions(ctx))
	if err != nil {
		wrong = nil // as in checkForm
	}
	return &checked{string(a.Form), string(a.Ask.Enums), wrong}
}
