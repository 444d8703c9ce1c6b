package main

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// apart lets a program go on by itself, without a console of its own.
func apart(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP}
	return cmd
}
