package writer

import (
	"sync"

	"sluice/engine/run"
)

// How much of the end of the journal is kept in memory.
const (
	tailMost  = 4096    // entries
	tailBytes = 4 << 20 // of what they say in the journal
)

// line is an entry at the end of the journal, and how much it says there.
type line struct {
	entry run.Entry
	bytes int
}

// tail is the end of the journal for those who read along. It wakes them after
// each commit, and holds the newest entries as they were applied, so that a reader
// who keeps up neither asks the disk for what was in memory a moment ago nor
// decodes it.
type tail struct {
	mu    sync.Mutex
	wake  chan struct{}
	lines []line // their numbers follow each other; none is ever changed in place
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
func (t *tail) advance(lines ...line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.lines); n > 0 && len(lines) > 0 && lines[0].entry.ID != t.lines[n-1].entry.ID+1 {
		t.lines, t.bytes = nil, 0 // a commit whose success was not told lies between
	}
	for _, l := range lines {
		t.bytes += l.bytes
	}
	t.lines = append(t.lines, lines...)
	for len(t.lines) > tailMost || t.bytes > tailBytes {
		t.bytes -= t.lines[0].bytes
		t.lines[0] = line{} // the array behind the slice lives on
		t.lines = t.lines[1:]
	}
	if t.wake != nil {
		close(t.wake)
		t.wake = nil
	}
}

// since returns up to most entries after one. It reports false if it does not know
// all of them.
func (t *tail) since(after int64, most int) ([]run.Entry, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) == 0 || after < t.lines[0].entry.ID-1 {
		return nil, false
	}
	i := min(after-t.lines[0].entry.ID+1, int64(len(t.lines)))
	rest := t.lines[i:]
	rest = rest[:min(len(rest), most)]
	if len(rest) == 0 {
		return nil, true
	}
	out := make([]run.Entry, len(rest))
	for i, l := range rest {
		out[i] = l.entry
	}
	return out, true
}

// forget drops the lines: some of them were written anew.
func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines, t.bytes = nil, 0
}
