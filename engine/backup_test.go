package engine

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/run"
)

// A backup is made while runs go on, and is a folder's file at one moment: what
// was decided later is not in it, what waited then waits again, and the mails of
// then are not sent twice.
func TestBackupAndRestore(t *testing.T) {
	f := newFixture(t)
	f.cfg.Mailer = nil // mails wait
	f.open()
	f.asksByMail()
	f.addAccount(false)
	if err := f.SaveFlow(bg, "u/me/kept", flowOf(script("c", ""))); err != nil {
		t.Fatal(err)
	}
	id := f.start(script("a", gate2), script("b", ""))
	f.untilWaiting(id)
	if _, err := f.Vote(bg, f.link(id, "a", "dana"), run.Decision{Approve: true}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := Backup(bg, f.cfg.Dir, file); err != nil {
		t.Fatal(err)
	}
	if err := Backup(bg, f.cfg.Dir, file); !fault.HasCode(err, "backup.exists") {
		t.Errorf("a second backup in the same place = %v", err)
	}
	if err := f.Cancel(bg, id, "", "later"); err != nil {
		t.Fatal(err)
	}
	if err := f.DeleteFlow(bg, "u/me/kept"); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(bg, f.cfg.Dir, file); !fault.HasCode(err, "engine.locked") {
		t.Errorf("Restore under a running engine = %v", err)
	}
	f.check()
	f.stop()
	kept, err := Restore(bg, f.cfg.Dir, file)
	if err != nil {
		t.Fatal(err)
	}
	f.cfg.Mailer = &f.world
	f.open()
	if _, err := f.Flow(bg, "u/me/kept"); err != nil {
		t.Errorf("the flow is not back: %v", err)
	}
	f.untilWaiting(id)
	if n := f.count(id, "DecisionMade"); n != 1 {
		t.Errorf("%d votes", n)
	}
	outbox, err := f.Outbox(bg, 1000)
	if err != nil || len(outbox) == 0 {
		t.Fatalf("outbox %v, %v", outbox, err)
	}
	for _, m := range outbox {
		if m.State != run.MailUnknown || m.Error != run.TitleRestored {
			t.Errorf("a mail of then is %s: %s", m.State, m.Error)
		}
	}
	if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	if got := f.world.Mails(); len(got) != 0 {
		t.Errorf("%d mails were sent again", len(got))
	}
	// What was there before is kept and can be put back.
	f.stop()
	if _, err := Restore(bg, f.cfg.Dir, kept); err != nil {
		t.Fatal(err)
	}
	f.open()
	if s, err := f.Engine.Run(bg, id); err != nil || s.Outcome != run.Canceled {
		t.Errorf("the run of before is %s, %v", s.Outcome, err)
	}
}

// anIndex names one of the indexes of a file.
func anIndex(t *testing.T, path string) (name string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL LIMIT 1`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

// What a restore says that it keeps is there after the next one, too, and what
// still stands in the WAL of the file that is named comes along.
func TestRestoreKeepsWhatItKept(t *testing.T) {
	f := newFixture(t).open()
	if _, err := f.SaveScript(bg, flow.StoredScript{Path: "u/me/s", Language: "bash"}); err != nil {
		t.Fatal(err)
	}
	live := t.TempDir()
	if _, err := Restore(bg, live, filepath.Join(f.cfg.Dir, datadir.FileName)); err != nil { // in use
		t.Fatal(err)
	}
	r, err := OpenReader(live)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Script(bg, "u/me/s"); err != nil {
		t.Errorf("what was written last is not in it: %v", err)
	}
	r.Close()
	names := map[string]bool{}
	for range 3 { // within a second
		kept, err := Restore(bg, live, filepath.Join(f.cfg.Dir, datadir.FileName))
		if err != nil {
			t.Fatal(err)
		}
		if names[kept] {
			t.Errorf("%s was replaced", kept)
		}
		names[kept] = true
	}
	for name := range names {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	f.check()
}

func TestRestoreTakesOnlySoundBackups(t *testing.T) {
	f := newFixture(t).open()
	if _, err := f.SaveScript(bg, flow.StoredScript{Path: "u/me/s", Language: "bash"}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	if err := Backup(bg, f.cfg.Dir, good); err != nil {
		t.Fatal(err)
	}
	f.check()
	f.stop()
	copyOf := func(name, query string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if b, err := os.ReadFile(good); err != nil {
			t.Fatal(err)
		} else if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("this is no database, whatever its name"), 0o600); err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut.db")
	b, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, b[:len(b)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		reason, file string
		code         fault.Code
	}{
		{"no file", filepath.Join(dir, "nothing"), "backup.missing"},
		{"a text", text, "backup.unsound"},
		{"half a file", cut, "backup.unsound"},
		{"another program's file", copyOf("other.db", `DROP TABLE mail`), "backup.unsound"},
		{"a file that acts when a vote is written", copyOf("trigger.db", `CREATE TRIGGER t AFTER INSERT ON entry BEGIN UPDATE run SET name = 'x'; END`), "backup.unsound"},
		{"a file that shows something else", copyOf("view.db", `ALTER TABLE mail RENAME TO m; CREATE VIEW mail AS SELECT * FROM m`), "backup.unsound"},
		{"a file with a table of its own", copyOf("table.db", `CREATE TABLE more (x)`), "backup.unsound"},
		{"a file with a weaker table", copyOf("weaker.db", `DROP INDEX `+anIndex(t, good)), "backup.unsound"},
		{"a folder", dir, "backup.unsound"},
		{"a file of a newer Sluice", copyOf("newer.db", `PRAGMA user_version = 999`), "engine.newer"},
	} {
		if _, err := Restore(bg, f.cfg.Dir, test.file); !fault.HasCode(err, test.code) {
			t.Errorf("%s: %v, want %s", test.reason, err, test.code)
		}
	}
	if left, err := filepath.Glob(filepath.Join(f.cfg.Dir, datadir.FileName+"?*")); err != nil || len(left) != 1 || filepath.Base(left[0]) != "sluice.db-last" {
		t.Errorf("left behind: %v, %v", left, err)
	}
	f.open()
	if _, err := f.Script(bg, "u/me/s"); err != nil {
		t.Error(err)
	}
	// A folder that has nothing yet takes a backup, too.
	fresh := filepath.Join(dir, "fresh")
	if kept, err := Restore(bg, fresh, good); err != nil || kept != "" {
		t.Errorf("Restore into a new folder = %q, %v", kept, err)
	}
	if err := Backup(bg, filepath.Join(dir, "nobody"), filepath.Join(dir, "x")); !fault.HasCode(err, "engine.empty") {
		t.Errorf("a backup of nothing = %v", err)
	}
	if err := Backup(bg, f.cfg.Dir, filepath.Join(dir, "no", "folder", "x")); !fault.HasCode(err, "backup.write") {
		t.Errorf("a backup into no folder = %v", err)
	}
}
