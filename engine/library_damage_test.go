package engine

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/run"
)

// problems are what verify tells of a folder that nobody has open.
func problems(t *testing.T, dir string) string {
	t.Helper()
	r, err := OpenReader(dir)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	found, err := r.Verify(bg)
	if err != nil {
		return err.Error()
	}
	var lines []string
	for _, p := range found {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// What is changed in the library, or in a row beside a journal, is told by verify. A flow
// or script of it starts nothing: nobody would be asked whom its author wanted asked.
func TestNoChangedRowGoesUnseen(t *testing.T) {
	for _, tt := range []struct {
		change, told string
		start        fault.Code // what starting the flow answers
	}{
		{`UPDATE flow SET json = CAST(replace(CAST(json AS TEXT), '"required_events":1', '"required_events":0') AS BLOB)`, "flow f/shop/pay is not as it was saved last", "flow.damaged"},
		{`UPDATE flow_saved SET json = CAST(replace(CAST(json AS TEXT), 'a', 'b') AS BLOB)`, "of flow f/shop/pay is not as it was saved", ""},
		{`UPDATE flow_named SET json = CAST(replace(CAST(json AS TEXT), '"required_events":1', '"required_events":0') AS BLOB)`, "version 1 of flow f/shop/pay is not as it was saved", "flow.damaged"},
		{`DELETE FROM flow_named`, "version 1 of flow f/shop/pay, which is to run, is missing", "flow.damaged"},
		{`UPDATE script SET content = 'rm'`, "of script f/shop/count is not as it was saved", "script.damaged"},
		{`UPDATE script SET language = 'bun'`, "of script f/shop/count is not as it was saved", "script.damaged"},
		{`UPDATE flow_version SET data = CAST(replace(CAST(data AS TEXT), '"required_events":1', '"required_events":9') AS BLOB)`, "is not as it was stored", ""},
		{`UPDATE gate SET required = 2`, "is outstanding and has no row", ""},
		{`UPDATE gate SET deadline = deadline + 1`, "is outstanding and has no row", ""},
		{`UPDATE timer SET kind = 'feadline'`, "is outstanding and has no row", ""},
		{`UPDATE timer SET at = at + 1`, "is outstanding and has no row", ""},
		{`UPDATE run SET name = 'Another'`, `its row says the name "Another"`, ""},
		{`UPDATE run SET trigger_by = 'eve'`, `its row says the starter "eve"`, ""},
		{`UPDATE link SET person = 'eve@acme.example'`, "is not as it was made", ""},
	} {
		t.Run(tt.change, func(t *testing.T) {
			f := newFixture(t).open()
			f.saveFlow("f/shop/pay", script("a", gate1), `{"id":"s","value":{"type":"script","path":"f/shop/count","input_transforms":{}}}`)
			_, err := f.MakeVersion(bg, "f/shop/pay", "")
			f.try(err)
			_, err = f.SaveScript(bg, flow.StoredScript{Path: "f/shop/count", Language: "bash", Content: "a"})
			f.try(err)
			id := f.start(script("a", gate1))
			f.untilWaiting(id)
			f.link(id, "a", "dana@acme.example")
			f.stop()
			if was := problems(t, f.cfg.Dir); was != "" {
				t.Fatalf("before: %s", was)
			}
			damage(t, f.cfg.Dir, tt.change)
			if got := problems(t, f.cfg.Dir); !strings.Contains(got, tt.told) {
				t.Errorf("verify tells %q", got)
			}
			if tt.start == "" {
				return
			}
			f.open()
			stored, err := f.Flow(bg, "f/shop/pay")
			if err == nil {
				_, err = f.Start(bg, run.Request{Flow: stored.JSON, Path: "f/shop/pay"})
			}
			if !fault.HasCode(err, tt.start) || fault.From(err).Hint == "" {
				t.Errorf("a start: %v", err)
			}
			f.stop()
		})
	}
}

// A byte that is changed in an index only is told, too: what is looked up by it would not
// be found.
func TestAnIndexThatDiffersIsTold(t *testing.T) {
	f := newFixture(t).open()
	f.untilWaiting(f.start(script("a", gate1)))
	f.stop()
	path := filepath.Join(f.cfg.Dir, datadir.FileName)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	const page = 4096
	for at := page; ; {
		i := bytes.Index(file[at:], []byte("deadline"))
		if i < 0 {
			break
		}
		at += i
		if begin := at / page * page; bytes.Contains(file[begin:begin+page], []byte("CREATE ")) { // pages of the schema hold pieces of earlier ones
			at++
			continue
		}
		file[at] ^= 2
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		if problems(t, f.cfg.Dir) == "" {
			t.Errorf("byte %d is changed, and nobody is told", at)
		}
		file[at] ^= 2
		at++
		told++
	}
	if told < 2 { // the table and its index
		t.Errorf("%d places only", told)
	}
}
