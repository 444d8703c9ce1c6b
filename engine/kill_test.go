package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/engine/enginetest"
	"sluice/engine/fault"
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
	if dir := os.Getenv("SLUICE_TEST_PRUNE"); dir != "" {
		if err := pruneIn(dir); err != nil {
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
	flow := walkFlow()
	many := os.Getenv("SLUICE_TEST_MANY") != ""
	if many {
		flow = manyFlow()
	}
	f := &fixture{}
	f.readyMany()
	world := &noted{World: &f.world, file: filepath.Join(dir, "began")}
	e, err := Open(bg, Config{Dir: dir, Executors: map[string]Executor{enginetest.Language: world}, Evaluator: world, Box: enginetest.Box{}})
	if err != nil {
		return err
	}
	runs, err := e.Runs(bg, Filter{})
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		if err := e.SaveFlow(bg, "f/x/sub", manySub()); err != nil {
			return err
		}
		if _, err := e.Start(bg, run.Request{Flow: flow}); err != nil {
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
		open, err := e.Approvals(bg, 0)
		if err != nil {
			return err
		}
		for _, a := range open {
			err := e.Decide(bg, run.Decision{Run: a.Run, Step: a.Step, Approve: true})
			if err != nil && !fault.HasCode(err, "approval.voted") && !fault.HasCode(err, "approval.decided") {
				return err
			}
		}
		if runs[0].Status == run.StatusDone {
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

// noted writes down what begins before it lets it.
type noted struct {
	*enginetest.World
	file string
}

func (w *noted) Run(ctx context.Context, j run.Job, log io.Writer) (json.RawMessage, error) {
	f, err := os.OpenFile(w.file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(f, "%s#%d\n", j.Step, j.Attempt)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return w.World.Run(ctx, j, log)
}

// TestKilledProcessGoesOnWhereItWas kills a real process with signal 9 at each of
// its commits and starts it again.
func TestKilledProcessGoesOnWhereItWas(t *testing.T) { killEverywhere(t, "", 1) }

// TestKilledInLoopsAndBranches does so in a flow of every shape, at some of its
// commits; TestCrashInLoopsAndBranches knows them all.
func TestKilledInLoopsAndBranches(t *testing.T) { killEverywhere(t, "many", 4) }

func killEverywhere(t *testing.T, many string, step int) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"before", "after"} {
		for n := 1; ; n += step {
			dir := t.TempDir()
			walk := func(crash string) (string, error) {
				cmd := exec.Command(self)
				cmd.Env = append(os.Environ(), "SLUICE_TEST_WALK="+dir, "SLUICE_TEST_MANY="+many, "SLUICE_CRASH_AT="+crash)
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
