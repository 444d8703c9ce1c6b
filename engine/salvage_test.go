package engine

import (
	"bytes"
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

// What a damaged file still holds comes out of it, the file stays as it is, and what
// was open does not go on without the part that is missing.
func TestSalvageTakesOutWhatCanBeRead(t *testing.T) {
	f := newFixture(t).open()
	var ids []run.ID
	for i := range 40 {
		mark := strings.Repeat("m", 700)
		if i == 15 {
			mark = strings.Repeat("the spoiled one ", 40)
		}
		begun, err := f.Start(bg, run.Request{Flow: flowOf(script("a", "")), Input: json.RawMessage(`{"x":"` + mark + `"}`)})
		id := begun.ID
		if err != nil {
			t.Fatal(err)
		}
		f.untilDone(id)
		ids = append(ids, id)
	}
	waits := f.start(script("a", gate1), script("b", ""))
	f.untilWaiting(waits)
	if err := f.SaveFlow(bg, "u/me/kept", flowOf(script("a", ""))); err != nil {
		t.Fatal(err)
	}
	f.stop()
	f.Engine = nil
	file := spoilPage(t, f.cfg.Dir, "the spoiled one ")

	to := filepath.Join(t.TempDir(), "salvaged.db")
	s, err := Salvage(bg, f.cfg.Dir, to)
	if err != nil {
		t.Fatal(err)
	}
	if s.Runs != len(ids)+1 || s.Flows != 1 || s.Entries < 100 || !slices.Equal(s.Lost, []string{"entry"}) {
		t.Errorf("salvaged %+v", s)
	}
	if now, err := os.ReadFile(filepath.Join(f.cfg.Dir, datadir.FileName)); err != nil || !bytes.Equal(now, file) {
		t.Errorf("the damaged file was changed (%v)", err)
	}
	if _, err := Salvage(bg, f.cfg.Dir, to); !fault.HasCode(err, "salvage.exists") {
		t.Errorf("over a file that is there: %v", err)
	}

	f.cfg.Dir = t.TempDir()
	if _, err := Restore(bg, f.cfg.Dir, to); err != nil {
		t.Fatal(err)
	}
	f.open()
	defer func() { f.stop(); f.Engine = nil }() // what is damaged is told by Verify
	if s, err := f.Run(bg, waits); err != nil || s.Damaged == "" {
		t.Errorf("the run that was open: %+v %v", s, err)
	}
	found, err := f.Verify(bg)
	if err != nil {
		t.Fatal(err)
	}
	named := make(map[run.ID]bool)
	for _, p := range found {
		named[p.Run] = true
	}
	for _, id := range s.Incomplete {
		if !named[id] {
			t.Errorf("salvage names %s, verify does not", id)
		}
		delete(named, id)
	}
	if delete(named, waits); len(s.Incomplete) == 0 || len(named) > 0 {
		t.Errorf("salvage does not name %v of %v", named, s.Incomplete)
	}
	whole := len(ids)
	for _, p := range found {
		if slices.Contains(ids, p.Run) {
			whole--
		}
	}
	if whole < len(ids)-6 || whole == len(ids) {
		t.Errorf("%d of %d runs are whole: %s", whole, len(ids), fmt.Sprint(found))
	}
}

func TestSalvageOfWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	garbled := filepath.Join(dir, "garbled.db")
	if err := os.WriteFile(garbled, bytes.Repeat([]byte("no database\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for from, code := range map[string]fault.Code{garbled: "salvage.nothing", filepath.Join(dir, "none.db"): "salvage.missing"} {
		to := filepath.Join(dir, "to.db")
		if _, err := Salvage(bg, from, to); !fault.HasCode(err, code) {
			t.Errorf("%s: %v", from, err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*salvage*")); len(left) > 0 || !absent(to) {
			t.Errorf("%s: left %v", from, left)
		}
	}
}

func absent(path string) bool {
	_, err := os.Lstat(path)
	return os.IsNotExist(err)
}

// One page of the file may be any: whatever it held, the rest comes out, or it is told
// that nothing does. A file that was cut off gives what is left of it.
func TestSalvageWithoutAnyOnePage(t *testing.T) {
	f := newFixture(t).open()
	var ids []run.ID
	for range 30 {
		begun, err := f.Start(bg, run.Request{Flow: flowOf(script("a", "")), Input: json.RawMessage(`{"x":"` + strings.Repeat("m", 700) + `"}`)})
		id := begun.ID
		if err != nil {
			t.Fatal(err)
		}
		f.untilDone(id)
		ids = append(ids, id)
	}
	if err := f.SaveFlow(bg, "u/me/kept", flowOf(script("a", ""))); err != nil {
		t.Fatal(err)
	}
	f.stop()
	f.Engine = nil
	file, err := os.ReadFile(filepath.Join(f.cfg.Dir, datadir.FileName))
	if err != nil {
		t.Fatal(err)
	}
	const size = 4096
	relisted := 0
	try := func(what string, damaged []byte) {
		t.Helper()
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, datadir.FileName), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Salvage(bg, dir, filepath.Join(dir, "salvaged.db"))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		if s.Relisted {
			relisted++
		}
		if len(s.Damage) == 0 && !s.Relisted && len(s.Lost) > 0 {
			t.Errorf("%s: nothing is told of the file: %+v", what, s)
		}
		// The root of the runs' table and that of their entries lead to all of them.
		lost := slices.ContainsFunc(s.Lost, func(table string) bool { return table == "run" || table == "entry" })
		if !lost && (s.Runs != len(ids) || s.Entries != 3*len(ids)) {
			t.Errorf("%s: %+v", what, s)
		}
		if lost && s.Runs == len(ids) && s.Entries < 3*len(ids) && len(s.Incomplete) == 0 {
			t.Errorf("%s: nobody says which runs are not whole: %+v", what, s)
		}
	}
	for page := 1; page < len(file)/size; page++ { // without the first nobody knows whose the file is
		damaged := slices.Clone(file)
		copy(damaged[page*size:(page+1)*size], bytes.Repeat([]byte{0xa5}, size))
		try(fmt.Sprintf("without page %d", page+1), damaged)
	}
	if relisted == 0 {
		t.Error("no page held the list of tables: the test looks at nothing")
	}
	// Two pages that lie in each other's place: what is read of them is told, if not which.
	runs, entries := 5, 10 // roots of two tables
	swapped := slices.Clone(file)
	copy(swapped[runs*size:(runs+1)*size], file[entries*size:(entries+1)*size])
	copy(swapped[entries*size:(entries+1)*size], file[runs*size:(runs+1)*size])
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, datadir.FileName), swapped, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Salvage(bg, dir, filepath.Join(dir, "salvaged.db")); err == nil && len(s.Damage) == 0 {
		t.Errorf("two pages were swapped, and nobody says so: %+v", s)
	}
	try("cut off", file[:len(file)-size])
	try("cut off by a few bytes", file[:len(file)-10])
}
