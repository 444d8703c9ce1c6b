package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2/theme"

	"sluice/engine/fault"
	"sluice/ui/host"
	"sluice/ui/kit"
)

// Run shows the window, starts the pump and returns when the window is closed.
// Runs that wait stay in the data folder and cost nothing meanwhile.
func (u *UI) Run() {
	probe(u.win)
	go u.pumpLoop(u.ctx)
	u.clock()
	u.win.SetCloseIntercept(u.close)
	kit.Still(u.cfg.App)
	u.after(300*time.Millisecond, u.fitScreen) // its scale is known once it is shown
	u.restSoon(restAfterEvent)
	u.win.ShowAndRun()
	u.stop()
	u.waitCalls(3 * time.Second)
}

// Raise brings the window to the front, from any goroutine.
func (u *UI) Raise() { later(func() { restore(u.win); u.win.Show(); u.win.RequestFocus() }) }

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
	open   bool       // it is about requests that wait
}

// saveLong is how long the last save may take before the person is asked whether
// to wait for it.
const saveLong = 5 * time.Second

// close ends the window, unless a person who asked for it stays: what was typed
// is stored first, and of requests that wait they are told.
func (u *UI) close() {
	switch {
	case u.leave.saving || u.leave.ended:
		return
	case u.inbox.Held(): // an answer that was given is not lost with the window
		u.inbox.Settle(u.close, func() {
			if u.leave.told {
				u.close()
			}
		})
	case u.triggers.Unsaved() != "" && !u.leave.told && !u.leave.thrown:
		u.question(kit.Question{Title: "“" + u.triggers.Unsaved() + "” was not saved", Text: "What you changed of it is lost if you quit now.", Back: "Stay", Verb: "Quit without saving", Danger: true,
			Yes: func() { u.leave.thrown = true; u.close() }})
	case u.waiting > 0 && !u.leave.told:
		u.askOfWaiting()
	default:
		u.saveAndEnd()
	}
}

// askOfWaiting tells who quits of the requests that wait.
func (u *UI) askOfWaiting() {
	text := "The links that people got work only while Sluice runs. Nothing is lost: they work again as soon as Sluice is started again."
	n := fmt.Sprintf("%d requests are", u.waiting)
	switch u.waiting {
	case 0:
		n, text = "No request is", "What was open has been answered meanwhile, or has ended."
	case 1:
		n = "1 request is"
	case waitingMost:
		n = fmt.Sprintf("%d requests or more are", waitingMost)
	}
	u.question(kit.Question{Title: n + " open", Text: text, Back: "Keep it running", Verb: "Quit", Stay: true, Yes: u.saveAndEnd})
	u.leave.open = true
}

// End ends the window from any goroutine because Sluice was told to end: only a
// draft that cannot be stored is asked about.
func (u *UI) End() {
	later(func() {
		u.leave.told = true
		u.close()
	})
}

// Abandon ends the window from any goroutine, whatever is not stored.
func (u *UI) Abandon() { later(u.end) }

// question asks what holds the window; it replaces the one before.
func (u *UI) question(q kit.Question) {
	u.dropQuestion()
	u.leave.asks = kit.Ask(u.win.Canvas(), q)
	u.leave.open = false
}

func (u *UI) dropQuestion() {
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
		f := fault.From(err)
		u.unsaved("“"+u.model.Name()+"” could not be saved", f.Title+"\n"+f.Hint)
	})
	u.after(saveLong, func() {
		if u.leave.saving && !u.leave.ended {
			u.unsaved("“"+u.model.Name()+"” is still being saved", "The disk takes its time. Sluice ends by itself as soon as it is done.")
		}
	})
}

// unsaved asks whether to end without what was typed last.
func (u *UI) unsaved(title, why string) {
	text := why + "\nIf you quit now, what you changed last is lost. If you stay, saving is tried again, and you can export the flow to another place."
	if u.leave.told {
		text += " Sluice was told to end, so no further step begins until it is started again."
	}
	u.question(kit.Question{Title: title, Text: text, Back: "Stay", Verb: "Quit without saving", Danger: true, Yes: u.end})
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
	go func() {
		select {
		case <-u.pumped:
		case <-time.After(3 * time.Second):
		}
		later(u.cfg.App.Quit)
	}()
}

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
				u.editor.Tick()
				u.troubles.refresh()
				switch u.place {
				case host.PlaceFlows, host.PlaceRuns, host.PlaceApprovals, host.PlaceOutbox:
					u.reread()
				}
				tick()
			})
		})
	}
	tick()
}

// applyTheme applies a theme setting.
func (u *UI) applyTheme(setting string) {
	u.dark = setting == "dark" || (setting == "system" && u.cfg.App.Settings().ThemeVariant() == theme.VariantDark)
	u.themes++
	u.cfg.App.Settings().SetTheme(kit.NewTheme(u.dark))
	u.colored = map[host.Place]int{u.place: u.themes}
}

// recolor paints a place that was out of sight when the theme changed: Fyne
// repaints only what is on the screen.
func (u *UI) recolor(p host.Place) {
	if u.colored[p] != u.themes {
		u.colored[p] = u.themes
		u.cfg.App.Settings().SetTheme(kit.NewTheme(u.dark))
	}
}
