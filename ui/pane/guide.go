package pane

import (
	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// NewFlowSpot is where a flow is made.
func (p *Flows) NewFlowSpot() kit.Spot { return kit.Spot{Of: p.create} }

// GuideSpot is what is pressed next at a station of the guided way.
func (p *Editor) GuideSpot(s model.Station) kit.Spot {
	wanted := map[model.Station][]string{
		model.GuideScript:   {"TypeScript", groupRow + "Script"},
		model.GuideApproval: {model.PromptScript, groupRow + "Approval"},
		model.GuideBranch:   {say.T("Branch to one"), groupRow + "Branch to one"},
	}[s]
	switch {
	case wanted != nil && p.picker != nil && !p.picker.dialog.Closed():
		return p.picker.spot(wanted)
	case wanted != nil:
		return p.canvas.PlusSpot(p.h.Model.GuideAfter(s))
	case s == model.GuideCondition:
		if spot := p.inspector.ConditionSpot(); spot.Of != nil && p.h.Model.Selected() == p.h.Model.GuideStep() {
			return spot
		}
		return p.canvas.BoxSpot(p.h.Model.GuideStep())
	case s == model.GuideTest:
		return kit.Spot{Of: p.test}
	}
	return kit.Spot{}
}

// groupRow stands before the name of a group in the rows of the picker.
const groupRow = "in "

// spot is the first of some rows that is shown.
func (p *Picker) spot(names []string) kit.Spot {
	for _, name := range names {
		if row := p.rows[name]; row != nil {
			return kit.Spot{Of: row}
		}
	}
	return kit.Spot{}
}

// GuideSpot is what answers a request of a run.
func (p *Inbox) GuideSpot(of run.ID) kit.Spot {
	if p.approve == nil || p.approves != of {
		return kit.Spot{}
	}
	return kit.Spot{Of: p.approve}
}

// LeadTo shows the request of a run, and reports whether it is listed.
func (p *Inbox) LeadTo(of run.ID) bool {
	for i := range p.open {
		if a := &p.open[i]; a.Run == of {
			if p.chosen != key(*a) && p.held == nil {
				p.chosen = key(*a)
				p.show()
			}
			return true
		}
	}
	return false
}

// GuideCard is what the guided way says at a station. take, if not nil, leads to the
// place where it goes on.
func GuideCard(s model.Sight, take, leave func()) fyne.CanvasObject {
	words := s.Words()
	head := kit.HBox(8, kit.Grow(kit.Strong(words.Title)))
	if n := s.Station.Count(); n != "" {
		head.Add(kit.Caption(n))
	}
	col := kit.VBox(6, head, kit.NewParagraph(words.Text, kit.Ink).Sized(kit.TextCaption+1))
	if words.Keys != "" {
		col.Add(kit.NewParagraph(words.Keys, kit.Muted).Sized(kit.TextCaption))
	}
	acts := kit.HBox(8)
	if take != nil {
		acts.Add(kit.NewButton(say.T("Take me there"), kit.Outline, take).AsSmall())
	}
	acts.Add(kit.Space())
	if s.Station == model.GuideDone {
		acts.Add(kit.NewButton(say.T("Close"), kit.Outline, leave).AsSmall())
	} else {
		acts.Add(kit.NewButton(say.T("Leave, go on later"), kit.Ghost, leave).AsSmall())
	}
	col.Add(kit.Pad(4, 0, 0, 0, acts))
	return col
}
