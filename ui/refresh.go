package ui

import (
	"context"
	"time"

	"sluice/engine/run"
	"sluice/ui/model"
	"sluice/ui/pane"
)

// refresh draws what is dirty, and fetches the flow versions that the model
// needs to understand its runs.
func (u *UI) refresh(d model.Dirty) {
	if d.Err != nil {
		u.trouble(d.Err)
	}
	if d.Plans {
		u.fetchPlans()
	}
	u.editor.Refresh(d)
	u.troubles.refresh()
	if d.Panes.Has(model.PaneInbox) || d.Panes.Has(model.PaneTitle) {
		waiting := u.model.Waiting()
		u.rail.count(pane.PlaceApprovals, waiting)
		u.title(waiting)
	}
	switch {
	case u.place == pane.PlaceRuns && d.Panes.Has(model.PaneRuns):
		u.runs.Refresh()
	case u.place == pane.PlaceApprovals && d.Panes.Has(model.PaneInbox):
		u.inbox.Refresh()
	case u.place == pane.PlaceOutbox && d.Panes.Has(model.PaneRun), u.place == pane.PlaceOutbox && d.Panes.Has(model.PaneInbox):
		u.outbox.Refresh()
	}
}

// title tells in the window's title what waits.
func (u *UI) title(waiting int) {
	title := "Sluice"
	if name := u.model.Name(); name != "" && u.place == pane.PlaceEditor {
		title = name + " · Sluice"
	}
	if waiting > 0 {
		title = "● " + title
	}
	if u.win.Title() != title {
		u.win.SetTitle(title)
	}
}

// fetchPlans reads flow versions for the model.
func (u *UI) fetchPlans() {
	for _, hash := range u.model.NeedPlans() {
		if u.plans[hash] {
			continue
		}
		u.plans[hash] = true
		u.ask(func(ctx context.Context) (func(), error) {
			p, err := u.cfg.Runs.Pinned(ctx, hash)
			return func() {
				delete(u.plans, hash)
				u.refresh(u.planned(hash, p, err))
			}, nil
		})
	}
}

func (u *UI) planned(hash string, p run.Pinned, err error) model.Dirty {
	if err != nil {
		return u.model.PlanFailed(hash, err)
	}
	return u.model.SetPlan(hash, p)
}

// after runs f on Fyne's goroutine after a pause, unless the window closes.
func (u *UI) after(d time.Duration, f func()) {
	time.AfterFunc(d, func() {
		if u.ctx.Err() == nil {
			later(f)
		}
	})
}
