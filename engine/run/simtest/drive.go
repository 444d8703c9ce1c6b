package simtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"sluice/engine/run"
)

var epoch = time.Unix(1_800_000_000, 0).UTC()

// driver carries out the core's commands in a random order and answers them
// from the case's world.
type driver struct {
	c          *flowCase
	r          *rand.Rand
	plan       *run.Plan
	state      *run.State
	journal    []run.Entry // as it reads back from the disk
	at         time.Time
	iterations int
	cast       map[run.StepID]int // votes cast so far
	retried    map[run.StepID]int // retries that came due
	want       verdict
	open       map[string]run.Command // issued, neither answered nor dropped
}

// check drives a case through one random schedule and reports where the core
// and the oracle differ, with the journal so far.
func check(c *flowCase, schedule uint64) (d *driver, err error) {
	d = &driver{c: c, r: rand.New(rand.NewPCG(c.seed, schedule+2)), at: epoch, cast: map[run.StepID]int{}, retried: map[run.StepID]int{}, want: expect(c), open: map[string]run.Command{}}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	d.plan, err = run.Compile(c.pinned())
	if err != nil {
		return d, refusedPlan{err}
	}
	d.state = run.NewState(d.plan, "sim")
	start := run.Started{Flow: "x", Name: "Case", Input: run.Ref{Inline: json.RawMessage(given)}, Rules: run.RulesNow}
	if c.prepared {
		start.Trigger.Kind = run.TriggerWebhook
	}
	if err := d.apply(start); err != nil {
		return d, err
	}
	for d.state.Status() != run.StatusDone {
		if d.iterations++; d.iterations > 20000 {
			return d, errors.New("the run does not end")
		}
		if len(d.open) == 0 {
			return d, errors.New("dead end: the run is not over and waits for nothing")
		}
		if d.iterations == c.canceled {
			return d, d.cancel()
		}
		if err := d.iteration(); err != nil {
			return d, err
		}
	}
	return d, d.verify()
}

// refusedPlan is why a case cannot be run at all.
type refusedPlan struct{ error }

// iteration answers one outstanding command, with some mischief in between.
func (d *driver) iteration() error {
	if err := d.agree(); err != nil {
		return err
	}
	if err := d.mischief(); err != nil {
		return err
	}
	keys := d.keys()
	cmd := d.open[keys[d.r.IntN(len(keys))]]
	at := d.at.Add(time.Duration(d.r.IntN(5)) * time.Second)
	if timer, ok := cmd.(run.StartTimer); ok && timer.At.After(at) {
		at = timer.At
	}
	for _, k := range keys { // nobody who votes misses the deadline
		if g, ok := d.open[k].(run.OpenGate); ok && !g.Deadline.After(at) {
			if _, f := d.fate(g.Step); d.cast[g.Step] < len(f.votes) {
				return d.vote(g.Step, f)
			}
		}
	}
	d.at = at
	return d.answer(cmd)
}

// keys lists what is outstanding, in an order that is always the same.
func (d *driver) keys() []string { return slices.Sorted(maps.Keys(d.open)) }

// mischief does now and then what must not matter.
func (d *driver) mischief() error {
	switch d.r.IntN(14) {
	case 0: // Sluice dies: what it knows is the journal
		return d.restart()
	case 1: // an event of the past comes again
		return d.stale()
	case 2: // people answer while what they are asked about still goes on
		return d.early()
	case 3: // somebody answers a request that is over, or answers too late
		return d.late()
	}
	return nil
}

// early casts a vote on a container whose insides are at work. The votes on
// containers are such that it does not matter when they come.
func (d *driver) early() error {
	for _, st := range d.state.Steps() {
		if st.Phase != run.Running {
			continue
		}
		if n, f := d.fate(st.ID); n.container() && d.cast[st.ID] < len(f.votes) {
			d.want.hits["early vote on a container"] = true
			return d.vote(st.ID, f)
		}
	}
	return nil
}

// late tries what comes too late, or too early, to count.
func (d *driver) late() error {
	for _, st := range d.state.Steps() {
		if st.Gate == nil {
			continue
		}
		ev := run.DecisionMade{Step: st.ID, Person: "late@x.example", Approve: true, Via: run.ViaLink}
		if st.Gate.Outcome != "" && d.r.IntN(2) == 0 {
			return d.refused(d.at, ev)
		}
		if st.Gate.Outcome == "" && d.r.IntN(2) == 0 {
			return d.refused(st.Gate.Deadline.Add(time.Millisecond), ev)
		}
	}
	for _, k := range d.keys() {
		c := d.open[k]
		if timer, ok := c.(run.StartTimer); ok && timer.At.After(d.at) {
			return d.refused(timer.At.Add(-time.Millisecond), run.TimerFired{Step: timer.Step, Kind: timer.Kind})
		}
	}
	return nil
}

// answer brings the event that a command asked for.
func (d *driver) answer(cmd run.Command) error {
	switch cmd := cmd.(type) {
	case run.Evaluate:
		return d.evaluate(cmd)
	case run.StartJob:
		return d.job(cmd)
	case run.StartTimer:
		delete(d.open, key(cmd))
		if cmd.Kind == run.TimerRetry {
			d.retried[cmd.Step]++
		}
		return d.apply(run.TimerFired{Step: cmd.Step, Kind: cmd.Kind})
	case run.OpenGate:
		_, f := d.fate(cmd.Step)
		if d.cast[cmd.Step] < len(f.votes) {
			return d.vote(cmd.Step, f)
		}
		return nil // the deadline will come
	case run.Admit:
		delete(d.open, key(cmd))
		return d.apply(run.Admitted{})
	case run.Recall:
		delete(d.open, key(cmd))
		if d.c.cached == 2 {
			return d.apply(run.Recalled{Hit: true, Result: run.Ref{Inline: json.RawMessage(kept)}})
		}
		return d.apply(run.Recalled{})
	case run.Drop, run.Finish:
		// Nothing answers them.
	}
	return fmt.Errorf("unexpected command %T", cmd)
}

// fate finds a step's node and what becomes of it.
func (d *driver) fate(id run.StepID) (*node, fate) {
	n, _ := d.c.find(id)
	if n == nil {
		panic(fmt.Sprintf("a step %q that the flow has not", id))
	}
	return n, d.c.fate(n, id)
}

// evaluate answers from the world, and looks at what the expressions may see.
func (d *driver) evaluate(cmd run.Evaluate) error {
	ev := run.Evaluated{Step: cmd.Step, For: cmd.For}
	if cmd.For == run.ForFlowSkip {
		f := d.c.fate(&node{}, cmd.Step+"?")
		ev.Value = run.Inline(f.skipFlow)
		if f.noSkip {
			ev = thrownBy(ev)
		}
		delete(d.open, key(cmd))
		return d.apply(ev)
	}
	n, f := d.fate(cmd.Step)
	if err := d.look(cmd, n); err != nil {
		return err
	}
	st, _ := d.state.Step(cmd.Step)
	loop := n.kind == forLoop || n.kind == while
	switch cmd.For {
	case run.ForSkip:
		ev.Value = run.Inline(f.skip)
	case run.ForStop:
		ev.Value = run.Inline(f.stop)
		if loop && st.Iterations != nil {
			ev.Value = run.Inline(st.Iterations.Ended-1 >= f.stopIteration)
		}
	case run.ForAllStop:
		ev.Value = run.Inline(f.stopAll)
	case run.ForRetry:
		ev.Value = run.Inline(d.retried[cmd.Step] < f.retryUntil)
	case run.ForBranch:
		ev.Value = run.Inline(f.chosen)
	case run.ForSleep:
		ev.Value = run.Inline(1.5)
	case run.ForTimeout:
		ev.Value = run.Inline(60)
	case run.ForWidth:
		ev.Value = run.Inline(n.width)
	case run.ForIterator:
		ev.Value = d.items(n, f, cmd.Step)
	case run.ForInputs:
		ev.Value = run.Ref{Inline: json.RawMessage(arguments(n, f, cmd.Step))}
		if f.bigInput {
			ev.Value = run.Ref{Hash: "in " + string(cmd.Step), Size: 5000, Preview: "{…"}
		}
	case run.ForRecover:
		_, p := d.c.find(cmd.Step)
		ev.Value = run.Inline(p.recover)
	default:
		return fmt.Errorf("unexpected evaluation for %q", cmd.For)
	}
	if f.throws == cmd.For {
		ev = thrownBy(ev)
		if f.wrong && shaped(cmd.For) {
			ev.Err, ev.Value = nil, misshapen(cmd.For)
		}
	}
	delete(d.open, key(cmd))
	return d.apply(ev)
}

func thrownBy(ev run.Evaluated) run.Evaluated {
	ev.Value, ev.Err = run.Ref{}, &run.Failure{Name: run.NameExpr, Message: thrown(ev.Step, ev.For)}
	return ev
}

// misshapen is a value that an expression of a purpose must not have.
func misshapen(purpose run.Purpose) run.Ref {
	switch purpose {
	case run.ForSleep:
		return run.Inline(-1)
	case run.ForBranch:
		return run.Inline(99)
	}
	return run.Inline("soon")
}

// items is what an iterator is worth.
func (d *driver) items(n *node, f fate, id run.StepID) run.Ref {
	switch {
	case f.noList:
		return run.Inline([]any{map[string]any{"not": "a list"}, "text", 7, nil}[f.retryUntil])
	case f.big && f.items > 0:
		return run.Ref{Hash: string(id), Size: 5000, Preview: "[…", Len: f.items}
	}
	list := []json.RawMessage{}
	for i := range f.items {
		list = append(list, json.RawMessage(item(n, f, id, i)))
	}
	return run.Inline(list)
}

// job runs an attempt: first its early votes, then perhaps an interruption,
// then its end, with a result of an older attempt thrown in.
func (d *driver) job(cmd run.StartJob) error {
	if cmd.Step == run.PreprocessorStep {
		delete(d.open, key(cmd))
		made := json.RawMessage(prepared(d.c))
		if len(made) == 0 {
			return d.apply(run.JobFailed{Step: cmd.Step, Attempt: cmd.Attempt, Err: run.Failure{Name: "Boom", Message: message(cmd.Step, 1)}})
		}
		if d.c.seed%2 == 1 {
			made = json.RawMessage(`"preprocessor"`)
		}
		return d.apply(run.JobSucceeded{Step: cmd.Step, Attempt: cmd.Attempt, Result: run.Ref{Inline: made}})
	}
	n, f := d.fate(cmd.Step)
	if want := arguments(n, f, cmd.Step); !alike(text(cmd.Args), want) {
		return fmt.Errorf("step %s runs with %s, want %s", cmd.Step, text(cmd.Args), want)
	}
	if n.timeout != (cmd.Timeout == time.Minute) {
		return fmt.Errorf("step %s may take %s", cmd.Step, cmd.Timeout)
	}
	if d.cast[cmd.Step] < f.early {
		return d.vote(cmd.Step, f)
	}
	if d.r.IntN(3) == 0 {
		if err := d.apply(run.JobStarted{Step: cmd.Step, Attempt: cmd.Attempt, Job: "j"}); err != nil && !errors.Is(err, run.ErrStale) {
			return err
		}
	}
	if d.r.IntN(6) == 0 {
		delete(d.open, key(cmd))
		return d.apply(run.JobInterrupted{Step: cmd.Step, Attempt: cmd.Attempt})
	}
	if cmd.Attempt > 1 {
		if err := d.refused(d.at, run.JobSucceeded{Step: cmd.Step, Attempt: cmd.Attempt - 1, Result: run.Inline("late")}); err != nil {
			return err
		}
	}
	delete(d.open, key(cmd))
	if cmd.Attempt <= f.fails {
		if blow(f, cmd.Attempt) == run.NameLost {
			return d.apply(run.JobLost{Step: cmd.Step, Attempt: cmd.Attempt})
		}
		return d.apply(run.JobFailed{Step: cmd.Step, Attempt: cmd.Attempt, Err: run.Failure{Name: "Boom", Message: message(cmd.Step, cmd.Attempt)}})
	}
	result := run.Inline(string(cmd.Step))
	switch _, p := d.c.find(cmd.Step); {
	case f.big:
		result = run.Ref{Hash: string(cmd.Step), Size: 5000, Preview: "{…"}
	case n == p.failure:
		result = run.Ref{Inline: json.RawMessage(handled(p.recover))}
	}
	return d.apply(run.JobSucceeded{Step: cmd.Step, Attempt: cmd.Attempt, Result: result})
}

// vote casts a step's next vote, and tries it once more.
func (d *driver) vote(step run.StepID, f fate) error {
	v := f.votes[d.cast[step]]
	d.cast[step]++
	ev := run.DecisionMade{Step: step, Person: v.person, Approve: v.approve, Payload: run.Ref{Inline: json.RawMessage(payload(d.cast[step]))}, Via: run.ViaLink}
	if err := d.apply(ev); err != nil {
		return err
	}
	return d.refused(d.at, ev)
}

// cancel ends the run by hand: nothing is left over, and what happened before
// is as the oracle has it.
func (d *driver) cancel() error {
	if err := d.apply(run.CancelRequested{By: "ann", Reason: "enough"}); err != nil {
		return err
	}
	if out, _, _ := d.state.Outcome(); out != run.Canceled || d.state.Status() != run.StatusDone {
		return fmt.Errorf("canceled, and ended %s %s", d.state.Status(), out)
	}
	d.want.hits["cancel"] = true
	for _, st := range d.state.Steps() {
		w := d.want.steps[st.ID]
		switch {
		case st.Phase != run.Done:
			return fmt.Errorf("canceled, but step %s is %s", st.ID, st.Phase)
		case w == nil && st.Attempt > 0 || w != nil && w.attempts < st.Attempt && w.attempts > 0:
			return fmt.Errorf("step %s made %d attempts, want at most those of %+v", st.ID, st.Attempt, w)
		case st.Gate != nil && (w == nil || st.Gate.Outcome != run.Canceled && st.Gate.Outcome != w.gate):
			return fmt.Errorf("canceled, and the gate of %s is %+v, want canceled or %+v", st.ID, st.Gate, w)
		}
	}
	return d.over()
}
