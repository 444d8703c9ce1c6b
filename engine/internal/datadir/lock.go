package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sluice/engine/disk"
	"sluice/engine/fault"
)

// errHeld says that another process holds the lock.
var errHeld = errors.New("held by another process")

// Lock is the lock beside the database. The system frees it when the
// process dies, however it dies; the file itself stays. Somebody may remove it as a
// leftover, so where the system lets one, the folder is locked too.
type Lock struct {
	f, dir *os.File
	// Lost says that a Sluice was here before, and its file is not, or is empty.
	Lost bool
}

// openMark stands in the lock of a folder while its file is open for writing: one that
// still has it was not closed, so its write-ahead log must be there.
const openMark = "open"

// wasOpen reports whether a folder's file is open, or was not closed.
func wasOpen(dir string) bool {
	b, err := disk.Read(filepath.Join(dir, lockName), 1<<10)
	return err == nil && strings.Contains(string(b), openMark)
}

const lockName = "sluice.lock"

// TakeLock takes the lock of a folder, or says who has it.
func TakeLock(dir string) (*Lock, error) {
	path := filepath.Join(dir, lockName)
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
		if b, err := disk.Read(path, 1<<10); err == nil {
			if pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(b)), openMark))); err == nil {
				who = fmt.Sprintf("Another Sluice (process %d)", pid)
			}
		}
		return nil, fault.Because(err, "engine.locked", who+" is using this folder",
			"It may be a window, or sluice serve or run. Use that one, or end it and start again. The folder is "+dir+".")
	}
	l := &Lock{f: f, dir: folder}
	if st, err := f.Stat(); err == nil && st.Size() > 0 {
		file, err := os.Stat(filepath.Join(dir, FileName))
		l.Lost = errors.Is(err, os.ErrNotExist) || err == nil && file.Size() == 0
	}
	if err := l.mark(wasOpen(dir)); err != nil {
		return nil, errors.Join(fmt.Errorf("write the lock: %w", err), closeAll(f, folder))
	}
	return l, nil
}

// Opened notes that the file is open.
func (l *Lock) Opened() error { return l.mark(true) }

// Closed notes that all that was written is in the file, or will be once it is closed.
func (l *Lock) Closed() error { return l.mark(false) }

func (l *Lock) mark(open bool) error {
	text := strconv.Itoa(os.Getpid()) + "\n"
	if open {
		text = strconv.Itoa(os.Getpid()) + " " + openMark + "\n"
	}
	if err := l.f.Truncate(0); err != nil {
		return nil // a system that does not let one: the lock holds all the same
	}
	_, err := l.f.WriteAt([]byte(text), 0)
	return err
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
