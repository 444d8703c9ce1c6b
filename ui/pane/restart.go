package pane

import (
	"context"
	"encoding/json"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// restartsLooked is among how many runs of the flow earlier restarts are looked for.
const restartsLooked = 500

// restartMost is how many places the menu lists.
const restartMost = 30

// restartItems are the places at which a new run can start with what the shown one came to;
// the one that the person looks at comes first.
func (p *Editor) restartItems() (items []*fyne.MenuItem) {
	places := p.h.Model.RestartPlaces()
	item := func(at model.RestartPlace) *fyne.MenuItem {
		label := at.Chip + " · " + kit.Shorten(at.Title, 280, kit.TextBase, fyne.TextStyle{}, nil)
		return fyne.NewMenuItem(label, func() { p.Restart(at.Step) })
	}
	for _, at := range places {
		if at.Here {
			items = append(items, item(at))
		}
	}
	if len(items) > 0 && len(places) > 1 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	for i, at := range places {
		if i < restartMost && !(at.Here && len(places) == 1) {
			items = append(items, item(at))
		}
	}
	return items
}

// RestartHere restarts the shown run from the step that the person looks at, else from the last
// one that it came to.
func (p *Editor) RestartHere() {
	for _, at := range p.h.Model.RestartPlaces() {
		if at.Here {
			p.Restart(at.Step)
			return
		}
	}
	p.h.Fail(fault.New("run.restart", p.h.Model.WhyNoRestart(""), say.T("Nothing was started.")))
}

// Restart asks for a new run that starts at a step with what the shown run came to before:
// it tells first what is not done again, and whose decisions stand.
func (p *Editor) Restart(step run.StepID) {
	req, err := p.h.Model.RestartFrom(step, false)
	if err != nil {
		p.h.Fail(err)
		return
	}
	type looks struct {
		keep, ask run.Takeover
		others    []run.Summary
	}
	since, _ := p.h.Model.RunStarted()
	host.AskThen(p.h, func(ctx context.Context) (l looks, err error) {
		if l.keep, err = p.h.Runs.LookRestart(ctx, req); err == nil && len(l.keep.Decisions) > 0 {
			again := req
			again.AskAgain = true
			l.ask, err = p.h.Runs.LookRestart(ctx, again)
		}
		if err == nil && since.Path != "" {
			l.others, err = p.h.Lists.Runs(ctx, host.RunQuery{Path: since.Path, Since: since.Started, Limit: restartsLooked})
		}
		return l, err
	}, func(l looks) { p.askRestart(req, l.keep, l.ask, p.h.Model.RestartedBefore(l.others, req.Run)) })
}

// askRestart is the question before a restart.
func (p *Editor) askRestart(req run.RestartRequest, keep, ask run.Takeover, before []string) {
	words := p.h.Model.RestartWords(keep, req.From)
	body := kit.VBox(10)
	var d *host.Dialog
	fill := func() {
		t := keep
		if req.AskAgain {
			t = ask
		}
		w := p.h.Model.RestartWords(t, req.From)
		body.Objects = body.Objects[:0]
		for _, line := range before {
			body.Add(kit.HBox(8, host.Middle(kit.NewGlyphSized(kit.IconWarning, kit.Waiting, 15)), kit.Grow(kit.NewParagraph(line, kit.Waiting))))
		}
		if len(keep.Decisions) > 0 {
			at := 0
			if req.AskAgain {
				at = 1
			}
			choose := kit.NewSegments([]string{say.T(textKeepThem), say.T(textAskAgain)}, at, nil)
			choose.OnChanged = func(i int) {
				req.AskAgain = i == 1
				p.refill(body)
			}
			body.Add(kit.HBox(0, choose))
		}
		for _, line := range w.Decisions {
			body.Add(kit.HBox(8, host.Middle(kit.NewGlyphSized(kit.IconUserCheck, kit.Good, 15)), kit.Grow(kit.NewParagraph(line, kit.Ink))))
		}
		body.Add(kit.NewParagraph(w.Kept, kit.Muted))
		if w.Again != "" {
			body.Add(kit.NewParagraph(w.Again, kit.Waiting))
		}
		if w.Flow != "" {
			role := kit.Muted
			if w.Changed {
				role = kit.Waiting
			}
			body.Add(kit.NewParagraph(w.Flow, role))
		}
		kit.Relayout(body)
	}
	p.refill = func(*fyne.Container) { fill() }
	fill()
	do := func() {
		d.Close()
		host.AskThen(p.h, func(ctx context.Context) (run.Begun, error) {
			begun, _, err := p.h.Runs.Restart(ctx, req)
			return begun, err
		}, p.began)
	}
	d = p.h.DialogWith(kit.ModalSpec{Title: words.Title, Width: 520, Body: body, Submit: do, Passing: true}, kit.NewButton(say.T(textRestart), kit.Primary, do))
}

// began follows a run that was started.
func (p *Editor) began(b run.Begun) {
	p.h.Changed(p.h.Model.Begin(b))
	p.foldRun(false)
	p.buttons()
}

// TestUpTo runs the draft up to a step, with the input of the last run.
func (p *Editor) TestUpTo(id string) {
	if id == "" {
		return
	}
	p.lastInput(func(input json.RawMessage) {
		req, name, err := p.h.Model.TestUpTo(id)
		if err != nil {
			p.h.Fail(err)
			return
		}
		if input != nil {
			req.Input = input
		}
		p.h.Tell(textUpTo(name))
		p.launch(req)
	})
}

// lastInput reads the input of the run that is shown, nil if there is none.
func (p *Editor) lastInput(then func(json.RawMessage)) {
	ref, ok := p.h.Model.Again()
	if !ok {
		then(nil)
		return
	}
	host.AskThen(p.h, func(ctx context.Context) (json.RawMessage, error) { return p.h.Runs.Value(ctx, ref) }, then)
}

// Pin pins the result that a step had in the last run, or takes the pin away.
func (p *Editor) Pin(id string) {
	m := p.h.Model
	if e, ok := m.Unpin(id); ok {
		p.h.Do(e)
		return
	}
	ref, why := m.PinnedFrom(id)
	if why != "" {
		p.h.Fail(fault.New("pin", why, say.T("Run the flow, or write the value in the step’s settings.")))
		return
	}
	host.AskThen(p.h, func(ctx context.Context) (json.RawMessage, error) { return p.h.Runs.Value(ctx, ref) }, func(v json.RawMessage) {
		e, err := m.Pin(id, v)
		if err != nil {
			p.h.Fail(err)
			return
		}
		p.h.Do(e)
	})
}

// repeat runs the version that is looked at once more, with the same input.
func (p *Editor) repeat(req run.RestartRequest) {
	host.AskThen(p.h, func(ctx context.Context) (run.Begun, error) {
		begun, _, err := p.h.Runs.Restart(ctx, req)
		return begun, err
	}, p.began)
}

// restartAt restarts from a step of the canvas, or from the container of the top level that it
// stands in.
func (p *Editor) restartAt(id string) {
	p.h.Changed(p.h.Model.Select(id))
	p.Restart(run.StepID(p.h.Model.TopOf(id)))
}

// pinWord names what a press on the pin does.
func (p *Editor) pinWord(id string) string {
	if p.h.Model.Pinned(id) {
		return say.T(textUnpin)
	}
	return say.T(textPinResult)
}

// TestUpToHere runs the draft up to the selected step.
func (p *Editor) TestUpToHere() { p.TestUpTo(p.h.Model.Selected()) }

// PinHere pins the result of the selected step, or takes the pin away.
func (p *Editor) PinHere() {
	if m := p.h.Model.SelectedStep(); m != nil {
		p.Pin(m.ID)
	}
}

// ToggleTimeline shows the run in time, or the plain list of its steps.
func (p *Editor) ToggleTimeline() {
	if p.h.Model.HasRun() {
		p.foldRun(false)
		p.run.Timed(!p.run.timed)
	}
}

// timelineHeight is the least height of the run panel with the timeline.
const timelineHeight = 320

// tall gives the run panel the height that the timeline needs, or its own.
func (p *Editor) tall(on bool) {
	switch h := p.split.SideSize(); {
	case on && h < timelineHeight:
		p.split.SetSideSize(timelineHeight)
	case !on && h == timelineHeight:
		p.split.SetSideSize(kit.RunPanelHeight)
	}
}
