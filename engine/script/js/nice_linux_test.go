package js

import (
	"context"
	"io"
	"runtime"
	"testing"

	"sluice/engine/script/internal/process"
	"sluice/engine/script/internal/scripttest"
)

// Workers stand back behind the window, and we do not.
func TestWorkersStandBack(t *testing.T) {
	runtime.LockOSThread() // it is threads that are nice
	defer runtime.UnlockOSThread()
	own, err := scripttest.Niceness(0)
	if err != nil {
		t.Fatal(err)
	}
	want := min(own+process.Nice, 19)
	x := newJS(t)
	if _, err := x.Run(context.Background(), scripttest.Job("bun", "export function main() { return 1 }", `{}`), io.Discard); err != nil {
		t.Fatal(err)
	}
	if got, err := scripttest.Niceness(x.pool.idle[0].Cmd.Process.Pid); err != nil || got != want {
		t.Errorf("the worker has niceness %d, %v, want %d", got, err, want)
	}
	if got, err := scripttest.Niceness(0); err != nil || got != own {
		t.Errorf("this thread has niceness %d now, %v, had %d", got, err, own)
	}
}
