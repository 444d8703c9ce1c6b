package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// A crashTest lets the process die before and after each of its commits about
// runs and starts it again.
type crashTest struct {
	least int                               // commits of a walk that nothing ends
	short int                               // every how many commits, where there is little time
	ready func(f *fixture)                  // before the engine is opened
	walk  func(f *fixture, hit <-chan bool) // goes as far as the process lives; hit is closed when it dies
	end   func(f *fixture)                  // takes up what is on disk and says what must hold
}

func (c crashTest) run(t *testing.T) {
	step := 1
	if testing.Short() {
		step = c.short
	}
	for _, before := range []bool{true, false} {
		for n := 1; ; n += step {
			reached := c.at(t, before, n)
			if t.Failed() {
				t.Fatalf("before=%v commit %d", before, n)
			}
			if !reached {
				if n < c.least {
					t.Errorf("the walk took only %d commits", n-1)
				}
				break
			}
		}
	}
}

// at is one death, and reports whether it came to it.
func (c crashTest) at(t *testing.T, before bool, n int) (reached bool) {
	f := newFixture(t)
	c.ready(f)
	hit, dead := make(chan bool), errors.New("the process is dead")
	f.openWith(func(b bool, commit int) error {
		if commit < n || commit == n && b && !before {
			return nil
		}
		if commit == n && b == before {
			close(hit)
		}
		return dead
	})
	c.walk(f, hit)
	reached = isClosed(hit)
	f.crash()
	f.open()
	c.end(f)
	f.check()
	f.stop()
	return reached
}

func isClosed(c <-chan bool) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// onlyRun is the one run that is on disk. There is none if its start was never
// answered, and then nothing is left of it.
func (f *fixture) onlyRun() (id run.ID, ok bool) {
	f.t.Helper()
	runs, err := f.Runs(bg, Filter{})
	if err != nil {
		f.t.Fatal(err)
	}
	if len(runs) == 0 {
		if got := f.world.Began(); len(got) != 0 {
			f.t.Errorf("jobs %v began without a run", got)
		}
		return "", false
	}
	return runs[0].ID, true
}

// beganOnce returns which attempts began, sorted, and expects each only once.
func (f *fixture) beganOnce() []string {
	f.t.Helper()
	began := f.world.Began()
	slices.Sort(began)
	if len(slices.Compact(slices.Clone(began))) != len(began) {
		f.t.Errorf("an attempt began twice: %v", began)
	}
	return began
}

// nothingHeld expects that no slot of these keys is taken and nothing waits for
// one.
func (f *fixture) nothingHeld(keys ...string) {
	f.t.Helper()
	var taken []string
	held := 0
	err := f.writer.Do(bg, func(t *writer.Tx) error {
		held = f.jobs.Counts(t).Waiting
		for _, key := range keys {
			n, _, err := t.CountSlots(sqlite.Slot{Key: key}, t.Now.UnixNano())
			if err != nil {
				return err
			}
			if n > 0 {
				taken = append(taken, key)
			}
		}
		return nil
	})
	if err != nil || len(taken) != 0 || held != 0 {
		f.t.Errorf("slots of %s are taken, %d keys hold something, %v", strings.Join(taken, ", "), held, err)
	}
}
