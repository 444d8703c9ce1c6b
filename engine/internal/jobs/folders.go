package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"sluice/engine/internal/journal"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// The steps of a flow with same_worker share one folder. It is made when the
// first of them runs and removed after the run's end.

func (s *Scheduler) sharedDir(id run.ID) string {
	return filepath.Join(s.cfg.Dir, "shared", string(id))
}

func (s *Scheduler) makeShared(id run.ID) (string, error) {
	if err := uuid.Validate(string(id)); err != nil {
		return "", fmt.Errorf("shared folder of run %q: %w", id, err)
	}
	dir := s.sharedDir(id)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the folder that the steps share: %w", err)
	}
	s.shared.mu.Lock()
	s.shared.made = true
	s.shared.mu.Unlock()
	return dir, nil
}

// shared are the folders of runs that ended, which are still to be removed.
type shared struct {
	mu   sync.Mutex
	made bool // one, by this process
	left map[run.ID]bool
}

func (s *Scheduler) removeShared(id run.ID) {
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	if s.shared.left == nil {
		s.shared.left = map[run.ID]bool{}
	}
	s.shared.left[id] = true
	s.cfg.Later(func() { s.removeLeft(id) })
}

// removeLeft removes the folder of a run, unless that was done.
func (s *Scheduler) removeLeft(id run.ID) {
	s.shared.mu.Lock()
	is := s.shared.left[id]
	delete(s.shared.left, id)
	s.shared.mu.Unlock()
	if !is {
		return
	}
	defer s.cfg.Chores.Begin("removing the shared folder", id)()
	if err := removeTree(s.sharedDir(id)); err != nil {
		s.cfg.Log.Error("remove a shared folder", "run", id, "err", err)
	}
}

// removeAllLeft removes at the end what is still to be removed, as far as ctx lets it: a
// step may have filled the disk. The next start removes the rest.
func (s *Scheduler) removeAllLeft(ctx context.Context) {
	s.shared.mu.Lock()
	made := s.shared.made
	s.shared.mu.Unlock()
	if !made {
		return
	}
	soon, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = s.cfg.Writer.Do(soon, func(*writer.Tx) error { return nil }) // the runs of jobs that ended just now have ended, too
	s.shared.mu.Lock()
	ids := slices.Collect(maps.Keys(s.shared.left))
	s.shared.mu.Unlock()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for _, id := range ids {
			if ctx.Err() != nil {
				return
			}
			s.removeLeft(id)
		}
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

// clearShared removes the folders of runs that ended while nobody could. What is no
// folder is put aside.
func (s *Scheduler) clearShared() error {
	all := filepath.Join(s.cfg.Dir, "shared")
	st, err := os.Stat(all)
	if os.IsNotExist(err) {
		return nil
	}
	if err == nil && !st.IsDir() {
		aside := all + "-" + journal.NewID()
		s.cfg.Log.Warn("in the place of the folders that steps share there is no folder", "moved to", aside)
		return os.Rename(all, aside)
	}
	names, err := os.ReadDir(all)
	if err != nil {
		return fmt.Errorf("list the shared folders: %w", err)
	}
	for _, n := range names {
		row, ok, err := s.cfg.DB.Run(n.Name())
		if err != nil {
			return err
		}
		if !ok || row.Status == string(run.StatusDone) {
			if err := removeTree(filepath.Join(s.cfg.Dir, "shared", n.Name())); err != nil {
				s.cfg.Log.Error("remove a shared folder", "run", n.Name(), "err", err) // no reason not to start
			}
		}
	}
	return nil
}

// workDir is the folder that a worker's jobs have to themselves, one after the
// other. Making and removing one for each job would cost more than its commit.
// A job finds nothing of the one before: what it reads as its result could be
// the other's.
type workDir struct {
	path string
	made bool
	used bool // since it was last emptied
	next int  // number of the folder to come, if one cannot be emptied
}

func (d *workDir) ready() error {
	d.used = true
	if d.made {
		return nil
	}
	err := os.MkdirAll(d.path, 0o700)
	d.made = err == nil
	return err
}

// empty removes what a job left behind.
func (d *workDir) empty() {
	if !d.used {
		return
	}
	d.used = false
	if is, err := os.Lstat(d.path); err == nil && is.IsDir() { // not a link that it put there
		if left, err := os.ReadDir(d.path); err == nil && len(left) == 0 {
			return
		}
	}
	d.made = false
	if removeTree(d.path) == nil {
		return
	}
	d.next++
	d.path = fmt.Sprintf("%s.%d", strings.TrimSuffix(d.path, fmt.Sprintf(".%d", d.next-1)), d.next)
}

// removeTree removes a folder that steps wrote to, also where they took rights
// away, as package managers do with what they keep.
func removeTree(dir string) error {
	if os.RemoveAll(dir) == nil {
		return nil
	}
	_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error { // it follows no links
		if e != nil && e.IsDir() {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}

// clearWork removes the folders of an earlier process's jobs. What cannot be
// removed is put aside: it must not lie in a new job's way, nor keep Sluice from
// starting.
func (s *Scheduler) clearWork() error {
	dir := filepath.Join(s.cfg.Dir, "work")
	err := removeTree(dir)
	if err == nil {
		return nil
	}
	aside := dir + "-" + journal.NewID()
	if rerr := os.Rename(dir, aside); rerr != nil {
		return fmt.Errorf("clear the folders of jobs: %w", errors.Join(err, rerr))
	}
	s.cfg.Log.Warn("the folders of an earlier process's steps cannot be removed", "moved to", aside, "err", err)
	return nil
}
