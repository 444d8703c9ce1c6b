package pane

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/engine/schedule"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Flows is the list of flows.
type Flows struct {
	h      *host.Host
	search *kit.Entry
	body   *fyne.Container
	list   []flow.Stored
	facts  map[string]model.FlowFacts
	order  *kit.SelectBox
	create *kit.Button
	// Open opens a flow in the editor.
	Open func(flow.Stored)
	// Guide begins the guided way through a first flow.
	Guide func()
	// Import asks for a file.
	Import func()
}

// NewFlows makes the pane.
func NewFlows(h *host.Host) *Flows {
	p := &Flows{h: h, search: kit.NewSearch(say.T("Search flows")), body: container.NewStack()}
	p.search.OnChanged = func(string) { p.show() }
	p.create = kit.NewButton(say.T("New flow"), kit.Primary, p.Create).With(kit.IconPlus)
	p.order = kit.NewSelectBox(say.All(model.FlowOrders), 0, func(int) { p.show() })
	return p
}

// Object is the pane.
func (p *Flows) Object() fyne.CanvasObject {
	acts := kit.HBox(8, host.Width(130, p.order), host.Width(200, p.search),
		kit.NewButton(say.T("Import"), kit.Outline, func() { p.Import() }).With(kit.IconDownload), p.create)
	return host.Page(kit.TopBar(host.Heading(say.T("Flows"), say.T("what runs when you press Test flow")), nil, acts), p.body)
}

// Refresh reads the library again.
func (p *Flows) Refresh() {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		list, err := p.h.Library.Flows(ctx)
		return func() { p.list = list; p.show(); p.learn() }, err
	})
}

// newestRuns is among how many runs the newest of each flow is looked for.
const newestRuns = 500

// learn reads what the list tells of each flow besides its name.
func (p *Flows) learn() {
	host.AskThen(p.h, func(ctx context.Context) (map[string]model.FlowFacts, error) {
		runs, err := p.h.Lists.Runs(ctx, host.RunQuery{Limit: newestRuns})
		if err != nil {
			return nil, err
		}
		open, _, err := p.h.Lists.Requests(ctx, newestRuns)
		if err != nil {
			return nil, err
		}
		var due []schedule.State
		if p.h.Schedules != nil {
			if due, err = p.h.Schedules.Schedules(ctx); err != nil {
				return nil, err
			}
		}
		return model.FactsOf(runs, open, due), nil
	}, func(facts map[string]model.FlowFacts) { p.facts = facts; p.show() })
}

func (p *Flows) show() {
	want := strings.ToLower(strings.TrimSpace(p.search.Text()))
	var rows []fyne.CanvasObject
	key := func(f flow.Stored) model.FlowKey {
		return model.FlowKey{Name: model.First(f.Summary, f.Path), Path: f.Path, Changed: f.Updated, Ran: p.facts[f.Path].Last.Started}
	}
	sorted := slices.SortedStableFunc(slices.Values(p.list), func(a, b flow.Stored) int { return model.OrderFlows(p.order.Selected(), key(a), key(b)) })
	for _, f := range sorted {
		if strings.Contains(strings.ToLower(f.Summary+" "+f.Path), want) {
			rows = append(rows, p.row(f))
		}
	}
	switch {
	case len(p.list) == 0:
		p.body.Objects = []fyne.CanvasObject{kit.EmptyWith(kit.IconFlow, say.T("No flows yet"),
			say.T("A flow is a row of steps; some of them ask people. Draw one, or bring one from Windmill."),
			kit.NewButton(say.T("New flow"), kit.Primary, p.Create), kit.NewButton(say.T("Show me how"), kit.Outline, func() { p.Guide() }))}
	case len(rows) == 0:
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconSearch, say.T("Nothing matches"), say.F("No flow is called “%s”.", p.search.Text()), "", nil)}
	default:
		p.body.Objects = []fyne.CanvasObject{host.Sheet(rows...)}
	}
	p.body.Refresh()
}

// row is one flow.
func (p *Flows) row(f flow.Stored) fyne.CanvasObject {
	line := say.N(f.Steps, "%d step · changed %s", "%d steps · changed %s", model.Ago(p.h.Now(), f.Updated))
	role := kit.Muted
	if f.Problem != "" {
		line, role = say.F("Cannot be read: %s", say.Engine(f.Problem)), kit.Bad
	}
	last, state := p.facts[f.Path].LastRun(p.h.Now())
	title := f.Summary
	if title == "" {
		title = say.T("Untitled flow")
	}
	text := kit.VBox(2, kit.Strong(title).Ellipsis(), kit.NewText(line).In(role).Sized(kit.TextCaption).Ellipsis())
	more := kit.IconButton(kit.IconMore, say.T("More"), kit.Ghost, nil)
	more.OnTapped = func() {
		kit.ShowMenu(more,
			fyne.NewMenuItem(say.T("Schedule…"), func() { p.h.Schedule(f.Path, true) }),
			fyne.NewMenuItem(say.T("Duplicate"), func() { p.duplicate(f) }),
			fyne.NewMenuItem(say.T("Delete"), func() { p.remove(f) }))
	}
	row := kit.NewRow(kit.Pad(11, 16, 11, 16, kit.HBox(14,
		host.Middle(kit.NewTileWith(kit.TileBranch, "", kit.IconFlow)),
		kit.Grow(host.Middle(text)),
		host.Middle(host.Width(190, kit.Mono(f.Path).In(kit.Muted).Ellipsis())),
		host.Middle(host.Width(120, kit.NewText(p.facts[f.Path].NextTime(p.h.Now())).In(kit.Muted).Sized(kit.TextCaption).Ellipsis())),
		host.Middle(host.Width(180, kit.HBox(8, host.Middle(kit.NewDot(host.RoleOf(state))), kit.Grow(host.Middle(kit.NewText(last).Sized(kit.TextCaption).Ellipsis()))))),
		host.Middle(more))), func() { p.Open(f) })
	return row.Lined()
}

// Create makes an empty flow and opens it.
func (p *Flows) Create() {
	p.store("u/me/flow", `{"summary":`+host.Quote(say.T("New flow"))+`,"value":{"modules":[]},"schema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{},"required":[],"order":[]}}`)
}

// duplicate stores a flow once more, under a name and a path of its own, and opens it.
func (p *Flows) duplicate(f flow.Stored) {
	names := make([]string, len(p.list))
	for i, other := range p.list {
		names[i] = other.Summary
	}
	doc, err := flow.ParseJSON(f.JSON)
	if err == nil {
		doc.Summary = model.CopyName(f.Summary, names)
		var text []byte
		if text, err = doc.JSON(); err == nil {
			p.store(f.Path+"_copy", string(text))
			return
		}
	}
	p.h.Fail(err)
}

// store saves a flow under a free path near the one wanted, and opens it.
func (p *Flows) store(path, doc string) {
	free := flow.FreePath(path, func(path string) bool {
		return slices.ContainsFunc(p.list, func(f flow.Stored) bool { return f.Path == path })
	})
	p.h.Ask(func(ctx context.Context) (func(), error) {
		if err := p.h.Library.SaveFlow(ctx, free, []byte(doc)); err != nil {
			return nil, err
		}
		return func() {
			p.Refresh()
			p.Open(flow.Stored{Path: free, JSON: []byte(doc), Updated: time.Now()})
		}, nil
	})
}

// remove asks and deletes. Runs keep the version they were started with.
func (p *Flows) remove(f flow.Stored) {
	title, text := askDelete(f)
	p.h.Confirm(title, text, say.T("Delete"), func() {
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return p.Refresh, p.h.Library.DeleteFlow(ctx, f.Path)
		})
	})
}

// askDelete asks whether a flow shall go: several may have its name.
func askDelete(f flow.Stored) (title, text string) {
	return textDeleteFlow(model.First(f.Summary, say.T(textUntitledFlow))), textDeletes(f.Path)
}
