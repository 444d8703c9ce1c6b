package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/model"
	"sluice/ui/say"
	"sluice/ui/session"
)

// Session is what the window needs of the desktop session around it.
type Session interface {
	Tray() bool // there is one
	SetMenu(tip string, items []session.Item)
	Notify(session.Note)
	Withdraw(key string)
	Close()
}

// noSession is where there is none.
type noSession struct{}

func (noSession) Tray() bool                     { return false }
func (noSession) SetMenu(string, []session.Item) {}
func (noSession) Notify(session.Note)            {}
func (noSession) Withdraw(string)                {}
func (noSession) Close()                         {}

// background is what goes on while nobody looks at the window.
type background struct {
	hidden  bool // the window is not on the screen
	focused bool // it has the keyboard
	sinks   int  // counts the times that the tray went

	stands model.Standstill
	oldest *run.Approval // that waits; nil: none, or it is not known

	outside model.Outside
	looking bool // what is to be told is being read, or will be in a moment
	again   bool
}

// join opens the desktop session.
func (u *UI) join() {
	if u.cfg.Session == nil {
		return
	}
	u.session = u.cfg.Session(session.Config{Name: "Sluice", Icon: u.cfg.Icon,
		OnTray: func(bool) { later(u.trayChanged) }, OnOpen: u.Raise, Main: func(f func()) { later(f) },
		Send: func(title, body string) {
			later(func() { u.cfg.App.SendNotification(fyne.NewNotification(title, body)) })
		}})
	u.drawTray()
}

// part leaves the desktop session, which may not answer any more.
func (u *UI) part() {
	done := make(chan struct{})
	go func() { u.session.Close(); close(done) }()
	select {
	case <-done:
	case <-time.After(3 * time.Second):
	}
}

// watchFocus keeps in mind whether the window has the keyboard.
func (u *UI) watchFocus() {
	l := u.cfg.App.Lifecycle()
	l.SetOnEnteredForeground(func() { u.back.focused = true })
	l.SetOnExitedForeground(func() { u.back.focused = false })
}

// leaveFocus hears no more of it: Fyne 2.8 waits at its end for what it is hearing of, which
// waits for the loop that has ended.
func (u *UI) leaveFocus() {
	l := u.cfg.App.Lifecycle()
	l.SetOnEnteredForeground(nil)
	l.SetOnExitedForeground(nil)
}

// How long the window waits for a tray that is not there: at the start, as the desktop
// may start it later than Sluice, and when it has gone, as a panel that has crashed comes
// back.
const (
	trayAtStart = 20 * time.Second
	trayBack    = 10 * time.Second
)

// beginHidden begins without the window, if a tray comes to call it from.
func (u *UI) beginHidden() {
	u.back.hidden = true
	u.showUnlessTray(trayAtStart)
}

// showUnlessTray shows a window that is hidden when there is no tray after a while.
func (u *UI) showUnlessTray(wait time.Duration) {
	u.back.sinks++
	sink := u.back.sinks
	u.after(wait, func() {
		if sink == u.back.sinks && u.back.hidden && !u.session.Tray() {
			u.show()
		}
	})
}

// trayChanged follows a tray that has come or gone.
func (u *UI) trayChanged() {
	switch {
	case u.session.Tray():
		u.readTray()
	case u.back.hidden:
		u.showUnlessTray(trayBack)
	}
}

// hide stores what was typed last and takes the window from the screen.
func (u *UI) hide() {
	u.dropQuestion()
	u.editor.Leave()
	u.editor.SaveNow(func() {
		switch {
		case u.leave.saving || u.leave.ended:
			return
		case !u.session.Tray(): // it has gone meanwhile
			u.close()
			return
		}
		u.win.Canvas().Unfocus()
		u.win.Hide()
		u.back.hidden, u.back.focused = true, false
		u.readTray()
	}, u.trouble)
}

// show brings the window to the front, and what it shows up to date.
func (u *UI) show() {
	if u.leave.ended {
		return
	}
	was := u.back.hidden
	u.back.hidden = false
	if !was { // one that was never shown cannot be asked whether it is minimized
		restore(u.win)
	}
	u.win.Show()
	u.win.RequestFocus()
	if was {
		u.visit(u.place)
		u.tick()
	}
}

// paused hears whether all schedules stand still.
func (u *UI) paused(is bool) {
	if u.back.stands.Paused != is {
		u.back.stands.Paused = is
		u.readTray()
	}
}

// readTray reads what the tray's menu tells.
func (u *UI) readTray() {
	u.ask(func(ctx context.Context) (func(), error) {
		s, err := u.cfg.Lists.Standstill(ctx)
		var oldest *run.Approval
		if err == nil && s.Waiting > 0 {
			var list []run.Approval
			if list, _, err = u.cfg.Lists.Requests(ctx, 1); len(list) > 0 {
				oldest = &list[0]
			}
		}
		return func() {
			u.back.stands, u.back.oldest = s, oldest
			u.drawTray()
		}, err
	})
}

// trayLabel is how long a line of the tray's menu is at most.
const trayLabel = 60

// drawTray writes the tray's menu.
func (u *UI) drawTray() {
	s := u.back.stands
	oldest := session.Item{Hidden: true}
	requests := session.Item{Label: s.TrayWaits(), Off: s.Waiting == 0, Do: func() { later(func() { u.lead(model.Target{}) }) }}
	if a := u.back.oldest; a != nil {
		to := model.Target{Run: a.Run, Step: a.Step}
		oldest = session.Item{Label: model.TrayOldest(a, trayLabel), Do: func() { later(func() { u.lead(to) }) }}
		requests.Do = oldest.Do
	}
	pause := session.Item{Label: say.T("Pause schedules"), Hidden: s.Schedules == 0 && !s.Paused, Do: func() { later(func() { u.pauseSchedules(!s.Paused) }) }}
	if s.Paused {
		pause.Label = say.T("Resume schedules")
	}
	u.session.SetMenu(say.F("Sluice: %s", s.TrayWaits()), []session.Item{requests, oldest, {Line: true}, {Label: say.T("Open Sluice"), Do: u.Raise}, pause, {Line: true},
		{Label: say.T("Quit Sluice"), Do: func() { later(u.quit) }}})
}

// pauseSchedules lets all schedules stand still, or go on.
func (u *UI) pauseSchedules(pause bool) {
	u.ask(func(ctx context.Context) (func(), error) {
		return func() {
			u.readTray()
			if u.place == host.PlaceTriggers && !u.back.hidden {
				u.triggers.Refresh()
			}
		}, u.cfg.Schedules.PauseSchedules(ctx, pause)
	})
}

// lead brings the window to the front at a request, a run, or where it is; without a run
// of which a request is, at the requests.
func (u *UI) lead(to model.Target) {
	u.show()
	switch {
	case to.Run != "" && to.Step == "":
		u.showRun(to.Run)
	case to.Run != "":
		u.visit(host.PlaceApprovals)
		u.inbox.Lead(to)
	default:
		u.visit(host.PlaceApprovals)
	}
}

// sees reports whether the person looks at what a notice would be about.
func (u *UI) sees(to model.Target) bool {
	if !u.back.focused || u.back.hidden {
		return false
	}
	switch {
	case to.Step != "":
		return u.place == host.PlaceApprovals
	case to.Run != "":
		return u.place == host.PlaceRuns || u.place == host.PlaceEditor && u.model.Followed() == to.Run
	}
	return true
}
