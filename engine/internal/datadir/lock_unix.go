//go:build unix

package datadir

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

func lockFile(f *os.File) error { return flock(f, unix.LOCK_EX) }

// lookLock locks a file beside others that look, and until it is closed.
func lookLock(f *os.File) error { return flock(f, unix.LOCK_SH) }

func flock(f *os.File, how int) error {
	for {
		err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return errHeld
		}
		return err
	}
}

// unlockFile frees a file whoever else holds it open.
func unlockFile(f *os.File) { _ = flock(f, unix.LOCK_UN) }

// lockFolder locks the folder itself; nil where its disk knows no such lock.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	err = lockFile(f)
	if err == nil || errors.Is(err, errHeld) {
		return f, err
	}
	f.Close()
	return nil, nil
}
