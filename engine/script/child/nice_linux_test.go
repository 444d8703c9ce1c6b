package child

import (
	"context"
	"io"
	"runtime"
	"strconv"
	"testing"

	"sluice/engine/script/internal/process"
	"sluice/engine/script/internal/scripttest"
)

// Scripts stand back behind the window, and we do not.
func TestStepsStandBack(t *testing.T) {
	runtime.LockOSThread() // it is threads that are nice
	defer runtime.UnlockOSThread()
	own, err := scripttest.Niceness(0)
	if err != nil {
		t.Fatal(err)
	}
	want := min(own+process.Nice, 19)
	v, err := (&Bash{}).Run(context.Background(), scripttest.Job("bash", "cut -d' ' -f19 /proc/$$/stat", `{}`), io.Discard)
	if err != nil || string(v) != strconv.Quote(strconv.Itoa(want)) {
		t.Errorf("Bash runs with niceness %s, %v, want %d", v, err, want)
	}
	if got, err := scripttest.Niceness(0); err != nil || got != own {
		t.Errorf("this thread has niceness %d now, %v, had %d", got, err, own)
	}
}
