package datadir

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile locks a byte far behind the end of the file, so that others can still
// read the process id in it.
func lockFile(f *os.File) error { return lock(f, windows.LOCKFILE_EXCLUSIVE_LOCK) }

// lookLock locks it beside others that look, and until it is closed.
func lookLock(f *os.File) error { return lock(f, 0) }

func lock(f *os.File, how uint32) error {
	at := &windows.Overlapped{OffsetHigh: 1 << 20}
	err := windows.LockFileEx(windows.Handle(f.Fd()), how|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errHeld
	}
	return err
}

// lockFolder has nothing to do: a file that is open cannot be removed here.
func lockFolder(string) (*os.File, error) { return nil, nil }

// unlockFile frees a file: when its handle is closed, the system takes its time for that.
func unlockFile(f *os.File) {
	_ = windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 20})
}
