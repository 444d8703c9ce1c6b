package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/fault"
	"sluice/ui/host"
	"sluice/ui/kit"
)

// shelf knows one backup that can be restored.
type shelf struct{ sound, doubt string }

func (shelf) Make(context.Context) (string, error) { return "/home/dana/backup.db", nil }

func (b shelf) Check(_ context.Context, file string) (string, error) {
	if file != b.sound {
		return "", fault.Because(errors.New("garbage"), "backup.unsound", file+" is not a sound backup of Sluice", "Nothing was changed. Name another backup.")
	}
	return b.doubt, nil
}

// name types a file into the field of the dialog that is on top.
func name(c fyne.Canvas, file string) {
	c.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	for _, r := range file {
		c.Focused().TypedRune(r)
	}
}

// A backup is checked before anything is asked, the question may be answered with no,
// and only then does the window end for it.
func TestABackupIsRestoredFromTheSettings(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.until("Pay")
	good := filepath.Join(t.TempDir(), "good.db")
	s.cfg.Backups = shelf{sound: good}
	s.visit(host.PlaceSettings)
	s.press("Make a backup")
	s.until("The backup is /home/dana/backup.db")
	s.press("Restore a backup")
	s.until("It takes the place of all")
	s.press("Go on")
	s.until("Required")
	name(s.win.Canvas(), "/tmp/notes.txt")
	s.press("Go on")
	s.until("is not a sound backup")
	if s.shows("Put this backup in place?") || s.Restoring() != "" {
		t.Fatal("a file that is no backup is asked about")
	}
	name(s.win.Canvas(), good)
	at := time.Now().Add(-3 * time.Hour)
	if err := os.WriteFile(good, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(good, at, at); err != nil {
		t.Fatal(err)
	}
	s.press("Go on")
	s.until("Put this backup in place?")
	s.until("It was written on " + at.Local().Format("Mon 2 Jan 2006, 15:04"))
	s.press("Cancel")
	if s.ctx.Err() != nil || s.Restoring() != "" {
		t.Fatal("no was taken for yes")
	}
	s.press("Go on")
	s.until("Put this backup in place?")
	s.press("Restore")
	s.ended()
	if s.Restoring() != good {
		t.Errorf("it is to put %q in place", s.Restoring())
	}
}

// Where Sluice cannot open its file, the start screen takes a backup.
func TestARefusedStartTakesABackup(t *testing.T) {
	a := test.NewTempApp(t)
	queue := make(chan func(), 10)
	old := later
	later = func(f func()) { queue <- f }
	t.Cleanup(func() { later = old })
	var chosen Chosen
	good := filepath.Join(t.TempDir(), "good.db")
	s := &shown{t: t, queue: queue, UI: &UI{win: refused(a, false, Refusal{Err: fault.New("engine.damaged", "Sluice's file is damaged", "Nothing was changed."), Check: shelf{sound: good}.Check}, func(c Chosen) { chosen = c })}}
	s.press("Restore a backup")
	name(s.win.Canvas(), good)
	s.press("Go on")
	s.until("Put this backup in place?")
	if chosen != (Chosen{}) {
		t.Fatalf("chosen before the question: %+v", chosen)
	}
	s.press("Restore")
	if chosen.Backup != good {
		t.Errorf("chosen %+v", chosen)
	}
}

// What the window put by is offered by name and time, the newest first.
func TestBackupsThatWereMadeAreOffered(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	var files []string
	for day := range 7 {
		file := BackupFile(home, time.Date(2026, 11, 20+day, 9, 30, 0, 0, time.UTC))
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if got := backupsFound(5); len(got) != 5 || got[0] != files[6] || got[4] != files[2] {
		t.Errorf("found %v", got)
	}
	s := show(t, newWorld())
	s.until("Pay")
	s.cfg.Backups = shelf{sound: files[6]}
	s.visit(host.PlaceSettings)
	s.press("Restore a backup")
	s.until(filepath.Base(files[6]))
	for _, o := range test.LaidOutObjects(s.win.Canvas().Overlays().Top()) {
		if row, ok := o.(*kit.Row); ok {
			row.Tapped(nil)
			break
		}
	}
	s.press("Go on")
	s.until("Put this backup in place?")
	s.until(files[6])
}

// Where the file is damaged, the start screen takes out what can be read, tells of it, and
// starts with it only where that is wanted; what goes wrong is told.
func TestARefusedStartTakesWhatCanBeRead(t *testing.T) {
	a := test.NewTempApp(t)
	queue := make(chan func(), 10)
	old := later
	later = func(f func()) { queue <- f }
	t.Cleanup(func() { later = old })
	var chosen Chosen
	var fails error
	salvage := func(context.Context) (Salvaged, error) {
		return Salvaged{File: "/data/salvaged.db", Runs: 12, Flows: 1, Aside: 2, Part: true}, fails
	}
	s := &shown{t: t, queue: queue, UI: &UI{win: refused(a, false, Refusal{Err: fault.New("engine.damaged", "Sluice's file is damaged", "Nothing was changed."), Check: shelf{}.Check, Salvage: salvage}, func(c Chosen) { chosen = c })}}
	fails = fault.New("salvage.nothing", "Nothing can be read of it", "Bring back a backup.")
	s.press("Take out what can be read")
	s.until("Nothing can be read of it")
	fails = nil
	s.press("Take out what can be read")
	s.until("It could be read: 12 runs, one flow, 0 scripts, 0 resources.")
	s.until("Of 2 runs a part is missing")
	if chosen != (Chosen{}) || s.shows("Nothing can be read of it") {
		t.Fatalf("chosen before the question: %+v", chosen)
	}
	s.press("Start with it")
	if chosen.Backup != "/data/salvaged.db" {
		t.Errorf("chosen %+v", chosen)
	}
}

// Of a backup in which something was changed the question tells what.
func TestTheQuestionTellsWhatWasChangedInABackup(t *testing.T) {
	s := show(t, newWorld())
	s.until("Pay")
	good := filepath.Join(t.TempDir(), "good.db")
	s.cfg.Backups = shelf{sound: good, doubt: "run 0199: entry 7 is not as it was written"}
	s.visit(host.PlaceSettings)
	s.press("Restore a backup")
	name(s.win.Canvas(), good)
	s.press("Go on")
	s.until("Put this backup in place?")
	s.until("entry 7 is not as it was written")
	s.press("Restore")
	s.ended()
	if s.Restoring() != good {
		t.Errorf("it is to put %q in place", s.Restoring())
	}
}
