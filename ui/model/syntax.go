package model

import (
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// syntax tells what is wrong with the expressions of the open flow. Most of them stay
// as they are from one key to the next, so what was said of a text is kept.
type syntax struct {
	check func(text string, condition bool) *run.Failure
	said  map[flow.Expression]*run.Failure
}

// syntaxKept is how many texts are kept.
const syntaxKept = 2000

// SetSyntax sets what reads expressions: it says what is wrong with one, nil if nothing
// is.
func (m *Model) SetSyntax(check func(text string, condition bool) *run.Failure) {
	m.syntax = syntax{check: check, said: make(map[flow.Expression]*run.Failure)}
}

// unreadable names the expressions of a flow that cannot be read: its runs are refused.
func (m *Model) unreadable(f *flow.Flow) (found []flow.Problem) {
	if m.syntax.check == nil {
		return nil
	}
	for _, x := range flow.Expressions(f) {
		key := flow.Expression{Text: x.Text, Condition: x.Condition}
		bad, known := m.syntax.said[key]
		if !known {
			if len(m.syntax.said) >= syntaxKept {
				clear(m.syntax.said)
			}
			bad = m.syntax.check(x.Text, x.Condition)
			m.syntax.said[key] = bad
		}
		if bad != nil {
			found = append(found, flow.Problem{
				Code: flow.ProblemExpression, Severity: flow.SeverityError, Step: x.Step, Field: x.Field, Title: say.F("%s cannot be read: %s", m.label(x.Step, x.Field), say.Engine(bad.Message)), Hint: bad.Hint,
			})
		}
	}
	return found
}
