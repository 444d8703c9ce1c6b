package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Run shows the window, starts the pump and returns when the window is closed.
// Runs that wait stay in the data folder and cost nothing meanwhile.
func (u *UI) Run() {
	probe(u.win)
	u.join()
	u.skipKnown()
	u.settings.ReadMotion()
	go u.pumpLoop(u.ctx)
	u.clock()
	u.win.SetCloseIntercept(u.close)
	kit.Still(u.cfg.App)
	u.after(300*time.Millisecond, u.fitScreen) // its scale is known once it is shown
	u.restSoon(restAfterEvent)
	if u.cfg.Hidden {
		u.beginHidden()
		u.cfg.App.Run()
	} else {
		u.win.ShowAndRun()
	}
	close(u.over)
	u.part()
	u.stop()
	u.waitCalls(3 * time.Second)
}

// Raise brings the window to the front, from any goroutine.
func (u *UI) Raise() { later(u.show) }

// Reread has the lists read again, from any goroutine: something was changed from outside.
func (u *UI) Reread() { later(func() { u.listSoon(model.PaneRuns | model.PaneInbox) }) }

// Restoring is the backup that was asked for, to be put in place now that the window
// has ended; "" is none.
func (u *UI) Restoring() string { return u.backup }

// leave is how far the end of the window has come.
type leave struct {
	told   bool       // Sluice was told to end; nobody pressed anything
	saving bool       // what was typed last is being stored
	thrown bool       // schedules that were changed need not be saved
	ended  bool       // nothing holds the window any more
	asks   *kit.Modal // the question that holds it
	about  func()     // asks it anew when what it is about has changed; nil: it need not
	reads  bool       // what would stand still is being read
}

// saveLong is how long the last save may take before the person is asked whether
// to wait for it.
const saveLong = 5 * time.Second

// close is what a press on the window's own button leads to.
func (u *UI) close() { u.leaveBy(false) }

// quit ends Sluice because a person asked for that.
func (u *UI) quit() { u.leaveBy(true) }

// leaveBy ends the window, unless it stays in the tray or a person who asked for its end
// stays: what was typed is stored first, and of what would stand still they are told.
func (u *UI) leaveBy(quit bool) {
	switch {
	case u.leave.saving || u.leave.ended || u.leave.reads:
		return
	case u.leave.told:
		u.leaveNow()
	default:
		u.leave.reads = true
		u.ask(func(ctx context.Context) (func(), error) {
			c := model.Closing{Quit: quit, Tray: u.session.Tray()}
			var err error
			if c.Standstill, err = u.cfg.Lists.Standstill(ctx); err == nil {
				c.Kept, err = u.cfg.Library.Setting(ctx, SettingClosing)
			}
			if err != nil { // who cannot be told may quit all the same
				c = model.Closing{Quit: true}
			}
			return func() {
				u.leave.reads = false
				u.decide(c)
			}, nil
		}, func() { u.leave.reads = false })
	}
}

// decide carries out what becomes of the wish to leave.
func (u *UI) decide(c model.Closing) {
	switch what := c.Decide(); {
	case u.leave.told || what == model.CloseEnds:
		u.leaveNow()
	case what == model.CloseHides:
		u.hide()
	case what == model.CloseAsks:
		u.askWhere(c.Standstill)
	default:
		u.askOfStandstill(c.Standstill)
	}
}

// leaveNow ends Sluice once nothing in the window holds it: what was typed is stored
// first.
func (u *UI) leaveNow() {
	switch {
	case u.leave.saving || u.leave.ended:
		return
	case u.inbox.Held(): // an answer that was given is not lost with the window
		u.inbox.Settle(u.leaveNow, func() {
			if u.leave.told {
				u.leaveNow()
			}
		})
	case u.triggers.Unsaved() != "" && !u.leave.told && !u.leave.thrown:
		u.show()
		u.question(kit.Question{Title: say.F("“%s” was not saved", u.triggers.Unsaved()), Text: say.T("What you changed of it is lost if you quit now."), Back: say.T("Stay"), Verb: say.T("Quit without saving"), Danger: true,
			Yes: func() { u.leave.thrown = true; u.leaveNow() }})
	default:
		u.saveAndEnd()
	}
}

// askOfStandstill tells who quits of what would stand still.
func (u *UI) askOfStandstill(s model.Standstill) {
	u.show()
	u.question(kit.Question{Title: s.Title(), Text: s.Text(), Back: say.T("Keep it running"), Verb: say.T("Quit"), Stay: true, Yes: u.leaveNow})
	u.leave.about = func() { u.askAgain(u.askOfStandstill) }
}

// askAgain asks the question that is open as things stand now.
func (u *UI) askAgain(ask func(model.Standstill)) {
	u.ask(func(ctx context.Context) (func(), error) {
		s, err := u.cfg.Lists.Standstill(ctx)
		return func() {
			if u.leave.about != nil && u.leave.asks != nil && !u.leave.asks.Closed() {
				ask(s)
			}
		}, err
	})
}

// askWhere asks, once, whether closing the window ends Sluice.
func (u *UI) askWhere(s model.Standstill) {
	u.dropQuestion()
	keep := func(how string, then func()) func() {
		return func() {
			u.dropQuestion()
			u.ask(func(ctx context.Context) (func(), error) {
				return then, u.cfg.Library.SetSetting(ctx, SettingClosing, how)
			}, then)
		}
	}
	stay := keep(model.CloseToTray, u.hide)
	u.leave.asks = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: s.Title(), Width: 480, Submit: stay,
		Body: kit.VBox(10, kit.NewParagraph(s.Text(), kit.Muted), kit.NewParagraph(say.T("Your answer counts from now on. Settings changes it."), kit.Muted)),
		Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Cancel"), kit.Ghost, u.dropQuestion), kit.NewButton(say.T("Quit"), kit.Outline, keep(model.CloseAndQuit, u.leaveNow)),
			kit.NewButton(say.T("Keep running in the tray"), kit.Primary, stay)}})
	u.leave.about = func() { u.askAgain(u.askWhere) }
}

// End ends the window from any goroutine because Sluice was told to end: only a
// draft that cannot be stored is asked about.
func (u *UI) End() {
	later(func() {
		u.leave.told = true
		u.leaveNow()
	})
}

// Abandon ends the window from any goroutine, whatever is not stored.
func (u *UI) Abandon() { later(u.end) }

// question asks what holds the window; it replaces the one before.
func (u *UI) question(q kit.Question) {
	u.dropQuestion()
	u.leave.asks = kit.Ask(u.win.Canvas(), q)
}

func (u *UI) dropQuestion() {
	u.leave.about = nil
	if m := u.leave.asks; m != nil {
		u.leave.asks = nil
		m.Close()
	}
}

// saveAndEnd stores what was typed last and ends. The save has a context of its
// own: that Sluice was told to end does not end it.
func (u *UI) saveAndEnd() {
	u.dropQuestion()
	u.leave.saving = true
	u.editor.Leave()
	u.editor.SaveNow(u.end, func(err error) {
		u.leave.saving = false
		u.backup = "" // who stays has not asked for it when the window ends later
		f := model.Fault(err)
		u.unsaved(say.F("“%s” could not be saved", u.model.Name()), f.Title+"\n"+f.Hint)
	})
	u.after(saveLong, func() {
		if u.leave.saving && !u.leave.ended {
			u.unsaved(say.F("“%s” is still being saved", u.model.Name()), say.T("The disk takes its time. Sluice ends by itself as soon as it is done."))
		}
	})
}

// unsaved asks whether to end without what was typed last.
func (u *UI) unsaved(title, why string) {
	u.show()
	text := why + "\n" + say.T("If you quit now, what you changed last is lost. If you stay, saving is tried again, and you can export the flow to another place.")
	if u.leave.told {
		text += " " + say.T("Sluice was told to end, so no further step begins until it is started again.")
	}
	u.question(kit.Question{Title: title, Text: text, Back: say.T("Stay"), Verb: say.T("Quit without saving"), Danger: true, Yes: u.end})
}

// end stops the pump, and ends Fyne's loop once the pump has ended: a pump that
// waits for Fyne's goroutine must not be waited for on it.
func (u *UI) end() {
	if u.leave.ended {
		return
	}
	u.leave.ended = true
	u.dropQuestion()
	u.stop()
	u.leaveFocus()
	go func() {
		select {
		case <-u.pumped:
		case <-time.After(3 * time.Second):
		}
		later(u.cfg.App.Quit)
		select { // Fyne's loop has been seen to wait for itself then
		case <-u.over:
		case <-time.After(hungAfter):
			if u.cfg.Hung != nil {
				u.cfg.Hung()
			}
		}
	}()
}

// hungAfter is how long the loop may take to end.
const hungAfter = 10 * time.Second

// clock lets ages and deadlines on the screen go on: once in a while what
// tells times is drawn again.
func (u *UI) clock() {
	const every = 20 * time.Second
	var tick func()
	tick = func() {
		time.AfterFunc(every, func() {
			if u.ctx.Err() != nil {
				return
			}
			later(func() {
				u.model.SetNow(time.Now())
				u.tellTroubles()
				if !u.back.hidden {
					u.tick()
				}
				tick()
			})
		})
	}
	tick()
}

// tick tells the times in the window from now on.
func (u *UI) tick() {
	u.editor.Tick()
	u.troubles.refresh()
	switch u.place {
	case host.PlaceFlows, host.PlaceRuns, host.PlaceApprovals, host.PlaceOutbox:
		u.reread()
	}
}

// applyTheme applies a theme setting.
func (u *UI) applyTheme(setting string) {
	u.dark = setting == "dark" || (setting == "system" && u.cfg.App.Settings().ThemeVariant() == theme.VariantDark)
	u.themes++
	u.cfg.App.Settings().SetTheme(kit.NewTheme(u.dark))
	u.colored = map[host.Place]int{u.place: u.themes}
	if u.guide != nil { // the first theme comes before all panes
		u.guide.recolor()
	}
}

// recolor paints a place that was out of sight when the theme changed: Fyne
// repaints only what is on the screen.
func (u *UI) recolor(p host.Place) {
	if u.colored[p] != u.themes {
		u.colored[p] = u.themes
		u.cfg.App.Settings().SetTheme(kit.NewTheme(u.dark))
	}
}
