package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sluice/engine/fault"
)

// errHeld says that another process holds the lock.
var errHeld = errors.New("held by another process")

// Lock is the lock beside the database. The system frees it when the
// process dies, however it dies; the file itself stays. Somebody may remove it as a
// leftover, so where the system lets one, the folder is locked too.
type Lock struct{ f, dir *os.File }

// TakeLock takes the lock of a folder, or says who has it.
func TakeLock(dir string) (*Lock, error) {
	path := filepath.Join(dir, "sluice.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	folder, err := lockFolder(dir)
	if err == nil {
		err = lockFile(f)
	}
	if err != nil {
		defer closeAll(f, folder)
		if !errors.Is(err, errHeld) {
			return nil, fault.Because(fmt.Errorf("lock %s: %w", path, err), "engine.lock", "Sluice cannot lock its folder",
				"Sluice keeps its data on a disk of this computer only: choose a folder that is not on a network drive.")
		}
		who := "Another Sluice"
		if b, err := os.ReadFile(path); err == nil {
			if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
				who = fmt.Sprintf("Another Sluice (process %d)", pid)
			}
		}
		return nil, fault.Because(err, "engine.locked", who+" is using this folder",
			"It may be a window, or sluice serve or run. Use that one, or end it and start again. The folder is "+dir+".")
	}
	if err := f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("write the lock: %w", err), closeAll(f, folder))
		}
	}
	return &Lock{f, folder}, nil
}

// Release frees the folder.
func (l *Lock) Release() error { return closeAll(l.f, l.dir) }

// closeAll closes files, of which some may be nil.
func closeAll(files ...*os.File) error {
	var errs []error
	for _, f := range files {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}
