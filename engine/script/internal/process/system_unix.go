//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// Quiet has nothing to hide here.
func Quiet(cmd *exec.Cmd) *exec.Cmd { return cmd }

// Terminate asks a process group to end.
func Terminate(cmd *exec.Cmd) error { return signalGroup(cmd, syscall.SIGTERM) }

// Kill ends a process group.
func Kill(cmd *exec.Cmd) error { return signalGroup(cmd, syscall.SIGKILL) }

// Terminated reports whether a child was ended by a signal that asks for it.
func Terminated(exit *exec.ExitError) bool {
	s, ok := exit.Sys().(syscall.WaitStatus)
	return ok && s.Signaled() && (s.Signal() == syscall.SIGTERM || s.Signal() == syscall.SIGINT || s.Signal() == syscall.SIGHUP)
}

func signalGroup(cmd *exec.Cmd, sig syscall.Signal) error {
	if cmd.Process == nil {
		return nil
	}
	return syscall.Kill(-cmd.Process.Pid, sig)
}
