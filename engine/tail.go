package engine

import (
	"sync"

	"sluice/engine/internal/sqlite"
)

// How much of the end of the journal is kept in memory.
const (
	tailMost  = 4096    // lines
	tailBytes = 4 << 20 // of what they say
)

// tail is the end of the journal for those who read along. It wakes them after
// each commit, and holds the newest lines, so that a reader who keeps up does
// not ask the disk for what was in memory a moment ago.
type tail struct {
	mu    sync.Mutex
	wake  chan struct{}
	lines []sqlite.Row // their numbers follow each other; none is ever changed in place
	bytes int
}

// moved returns a channel that closes at the next commit. Ask for it before
// reading: then nothing falls in between.
func (t *tail) moved() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.wake == nil {
		t.wake = make(chan struct{})
	}
	return t.wake
}

// advance takes up what was committed, and wakes those who wait for it.
func (t *tail) advance(lines ...sqlite.Row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.lines); n > 0 && len(lines) > 0 && lines[0].ID != t.lines[n-1].ID+1 {
		t.lines, t.bytes = nil, 0 // a commit whose success was not told lies between
	}
	for _, l := range lines {
		t.bytes += len(l.Data)
	}
	t.lines = append(t.lines, lines...)
	for len(t.lines) > tailMost || t.bytes > tailBytes {
		t.bytes -= len(t.lines[0].Data)
		t.lines = t.lines[1:]
	}
	if t.wake != nil {
		close(t.wake)
		t.wake = nil
	}
}

// since returns up to most lines after one, which are not to be changed. It
// reports false if it does not know all of them.
func (t *tail) since(after int64, most int) ([]sqlite.Row, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) == 0 || after < t.lines[0].ID-1 {
		return nil, false
	}
	i := min(after-t.lines[0].ID+1, int64(len(t.lines)))
	rest := t.lines[i:]
	rest = rest[:min(len(rest), most)]
	return rest[:len(rest):len(rest)], true
}

// forget drops the lines: some of them were written anew.
func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines, t.bytes = nil, 0
}
