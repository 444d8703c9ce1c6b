package flow

import (
	"encoding/json"
	"strings"
)

// markSkipIf is the member of a step's x-sluice that keeps the condition which the
// step was skipped by before it was skipped always.
const markSkipIf = "skip_if"

// always is the condition of a step that is skipped whatever happens.
const always = "true"

// Skipped reports whether a step is skipped in every run: its skip_if is true.
func (m *Module) Skipped() bool {
	return m.SkipIf != nil && strings.TrimSpace(m.SkipIf.Expr) == always
}

// SetSkipped skips a step in every run, or takes that back. A condition of its own is
// kept meanwhile, and stands there again afterwards.
func (m *Module) SetSkipped(on bool) {
	if on == m.Skipped() {
		return
	}
	p := Predicate{}
	if m.SkipIf != nil {
		p = *m.SkipIf
	}
	if on {
		if own := p.Expr; strings.TrimSpace(own) != "" {
			m.XSluice = setMark(m.XSluice, markSkipIf, json.RawMessage(quote(own)))
		}
		p.Expr = always
		m.SkipIf = &p
		return
	}
	own := m.ownSkip()
	m.XSluice = setMark(m.XSluice, markSkipIf, nil)
	if m.SkipIf = nil; own != "" {
		p.Expr = own
		m.SkipIf = &p
	}
}

// ownSkip is the condition that is kept while a step is always skipped, "" if it had
// none.
func (m *Module) ownSkip() string {
	var x map[string]json.RawMessage
	var own string
	if len(m.XSluice) == 0 || json.Unmarshal(m.XSluice, &x) != nil || json.Unmarshal(x[markSkipIf], &own) != nil {
		return ""
	}
	return own
}
