package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// A step that Close ends in the middle may have acted: it is lost, as after a
// kill, and tried again by its own retries alone. Close tells of it.
func TestCloseCutsStepsOff(t *testing.T) {
	for _, tt := range []struct {
		reason, more string
		err          error // of the executor besides the context's
		want         []string
		outcome      run.Outcome
		lost         int
		cuts         []Cut
	}{
		{"without retries the run fails", "", nil, []string{"a#1"}, run.Failed, 1, []Cut{{Step: "a", Ended: true}}},
		{"its own retries count", retry1, nil, []string{"a#1", "a#2"}, run.Succeeded, 1, []Cut{{Step: "a"}}},
		{"nothing of it ran", "", run.ErrNotBegun, []string{"a#1", "a#1"}, run.Succeeded, 0, nil},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			f := newFixture(t).open()
			began := make(chan bool, 2)
			first := true
			f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
				began <- true
				if first {
					first = false
					<-ctx.Done()
					return nil, errors.Join(tt.err, ctx.Err())
				}
				return 1, nil
			})
			id := f.start(script("a", tt.more))
			<-began
			e := f.Engine
			f.stop()
			for i := range tt.cuts {
				tt.cuts[i].Run = id
			}
			f.diff("told", tt.cuts, e.Cuts())
			f.open()
			if s := f.untilDone(id); s.Outcome != tt.outcome || f.count(id, "JobLost") != tt.lost {
				t.Errorf("outcome %s: %v", s.Outcome, f.events(id))
			}
			f.diff("jobs", tt.want, f.world.Began())
		})
	}
}

// A service manager asks all programs of a service to end at once. A step whose
// program it ended did not fail by itself.
func TestStepEndedWithSluiceIsLost(t *testing.T) {
	for _, ends := range []bool{true, false} {
		f := newFixture(t).open()
		began := make(chan bool)
		f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
			close(began)
			return nil, &run.Failure{Name: "ExecutionErr", Code: run.CodeEnded}
		})
		id := f.start(script("a", ""))
		<-began
		want := []string{"JobLost"}
		if ends {
			f.WillClose()
			f.stop()
			f.open()
		} else {
			want = []string{"JobFailed"}
		}
		if s := f.untilDone(id); s.Outcome != run.Failed || f.count(id, want[0]) != 1 {
			t.Errorf("ending %t: outcome %s: %v", ends, s.Outcome, f.events(id))
		}
	}
}

// A step that ends while Close waits has its result; CutSteps ends the waiting.
func TestCloseWaitsForSteps(t *testing.T) {
	for _, cut := range []bool{false, true} {
		f := newFixture(t).open()
		began, release := make(chan bool), make(chan bool)
		f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
			close(began)
			select {
			case <-release:
				return 1, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		})
		id := f.start(script("a", ""))
		<-began
		e, closed := f.Engine, make(chan error)
		f.diff("waited for", []string{"step a of run " + string(id)}, e.Busy())
		go func() { closed <- e.Close(bg) }()
		<-e.closed
		if cut {
			e.CutSteps()
		} else {
			close(release)
		}
		if err := <-closed; err != nil {
			t.Fatal(err)
		}
		f.open()
		want := run.Succeeded
		if cut {
			want = run.Failed
		}
		if s := f.untilDone(id); s.Outcome != want {
			t.Errorf("cut %t: outcome %s: %v", cut, s.Outcome, f.events(id))
		}
	}
}

func TestCloseNamesWhatDoesNotStop(t *testing.T) {
	f := newFixture(t).open()
	began, release := make(chan bool), make(chan bool)
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		close(began)
		<-release
		return 1, nil
	})
	id := f.start(script("a", ""))
	<-began
	ctx, cancel := context.WithTimeout(bg, 200*time.Millisecond)
	defer cancel()
	e := f.Engine
	f.Engine = nil
	err := e.Close(ctx)
	if err == nil || !strings.Contains(err.Error(), "step a of run "+string(id)) {
		t.Errorf("Close = %v, want it to name the step", err)
	}
	if _, err := e.Start(bg, run.Request{Flow: flowOf()}); !fault.HasCode(err, "engine.busy") {
		t.Errorf("Start after Close = %v", err)
	}
	close(release)
	f.open()
	f.untilDone(id)
	if f.count(id, "JobLost") != 1 {
		t.Errorf("the step that did not stop is not lost: %v", f.events(id))
	}
}
