package pane

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/hub"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// Inspector shows and changes the selected step. It is built anew when another
// step is selected or the step was changed from elsewhere (undo, the canvas);
// what the person types here goes into the model without rebuilding.
type Inspector struct {
	h       *Host
	body    *fyne.Container
	id      string
	tab     string
	typing  bool // an edit of our own is on its way through the model
	shown   *flow.Module
	shownIn flow.Raw // the input schema shown for the flow's input card
	schemas map[string]flow.Raw
	last    map[string]string // tab of each kind of step, so that it stays
	// TestStep runs the selected step alone.
	TestStep func(id string)
}

// NewInspector makes an empty inspector.
func NewInspector(h *Host) *Inspector {
	return &Inspector{h: h, body: container.NewStack(), schemas: map[string]flow.Raw{}, last: map[string]string{}}
}

// Object is the inspector.
func (p *Inspector) Object() fyne.CanvasObject {
	return kit.NewBox(kit.OnPanel, kit.None, 0, p.body)
}

// Refresh shows the selected step, unless it shows it already as it is.
func (p *Inspector) Refresh() {
	doc := p.h.Model.Doc()
	if doc == nil {
		p.set("", nil, kit.Space())
		return
	}
	id, m := p.h.Model.Selected(), p.h.Model.SelectedStep()
	if p.typing {
		p.shown, p.shownIn = m, doc.Flow.Schema
		return
	}
	if m == nil {
		if id != model.InputID || p.id != id || string(p.shownIn) != string(doc.Flow.Schema) || p.shown != nil {
			p.shownIn = doc.Flow.Schema
			p.set(id, nil, p.flowPage(doc))
		}
		return
	}
	if id == p.id && m == p.shown {
		return
	}
	p.set(id, m, p.stepPage(m))
}

// Rebuild shows the selected step anew, such as after resources changed.
func (p *Inspector) Rebuild() {
	p.shown, p.id = nil, "?"
	p.Refresh()
}

func (p *Inspector) set(id string, m *flow.Module, o fyne.CanvasObject) {
	p.id, p.shown = id, m
	p.body.Objects = []fyne.CanvasObject{o}
	p.body.Refresh()
}

// change makes an edit of the selected step. merge names the control, so that
// typing in it is one undo step.
func (p *Inspector) change(name, merge string, do func(m *flow.Module)) {
	id := p.id
	p.typing = true
	p.h.Do(model.Edit{Name: name + " of " + id, Merge: merge + id, Do: func(f *flow.Flow) (*flow.Flow, error) {
		return flow.Update(f, id, func(m flow.Module) flow.Module { do(&m); return m })
	}})
	p.typing = false
	p.shown = p.h.Model.SelectedStep()
}

// rebuild makes an edit that changes which controls there are.
func (p *Inspector) rebuild(name string, do func(m *flow.Module)) {
	p.change(name, "", do)
	p.Rebuild()
}

// tabsOf lists what can be set on a step.
func tabsOf(m *flow.Module) []string {
	switch m.Value.(type) {
	case *flow.RawScript, *flow.Script:
		return []string{"Inputs", "Approval", "Code", "Settings", "Test step"}
	case *flow.BranchOne:
		return []string{"Branches", "Approval", "Settings"}
	}
	return []string{"Approval", "Settings"}
}

// stepPage is the page of one step.
func (p *Inspector) stepPage(m *flow.Module) fyne.CanvasObject {
	tabs := tabsOf(m)
	chosen := 0
	for i, t := range tabs {
		if t == p.tab {
			chosen = i
		}
	}
	content := container.NewStack()
	show := func(i int) {
		p.tab = tabs[i]
		content.Objects = []fyne.CanvasObject{p.page(tabs[i], p.h.Model.SelectedStep())}
		content.Refresh()
	}
	head := kit.VBox(0, kit.Pad(14, 16, 10, 16, p.header(m)), kit.Pad(0, 8, 0, 8, kit.Tabs(tabs, chosen, show)), kit.HLine())
	show(chosen)
	return kit.Dock(head, nil, nil, nil, content)
}

// header names the step; the name can be changed in place.
func (p *Inspector) header(m *flow.Module) fyne.CanvasObject {
	_, kind := p.h.Model.Kind(m)
	name := kit.NewEntry(p.h.Model.Title(m))
	name.SetText(m.Summary)
	name.OnChanged = func(s string) { p.change("Rename", "name", func(m *flow.Module) { m.Summary = s }) }
	return kit.HBox(12, middle(kit.NewTile(tileOf(m))), kit.Grow(kit.VBox(4, name, kit.Caption(kind).Ellipsis())), middle(kit.IDPill(m.ID)))
}

// tileOf is a step's tile.
func tileOf(m *flow.Module) kit.TileKind {
	if model.IsApproval(m) {
		return kit.TileApproval
	}
	switch v := m.Value.(type) {
	case *flow.RawScript:
		switch v.Language {
		case "python3":
			return kit.TilePY
		case "bash":
			return kit.TileSH
		}
		return kit.TileTS
	case *flow.Script:
		return kit.TileTS
	case *flow.BranchOne, *flow.BranchAll, *flow.ForLoop, *flow.WhileLoop:
		return kit.TileBranch
	}
	return kit.TilePlain
}

// page is one tab.
func (p *Inspector) page(tab string, m *flow.Module) fyne.CanvasObject {
	if m == nil {
		return kit.Space()
	}
	switch tab {
	case "Inputs":
		return p.scroll(p.inputs(m))
	case "Approval":
		return p.scroll(p.approval(m))
	case "Branches":
		return p.scroll(p.branches(m))
	case "Code":
		return p.code(m)
	case "Settings":
		return p.scroll(p.settings(m))
	case "Test step":
		return p.scroll(p.test(m))
	}
	return kit.Space()
}

func (p *Inspector) scroll(o fyne.CanvasObject) fyne.CanvasObject {
	return kit.Scroll(kit.PadAll(16, o))
}

// scriptOf finds the hub script of a step, if it is one.
func scriptOf(m *flow.Module) (hub.Script, bool) {
	if s, ok := m.Value.(*flow.Script); ok {
		return hub.Find(s.Path)
	}
	return hub.Script{}, false
}
