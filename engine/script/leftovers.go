package script

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// What a step starts ends with it, or at the latest with Sluice. Its process
// group is ended after each job. What left the group is found by a mark, where
// the system has one (see endMarked): when a step failed or was stopped, so that
// nothing of it acts beside the next attempt, and when Sluice ends. After a kill
// of Sluice the next start does it.

// leftFile holds, in a data folder, what the next start needs to find what a
// process that was killed left running. An orderly end removes it.
const leftFile = "children"

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

// Kill ends at once all that steps started. It is for an end that does not wait.
func (s *Set) Kill() {
	children.mu.Lock()
	for cmd := range children.all {
		_ = killGroup(cmd)
	}
	children.mu.Unlock()
	endOwn()
}

// EndLeftovers ends what steps of an earlier process left running, and has the
// next one find ours. Call it when the data folder is held, before a step begins.
func (s *Set) EndLeftovers(dir string) error {
	file := filepath.Join(dir, leftFile)
	b, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("find what steps left running: %w", err)
	}
	if len(b) > 0 {
		endLeft(string(b))
	}
	s.left = file
	return noteLeft(file)
}

// endAll ends what steps left running, at an orderly end.
func (s *Set) endAll() {
	if children.ever.Load() {
		endOwn()
	}
	if s.left != "" {
		_ = os.Remove(s.left) // a start that finds it looks in vain
	}
}
