//go:build unix && !linux

package process

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"sluice/engine/disk"
)

// group makes the child the head of a process group of its own.
func group(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func standBack() {}

// putBack lets a child that was started stand back.
func putBack(pid int) { _ = syscall.Setpriority(syscall.PRIO_PGRP, pid, Nice) }

// These systems show nothing of a process that its descendants cannot put off,
// so the groups of children are noted, and what leaves its group is not found.
type mark struct{}

func newMark() mark   { return mark{} }
func limit(int, mark) {}
func endJob(mark)     {}
func endOwn()         {} // their groups were ended one by one

// groups are the groups that run now, by their numbers, with the second in which
// they were made.
var groups struct {
	mu   sync.Mutex
	file string
	all  map[int]int64
}

// noteChild notes the group of a child until it is forgotten.
func noteChild(pid int) (forget func()) {
	groups.mu.Lock()
	defer groups.mu.Unlock()
	if groups.all == nil {
		groups.all = map[int]int64{}
	}
	groups.all[pid] = time.Now().Unix()
	writeGroups()
	return func() {
		groups.mu.Lock()
		defer groups.mu.Unlock()
		delete(groups.all, pid)
		writeGroups()
	}
}

func writeGroups() {
	if groups.file == "" {
		return
	}
	var b strings.Builder
	for pid, at := range groups.all {
		fmt.Fprintf(&b, "%d %d\n", pid, at)
	}
	_ = disk.Write(groups.file, []byte(b.String()), 0o600) // without it only a kill leaves something behind
}

// noteLeft says where groups are noted.
func noteLeft(file string) error {
	groups.mu.Lock()
	defer groups.mu.Unlock()
	groups.file = file
	return disk.Write(file, nil, 0o600)
}

// endLeft ends the groups that an earlier process noted. A number may be another's
// by now: the first of a group must have begun when that was noted, and the
// others not before.
func endLeft(note string) {
	noted := map[int]int64{}
	for line := range strings.Lines(note) {
		var pid int
		var at int64
		if n, _ := fmt.Sscan(line, &pid, &at); n == 2 && pid > 1 {
			noted[pid] = at
		}
	}
	cmd := exec.Command("ps", "-axo", "pid=,pgid=,lstart=")
	cmd.Env = append(Env(), "LC_ALL=C")
	out, err := cmd.Output()
	if len(noted) == 0 || err != nil {
		return
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if len(f) != 7 {
			continue
		}
		pid, _ := strconv.Atoi(f[0])
		of, _ := strconv.Atoi(f[1])
		at, ok := noted[of]
		began, err := time.ParseInLocation("Mon Jan 2 15:04:05 2006", strings.Join(f[2:], " "), time.Local)
		if !ok || err != nil || pid < 2 {
			continue
		}
		after := began.Unix() - at
		if after < -2 || pid == of && after > 2 {
			continue
		}
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}
