//go:build unix

package child

import (
	"os"
	"path/filepath"
)

// linkFolder makes a folder reachable under a second path. Removing that
// leaves the folder alone.
func linkFolder(folder, path string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	return os.Symlink(folder, path)
}
