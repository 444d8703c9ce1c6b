package maintenance

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/logs"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// A step may ask that its values do not outlast its run: delete_after_use, or
// delete_after_secs for some time later; the latter for the whole flow, too. The
// run stays and can be read: which steps ran, when, who was asked and how they
// voted. Its arguments, the items of its loops, its results, what it asked, what
// people wrote, and the texts of its errors are replaced in the journal by empty
// ones, their blobs are overwritten unless another entry
// names the same value, and its logs are removed. What other steps made of the
// values is theirs.

// erased stands for a value that is no longer kept.
var erased = run.Ref{Inline: json.RawMessage("{}")}

// wakeAtLeast is how long to wait where the disk does not tell what is due.
const wakeAtLeast = 30 * time.Second

// lastErasure bounds what is erased while Sluice closes.
const lastErasure = 2 * time.Second

// eraseAgain is how long after an erasure that failed the next try is.
const eraseAgain = time.Hour

// PlanErasure notes when the values of a run that ended are to be erased.
func (m *Maintenance) PlanErasure(tx *writer.Tx, r *writer.Run, plan *run.Plan) error {
	for s := range plan.Erasures() {
		at := r.At.Add(flow.Seconds(s))
		if err := tx.PutErasure(sqlite.Erasure{Run: r.Key, Seconds: s, At: at.UnixNano()}); err != nil {
			return err
		}
		tx.After(func() { m.cfg.Clock.NoteErasure(at) })
	}
	return nil
}

// EraseDue carries out the erasures that are due and sets the timer for the next.
func (m *Maintenance) EraseDue(ctx context.Context) {
	for ctx.Err() == nil {
		next, ok, err := m.cfg.DB.NextErasure()
		if err != nil {
			m.cfg.Log.Error("read the erasures", "err", err)
			m.cfg.Clock.NoteErasure(m.cfg.Wall().Add(wakeAtLeast))
			return
		}
		if !ok {
			return
		}
		if at := journal.FromNano(next.At); at.After(m.cfg.Wall()) {
			m.cfg.Clock.NoteErasure(at)
			return
		}
		if err := m.Erase(ctx, next); err != nil && ctx.Err() == nil {
			m.cfg.Log.Error("erase values", "run", next.UUID, "err", err)
			later := m.cfg.Wall().Add(eraseAgain) // the others must not wait for it
			err := m.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
				next.At = later.UnixNano()
				return tx.PutErasure(next)
			})
			if err != nil {
				m.cfg.Clock.NoteErasure(m.cfg.Wall().Add(wakeAtLeast))
				return
			}
		}
	}
}

// EraseLast carries out what is to be erased by now, as far as that goes in a moment:
// the next start may be far off, or never come.
func (m *Maintenance) EraseLast(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastErasure)
	defer cancel()
	m.EraseDue(ctx)
}

// A scrub is what one erasure changes.
type scrub struct {
	lines map[int]string  // new fields of entries, by their number
	named map[string]bool // hashes of the blobs that the old ones name
	kept  map[string]bool // hashes of the blobs that the run names still
	last  int             // number of the last entry that was looked at
	logs  []string
}

// keep spares the blobs that a line names.
func (s *scrub) keep(data string) {
	for _, hash := range sqlite.BlobsIn(data) {
		s.kept[hash] = true
	}
}

// Erase carries one erasure out. The run is read outside of the writer; an entry that
// came since is looked at inside.
func (m *Maintenance) Erase(ctx context.Context, what sqlite.Erasure) error {
	id := run.ID(what.UUID)
	defer m.cfg.Chores.Begin("the erasure of values", id)()
	row, err := m.cfg.Journal.Row(id)
	if err != nil {
		return err
	}
	plan, err := m.cfg.Journal.Plan(m.cfg.DB.View, row.Flow)
	if err != nil {
		return err
	}
	s, err := m.scrub(ctx, row, plan, what.Seconds)
	if err != nil {
		return err
	}
	err = m.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		for line, err := range tx.JournalFrom(row.Key, row.UUID, s.last+1) {
			if err != nil {
				return err
			}
			s.keep(line.Data)
		}
		if err := tx.Overwriting(func() error { return m.overwrite(tx, row, s) }); err != nil {
			return err
		}
		if err := tx.DeleteErasure(what); err != nil {
			return err
		}
		if whole, all := plan.ErasesAll(); all && whole == what.Seconds {
			return tx.DeleteUserStates(row.Key)
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.cfg.Journal.Forget(id)
	m.cfg.Writer.Rewritten()
	for _, path := range s.logs {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove a log: %w", err)
		}
	}
	return nil
}

// overwrite changes what a scrub says, and makes sure that the run stays what it was.
func (m *Maintenance) overwrite(tx *writer.Tx, row sqlite.Run, s *scrub) error {
	for seq, data := range s.lines {
		if err := tx.RewriteEntry(row.Key, seq, data); err != nil {
			return err
		}
	}
	if err := journal.Rechain(tx.Tx, row); err != nil {
		return err
	}
	tx.Forget(run.ID(row.UUID)) // its sums are others now
	for hash := range s.named {
		if s.kept[hash] {
			continue
		}
		if err := tx.DropBlob(hash, row.Key); err != nil {
			return err
		}
	}
	return m.sameEnd(tx, row)
}

// sameEnd makes sure that a run whose values were erased still folds to its end.
func (m *Maintenance) sameEnd(tx *writer.Tx, row sqlite.Run) error {
	r, err := m.cfg.Journal.Load(tx.View, row)
	if err != nil {
		return fmt.Errorf("read the run without its values: %w", err)
	}
	if o, _, _ := r.State.Outcome(); r.State.Status() != run.StatusDone || string(o) != row.Outcome {
		return fmt.Errorf("without its values the run would have ended %s, not %s", o, row.Outcome)
	}
	return nil
}

// scrub finds what belongs to the steps that ask for an erasure so many seconds
// after the end.
func (m *Maintenance) scrub(ctx context.Context, row sqlite.Run, plan *run.Plan, after float64) (*scrub, error) {
	s := &scrub{lines: make(map[int]string), named: make(map[string]bool), kept: make(map[string]bool)}
	whole, all := plan.ErasesAll()
	all = all && whole == after
	chain := journal.Chain{End: row.End}
	for line, err := range m.cfg.DB.Journal(row.Key, row.UUID) {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		s.last = line.Seq
		// What is not as it was written must not get a new sum: it would look true.
		if err := chain.Next(line); err != nil {
			return nil, &journal.Damage{Err: err}
		}
		ev, err := journal.Decode(line.Type, line.Data)
		if err != nil {
			return nil, err
		}
		mine := func(step run.StepID) bool {
			secs, ok := plan.EraseAfter(step)
			return ok && secs == after
		}
		next := without(ev, mine, all)
		if started, ok := ev.(run.JobStarted); ok && mine(started.Step) {
			path, err := logs.Path(m.cfg.Dir, run.ID(row.UUID), started.Step, started.Attempt)
			if err != nil {
				return nil, err
			}
			s.logs = append(s.logs, path)
		}
		if next == nil {
			s.keep(line.Data)
			continue
		}
		_, data, err := journal.Encode(next)
		if err != nil {
			return nil, err
		}
		for _, hash := range sqlite.BlobsIn(line.Data) {
			s.named[hash] = true
		}
		s.keep(data)
		s.lines[line.Seq] = data
	}
	if err := chain.Whole(); err != nil {
		return nil, &journal.Damage{Err: err}
	}
	return s, nil
}

// without returns an event without its values, nil if it stays as it is.
func without(ev run.Event, mine func(run.StepID) bool, whole bool) run.Event {
	switch ev := ev.(type) {
	case run.Started:
		r := ev.Restart.Without(mine, erased)
		if !whole && r == ev.Restart {
			return nil
		}
		ev.Restart = r
		if whole {
			ev.Input = erased
		}
		return ev
	case run.CancelRequested: // who canceled stays
		if whole && ev.Reason != "" {
			ev.Reason = ""
			return ev
		}
	case run.Evaluated:
		switch {
		case ev.Err != nil || !mine(ev.Step):
		case ev.For == run.ForInputs:
			ev.Value = erased
			return ev
		case ev.For == run.ForIterator: // how many iterations there were is no value
			ev.Value = run.Ref{Inline: []byte("[" + strings.TrimSuffix(strings.Repeat("{},", ev.Value.Len), ",") + "]"), Len: ev.Value.Len}
			return ev
		}
	case run.AskNoted:
		if mine(ev.Step) {
			ev.Ask = run.Ask{}
			return ev
		}
	case run.DecisionMade: // who decided, and how, stays
		if mine(ev.Step) && (!ev.Payload.IsZero() || ev.Reason != "") {
			if !ev.Payload.IsZero() {
				ev.Payload = erased
			}
			ev.Reason = ""
			return ev
		}
	case run.JobSucceeded:
		if mine(ev.Step) {
			ev.Result = withoutResult(ev.Result)
			return ev
		}
	case run.JobFailed:
		if mine(ev.Step) {
			ev.Err = run.Failure{Name: ev.Err.Name, Message: "what it said was deleted after use", StepID: ev.Err.StepID, Code: ev.Err.Code}
			return ev
		}
	case run.Admitted, run.JobInterrupted, run.JobLost, run.JobStarted, run.LinkMinted, run.MailNoted, run.Recalled, run.TimerFired:
		// They hold no value.
	}
	return nil
}

// withoutResult keeps of a result what the run's way depended on: that a failure
// module said recover.
func withoutResult(r run.Ref) run.Ref {
	var said struct {
		Recover any `json:"recover"`
	}
	if r.Inline != nil && json.Unmarshal(r.Inline, &said) == nil && said.Recover == true {
		return run.Ref{Inline: json.RawMessage(`{"recover":true}`)}
	}
	return erased
}
