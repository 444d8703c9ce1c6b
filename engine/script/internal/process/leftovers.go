package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"

	"sluice/engine/disk"
)

// leftFile holds, in a data folder, what the next start needs to find what a
// process that was killed left running. An orderly end removes it.
const leftFile = "children"

// mostLeft is more than such a file has.
const mostLeft = 1 << 20

// children are the processes of this program that run now.
var children struct {
	mu   sync.Mutex
	all  map[*exec.Cmd]struct{}
	ever atomic.Bool // one was started that can start others
}

// enlist notes a process that was started. The returned function forgets it.
func enlist(cmd *exec.Cmd) (forget func()) {
	children.mu.Lock()
	defer children.mu.Unlock()
	if children.all == nil {
		children.all = map[*exec.Cmd]struct{}{}
	}
	children.all[cmd] = struct{}{}
	return func() {
		children.mu.Lock()
		defer children.mu.Unlock()
		delete(children.all, cmd)
	}
}

// Leftovers are what steps left running. What a step starts ends with it, or at
// the latest with Sluice: its process group is ended after each job. What left the
// group is found by a mark, where the system has one (see endMarked): when a step
// failed or was stopped, so that nothing of it acts beside the next attempt, and
// when Sluice ends. After a kill of Sluice the next start does it.
type Leftovers struct {
	file string // of what the next start is to end, once there is one
}

// KillAll ends at once all that steps started. It is for an end that does not wait.
func KillAll() {
	children.mu.Lock()
	for cmd := range children.all {
		_ = Kill(cmd)
	}
	children.mu.Unlock()
	endOwn()
}

// EndEarlier ends what steps of an earlier process left running, and has the
// next one find ours. Call it when the data folder is held, before a step begins.
func (l *Leftovers) EndEarlier(dir string) error {
	file := filepath.Join(dir, leftFile)
	b, err := disk.Read(file, mostLeft)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("find what steps left running: %w", err)
	}
	if len(b) > 0 {
		endLeft(string(b))
	}
	l.file = file
	return noteLeft(file)
}

// End ends what steps left running, at an orderly end.
func (l *Leftovers) End() {
	if children.ever.Load() {
		endOwn()
	}
	if l.file != "" {
		_ = os.Remove(l.file) // a start that finds it looks in vain
	}
}
