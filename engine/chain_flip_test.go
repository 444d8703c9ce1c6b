package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sluice/engine/internal/datadir"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Any byte of the file may change on the disk. Then either all journals read as they
// were written, or somebody says that they do not: the file does not open, reading
// fails, or Verify has found something.
func TestNoChangedByteGoesUnseen(t *testing.T) {
	t.Parallel()
	f := newFixture(t).open()
	for range 20 {
		f.untilDone(f.start(script("a", ""), script("b", "")))
	}
	id := f.start(script("a", gate2), script("b", ""))
	f.untilWaiting(id)
	if _, err := f.Vote(bg, f.link(id, "a", "dana@acme.example"), run.Decision{Approve: true}); err != nil {
		t.Fatal(err)
	}
	f.stop()
	f.Engine = nil
	whole, err := os.ReadFile(filepath.Join(f.cfg.Dir, datadir.FileName))
	if err != nil {
		t.Fatal(err)
	}
	want, told := readAll(t, f.cfg.Dir)
	if told || want == "" {
		t.Fatalf("the file as it was written: %q, told %v", want, told)
	}
	var filled []int // most of a small file is room
	for at, b := range whole {
		if b != 0 {
			filled = append(filled, at)
		}
	}
	const flips = 400
	seen, quiet := 0, 0
	for i := range flips {
		at := filled[i*len(filled)/flips]
		changed := append([]byte(nil), whole...)
		changed[at] ^= 1 << (i % 8)
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, datadir.FileName), changed, 0o600); err != nil {
			t.Fatal(err)
		}
		got, told := readAll(t, dir)
		switch {
		case told:
			seen++
		case got != want:
			t.Errorf("byte %d of page %d changed what is read, and nobody says so", at%4096, at/4096)
		default:
			quiet++
		}
	}
	t.Logf("%d of %d changed bytes were told, %d changed nothing that is read", seen, flips, quiet)
	if seen == 0 || quiet == 0 {
		t.Errorf("told %d, without effect %d: the test looks at nothing", seen, quiet)
	}
}

// readAll returns what all journals of a folder say, and whether somebody said that the
// file is not as it was written.
func readAll(t *testing.T, dir string) (all string, told bool) {
	t.Helper()
	r, err := OpenReader(dir)
	if err != nil {
		return "", true
	}
	defer r.Close()
	if found, err := r.Verify(bg); err != nil || len(found) > 0 {
		return "", true
	}
	rows, err := r.db.Runs(sqlite.RunQuery{})
	if err != nil {
		return "", true
	}
	for _, row := range rows {
		all += row.UUID + "\n"
		for line, err := range r.db.Journal(row.Key, row.UUID) {
			if err != nil {
				return "", true
			}
			all += fmt.Sprintln(line.Seq, line.At, line.Type, line.Data)
		}
	}
	return all, false
}
