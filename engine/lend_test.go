package engine

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/internal/jobs"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// waiter is a script that starts a run of a flow and waits for its end.
func (f *fixture) waiter(flow []byte) func(context.Context, run.Job) (any, error) {
	return func(ctx context.Context, j run.Job) (any, error) {
		caller, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		if err != nil {
			return nil, err
		}
		begun, err := f.Start(ctx, run.Request{Flow: flow, Trigger: run.Trigger{Kind: "api"}})
		id := begun.ID
		if err != nil {
			return nil, err
		}
		f.Waits(ctx, caller)
		f.Waits(ctx, caller) // as one who polls does
		for _, err := range f.Watch(ctx, 0) {
			if err != nil {
				return nil, err
			}
			if s, err := f.Engine.Run(ctx, id); err != nil || s.Status == run.StatusDone {
				return s.Outcome, err
			}
		}
		return nil, ctx.Err()
	}
}

// places returns how many workers are free, how many places are lent, and how
// many workers were made for that.
func (f *fixture) places() (free, lent, extra int) {
	f.t.Helper()
	var n jobs.Counts
	if err := f.writer.Do(bg, func(tx *writer.Tx) error { n = f.jobs.Counts(tx); return nil }); err != nil {
		f.t.Fatal(err)
	}
	return n.Free, n.Yielded, n.Extra
}

// More steps wait for runs, and those for further ones, than there are workers;
// all of them come to their end, and the workers are as many as before.
func TestStepsThatWaitForRunsLendTheirPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = time.Hour
		f.open()
		f.world.Script("work", instant)
		f.world.Script("inner", f.waiter(flowOf(script("work", ""))))
		f.world.Script("outer", f.waiter(flowOf(script("inner", ""))))
		for range 2 { // the workers that were made are used again
			var ids []run.ID
			for range 7 {
				ids = append(ids, f.start(script("outer", "")))
			}
			for _, id := range ids {
				if s := f.untilDone(id); s.Outcome != run.Succeeded || f.result(id, "outer") != `"succeeded"` {
					t.Errorf("the run %s", s.Outcome)
				}
			}
			synctest.Wait()
			if free, lent, _ := f.places(); free != f.cfg.Workers || lent != 0 {
				t.Errorf("%d workers are free, %d places are lent", free, lent)
			}
		}
		if _, _, n := f.places(); n < 7 || n > 14 {
			t.Errorf("%d workers were made for 14 steps that waited", n)
		}
		f.check()
		f.stop()
	})
}

// A flow that starts itself without end is bounded: places are lent so often and
// no more, and once it is canceled all are back.
func TestLentPlacesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = time.Hour
		f.open()
		self := flowOf(script("self", ""))
		f.world.Script("self", f.waiter(self))
		f.start(script("self", ""))
		time.Sleep(time.Minute)
		synctest.Wait()
		if free, lent, _ := f.places(); free != 0 || lent != 64 {
			t.Errorf("%d workers are free, %d places are lent", free, lent)
		}
		if n := len(f.world.Began()); n != f.cfg.Workers+64 {
			t.Errorf("%d steps began", n)
		}
		runs, err := f.Runs(bg, Filter{Open: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range runs { // the newest first, or each would be followed by another
			if err := f.Cancel(bg, s.ID, "ann", ""); err != nil {
				t.Error(fmt.Errorf("cancel %s: %w", s.ID, err))
			}
		}
		synctest.Wait()
		if free, lent, _ := f.places(); free != f.cfg.Workers || lent != 0 {
			t.Errorf("%d workers are free, %d places are lent", free, lent)
		}
		f.check()
		f.stop()
	})
}

// A disk that fails at the moment of a loan, or of its end, leaves the count of
// the workers right.
func TestLentPlacesOnABrokenDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = time.Hour
		f.open()
		f.world.Script("work", instant)
		f.world.Script("outer", f.waiter(flowOf(script("work", ""))))
		heal := brokenCommit(f)
		var ids []run.ID
		for len(ids) < 9 {
			if begun, err := f.Start(bg, run.Request{Flow: flowOf(script("outer", retry1))}); err == nil {
				id := begun.ID
				ids = append(ids, id)
			}
		}
		time.Sleep(time.Minute)
		heal()
		for _, id := range ids {
			f.untilDone(id)
		}
		time.Sleep(time.Minute)
		if free, lent, _ := f.places(); free != f.cfg.Workers || lent != 0 {
			t.Errorf("%d workers are free, %d places are lent", free, lent)
		}
		f.check()
		f.stop()
	})
}
