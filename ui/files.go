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
)

// importFlow asks for a file or a flow folder, by a path or by Fyne's chooser,
// and takes the flow into the library.
func (u *UI) importFlow() {
	path := kit.NewEntry("/home/you/refund.flow or refund.yaml").AsMono()
	field := kit.NewField("File or folder", "", true, path).WithHint("An OpenFlow file in YAML or JSON, a NAME.flow folder, or a whole workspace as Windmill's command line writes it.")
	var m *kit.Modal
	take := func() {
		name := strings.TrimSpace(path.Text())
		if name == "" {
			field.SetErr("Required")
			return
		}
		if u.cfg.Folders.IsWorkspace(name) {
			m.Close()
			u.importWorkspace(name)
			return
		}
		u.takeFlow(name, func() { m.Close() }, func(wrong string) { field.SetErr(wrong) })
	}
	choose := kit.NewButton("Choose a file", kit.Outline, func() {
		chooseFile(u.win, path.SetText)
	}).With(kit.IconFolderOpen)
	m = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: "Import", Sub: "It is copied into the library; what is on the disk stays as it is", Width: 560, Passing: true, Body: field,
		Submit: take, Buttons: []fyne.CanvasObject{kit.NewButton("Cancel", kit.Outline, func() { m.Close() }), choose, kit.NewButton("Import", kit.Primary, take)}})
	path.Focus()
}

// takeFlow reads a flow and stores it under a free path, unless it is there already. wrong is told what is the
// matter with the file.
func (u *UI) takeFlow(name string, done func(), wrong func(string)) {
	read := func() (*flow.Flow, error) {
		if _, err := os.Stat(name); err != nil {
			return nil, fault.Because(err, "file.missing", "It cannot be read", "Check the path.")
		}
		return flow.ReadPath(name)
	}
	u.ask(func(ctx context.Context) (func(), error) {
		f, err := read()
		if err != nil {
			t := fault.From(err)
			return func() { wrong(filepath.Base(name) + ": " + t.Title + ". " + t.Hint + " Nothing was imported.") }, nil
		}
		b, err := f.JSON()
		if err != nil {
			return nil, err
		}
		have, err := u.cfg.Library.Flows(ctx)
		if err != nil {
			return nil, err
		}
		path := "u/me/" + flow.Slug(name, f.Summary)
		if i := slices.IndexFunc(have, func(s flow.Stored) bool { return s.Path == path && bytes.Equal(s.JSON, b) }); i >= 0 {
			return func() {
				done()
				u.openFlow(have[i])
				u.tell("Nothing to do: " + path + " is as this file has it")
			}, nil
		}
		path = flow.FreePath(path, func(p string) bool {
			return slices.ContainsFunc(have, func(s flow.Stored) bool { return s.Path == p })
		})
		if err := u.cfg.Library.SaveFlow(ctx, path, b); err != nil {
			return nil, err
		}
		return func() {
			done()
			u.flows.Refresh()
			u.openFlow(flow.Stored{Path: path, Summary: f.Summary, JSON: b, Updated: time.Now()})
			u.tell("Imported as " + path)
		}, nil
	})
}

// exportFlow writes the open flow where the person says: as one YAML or JSON
// file, or as a .flow folder.
func (u *UI) exportFlow(f *flow.Flow, path string) {
	home, _ := os.UserHomeDir()
	name := kit.NewEntry("").AsMono()
	name.SetText(filepath.Join(home, flow.Slug(path, f.Summary)+".yaml"))
	field := kit.NewField("File or folder", "", true, name).WithHint("Ending in .yaml or .json: one file. Ending in .flow: a folder with its scripts beside it, as Windmill's command line reads it.")
	var m *kit.Modal
	write := func() {
		target := strings.TrimSpace(name.Text())
		if _, err := os.Lstat(target); err == nil { // a link that leads nowhere, too
			field.SetErr("There is something of that name already")
			return
		}
		m.Close()
		u.ask(func(context.Context) (func(), error) {
			return func() { u.tell("Written to " + target) }, export(f, target)
		})
	}
	m = kit.ShowModal(u.win.Canvas(), kit.ModalSpec{Title: "Export the flow", Sub: "Open format: Windmill and Sluice read it", Width: 560, Passing: true, Body: field,
		Submit: write, Buttons: []fyne.CanvasObject{kit.NewButton("Cancel", kit.Outline, func() { m.Close() }), kit.NewButton("Export", kit.Primary, write)}})
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
	return fault.Because(err, "export.write", "The flow could not be written", "Choose another place. The flow in the library is untouched.")
}
