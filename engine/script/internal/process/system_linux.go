package process

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"sluice/engine/disk"
)

// group makes the child the head of a process group of its own, which dies
// with the thread that started it: see spawn.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// standBack lets the calling thread stand back, and with it what it starts.
func standBack() {
	if n, err := niceness(0); err == nil {
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, min(n+Nice, 19))
	}
}

// niceness is that of a thread, 0 for the calling one.
func niceness(id int) (int, error) {
	n, err := unix.Getpriority(unix.PRIO_PROCESS, id)
	return 20 - n, err // the system call has no negative results
}

func putBack(int) {}

// limit bounds a running child and marks it. The child waits until that is done.
func limit(pid int, m mark) {
	set := func(what int, n uint64) {
		_ = unix.Prlimit(pid, what, &unix.Rlimit{Cur: n, Max: n}, nil)
	}
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_FSIZE, 4<<30)
	_ = unix.Prlimit(pid, unix.RLIMIT_RTTIME, &unix.Rlimit{Cur: uint64(m), Max: unix.RLIM_INFINITY}, nil)
}

// A mark tells whose a process is. It is worn as the limit of the processor time
// that a process under a real-time policy may use, in microseconds: a number that
// all descendants inherit, whatever session, environment or parent they choose,
// that does nothing at its size, and that /proc shows.
type mark uint64

const (
	marked  = 1 << 61 // tens of thousands of years
	jobBits = 20
)

// ownMark is that of this process; the low bits tell its jobs apart.
var ownMark = mark(marked | rand.Uint64N(1<<40)<<jobBits)

var jobCount atomic.Uint64

// newMark is the mark of one child.
func newMark() mark { return ownMark | mark(jobCount.Add(1)%(1<<jobBits)) }

// endMarked ends all processes whose mark is m, apart from the bits of mask. A
// number that another process was given since cannot meet it by mistake: what
// counts is what the process wears.
func endMarked(m, mask mark) {
	done := map[int]bool{}
	for range 20 { // until nothing new was started meanwhile
		found := false
		list, err := os.ReadDir("/proc")
		if err != nil {
			return
		}
		for _, e := range list {
			pid, err := strconv.Atoi(e.Name())
			if err != nil || done[pid] || markOf(pid)|mask != m|mask {
				continue
			}
			found, done[pid] = true, true
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if !found {
			return
		}
	}
}

var limitName = []byte("\nMax realtime timeout")

// markOf is the mark that a process wears, 0 if it has none.
func markOf(pid int) mark {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(b, limitName)
	f := bytes.Fields(rest)
	if len(f) == 0 {
		return 0
	}
	n, err := strconv.ParseUint(string(f[0]), 10, 64)
	if err != nil || n < marked {
		return 0
	}
	return mark(n)
}

// endJob ends what a child started and left behind.
func endJob(m mark) { endMarked(m, 0) }

// endOwn ends what all children of this process left behind.
func endOwn() { endMarked(ownMark, 1<<jobBits-1) }

// endLeft ends what an earlier process left behind, by what it noted.
func endLeft(note string) {
	if n, err := strconv.ParseUint(strings.TrimSpace(note), 10, 64); err == nil && n >= marked {
		endMarked(mark(n), 1<<jobBits-1)
	}
}

// noteLeft notes what the next process needs for endLeft.
func noteLeft(file string) error {
	return disk.Write(file, []byte(strconv.FormatUint(uint64(ownMark), 10)+"\n"), 0o600)
}

// noteChild is for systems without marks.
func noteChild(int) (forget func()) { return func() {} }
