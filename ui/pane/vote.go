package pane

import (
	"sluice/ui/model"
)

// celebrate shows that a vote has come: one short motion on the card and in the run panel.
func (p *Editor) celebrate(v model.Voted) {
	role := model.Good
	if !v.Approve {
		role = model.Bad
	}
	p.canvas.Pulse(v.Module, role)
	p.run.flash()
}
