//go:build !windows

package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sluice/engine/disk"
)

// loginMost bounds what is read of the file, which others may have written.
const loginMost = 64 << 10

// On reports whether it is started.
func (a AtLogin) On() (bool, error) {
	name, err := loginFile()
	if err != nil {
		return false, err
	}
	b, err := disk.Read(name, loginMost)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && starts(string(b)), err
}

// Set has it started at each login, or not any more.
func (a AtLogin) Set(on bool) error {
	name, err := loginFile()
	if err != nil {
		return err
	}
	if !on {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return disk.Write(name, []byte(a.loginText()), 0o600)
}
