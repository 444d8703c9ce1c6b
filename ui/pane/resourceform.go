package pane

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/form"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// resourceWidth is how wide the form of a resource is.
const resourceWidth = 560

// AddOf asks for a resource of a type from another place of the window; then is told its
// path. "" asks for the type, too.
func (p *Resources) AddOf(typ string, then func(path string)) {
	p.h.Ask(func(ctx context.Context) (func(), error) { // names that are taken are not proposed
		list, err := p.h.Library.Resources(ctx)
		return func() {
			p.list, p.Added = list, then
			if typ == "" || typ == "gmail" || p.h.Connections == nil {
				p.add()
				return
			}
			p.connect(typ)
		}, err
	})
}

// connect asks for a connection by the form of its type; "" is of a type to be chosen.
func (p *Resources) connect(typ string) {
	if p.h.Connections == nil {
		p.other()
		return
	}
	host.AskThen(p.h, p.h.Connections.Types, func(types model.ResourceTypes) { p.connectForm(types, typ) })
}

func (p *Resources) connectForm(types model.ResourceTypes, typ string) {
	names := types.Names()
	if typ != "" && !slices.Contains(names, typ) {
		names = append(names, typ) // of which the value is asked for as JSON
	}
	if typ == "" {
		typ = "postgresql"
	}
	path := kit.NewEntry("u/me/name").AsMono()
	pathField := kit.NewField(say.Of(model.TextResourceName), "path", true, path)
	space := container.NewStack()
	var f *form.Form
	named := false // by the person
	path.OnChanged = func(string) { named = true }
	other := kit.NewEntry("type").AsMono()
	show := func(name string) {
		typ = name
		if !named {
			path.SetText(p.free("u/me/" + typ))
		}
		f = typeForm(types.Schema(typ), nil)
		space.Objects = []fyne.CanvasObject{f.Object}
		space.Refresh()
	}
	options := append(slices.Clone(names), say.Of(model.TextOtherType))
	var kind *kit.SelectBox
	kind = kit.NewSelectBox(options, slices.Index(options, typ), func(i int) {
		host.Show(other, i == len(options)-1)
		if i == len(options)-1 {
			show(other.Text())
		} else {
			show(options[i])
		}
		kit.Relayout(kind)
	})
	other.Hide()
	other.OnChanged = func(text string) { typ = text }
	kindField := kit.NewField(say.Of(model.TextResourceType), "", true, kind).WithHint(say.Of(model.TextResourceTypeHow))
	show(typ)
	var d *host.Dialog
	save := func(test bool) {
		if problem := badPath(path.Text()); problem != "" {
			pathField.SetErr(problem)
			return
		}
		v, ok := f.Value()
		if !ok {
			return
		}
		r := flow.Resource{Path: path.Text(), Type: typ, Value: model.Filled(flow.Raw(v)), State: flow.ResourceUntested}
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return func() {
				d.Close()
				p.done(r.Path)
				if test {
					p.test(r)
				}
			}, p.h.Library.PutResource(ctx, r)
		})
	}
	d = p.h.DialogWith(kit.ModalSpec{Title: say.T("Add a connection"), Sub: say.T("Steps name it as $res:path"), Width: resourceWidth, Firm: true,
		Body: tall(kit.VBox(14, pathField, kindField, other, space)), Note: kit.Caption(say.Of(model.TextSealed))},
		kit.NewButton(say.Of(model.TextSaveAndTest), kit.Outline, func() { save(true) }),
		kit.NewButton(say.Of(model.TextSave), kit.Primary, func() { save(false) }))
}

// resourceTall is how high the form of a resource may be before it scrolls.
const resourceTall = 430

// tall lets what is high scroll.
func tall(o fyne.CanvasObject) fyne.CanvasObject {
	return kit.Fixed(0, resourceTall, kit.Scroll(kit.Pad(0, 12, 0, 0, o)))
}

// typeForm is the form of a type; without one the value is asked for as JSON.
func typeForm(schema, values flow.Raw) *form.Form {
	if schema != nil {
		if f, err := form.New(schema, form.Options{Values: values}); err == nil {
			return f
		}
	}
	return form.Plain(values, `{"host": "db.example", "password": "…"}`)
}

// edit changes what a resource holds; what is secret of it is not shown, and stays where
// nothing is typed.
func (p *Resources) edit(r flow.Resource, then func()) {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		types, err := p.h.Connections.Types(ctx)
		if err != nil {
			return nil, err
		}
		full, err := p.h.Connections.Open(ctx, r.Path)
		return func() { p.editForm(types, full, then) }, err
	})
}

func (p *Resources) editForm(types model.ResourceTypes, r flow.Resource, then func()) {
	schema := types.Edited(r.Type)
	if schema == nil {
		p.h.Dialog(model.TextEditOf(r.Path), r.Type, resourceWidth, kit.NewParagraph(say.Of(model.TextNoFields), kit.Muted))
		return
	}
	f := typeForm(schema, r.Value)
	var d *host.Dialog
	save := func(test bool) {
		v, ok := f.Value()
		if !ok {
			return
		}
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return func() {
				d.Close()
				then()
				if test {
					p.test(r)
				}
			}, p.h.Connections.Change(ctx, r.Path, flow.Raw(v))
		})
	}
	d = p.h.DialogWith(kit.ModalSpec{Title: model.TextEditOf(r.Path), Sub: r.Type, Width: resourceWidth, Firm: true,
		Body: tall(f.Object), Note: kit.Caption(say.Of(model.TextSealed))},
		kit.NewButton(say.Of(model.TextSaveAndTest), kit.Outline, func() { save(true) }),
		kit.NewButton(say.Of(model.TextSave), kit.Primary, func() { save(false) }))
}

// rename gives a resource another path; the flows that name it follow.
func (p *Resources) rename(r flow.Resource) {
	path := kit.NewEntry("u/me/name").AsMono()
	path.SetText(r.Path)
	field := kit.NewField(say.Of(model.TextResourceName), "path", true, path).WithHint(say.Of(model.TextRenameHow))
	var d *host.Dialog
	doIt := func() {
		to := path.Text()
		if problem := badPath(to); problem != "" || to == r.Path {
			field.SetErr(model.First(problem, say.T("This is its name")))
			return
		}
		open := ""
		if doc := p.h.Model.Doc(); doc != nil && !doc.ReadOnly {
			open = doc.Path
		}
		p.h.Ask(func(ctx context.Context) (func(), error) {
			n, err := p.h.Connections.Rename(ctx, r.Path, to, open)
			return func() {
				d.Close()
				if doc := p.h.Model.Doc(); doc != nil && doc.Path == open && open != "" {
					before := doc.Flow
					if p.h.Do(model.RenameResource(r.Path, to)); doc.Flow != before {
						n++
					}
				}
				p.Refresh()
				p.h.Tell(model.TextRenamed(to, n))
			}, err
		})
	}
	d = p.h.DialogWith(kit.ModalSpec{Title: say.Of(model.TextRename) + " " + r.Path, Sub: r.Type, Body: field, Submit: doIt}, kit.NewButton(say.Of(model.TextRename), kit.Primary, doIt))
}
