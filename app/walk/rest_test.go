//go:build walk

package walk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// spent is the processor time that the program has used.
func (w *window) spent() time.Duration {
	w.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", w.cmd.Process.Pid))
	if err != nil {
		w.t.Fatal(err)
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	var user, system int64
	fmt.Sscan(fields[11]+" "+fields[12], &user, &system)
	return time.Duration(user+system) * 10 * time.Millisecond // a tick of Linux
}

// A window that nobody touches draws nothing, also with the keyboard in a field
// and after a dialog whose field had it was closed with a key. The bounds are
// several times of what is meant to be used, and far below of what a caret that
// fades takes (a third of a core here).
func TestAWindowAtRestCostsNothing(t *testing.T) {
	s := newScreen(t)
	w := s.open(filepath.Join(t.TempDir(), "data"), freeAddress(t))
	w.see("Look up the order")
	for _, tt := range []struct {
		name string
		do   func()
		most time.Duration // of 4 s
	}{
		{"as it opened", func() {}, 80 * time.Millisecond},
		{"the caret in a field", func() { w.click("Looks an order up") }, 120 * time.Millisecond},
		{"a dialog with the caret in its field", func() { w.click("Look up the order"); w.key("ctrl+Return"); w.see("Search steps") }, 120 * time.Millisecond},
		{"after Escape", func() { w.key("Escape") }, 80 * time.Millisecond},
		{"another place", func() { w.visit("Runs") }, 80 * time.Millisecond},
	} {
		tt.do()
		pause(7 * time.Second) // it takes some seconds to come to rest
		before := w.spent()
		pause(4 * time.Second)
		used := w.spent() - before
		t.Logf("%s: %d ms in 4 s", tt.name, used.Milliseconds())
		if used > tt.most {
			t.Errorf("%s: %d ms of processor time in 4 s, want %d at most", tt.name, used.Milliseconds(), tt.most.Milliseconds())
		}
	}
}
