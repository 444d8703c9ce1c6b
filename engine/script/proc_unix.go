//go:build unix

package script

import (
	"os/exec"
	"syscall"
)

// askGroup asks a process group to end; killGroup ends it.
func askGroup(cmd *exec.Cmd) error  { return signalGroup(cmd, syscall.SIGTERM) }
func killGroup(cmd *exec.Cmd) error { return signalGroup(cmd, syscall.SIGKILL) }

func signalGroup(cmd *exec.Cmd, sig syscall.Signal) error {
	if cmd.Process == nil {
		return nil
	}
	return syscall.Kill(-cmd.Process.Pid, sig)
}
