package engine

import (
	"fmt"

	"sluice/engine/internal/people"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// hands give what the core commands to the parts that carry it out. This is the page
// where it stands what an event or a command leads to.
type hands struct{ *parts }

var _ writer.Hands = hands{}

// Carry does what can be done of a command inside the transaction.
func (h hands) Carry(tx *writer.Tx, r *writer.Run, cmd run.Command) ([]run.Event, error) {
	switch cmd := cmd.(type) {
	case run.Evaluate:
		return h.evals.Evaluate(tx, r, cmd)
	case run.StartJob:
		return h.jobs.StartJob(tx, r, cmd)
	case run.StartTimer:
		return nil, h.clock.Set(tx, r, cmd)
	case run.OpenGate:
		return people.OpenGate(h.people, tx, r, cmd)
	case run.Drop:
		return nil, h.drop(tx, r, cmd)
	case run.Admit:
		return h.jobs.Admit(tx, r, cmd)
	case run.Recall:
		return h.jobs.Recall(tx, r, cmd)
	case run.Finish:
		return nil, h.finish(tx, r, cmd)
	}
	return nil, fmt.Errorf("carry out %T: the command is not known", cmd)
}

// Settle removes from the index what an event answered.
func (h hands) Settle(tx *writer.Tx, r *writer.Run, ev run.Event) error {
	switch ev := ev.(type) {
	case run.JobSucceeded:
		return h.jobs.Succeeded(tx, r, ev)
	case run.JobFailed:
		return h.jobs.Ended(tx, r, ev.Step, ev.Attempt)
	case run.JobLost:
		return h.jobs.Ended(tx, r, ev.Step, ev.Attempt)
	case run.JobInterrupted:
		return h.jobs.Ended(tx, r, ev.Step, ev.Attempt)
	case run.TimerFired:
		return tx.DeleteTimer(r.Key, string(ev.Step), string(ev.Kind))
	case run.Admitted, run.AskNoted, run.CancelRequested, run.DecisionMade, run.Evaluated, run.JobStarted, run.LinkMinted, run.MailNoted, run.Recalled, run.Started:
		// They have no row.
	}
	return nil
}

// Ready begins what has become possible.
func (h hands) Ready(tx *writer.Tx) error { return h.jobs.Ready(tx) }

// Crowded reports whether jobs queue for a worker.
func (h hands) Crowded() bool { return h.jobs.Crowded() }

// drop takes back what is no longer wanted.
func (h hands) drop(tx *writer.Tx, r *writer.Run, cmd run.Drop) error {
	switch of := cmd.Of.(type) {
	case run.StartJob:
		return h.jobs.DropJob(tx, r, of)
	case run.StartTimer:
		return tx.DeleteTimer(r.Key, string(of.Step), string(of.Kind))
	case run.OpenGate:
		return tx.DeleteGate(r.Key, string(of.Step))
	case run.Evaluate:
		h.evals.Drop(tx, r, of)
	case run.Admit, run.Recall:
		// They have no row, and an answer that comes is stale.
	case run.Drop, run.Finish:
		return fmt.Errorf("take back %T: it has no answer", of)
	}
	return nil
}

// finish clears away what a run leaves when it is over.
func (h hands) finish(tx *writer.Tx, r *writer.Run, cmd run.Finish) error {
	tx.After(func() { tx.Forget(r.ID) })
	h.byScripts.remove(tx, r.State.Trigger())
	if err := h.schedules.Ended(tx, r); err != nil {
		return err
	}
	if err := tx.ClearRun(r.Key); err != nil {
		return err
	}
	plan, err := h.journal.Plan(tx.View, r.Flow)
	if err != nil {
		return err
	}
	if err := h.jobs.Finish(tx, r, cmd, plan); err != nil {
		return err
	}
	return h.maintenance.PlanErasure(tx, r, plan)
}

// limits are the scheduler's, to the clock, which is made before it.
type limits struct{ *parts }

func (l limits) FreeDue(tx *writer.Tx) error { return l.jobs.FreeDue(tx) }

func (l limits) TryAll(tx *writer.Tx) error { return l.jobs.TryAll(tx) }
