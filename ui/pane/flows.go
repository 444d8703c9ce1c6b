package pane

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// Flows is the list of flows.
type Flows struct {
	h      *host.Host
	search *kit.Entry
	body   *fyne.Container
	list   []flow.Stored
	// Open opens a flow in the editor.
	Open func(flow.Stored)
	// Import asks for a file.
	Import func()
}

// NewFlows makes the pane.
func NewFlows(h *host.Host) *Flows {
	p := &Flows{h: h, search: kit.NewSearch("Search flows"), body: container.NewStack()}
	p.search.OnChanged = func(string) { p.show() }
	return p
}

// Object is the pane.
func (p *Flows) Object() fyne.CanvasObject {
	acts := kit.HBox(8, host.Width(220, p.search),
		kit.NewButton("Import", kit.Outline, func() { p.Import() }).With(kit.IconDownload),
		kit.NewButton("New flow", kit.Primary, p.Create).With(kit.IconPlus))
	return host.Page(kit.TopBar(host.Heading("Flows", "what runs when you press Test flow"), nil, acts), p.body)
}

// Refresh reads the library again.
func (p *Flows) Refresh() {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		list, err := p.h.Library.Flows(ctx)
		return func() { p.list = list; p.show() }, err
	})
}

func (p *Flows) show() {
	want := strings.ToLower(strings.TrimSpace(p.search.Text()))
	var rows []fyne.CanvasObject
	for _, f := range p.list {
		if strings.Contains(strings.ToLower(f.Summary+" "+f.Path), want) {
			rows = append(rows, p.row(f))
		}
	}
	switch {
	case len(p.list) == 0:
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconFlow, "No flows yet",
			"A flow is a row of steps; some of them ask people. Draw one, or bring one from Windmill.",
			"New flow", p.Create)}
	case len(rows) == 0:
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconSearch, "Nothing matches", fmt.Sprintf("No flow is called %q.", p.search.Text()), "", nil)}
	default:
		p.body.Objects = []fyne.CanvasObject{host.Sheet(rows...)}
	}
	p.body.Refresh()
}

// row is one flow.
func (p *Flows) row(f flow.Stored) fyne.CanvasObject {
	line := model.Count(f.Steps, "step", "steps") + " · changed " + model.Ago(p.h.Now(), f.Updated)
	role := kit.Muted
	if f.Problem != "" {
		line, role = "Can not be read: "+f.Problem, kit.Bad
	}
	title := f.Summary
	if title == "" {
		title = "Untitled flow"
	}
	text := kit.VBox(2, kit.Strong(title).Ellipsis(), kit.NewText(line).In(role).Sized(kit.TextCaption).Ellipsis())
	more := kit.IconButton(kit.IconMore, "More", kit.Ghost, nil)
	more.OnTapped = func() {
		kit.ShowMenu(more,
			fyne.NewMenuItem("Schedule…", func() { p.h.Schedule(f.Path, true) }),
			fyne.NewMenuItem("Duplicate", func() { p.duplicate(f) }),
			fyne.NewMenuItem("Delete", func() { p.remove(f) }))
	}
	row := kit.NewRow(kit.Pad(11, 16, 11, 16, kit.HBox(14,
		host.Middle(kit.NewTileWith(kit.TileBranch, "", kit.IconFlow)),
		kit.Grow(host.Middle(text)),
		host.Middle(host.Width(220, kit.Mono(f.Path).In(kit.Muted).Ellipsis())),
		host.Middle(more))), func() { p.Open(f) })
	return row.Lined()
}

// Create makes an empty flow and opens it.
func (p *Flows) Create() {
	p.store("u/me/flow", `{"summary":"New flow","value":{"modules":[]},"schema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{},"required":[],"order":[]}}`)
}

func (p *Flows) duplicate(f flow.Stored) { p.store(f.Path+"_copy", string(f.JSON)) }

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
	p.h.Confirm(fmt.Sprintf("Delete “%s”?", f.Summary), "Runs that have begun go on with the version they started with.", "Delete", func() {
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return p.Refresh, p.h.Library.DeleteFlow(ctx, f.Path)
		})
	})
}
