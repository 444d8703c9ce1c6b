//go:build unix && !linux

package script

import (
	"os/exec"
	"syscall"
)

// group makes the child the head of a process group of its own.
func group(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func limit(int, uint64) {}
