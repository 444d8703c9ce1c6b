package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// again lets a step be tried three more times at once.
const again = `"retry":{"constant":{"attempts":3,"seconds":0}}`

// manyFlow has people asked in two branches at once, in each iteration of a parallel
// loop under a limit and in a subflow, a loop whose second iteration has the kept
// result of the first, one whose step fails once in each iteration and pauses, a while
// loop, and a step at the end that shows what all of them made.
func manyFlow() []byte {
	ask := func(id string) string { return script(id, `|"suspend":{"required_events":1},`+again) }
	limited := strings.Replace(ask("y"), `"input_transforms"`, `"concurrent_limit":1,"input_transforms"`, 1)
	return flowOf(
		script("s", "|"+again),
		`{"id":"both","value":{"type":"branchall","parallel":true,"branches":[
			{"modules":[`+ask("p")+`],"skip_failure":false},{"modules":[`+ask("q")+`],"skip_failure":false}]}}`,
		`{"id":"k","value":{"type":"forloopflow","skip_failures":false,"iterator":{"type":"static","value":[7,7]},"modules":[`+
			script("kept", `"n":{"type":"javascript","expr":"flow_input.iter.value"}|"cache_ttl":86400,`+again)+`]}}`,
		`{"id":"l","value":{"type":"forloopflow","skip_failures":false,"iterator":{"type":"static","value":[1,2]},"modules":[`+
			script("flaky", `"n":{"type":"javascript","expr":"flow_input.iter.value"}|"sleep":{"type":"static","value":0.002},`+again)+`]}}`,
		`{"id":"m","value":{"type":"forloopflow","parallel":true,"parallelism":2,"skip_failures":false,"iterator":{"type":"static","value":[1,2,3]},"modules":[`+limited+`]}}`,
		`{"id":"w","value":{"type":"whileloopflow","skip_failures":false,"modules":[`+
			script("iteration", `"i":{"type":"javascript","expr":"flow_input.iter.index"}|"stop_after_if":{"expr":"stop here","skip_if_stopped":false},`+again)+`]}}`,
		`{"id":"u","value":{"type":"flow","path":"f/x/sub","input_transforms":{}}}`,
		script("e", `"k":{"type":"javascript","expr":"results.k"},"l":{"type":"javascript","expr":"results.l"},"m":{"type":"javascript","expr":"results.m"},"u":{"type":"javascript","expr":"results.u"}|`+again),
	)
}

// manySub is the flow that manyFlow runs as f/x/sub.
func manySub() []byte { return flowOf(script("sub", `|"suspend":{"required_events":1},`+again)) }

const (
	manyGates = 6
	manyMade  = `{"k":[{"n":7},{"n":7}],"l":[{"n":1},{"n":2}],"m":[1,1,1],"u":2}`
)

// readyMany gives the world what manyFlow needs.
func (f *fixture) readyMany() {
	for _, id := range []string{"s", "p", "q", "y"} {
		f.world.Script(id, instant)
	}
	f.world.Script("flaky", func(_ context.Context, j run.Job) (any, error) {
		if j.Attempt == 1 {
			return nil, errors.New("the first time it fails")
		}
		return j.Args, nil
	})
	f.world.Script("sub", func(context.Context, run.Job) (any, error) { return 2, nil })
	f.world.Script("iteration", func(_ context.Context, j run.Job) (any, error) {
		return string(j.Args) + strings.Repeat("x", 20_000), nil
	})
	f.world.Expr("stop here", func(lookup func(string) (json.RawMessage, error)) (any, error) {
		v, err := lookup("result")
		return strings.Contains(string(v), "2"), err
	})
}

// walkMany approves whatever waits until the run is over or hit is closed.
func (f *fixture) walkMany(id run.ID, hit <-chan bool) {
	for _, err := range f.Watch(contextUntil(hit), 0) {
		if err != nil {
			return
		}
		if s, err := f.Engine.Run(bg, id); err != nil || s.Status == run.StatusDone {
			return
		}
		open, err := f.Approvals(bg, 0)
		if err != nil {
			return
		}
		for _, a := range open {
			_ = f.Decide(bg, run.Decision{Run: id, Step: a.Step, Approve: true}) // it may die on the way, or be too late
		}
	}
}

// TestCrashInLoopsAndBranches lets the process die in a flow of every shape at
// once. The run comes to the same end; no attempt begins twice, none is repeated
// without a loss on record, every approval is asked for and counted once, a kept
// result stands in, and no limit is left taken.
func TestCrashInLoopsAndBranches(t *testing.T) {
	t.Parallel()
	crashTest{
		least: 20, short: 7, ready: (*fixture).readyMany, end: (*fixture).finishMany,
		walk: func(f *fixture, hit <-chan bool) {
			if err := f.SaveFlow(bg, "f/x/sub", manySub()); err != nil {
				f.t.Fatal(err)
			}
			if begun, err := f.Start(bg, run.Request{Flow: manyFlow()}); err == nil {
				id := begun.ID
				f.walkMany(id, hit)
			}
		},
	}.run(t)
}

// finishMany takes up what is on disk and expects it to end as if nothing had
// happened.
func (f *fixture) finishMany() {
	f.t.Helper()
	id, ok := f.onlyRun()
	if !ok {
		return
	}
	over := make(chan bool)
	f.walkMany(id, over)
	close(over)
	if s := f.untilDone(id); s.Outcome != run.Succeeded {
		f.t.Errorf("outcome %s: %v", s.Outcome, f.events(id))
	}
	f.diff("what came out", manyMade, f.result(id, "e"))
	log, err := f.Log(bg, id)
	if err != nil {
		f.t.Fatal(err)
	}
	allowed := make(map[string]int) // attempts by step
	votes := make(map[run.StepID]int)
	for _, entry := range log {
		switch ev := entry.Event.(type) {
		case run.JobStarted:
			allowed[string(ev.Step)] = max(allowed[string(ev.Step)], 1)
		case run.JobFailed:
			allowed[string(ev.Step)] = ev.Attempt + 1
		case run.JobLost:
			allowed[string(ev.Step)] = ev.Attempt + 1
		case run.DecisionMade:
			votes[ev.Step]++
		}
	}
	for _, b := range f.beganOnce() {
		step, attempt, _ := strings.Cut(b, "#")
		if step == "k/1/kept" {
			f.t.Error("a step ran whose result was kept")
		}
		if attempt > fmt.Sprint(allowed[step]) {
			f.t.Errorf("%s began, and the journal tells of no reason: %v", b, f.events(id))
		}
	}
	if n := f.count(id, "JobLost"); n > f.cfg.Workers {
		f.t.Errorf("%d jobs are lost, of %d workers", n, f.cfg.Workers)
	}
	if len(votes) != manyGates {
		f.t.Errorf("votes: %v", votes)
	}
	for step, n := range votes {
		if n != 1 {
			f.t.Errorf("%d votes on %s", n, step)
		}
	}
	if _, err := f.ApprovalOf(bg, id, "both"); !fault.HasCode(err, "approval.unknown") {
		f.t.Errorf("a branch asks somebody: %v", err)
	}
	f.nothingHeld("code:" + journal.ShortHash("bash", "y"))
}
