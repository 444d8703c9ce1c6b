package inspector

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/say"
)

// subflow chooses the flow that a step runs.
func (p *Inspector) subflow(m *flow.Module) fyne.CanvasObject {
	v, ok := m.Value.(*flow.Subflow)
	if !ok {
		return kit.Space()
	}
	own := p.h.Model.Doc().Path
	box := kit.NewSelectBox(nil, -1, nil)
	field := kit.NewField(say.T("Flow"), "path", true, box).WithHint(say.T("A run keeps the flow as it is when the run starts."))
	open := kit.NewButton(say.T("Open flow"), kit.Outline, nil).With(kit.IconExternalLink)
	open.Off(say.T("Choose a flow first"))
	var list []flow.Stored
	at := func() int {
		return slices.IndexFunc(list, func(s flow.Stored) bool { return s.Path == box.Value() })
	}
	box.OnChanged = func(int) {
		p.rebuild(say.T("Choose the flow"), func(m *flow.Module) {
			if v, ok := m.Value.(*flow.Subflow); ok {
				c := *v
				c.Path = box.Value()
				m.Value = &c
			}
		})
	}
	open.OnTapped = func() {
		if i := at(); i >= 0 && p.OpenFlow != nil {
			p.OpenFlow(list[i])
		}
	}
	p.h.Ask(func(ctx context.Context) (func(), error) {
		flows, err := p.h.Library.Flows(ctx)
		return func() {
			var paths []string
			for _, s := range flows {
				if s.Path != own {
					list, paths = append(list, s), append(paths, s.Path)
				}
			}
			if v.Path != "" && !slices.Contains(paths, v.Path) {
				paths = append(paths, v.Path)
				field.SetErr(say.T("There is no flow of that path here"))
			}
			box.SetOptions(paths)
			box.SelectValue(v.Path)
			open.OffIf(host.Why(at() < 0, say.T("There is no flow of that path here")))
			if i := at(); i >= 0 && list[i].Summary != "" {
				field.SetHint(list[i].Summary + " · " + say.N(list[i].Steps, "%d step", "%d steps"))
			}
			p.lock(box)
		}, err
	})
	return kit.VBox(16, field, kit.HBox(8, open),
		kit.NewParagraph(say.T("Its steps run as part of this run: they see the inputs set here and nothing else of this flow, and people who are asked inside are asked for this run."), kit.Muted))
}

// kept tells of a step that is here to be kept and not to be run.
func (p *Inspector) kept(m *flow.Module) fyne.CanvasObject {
	text := "{}"
	if b, err := (&flow.Flow{Value: flow.Value{Modules: []*flow.Module{m}}}).JSON(); err == nil {
		text = pretty(onlyModule(b))
	}
	editor := code.NewEditor(text, "json").ReadOnly(true)
	return kit.VBox(14,
		kit.NewParagraph(say.T("This step is kept as it came and goes out so with the flow. Around it the flow can be changed; it cannot be started until the step is replaced or taken out."), kit.Muted),
		kit.Fixed(0, 320, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, editor)))
}
