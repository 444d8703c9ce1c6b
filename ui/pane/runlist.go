package pane

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// RunList lists all runs, newest first, a page at a time.
type RunList struct {
	h      *host.Host
	body   *fyne.Container
	search *kit.Entry
	filter *kit.Segments
	list   []run.Summary
	asks   map[run.ID]string // what runs that wait ask people
	pages  int               // that are shown
	more   bool              // there are older ones
	asked  int               // queries so far; the answer to an older one is dropped
	scroll *container.Scroll
	// Show opens a run in the editor.
	Show func(run.ID)
}

// NewRunList makes the pane.
func NewRunList(h *host.Host) *RunList {
	p := &RunList{h: h, body: container.NewStack(), search: kit.NewSearch("Search by flow"), pages: 1}
	again := func() { p.pages = 1; p.scroll = nil; p.Refresh() }
	p.filter = kit.NewSegments([]string{"All", "Going on"}, 0, func(int) { again() })
	p.search.OnChanged = func(string) { again() }
	return p
}

// Object is the pane.
func (p *RunList) Object() fyne.CanvasObject {
	return host.Page(kit.TopBar(host.Heading("Runs", "what flows have done, newest first"), nil, kit.HBox(8, host.Width(220, p.search), p.filter)), p.body)
}

// runsPage is how many runs are shown at first, and how many more with each press.
const runsPage = 100

// Refresh reads the runs again, as many as are shown.
func (p *RunList) Refresh() {
	p.asked++
	mine := p.asked
	q := host.RunQuery{Open: p.filter.Selected == 1, Text: strings.TrimSpace(p.search.Text()), Limit: p.pages*runsPage + 1}
	var open []run.Approval
	host.AskThen(p.h, func(ctx context.Context) (list []run.Summary, err error) {
		if list, err = p.h.Lists.Runs(ctx, q); err == nil {
			open, _, err = p.h.Lists.Requests(ctx, runsPage)
		}
		return list, err
	}, func(list []run.Summary) {
		if mine != p.asked {
			return
		}
		p.asks = map[run.ID]string{}
		for i := range open {
			if id := open[i].Run; p.asks[id] == "" { // of several the oldest
				p.asks[id] = open[i].Ask.Question
			}
		}
		p.more = len(list) == q.Limit
		p.list = list[:min(len(list), q.Limit-1)]
		p.show()
	})
}

func (p *RunList) show() {
	var rows []fyne.CanvasObject
	for _, s := range p.list {
		rows = append(rows, p.row(s))
	}
	if p.more {
		rows = append(rows, kit.Pad(12, 16, 12, 16, kit.HBox(0, kit.NewButton("Show older runs", kit.Outline, func() { p.pages++; p.Refresh() }))))
	}
	switch {
	case len(rows) == 0 && (p.search.Text() != "" || p.filter.Selected > 0):
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconSearch, "Nothing matches", "Look among all runs, or for another flow.", "", nil)}
	case len(rows) == 0:
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconCirclePlay, "No runs here", "A run is one go through a flow. Open a flow and press Test flow.", "Open the flows", func() { p.h.Go(host.PlaceFlows) })}
	default:
		at := fyne.Position{}
		if p.scroll != nil {
			at = p.scroll.Offset
		}
		if s, ok := host.Sheet(rows...).(*container.Scroll); ok {
			p.scroll = s
		}
		p.body.Objects = []fyne.CanvasObject{p.scroll}
		defer p.scroll.ScrollToOffset(at)
	}
	p.body.Refresh()
}

func (p *RunList) row(s run.Summary) fyne.CanvasObject {
	took := ""
	if !s.Ended.IsZero() {
		took = "lasted " + model.Took(s.Ended.Sub(s.Started)) // with what it waited
	}
	name := s.FlowName
	if asks := p.asks[s.ID]; asks != "" {
		name += " · " + asks
	}
	word, state := model.RunState(s)
	role := host.RoleOf(state)
	return kit.NewRow(kit.Pad(10, 16, 10, 16, kit.HBox(14,
		host.Middle(kit.NewDot(role)),
		kit.Grow(host.Middle(kit.VBox(2, kit.Strong(name).Ellipsis(), kit.Caption(string(s.ID)).Ellipsis()))),
		host.Middle(host.Width(150, kit.NewText(took).In(kit.Muted).Ellipsis())),
		host.Middle(host.Width(140, kit.NewText(model.Ago(p.h.Now(), s.Started)).In(kit.Muted).Ellipsis())),
		host.Middle(host.Width(150, kit.HBox(0, kit.Space(), kit.NewPill(word, role)))))), func() { p.Show(s.ID) }).Lined()
}
