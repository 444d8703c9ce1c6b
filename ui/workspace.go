package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/say"
)

// importWorkspace asks how a whole workspace is to be taken in, takes it, and
// shows the report.
func (u *UI) importWorkspace(dir string) {
	replace := kit.NewToggle(say.T("Replace what differs in the library"), false, nil)
	secrets := kit.NewToggle(say.T("Take secret variables as plain texts"), false, nil)
	body := kit.VBox(12,
		kit.NewParagraph(say.T("Its flows, scripts, resources and variables come into the library. Files that Sluice has no use for are kept, and given back on export."), kit.Muted),
		replace, secrets)
	var m *kit.Modal
	take := func() {
		m.Close()
		u.ask(func(ctx context.Context) (func(), error) {
			r, err := u.cfg.Folders.Import(ctx, dir, FolderOptions{Replace: replace.Value(), Secrets: secrets.Value()})
			return func() {
				u.readLibrary()
				u.reread()
				u.report(say.T("Imported"), dir, r)
			}, err
		})
	}
	do := kit.NewButton(say.T("Import"), kit.Primary, take)
	m = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: say.T("Import a workspace"), Sub: dir, Width: 560, Body: body, Submit: take,
		Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Cancel"), kit.Outline, func() { m.Close() }), do}})
	u.win.Canvas().Focus(do)
}

// exportWorkspace asks where to write the whole library, writes it, and shows
// the report.
func (u *UI) exportWorkspace() {
	home, _ := os.UserHomeDir()
	name := kit.NewEntry("").AsMono()
	name.SetText(filepath.Join(home, "sluice-workspace"))
	field := kit.NewField(say.T("Folder"), "", true, name).WithHint(say.T("In the layout of Windmill's command line client, which can push it."))
	replace := kit.NewToggle(say.T("Write over the files that are there"), false, nil)
	secrets := kit.NewToggle(say.T("Write secrets as plain texts"), false, nil)
	var m *kit.Modal
	write := func() {
		dir := strings.TrimSpace(name.Text())
		if dir == "" {
			field.SetErr(say.T("Required"))
			return
		}
		if have, err := os.ReadDir(dir); err == nil && len(have) > 0 && !replace.Value() {
			field.SetErr(say.T("There is something in this folder already"))
			return
		}
		m.Close()
		u.ask(func(ctx context.Context) (func(), error) {
			r, err := u.cfg.Folders.Export(ctx, dir, FolderOptions{Replace: replace.Value(), Secrets: secrets.Value()})
			return func() { u.report(say.T("Written to"), dir, r) }, err
		})
	}
	m = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: say.T("Export the whole library"), Sub: say.T("Flows, scripts, resources and variables"), Width: 560, Passing: true,
		Body: kit.VBox(12, field, replace, secrets), Submit: write,
		Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Cancel"), kit.Outline, func() { m.Close() }), kit.NewButton(say.T("Export"), kit.Primary, write)}})
	name.Focus()
}

// linesShown bounds the lines of a report on the screen; all can be copied.
const linesShown = 100

// report tells what became of a workspace.
func (u *UI) report(verb, dir string, r FolderReport) {
	if len(r.Lines) == 0 {
		u.tell(verb + " " + dir + ": " + r.Summary)
		return
	}
	col := kit.VBox(0, kit.Pad(0, 0, 12, 0, kit.NewParagraph(r.Summary, kit.Ink)))
	var all strings.Builder
	for i, l := range r.Lines {
		fmt.Fprintf(&all, "%s: %s\n    %s\n", l.What, l.Name, l.Why)
		if i >= linesShown {
			continue
		}
		role := kit.Waiting
		if l.Bad {
			role = kit.Bad
		}
		col.Add(kit.HLine())
		col.Add(kit.Pad(8, 0, 8, 0, kit.VBox(2, kit.HBox(10, kit.NewPill(say.Engine(l.What), role), kit.Grow(kit.Mono(l.Name).Ellipsis())), kit.NewParagraph(say.Engine(l.Why), kit.Muted).Sized(kit.TextCaption))))
	}
	if more := len(r.Lines) - linesShown; more > 0 {
		col.Add(kit.Pad(8, 0, 0, 0, kit.Caption(say.F("… and %d more. Copy the report to read them all.", more))))
	}
	var m *kit.Modal
	m = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: verb + " " + filepath.Base(dir), Sub: dir, Width: 720, Height: 520, Body: kit.Scroll(kit.Pad(0, 10, 0, 0, col)),
		Buttons: []fyne.CanvasObject{
			kit.NewButton(say.T("Copy the report"), kit.Outline, func() { u.cfg.App.Clipboard().SetContent(r.Summary + "\n" + all.String()) }).With(kit.IconCopy),
			kit.NewButton(say.T("Done"), kit.Primary, func() { m.Close() })}})
}
