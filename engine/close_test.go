package engine

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sluice/engine/enginetest"
	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/sqlite"
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

// What Close names is what did not stop, not what could have been it.
func TestCloseNamesWhatIsDoneBesideSteps(t *testing.T) {
	for name, tt := range map[string]struct {
		begin func(f *fixture, began chan<- bool, release <-chan bool) run.ID
		want  string
	}{
		"an expression": {func(f *fixture, began chan<- bool, release <-chan bool) run.ID {
			f.world.Expr("slow", func(func(string) (json.RawMessage, error)) (any, error) {
				began <- true
				<-release
				return 1, nil
			})
			return f.start(script("a", `"x":{"type":"javascript","expr":"slow"}`))
		}, "an expression of step a of run "},
		"a mail": {func(f *fixture, began chan<- bool, release <-chan bool) run.ID {
			f.addAccount(false)
			f.world.OnMail(func(context.Context, run.Mail) (string, error) {
				began <- true
				<-release
				return "", nil
			})
			f.world.Script("ask", askDana(f))
			return f.start(script("ask", gate1))
		}, "the mail to dana@acme.example of run "},
		"an erasure": {func(f *fixture, began chan<- bool, release <-chan bool) run.ID {
			f.maintenance.Later(func(ctx context.Context) {
				defer f.chores.Begin("the erasure of values", "x")()
				began <- true
				<-release
			})
			return "x"
		}, "the erasure of values of run "},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t).open()
			began, release := make(chan bool, 1), make(chan bool)
			id := tt.begin(f, began, release)
			<-began
			ctx, cancel := context.WithTimeout(bg, 200*time.Millisecond)
			defer cancel()
			e := f.Engine
			f.Engine = nil
			err := e.Close(ctx)
			if err == nil || !strings.HasSuffix(fault.From(err).Title, "in time: "+tt.want+string(id)+" did not stop") {
				t.Errorf("Close = %v, want it to name %s%s alone", err, tt.want, id)
			}
			close(release)
		})
	}
}

// A mail that was sent and cannot be recorded, as the disk is full, holds nobody up who
// closes.
func TestCloseDoesNotWaitForARecord(t *testing.T) {
	f := newFixture(t)
	var full atomic.Bool
	tried := make(chan bool, 100)
	f.openWith(func(bool, int) error {
		if full.Load() {
			tried <- true
			return errors.New("the disk is full")
		}
		return nil
	})
	f.addAccount(false)
	f.world.OnMail(func(context.Context, run.Mail) (string, error) { full.Store(true); return "", nil })
	f.world.Script("ask", askDana(f))
	f.start(script("ask", gate1))
	<-tried
	e := f.Engine
	f.Engine = nil
	if err := e.Close(bg); err != nil {
		t.Error(err)
	}
}

// askDana is a script that asks by mail.
func askDana(f *fixture) enginetest.Func {
	return func(ctx context.Context, j run.Job) (any, error) {
		c, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		if err != nil {
			return nil, err
		}
		return 1, f.AskByMail(ctx, c, run.MailRequest{Account: "u/me/gmail", To: []string{"dana@acme.example"}, Ask: run.Ask{Question: "Well?"}})
	}
}

// Closing ends a scan in its middle.
func TestAnErasureEndsWithItsContext(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	id := f.startWith(`{}`, []byte(`{"summary":"E","value":{"delete_after_secs":86400,"modules":[`+script("a", "")+`]}}`))
	f.untilDone(id)
	row, err := f.Row(id)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(bg)
	cancel()
	if err := f.maintenance.Erase(ctx, sqlite.Erasure{Run: row.Key, UUID: row.UUID, Seconds: 86400}); !errors.Is(err, context.Canceled) {
		t.Errorf("Erase = %v", err)
	}
	if err := f.db.Checkpoint(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Checkpoint = %v", err)
	}
}

// The file takes in what was committed while an erasure, or what else there is to tidy
// up, takes its time.
func TestTheFileIsWrittenBesideAnErasure(t *testing.T) {
	f := newFixture(t).open()
	f.world.Quiet = true
	f.world.Script("a", instant)
	release := make(chan bool)
	f.maintenance.Later(func(ctx context.Context) { <-release })
	defer close(release)
	size := func() int64 {
		st, err := os.Stat(filepath.Join(f.cfg.Dir, datadir.FileName))
		if err != nil {
			t.Fatal(err)
		}
		return st.Size()
	}
	for before, n := size(), 0; size() == before; n++ {
		if n == 2000 {
			t.Fatal("the file was not written in 2000 runs")
		}
		f.await(f.start(script("a", "")))
	}
}

// What is to be erased by now is, though Sluice closes right after the run: the next
// start may never come. What is to be erased later stays.
func TestCloseErasesWhatIsDue(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.maintenance.Later(func(ctx context.Context) { <-ctx.Done() }) // it does not get that far
	for _, secs := range []string{"0", "0", "3600"} {
		f.untilDone(f.startWith(`{}`, []byte(`{"summary":"E","value":{"delete_after_secs":`+secs+`,"modules":[`+script("a", "")+`]}}`)))
	}
	f.stop()
	r, err := OpenReader(f.cfg.Dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	next, ok, err := r.db.NextErasure()
	if err != nil || !ok || next.Seconds != 3600 {
		t.Errorf("the next erasure is %+v, %t, %v", next, ok, err)
	}
}
