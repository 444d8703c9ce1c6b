package writer

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// A Tx is one transaction of the writer, on its way to being committed. What changes
// outside of it takes effect only afterwards, through After; what has to change at
// once is taken back through Undo.
type Tx struct {
	*sqlite.Tx
	Now time.Time // when it began, on the wall

	w     *Writer
	batch int // inputs that are recorded together
	after []func()
	last  []func()
	undo  []func() // to be called from the last to the first if the transaction fails

	touched map[*Run]bool
	ahead   bool // a state took an event that could not be written
	damaged []damagedRun
	lines   []line // of the journal
}

// Run is a run in the writer's memory.
type Run struct {
	journal.Run     // its row is written only when what it says changes
	Notes       any // what the Hands remember of it, for as long as it is in memory

	named    map[string]bool // hashes of the blobs that it is known to name
	unmarked bool            // the row is to know the last entry, whatever else it says
}

// damagedRun is one whose journal cannot be folded.
type damagedRun struct {
	key    int64
	id     run.ID
	reason string
}

// After has something done once the transaction is on disk, before anybody is
// answered. It must not wait.
func (t *Tx) After(f func()) { t.after = append(t.after, f) }

// Last has something done once the transaction is on disk and everybody is
// answered. It must not wait.
func (t *Tx) Last(f func()) { t.last = append(t.last, f) }

// Undo has something taken back if the transaction fails.
func (t *Tx) Undo(f func()) { t.undo = append(t.undo, f) }

// Load returns a run, from memory or folded from its journal. Codes: run.unknown,
// run.damaged.
func (t *Tx) Load(id run.ID) (*Run, error) {
	if r, ok := t.w.live[id]; ok {
		t.touched[r] = true
		return r, nil
	}
	row, ok, err := t.Tx.Run(string(id))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New("run.unknown", "There is no such run", "It may have been started in another folder.")
	}
	folded, err := t.w.cfg.Journal.Load(t.View, row)
	if damage, ok := errors.AsType[*journal.Damage](err); ok {
		t.damaged = append(t.damaged, damagedRun{row.Key, id, damage.Error()})
		return nil, journal.DamagedFault(id, err)
	}
	if err != nil {
		return nil, err
	}
	r := &Run{Run: *folded}
	t.w.live[id] = r
	t.touched[r] = true
	return r, nil
}

// Add takes in a run whose row was inserted in this transaction.
func (t *Tx) Add(begun journal.Run) *Run {
	r := &Run{Run: begun, unmarked: true}
	t.w.live[r.ID] = r
	t.touched[r] = true
	return r
}

// Awaited reports whether others wait for this transaction to end: they share it, or come
// after it.
func (t *Tx) Awaited() bool { return t.batch > 1 || len(t.w.in) > 0 }

// Forget drops a run from memory: it is over, or its journal was written anew.
func (t *Tx) Forget(id run.ID) { delete(t.w.live, id) }

// ApplyTo records an event of a run and carries out what follows from it. The error of
// an event that does not apply is that of the core; nothing was written then.
func (t *Tx) ApplyTo(id run.ID, ev run.Event) error {
	r, err := t.Load(id)
	if err != nil {
		return err
	}
	return t.Apply(r, ev)
}

// Apply is ApplyTo for a run that is at hand.
func (t *Tx) Apply(r *Run, ev run.Event) error {
	todo := []run.Event{ev}
	for n := 0; len(todo) > 0; n++ {
		next := todo[0]
		todo = todo[1:]
		more, err := t.step(r, next)
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
func (t *Tx) step(r *Run, ev run.Event) (more []run.Event, err error) {
	at := t.Now
	if at.Before(r.At) {
		at = r.At // time in a journal never goes back, whatever the clock does
	}
	cmds, err := r.State.Next(at, ev)
	if err != nil {
		return nil, err
	}
	// From here on the state is ahead of the disk until everything is written.
	defer func() { t.ahead = t.ahead || err != nil }()
	typ, data, err := journal.Encode(ev)
	if err != nil {
		return nil, fmt.Errorf("write %T: %w", ev, err)
	}
	row := sqlite.Row{Run: string(r.ID), Seq: r.Seq + 1, At: at.UnixNano(), Type: typ, Data: data}
	sum := journal.SumOf(r.Sum, row)
	if row.ID, err = t.Append(r.Key, row.Seq, row.At, typ, data, int64(sum)); err != nil {
		return nil, err
	}
	if err := t.noteBlobs(r, data); err != nil {
		return nil, err
	}
	r.Seq++
	r.Sum = sum
	r.At = at
	if _, vote := ev.(run.DecisionMade); vote {
		r.unmarked = true // that a vote is missing is to be noticed
	}
	t.lines = append(t.lines, line{run.Entry{ID: row.ID, Run: r.ID, Seq: r.Seq, At: journal.FromNano(row.At), Event: ev}, len(data)})
	if err := t.w.cfg.Hands.Settle(t, r, ev); err != nil {
		return nil, err
	}
	for _, cmd := range cmds {
		evs, err := t.w.cfg.Hands.Carry(t, r, cmd)
		if err != nil {
			return nil, err
		}
		more = append(more, evs...)
	}
	return more, nil
}

// Carry has a command of a run carried out anew, as after a start, and returns the
// events that follow at once.
func (t *Tx) Carry(r *Run, cmd run.Command) ([]run.Event, error) {
	return t.w.cfg.Hands.Carry(t, r, cmd)
}

// Entries returns what this transaction has recorded of a run so far.
func (t *Tx) Entries(r *Run) (out []run.Entry) {
	for _, l := range t.lines {
		if l.entry.Run == r.ID {
			out = append(out, l.entry)
		}
	}
	return out
}

// noteBlobs notes which stored values an entry names that its run neither owns nor has
// named before, as far as is remembered.
func (t *Tx) noteBlobs(r *Run, data string) error {
	for _, hash := range sqlite.BlobsIn(data) {
		if r.named[hash] {
			continue
		}
		if err := t.PutBlobRef(hash, r.Key); err != nil {
			return err
		}
		r.names(hash)
	}
	return nil
}

// Store writes the blob of a value, if it has one. It belongs in the transaction of the
// entry of the run that names it.
func (t *Tx) Store(r *Run, v journal.Value) error {
	if v.Blob == nil {
		return nil
	}
	stored, err := t.PutBlob(v.Ref.Hash, r.Key, v.Blob)
	if stored {
		r.names(v.Ref.Hash)
	}
	return err
}

// names remembers that it is noted that a run names a value.
func (r *Run) names(hash string) {
	const most = 1024
	if r.named == nil || len(r.named) >= most {
		r.named = make(map[string]bool)
	}
	r.named[strings.Clone(hash)] = true // not the whole entry with it
}

// writeRows brings the rows of the touched runs up to their states. It is the last
// act before the commit.
func (t *Tx) writeRows() error {
	for r := range t.touched {
		status, outcome := r.State.Status(), run.Outcome("")
		var ended int64
		if status == run.StatusDone {
			outcome, _, _ = r.State.Outcome()
			ended = r.At.UnixNano()
		}
		if status == r.Status && outcome == r.Outcome && !r.unmarked {
			continue
		}
		end := sqlite.End{Seq: r.Seq, Sum: int64(r.Sum)}
		if err := t.SetStatus(r.Key, string(status), string(outcome), ended, end); err != nil {
			return err
		}
		r.Status, r.Outcome, r.unmarked = status, outcome, false
	}
	return nil
}
