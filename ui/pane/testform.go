package pane

import (
	"context"
	"encoding/json"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/form"
	"sluice/ui/host"
	"sluice/ui/inspector"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// testForm asks for a flow's input and starts it.
func testForm(h *host.Host, title, sub string, schema flow.Raw, last json.RawMessage, start func(json.RawMessage)) {
	host.AskThen(h, h.Library.Resources, func(list []flow.Resource) { showTestForm(h, title, sub, schema, last, list, start) })
}

func showTestForm(h *host.Host, title, sub string, schema flow.Raw, last json.RawMessage, list []flow.Resource, start func(json.RawMessage)) {
	f, err := form.New(schema, form.Options{Values: flow.Raw(last), Conditions: h.Conditions, Resources: func(typ string) []string {
		var paths []string
		for _, r := range list {
			if typ == "" || r.Type == typ {
				paths = append(paths, r.Path)
			}
		}
		return paths
	}})
	if err != nil {
		h.Fail(err)
		return
	}
	var d *host.Dialog
	var run func()
	button := kit.NewButton(say.T("Start"), kit.Primary, func() { run() }).With(kit.IconPlay)
	run = func() {
		v, ok := f.Value()
		if !ok {
			return
		}
		d.Close()
		start(v)
	}
	spec := kit.ModalSpec{Title: title, Sub: sub, Width: 520, Body: f.Object, Submit: func() { run() }}
	if f.Object.MinSize().Height > 460 {
		spec.Height, spec.Body = 600, kit.Scroll(kit.Pad(0, 8, 0, 0, f.Object))
	}
	d = h.DialogWith(spec, button)
}

// testStep runs one step alone: a flow of that step, its gate left out. Its inputs
// are those of the run of the flow that is shown; where that has not come to the step,
// what the inputs read, as far as it is there.
func (p *Editor) testStep(id string) {
	args := p.h.Model.StepArgs(id)
	switch given := p.h.Model.StepGiven(id); {
	case args.Inline != nil:
		p.testStepWith(id, args.Inline)
	case args.IsZero() && len(given) == 0:
		p.testStepWith(id, nil)
	default:
		host.AskThen(p.h, func(ctx context.Context) (json.RawMessage, error) {
			if !args.IsZero() {
				return p.h.Runs.Value(ctx, args)
			}
			values := map[string]json.RawMessage{}
			for _, g := range given {
				raw, err := p.h.Runs.Value(ctx, g.Ref)
				if err != nil {
					return nil, err
				}
				if v := g.In(raw); v != nil {
					values[g.Input] = v
				}
			}
			return json.Marshal(values)
		},
			func(raw json.RawMessage) { p.testStepWith(id, raw) },
			func() { p.testStepWith(id, nil) })
	}
}

func (p *Editor) testStepWith(id string, args json.RawMessage) {
	req, schema, err := p.h.Model.TestStep(id, args)
	if err != nil {
		p.h.Fail(err)
		return
	}
	start := func(input json.RawMessage) {
		req.Input = input
		host.AskThen(p.h, func(ctx context.Context) (run.Begun, error) { return p.h.Runs.Start(ctx, req) }, func(started run.Begun) {
			p.h.Changed(p.h.Model.FollowTest(id, started))
			p.h.Changed(p.h.Model.Select(id))
			p.inspector.Open(inspector.TabTest)
		})
	}
	if fields, err := flow.Fields(schema, nil, nil); err != nil || len(fields) == 0 {
		start([]byte("{}"))
		return
	}
	testForm(p.h, say.F("Test step %s", id), say.T("What goes into the step, in the place of what its expressions give in a run"), schema, nil, start)
}
