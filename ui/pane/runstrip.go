package pane

import (
	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// runStrip is what is left of the run panel while it is folded away: the state of
// the run, and the way back to it.
type runStrip struct {
	title, line *kit.Text
	state       *kit.Pill
	row         *kit.Row
	object      *fyne.Container
}

func newRunStrip(open func()) *runStrip {
	s := &runStrip{title: kit.Strong(""), line: kit.Caption("").Ellipsis(), state: kit.NewPill("", kit.Neutral)}
	s.row = kit.NewRow(kit.Pad(5, 10, 5, 14, kit.HBox(10, host.Middle(s.title), host.Middle(s.state), kit.Grow(host.Middle(s.line)),
		host.Middle(kit.IconButton(kit.IconChevronUp, say.T("Show the run"), kit.Ghost, open).AsSmall()))), open)
	s.object = kit.VBox(0, kit.HLine(), kit.NewBox(kit.OnPanel, kit.None, 0, s.row))
	s.object.Hide()
	return s
}

// refreshStrip tells on the strip how the run stands.
func (p *Editor) refreshStrip() {
	h, ok := p.h.Model.Header()
	on := ok && p.split.Collapsed()
	if on {
		p.strip.title.SetText(h.Title)
		p.strip.state.Set(h.State, host.RoleOf(h.Role))
		p.strip.line.SetText(h.Line)
		p.strip.row.Refresh()
	}
	if on != p.strip.object.Visible() {
		host.Show(p.strip.object, on)
		p.below.Refresh()
	}
}

// foldRun folds the run panel away, or brings it back.
func (p *Editor) foldRun(away bool) {
	p.split.Collapse(away)
	p.refreshStrip()
}

// ToggleRun brings the run panel back, or folds it away.
func (p *Editor) ToggleRun() { p.foldRun(!p.split.Collapsed()) }
