package pane

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/hub"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/say"
)

// Hub shows the bundled scripts.
type Hub struct {
	h       *host.Host
	search  *kit.Entry
	apps    *kit.SelectBox
	list    *fyne.Container
	preview *fyne.Container
	chosen  string
}

// NewHub makes the pane.
func NewHub(h *host.Host) *Hub {
	p := &Hub{h: h, search: kit.NewSearch(say.T("Search the hub")), list: container.NewStack(), preview: container.NewStack()}
	p.search.OnChanged = func(string) { p.show() }
	p.apps = kit.NewSelectBox(append([]string{say.T("All apps")}, hub.Apps()...), 0, func(int) { p.show() })
	p.show()
	return p
}

// Object is the pane.
func (p *Hub) Object() fyne.CanvasObject {
	acts := kit.HBox(8, host.Width(150, p.apps), host.Width(260, p.search))
	return host.Page(kit.TopBar(host.Heading(say.T("Hub"), say.T("scripts that come with Sluice")), nil, acts),
		kit.NewSplit(p.list, kit.NewBox(kit.OnPanel, kit.None, 0, p.preview), 560, 320, 820))
}

// Refresh does nothing: the hub is part of the program.
func (p *Hub) Refresh() {}

func (p *Hub) show() {
	app := ""
	if p.apps.Selected() > 0 {
		app = p.apps.Value()
	}
	found := hub.Search(p.search.Text(), app, "")
	var rows []fyne.CanvasObject
	for _, s := range found {
		row := kit.NewRow(kit.Pad(10, 16, 10, 16, scriptLine(s)), func() { p.chosen = s.Path; p.show() }).Lined()
		row.Selected = s.Path == p.chosen
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		p.list.Objects = []fyne.CanvasObject{kit.Empty(kit.IconSearch, say.T("Nothing matches"), say.T("Try another word or all apps."), "", nil)}
	} else {
		p.list.Objects = []fyne.CanvasObject{host.Sheet(rows...)}
	}
	p.list.Refresh()
	if s, ok := hub.Find(p.chosen); ok {
		p.preview.Objects = []fyne.CanvasObject{preview(s)}
	} else {
		p.preview.Objects = []fyne.CanvasObject{kit.Empty(kit.IconCode, say.T("The code of a script shows here"), say.T("Choose one on the left. To use it, press + in a flow."), "", nil)}
	}
	p.preview.Refresh()
}

// scriptLine is a hub script as a row shows it.
func scriptLine(s hub.Script) fyne.CanvasObject {
	return kit.HBox(12, host.Middle(kit.NewTile(scriptTile(s))),
		kit.Grow(host.Middle(kit.VBox(2, kit.Strong(say.Engine(s.Summary)).Ellipsis(), kit.Caption(say.Engine(s.Description)).Ellipsis()))),
		host.Middle(kit.NewPill(s.App, kit.Neutral)))
}

func scriptTile(s hub.Script) kit.TileKind {
	if s.Kind == "approval" {
		return kit.TileApproval
	}
	return kit.TileTS
}

// preview shows a script's code.
func preview(s hub.Script) fyne.CanvasObject {
	editor := code.NewEditor(s.Content, "ts").ReadOnly(true)
	head := kit.VBox(4, kit.Heading(say.Engine(s.Summary)).Ellipsis(), kit.NewParagraph(say.Engine(s.Description), kit.Muted), kit.NewParagraph(s.Path, kit.Muted).Mono())
	return kit.Dock(kit.PadAll(16, head), nil, nil, nil, kit.Pad(0, 16, 16, 16, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, editor)))
}
