package simtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"sluice/engine/run"
)

// driver carries out the core's commands in a random order and answers them
// from the case's world.
type driver struct {
	c       *flowCase
	r       *rand.Rand
	plan    *run.Plan
	state   *run.State
	journal []run.Entry
	at      time.Time
	byID    map[string]*node
	cast    map[run.StepID]int // votes cast so far
	want    verdict
	open    map[string]run.Command // issued, neither answered nor dropped
	log     []string
}

// check drives a case through one random schedule and reports where the core
// and the oracle differ.
func check(c *flowCase, schedule uint64) (err error) {
	d := &driver{c: c, r: rand.New(rand.NewPCG(c.seed, schedule+2)), at: time.Unix(1_800_000_000, 0).UTC(),
		byID: map[string]*node{}, cast: map[run.StepID]int{}, want: expect(c), open: map[string]run.Command{}}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, strings.Join(d.log, "\n"))
		}
	}()
	d.index(c.nodes)
	if c.failure != nil {
		d.byID["failure"] = c.failure
	}
	d.plan, err = run.Compile(run.Pinned{Flow: c.document()})
	if err != nil {
		return err
	}
	d.state = run.NewState(d.plan, "sim")
	if err := d.apply(run.Started{Flow: "x", Name: "Case", Input: run.Inline(map[string]any{}), Rules: run.RulesNow}); err != nil {
		return err
	}
	for steps := 0; d.state.Status() != run.StatusDone; steps++ {
		if steps > 2000 {
			return errors.New("the run does not end")
		}
		if len(d.open) == 0 {
			return errors.New("dead end: the run is not over and waits for nothing")
		}
		if err := d.turn(); err != nil {
			return err
		}
	}
	return d.verify()
}

func (d *driver) index(nodes []*node) {
	for _, n := range nodes {
		d.byID[n.id] = n
		for _, b := range n.branches {
			d.index(b)
		}
		d.index(n.fallback)
	}
}

// turn answers one outstanding command, with some mischief in between.
func (d *driver) turn() error {
	if err := d.agree(); err != nil {
		return err
	}
	switch d.r.IntN(12) {
	case 0: // Sluice dies: what it knows is the journal
		if err := d.restart(); err != nil {
			return err
		}
	case 1: // an event of the past comes again
		if err := d.stale(); err != nil {
			return err
		}
	}
	keys := make([]string, 0, len(d.open))
	for k := range d.open {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	cmd := d.open[keys[d.r.IntN(len(keys))]]
	d.at = d.at.Add(time.Duration(d.r.IntN(5)) * time.Second)
	return d.answer(cmd)
}

// answer brings the event that a command asked for.
func (d *driver) answer(cmd run.Command) error {
	switch cmd := cmd.(type) {
	case run.Evaluate:
		return d.evaluate(cmd)
	case run.StartJob:
		return d.job(cmd)
	case run.StartTimer:
		if cmd.Kind == run.TimerDeadline {
			n := d.node(cmd.Step)
			if d.cast[cmd.Step] < len(n.votes) {
				return d.vote(cmd.Step, n) // people answer before the deadline
			}
		}
		if cmd.At.After(d.at) {
			d.at = cmd.At
		}
		delete(d.open, key(cmd))
		return d.apply(run.TimerFired{Step: cmd.Step, Kind: cmd.Kind})
	case run.OpenGate:
		n := d.node(cmd.Step)
		if d.cast[cmd.Step] < len(n.votes) {
			return d.vote(cmd.Step, n)
		}
		return nil // the deadline will come
	}
	return fmt.Errorf("unexpected command %T", cmd)
}

// node finds the fate of a step.
func (d *driver) node(id run.StepID) *node {
	s := string(id)
	return d.byID[s[strings.LastIndex(s, "/")+1:]]
}

// evaluate answers from the world, and looks at what the expressions may see.
func (d *driver) evaluate(cmd run.Evaluate) error {
	n := d.node(cmd.Step)
	ev := run.Evaluated{Step: cmd.Step, For: cmd.For}
	switch cmd.For {
	case run.ForSkip:
		ev.Value = run.Inline(n.skipValue)
	case run.ForStop:
		ev.Value = run.Inline(n.stopValue)
	case run.ForRetry:
		st, _ := d.state.Step(cmd.Step)
		ev.Value = run.Inline(st.Attempt <= n.retryUntil)
	case run.ForBranch:
		ev.Value = run.Inline(n.chosen)
	case run.ForSleep:
		ev.Value = run.Inline(1.5)
	case run.ForInputs:
		if err := d.scope(cmd); err != nil {
			return err
		}
		ev.Value = run.Inline(map[string]any{"x": 1})
	default:
		if cmd.Shape != run.ShapeBool {
			return fmt.Errorf("unexpected evaluation for %q", cmd.For)
		}
		ev.Value = run.Inline(d.c.recover) // whether the failure module recovers
	}
	delete(d.open, key(cmd))
	return d.apply(ev)
}

// scope compares what a step's inputs see with the oracle.
func (d *driver) scope(cmd run.Evaluate) error {
	prev, known := d.want.previous[cmd.Step]
	if !known {
		if cmd.Step == run.FailureStep {
			return nil
		}
		return fmt.Errorf("step %s is evaluated and should not be reached", cmd.Step)
	}
	if got := text(cmd.Scope.Names["previous_result"]); prev != "?" && got != prev {
		return fmt.Errorf("step %s sees previous_result %s, want %s", cmd.Step, got, prev)
	}
	var resumes []json.RawMessage
	if r := cmd.Scope.Names["resumes"]; !r.IsZero() {
		if err := json.Unmarshal(r.Inline, &resumes); err != nil {
			return fmt.Errorf("resumes of %s: %w", cmd.Step, err)
		}
	}
	if want := d.want.resumes[cmd.Step]; len(resumes) != want {
		return fmt.Errorf("step %s sees %d resumes, want %d", cmd.Step, len(resumes), want)
	}
	return nil
}

// job runs an attempt: first its early votes, then perhaps an interruption,
// then its end, with a result of an older attempt thrown in.
func (d *driver) job(cmd run.StartJob) error {
	n := d.node(cmd.Step)
	if d.cast[cmd.Step] < n.early {
		return d.vote(cmd.Step, n)
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
		if err := d.refused(run.JobSucceeded{Step: cmd.Step, Attempt: cmd.Attempt - 1, Result: run.Inline("late")}); err != nil {
			return err
		}
	}
	delete(d.open, key(cmd))
	if cmd.Attempt <= n.fails {
		return d.apply(run.JobFailed{Step: cmd.Step, Attempt: cmd.Attempt, Err: run.Failure{Name: "Boom", Message: "as the world has it"}})
	}
	result := run.Inline(string(cmd.Step))
	if cmd.Step == run.FailureStep {
		result = run.Ref{Inline: json.RawMessage(handled(d.c.recover))}
	}
	return d.apply(run.JobSucceeded{Step: cmd.Step, Attempt: cmd.Attempt, Result: result})
}

// vote casts a step's next vote, and tries it once more.
func (d *driver) vote(step run.StepID, n *node) error {
	v := n.votes[d.cast[step]]
	d.cast[step]++
	ev := run.DecisionMade{Step: step, Person: v.person, Approve: v.approve, Payload: run.Inline(map[string]any{"n": d.cast[step]}), Via: run.ViaLink}
	if err := d.apply(ev); err != nil {
		return err
	}
	return d.refused(ev)
}
