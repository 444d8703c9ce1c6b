package inspector

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/form"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
)

// inputsPage is a step's arguments.
type inputsPage struct{ *Inspector }

// show lists a step's arguments: each a fixed value or an expression.
func (p inputsPage) show(m *flow.Module) fyne.CanvasObject {
	col := kit.VBox(16)
	body := container.NewStack(col)
	build := func(schema flow.Raw) {
		col.Objects = nil
		fields, err := flow.Fields(schema, nil, nil)
		if err != nil {
			col.Add(kit.NewBanner(kit.Bad, say.T("The parameters of this script cannot be read"), say.T("Mend main(…) under Code.")))
		}
		for _, fd := range fields {
			col.Add(p.input(m.ID, fd))
		}
		for _, name := range flow.InputsOf(m).Names {
			if !slices.ContainsFunc(fields, func(fd flow.Field) bool { return fd.Name == name }) {
				col.Add(p.input(m.ID, flow.Field{Name: name, Title: name, Kind: flow.FieldJSON, Description: say.T("It is not asked for; the value is kept.")}))
			}
		}
		if len(col.Objects) == 0 {
			text := say.T("This script takes no arguments. Give main a parameter under Code, and it shows here.")
			if _, flows := m.Value.(*flow.Subflow); flows {
				text = say.T("This flow asks for nothing.")
			}
			col.Add(kit.NewParagraph(text, kit.Muted))
		}
		if model.IsApproval(m) {
			col.Add(kit.HBox(8, kit.NewPill(say.T("Suspends the flow"), kit.Waiting), kit.Grow(host.Middle(kit.Caption(model.GateLine(p.h.Model.Doc().Flow, m)).Ellipsis()))))
		}
		col.Refresh()
		p.arrive()
	}
	if s, ok := scriptOf(m); ok {
		build(s.Schema)
		return body
	}
	language, content := "", ""
	switch v := m.Value.(type) {
	case *flow.RawScript:
		language, content = v.Language, v.Content
	case *flow.Script:
		s, here := p.h.Script(v.Path)
		if !here || len(s.Schema) > 0 {
			build(s.Schema)
			return body
		}
		language, content = s.Language, s.Content
	case *flow.Subflow:
		p.flowInputs(v.Path, col, build)
		return body
	default:
		build(nil)
		return body
	}
	if schema, ok := p.h.Model.Params(language, content); ok {
		build(schema)
		return body
	}
	col.Add(kit.Caption(say.T("Reading the parameters…")))
	p.h.Ask(func(context.Context) (func(), error) {
		schema, err := p.h.Signature(language, content)
		return func() {
			if err != nil { // shown here, where it matters, and only here
				f := model.Fault(err)
				col.Objects = []fyne.CanvasObject{kit.NewBanner(kit.Bad, f.Title, say.T("The inputs are kept. They show again when the code can be read."))}
				col.Refresh()
				return
			}
			build(schema)
			p.h.Changed(p.h.Model.Learn(language, content, schema))
			p.lock(col)
		}, nil
	})
	return body
}

// flowInputs shows what a flow of the library asks for.
func (p inputsPage) flowInputs(path string, col *fyne.Container, build func(flow.Raw)) {
	col.Add(kit.Caption(say.T("Reading the flow…")))
	p.h.Ask(func(ctx context.Context) (func(), error) {
		list, err := p.h.Library.Flows(ctx)
		return func() {
			for _, s := range list {
				if s.Path != path {
					continue
				}
				if f, err := flow.ParseJSON(s.JSON); err == nil {
					build(f.Schema)
					p.lock(col)
					return
				}
			}
			build(nil)
			what := say.F("There is no flow “%s” here", path)
			if path == "" {
				what = say.T("No flow is chosen yet")
			}
			col.Objects = append([]fyne.CanvasObject{kit.NewBanner(kit.Waiting, what, say.T("Choose one under Flow. The inputs below are kept."))}, col.Objects...)
			col.Refresh()
		}, err
	})
}

// input is one argument.
func (p inputsPage) input(id string, fd flow.Field) fyne.CanvasObject {
	name := fd.Name
	if fd.Title == fd.Name {
		name = ""
	}
	field := kit.NewField(fd.Title, name, fd.Required, kit.Space())
	field.Hint = fd.Description
	p.places["input_transforms."+fd.Name] = field
	in := p.current(id, fd.Name)
	var ways *kit.Segments
	var show func(kind int)
	show = func(kind int) {
		p.dropExpr(field)
		field.SetErr("")
		if kind == 1 {
			field.SetControl(p.expression(id, fd, field))
			return
		}
		field.SetHint(fd.Description)
		field.SetControl(p.fixed(id, fd, field))
		p.beside(id, fd, field, func(path string) {
			e := model.SetInput(p.id, fd.Name, &flow.Input{Kind: flow.JavaScript, Expr: model.WithPath(p.current(id, fd.Name), path)})
			e.Merge = ""
			p.do(e)
			ways.Select(1)
			show(1)
			if editor, ok := field.Control.(*code.Editor); ok {
				editor.Focus()
				editor.Resume(nil)
			}
		})
	}
	chosen := 0
	if in != nil && in.Kind == flow.JavaScript {
		chosen = 1
	}
	var left [2]*flow.Input // what either way held when it was left
	ways = kit.NewSegments([]string{say.T("Value"), say.T("Expression")}, chosen, func(kind int) {
		now := p.current(id, fd.Name)
		left[1-kind] = now
		next := left[kind]
		if next == nil {
			next = otherWay(now, fd, kind)
		}
		e := model.SetInput(p.id, fd.Name, next)
		e.Merge = "" // it is not of what was typed before
		p.do(e)
		show(kind)
	}).AsSmall()
	field.WithSide(ways)
	show(chosen)
	return field
}

// otherWay is what an argument becomes when it is first set the other way: a
// value as an expression, an expression that is a plain value as that.
func otherWay(now *flow.Input, fd flow.Field, kind int) *flow.Input {
	if kind == 1 {
		text := fd.Default
		if now != nil && now.Value != nil {
			text = json.RawMessage(now.Value)
		}
		if len(text) == 0 {
			return now
		}
		return &flow.Input{Kind: flow.JavaScript, Expr: string(text)}
	}
	if now != nil && json.Valid([]byte(now.Expr)) {
		return static(json.RawMessage(now.Expr))
	}
	return static(fd.Default)
}

// current is an argument as it stands in the flow.
func (p inputsPage) current(id, name string) *flow.Input {
	m, _ := flow.Find(p.h.Model.Doc().Flow, id)
	if m == nil {
		return nil
	}
	return flow.InputsOf(m).By[name]
}

// setInput changes one argument; nil takes it out.
func (p inputsPage) setInput(name string, in *flow.Input) { p.do(model.SetInput(p.id, name, in)) }

// fixed is the control of a fixed value.
func (p inputsPage) fixed(id string, fd flow.Field, field *kit.Field) fyne.CanvasObject {
	if in := p.current(id, fd.Name); in != nil && in.Kind == flow.Static {
		fd.Default = in.Value
	} else if in != nil {
		fd.Default = nil
	}
	if fd.Kind == flow.FieldResource {
		return p.resource(fd, field)
	}
	if model.AsksAddresses(fd) {
		return p.addresses(fd, field)
	}
	var single *form.Single
	single = form.NewSingle(fd, form.Options{}, func() {
		v, wrong := single.Value()
		field.SetErr(wrong)
		if wrong == "" {
			p.setInput(fd.Name, static(v))
		}
	})
	return single.Object
}

// static is a fixed value as an input; nothing typed takes the input out.
func static(v json.RawMessage) *flow.Input {
	if v == nil {
		return nil
	}
	return &flow.Input{Kind: flow.Static, Value: flow.Raw(v)}
}

// addresses is a list of e-mail addresses.
func (p inputsPage) addresses(fd flow.Field, field *kit.Field) fyne.CanvasObject {
	var list []string
	if json.Unmarshal(fd.Default, &list) != nil {
		var text string
		if json.Unmarshal(fd.Default, &text) == nil && text != "" {
			list = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' || r == ' ' || r == ';' })
		}
	}
	tell := func(values []string) {
		field.SetErr(model.NoAddress(values))
	}
	c := kit.NewChipsEntry(list, "name@example.com", func(values []string) {
		b, _ := json.Marshal(values)
		p.setInput(fd.Name, static(b))
		tell(values)
	})
	c.Check = func(v string) bool { return model.NoAddress([]string{v}) == "" }
	c.SetValues(list)
	tell(list)
	return c
}

// resource picks a resource of the type that is wanted.
func (p inputsPage) resource(fd flow.Field, field *kit.Field) fyne.CanvasObject {
	add := say.T("Add one…")
	var chosen string
	_ = json.Unmarshal(fd.Default, &chosen)
	chosen = strings.TrimPrefix(chosen, "$res:")
	box, id := kit.NewSelectBox(nil, -1, nil), p.h.Model.Selected() // p.id is set once the page is there
	summaries := map[string]string{}
	box.OnChanged = func(int) {
		if chosen != "" && box.Value() == model.TextEditOf(chosen) {
			box.SelectValue(chosen)
			p.EditResource(chosen, p.Rebuild)
			return
		}
		if box.Value() == add {
			box.SelectValue(chosen)
			p.AddResource(fd.ResourceType, func(path string) {
				if id == p.id {
					p.setInput(fd.Name, static(json.RawMessage(host.Quote("$res:"+path))))
					p.Rebuild()
				}
			})
			return
		}
		field.SetHint(say.Of(summaries[box.Value()]))
		p.setInput(fd.Name, static(json.RawMessage(host.Quote("$res:"+box.Value()))))
	}
	p.h.Ask(func(ctx context.Context) (func(), error) {
		list, err := p.h.Library.Resources(ctx)
		return func() {
			var paths []string
			for _, r := range list {
				if fd.ResourceType == "" || r.Type == fd.ResourceType {
					paths = append(paths, r.Path)
					summaries[r.Path] = r.Summary
				}
			}
			if chosen != "" && !slices.Contains(paths, chosen) {
				paths = append(paths, chosen)
				field.SetErr(say.T("There is no resource of that name"))
			}
			if p.h.Connections != nil && chosen != "" && slices.ContainsFunc(list, func(r flow.Resource) bool { return r.Path == chosen && r.Type != "gmail" }) {
				paths = append(paths, model.TextEditOf(chosen))
			}
			box.SetOptions(append(paths, add))
			p.lock(box)
			box.SelectValue(chosen)
			if s := say.Of(summaries[chosen]); s != "" {
				field.SetHint(s)
			}
		}, err
	})
	return box
}

// expression is the control of an expression, checked as it is typed.
func (p inputsPage) expression(id string, fd flow.Field, field *kit.Field) fyne.CanvasObject {
	text := ""
	if in := p.current(id, fd.Name); in != nil {
		if in.Kind == flow.JavaScript {
			text = in.Expr
		} else if in.Value != nil {
			text = string(in.Value)
		}
	}
	x := p.exprIn(model.InputPlace(id, fd.Name), text, field, p.h.CheckExpr, func(expr string) {
		p.setInput(fd.Name, &flow.Input{Kind: flow.JavaScript, Expr: expr})
	})
	x.vain = func() string { return p.h.Model.InVain(id, fd.Name) }
	p.vain["input_transforms."+fd.Name] = func() {
		if in := p.current(id, fd.Name); in != nil && in.Kind == flow.JavaScript {
			x.check(in.Expr)
		}
	}
	x.check(text)
	return x.editor
}

// exprEditor is a small editor for one expression; the mistakes that wrong finds
// show below it.
func (p *Inspector) exprEditor(text string, field *kit.Field, wrong func(expr string) *run.Failure, changed func(string)) *code.Editor {
	return p.exprIn(p.placeOf(field), text, field, wrong, changed).editor
}
