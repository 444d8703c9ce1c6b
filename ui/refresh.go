package ui

import (
	"context"
	"time"

	"sluice/engine/fault"
	"sluice/engine/plain"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/model"
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
	if d.Loads {
		u.loadRuns()
	}
	u.editor.Refresh(d)
	u.troubles.refresh()
	u.guide.look()
	if d.Panes.Has(model.PaneTitle) {
		u.title()
	}
	if lists := d.Panes & (model.PaneRuns | model.PaneInbox); lists != 0 {
		u.listSoon(lists)
	}
}

// listPause is the time between two readings of lists that change: a busy engine
// must not be asked for them at each entry.
const listPause = 250 * time.Millisecond

// listSoon reads the lists that have changed again, a moment later.
func (u *UI) listSoon(lists model.Panes) {
	waits := u.stale != 0
	u.stale |= lists
	if waits {
		return
	}
	u.after(listPause, func() {
		lists := u.stale
		u.stale = 0
		if lists.Has(model.PaneInbox) {
			u.countWaiting()
		}
		switch {
		case u.back.hidden: // what it shows is read again when it is
		case u.place == host.PlaceRuns && lists.Has(model.PaneRuns):
			u.runs.Refresh()
		case u.place == host.PlaceApprovals && lists.Has(model.PaneInbox):
			u.inbox.Refresh()
		case u.place == host.PlaceTriggers && lists.Has(model.PaneRuns):
			u.triggers.Refresh()
		case u.place == host.PlaceSettings:
			u.settings.Follow()
		case u.place == host.PlaceOutbox && lists.Has(model.PaneInbox):
			u.outbox.Refresh()
		}
	})
}

// waitingMost is how far the open requests are counted: the rail has room for
// two digits.
const waitingMost = 100

// countWaiting tells on the rail, in the title and in the tray how much waits for
// people.
func (u *UI) countWaiting() {
	if u.session.Tray() {
		u.readTray()
	}
	u.ask(func(ctx context.Context) (func(), error) {
		n, err := u.cfg.Lists.Waiting(ctx, waitingMost)
		return func() {
			if n != u.waiting && u.leave.about != nil && u.leave.asks != nil && !u.leave.asks.Closed() {
				defer u.leave.about()
			}
			u.waiting = n
			u.rail.count(host.PlaceApprovals, n)
			u.title()
		}, err
	})
}

// title tells in the window's title what waits.
func (u *UI) title() {
	title := "Sluice"
	if name := u.model.Name(); name != "" {
		title = plain.Line(name) + " · Sluice"
	}
	if u.waiting > 0 {
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
			p, err := u.cfg.Runs.PlanOf(ctx, hash)
			return func() {
				delete(u.plans, hash)
				u.refresh(u.planned(hash, p, err))
			}, nil
		})
	}
}

// loadRuns reads journals for the model.
func (u *UI) loadRuns() {
	for _, id := range u.model.NeedRuns() {
		u.ask(func(ctx context.Context) (func(), error) {
			entries, err := u.cfg.Runs.Log(ctx, id)
			return func() {
				u.handRun(id, entries)
				if err != nil && !fault.HasCode(err, "run.unknown") { // it may begin in a moment
					u.refresh(u.model.RunFailed(id, err))
				}
			}, nil
		})
	}
}

// handMost is how many entries are folded at a stretch: the window goes on
// drawing while a very long run is taken up.
const handMost = 20_000

// handRun hands a journal to the model.
func (u *UI) handRun(id run.ID, entries []run.Entry) {
	n := min(len(entries), handMost)
	u.refresh(u.model.SetRun(id, entries[:n]))
	if n < len(entries) {
		u.after(time.Millisecond, func() { u.handRun(id, entries[n:]) })
	}
}

func (u *UI) planned(hash string, p *run.Plan, err error) model.Dirty {
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
