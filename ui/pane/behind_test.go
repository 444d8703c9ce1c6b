package pane

import (
	"errors"
	"testing"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// atLogin starts at login, or cannot.
type atLogin struct {
	on  bool
	err error
}

func (a *atLogin) On() (bool, error) { return a.on, a.err }
func (a *atLogin) Set(on bool) error {
	if a.err == nil {
		a.on = on
	}
	return a.err
}

func TestSettingsOfTheBackground(t *testing.T) {
	d := sit(t, twoSteps)
	login := &atLogin{}
	d.h.Login = login
	c := newBehind(NewSettings(d.h))
	c.read(map[string]string{host.SettingClosing: model.CloseToTray})
	c.refresh()
	if c.closes.Selected != 1 || c.login.Value() || !c.noTray.Visible() {
		t.Errorf("closing %d, login %t, tray missed %t", c.closes.Selected, c.login.Value(), c.noTray.Visible())
	}
	d.tray = true
	c.read(nil)
	if c.closes.Selected != 0 || c.noTray.Visible() {
		t.Errorf("closing %d, tray missed %t", c.closes.Selected, c.noTray.Visible())
	}
	toggle := all[*kit.Toggle](c.object())[0]
	toggle.OnTapped()
	if !login.on {
		t.Error("it does not start at login")
	}
	login.err = errors.New("read-only")
	toggle.OnTapped()
	if !login.on || !toggle.Value() || len(d.failed) != 1 {
		t.Errorf("on %t, shown %t, told %v", login.on, toggle.Value(), d.failed)
	}
}
