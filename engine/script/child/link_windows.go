package child

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// linkFolder makes a folder reachable under a second path, by a junction, which
// unlike a link needs no rights. Removing that leaves the folder alone.
func linkFolder(folder, path string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	if out, err := exec.Command("cmd", "/c", "mklink", "/J", path, folder).CombinedOutput(); err != nil {
		return fmt.Errorf("make a junction: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
