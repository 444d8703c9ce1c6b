package engine

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"sluice/engine/run"
)

// The steps of a flow with same_worker share one folder. It is made when the
// first of them runs and removed after the run's end.

func (e *Engine) sharedDir(id run.ID) string {
	return filepath.Join(e.cfg.Dir, "shared", string(id))
}

func (e *Engine) makeShared(id run.ID) (string, error) {
	if err := uuid.Validate(string(id)); err != nil {
		return "", fmt.Errorf("shared folder of run %q: %w", id, err)
	}
	dir := e.sharedDir(id)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the folder that the steps share: %w", err)
	}
	return dir, nil
}

func (e *Engine) removeShared(id run.ID) {
	e.tidy.put(func() {
		if err := os.RemoveAll(e.sharedDir(id)); err != nil {
			e.log.Error("remove a shared folder", "run", id, "err", err)
		}
	})
}

// clearShared removes the folders of runs that ended while nobody could.
func (e *Engine) clearShared() error {
	names, err := os.ReadDir(filepath.Join(e.cfg.Dir, "shared"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list the shared folders: %w", err)
	}
	for _, n := range names {
		row, ok, err := e.db.Run(n.Name())
		if err != nil {
			return err
		}
		if !ok || row.Status == string(run.StatusDone) {
			if err := os.RemoveAll(filepath.Join(e.cfg.Dir, "shared", n.Name())); err != nil {
				return fmt.Errorf("remove a shared folder: %w", err)
			}
		}
	}
	return nil
}

// workDir is the folder that a worker's jobs have to themselves, one after the
// other. Making and removing one for each job would cost more than its commit.
type workDir struct {
	path string
	made bool
	used bool // since it was last emptied
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
	if left, err := os.ReadDir(d.path); err != nil || len(left) > 0 {
		os.RemoveAll(d.path)
		d.made = false
	}
}
