package script

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// group makes the child the head of a process group of its own, which dies
// with the thread that started it: see spawn.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// limit bounds a running child. It comes after the start, so it is a net
// against accidents, not a wall.
func limit(pid int, memory uint64) {
	set := func(what int, n uint64) {
		_ = unix.Prlimit(pid, what, &unix.Rlimit{Cur: n, Max: n}, nil)
	}
	if memory > 0 {
		set(unix.RLIMIT_DATA, memory)
	}
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_FSIZE, 4<<30)
}
