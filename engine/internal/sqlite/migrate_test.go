package sqlite

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// oldFile makes a file of version 1 with a run, a waiting timer and a flow.
func oldFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", dsn(path, "rwc", "journal_mode(wal)", "foreign_keys(on)"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{
		migrations[0],
		`PRAGMA user_version = 1`,
		`INSERT INTO flow VALUES ('u/me/a', 'A flow', 1, x'7b7d', '', 7)`,
		fmt.Sprintf(`INSERT INTO flow_version VALUES ('%s', x'7b7d', 1)`, hashA),
		fmt.Sprintf(`INSERT INTO run VALUES (1, '%s', '%s', 'A flow', '', 'sleeping', '', 1, NULL, 'test', '', NULL)`, uuidA, hashA),
		`INSERT INTO entry VALUES (1, 1, 1, 5, 'Started', '{}')`,
		`INSERT INTO timer VALUES (1, 1, 'a', 'sleep', 99)`,
		`INSERT INTO gate VALUES (1, 1, 'g', 2, 5, 6)`,
		fmt.Sprintf(`INSERT INTO job VALUES (1, 1, 'j', 1, '%s', 'started', 8)`, uuidB),
		fmt.Sprintf(`INSERT INTO job VALUES (2, 1, 'waits', 1, '%s', 'queued', 9)`, uuidA),
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func versionOf(t *testing.T, path string) (v int) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(`PRAGMA user_version`).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// What an older Sluice wrote is there after the file was brought up to date, and
// the file as it was lies beside it.
func TestMigrationKeepsEverythingAndABackup(t *testing.T) {
	path := oldFile(t)
	if _, err := OpenReader(path); err == nil {
		t.Error("a file of the old version was opened for reading only")
	}
	if err := os.WriteFile(path+".v1.bak", []byte("of an earlier update"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Tail(0, 10)
	want := []Row{{ID: 1, Run: uuidA, Seq: 1, At: 5, Type: "Started", Data: "{}"}}
	if d := cmp.Diff(want, rows); d != "" || err != nil {
		t.Errorf("Tail: %v\n%s", err, d)
	}
	if at, ok, err := db.NextTimer(); at != 99 || !ok || err != nil {
		t.Errorf("NextTimer = %d, %v, %v", at, ok, err)
	}
	gates, err := db.Gates(1)
	if d := cmp.Diff([]Gate{{Run: 1, UUID: uuidA, Step: "g", Required: 2, Opened: 5, Deadline: 6}}, gates); d != "" || err != nil {
		t.Errorf("Gates: %v\n%s", err, d)
	}
	if open, err := db.Runs(RunQuery{Open: true}); err != nil || len(open) != 1 || open[0].UUID != uuidA {
		t.Errorf("open runs: %v, %v", open, err)
	}
	if flows, err := db.UnsavedFlows(); err != nil || len(flows) != 1 || flows[0].Path != "u/me/a" {
		t.Errorf("flows without a version: %v, %v", flows, err)
	}
	write(t, db, func(tx *Tx) error {
		return tx.PutScript(Script{Path: "u/me/s", Hash: strings.Repeat("a", 16), Language: "bash"})
	})
	if got := versionOf(t, path); got != Version {
		t.Errorf("the file has version %d", got)
	}
	backup := path + ".v1.bak-2" // one of before is kept
	if got := versionOf(t, backup); got != 1 {
		t.Errorf("the backup has version %d", got)
	}
	old, err := sql.Open("sqlite", dsn(backup, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	var n int
	if err := old.QueryRow(`SELECT COUNT(*) FROM entry`).Scan(&n); err != nil || n != 1 {
		t.Errorf("the backup has %d entries, %v", n, err)
	}
}

// Without a backup nothing is changed: a file whose backup cannot be written
// stays as it was.
func TestNoMigrationWithoutABackup(t *testing.T) {
	path := oldFile(t)
	if err := os.MkdirAll(path+".v1.bak.part/x", 0o700); err != nil { // where the backup is begun
		t.Fatal(err)
	}
	if db, err := Open(path); err == nil {
		db.Close()
		t.Fatal("the file was migrated without a backup")
	}
	if got := versionOf(t, path); got != 1 {
		t.Errorf("the file has version %d", got)
	}
}
