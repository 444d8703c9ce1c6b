package datadir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// workName is how the folders begin that salvage works in, beside the file that it writes.
const workName = ".sluice-salvage-"

// workFolder is a folder for what is needed only meanwhile. While its maker lives, the
// file lock in it is locked; a folder whose lock is free was left by one that was killed.
type workFolder struct {
	path string
	lock *os.File
}

// makeWorkFolder makes one in a folder, and removes those that were left there.
func makeWorkFolder(parent string) (*workFolder, error) {
	list, err := os.ReadDir(parent)
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), workName) {
			removeLeft(filepath.Join(parent, e.Name()))
		}
	}
	for {
		w, err := newWorkFolder(parent)
		if err != nil {
			return nil, err
		}
		if w != nil {
			return w, nil
		}
	}
}

// newWorkFolder makes a folder and locks it; nil if another process took it for one
// that was left before its lock was held.
func newWorkFolder(parent string) (*workFolder, error) {
	dir, err := os.MkdirTemp(parent, workName)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, "lock")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := lockFile(f); errors.Is(err, errHeld) {
		return nil, f.Close()
	} // a disk that knows no lock: nobody else gets it either, and the folder stays after a kill
	mine, err := f.Stat()
	now, err2 := os.Lstat(name)
	if err != nil || err2 != nil || !os.SameFile(mine, now) {
		return nil, f.Close()
	}
	return &workFolder{dir, f}, nil
}

func (w *workFolder) remove() {
	_ = w.lock.Close() // on Windows it could not be removed else
	_ = os.RemoveAll(w.path)
}

// removeLeft removes a folder if its maker is dead. One without a lock may be anybody's.
func removeLeft(dir string) {
	st, err := os.Lstat(dir)
	if err != nil || !st.IsDir() {
		return
	}
	name := filepath.Join(dir, "lock")
	if st, err := os.Lstat(name); err != nil || !st.Mode().IsRegular() {
		return
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return
	}
	if lockFile(f) == nil {
		_ = os.RemoveAll(dir) // while nobody else can take it
		defer os.RemoveAll(dir)
	}
	f.Close() // Windows keeps a file that is open
}
