package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
	"sluice/engine/run"
)

// votedAndKilled has people answer, and ends as kill -9 does: the answers stand in the
// write-ahead log alone. It returns copies of folder and log as they lay there then.
func votedAndKilled(f *fixture) (dir string, wal []byte) {
	f.t.Helper()
	f.open()
	for range 12 {
		id := f.start(script("a", gate1), script("b", ""))
		f.untilWaiting(id)
		if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
			f.t.Fatal(err)
		}
		f.untilDone(id)
	}
	open := f.start(script("a", gate1), script("b", ""))
	f.untilWaiting(open)
	dir = f.t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(f.cfg.Dir)); err != nil {
		f.t.Fatal(err)
	}
	f.stop()
	wal, err := os.ReadFile(filepath.Join(dir, datadir.FileName+"-wal"))
	if err != nil || len(wal) < 100_000 {
		f.t.Fatal(len(wal), err)
	}
	return dir, wal
}

// What people were told was recorded is not passed over in silence, whatever became of
// the file that holds what was written last; and most of it can be had back.
func TestALogThatIsDamagedOrGoneIsTold(t *testing.T) {
	f := newFixture(t)
	dir, wal := votedAndKilled(f)
	db, log := filepath.Join(dir, datadir.FileName), filepath.Join(dir, datadir.FileName+"-wal")
	flip := func(at int) []byte {
		b := append([]byte{}, wal...)
		b[at] ^= 1
		return b
	}
	file, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		file, log []byte // nil: there is none
		votes     int    // that salvage brings back, at the least
	}{
		"a page in the middle": {file, flip(len(wal) / 2), 11},
		"the head of a frame":  {file, flip(32 + 4120*(len(wal)/4120/2) + 3), 11},
		"the sum of a frame":   {file, flip(32 + 4120*(len(wal)/4120/2) + 20), 11},
		"the header":           {file, flip(17), 12},
		"the log is gone":      {file, nil, 0},
		"the file is empty":    {[]byte{}, wal, 12},
		"the file is gone":     {nil, wal, 12},
	} {
		t.Run(name, func(t *testing.T) {
			for path, b := range map[string][]byte{db: tt.file, log: tt.log, db + "-shm": nil} {
				_ = os.Remove(path)
				if b == nil {
					continue
				}
				if err := os.WriteFile(path, b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			cfg := f.cfg
			cfg.Dir = dir
			if _, err := Open(bg, cfg); !fault.HasCode(err, "engine.damaged") {
				t.Errorf("Open = %v", err)
			}
			if _, err := OpenReader(dir); !fault.HasCode(err, "engine.damaged") {
				t.Errorf("OpenReader = %v", err)
			}
			if b, err := os.ReadFile(log); tt.log != nil && (err != nil || string(b) != string(tt.log)) {
				t.Error("the log was changed")
			}
			if tt.file == nil {
				return
			}
			out := filepath.Join(t.TempDir(), "out.db")
			if _, err := Salvage(bg, dir, out); err != nil {
				if tt.votes > 0 {
					t.Errorf("Salvage = %v", err)
				}
				return
			}
			back := t.TempDir()
			if _, err := Restore(bg, back, out); err != nil {
				t.Fatal(err)
			}
			r, err := OpenReader(back)
			if fault.HasCode(err, "engine.older") { // it lacks what only a start brings
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			list, err := r.Runs(bg, Filter{})
			if err != nil {
				t.Fatal(err)
			}
			votes := 0
			for _, s := range list {
				if s.Status != run.StatusDone && s.Damaged == "" {
					t.Errorf("run %s goes on, though a part of its journal may be missing", s.ID)
				}
				entries, _ := r.Log(bg, s.ID)
				for _, e := range entries {
					if _, ok := e.Event.(run.DecisionMade); ok {
						votes++
					}
				}
			}
			if votes < tt.votes {
				t.Errorf("%d of 12 votes came out, want %d", votes, tt.votes)
			}
		})
	}
}

// A commit that was cut short was told to nobody: the folder opens, with all before it.
func TestALogThatWasCutShortOpens(t *testing.T) {
	f := newFixture(t)
	dir, wal := votedAndKilled(f)
	log := filepath.Join(dir, datadir.FileName+"-wal")
	for _, end := range []int{len(wal) - 1, len(wal) - 4120, len(wal) - 5000, len(wal) / 2, 32, 0} {
		if err := os.WriteFile(log, wal[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := datadir.CheckLog(dir); err != nil {
			t.Errorf("cut after %d of %d bytes: %v", end, len(wal), err)
		}
	}
	if err := os.WriteFile(log, wal, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := datadir.CheckLog(dir); err != nil {
		t.Errorf("after somebody looked into it: %v", err)
	}
}

// Another program that opens the file after a kill writes the log back and removes it:
// the way on is told, and nothing is missing.
func TestALogThatAnotherProgramWroteBack(t *testing.T) {
	f := newFixture(t)
	dir, _ := votedAndKilled(f)
	damage(t, dir, `UPDATE run SET path = path`) // it opens the file by itself, and closes it
	cfg := f.cfg
	cfg.Dir = dir
	_, err := Open(bg, cfg)
	if !fault.HasCode(err, "engine.damaged") || !strings.Contains(fault.From(err).Hint, "remove sluice.lock") {
		t.Fatalf("Open = %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "sluice.lock")); err != nil {
		t.Fatal(err)
	}
	e, err := Open(bg, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := e.Runs(bg, Filter{}); err != nil || len(list) != 13 {
		t.Errorf("%d runs, %v", len(list), err)
	}
	if err := e.Close(bg); err != nil {
		t.Error(err)
	}
}
