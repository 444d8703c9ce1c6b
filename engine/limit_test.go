package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// limited is a step whose code runs at most so many times at once, or begins
// within a window of so many seconds.
func limited(id string, most, window int, key string) string {
	return fmt.Sprintf(`{"id":%q,"value":{"type":"rawscript","language":"bash","content":%[1]q,"concurrent_limit":%d,"concurrency_time_window_s":%d,
		"custom_concurrency_key":%q,"input_transforms":{"who":{"type":"javascript","expr":"flow_input.who"}}}}`, id, most, window, key)
}

// startWith starts a flow with an input.
func (f *fixture) startWith(input string, flow []byte) run.ID {
	f.t.Helper()
	begun, err := f.Start(bg, run.Request{Flow: flow, Input: []byte(input), Trigger: run.Trigger{Kind: "test"}})
	id := begun.ID
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

// gauge counts how many of its scripts run at once.
type gauge struct {
	mu        sync.Mutex
	now, most int
	at        []time.Duration
	began     time.Time
}

func (g *gauge) script(d time.Duration) func(context.Context, run.Job) (any, error) {
	return func(ctx context.Context, j run.Job) (any, error) {
		g.mu.Lock()
		g.now++
		g.most = max(g.most, g.now)
		g.at = append(g.at, time.Since(g.began).Round(time.Second))
		g.mu.Unlock()
		defer func() {
			g.mu.Lock()
			g.now--
			g.mu.Unlock()
		}()
		select {
		case <-time.After(d):
			return 1, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// What a limit holds begins in order as soon as another ends, over all runs and
// in a parallel loop, and nothing is refused.
func TestLimitHoldsJobsUntilOthersEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.cfg.Workers, f.patience = 8, time.Hour
		f.open()
		g := gauge{began: time.Now()}
		f.world.Script("a", g.script(10*time.Second))
		step := limited("a", 2, 0, "")
		loop := fmt.Sprintf(`{"id":"l","value":{"type":"forloopflow","parallel":true,"skip_failures":false,"iterator":{"type":"static","value":[1,2,3]},"modules":[%s]}}`, step)
		ids := []run.ID{f.start(step), f.start(step), f.start(loop)}
		for _, id := range ids {
			if s := f.untilDone(id); s.Outcome != run.Succeeded {
				t.Errorf("run %s", s.Outcome)
			}
		}
		f.diff("begun after", []time.Duration{0, 0, 10 * time.Second, 10 * time.Second, 20 * time.Second}, g.at)
		if g.most != 2 {
			t.Errorf("%d ran at once", g.most)
		}
		f.nothingHeld()
		f.check()
		f.stop()
	})
}

// A window counts what began within it, also what is over.
func TestLimitWithAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.cfg.Workers, f.patience = 8, time.Hour
		f.open()
		g := gauge{began: time.Now()}
		f.world.Script("a", g.script(time.Second))
		var ids []run.ID
		for range 5 {
			ids = append(ids, f.start(limited("a", 2, 60, "")))
		}
		for _, id := range ids {
			f.untilDone(id)
		}
		f.diff("begun after", []time.Duration{0, 0, time.Minute, time.Minute, 2 * time.Minute}, g.at)
		f.check()
		f.stop()
	})
}

// The key of a limit may name arguments: each value has a limit of its own.
func TestLimitByArgument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.cfg.Workers, f.patience = 8, time.Hour
		f.open()
		g := gauge{began: time.Now()}
		f.world.Script("a", g.script(10*time.Second))
		flow := flowOf(limited("a", 1, 0, "$workspace-$args[who]"))
		var ids []run.ID
		for _, who := range []string{`"ann"`, `"ann"`, `"bob"`, `{"no":"text"}`} {
			ids = append(ids, f.startWith(`{"who":`+who+`}`, flow))
		}
		for _, id := range ids {
			f.untilDone(id)
		}
		f.diff("begun after", []time.Duration{0, 0, 0, 10 * time.Second}, g.at)
		f.check()
		f.stop()
	})
}

// limitedFlow is a flow of which at most one run is under way at a time.
func limitedFlow(window int, steps ...string) []byte {
	return fmt.Appendf(nil, `{"summary":"One by one","value":{"concurrent_limit":1,"concurrency_time_window_s":%d,"concurrency_key":"one","modules":[%s]}}`, window, steps[0])
}

// A limit of runs holds over a crash: the run that was admitted keeps its place,
// the others wait in their order.
func TestLimitOfRunsHoldsOverACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.cfg.Workers, f.patience = 8, time.Hour
		f.open()
		f.world.Script("a", instant)
		flow := limitedFlow(0, script("a", gate1))
		first := f.startWith(`{}`, flow)
		f.untilWaiting(first)
		second, third, fourth := f.startWith(`{}`, flow), f.startWith(`{}`, flow), f.startWith(`{}`, flow)
		synctest.Wait()
		held := []string{"Started"}
		for _, id := range []run.ID{second, third, fourth} {
			f.diff("a held run", held, f.events(id))
		}
		f.crash()
		f.open()
		synctest.Wait()
		for _, id := range []run.ID{second, third, fourth} {
			f.diff("a held run after the crash", held, f.events(id))
		}
		if err := f.Cancel(bg, third, "", ""); err != nil { // one that waits may be canceled
			t.Fatal(err)
		}
		for _, id := range []run.ID{first, second, fourth} {
			f.untilWaiting(id)
			if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
				t.Fatal(err)
			}
			f.untilDone(id)
		}
		f.check()
		f.stop()
	})
}

// A window of runs is remembered over a restart, and its timer set again.
func TestWindowOfRunsIsRememberedOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.patience = time.Hour
		f.world.Script("a", instant)
		flow := limitedFlow(600, script("a", ""))
		began := time.Now()
		f.untilDone(f.startWith(`{}`, flow))
		f.stop()
		time.Sleep(time.Minute)
		f.open()
		second := f.startWith(`{}`, flow)
		synctest.Wait()
		f.diff("a held run", []string{"Started"}, f.events(second))
		f.stop()
		f.open()
		f.untilDone(second)
		if d := time.Since(began).Round(time.Minute); d != 10*time.Minute {
			t.Errorf("the second run ended after %s", d)
		}
		f.check()
		f.stop()
	})
}

// Jobs of higher priority go first; among equals the order is that of coming. A
// commit that fails leaves the queue as it was.
func TestPriorityOrdersTheQueue(t *testing.T) {
	f := newFixture(t)
	f.cfg.Workers = 1
	f.open()
	hold := make(chan bool)
	f.world.Script("first", blockUntil(hold))
	ids := []run.ID{f.start(script("first", ""))}
	for _, step := range []struct {
		id       string
		priority int
	}{{"low", 0}, {"b1", 5}, {"high", 9}, {"b2", 5}} {
		ids = append(ids, f.start(script(step.id, fmt.Sprintf(`|"priority":%d`, step.priority))))
	}
	f.db.SetCommitHook(func(before bool, _ int) error { return errors.New("the disk is gone") })
	if _, err := f.Start(bg, run.Request{Flow: flowOf(script("never", `|"priority":7`))}); err == nil {
		t.Error("a run was started on a broken disk")
	}
	f.db.SetCommitHook(nil)
	close(hold)
	for _, id := range ids {
		f.untilDone(id)
	}
	f.diff("order", []string{"first#1", "high#1", "b1#1", "b2#1", "low#1"}, f.world.Began())
}

// A script of the library may limit itself, wherever it is used.
func TestLimitOfAScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.cfg.Workers, f.patience = 8, time.Hour
		f.open()
		g := gauge{began: time.Now()}
		f.world.Script("a", g.script(10*time.Second))
		_, err := f.SaveScript(bg, flow.StoredScript{Path: "u/me/s", Language: "bash", Content: "a", Meta: []byte(`{"summary":"S","concurrent_limit":1}`)})
		if err != nil {
			t.Fatal(err)
		}
		ids := []run.ID{f.start(scriptAt("x", "u/me/s", "")), f.start(scriptAt("y", "u/me/s", ""))}
		for _, id := range ids {
			f.untilDone(id)
		}
		f.diff("begun after", []time.Duration{0, 10 * time.Second}, g.at)
		f.check()
		f.stop()
	})
}

// A run that has a worker goes on with it, ahead of those that wait: it is over
// sooner, and they begin no later than its turn lasts. What is more urgent comes
// first all the same.
func TestARunGoesOnAheadOfTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.cfg.Workers, f.patience = 1, time.Hour
		f.open()
		hold := make(chan bool)
		f.world.Script("hold", blockUntil(hold))
		slow := func(ctx context.Context, _ run.Job) (any, error) {
			time.Sleep(20 * time.Millisecond)
			return 1, nil
		}
		for _, id := range []string{"a1", "a2", "a3", "a4", "a5"} {
			f.world.Script(id, slow)
		}
		ids := []run.ID{f.start(script("hold", ""))}
		ids = append(ids, f.start(script("a1", ""), script("a2", ""), script("a3", ""), script("a4", ""), script("a5", "")))
		ids = append(ids, f.start(script("b1", ""), script("b2", "")))
		close(hold)
		for _, id := range ids {
			f.untilDone(id)
		}
		f.diff("order", []string{"hold#1", "a1#1", "a2#1", "a3#1", "b1#1", "b2#1", "a4#1", "a5#1"}, f.world.Began())

		hold = make(chan bool)
		f.world.Script("hold", blockUntil(hold))
		ids = []run.ID{f.start(script("hold", ""), script("calm", ""))}
		ids = append(ids, f.start(script("urgent", `|"priority":5`)))
		close(hold)
		for _, id := range ids {
			f.untilDone(id)
		}
		f.diff("order", []string{"hold#1", "urgent#1", "calm#1"}, f.world.Began()[8:])
		f.check()
		f.stop()
	})
}
