package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// A page of the journal that the disk spoiled takes its runs with it and no
// others: Sluice starts, names them, and goes on.
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
	spoiled := 0
	for _, id := range ids {
		s := f.until(id, "done or damaged", func(s run.Summary) bool { return s.Status == run.StatusDone || s.Damaged != "" })
		if s.Damaged != "" {
			spoiled++
		} else if s.Outcome != run.Succeeded {
			t.Errorf("%+v", s)
		}
	}
	if spoiled == 0 || spoiled > 8 {
		t.Errorf("%d of %d runs were set aside", spoiled, len(ids))
	}
	if err := f.Decide(bg, run.Decision{Run: ids[15], Step: "a", Approve: true}); !fault.HasCode(err, journal.CodeDamaged) {
		t.Errorf("a vote in a spoiled run = %v", err)
	}
	f.untilDone(f.start(script("b", "")))
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
