//go:build !windows

package sqlite

import (
	"errors"
	"os"
)

// flushDir makes sure that the names in a folder are on the disk.
func flushDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
