package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/engine/enginetest"
	"sluice/engine/run"
)

// TestMain makes the test binary a small Sluice of its own where a test asks
// for one that can be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SLUICE_TEST_WALK"); dir != "" {
		if err := walkIn(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// walkIn opens an engine on a folder, starts a flow if there is none, approves
// what waits, and returns when the run is over.
func walkIn(dir string) error {
	var world enginetest.World
	for _, step := range []string{"s", "a", "b"} {
		world.Script(step, func(ctx context.Context, j run.Job) (any, error) {
			f, err := os.OpenFile(filepath.Join(dir, "began"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				return nil, err
			}
			_, err = fmt.Fprintf(f, "%s#%d\n", j.Step, j.Attempt)
			return 1, errors.Join(err, f.Close())
		})
	}
	e, err := Open(bg, Config{Dir: dir, Executors: map[string]Executor{enginetest.Language: &world}, Evaluator: &world, Box: enginetest.Box{}})
	if err != nil {
		return err
	}
	runs, err := e.Runs(bg, Filter{})
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		if _, err := e.Start(bg, run.Request{Flow: walkFlow()}); err != nil {
			return err
		}
	}
	for _, err := range e.Watch(bg, 0) {
		if err != nil {
			return err
		}
		runs, err := e.Runs(bg, Filter{})
		if err != nil {
			return err
		}
		switch runs[0].Status {
		case run.StatusSuspended:
			err := e.Decide(bg, run.Decision{Run: runs[0].ID, Step: "a", Approve: true})
			if err != nil {
				return err
			}
		case run.StatusDone:
			if problems, err := e.Verify(bg); err != nil || len(problems) > 0 {
				return fmt.Errorf("verify: %v, %v", problems, err)
			}
			if runs[0].Outcome != run.Succeeded {
				return fmt.Errorf("outcome %s", runs[0].Outcome)
			}
			return e.Close(bg)
		}
	}
	return errors.New("the journal ended")
}

// TestKilledProcessGoesOnWhereItWas kills a real process with signal 9 at each of
// its commits and starts it again.
func TestKilledProcessGoesOnWhereItWas(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"before", "after"} {
		for n := 1; ; n++ {
			dir := t.TempDir()
			walk := func(crash string) (string, error) {
				cmd := exec.Command(self)
				cmd.Env = append(os.Environ(), "SLUICE_TEST_WALK="+dir, "SLUICE_CRASH_AT="+crash)
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			at := fmt.Sprint(when, ":", n)
			_, killed := walk(at)
			if killed != nil {
				if out, err := walk(""); err != nil {
					t.Fatalf("%s: the second start: %v\n%s", at, err, out)
				}
			}
			b, err := os.ReadFile(filepath.Join(dir, "began"))
			if err != nil {
				t.Fatal(err)
			}
			began := strings.Fields(string(b))
			slices.Sort(began)
			if len(slices.Compact(slices.Clone(began))) != len(began) {
				t.Errorf("%s: an attempt began twice: %v", at, began)
			}
			if killed == nil {
				if n < 5 {
					t.Errorf("the walk took only %d commits", n-1)
				}
				break
			}
		}
	}
}
