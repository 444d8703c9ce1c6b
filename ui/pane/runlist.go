package pane

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// RunList lists all runs, newest first, a page at a time.
type RunList struct {
	h      *host.Host
	body   *fyne.Container
	search *kit.Entry
	person *kit.Entry
	filter *kit.Segments
	times  *kit.SelectBox
	list   []run.Summary
	asks   map[run.ID]string   // what runs that wait ask people
	told   map[run.ID]run.Told // what went in, and what came of it
	pages  int                 // that are shown
	more   bool                // there are older ones
	asked  int                 // queries so far; the answer to an older one is dropped
	typed  int                 // changes of the fields so far
	scroll *container.Scroll
	// Show opens a run in the editor.
	Show func(run.ID)
}

// searchPause is how long nobody types before a list is read again.
const searchPause = 150 * time.Millisecond

// NewRunList makes the pane.
func NewRunList(h *host.Host) *RunList {
	p := &RunList{h: h, body: container.NewStack(), search: kit.NewSearch(say.T(textSearchRuns)), person: kit.NewEntry(say.T(textApprover)), pages: 1}
	again := func() { p.typed++; p.pages = 1; p.scroll = nil; p.Refresh() }
	soon := func(string) {
		p.typed++
		mine := p.typed
		h.Later(searchPause, func() {
			if mine == p.typed {
				again()
			}
		})
	}
	names := make([]string, len(model.RunFilters))
	for i, f := range model.RunFilters {
		names[i] = say.Of(f.Name)
	}
	p.filter = kit.NewSegments(names, 0, func(int) { again() })
	p.times = kit.NewSelectBox(say.All(model.RunTimes), 0, func(int) { again() })
	p.search.OnChanged, p.person.OnChanged = soon, soon
	return p
}

// Object is the pane.
func (p *RunList) Object() fyne.CanvasObject {
	bar := kit.TopBar(host.Heading(say.T(textRunsTitle), say.T(textRunsAbout)), nil, host.Width(300, p.search))
	narrow := kit.Pad(14, 20, 0, 20, kit.HBox(10, p.filter, kit.Space(), host.Width(140, p.person), host.Width(132, p.times)))
	return host.Page(bar, kit.Dock(narrow, nil, nil, nil, p.body))
}

// runsPage is how many runs are shown at first, and how many more with each press.
const runsPage = 100

// query is what is looked for.
func (p *RunList) query() host.RunQuery {
	f := model.RunFilters[p.filter.Selected]
	return host.RunQuery{Open: f.Open, Status: f.Status, Outcome: f.Outcome, Words: strings.TrimSpace(p.search.Text()), Person: strings.TrimSpace(p.person.Text()),
		Since: model.RunsSince(p.h.Now(), p.times.Selected()), Limit: p.pages*runsPage + 1}
}

// narrowed reports whether anything is looked for.
func (p *RunList) narrowed() bool {
	q := p.query()
	q.Limit = 0
	return q != host.RunQuery{}
}

// Refresh reads the runs again, as many as are shown.
func (p *RunList) Refresh() {
	p.asked++
	mine, q := p.asked, p.query()
	var open []run.Approval
	var told map[run.ID]run.Told
	host.AskThen(p.h, func(ctx context.Context) (list []run.Summary, err error) {
		if list, err = p.h.Lists.Runs(ctx, q); err != nil {
			return nil, err
		}
		ids := make([]run.ID, len(list))
		for i, s := range list {
			ids[i] = s.ID
		}
		if told, err = p.h.Lists.Told(ctx, ids); err == nil {
			open, _, err = p.h.Lists.Requests(ctx, runsPage)
		}
		return list, err
	}, func(list []run.Summary) {
		if mine != p.asked {
			return
		}
		p.told, p.asks = told, map[run.ID]string{}
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
		rows = append(rows, kit.Pad(12, 16, 12, 16, kit.HBox(0, kit.NewButton(say.T(textOlderRuns), kit.Outline, func() { p.pages++; p.Refresh() }))))
	}
	switch {
	case len(rows) == 0 && p.narrowed():
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconSearch, say.T(textNothingMatches), say.T(textNoRunLike), say.T(textShowAllRuns), p.widen)}
	case len(rows) == 0:
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconCirclePlay, say.T(textNoRunsYet), say.T(textNoRunsAbout), say.T(textOpenFlows), func() { p.h.Go(host.PlaceFlows) })}
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

// widen looks for nothing any more.
func (p *RunList) widen() {
	p.search.SetText("")
	p.person.SetText("")
	p.filter.Select(0)
	p.times.Select(0)
	p.pages, p.scroll = 1, nil
	p.Refresh()
}

func (p *RunList) row(s run.Summary) fyne.CanvasObject {
	took := ""
	if !s.Ended.IsZero() {
		took = textLastedFor(model.Took(s.Ended.Sub(s.Started))) // with what it waited
	}
	word, state := model.RunState(s)
	role := host.RoleOf(state)
	return kit.NewRow(kit.Pad(10, 16, 10, 16, kit.HBox(14,
		host.Middle(kit.NewDot(role)),
		kit.Grow(host.Middle(kit.VBox(2, kit.Strong(model.First(s.FlowName, s.Path, say.T(textUntitledFlow))).Ellipsis(), kit.Caption(model.RunNote(s, p.told[s.ID], p.asks[s.ID])).Ellipsis()))),
		host.Middle(host.Width(120, kit.NewText(took).In(kit.Muted).Ellipsis())),
		host.Middle(host.Width(120, kit.NewText(model.Ago(p.h.Now(), s.Started)).In(kit.Muted).Ellipsis())),
		host.Middle(host.Width(150, kit.HBox(0, kit.Space(), kit.NewPill(word, role)))))), func() { p.Show(s.ID) }).Lined()
}
