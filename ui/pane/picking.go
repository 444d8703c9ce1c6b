package pane

import (
	"context"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// runPicking is how values of the run go into a field of the step that is edited.
type runPicking struct {
	aim  func() (label string, at model.Place, ok bool) // the field that takes them
	put  func(path string)
	drop func()
	move func(path string, at fyne.Position, done bool) // of a value that is dragged
	look string                                         // the step whose result is shown though another is edited

	hint  *fyne.Container
	label *kit.Pill
}

// pickingHint says where a value goes that is pressed.
func (p *RunPanel) pickingHint() fyne.CanvasObject {
	k := &p.picking
	k.label = kit.NewPill("", kit.Accent)
	k.hint = kit.HBox(6, host.Middle(kit.NewText(say.Of(model.TextPressValue)).In(kit.Muted)), host.Middle(k.label),
		host.Middle(kit.IconButton(kit.IconClose, say.Of(model.TextPickNothing), kit.Ghost, func() { k.drop() }).AsSmall()))
	k.hint.Hide()
	return kit.HBox(0, kit.Space(), k.hint)
}

// aimed shows where a value goes that is pressed, or that it goes nowhere.
func (p *RunPanel) aimed() {
	k := &p.picking
	label, _, ok := k.aim()
	if !ok && k.look != "" {
		k.look, p.shown = "", ""
		p.detail()
	}
	_, from := p.h.Model.Header()
	if ok = ok && from && p.canPick(); ok {
		k.label.Set(kit.Shorten(label, 160, kit.TextCaption, fyne.TextStyle{}, nil), kit.Accent)
	}
	if k.hint.Visible() != ok {
		host.Show(k.hint, ok)
	}
	p.bar.Refresh()
}

// canPick reports whether some step of the run can be read in the field.
func (p *RunPanel) canPick() bool {
	_, at, ok := p.picking.aim()
	if !ok {
		return false
	}
	for _, r := range p.listed {
		if !r.Inner && !r.Faint && p.h.Model.CanRead(at, r.Name) {
			return true
		}
	}
	return false
}

// lookAt shows the result of a step to pick from, while another one is edited; a second
// press selects it. It reports whether it did.
func (p *RunPanel) lookAt(r model.StepRow) bool {
	k := &p.picking
	_, at, ok := k.aim()
	if !ok || r.Inner || r.Faint || k.look == r.Module || r.Module != r.Name || !p.h.Model.CanRead(at, r.Name) {
		k.look = ""
		return false
	}
	k.look, p.shown, p.tab = r.Module, "", tabResult
	p.tabs.Select(tabResult)
	p.detail()
	return true
}

// looksAside shows the step that is looked at to pick from; it reports whether one is.
func (p *RunPanel) looksAside() bool {
	k := &p.picking
	if k.look == "" {
		return false
	}
	d, ok := p.h.Model.DetailOf(k.look)
	if _, _, aims := k.aim(); !ok || !aims {
		k.look = ""
		return false
	}
	p.name(k.look)
	p.value(d, d.Result, say.T("No result yet."), "results."+k.look)
	return true
}

// pickFrom lets the values of a tree be put into the field, or their paths be copied.
func (p *RunPanel) pickFrom(tree *data.JSONTree, base string) {
	k := &p.picking
	reads := func() bool {
		d, ok := p.h.Model.Detail()
		if k.look != "" {
			d, ok = p.h.Model.DetailOf(k.look)
		}
		_, at, aims := k.aim()
		return ok && aims && base == "results."+d.Module && p.h.Model.CanRead(at, d.Module)
	}
	tree.OnPick = func(path string) {
		if reads() {
			k.put(path)
			return
		}
		p.h.Copy(path, say.T("Path"))
	}
	tree.PathShown = func() bool { return reads() }
	tree.OnDrag = func(path string, at fyne.Position) { k.move(path, at, false) }
	tree.OnDrop = func(path string, at fyne.Position) { k.move(path, at, true) }
}

// pickValues lets values of the run be put into the fields of the step.
func (p *Editor) pickValues() {
	p.run.picking.aim, p.run.picking.put, p.run.picking.drop = p.inspector.Aim, p.inspector.Put, p.inspector.Unaim
	p.run.picking.move = p.inspector.Drag
	p.inspector.Aimed = p.run.aimed
}

// offerNewest offers the values of the newest run of the flow where none is shown.
func (p *Editor) offerNewest() {
	m := p.h.Model
	if doc := m.Doc(); doc == nil || !m.WantsValues() || p.offeredFor == doc.Path {
		return
	}
	path := m.Doc().Path
	p.offeredFor = path
	host.AskThen(p.h, func(ctx context.Context) ([]run.Summary, error) {
		return p.h.Lists.Runs(ctx, host.RunQuery{Path: path, Limit: 1})
	}, func(list []run.Summary) {
		if doc := m.Doc(); doc != nil && doc.Path == path && m.WantsValues() && len(list) > 0 {
			p.h.Changed(m.Offer(list[0].ID))
		}
	})
}
