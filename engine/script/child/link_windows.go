package child

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"sluice/engine/script/internal/process"
)

// linkFolder makes a folder reachable under a second path, by a junction, which
// unlike a link needs no rights. Removing that leaves the folder alone.
func linkFolder(folder, path string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	// The shell reads & and % in a name as its own, and Go's quotes are not its quotes:
	// what it takes from the environment, in quotes, it reads once.
	cmd := process.Quiet(exec.Command("cmd"))
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: cmd.SysProcAttr.CreationFlags, CmdLine: `cmd /d /v:off /c mklink /J "%SLUICE_JUNCTION%" "%SLUICE_FOLDER%"`}
	cmd.Env = append(os.Environ(), "SLUICE_JUNCTION="+path, "SLUICE_FOLDER="+folder)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make a junction: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
