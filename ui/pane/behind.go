package pane

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// behindCard is what holds for a Sluice without its window.
type behindCard struct {
	p      *Settings
	closes *kit.Segments
	login  *kit.Toggle
	noTray *kit.Paragraph
}

// closings are what closing the window does, in the order of their control.
var closings = []string{"", model.CloseToTray, model.CloseAndQuit}

func newBehind(p *Settings) *behindCard {
	c := &behindCard{p: p}
	c.closes = kit.NewSegments([]string{say.T("Ask"), say.T("Keep running in the tray"), say.T("Quit")}, 0, func(i int) { p.save(host.SettingClosing, closings[i]) })
	c.login = kit.NewToggle(say.T("Start Sluice when I log in, in the tray where there is one"), false, c.startAtLogin)
	c.noTray = kit.NewParagraph(say.T("There is no tray here now, so closing the window asks or quits."), kit.Muted)
	host.Show(c.login, p.h.Login != nil)
	return c
}

func (c *behindCard) object() fyne.CanvasObject {
	return kit.VBox(14, kit.Heading(say.T("In the background")),
		kit.NewParagraph(say.T("Links, schedules, webhooks and forms work only while Sluice runs. When one of them is on and the window is closed:"), kit.Muted),
		kit.HBox(0, c.closes), c.noTray, c.login)
}

// read shows the setting, and whether there is a tray now.
func (c *behindCard) read(values map[string]string) {
	c.closes.Select(max(0, slices.Index(closings, values[host.SettingClosing])))
	host.Show(c.noTray, !c.p.h.Tray())
}

// refresh shows whether Sluice starts at login.
func (c *behindCard) refresh() {
	if c.p.h.Login == nil {
		return
	}
	c.p.h.Ask(func(context.Context) (func(), error) {
		on, _ := c.p.h.Login.On() // what cannot be read is not on
		return func() { c.login.Set(on) }, nil
	})
}

// startAtLogin has Sluice started when the person logs in, or not any more.
func (c *behindCard) startAtLogin(on bool) {
	c.p.h.Ask(func(context.Context) (func(), error) {
		if err := c.p.h.Login.Set(on); err != nil {
			return nil, fault.Because(err, "login.start", say.T("Starting at login could not be changed"), say.T("Everything else stays as it is. The programs that start at login stand in your desktop's own settings, too."))
		}
		return func() { c.p.h.Tell(say.T("Saved")) }, nil
	}, func() { c.login.Set(!on) })
}
