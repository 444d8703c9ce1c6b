package pane

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// ownEditor is the card of Settings that says what code is opened with outside.
type ownEditor struct {
	h       *host.Host
	command *kit.Entry
}

func newOwnEditor(h *host.Host) *ownEditor {
	return &ownEditor{h: h, command: kit.NewEntry("code --reuse-window").AsMono()}
}

func (c *ownEditor) object() fyne.CanvasObject {
	save := kit.NewButton(say.T("Save command"), kit.Outline, func() { c.h.Ask(c.save) })
	return kit.VBox(14, kit.Heading(say.T("Code editor")),
		kit.NewField(say.T("Command"), "editor", false, c.command).WithHint(say.T("Opens the code of a step outside; the file's name is put behind it. Empty: $VISUAL or $EDITOR where it has a window of its own, else an editor that this computer has.")),
		kit.HBox(8, save))
}

func (c *ownEditor) save(ctx context.Context) (func(), error) {
	err := c.h.Library.SetSetting(ctx, host.SettingEditor, strings.TrimSpace(c.command.Text()))
	return func() { c.h.Tell(say.T("Saved")) }, err
}

func (c *ownEditor) refresh() {
	host.AskThen(c.h, func(ctx context.Context) (string, error) { return c.h.Library.Setting(ctx, host.SettingEditor) }, c.command.SetText)
}
