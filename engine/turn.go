package engine

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"sluice/engine/fault"
	"sluice/engine/internal/eval"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// A turn is one transaction of the loop, on its way to being committed. What it
// changes outside the transaction takes effect only afterwards: the counters
// below are copies, and afterCommit collects the rest. What it has to change at
// once, the queue and what is held, it takes back through undo.
type turn struct {
	e     *Engine
	tx    *sqlite.Tx
	now   time.Time
	free  int    // workers without a job
	hand  []*job // jobs to hand over
	evals []evaluation
	drops map[jobKey]bool
	jobs  map[jobKey]*job // made in this turn
	timer time.Time       // earliest that was set
	mails bool            // one was queued
	after []func()
	undo  []func() // to be called from the last to the first if the turn fails

	freed   map[string]bool // limits that have a slot again
	release time.Time       // when the first of the windows ends that something waits for

	touched map[*live]bool
	ahead   bool // a state took an event that could not be written
	damaged []*live
	lines   []line // of the journal
	inline  int    // evaluations computed here
}

// live is a run in the loop's memory.
type live struct {
	journal.Run                 // its row is written only when what it says changes
	turn        time.Time       // since when it goes on ahead of the queue
	named       map[string]bool // hashes of the blobs that it is known to name
	unmarked    bool            // the row is to know the last entry, whatever else it says
	recalled    bool            // its result is that of an earlier run
	reason      string          // why it is damaged
}

func (t *turn) afterCommit(f func()) { t.after = append(t.after, f) }

// state returns a run, from memory or folded from its journal.
func (t *turn) state(id run.ID) (*live, error) {
	if c, ok := t.e.live[id]; ok {
		t.touched[c] = true
		return c, nil
	}
	row, ok, err := t.tx.Run(string(id))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New("run.unknown", "There is no such run", "It may have been started in another folder.")
	}
	folded, err := t.e.Load(t.tx.View, row)
	if damage, ok := errors.AsType[*journal.Damage](err); ok {
		t.damaged = append(t.damaged, &live{Run: journal.Run{Key: row.Key, ID: id}, reason: damage.Error()})
		return nil, journal.DamagedFault(id, err)
	}
	if err != nil {
		return nil, err
	}
	c := &live{Run: *folded}
	t.e.live[id] = c
	t.touched[c] = true
	return c, nil
}

// apply records an event of a run and carries out what follows from it. The
// error of an event that does not apply is that of the core; nothing was
// written then.
func (t *turn) apply(id run.ID, ev run.Event) error {
	c, err := t.state(id)
	if err != nil {
		return err
	}
	return t.applyTo(c, ev)
}

// applyTo is apply for a run that is at hand.
func (t *turn) applyTo(c *live, ev run.Event) error {
	todo := []run.Event{ev}
	for n := 0; len(todo) > 0; n++ {
		next := todo[0]
		todo = todo[1:]
		more, err := t.step(c, next)
		if n > 0 && errors.Is(err, run.ErrStale) {
			continue // what led to it was taken back in the same breath
		}
		if err != nil {
			return err
		}
		todo = append(more, todo...)
	}
	return nil
}

// step records one event and returns those that follow from it at once.
func (t *turn) step(c *live, ev run.Event) (more []run.Event, err error) {
	at := t.now
	if at.Before(c.At) {
		at = c.At // time in a journal never goes back, whatever the clock does
	}
	cmds, err := c.State.Next(at, ev)
	if err != nil {
		return nil, err
	}
	// From here on the state is ahead of the disk until everything is written.
	defer func() { t.ahead = t.ahead || err != nil }()
	typ, data, err := journal.Encode(ev)
	if err != nil {
		return nil, fmt.Errorf("write %T: %w", ev, err)
	}
	row := sqlite.Row{Run: string(c.ID), Seq: c.Seq + 1, At: at.UnixNano(), Type: typ, Data: data}
	sum := journal.SumOf(c.Sum, row)
	if row.ID, err = t.tx.Append(c.Key, row.Seq, row.At, typ, data, int64(sum)); err != nil {
		return nil, err
	}
	if err := t.noteBlobs(c, data); err != nil {
		return nil, err
	}
	c.Seq++
	c.Sum = sum
	c.At = at
	if _, vote := ev.(run.DecisionMade); vote {
		c.unmarked = true // that a vote is missing is to be noticed
	}
	t.lines = append(t.lines, line{run.Entry{ID: row.ID, Run: c.ID, Seq: c.Seq, At: journal.FromNano(row.At), Event: ev}, len(data)})
	if err := t.settle(c, ev); err != nil {
		return nil, err
	}
	for _, cmd := range cmds {
		evs, err := t.carry(c, cmd)
		if err != nil {
			return nil, err
		}
		more = append(more, evs...)
	}
	return more, nil
}

// noteBlobs notes which stored values an entry names that its run neither owns nor has
// named before, as far as is remembered.
func (t *turn) noteBlobs(c *live, data string) error {
	for _, hash := range sqlite.BlobsIn(data) {
		if c.named[hash] {
			continue
		}
		if err := t.tx.PutBlobRef(hash, c.Key); err != nil {
			return err
		}
		c.names(hash)
	}
	return nil
}

// store writes the blob of a value, if it has one. It belongs in the transaction of the
// entry of the run that names it.
func (t *turn) store(c *live, v journal.Value) error {
	if v.Blob == nil {
		return nil
	}
	stored, err := t.tx.PutBlob(v.Ref.Hash, c.Key, v.Blob)
	if stored {
		c.names(v.Ref.Hash)
	}
	return err
}

// names remembers that it is noted that a run names a value.
func (c *live) names(hash string) {
	const most = 1024
	if c.named == nil || len(c.named) >= most {
		c.named = make(map[string]bool)
	}
	c.named[strings.Clone(hash)] = true // not the whole entry with it
}

// settle removes from the index what an event answered.
func (t *turn) settle(c *live, ev run.Event) error {
	switch ev := ev.(type) {
	case run.JobSucceeded:
		if err := t.keepJob(c, ev); err != nil {
			return err
		}
		return t.endJob(c, ev.Step, ev.Attempt)
	case run.JobFailed:
		return t.endJob(c, ev.Step, ev.Attempt)
	case run.JobLost:
		return t.endJob(c, ev.Step, ev.Attempt)
	case run.JobInterrupted:
		return t.endJob(c, ev.Step, ev.Attempt)
	case run.TimerFired:
		return t.tx.DeleteTimer(c.Key, string(ev.Step), string(ev.Kind))
	case run.Admitted, run.AskNoted, run.CancelRequested, run.DecisionMade, run.Evaluated, run.JobStarted, run.LinkMinted, run.MailNoted, run.Recalled, run.Started:
		// They have no row.
	}
	return nil
}

// carry does what can be done of a command inside the transaction.
func (t *turn) carry(c *live, cmd run.Command) ([]run.Event, error) {
	switch cmd := cmd.(type) {
	case run.Evaluate:
		return t.evaluate(c, cmd)
	case run.StartJob:
		return t.startJob(c, cmd)
	case run.StartTimer:
		if t.timer.IsZero() || cmd.At.Before(t.timer) {
			t.timer = cmd.At
		}
		return nil, t.tx.PutTimer(sqlite.Timer{Run: c.Key, Step: string(cmd.Step), Kind: string(cmd.Kind), At: cmd.At.UnixNano()})
	case run.OpenGate:
		return t.openGate(c, cmd)
	case run.Drop:
		return nil, t.drop(c, cmd)
	case run.Admit:
		return t.admit(c, cmd)
	case run.Recall:
		return t.recall(c, cmd)
	case run.Finish:
		return nil, t.finishRun(c, cmd)
	}
	return nil, fmt.Errorf("carry out %T: the command is not known", cmd)
}

// evaluate computes a command here and now where plain Go can, so that its value
// and what follows belong to the same commit; else it goes to the pool.
func (t *turn) evaluate(c *live, cmd run.Evaluate) ([]run.Event, error) {
	const most = 512 // a long loop of plain steps must not hold everyone else up
	if t.inline++; t.inline <= most {
		s := &eval.Scope{View: t.tx.View, Cmd: cmd, Limit: inlineMax}
		raw, err := s.Compute()
		answer := run.Evaluated{Step: cmd.Step, For: cmd.For}
		var f *run.Failure
		switch {
		case err == nil:
			v, err := journal.NewValue(raw)
			if err != nil {
				answer.Err = evalFailure(err, cmd)
				return []run.Event{answer}, nil
			}
			answer.Value = v.Ref
			return []run.Event{answer}, t.store(c, v)
		case errors.As(err, &f):
			answer.Err = f
			return []run.Event{answer}, nil
		case !errors.Is(err, eval.ErrNeedsJS):
			return nil, err
		}
	}
	t.evals = append(t.evals, evaluation{run: c.ID, cmd: cmd})
	return nil, nil
}

// openGate notes that people are asked. A request nobody has a link to gets one
// for the person at this computer.
func (t *turn) openGate(c *live, cmd run.OpenGate) ([]run.Event, error) {
	err := t.tx.PutGate(sqlite.Gate{Run: c.Key, Step: string(cmd.Step), Required: cmd.Required, Opened: c.At.UnixNano(), Deadline: cmd.Deadline.UnixNano()})
	if err != nil {
		return nil, err
	}
	n, err := t.tx.CountLinks(c.Key, string(cmd.Step))
	if err != nil || n > 0 {
		return nil, err
	}
	_, ev, err := t.insertLink(c, newSecret(), sqlite.Link{Step: string(cmd.Step), Person: run.DesktopUser})
	if err != nil {
		return nil, err
	}
	return []run.Event{ev}, nil
}

// finishRun clears away what a run leaves when it is over.
func (t *turn) finishRun(c *live, cmd run.Finish) error {
	t.afterCommit(func() { delete(t.e.live, c.ID) })
	if err := t.tx.ClearRun(c.Key); err != nil {
		return err
	}
	if err := t.freeSlot(c, "*", 0); err != nil {
		return err
	}
	plan, err := t.e.Plan(t.tx.View, c.Flow)
	if err != nil {
		return err
	}
	if plan.Flow().Value.SameWorker {
		t.afterCommit(func() { t.e.removeShared(c.ID) })
	}
	if err := t.keepRun(c, cmd, plan); err != nil {
		return err
	}
	return t.planErasure(c, plan)
}

// drop takes back what is no longer wanted.
func (t *turn) drop(c *live, cmd run.Drop) error {
	switch of := cmd.Of.(type) {
	case run.StartJob:
		t.dropJob(jobKey{c.ID, of.Step, of.Attempt})
		if err := t.freeSlot(c, of.Step, of.Attempt); err != nil {
			return err
		}
		return t.tx.DeleteJob(c.Key, string(of.Step), of.Attempt)
	case run.StartTimer:
		return t.tx.DeleteTimer(c.Key, string(of.Step), string(of.Kind))
	case run.OpenGate:
		return t.tx.DeleteGate(c.Key, string(of.Step))
	case run.Evaluate:
		key := evalKey{c.ID, of.Step, of.For}
		for i, ev := range t.evals {
			if ev.key() == key {
				t.evals = append(t.evals[:i:i], t.evals[i+1:]...)
				break
			}
		}
		t.afterCommit(func() { delete(t.e.evals, key) })
	case run.Admit, run.Recall:
		// They have no row, and an answer that comes is stale.
	case run.Drop, run.Finish:
		return fmt.Errorf("take back %T: it has no answer", of)
	}
	return nil
}

// finish brings the rows of the touched runs up to their states. It is the last
// act before the commit.
func (t *turn) finish() error {
	for c := range t.touched {
		status, outcome := c.State.Status(), run.Outcome("")
		var ended int64
		if status == run.StatusDone {
			outcome, _, _ = c.State.Outcome()
			ended = c.At.UnixNano()
		}
		if status == c.Status && outcome == c.Outcome && !c.unmarked {
			continue
		}
		end := sqlite.End{Seq: c.Seq, Sum: int64(c.Sum)}
		if err := t.tx.SetStatus(c.Key, string(status), string(outcome), ended, end); err != nil {
			return err
		}
		c.Status, c.Outcome, c.unmarked = status, outcome, false
	}
	return nil
}

// newUUID returns a time-ordered UUID, which keeps indexes dense.
func newUUID() string { return uuid.Must(uuid.NewV7()).String() }
