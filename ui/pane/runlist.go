package pane

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/run"
	"sluice/ui/kit"
)

// RunList lists all runs, newest first.
type RunList struct {
	h      *Host
	body   *fyne.Container
	filter *kit.Seg
	// Show opens a run in the editor.
	Show func(run.ID)
}

// NewRunList makes the pane.
func NewRunList(h *Host) *RunList {
	p := &RunList{h: h, body: container.NewStack()}
	p.filter = kit.NewSeg([]string{"All", "Going on", "Ended"}, 0, func(int) { p.Refresh() })
	return p
}

// Object is the pane.
func (p *RunList) Object() fyne.CanvasObject {
	return page(kit.TopBar(heading("Runs", "what flows have done, newest first"), nil, p.filter), p.body)
}

// runsShown bounds the rows that are made.
const runsShown = 300

// Refresh shows the runs of the model.
func (p *RunList) Refresh() {
	var rows []fyne.CanvasObject
	for _, s := range p.h.Model.Runs() {
		ended := s.Status == run.StatusDone
		if (p.filter.Selected == 1 && ended) || (p.filter.Selected == 2 && !ended) {
			continue
		}
		if len(rows) == runsShown {
			break
		}
		rows = append(rows, p.row(s))
	}
	if len(rows) == 0 {
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconCirclePlay, "No runs here", "A run is one go through a flow. Open a flow and press Test flow.", "Open the flows", func() { p.h.Go(PlaceFlows) })}
	} else {
		p.body.Objects = []fyne.CanvasObject{sheet(rows...)}
	}
	p.body.Refresh()
}

func (p *RunList) row(s run.Summary) fyne.CanvasObject {
	took := ""
	if !s.Ended.IsZero() {
		took = "took " + brief(s.Ended.Sub(s.Started))
	}
	return kit.NewRow(kit.Pad(10, 16, 10, 16, kit.HBox(14,
		middle(kit.NewDot(roleOf(s.Status, s.Outcome))),
		kit.Grow(middle(kit.VBox(2, kit.Strong(s.FlowName).Ellipsis(), kit.Caption(string(s.ID)).Ellipsis()))),
		middle(width(150, kit.NewTxt(took).In(kit.Muted).Ellipsis())),
		middle(width(140, kit.NewTxt(ago(s.Started, p.h.Now())).In(kit.Muted).Ellipsis())),
		middle(kit.NewPill(stateWord(s.Status, s.Outcome), roleOf(s.Status, s.Outcome))))), func() { p.Show(s.ID) }).Lined()
}
