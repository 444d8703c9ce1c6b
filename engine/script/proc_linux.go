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

// standBack lets the calling thread stand back, and with it what it starts.
func standBack() {
	if n, err := niceness(0); err == nil {
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, min(n+childNice, 19))
	}
}

// niceness is that of a thread, 0 for the calling one.
func niceness(id int) (int, error) {
	n, err := unix.Getpriority(unix.PRIO_PROCESS, id)
	return 20 - n, err // the system call has no negative results
}

func putBack(int) {}

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
