package inspector

import (
	"reflect"

	"sluice/engine/flow"
)

// onlyCode reports whether the step differs from what is shown by its code alone, and
// the editor of that is on the screen.
func (p *Inspector) onlyCode() bool {
	m := p.h.Model
	now := m.SelectedStep()
	if p.shownCode == nil || p.shown == nil || now == nil || now == p.shown || m.Selected() != p.id || p.locked != m.Doc().ReadOnly {
		return false
	}
	a, ok := p.shown.Value.(*flow.RawScript)
	b, ok2 := now.Value.(*flow.RawScript)
	if !ok || !ok2 || a == b {
		return false
	}
	x, y := *p.shown, *now
	x.Value, y.Value = nil, nil
	c, d := *a, *b
	c.Content, d.Content, c.Lock, d.Lock = "", "", "", ""
	return reflect.DeepEqual(x, y) && reflect.DeepEqual(c, d)
}

// takeCode shows the code of the step as it is now.
func (p *Inspector) takeCode() {
	p.shown = p.h.Model.SelectedStep()
	if raw, ok := p.shown.Value.(*flow.RawScript); ok && raw.Content != p.shownCode.Text() {
		p.shownCode.Replace(raw.Content)
		if p.check != nil {
			p.check.soon()
		}
	}
}
