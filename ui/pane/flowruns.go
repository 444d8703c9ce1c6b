package pane

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

func errNoEntries() error {
	return fault.New("run.unknown", say.T("There is nothing to be read of this run"), say.T("It may have been let go."))
}

// flowRunsMost is how many runs of the open flow are listed.
const flowRunsMost = 40

// ListRuns lists the runs of the open flow, newest first; one that is pressed is shown on the
// canvas it ran on.
func (p *Editor) ListRuns() {
	doc := p.h.Model.Doc()
	if doc == nil {
		return
	}
	path := doc.Path
	host.AskThen(p.h, func(ctx context.Context) ([]run.Summary, error) {
		return p.h.Lists.Runs(ctx, host.RunQuery{Path: path, Limit: flowRunsMost})
	}, func(list []run.Summary) {
		p.chooseRun(say.F("Runs of “%s”", p.h.Model.Name()), list, p.showAsItRan, true)
	})
}

// chooseRun opens a list of runs.
func (p *Editor) chooseRun(title string, list []run.Summary, pick func(run.ID), more bool) {
	var d *host.Dialog
	rows, walked := kit.VBox(0), []*kit.Row(nil)
	var told []func(next func())
	open := true
	var focus fyne.Focusable
	for _, s := range list {
		row, times := p.runRow(s, func() { d.Close(); pick(s.ID) })
		told = append(told, times)
		row.Selected = s.ID == p.h.Model.Followed()
		if focus == nil || row.Selected {
			focus = row
		}
		rows.Add(row)
		walked = append(walked, row)
	}
	kit.Walked(walked...)
	var body fyne.CanvasObject = kit.Fixed(0, float32(min(len(list), 8))*50+8, kit.Scroll(rows))
	if len(list) == 0 {
		body = kit.PadAll(18, kit.NewText(say.T(textNoRuns)).In(kit.Muted))
	}
	spec := kit.ModalSpec{Title: title, Width: 660, Body: body, Flush: true, Passing: true, Focus: focus, OnClose: func() { open = false }}
	// One run after the other is read for its times, while the list is looked at: each may
	// be long.
	var next func()
	next = func() {
		if open && len(told) > 0 {
			tell := told[0]
			told = told[1:]
			tell(next)
		}
	}
	p.h.Later(showPause, next)
	var buttons []fyne.CanvasObject
	if more {
		buttons = append(buttons, kit.NewButton(say.T(textAllRuns), kit.Outline, func() { d.Close(); p.h.Go(host.PlaceRuns) }))
	}
	d = p.h.DialogWith(spec, buttons...)
}

// runRow is one run of the open flow: how it stands, when it began and by whom; times reads
// how long it worked and waited, and goes on.
func (p *Editor) runRow(s run.Summary, open func()) (row *kit.Row, times func(next func())) {
	m := p.h.Model
	word, role := model.RunState(s)
	time := kit.NewText(m.RunLasted(s)).In(kit.Muted).Ellipsis()
	row = kit.NewRow(kit.Pad(8, 16, 8, 16, kit.HBox(12,
		host.Middle(kit.NewDot(host.RoleOf(role))),
		kit.Grow(host.Middle(kit.VBox(2, kit.Strong(m.RunTitle(s)).Ellipsis(), kit.Caption(m.RunBy(s)).Ellipsis()))),
		host.Middle(host.Width(200, time)),
		host.Middle(host.Width(140, kit.HBox(0, kit.Space(), kit.NewPill(word, host.RoleOf(role))))))), open).Lined()
	return row, func(next func()) {
		p.h.Ask(func(ctx context.Context) (func(), error) {
			st, err := p.fold(ctx, s.ID)
			if err != nil {
				return next, nil // the list says what it knows without it
			}
			worked, waited := model.WaitedOf(st, p.h.Now())
			if waited != "" {
				worked += " · " + waited
			}
			return func() {
				time.SetText(worked)
				row.Refresh()
				next()
			}, nil
		})
	}
}

// fold reads a run and folds it.
func (p *Editor) fold(ctx context.Context, id run.ID) (*run.State, error) {
	entries, err := p.h.Runs.Log(ctx, id)
	if err != nil || len(entries) == 0 {
		return nil, errNoEntries()
	}
	st, ok := entries[0].Event.(run.Started)
	if !ok {
		return nil, errNoEntries()
	}
	plan, err := p.h.Runs.PlanOf(ctx, st.Flow)
	if err != nil {
		return nil, err
	}
	return run.Fold(plan, id, slices.Values(entries))
}

// showAsItRan shows a run on the flow as it was then.
func (p *Editor) showAsItRan(id run.ID) {
	p.leaving(func() {
		p.h.Follow(id, func() bool { return true }, func() {
			p.foldRun(false)
			if p.h.Model.RunIsOfOther() {
				p.asItRan()
			}
		})
	})
}

// asItRan puts the flow of the shown run on the canvas, to look at.
func (p *Editor) asItRan() {
	p.canvas.Reset()
	p.h.Changed(p.h.Model.AsItRan())
	p.inspector.Rebuild()
}
