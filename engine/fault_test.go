package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/health"
	"sluice/engine/internal/writer"
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
		time.Sleep(3 * time.Second) // the hook cannot be touched while a commit sleeps
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

// refuseWrites and refuseReads are there where a process can have the system
// refuse what it does with the files of a folder.
var refuseWrites, refuseReads func(dir string) (heal func(), err error)

// brokenDisk has the system refuse every write to the file and its log.
func brokenDisk(f *fixture) func() {
	if refuseWrites == nil {
		return brokenCommit(f)
	}
	heal, err := refuseWrites(f.cfg.Dir)
	if err != nil {
		f.t.Error(err)
	}
	return heal
}

// blindDisk has the system refuse every read of the file and its log.
func blindDisk(f *fixture) func() {
	if refuseReads == nil {
		return brokenCommit(f)
	}
	heal, err := refuseReads(f.cfg.Dir)
	if err != nil {
		f.t.Error(err)
	}
	ctx, cancel := context.WithCancel(bg)
	watched := make(chan struct{})
	go func() { // a flow may come to its end by what is in memory; the run before is not there
		defer close(watched)
		for ctx.Err() == nil {
			for range f.Watch(ctx, 0) {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	return func() { heal(); cancel(); <-watched }
}

// jumpyClock sets the clock forward by minutes and back again while the engine
// runs.
func jumpyClock(f *fixture) func() {
	f.clock.jump(5 * time.Minute)
	return func() { f.clock.jump(-5 * time.Minute) }
}

// asleep holds the whole engine for hours, as a computer that sleeps does.
func asleep(f *fixture) func() {
	err := f.writer.Do(bg, func(*writer.Tx) error { time.Sleep(5 * time.Minute); return nil })
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
		shown  fault.Code // the alarm that tells of it
	}{
		{"full disk", fullDisk, "engine.disk_full"},
		{"slow commit", slowCommit, ""},
		{"broken commit", brokenCommit, "engine.disk"},
		{"broken disk", brokenDisk, "engine.disk"},
		{"blind disk", blindDisk, health.CodeUnreadable},
		{"jumpy clock", jumpyClock, ""},
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
				f.untilDone(f.start(`{"id":"i","value":{"type":"identity"}}`)) // which nothing holds in memory
				f.stop()
				f.open()
				begun, err := f.Start(bg, run.Request{Flow: manyFlow()})
				id := begun.ID
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
							if c.Severity == fault.Alarm {
								shown = c.Code
							}
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

// Who watches the journal waits out a disk that does not answer, and misses
// nothing: else a window would show for ever what it showed then.
func TestWatchWaitsOutABlindDisk(t *testing.T) {
	if refuseReads == nil {
		t.Skip("the system of this test cannot refuse reads")
	}
	f := newFixture(t).open()
	id := f.start(script("a", ""))
	f.untilDone(id)
	f.writer.Rewritten() // what is read now comes from the disk
	heal, err := refuseReads(f.cfg.Dir)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan int)
	go func() {
		n := 0
		for batch, err := range f.Watch(t.Context(), 0) {
			if err != nil {
				t.Errorf("it ends with %v", err)
				break
			}
			if n += len(batch); batch[len(batch)-1].Run == id && n >= 3 {
				break
			}
		}
		got <- n
	}()
	for !slices.ContainsFunc(f.Conditions(), func(c fault.Condition) bool { return c.Code == health.CodeUnreadable }) {
		select {
		case n := <-got:
			t.Fatalf("it did not wait: %d entries", n)
		case <-time.After(time.Millisecond): // nothing announces a trouble
		}
	}
	heal()
	if n := <-got; n < 3 {
		t.Errorf("%d entries were told", n)
	}
	if c := f.Conditions(); len(c) > 0 {
		t.Errorf("the trouble is still told: %v", c)
	}
	f.check()
}

// Notices are over at their time, or when they are dismissed.
func TestNoticesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		now := time.Now()
		f.Notice(fault.Condition{Code: "engine.slept", Title: "2 deadlines passed"}, now.Add(time.Hour))
		f.Notice(fault.Condition{Code: "engine.clock", Title: "The clock was set back"}, now.Add(3*time.Hour))
		if c := f.Conditions(); len(c) != 2 || c[0].Severity != fault.Notice {
			t.Fatalf("%+v", c)
		}
		time.Sleep(2 * time.Hour)
		if c := f.Conditions(); len(c) != 1 || c[0].Code != "engine.clock" {
			t.Errorf("after its time: %+v", c)
		}
		f.CureCondition("engine.clock", "")
		if c := f.Conditions(); len(c) != 0 {
			t.Errorf("after it was dismissed: %+v", c)
		}
		f.stop()
	})
}

// approveAll approves what waits; a fault may keep a vote from being taken.
func (f *fixture) approveAll(id run.ID) {
	open, _ := f.Approvals(bg, 0)
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
		err := f.writer.Do(bg, func(*writer.Tx) error {
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

// While Sluice runs the clock is set: forward, and what is due by it is done soon;
// back, and the journal's time stands still, votes count, and deadlines wait
// until the clock shows their time.
func TestClockThatJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 24 * time.Hour
		f.open()
		f.world.Script("a", instant)
		gate := func(seconds int) run.ID {
			id := f.start(script("a", fmt.Sprintf(`|"suspend":{"required_events":1,"timeout":%d}`, seconds)))
			f.untilWaiting(id)
			return id
		}
		half, four := gate(1800), gate(4*3600)
		pause := f.start(script("a", ""), script("b", `|"sleep":{"type":"static","value":3600}`))
		f.until(pause, "asleep", func(s run.Summary) bool { return s.Status == run.StatusSleeping })

		began := time.Now()
		f.clock.jump(3 * time.Hour)
		if s := f.untilDone(half); s.Outcome != run.Expired {
			t.Errorf("a request that is over by the new clock: the run %s", s.Outcome)
		}
		if s := f.untilDone(pause); s.Outcome != run.Succeeded {
			t.Errorf("a pause that is over by the new clock: the run %s", s.Outcome)
		}
		if took := time.Since(began); took > wakeAtLeast+time.Second {
			t.Errorf("the new time was found after %s", took)
		}

		later := gate(1800) // until 3:30 by the new clock
		f.clock.jump(-3*time.Hour - 10*time.Minute)
		time.Sleep(2 * wakeAtLeast)
		if c := f.Conditions(); !slices.ContainsFunc(c, func(c fault.Condition) bool { return c.Code == "engine.clock" && c.Hint != "" }) {
			t.Errorf("nothing is said of a clock that was set back: %+v", c)
		}
		if err := f.Decide(bg, run.Decision{Run: four, Step: "a", Approve: true}); err != nil {
			t.Errorf("a vote after the clock was set back: %v", err)
		}
		if s := f.untilDone(four); s.Outcome != run.Succeeded {
			t.Errorf("the run %s", s.Outcome)
		}
		soon := gate(1800) // until 0:20 by the clock as it is
		time.Sleep(20 * time.Minute)
		f.untilWaiting(soon)
		time.Sleep(10*time.Minute + wakeAtLeast)
		if s := f.untilDone(soon); s.Outcome != run.Expired {
			t.Errorf("a request that began after the clock was set back: the run %s", s.Outcome)
		}
		time.Sleep(2 * time.Hour)
		f.untilWaiting(later) // its people were told a time that has not come
		time.Sleep(2 * time.Hour)
		if s := f.untilDone(later); s.Outcome != run.Expired {
			t.Errorf("a request of before: the run %s", s.Outcome)
		}
		for _, id := range []run.ID{half, four, pause, later, soon} {
			log, err := f.Log(bg, id)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.IsSortedFunc(log, func(a, b run.Entry) int { return a.At.Compare(b.At) }) {
				t.Errorf("the times of a journal go back: %v", f.events(id))
			}
		}
		f.check()
		f.stop()
	})
}

// What a window of a limit holds does not wait until a clock that was set back
// shows the window's time again; a retry does, and comes to its end.
func TestWindowsAndRetriesAfterTheClockWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 1000 * time.Hour
		f.open()
		f.world.Script("a", instant)
		f.world.Script("once", func(_ context.Context, j run.Job) (any, error) {
			if j.Attempt == 1 {
				return nil, errors.New("the first time it fails")
			}
			return 1, nil
		})
		const limited = `{"id":"a","value":{"type":"rawscript","language":"bash","content":"a","concurrent_limit":1,"concurrency_time_window_s":600,"input_transforms":{}}}`
		f.clock.jump(72 * time.Hour)
		f.untilDone(f.start(limited))
		held := f.start(limited)
		tried := f.start(script("once", `|"retry":{"constant":{"attempts":1,"seconds":300}}`))
		f.until(tried, "failed once", func(run.Summary) bool { return f.count(tried, "JobFailed") == 1 })
		time.Sleep(5 * time.Second)
		if s, err := f.Engine.Run(bg, held); err != nil || s.Status == run.StatusDone {
			t.Errorf("the limit held nothing: %+v, %v", s, err)
		}
		f.clock.jump(-72 * time.Hour)
		began := time.Now()
		f.untilDone(held)
		if took := time.Since(began); took > 2*wakeAtLeast {
			t.Errorf("the limit held the run for %s", took)
		}
		if s := f.untilDone(tried); s.Outcome != run.Succeeded {
			t.Errorf("the run %s", s.Outcome)
		}
		f.diff("attempts", []string{"once#1", "once#2"}, slices.DeleteFunc(f.world.Began(), func(s string) bool { return s == "a#1" }))
		f.check()
		f.stop()
	})
}

// A mail that was put off when the clock was ahead is not put off for years.
func TestMailsAfterTheClockWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 24 * time.Hour
		f.open()
		f.addAccount(true)
		sent, tries := make(chan time.Time, 9), 0
		f.world.OnMail(func(context.Context, run.Mail) (string, error) {
			sent <- time.Now()
			if tries++; tries == 1 {
				return "", fault.New("mail.later", "Not now", "Later.")
			}
			return "", nil
		})
		f.world.Script("ask", func(ctx context.Context, j run.Job) (any, error) {
			caller, err := f.Caller(ctx, j.Env["WM_TOKEN"])
			if err != nil {
				return nil, err
			}
			return 1, f.AskByMail(ctx, caller, run.MailRequest{Account: "u/me/gmail", To: []string{"dana@acme.example"}})
		})
		f.clock.jump(1000 * time.Hour)
		id := f.start(script("ask", `|"suspend":{"required_events":1}`))
		f.untilWaiting(id)
		<-sent
		f.clock.jump(-1000 * time.Hour)
		back := time.Now()
		if again := <-sent; again.Sub(back) > wakeAtLeast {
			t.Errorf("the mail was tried again after %s", again.Sub(back))
		}
		synctest.Wait() // for what is noted of it
		f.check()
		f.stop()
	})
}

// A mail server takes each mail and dies before it says so. Nothing is sent
// twice, not over a day nor a restart, what is not known is said, and the link in
// a mail that arrived counts.
func TestMailServerThatAcceptsAndDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 1000 * time.Hour
		f.asksByMail()
		f.world.OnMail(func(context.Context, run.Mail) (string, error) {
			return "", fault.New("mail.unknown", "It is not known whether the mail was sent", "Ask the person, or press Send again.")
		})
		f.open()
		f.addAccount(false)
		id := f.start(script("a", `|"suspend":{"required_events":1,"timeout":10000000}`))
		f.untilWaiting(id)
		for range 2 {
			time.Sleep(24 * time.Hour)
			f.stop()
			f.open()
		}
		items, err := f.Outbox(bg, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range items {
			if m.State != run.MailUnknown || m.Error == "" || m.Hint == "" || m.Tries != 1 {
				t.Errorf("a mail is %+v", m)
			}
		}
		mails := f.world.Mails()
		if len(mails) != len(items) || len(mails) != 2 {
			t.Fatalf("%d mails were handed over %d times", len(items), len(mails))
		}
		if trouble, err := f.MailTrouble(bg); err != nil || trouble[id] == "" {
			t.Errorf("the run's trouble is %q, %v", trouble[id], err)
		}
		if _, err := f.Vote(bg, secretOf(mails[0].Page), run.Decision{Approve: true}); err != nil {
			t.Errorf("a vote by the link of the mail: %v", err)
		}
		if s := f.untilDone(id); s.Outcome != run.Succeeded {
			t.Errorf("the run %s", s.Outcome)
		}
		f.check()
		f.stop()
	})
}

// A process that is killed under a step fails that attempt and no more.
func TestKilledWorkerFailsItsAttempt(t *testing.T) {
	f := newFixture(t)
	set := scripts.Executors()
	defer set.Close()
	f.cfg.Executors = map[string]Executor{"bash": set.By["bash"], "other": &f.world}
	f.open()
	mark := strings.ReplaceAll(f.cfg.Dir, `\`, `/`) + "/once"
	step := fmt.Sprintf(`{"id":"a","value":{"type":"rawscript","language":"bash","content":"if [ ! -e %s ]; then touch %[1]s; kill -9 $$; fi; echo alive","input_transforms":{}},
		"retry":{"constant":{"attempts":1,"seconds":0}}}`, mark)
	id := f.start(step)
	if s := f.untilDone(id); s.Outcome != run.Succeeded || f.result(id, "a") != `"alive"` {
		t.Errorf("the run %s: %v", s.Outcome, f.events(id))
	}
	if n := f.count(id, "JobFailed"); n != 1 {
		t.Errorf("%d failed attempts: %v", n, f.events(id))
	}
}
