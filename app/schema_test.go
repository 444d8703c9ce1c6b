package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What restore refuses in a file, verify tells and a start refuses, in words that say
// what to do, and without a change.
func TestAForeignSchemaIsToldEverywhere(t *testing.T) {
	flowFile := write(t, "flow.yaml", "summary: a\nvalue: {modules: []}\n")
	for spoil, says := range map[string]string{
		`CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM link; END`: "the trigger t is not Sluice's",
		`CREATE VIEW vv AS SELECT * FROM run`:                                "the view vv is not Sluice's",
		`CREATE TABLE foo (a)`:                                               "the table foo is not Sluice's",
		`CREATE INDEX ix ON entry (data)`:                                    "the index ix is not Sluice's",
		`DROP TABLE mail`:                                                    "the table mail is missing",
	} {
		t.Run(spoil, func(t *testing.T) {
			data := t.TempDir()
			run := func(args ...string) (int, string) {
				var out bytes.Buffer
				code := execute(t.Context(), append(args, "--data", data), &out, &out)
				return code, out.String()
			}
			if code, out := run("import", flowFile, "--path", "f/a/x"); code != exitOK {
				t.Fatalf("import: %d %s", code, out)
			}
			name := filepath.Join(data, "sluice.db")
			db, err := sql.Open("sqlite", name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(spoil); err != nil {
				t.Fatal(err)
			}
			db.Close()
			before, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if code, out := run("verify"); code != exitFailed || !strings.Contains(out, says) {
				t.Errorf("verify: %d %s", code, out)
			}
			if code, out := run("serve", "--listen", "127.0.0.1:0"); code != exitFailed || !strings.Contains(out, says) ||
				!strings.Contains(out, "engine.schema") || !strings.Contains(out, "sluice restore") || !strings.Contains(out, "sluice salvage") {
				t.Errorf("serve: %d %s", code, out)
			}
			if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, before) {
				t.Errorf("the file was changed (%v)", err)
			}
			saved := filepath.Join(t.TempDir(), "saved.db")
			if code, out := run("salvage", name, "--to", saved); code != exitOK {
				t.Fatalf("salvage: %d %s", code, out)
			}
			if code, out := run("restore", saved); code != exitOK {
				t.Fatalf("restore: %d %s", code, out)
			}
			if code, out := run("list"); code != exitOK || !strings.Contains(out, "f/a/x") {
				t.Errorf("list after salvage: %d %s", code, out)
			}
			if code, out := run("verify"); code != exitOK {
				t.Errorf("verify after salvage: %d %s", code, out)
			}
		})
	}
}

// A backup in which something was changed is put in place, as it may be all there is,
// and what was changed is told by run.
func TestARestoreTellsWhatWasChanged(t *testing.T) {
	data := t.TempDir()
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := execute(t.Context(), append(args, "--data", data), &out, &out)
		return code, out.String()
	}
	flowFile := write(t, "flow.yaml", "summary: a\nschema: {type: object, properties: {pay: {type: string}}}\nvalue: {modules: []}\n")
	if code, out := run("run", flowFile, "--input", `{"pay":"to li"}`, "--json", "--listen", "127.0.0.1:0"); code != exitOK {
		t.Fatalf("run: %d %s", code, out)
	}
	sound, turned := filepath.Join(t.TempDir(), "sound.db"), filepath.Join(t.TempDir(), "turned.db")
	for _, file := range []string{sound, turned} {
		if code, out := run("backup", file); code != exitOK {
			t.Fatalf("backup: %d %s", code, out)
		}
	}
	db, err := sql.Open("sqlite", turned)
	if err != nil {
		t.Fatal(err)
	}
	var id string
	if err := db.QueryRow(`SELECT uuid FROM run`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	res, err := db.Exec(`UPDATE entry SET data = replace(data, 'to li', 'to me')`)
	if n, _ := res.RowsAffected(); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	db.Close()
	if code, out := run("restore", turned); code != exitOK || !strings.Contains(out, "The backup is in place") ||
		!strings.Contains(out, "Not everything in this backup is as it was written") || !strings.Contains(out, "run "+id) {
		t.Errorf("restore of a changed backup: %d %s", code, out)
	}
	if doubt, err := (backups{data}).Check(t.Context(), turned); err != nil || !strings.Contains(doubt, id) {
		t.Errorf("the window's look at it: %q, %v", doubt, err)
	}
	if code, out := run("restore", sound); code != exitOK || strings.Contains(out, "Not everything") || strings.Contains(out, id) {
		t.Errorf("restore of a sound backup: %d %s", code, out)
	}
	if code, out := run("verify"); code != exitOK {
		t.Errorf("verify: %d %s", code, out)
	}
}
