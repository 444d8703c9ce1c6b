package engine

import (
	"context"
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

// tidyLoop does what need not be done at once and must not hold up the loop:
// files that come and go with runs, and erasures when they are due.
func (e *Engine) tidyLoop(ctx context.Context) {
	defer e.helpers.Done()
	for {
		f, ok := e.tidy.take(ctx)
		if !ok {
			return
		}
		f()
	}
}

// writeBack lets the file take in what was committed.
func (e *Engine) writeBack() {
	e.writingBack.Store(false)
	if err := e.db.Checkpoint(); err != nil {
		e.log.Error("tidy up", "err", err)
	}
}
