package engine

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/patience"
	"sluice/engine/run"
)

// A page of the journal that the disk spoiled takes its runs with it and no others:
// Sluice starts and names them. No step begins, though, and whoever asks is told why.
func TestSpoiledPageSetsItsRunsAside(t *testing.T) {
	f := newFixture(t).open()
	hold := make(chan bool)
	f.world.Script("a", blockUntil(hold))
	var ids []run.ID
	for i := range 40 {
		mark := strings.Repeat("m", 700)
		if i == 15 {
			mark = strings.Repeat("the spoiled one ", 40)
		}
		begun, err := f.Start(bg, run.Request{Flow: flowOf(script("a", retry1)), Input: json.RawMessage(`{"x":"` + mark + `"}`)})
		id := begun.ID
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	f.crash()
	close(hold)
	spoilPage(t, f.cfg.Dir, "the spoiled one ")

	f.open()
	began := len(f.world.Began())
	spoiled := 0
	for _, id := range ids {
		s, err := f.Engine.Run(bg, id)
		if err != nil {
			t.Fatal(err)
		}
		if s.Damaged != "" {
			spoiled++
		} else if s.Status == run.StatusDone {
			t.Errorf("%+v", s)
		}
	}
	if spoiled == 0 || spoiled > 8 {
		t.Errorf("%d of %d runs were set aside", spoiled, len(ids))
	}
	if c := f.Conditions(); !slices.ContainsFunc(c, func(c fault.Condition) bool { return c.Code == codeSpoiled && c.Severity == fault.Alarm }) {
		t.Errorf("the troubles shown are %+v", c)
	}
	if err := f.Decide(bg, run.Decision{Run: ids[15], Step: "a", Approve: true}); !fault.HasCode(err, journal.CodeDamaged) {
		t.Errorf("a vote in a spoiled run = %v", err)
	}
	f.start(script("b", ""))
	if err := f.Proceed(bg); err != nil {
		t.Error(err)
	}
	f.commit()
	if n := len(f.world.Began()); n != began {
		t.Errorf("%d steps began in a file that is not sound", n-began)
	}
	f.stop()
}

// spoilPage breaks the page of a table that holds a text, and returns the file as it is
// then.
func spoilPage(t *testing.T, dir, mark string) []byte {
	t.Helper()
	name := filepath.Join(dir, datadir.FileName)
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const pageSize = 4096
	at := bytes.Index(file, []byte(mark)) / pageSize * pageSize
	if at <= 0 || file[at] != 0x0d { // a leaf of a table
		t.Fatalf("the mark is in page %d of type %x", at/pageSize, file[max(at, 0)])
	}
	file[at] = 0
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// spoilRoot spoils the first page of a table or index of a file that nobody has open.
func spoilRoot(t testing.TB, dir, name string) {
	t.Helper()
	path := filepath.Join(dir, datadir.FileName)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	var page int64
	err = errors.Join(db.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = ?`, name).Scan(&page), db.Close())
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt(bytes.Repeat([]byte{0xaa}, 4096), (page-1)*4096)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

// A large file is looked through while it serves. Its steps begin once it is known to be
// sound.
func TestALargeFileIsLookedThroughWhileItServes(t *testing.T) {
	f := newFixture(t).open()
	if err := f.SetSetting(bg, "large", strings.Repeat("x", soundAtOnce)); err != nil {
		t.Fatal(err)
	}
	f.stop()
	f.open()
	f.untilDone(f.start(script("a", "")))
	f.stop()

	spoilRoot(t, f.cfg.Dir, "sqlite_autoindex_slot_1")
	f.open()
	f.start(script("a", ""))
	for len(f.Conditions()) == 0 { // the test ends by its own time
		runtime.Gosched()
	}
	if c := f.Conditions(); c[0].Code != codeSpoiled {
		t.Errorf("the troubles shown are %+v", c)
	}
	f.start(script("a", ""))
	f.commit()
	f.diff("what began", []string{"a#1"}, f.world.Began())
	f.stop()
}

// A step that asks for what cannot be recorded, as the file is damaged or its disk full,
// does not fail of that: it waits, and its run can go on from a sound file.
func TestAStepWaitsForAFileThatTakesNothing(t *testing.T) {
	f := newFixture(t).open()
	heal := fullDisk(f)
	f.fill()
	asked := make(chan bool)
	ctx := patience.With(bg, sync.OnceFunc(func() { close(asked) }))
	done := make(chan error, 1)
	go func() { done <- f.SetSetting(ctx, "big", strings.Repeat("y", 100_000)) }()
	select {
	case <-asked:
	case err := <-done:
		t.Fatalf("it does not wait: %v", err)
	}
	heal()
	if err := <-done; err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	heal = fullDisk(f)
	if err := f.SetSetting(ended, "bigger", strings.Repeat("z", 1_000_000)); err == nil {
		t.Error("a step that was ended wrote")
	}
	heal()
	f.stop()
}

// A sum in somebody's own data is not taken for the name of a stored value, and a name
// is found wherever an event has one.
func TestVerifyKnowsNamesFromData(t *testing.T) {
	f := newFixture(t).open()
	long := strings.Repeat("long ", 1000)
	f.world.Script("a", func(context.Context, run.Job) (any, error) {
		return map[string]any{"name": "x.tar", "sha256": strings.Repeat("ab", 32), "size": 3, "preview": "x"}, nil
	})
	f.world.Script("b", func(context.Context, run.Job) (any, error) { return long, nil })
	f.untilDone(f.start(script("a", ""))) // the fixture verifies
	for name, ev := range map[string]run.Event{
		"a result":         run.JobSucceeded{Result: run.Ref{Hash: "h", Size: 1}},
		"a list's part":    run.JobSucceeded{Result: run.Ref{Items: []run.Ref{{Inline: []byte("1")}, {Hash: "h", Size: 1}}}},
		"an input":         run.Started{Input: run.Ref{Hash: "h"}},
		"what people said": run.DecisionMade{Payload: run.Ref{Hash: "h"}},
	} {
		if got := slices.Collect(journal.BlobsOf(ev)); len(got) != 1 || got[0] != "h" {
			t.Errorf("%s: %v", name, got)
		}
	}
	id := f.start(script("b", ""))
	f.untilDone(id)
	f.stop()
	damage(t, f.cfg.Dir, `DELETE FROM blob`)
	f.open()
	found, err := f.Verify(bg)
	if err != nil || len(found) == 0 || !strings.Contains(found[0].What, "which is not stored") {
		t.Errorf("found %v, %v", found, err)
	}
	f.stop()
	f.Engine = nil // what is missing was told
}
