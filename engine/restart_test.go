package engine

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// paid is a flow that asks, pays, and fails to tell of it; the failing step works from the
// second time on. What pay gives is too large to stand in an entry.
func (f *fixture) paid() []byte {
	f.world.Quiet = true
	large := strings.Repeat("a large value ", 3000)
	f.world.Script("look", func(context.Context, run.Job) (any, error) { return "order 4711", nil })
	f.world.Script("ask", func(context.Context, run.Job) (any, error) { return map[string]string{"question": "Pay?"}, nil })
	f.world.Script("pay", func(_ context.Context, j run.Job) (any, error) { return large + string(j.Run), nil })
	fails := true
	f.world.Script("tell", func(_ context.Context, j run.Job) (any, error) {
		if fails {
			fails = false
			return nil, &run.Failure{Name: "Error", Message: "no channel"}
		}
		return json.RawMessage(j.Args), nil
	})
	return flowOf(script("look", ""),
		script("ask", `|"x-sluice":{"high_stakes":true},"suspend":{"required_events":1,"timeout":600}`),
		script("pay", `"said":{"type":"javascript","expr":"resume.message"}`),
		script("tell", `"paid":{"type":"javascript","expr":"results.pay"},"order":{"type":"javascript","expr":"results.look"}`))
}

// failed runs that flow until it fails, with Dana's approval.
func (f *fixture) failed(file []byte) (id run.ID, secret string) {
	f.t.Helper()
	begun, err := f.Start(bg, run.Request{Flow: file, Path: "f/pay", Trigger: run.Trigger{Kind: "test"}})
	f.try(err)
	id = begun.ID
	f.untilWaiting(id)
	secret = f.link(id, "ask", "dana@acme.example")
	_, err = f.Vote(bg, secret, run.Decision{Approve: true, Payload: json.RawMessage(`{"message":"fine"}`), Word: "approve"})
	f.try(err)
	if s := f.untilDone(id); s.Outcome != run.Failed {
		f.t.Fatalf("it ended %s", s.Outcome)
	}
	return id, secret
}

// A restart does nothing again that was done, asks nobody again, and says whose decision it
// keeps; the earlier run and its links have no part in it, and it may go.
func TestRestartKeepsWhatWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		id, secret := f.failed(f.paid())
		f.try(f.SetUserState(bg, id, "n", json.RawMessage(`5`)))
		before := f.world.Began()

		look, err := f.LookRestart(bg, run.RestartRequest{Run: id, From: "tell"})
		f.try(err)
		if d := look.Decisions; len(d) != 1 || d[0].Person != "dana@acme.example" || !d[0].HighStakes || d[0].Step != "ask" {
			t.Errorf("decisions: %+v", d)
		}
		if runs, err := f.Runs(bg, Filter{}); err != nil || len(runs) != 1 {
			t.Errorf("a look began something: %v, %v", runs, err)
		}
		begun, took, err := f.Restart(bg, run.RestartRequest{Run: id, From: "tell", By: "ann"})
		f.try(err)
		if took.Now || len(took.Again) != 0 || took.Name != "Refund" {
			t.Errorf("took over %+v", took)
		}
		s := f.untilDone(begun.ID)
		if s.Outcome != run.Succeeded || s.Path != "f/pay" || s.FlowName != "Refund" {
			t.Errorf("it ended %+v, %v", s, f.events(begun.ID))
		}
		if from, step, ok := s.Trigger.Restarted(); from != id || step != "tell" || !ok || s.Trigger.Person != "ann" {
			t.Errorf("trigger %+v", s.Trigger)
		}
		f.diff("what began", append(slices.Clone(before), "tell#1"), f.world.Began())
		want := []string{"Started", "Evaluated", "JobStarted", "JobSucceeded"}
		f.diff("events", want, f.events(begun.ID))
		if v, err := f.UserState(bg, begun.ID, "n"); err != nil || string(v) != "5" {
			t.Errorf("state %s, %v", v, err)
		}
		if err := f.Decide(bg, run.Decision{Run: begun.ID, Step: "ask", Approve: false}); err == nil {
			t.Error("a kept decision was made once more")
		}
		if a, err := f.Approval(bg, secret); err != nil || a.Run != id {
			t.Errorf("the earlier link opens %+v, %v", a, err)
		}

		f.clock.jump(40 * 24 * time.Hour)
		f.try(f.Retain(bg, flow.Retention{Others: 30}))
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, err := f.Engine.Run(bg, id); !fault.HasCode(err, "run.unknown") {
			t.Fatalf("the earlier run: %v", err)
		}
		f.check()
		if got, err := f.Value(bg, begun.Entries[0].Event.(run.Started).Restart.Kept[2].Result); !strings.Contains(string(got), string(id)) {
			t.Errorf("what was paid is %.40q, %v", got, err)
		}
		again, _, err := f.Restart(bg, run.RestartRequest{Run: begun.ID, From: "tell"}) // of a restart
		f.try(err)
		f.untilDone(again.ID)
		if got := f.result(again.ID, "tell"); !strings.Contains(got, string(id)) {
			t.Errorf("what was told is %.40q", got)
		}
		if o := again.Entries[0].Event.(run.Started); o.Trigger.Origin != "test" || o.Restart.Kept[2].Run != id {
			t.Errorf("it tells %+v of %s", o.Trigger, o.Restart.Kept[2].Run)
		}
	})
}

func TestRestartAsksAgain(t *testing.T) {
	f := newFixture(t).open()
	id, secret := f.failed(f.paid())
	begun, took, err := f.Restart(bg, run.RestartRequest{Run: id, From: "tell", AskAgain: true})
	f.try(err)
	f.diff("from, again", []run.StepID{"ask", "ask", "pay"}, append([]run.StepID{took.From}, took.Again...))
	if len(took.Decisions) != 0 {
		t.Errorf("kept %+v", took.Decisions)
	}
	f.untilWaiting(begun.ID)
	if _, err := f.Vote(bg, secret, run.Decision{Approve: true}); err == nil {
		t.Error("the earlier link voted")
	}
	if s, err := f.Engine.Run(bg, begun.ID); err != nil || s.Status != run.StatusSuspended {
		t.Errorf("after it %+v, %v", s, err)
	}
	f.try(f.Decide(bg, run.Decision{Run: begun.ID, Step: "ask", Approve: true, Payload: json.RawMessage(`{"message":"again"}`), Word: "approve"}))
	f.untilDone(begun.ID)
	if got := f.result(begun.ID, "pay"); !strings.Contains(got, string(begun.ID)) {
		t.Errorf("paid %.40q", got)
	}
}

// An iteration behind one that asked people goes back to the loop, and the loop is told among
// what is done again.
func TestRestartAsksAgainInALoop(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("look", instant)
	f.world.Script("ask", instant)
	id := f.start(script("look", ""), `{"id":"l","value":{"type":"forloopflow","skip_failures":false,"iterator":{"type":"static","value":[1,2]},"modules":[`+script("ask", gate1)+`]}}`)
	for range 2 {
		f.untilWaiting(id)
		open, err := f.Approvals(bg, 0)
		f.try(err)
		f.try(f.Decide(bg, run.Decision{Run: id, Step: open[0].Step, Approve: true}))
	}
	f.untilDone(id)
	for _, c := range []struct {
		wished, from run.StepID
		again        []run.StepID
	}{
		{"l/1", "l", []run.StepID{"l"}},
		{"l/0", "l/0", nil},
		{"l", "l", nil},
	} {
		look, err := f.LookRestart(bg, run.RestartRequest{Run: id, From: c.wished, AskAgain: true})
		f.try(err)
		f.diff(string(c.wished), append([]run.StepID{c.from}, c.again...), append([]run.StepID{look.From}, look.Again...))
	}
}

// The flow as it is now runs where it says the same up to the place; else the version that
// ran then, and the answer says which and why.
func TestRestartOfAChangedFlow(t *testing.T) {
	f := newFixture(t).open()
	file := f.paid()
	id, _ := f.failed(file)
	changed := func(from, to string) []byte {
		return []byte(strings.Replace(string(file), from, to, 1))
	}
	for _, c := range []struct {
		reason string
		flow   []byte
		from   run.StepID
		now    bool
		step   run.StepID
	}{
		{"the same", file, "tell", false, ""},
		{"the step itself is another one", changed(`"order":{"type":"javascript","expr":"results.look"}`, `"order":{"type":"static","value":"new"}`), "tell", true, ""},
		{"a step before asks more people", changed(`"required_events":1`, `"required_events":2`), "tell", false, "ask"},
		{"a step behind the place", changed(`"required_events":1`, `"required_events":2`), "ask", true, ""},
		{"a step before is called otherwise", changed(`{"id":"look"`, `{"summary":"See","id":"look"`), "tell", true, ""},
	} {
		look, err := f.LookRestart(bg, run.RestartRequest{Run: id, From: c.from, Flow: c.flow})
		if err != nil || look.Now != c.now || look.Changed != c.step {
			t.Errorf("%s: now %v, changed %q, %v", c.reason, look.Now, look.Changed, err)
		}
	}
	begun, _, err := f.Restart(bg, run.RestartRequest{Run: id, From: "tell", Flow: changed(`"order":{"type":"javascript","expr":"results.look"}`, `"order":{"type":"static","value":"new"}`)})
	f.try(err)
	f.untilDone(begun.ID)
	if got := f.result(begun.ID, "tell"); !strings.Contains(got, `"order":"new"`) {
		t.Errorf("told %.40q", got)
	}
}

func TestRestartRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		id, _ := f.failed(f.paid())
		open := f.start(script("look", ""), script("ask", gate1))
		f.untilWaiting(open)
		erases := f.startWith(`{}`, []byte(`{"value":{"modules":[`+script("look", `|"delete_after_secs":60`)+`,`+script("pay", "")+`]}}`))
		f.untilDone(erases)
		f.clock.jump(time.Hour)
		for _, c := range []struct {
			reason string
			req    run.RestartRequest
			code   fault.Code
		}{
			{"no such run", run.RestartRequest{Run: "0190", From: "a"}, "run.unknown"},
			{"no such step", run.RestartRequest{Run: id, From: "x"}, "run.restart"},
			{"it is not over", run.RestartRequest{Run: open, From: "look"}, "run.going"},
			{"what it needs was deleted after use", run.RestartRequest{Run: erases, From: "pay"}, "run.erased"},
		} {
			if _, _, err := f.Restart(bg, c.req); !fault.HasCode(err, c.code) {
				t.Errorf("%s: %v", c.reason, err)
			}
		}
		if _, _, err := f.Restart(bg, run.RestartRequest{Run: erases, From: "look"}); err != nil {
			t.Errorf("from the step itself: %v", err)
		}
	})
}

// What came from outside stays that: it holds no references.
func TestRestartOfWhatCameFromOutside(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	begun, err := f.Start(bg, run.Request{Flow: flowOf(script("a", "")), Input: json.RawMessage(`{"x":"$res:u/a/b"}`), Trigger: run.Trigger{Kind: run.TriggerWebhook, By: "w"}})
	f.try(err)
	f.untilDone(begun.ID)
	for id := begun.ID; ; {
		again, _, err := f.Restart(bg, run.RestartRequest{Run: id, From: "a"})
		f.try(err)
		tr := again.Entries[0].Event.(run.Started).Trigger
		if !tr.Outside() || tr.Kind != run.TriggerRestart {
			t.Errorf("trigger %+v", tr)
		}
		f.untilDone(again.ID)
		if id != begun.ID {
			break
		}
		id = again.ID
	}
}

// A step's values that are deleted after use go from the run that took them over, too.
func TestRestartDeletesAfterUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Quiet = true
		f.world.Script("a", func(context.Context, run.Job) (any, error) { return strings.Repeat("secret ", 1000), nil })
		f.world.Script("b", instant)
		id := f.startWith(`{}`, []byte(`{"value":{"modules":[`+script("a", `|"delete_after_secs":600`)+`,`+script("b", "")+`]}}`))
		f.untilDone(id)
		begun, _, err := f.Restart(bg, run.RestartRequest{Run: id, From: "b"})
		f.try(err)
		f.untilDone(begun.ID)
		kept := func() string {
			log, err := f.Log(bg, begun.ID)
			f.try(err)
			_, data, err := run.EncodeEvent(log[0].Event)
			f.try(err)
			return string(data)
		}
		if !strings.Contains(kept(), "secret") {
			t.Errorf("before: %s", kept())
		}
		f.clock.jump(time.Hour)
		time.Sleep(time.Hour)
		synctest.Wait()
		if strings.Contains(kept(), "secret") || strings.Contains(kept(), "sha256") {
			t.Errorf("afterwards: %s", kept())
		}
		f.check()
	})
}

// However the process dies, a restart is there or is not, and does nothing twice.
func TestRestartDies(t *testing.T) {
	var id run.ID
	crashTest{
		least: 3, short: 1,
		ready: func(f *fixture) {
			file := f.paid()
			f.open()
			id, _ = f.failed(file)
			f.stop()
		},
		walk: func(f *fixture, hit <-chan bool) {
			begun, _, err := f.Restart(bg, run.RestartRequest{Run: id, From: "tell"})
			if err != nil {
				return
			}
			for _, err := range f.Watch(contextUntil(hit), 0) {
				if s, again := f.Engine.Run(bg, begun.ID); errors.Join(err, again) != nil || s.Status == run.StatusDone {
					return
				}
			}
		},
		end: func(f *fixture) {
			runs, err := f.Runs(bg, Filter{})
			f.try(err)
			for _, r := range runs {
				f.untilDone(r.ID)
			}
			for _, step := range []string{"look#1", "ask#1", "pay#1"} {
				if n := slices.DeleteFunc(f.world.Began(), func(s string) bool { return s != step }); len(n) != 1 {
					f.t.Errorf("%s began %d times", step, len(n))
				}
			}
			if len(runs) > 2 {
				f.t.Errorf("%d runs", len(runs))
			}
		},
	}.run(t)
}
