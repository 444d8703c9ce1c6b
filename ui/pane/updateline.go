package pane

import (
	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// updateLine tells of a newer version, and switches off that one is looked for. It is empty
// where a build names no server.
type updateLine struct {
	h      *host.Host
	toggle *kit.Toggle
	body   *fyne.Container
	found  string
}

func newUpdateLine(h *host.Host) *updateLine {
	u := &updateLine{h: h, body: kit.VBox(8)}
	u.toggle = kit.NewToggle(say.T("Look for newer versions once a day"), true, func(on bool) {
		text := ""
		if !on {
			text = "off"
		}
		u.show(on)
		saveSetting(h, host.SettingUpdates, text)
	})
	return u
}

// object is the part of the card.
func (u *updateLine) object() fyne.CanvasObject {
	if !u.h.Info.Updates {
		return kit.VBox(0)
	}
	return kit.VBox(8, u.body, u.toggle, kit.NewParagraph(say.T("Nothing is sent but the question, and Sluice never installs itself."), kit.Muted).Sized(kit.TextCaption))
}

// read takes what was found.
func (u *updateLine) read(values map[string]string) {
	on := values[host.SettingUpdates] == ""
	u.found = values[host.SettingUpdateFound]
	u.toggle.Set(on)
	u.show(on)
}

// show tells of what was found, unless nobody is to look.
func (u *updateLine) show(on bool) {
	u.body.Objects = nil
	if is, ok := model.ReadUpdate([]byte(u.found)); on && ok && model.Newer(is.Version, u.h.Info.Version) {
		u.body.Add(kit.NewParagraph(is.Words(), kit.Ink))
		if is.URL != "" {
			u.body.Add(kit.HBox(0, kit.NewButton(say.T("Open its page"), kit.Outline, func() { u.h.Open(is.URL) }).AsSmall()))
		}
	}
	u.body.Refresh()
}
