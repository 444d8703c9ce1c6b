//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// apart lets a program go on by itself: what ends Sluice in a terminal does not end it.
func apart(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}
