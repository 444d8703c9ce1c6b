package engine

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/writer"
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
	// Between the turns, as nothing else could be seen by who was told something.
	if err := f.writer.Do(bg, func(*writer.Tx) error { return os.CopyFS(dir, os.DirFS(f.cfg.Dir)) }); err != nil {
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
	zero := func(from, to int) []byte {
		b := append([]byte{}, wal...)
		clear(b[from:to])
		return b
	}
	file, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(dir, "sluice.db-last")
	note, err := os.ReadFile(filepath.Join(dir, "sluice.lock"))
	if err != nil {
		t.Fatal(err)
	}
	otherDir, otherLog := votedAndKilled(newFixture(t))
	otherFile, err := os.ReadFile(filepath.Join(otherDir, datadir.FileName))
	if err != nil {
		t.Fatal(err)
	}
	older := append([]byte{}, note...)
	copy(older[28:], "x\n") // its sum does not fit
	garbage := append(bytes.Repeat([]byte("garbage "), 512), wal[4096:]...)
	for name, tt := range map[string]struct {
		file, log, note, second []byte // nil: there is none
		votes                   int    // that salvage brings back, at the least
	}{
		"a page in the middle":                {file, flip(len(wal) / 2), nil, nil, 11},
		"the head of a frame":                 {file, flip(32 + 4120*(len(wal)/4120/2) + 3), nil, nil, 11},
		"the sum of a frame":                  {file, flip(32 + 4120*(len(wal)/4120/2) + 20), nil, nil, 11},
		"the header":                          {file, flip(17), nil, nil, 12},
		"the first sector":                    {file, zero(0, 512), nil, nil, 12},
		"the first page":                      {file, zero(0, 4096), nil, nil, 12},
		"the first page is garbage":           {file, garbage, nil, nil, 12},
		"the log is gone":                     {file, nil, note, nil, 0},
		"the log is gone, and the note":       {file, nil, nil, nil, 0},
		"the log is gone, the note garbage":   {file, nil, []byte("4711 open\n"), nil, 0},
		"the log is empty":                    {file, []byte{}, note, nil, 0},
		"the log is empty, and no note":       {file, []byte{}, nil, nil, 0},
		"only the log's header is left":       {file, wal[:32], note, nil, 0},
		"a part of the log's header":          {file, wal[:31], nil, nil, 0},
		"the second half of the log is gone":  {file, wal[:len(wal)/2], note, nil, 0},
		"the second half of the log is zeros": {file, zero(len(wal)/2, len(wal)), note, nil, 0},
		"the last commit is gone":             {file, wal[:len(wal)-4120], note, nil, 11},
		"the log of another folder":           {file, otherLog, note, nil, 0},
		"another folder's, and no note":       {file, otherLog, nil, nil, 0},
		"another folder's file":               {otherFile, wal, nil, nil, 0},
		"all of another folder":               {otherFile, otherLog, note, nil, 12},
		"the file is empty":                   {[]byte{}, wal, nil, nil, 12},
		"the file is gone":                    {nil, wal, note, nil, 12},
		"the half is gone, the lock too":      {file, wal[:len(wal)/2], nil, note, 0},
		"the half is gone, the lock garbage":  {file, wal[:len(wal)/2], note[1:], note, 0},
		"an older note, a newer one":          {file, wal[:len(wal)-4120], older, note, 11},
	} {
		t.Run(name, func(t *testing.T) {
			for path, b := range map[string][]byte{db: tt.file, log: tt.log, db + "-shm": nil, filepath.Join(dir, "sluice.lock"): tt.note, second: tt.second} {
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
			s, err := Salvage(bg, dir, out)
			if err != nil && tt.votes > 0 {
				t.Errorf("Salvage = %v", err)
			}
			if err != nil {
				return
			}
			if len(s.Damage) == 0 {
				t.Error("Salvage tells of no damage")
			}
			// What lay there before is kept as it lay there, and comes back by the same way.
			kept, err := Restore(bg, dir, out)
			if err != nil {
				t.Fatal(err)
			}
			for end, want := range map[string][]byte{"": tt.file, "-wal": tt.log} {
				b, err := os.ReadFile(kept + end)
				if want == nil && !errors.Is(err, os.ErrNotExist) || want != nil && !bytes.Equal(b, want) {
					t.Errorf("%s is not kept: %d bytes, %v", end, len(b), err)
				}
			}
			r, err := OpenReader(dir)
			if fault.HasCode(err, "engine.older") { // it lacks what only a start brings
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			votes := 0
			for _, s := range listed(t, r) {
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

// forgetNotes removes what tells of the last commit.
func forgetNotes(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"sluice.lock", "sluice.db-last"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func listed(t *testing.T, r *Reader) []run.Summary {
	t.Helper()
	list, err := r.Runs(bg, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A commit that was cut short was told to nobody: the folder opens, with all before it.
func TestALogThatWasCutShortOpens(t *testing.T) {
	f := newFixture(t)
	dir, wal := votedAndKilled(f)
	log := filepath.Join(dir, datadir.FileName+"-wal")
	forgetNotes(t, dir) // where it would stand that this commit was told
	for _, end := range []int{len(wal) - 1, len(wal) - 4120, len(wal) - 5000} {
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
// nothing is missing, and Sluice goes on. Who does not know that can take the file as it is.
func TestALogThatAnotherProgramWroteBack(t *testing.T) {
	f := newFixture(t)
	dir, _ := votedAndKilled(f)
	damage(t, dir, `UPDATE run SET path = path`) // it opens the file by itself, and closes it
	cfg := f.cfg
	cfg.Dir = dir
	if _, err := os.Stat(filepath.Join(dir, datadir.FileName+"-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Fatal("the log is there:", err)
	}
	e, err := Open(bg, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if list := listed(t, e.Reader); len(list) != 13 {
		t.Errorf("%d runs", len(list))
	}
	e.writer.Abandon() // as a kill does
	e.jobs.Abandon()
	if err := errors.Join(e.db.Close(), e.lock.Release()); err != nil {
		t.Fatal(err)
	}
}

// A file without its log and note is refused if it was not closed, and taken as it is by
// who says so; one that was closed opens.
func TestAFileThatIsTakenAsItIs(t *testing.T) {
	f := newFixture(t)
	dir, _ := votedAndKilled(f)
	damage(t, dir, `UPDATE run SET path = path`)
	forgetNotes(t, dir)
	cfg := f.cfg
	cfg.Dir = dir
	path := filepath.Join(dir, datadir.FileName)
	if _, err := Open(bg, cfg); !fault.HasCode(err, "engine.damaged") || !strings.Contains(fault.From(err).Hint, "sluice restore "+path) {
		t.Fatalf("Open = %v", err)
	}
	if _, err := Restore(bg, dir, path); err != nil {
		t.Fatal(err)
	}
	e, err := Open(bg, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if list := listed(t, e.Reader); len(list) != 13 {
		t.Errorf("%d runs", len(list))
	}
	backup := filepath.Join(t.TempDir(), datadir.FileName)
	if err := Backup(bg, dir, backup); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(bg); err != nil {
		t.Error(err)
	}
	forgetNotes(t, dir)
	for _, dir := range []string{dir, filepath.Dir(backup)} { // a backup in a folder of its own, too
		if r, err := OpenReader(dir); err != nil {
			t.Error(err)
		} else if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// An older file in the place of the one that Sluice wrote is told, whether Sluice was
// closed or not.
func TestAnOlderFileIsTold(t *testing.T) {
	f := newFixture(t)
	f.open()
	f.untilWaiting(f.start(script("a", gate1)))
	f.stop()
	path := filepath.Join(f.cfg.Dir, datadir.FileName)
	older, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f.open()
	f.untilWaiting(f.start(script("a", gate1)))
	f.stop()
	if err := os.WriteFile(path, older, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bg, f.cfg); !fault.HasCode(err, "engine.damaged") {
		t.Errorf("Open = %v", err)
	}
	if _, err := Restore(bg, f.cfg.Dir, path); err != nil {
		t.Fatal(err)
	}
	f.open()
	if list := listed(t, f.Reader); len(list) != 1 {
		t.Errorf("%d runs", len(list))
	}
}

// A log whose file is gone is moved out of the way of the one that is restored.
func TestARestoreBesideALoneLog(t *testing.T) {
	f := newFixture(t)
	dir, wal := votedAndKilled(f)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := Backup(bg, dir, backup); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, datadir.FileName)); err != nil {
		t.Fatal(err)
	}
	kept, err := Restore(bg, dir, backup)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(kept); err != nil || !bytes.Equal(b, wal) || !strings.HasSuffix(kept, "-wal") {
		t.Errorf("the log is not kept: %d bytes, %v", len(b), err)
	}
	cfg := f.cfg
	cfg.Dir = dir
	e, err := Open(bg, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if list := listed(t, e.Reader); len(list) != 13 {
		t.Errorf("%d runs", len(list))
	}
	if err := e.Close(bg); err != nil {
		t.Error(err)
	}
}

// A new folder that is killed before its log was ever begun anew is sound: what was
// written before there were stamps has none.
func TestANewFolderThatIsKilledOpens(t *testing.T) {
	for range 8 { // the first stamp is random
		dir, _ := votedAndKilled(newFixture(t))
		forgetNotes(t, dir)
		if err := datadir.CheckLog(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// A file that is cut short after a kill is told, also where its log has pages of its end.
func TestAFileThatIsCutShortBesideItsLog(t *testing.T) {
	f := newFixture(t)
	dir, _ := votedAndKilled(f)
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil { // it writes the log back, and leaves it
		t.Fatal(err)
	}
	path := filepath.Join(dir, datadir.FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := datadir.CheckLog(dir); err != nil {
		t.Fatal(err)
	}
	f.cfg.Dir = dir
	f.open()
	f.untilDone(f.start(script("a", ""))) // the log is begun anew
	dir = t.TempDir()
	if err := f.writer.Do(bg, func(*writer.Tx) error { return os.CopyFS(dir, os.DirFS(f.cfg.Dir)) }); err != nil {
		t.Fatal(err)
	}
	f.stop()
	if err := os.Truncate(filepath.Join(dir, datadir.FileName), int64(len(whole)-12*4096)); err != nil {
		t.Fatal(err)
	}
	if err := datadir.CheckLog(dir); !fault.HasCode(err, "engine.damaged") || !strings.Contains(fault.From(err).Title, "cut off") {
		t.Errorf("CheckLog = %v", err)
	}
}

// A file that is replaced or removed while Sluice runs takes no vote any more, and the
// next start tells what is missing.
func TestAFileThatIsReplacedWhileItIsOpen(t *testing.T) {
	for name, replace := range map[string]func(dir string, old map[string][]byte) error{
		"written over": func(dir string, old map[string][]byte) error {
			var errs []error
			for name, b := range old { // as cp does: into the same file
				errs = append(errs, os.WriteFile(filepath.Join(dir, name), b, 0o600))
			}
			return errors.Join(errs...)
		},
		"moved into its place": func(dir string, old map[string][]byte) error {
			var errs []error
			for name, b := range old {
				errs = append(errs, os.WriteFile(filepath.Join(dir, name+".old"), b, 0o600), os.Rename(filepath.Join(dir, name+".old"), filepath.Join(dir, name)))
			}
			return errors.Join(errs...)
		},
		"removed": func(dir string, old map[string][]byte) error {
			var errs []error
			for name := range old {
				errs = append(errs, os.Remove(filepath.Join(dir, name)))
			}
			return errors.Join(errs...)
		},
		"its log removed": func(dir string, old map[string][]byte) error {
			return os.Remove(filepath.Join(dir, datadir.FileName+"-wal"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t).open()
			first, second := f.start(script("a", gate1), script("b", "")), f.start(script("a", gate1))
			f.untilWaiting(first)
			f.untilWaiting(second)
			old := make(map[string][]byte)
			if err := f.writer.Do(bg, func(*writer.Tx) error {
				for _, name := range []string{"sluice.db", "sluice.db-wal", "sluice.db-shm", "sluice.db-last", "sluice.lock"} {
					b, err := os.ReadFile(filepath.Join(f.cfg.Dir, name))
					if err != nil {
						return err
					}
					old[name] = b
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := f.Decide(bg, run.Decision{Run: first, Step: "a", Approve: true}); err != nil {
				t.Fatal(err)
			}
			f.untilDone(first)
			if err := replace(f.cfg.Dir, old); err != nil {
				t.Skip(err) // a system that does not let one
			}
			if err := f.Decide(bg, run.Decision{Run: second, Step: "a", Approve: true}); !fault.HasCode(err, "engine.replaced") {
				t.Errorf("Decide = %v", err)
			}
			cfg, e := f.cfg, f.Engine
			f.Engine = nil // the file is not what its journal says
			ctx, cancel := context.WithTimeout(bg, time.Second)
			defer cancel()
			_ = e.Close(ctx)
			e, err := Open(bg, cfg)
			switch name {
			case "removed": // it begins anew, and says so
				if err != nil || !e.lock.Lost {
					t.Errorf("Open = %v", err)
				}
			case "its log removed": // what was in it was written back at the end
				if err != nil {
					t.Fatal(err)
				}
				if entries, err := e.Log(bg, first); err != nil || !slices.ContainsFunc(entries, func(e run.Entry) bool { _, ok := e.Event.(run.DecisionMade); return ok }) {
					t.Errorf("the vote is gone (%v)", err)
				}
			default:
				if !fault.HasCode(err, "engine.damaged") {
					t.Errorf("Open = %v", err)
				}
				return
			}
			if err == nil {
				_ = e.Close(bg)
			}
		})
	}
}
