//go:build unix

package script

import (
	"os/exec"
	"syscall"
)

// askGroup asks a process group to end; killGroup ends it.
func askGroup(cmd *exec.Cmd) error  { return signalGroup(cmd, syscall.SIGTERM) }
func killGroup(cmd *exec.Cmd) error { return signalGroup(cmd, syscall.SIGKILL) }

// askedToEnd reports whether a child was ended by a signal that asks for it.
func askedToEnd(exit *exec.ExitError) bool {
	s, ok := exit.Sys().(syscall.WaitStatus)
	return ok && s.Signaled() && (s.Signal() == syscall.SIGTERM || s.Signal() == syscall.SIGINT || s.Signal() == syscall.SIGHUP)
}

func signalGroup(cmd *exec.Cmd, sig syscall.Signal) error {
	if cmd.Process == nil {
		return nil
	}
	return syscall.Kill(-cmd.Process.Pid, sig)
}
