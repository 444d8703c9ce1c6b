package simtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"sluice/engine/run"
)

// apply hands an event to the core, records it and keeps the books of what was
// asked and not answered.
func (d *driver) apply(ev run.Event) error {
	cmds, err := d.state.Next(d.at, ev)
	d.log = append(d.log, fmt.Sprintf("> %T%+v", ev, ev))
	if err != nil {
		d.log = append(d.log, "  ! "+err.Error())
		return fmt.Errorf("%T of %v: %w", ev, ev, err)
	}
	d.journal = append(d.journal, run.Entry{ID: int64(len(d.journal) + 1), Run: "sim", Seq: len(d.journal) + 1, At: d.at, Event: ev})
	for _, c := range cmds {
		d.log = append(d.log, fmt.Sprintf("  < %T %s", c, key(c)))
		if drop, ok := c.(run.Drop); ok {
			d.drop(drop)
			continue
		}
		if _, ok := c.(run.Finish); ok {
			continue
		}
		d.open[key(c)] = c
	}
	// A gate that was decided is no longer open, whether or not it was dropped.
	for k, c := range d.open {
		if g, ok := c.(run.OpenGate); ok {
			if st, ok := d.state.Step(g.Step); !ok || st.Gate == nil || st.Gate.Outcome != "" {
				delete(d.open, k)
			}
		}
	}
	return nil
}

func (d *driver) drop(c run.Drop) {
	switch {
	case c.Job:
		delete(d.open, key(run.StartJob{Step: c.Step, Attempt: c.Attempt}))
	case c.Timer != "":
		delete(d.open, key(run.StartTimer{Step: c.Step, Kind: c.Timer}))
	case c.Gate:
		delete(d.open, key(run.OpenGate{Step: c.Step}))
	case c.Eval != "":
		delete(d.open, key(run.Evaluate{Step: c.Step, For: c.Eval}))
	}
}

// key names a command as the core's rules have it.
func key(c run.Command) string {
	switch c := c.(type) {
	case run.Evaluate:
		return fmt.Sprintf("eval %s %s", c.Step, c.For)
	case run.StartJob:
		return fmt.Sprintf("job %s %d", c.Step, c.Attempt)
	case run.StartTimer:
		return fmt.Sprintf("timer %s %s", c.Step, c.Kind)
	case run.OpenGate:
		return fmt.Sprintf("gate %s", c.Step)
	}
	return fmt.Sprintf("%T", c)
}

// agree checks that the core itself knows what it waits for.
func (d *driver) agree() error {
	var core, books []string
	for _, c := range d.state.Outstanding() {
		core = append(core, key(c))
	}
	for k := range d.open {
		books = append(books, k)
	}
	slices.Sort(core)
	slices.Sort(books)
	if !slices.Equal(core, books) {
		return fmt.Errorf("the core waits for %q, was asked and not answered %q", core, books)
	}
	return nil
}

// refused checks that an event changes nothing.
func (d *driver) refused(ev run.Event) error {
	before := d.picture(d.state)
	_, err := d.state.Next(d.at, ev)
	var refusal *run.Refusal
	if err == nil {
		return fmt.Errorf("%T%+v was accepted and must not be", ev, ev)
	}
	if !errors.Is(err, run.ErrStale) && !errors.As(err, &refusal) {
		return fmt.Errorf("%T%+v: %w, want stale or a refusal", ev, ev, err)
	}
	if after := d.picture(d.state); after != before {
		return fmt.Errorf("%T%+v was refused but changed the state:\n%s\n%s", ev, ev, before, after)
	}
	return nil
}

// stale repeats an event of the past that must not count again.
func (d *driver) stale() error {
	ev := d.journal[d.r.IntN(len(d.journal))].Event
	switch ev := ev.(type) {
	case run.Evaluated:
		if _, asked := d.open[key(run.Evaluate{Step: ev.Step, For: ev.For})]; asked {
			return nil // a later question of the same kind
		}
	case run.TimerFired:
		if _, asked := d.open[key(run.StartTimer{Step: ev.Step, Kind: ev.Kind})]; asked {
			return nil
		}
	case run.JobInterrupted:
		return nil // may be true again
	case run.JobStarted:
		if _, asked := d.open[key(run.StartJob{Step: ev.Step, Attempt: ev.Attempt})]; asked {
			return nil // the attempt was handed out once more
		}
	case run.Started, run.JobSucceeded, run.JobFailed, run.DecisionMade:
	default:
		return nil
	}
	return d.refused(ev)
}

// restart folds the journal afresh, as after a kill.
func (d *driver) restart() error {
	again, err := run.Fold(d.plan, "sim", slices.Values(d.journal))
	if err != nil {
		return fmt.Errorf("fold: %w", err)
	}
	if a, b := d.picture(again), d.picture(d.state); a != b {
		return fmt.Errorf("the folded state differs:\n%s\n%s", a, b)
	}
	d.state = again
	return nil
}

// picture is a state as text.
func (d *driver) picture(s *run.State) string {
	b, err := json.Marshal(s.Steps())
	if err != nil {
		return err.Error()
	}
	var open []string
	for _, c := range s.Outstanding() {
		open = append(open, key(c))
	}
	out, ref, f := s.Outcome()
	return fmt.Sprintf("%s %s %s %v %v %s", s.Status(), out, text(ref), f, open, b)
}

// verify compares the end with the oracle.
func (d *driver) verify() error {
	if err := d.agree(); err != nil {
		return err
	}
	outcome, result, failure := d.state.Outcome()
	if outcome != d.want.outcome {
		return fmt.Errorf("outcome %s, want %s", outcome, d.want.outcome)
	}
	if d.want.result != "" && d.want.result != "?" && !same(text(result), d.want.result) {
		return fmt.Errorf("result %s, want %s", text(result), d.want.result)
	}
	if d.want.failure != "" && (failure == nil || failure.Name != d.want.failure) {
		return fmt.Errorf("failure %v, want %s", failure, d.want.failure)
	}
	for id, want := range d.want.attempts {
		if st, ok := d.state.Step(id); !ok || st.Attempt != want {
			return fmt.Errorf("step %s made %d attempts, want %d", id, st.Attempt, want)
		}
	}
	for id, want := range d.want.gates {
		st, ok := d.state.Step(id)
		if !ok || st.Gate == nil || st.Gate.Outcome != want {
			return fmt.Errorf("gate of %s: %+v, want %s", id, st.Gate, want)
		}
	}
	for _, st := range d.state.Steps() {
		if st.Gate != nil && d.want.gates[st.ID] == "" {
			return fmt.Errorf("step %s has a gate and should have none", st.ID)
		}
		if st.Attempt > 0 && d.want.attempts[st.ID] == 0 {
			return fmt.Errorf("step %s ran and should not have", st.ID)
		}
	}
	// Nothing that comes after the end may count.
	if err := d.refused(run.CancelRequested{By: "late"}); err != nil {
		return err
	}
	return d.restart()
}

// text is a Ref's JSON.
func text(r run.Ref) string {
	if r.IsZero() {
		return "null"
	}
	return string(r.Inline)
}

func same(a, b string) bool {
	var x, y bytes.Buffer
	if json.Compact(&x, []byte(a)) != nil || json.Compact(&y, []byte(b)) != nil {
		return false
	}
	return x.String() == y.String()
}
