package script

import (
	"os/exec"
	"strconv"
	"syscall"
)

// belowNormal is Windows' BELOW_NORMAL_PRIORITY_CLASS: the child stands back.
const belowNormal = 0x4000

func standBack() {}

func putBack(int) {}

// group gives the child a console group of its own.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | belowNormal, HideWindow: true}
}

func limit(int, uint64) {}

// A console program can not be asked politely from outside: both end it, with
// its children.
func askGroup(cmd *exec.Cmd) error { return killGroup(cmd) }

func killGroup(cmd *exec.Cmd) error {
	if cmd.Process == nil {
		return nil
	}
	err := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
	if kerr := cmd.Process.Kill(); kerr == nil {
		return nil
	}
	return err
}
