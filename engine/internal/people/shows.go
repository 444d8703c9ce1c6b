package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// showTime is how long all conditions of one form may take together; what has not
// been computed by then is shown.
const showTime = 2 * time.Second

// FormConditions calls look, for one look at the form of a request, with what tells
// whether a field is shown, by its showExpr: one that reads the fields beside it as
// fields, and nothing else. Where there was no room to compute them, what look was told is
// void, or it was not called: code engine.busy. A request without a run stands for any
// other form at the desk.
func (p *People) FormConditions(ctx context.Context, a run.Approval, look func(flow.Show)) error {
	if p.cfg.Evaluator == nil {
		look(nil)
		return nil
	}
	leave, err := p.looks.take(ctx, lookOf(a))
	if err != nil {
		return err
	}
	defer leave()
	computing, cancel := context.WithTimeout(ctx, showTime)
	defer cancel()
	var busy error
	look(func(expr string, fields flow.Raw) (bool, error) {
		if busy != nil {
			return false, busy
		}
		v, err := p.cfg.Evaluator.Eval(computing, run.Evaluate{Shape: run.ShapeValue,
			Exprs: []run.NamedInput{{Name: "showExpr", Input: flow.Input{Kind: flow.JavaScript, Expr: strings.TrimPrefix(expr, "return ")}}},
			Scope: run.Scope{Names: map[string]run.Ref{"fields": {Inline: fields}, "flow_input": {}}}},
			func(name string) (json.RawMessage, error) {
				if name == "fields" {
					return fields, nil
				}
				return nil, errOnlyFields
			})
		if err != nil && (ctx.Err() != nil || fault.HasCode(err, "engine.busy")) {
			busy = errBusy()
		}
		return err == nil && run.Truthy(v), err
	})
	return busy
}

// lookOf is who looks at which form. All links of one person are one; those that were made
// for nobody by name are each their own.
func lookOf(a run.Approval) look {
	person := run.PersonOf(a.Person)
	if person == "" || run.IsUnnamed(a.Person) {
		person = fmt.Sprintf("%s\n%s\n%s", a.Person, a.Run, a.Step)
	}
	return look{person, string(a.Form)}
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

// check computes the conditions of the form of a request for a vote. Code engine.busy.
func (p *People) check(ctx context.Context, a run.Approval, payload json.RawMessage) (*checked, error) {
	c := &checked{form: string(a.Form), enums: string(a.Ask.Enums)}
	return c, p.FormConditions(ctx, a, func(show flow.Show) {
		wrong, err := flow.CheckShown(a.Form, a.Ask.Enums, payload, show)
		if err == nil { // else as in checkForm
			c.wrong = wrong
		}
	})
}
