package ui

import (
	"time"

	"fyne.io/fyne/v2/theme"

	"sluice/ui/kit"
	"sluice/ui/pane"
)

// Run shows the window, starts the pump and returns when the window is closed.
// Runs that wait stay in the data folder and cost nothing meanwhile.
func (u *UI) Run() {
	probe(u.win)
	go u.pumpLoop(u.ctx)
	u.clock()
	u.win.SetCloseIntercept(u.close)
	u.win.ShowAndRun()
	u.stop()
	u.waitCalls(3 * time.Second)
}

// Quit closes the window from any goroutine.
func (u *UI) Quit() { later(u.close) }

// Raise brings the window to the front, from any goroutine.
func (u *UI) Raise() { later(func() { u.win.Show(); u.win.RequestFocus() }) }

// close saves, stops the pump, and ends the loop once the pump has ended: a
// pump that waits for Fyne's goroutine must not be waited for on it.
func (u *UI) close() {
	u.editor.SaveNow(func() {
		u.stop()
		go func() {
			<-u.pumped
			later(u.cfg.App.Quit)
		}()
	})
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
				case pane.PlaceFlows, pane.PlaceRuns, pane.PlaceApprovals, pane.PlaceOutbox:
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
	u.colored = map[pane.Place]int{u.place: u.themes}
}

// recolor paints a place that was out of sight when the theme changed: Fyne
// repaints only what is on the screen.
func (u *UI) recolor(p pane.Place) {
	if u.colored[p] != u.themes {
		u.colored[p] = u.themes
		u.cfg.App.Settings().SetTheme(kit.NewTheme(u.dark))
	}
}
