package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
	scripts "sluice/engine/script"
)

// The faults below are each a wrapper around an open engine. They return what
// takes the fault back.

// fullDisk lets the file grow no more.
func fullDisk(f *fixture) func() {
	limit := func(n int) {
		if err := f.db.LimitPages(n); err != nil {
			f.t.Error(err)
		}
	}
	limit(1)
	return func() { limit(0) }
}

// slowCommit makes each commit take its time.
func slowCommit(f *fixture) func() {
	var slow atomic.Bool
	f.db.SetCommitHook(func(before bool, _ int) error {
		if before && slow.Load() {
			time.Sleep(3 * time.Second)
		}
		return nil
	})
	slow.Store(true)
	return func() {
		slow.Store(false)
		time.Sleep(3 * time.Second) // the hook can not be touched while a commit sleeps
	}
}

// brokenCommit undoes two of three commits with an error.
func brokenCommit(f *fixture) func() {
	f.db.SetCommitHook(func(before bool, n int) error {
		if before && n%3 != 0 {
			return errors.New("input/output error")
		}
		return nil
	})
	return func() { f.db.SetCommitHook(nil) }
}

// asleep holds the whole engine for hours, as a computer that sleeps does.
func asleep(f *fixture) func() {
	err := f.do(bg, func(*turn) error { time.Sleep(5 * time.Minute); return nil })
	if err != nil {
		f.t.Error(err)
	}
	return func() {}
}

// TestFaultsChangeNothingButTheTime lets a fault come over a flow of every shape
// again and again: it comes to the same end, no attempt begins twice, and every
// vote is counted once.
func TestFaultsChangeNothingButTheTime(t *testing.T) {
	for _, test := range []struct {
		name   string
		strike func(*fixture) func()
		shown  fault.Code // the lasting trouble that tells of it
	}{
		{"full disk", fullDisk, "engine.disk_full"},
		{"slow commit", slowCommit, ""},
		{"broken commit", brokenCommit, "engine.disk"},
		{"asleep", asleep, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				f.patience = 24 * time.Hour
				f.readyMany()
				f.open()
				if err := f.SaveFlow(bg, "f/x/sub", manySub()); err != nil {
					t.Fatal(err)
				}
				id, err := f.Start(bg, run.Request{Flow: manyFlow()})
				if err != nil {
					t.Fatal(err)
				}
				shown := fault.Code("")
				for range 100 {
					heal := test.strike(f)
					for range 4 {
						f.approveAll(id)
						time.Sleep(2500 * time.Millisecond)
						for _, c := range f.Conditions() {
							shown = c.Code
						}
					}
					heal()
					time.Sleep(2 * time.Second)
					f.approveAll(id)
					if s, err := f.Engine.Run(bg, id); err != nil || s.Status == run.StatusDone {
						break
					}
				}
				if shown != test.shown {
					t.Errorf("the trouble that was shown is %q, want %q", shown, test.shown)
				}
				f.finishMany()
				f.check()
				f.stop()
			})
		})
	}
}

// approveAll approves what waits; a fault may keep a vote from being taken.
func (f *fixture) approveAll(id run.ID) {
	open, err := f.Approvals(bg, 0)
	if err != nil {
		f.t.Error(err)
	}
	for _, a := range open {
		_ = f.Decide(bg, run.Decision{Run: id, Step: a.Step, Approve: true})
	}
}

// A computer that sleeps over several deadlines finds them all passed, fires
// them in their order, and takes no vote that came too late.
func TestDeadlinesThatPassedInSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 24 * time.Hour
		f.open()
		f.world.Script("a", instant)
		var ids []run.ID
		for _, secs := range []int{3000, 1000, 2000, 9000} {
			id := f.start(script("a", fmt.Sprintf(`|"suspend":{"required_events":1,"timeout":%d}`, secs)))
			f.untilWaiting(id)
			ids = append(ids, id)
		}
		late := make(chan error, 1)
		err := f.do(bg, func(*turn) error {
			go func() { late <- f.Decide(bg, run.Decision{Run: ids[0], Step: "a", Approve: true}) }()
			time.Sleep(time.Hour + 20*time.Minute)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-late; !fault.HasCode(err, "approval.expired") {
			t.Errorf("the vote that came too late = %v", err)
		}
		for _, id := range ids[:3] {
			if s := f.untilDone(id); s.Outcome != run.Expired {
				t.Errorf("the run %s", s.Outcome)
			}
		}
		fired := map[run.ID]int64{}
		for _, id := range ids[:3] {
			log, err := f.Log(bg, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range log {
				if _, ok := entry.Event.(run.TimerFired); ok {
					fired[id] = entry.ID
				}
			}
		}
		if fired[ids[1]] > fired[ids[2]] || fired[ids[2]] > fired[ids[0]] {
			t.Errorf("the deadlines were fired out of order: %v", fired)
		}
		f.untilWaiting(ids[3]) // its deadline is ahead
		if err := f.Decide(bg, run.Decision{Run: ids[3], Step: "a", Approve: true}); err != nil {
			t.Error(err)
		}
		f.untilDone(ids[3])
		f.check()
		f.stop()
	})
}

// clockJumped opens the file as a clock finds it that was set by so much, behind
// what is written if by is negative.
func clockJumped(f *fixture, by time.Duration) {
	f.t.Helper()
	f.stop()
	ns := -by.Nanoseconds()
	for _, q := range []string{
		`UPDATE entry SET at = at + %d`, `UPDATE timer SET at = at + %d`, `UPDATE run SET started = started + %d, ended = ended + %[1]d`,
		`UPDATE gate SET opened = opened + %d, deadline = deadline + %[1]d`, `UPDATE job SET at = at + %d`, `UPDATE slot SET began = began + %d, until = until + %[1]d`,
	} {
		damage(f.t, f.cfg.Dir, fmt.Sprintf(q, ns))
	}
	f.open()
}

// After the clock was set back, time in a journal stands still until it is
// caught up with, votes count, and deadlines wait for their time; after it was
// set forward, what is due is done at once. Either way the file is sound.
func TestClockThatJumps(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	gate := `|"suspend":{"required_events":1,"timeout":1800}`
	for _, test := range []struct {
		by      time.Duration
		outcome run.Outcome
	}{{-3 * time.Hour, run.Succeeded}, {3 * time.Hour, run.Expired}, {-10 * time.Minute, run.Succeeded}, {10 * time.Minute, run.Succeeded}} {
		id := f.start(script("a", gate), script("b", `|"sleep":{"type":"static","value":0.001}`))
		f.untilWaiting(id)
		f.check()
		clockJumped(f, test.by)
		if test.outcome == run.Succeeded {
			if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
				t.Errorf("a vote after a jump by %s: %v", test.by, err)
			}
		}
		if test.by < 0 { // the pause is measured from the journal's time, which is ahead
			f.until(id, "asleep", func(s run.Summary) bool { return s.Status == run.StatusSleeping })
			clockJumped(f, time.Second-test.by)
		}
		s := f.untilDone(id)
		if s.Outcome != test.outcome {
			t.Errorf("after a jump by %s the run %s", test.by, s.Outcome)
		}
		log, err := f.Log(bg, id)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(log, func(a, b run.Entry) int { return a.At.Compare(b.At) }) {
			t.Errorf("after a jump by %s the journal's times go back", test.by)
		}
		f.check()
	}
}

// A process that is killed under a step fails that attempt and no more.
func TestKilledWorkerFailsItsAttempt(t *testing.T) {
	f := newFixture(t)
	set := scripts.Executors(scripts.Options{})
	defer set.Close()
	f.cfg.Executors = map[string]Executor{"bash": set.By["bash"], "other": &f.world}
	f.open()
	mark := strings.ReplaceAll(f.cfg.Dir, `\`, `/`) + "/once"
	step := fmt.Sprintf(`{"id":"a","value":{"type":"rawscript","language":"bash","content":"if [ ! -e %s ]; then touch %[1]s; kill -9 $$; fi; echo '\"alive\"'","input_transforms":{}},
		"retry":{"constant":{"attempts":1,"seconds":0}}}`, mark)
	id := f.start(step)
	if s := f.untilDone(id); s.Outcome != run.Succeeded || f.result(id, "a") != `"alive"` {
		t.Errorf("the run %s: %v", s.Outcome, f.events(id))
	}
	if n := f.count(id, "JobFailed"); n != 1 {
		t.Errorf("%d failed attempts: %v", n, f.events(id))
	}
}
