//go:build unix && !linux

package script

import (
	"os/exec"
	"syscall"
)

// group makes the child the head of a process group of its own.
func group(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func standBack() {}

// putBack lets a child that was started stand back.
func putBack(pid int) { _ = syscall.Setpriority(syscall.PRIO_PGRP, pid, childNice) }

func limit(int, uint64) {}
