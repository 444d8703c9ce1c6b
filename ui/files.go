package ui

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// importFlow asks for a file or a flow folder, by a path or by Fyne's chooser,
// and takes the flow into the library.
func (u *UI) importFlow() {
	path := kit.NewEntry("/home/you/refund.flow or refund.yaml").AsMono()
	field := kit.NewField(say.T("File or folder"), "", true, path).WithHint(say.T("An OpenFlow file in YAML or JSON, a NAME.flow folder, or a whole workspace as Windmill's command line writes it."))
	var m *kit.Modal
	take := func() {
		name := strings.TrimSpace(path.Text())
		if name == "" {
			field.SetErr(say.T("Required"))
			return
		}
		if u.cfg.Folders.IsWorkspace(name) {
			m.Close()
			u.importWorkspace(name)
			return
		}
		u.takeFlow(name, func() { m.Close() }, func(wrong string) { field.SetErr(wrong) })
	}
	choose := kit.NewButton(say.T("Choose a file"), kit.Outline, func() {
		chooseFile(u.win, path.SetText)
	}).With(kit.IconFolderOpen)
	m = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: say.T("Import"), Sub: say.T("It is copied into the library; what is on the disk stays as it is"), Width: 560, Passing: true, Body: field,
		Submit: take, Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Cancel"), kit.Outline, func() { m.Close() }), choose, kit.NewButton(say.T("Import"), kit.Primary, take)}})
	path.Focus()
}

// OpenFile takes the flow of a file into the library and shows it, from any goroutine.
func (u *UI) OpenFile(name string) {
	later(func() {
		if u.cfg.Folders.IsWorkspace(name) {
			u.importWorkspace(name)
			return
		}
		u.takeFlow(name, func() {}, func(wrong string) { u.trouble(fault.New("open.file", wrong, "")) })
	})
}

// takeFlow reads a flow and stores it in the library, unless it is there already. Where
// another flow has its path the person says what is to be. wrong is told what is the matter
// with the file.
func (u *UI) takeFlow(name string, done func(), wrong func(string)) {
	read := func() (*flow.Flow, error) {
		if _, err := os.Stat(name); err != nil {
			return nil, fault.Because(err, "file.missing", say.T("It cannot be read"), say.T("Check the path."))
		}
		return flow.ReadPath(name)
	}
	u.ask(func(ctx context.Context) (func(), error) {
		f, err := read()
		if err != nil {
			t := model.Fault(err)
			return func() { wrong(say.F("%s: %s. %s Nothing was imported.", filepath.Base(name), t.Title, t.Hint)) }, nil
		}
		b, err := f.JSON()
		if err != nil {
			return nil, err
		}
		have, err := u.cfg.Library.Flows(ctx)
		if err != nil {
			return nil, err
		}
		path, same := "u/me/"+flow.Slug(name, f.Summary), -1
		free := flow.FreePath(path, func(p string) bool { // past copies that were kept beside it
			i := slices.IndexFunc(have, func(s flow.Stored) bool { return s.Path == p })
			if i >= 0 && same < 0 && bytes.Equal(have[i].JSON, b) {
				same = i
			}
			return i >= 0
		})
		return func() {
			done()
			switch {
			case same >= 0:
				u.openFlow(have[same])
				u.tell(say.F("Nothing to do: %s is as this file has it", have[same].Path))
			case free == path:
				u.putFlow(path, f.Summary, b)
			default:
				u.askDiffers(path, free, func(path string) { u.putFlow(path, f.Summary, b) })
			}
		}, nil
	})
}

// askDiffers asks what is to be of a file whose flow differs from the one that has its
// path in the library. free is a path that none has.
func (u *UI) askDiffers(path, free string, put func(path string)) {
	var m *kit.Modal
	answer := func(text string, kind kit.ButtonKind, path string) *kit.Button {
		return kit.NewButton(text, kind, func() {
			m.Close()
			if path != "" {
				put(path)
			}
		})
	}
	m = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: say.T("There is a flow of that name already"), Sub: say.F("%s differs from the file", path), Width: 560,
		Body:    kit.NewParagraph(say.F("Replace puts the file in its place; what is there now stays among its versions. Keep both takes the file as %s.", free), kit.Muted),
		Buttons: []fyne.CanvasObject{answer(say.T("Leave it as it is"), kit.Outline, ""), answer(say.T("Keep both"), kit.Outline, free), answer(say.T("Replace"), kit.Primary, path)}})
}

// putFlow stores a flow that was imported, once what is open is stored, and opens it.
func (u *UI) putFlow(path, summary string, b []byte) {
	u.editor.SaveNow(func() {
		u.ask(func(ctx context.Context) (func(), error) {
			if err := u.cfg.Library.SaveFlow(ctx, path, b); err != nil {
				return nil, err
			}
			return func() {
				u.flows.Refresh()
				u.openFlow(flow.Stored{Path: path, Summary: summary, JSON: b, Updated: time.Now()})
				u.tell(say.F("Imported as %s", path))
			}, nil
		})
	}, u.trouble)
}

// exportFlow writes the open flow where the person says: as one YAML or JSON
// file, or as a .flow folder.
func (u *UI) exportFlow(f *flow.Flow, path string) {
	home, _ := os.UserHomeDir()
	name := kit.NewEntry("").AsMono()
	name.SetText(filepath.Join(home, flow.Slug(path, f.Summary)+".yaml"))
	field := kit.NewField(say.T("File or folder"), "", true, name).WithHint(say.T("Ending in .yaml or .json: one file. Ending in .flow: a folder with its scripts beside it, as Windmill's command line reads it."))
	var m *kit.Modal
	write := func() {
		target := strings.TrimSpace(name.Text())
		if _, err := os.Lstat(target); err == nil { // a link that leads nowhere, too
			field.SetErr(say.T("There is something of that name already"))
			return
		}
		m.Close()
		u.ask(func(context.Context) (func(), error) {
			return func() { u.tell(say.F("Written to %s", target)) }, export(f, target)
		})
	}
	m = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: say.T("Export the flow"), Sub: say.T("Open format: Windmill and Sluice read it"), Width: 560, Passing: true, Body: field,
		Submit: write, Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Cancel"), kit.Outline, func() { m.Close() }), kit.NewButton(say.T("Export"), kit.Primary, write)}})
	name.Focus()
}

// export writes a flow to disk.
func export(f *flow.Flow, target string) error {
	var err error
	var b []byte
	switch {
	case strings.HasSuffix(target, ".flow"), strings.HasSuffix(target, "__flow"):
		files, err := flow.Folder(f)
		if err != nil {
			return err
		}
		return written(disk.WriteNew(target, files))
	case strings.HasSuffix(target, ".json"):
		b, err = f.JSON()
	default:
		b, err = f.YAML()
	}
	if err != nil {
		return err
	}
	return written(disk.WriteNewFile(target, b))
}

func written(err error) error {
	if err == nil {
		return nil
	}
	return fault.Because(err, "export.write", say.T("The flow could not be written"), say.T("Choose another place. The flow in the library is untouched."))
}
