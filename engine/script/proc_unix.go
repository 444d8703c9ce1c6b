//go:build unix

package script

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
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

// readable reports whether a read from f would not have to wait.
func readable(f *os.File) bool {
	fds := []unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0
}
