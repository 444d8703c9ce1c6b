package engine

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
	"sluice/engine/run"
)

// votedFile is a sound file with runs and a vote. With open it is as a kill leaves it,
// with a write-ahead log that holds the newest part.
func votedFile(t *testing.T, open bool) (file, log []byte, runs, entries int) {
	t.Helper()
	f := newFixture(t).open()
	f.untilDone(f.start(script("a", "")))
	id := f.start(script("a", gate1), script("b", ""))
	f.untilWaiting(id)
	if _, err := f.Vote(bg, f.link(id, "a", "dana@acme.example"), run.Decision{Approve: true, Payload: json.RawMessage(`{}`)}); err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	read := func() (file, log []byte) {
		var err error
		if file, err = os.ReadFile(filepath.Join(f.cfg.Dir, datadir.FileName)); err != nil {
			t.Fatal(err)
		}
		if log, err = os.ReadFile(filepath.Join(f.cfg.Dir, datadir.FileName+"-wal")); err != nil && open {
			t.Fatal(err)
		}
		return file, log
	}
	if open {
		file, log = read()
	}
	to := filepath.Join(t.TempDir(), "all.db")
	f.stop()
	f.Engine = nil
	if !open {
		file, log = read()
	}
	s, err := Salvage(bg, f.cfg.Dir, to)
	if err != nil || s.Runs != 2 || s.Entries < 10 {
		t.Fatalf("of the sound file: %+v, %v", s, err)
	}
	return file, log, s.Runs, s.Entries
}

func salvageBytes(t *testing.T, file, log []byte) (Salvaged, string, error) {
	t.Helper()
	dir := t.TempDir()
	for end, b := range map[string][]byte{"": file, "-wal": log} {
		if b == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, datadir.FileName+end), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	to := filepath.Join(dir, "salvaged.db")
	s, err := Salvage(bg, dir, to)
	return s, to, err
}

// The head of a file says nothing that cannot be said anew: whichever of its bits is
// turned, and if all of it is gone, everything comes out.
func TestSalvageWithADamagedHead(t *testing.T) {
	const head = 100
	for _, open := range []bool{false, true} {
		t.Run(fmt.Sprintf("open=%t", open), func(t *testing.T) {
			file, log, runs, entries := votedFile(t, open)
			cases := map[string][]byte{
				"all zero": make([]byte, head),
				"all ones": bytes.Repeat([]byte{0xff}, head),
				"text":     bytes.Repeat([]byte("lost+found"), 10),
			}
			for at := range head {
				if open && at%3 > 0 && (at < 68 || at > 71) { // the log has a head of its own; not so the stamp
					continue
				}
				bits := []int{at % 8}
				if at >= 16 && at < 32 || at >= 60 && at < 72 {
					bits = append(bits, 7)
				}
				for _, bit := range bits {
					b := slices.Clone(file[:head])
					b[at] ^= 1 << bit
					cases[fmt.Sprintf("byte %d, bit %d", at, bit)] = b
				}
			}
			for what, b := range cases {
				damaged := slices.Concat(b, file[head:])
				s, to, err := salvageBytes(t, damaged, log)
				if err != nil {
					t.Errorf("%s: %v", what, err)
					continue
				}
				if s.Runs != runs || s.Entries != entries || len(s.Lost) > 0 || s.Relisted {
					t.Errorf("%s: %+v", what, s)
				}
				if err := CheckBackup(to); err != nil {
					t.Errorf("%s: what came out is no backup: %v", what, err)
				}
			}
		})
	}
}

// What the head says wrongly is told.
func TestSalvageTellsOfTheHead(t *testing.T) {
	file, _, _, _ := votedFile(t, false)
	file[3] ^= 1
	s, _, err := salvageBytes(t, file, nil)
	if err != nil || len(s.Damage) != 1 || !strings.Contains(s.Damage[0], "head") {
		t.Errorf("%+v, %v", s.Damage, err)
	}
}

// A file with other tables is not Sluice's, whatever its head says; one with Sluice's
// tables and others that this version does not know is a newer one's.
func TestSalvageKnowsWhoseTheFileIs(t *testing.T) {
	ours, _, _, _ := votedFile(t, false)
	make := func(start []byte, statements ...string) []byte {
		name := filepath.Join(t.TempDir(), "made.db")
		if start != nil {
			if err := os.WriteFile(name, start, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		db, err := sql.Open("sqlite", name)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	flipped := func(b []byte, at int) []byte {
		b = slices.Clone(b)
		b[at] ^= 1
		return b
	}
	version := int(binary.BigEndian.Uint32(ours[60:]))
	notes := []string{`CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)`, `CREATE TABLE run (id INTEGER PRIMARY KEY, km REAL)`, `INSERT INTO note (text) VALUES ('milk')`, `INSERT INTO run (km) VALUES (5)`}
	foreign := make(nil, notes...)
	numbered := make(nil, append(notes, fmt.Sprintf(`PRAGMA user_version = %d`, version))...)
	small := make(nil, append([]string{`PRAGMA page_size = 1024`}, notes...)...)
	utf16 := make(nil, append([]string{`PRAGMA encoding = 'UTF-16le'`}, notes...)...)
	newer := make(ours, `CREATE TABLE later (id INTEGER PRIMARY KEY)`, fmt.Sprintf(`PRAGMA user_version = %d`, version+1))
	for what, c := range map[string]struct {
		file []byte
		want fault.Code
	}{
		"another program's":                            {foreign, "engine.foreign"},
		"another program's with a damaged head":        {flipped(foreign, 3), "engine.foreign"},
		"another program's of a number of ours":        {numbered, "engine.foreign"},
		"another program's with small pages":           {small, "engine.foreign"},
		"another program's in another alphabet":        {utf16, "engine.foreign"},
		"a newer Sluice's":                             {newer, "engine.newer"},
		"a newer Sluice's with a damaged head":         {flipped(newer, 3), "engine.newer"},
		"a text":                                       {bytes.Repeat([]byte("no database\n"), 1000), "salvage.nothing"},
		"a short text":                                 {[]byte("no database\n"), "salvage.nothing"},
		"a file whose first page is another program's": {slices.Concat(bytes.Repeat([]byte{0xa5}, 4096), ours[4096:]), "salvage.nothing"},
	} {
		if s, to, err := salvageBytes(t, c.file, nil); !fault.HasCode(err, c.want) || !absent(to) {
			t.Errorf("%s: %+v, %v", what, s, err)
		}
	}
}
