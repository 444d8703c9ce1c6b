package ui

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// makeBackup puts all data by and tells where.
func (u *UI) makeBackup() {
	u.ask(func(ctx context.Context) (func(), error) {
		file, err := u.cfg.Backups.Make(ctx)
		return func() { u.tell(say.F("The backup is %s", file)) }, err
	})
}

// restoreBackup asks for a backup and, once that is wanted, ends the window for it.
func (u *UI) restoreBackup() {
	check := func(file string, then func(string, error)) {
		u.ask(func(ctx context.Context) (func(), error) {
			doubt, err := u.cfg.Backups.Check(ctx, file)
			return func() { then(doubt, err) }, nil
		})
	}
	askBackup(u.win, say.T("Sluice ends and starts again with it."), check, func(file string) {
		u.backup = file
		u.saveAndEnd()
	})
}

// whenWritten tells when the file of a backup was written.
func whenWritten(file string) string {
	st, err := os.Stat(file)
	if err != nil {
		return "" // it was there a moment ago; what takes it says so
	}
	return say.F("It was written on %s.", say.Time(st.ModTime().Local(), "Mon 2 Jan 2006, 15:04 MST")) + "\n"
}

// backupName is how the window calls a backup that it makes, in the home folder.
const backupName = "sluice-backup-2006-01-02-150405.db"

// BackupFile is the file of a backup that is made at a time.
func BackupFile(home string, at time.Time) string {
	return filepath.Join(home, at.Format(backupName))
}

// backupsFound are the newest backups that the window made, the newest first.
func backupsFound(most int) []string {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	files, _ := filepath.Glob(filepath.Join(home, "sluice-backup-*.db")) // the pattern is a sound one
	slices.Sort(files)
	slices.Reverse(files)
	return files[:min(most, len(files))]
}

// askBackup asks for the file of a backup, has it checked as sluice restore does, and
// asks whether it shall take the place of what is there.
func askBackup(w fyne.Window, how string, check func(file string, then func(doubt string, err error)), yes func(file string)) {
	path := kit.NewEntry("/home/you/sluice-backup.db").AsMono()
	field := kit.NewField(say.T("Backup"), "", true, path).WithHint(say.T("A file that Sluice wrote as a backup. Nothing is changed before you are asked."))
	var m *kit.Modal
	take := func() {
		file := strings.TrimSpace(path.Text())
		if file == "" {
			field.SetErr(say.T("Required"))
			return
		}
		if abs, err := filepath.Abs(file); err == nil { // it is taken by another process
			file = abs
		}
		check(file, func(doubt string, err error) {
			if m.Closed() {
				return
			}
			if err != nil {
				f := model.Fault(err)
				field.SetErr(f.Title + ". " + f.Hint)
				return
			}
			field.SetErr("")
			if doubt != "" {
				doubt += "\n\n"
			}
			kit.Ask(w.Canvas(), kit.Question{Title: say.T("Put this backup in place?"), Back: say.T("Cancel"), Verb: say.T("Restore"), Danger: true,
				Text: file + "\n" + whenWritten(file) + "\n" + doubt + how + " " + say.T("What is here now is kept in a file beside it, which you are told.") + "\n\n" +
					say.T("Runs go on from where they stood when the backup was made: what they did since then, they may do again. Mails that were waiting then are not sent."),
				Yes: func() { m.Close(); yes(file) }})
		})
	}
	body := kit.VBox(8, field)
	found := backupsFound(5)
	if len(found) > 0 {
		body.Add(kit.Caption(say.T("Made in this window:")))
	}
	for _, file := range found {
		body.Add(kit.NewRow(kit.Pad(6, 10, 6, 10, kit.VBox(2, kit.Mono(filepath.Base(file)), kit.Caption(strings.TrimSpace(whenWritten(file))))), func() { path.SetText(file) }).Rounded())
	}
	choose := kit.NewButton(say.T("Choose a file"), kit.Outline, func() {
		chooseFile(w, path.SetText)
	}).With(kit.IconFolderOpen)
	m = kit.ShowModal(w.Canvas(), kit.ModalSpec{Title: say.T("Restore a backup"), Sub: say.T("It takes the place of all flows, runs, resources and settings"), Width: 560, Passing: true, Body: body,
		Submit: take, Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Cancel"), kit.Outline, func() { m.Close() }), choose, kit.NewButton(say.T("Go on"), kit.Primary, take)}})
	path.Focus()
}
