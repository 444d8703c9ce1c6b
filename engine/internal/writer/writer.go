package writer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/patience"
	"sluice/engine/run"
)

const (
	// BatchMax is how many inputs share a commit at most.
	BatchMax = 256
	liveMax  = 4096 // runs kept in memory, if no more are at work

	// gatherPause is how long a commit waits for more, while its Hands are crowded:
	// then it is not the next step's start that counts but how many share the cost of
	// a commit.
	gatherPause = 150 * time.Microsecond
)

// Hands carry out, inside the writer's transaction and goroutine, what the core
// commands.
type Hands interface {
	// Carry does what can be done now, and returns the events that follow at once.
	Carry(tx *Tx, r *Run, cmd run.Command) ([]run.Event, error)
	// Settle removes what an event answered.
	Settle(tx *Tx, r *Run, ev run.Event) error
	// Ready is called after each input: what has become possible begins.
	Ready(tx *Tx) error
	// Crowded tells that many wait, and a commit should gather more.
	Crowded() bool
}

// Config is what a writer is made of; all of it is needed.
type Config struct {
	DB      *sqlite.DB
	Journal *journal.Reader // folds the runs that are not in memory
	Hands   Hands
	Book    *health.Book // shows a disk that takes nothing
	Reads   health.Reads
	Wall    func() time.Time // the clock on the wall
	Log     *slog.Logger
}

// Writer writes. Its methods may be called from any goroutine, but those that say
// otherwise.
type Writer struct {
	cfg  Config
	tail tail

	in    chan *input
	stop  chan struct{}
	done  chan struct{}
	grown chan struct{} // the WAL wants to be written back

	// Of the writer's goroutine alone.
	live  map[run.ID]*Run
	stuck []*input
}

// input is something that wants to be recorded. apply runs in the writer's goroutine
// inside the transaction, perhaps more than once; done runs there after the commit
// and must not wait.
type input struct {
	apply func(tx *Tx) error
	done  func(err error)
	lost  func(err error) *Report // in place of done, where nothing of it could be written
	keep  bool                    // try until the disk takes it: the world will not tell us again
	err   error
}

// New makes a writer, which Start sets going.
func New(cfg Config) *Writer {
	return &Writer{
		cfg: cfg, live: make(map[run.ID]*Run),
		in: make(chan *input, 4*BatchMax), stop: make(chan struct{}), done: make(chan struct{}), grown: make(chan struct{}, 1),
	}
}

// Start sets the writer going.
func (w *Writer) Start() { go w.loop() }

// Stop writes what was sent before, and ends.
func (w *Writer) Stop() {
	close(w.stop)
	<-w.done
}

// Abandon ends a writer that never started.
func (w *Writer) Abandon() { close(w.done) }

// Do has something recorded and waits until it is on disk. Its function may run
// more than once, and only in the writer's goroutine. Where the file takes nothing, it
// is an error, unless ctx has patience (patience.With).
func (w *Writer) Do(ctx context.Context, apply func(tx *Tx) error) error {
	for {
		err, gone := Ask(ctx, w, apply, func(err error) error { return err })
		if err = cmp.Or(err, gone); !ofTheDisk(err) || !patience.Begin(ctx) {
			return err
		}
		select {
		case <-time.After(health.RetryGap):
		case <-w.done:
			return err
		case <-ctx.Done():
			return err
		}
	}
}

// ofTheDisk reports whether an error says that the file takes nothing, and nothing about
// what was to be written; see diskTrouble.
func ofTheDisk(err error) bool {
	for _, code := range []fault.Code{"engine.disk", "engine.disk_full", "engine.damaged", "engine.replaced"} {
		if fault.HasCode(err, code) {
			return true
		}
	}
	return false
}

// Ask is Do with an answer that is made in the writer's goroutine, once it is known
// whether apply's work is on disk. The error is that of waiting for it.
func Ask[T any](ctx context.Context, w *Writer, apply func(tx *Tx) error, answer func(err error) T) (got T, err error) {
	answered := make(chan T, 1)
	in := &input{apply: apply, done: func(err error) { answered <- answer(err) }}
	select {
	case w.in <- in:
	case <-ctx.Done():
		return got, ctx.Err()
	case <-w.done:
		return got, ErrClosed()
	}
	select {
	case got = <-answered:
		return got, nil
	case <-ctx.Done():
		return got, ctx.Err()
	case <-w.done:
		select {
		case got = <-answered:
			return got, nil
		default:
			return got, ErrClosed()
		}
	}
}

// ErrClosed answers calls to an engine that is closing.
func ErrClosed() error {
	return fault.New("engine.busy", "Sluice is closing", "Nothing is lost. Try again when it is open.")
}

// A Report is what the world answered and will not say again: it is tried until the
// disk takes it.
type Report struct {
	Apply func(tx *Tx) error
	Done  func(err error) // nil: an error is logged
	// Lost returns what is recorded in its stead where it cannot be written, though
	// the disk is well; nil if nothing is. Without it Done hears the error.
	Lost func(err error) *Report
}

func (w *Writer) inputOf(r Report) *input {
	in := &input{apply: r.Apply, done: r.Done, lost: r.Lost, keep: true}
	if in.done == nil {
		in.done = func(err error) {
			if err != nil && !errors.Is(err, run.ErrStale) {
				w.cfg.Log.Error("record", "err", err)
			}
		}
	}
	return in
}

// Report hands a report in and does not wait.
func (w *Writer) Report(r Report) {
	select {
	case w.in <- w.inputOf(r):
	case <-w.done:
	}
}

// Inline is Do before the writer was started, for several at once: they share a
// commit. It returns the error of each.
func (w *Writer) Inline(apply ...func(tx *Tx) error) []error {
	errs := make([]error, len(apply))
	batch := make([]*input, len(apply))
	for i, f := range apply {
		batch[i] = &input{apply: f, done: func(err error) { errs[i] = err }}
	}
	w.process(batch)
	return errs
}

// Grown tells that the write-ahead log wants to be written back.
func (w *Writer) Grown() <-chan struct{} { return w.grown }

func (w *Writer) loop() {
	defer close(w.done)
	for {
		var batch []*input
		if len(w.stuck) > 0 {
			select {
			case in := <-w.in:
				batch = append(batch, in)
			case <-time.After(health.RetryGap):
			case <-w.stop:
				w.drain()
				return
			}
			batch, w.stuck = append(w.stuck, batch...), nil
		} else {
			select {
			case in := <-w.in:
				batch = append(batch, in)
			case <-w.stop:
				w.drain()
				return
			}
		}
		if w.cfg.Hands.Crowded() {
			time.Sleep(gatherPause)
		}
		w.process(w.gather(batch))
	}
}

// gather adds what else is waiting, up to a batch.
func (w *Writer) gather(batch []*input) []*input {
	for len(batch) < BatchMax {
		select {
		case in := <-w.in:
			batch = append(batch, in)
		default:
			return batch
		}
	}
	return batch
}

// drain writes what was sent before the writer was told to stop, and tries once
// more what the disk did not take.
func (w *Writer) drain() {
	stuck := w.stuck
	w.stuck = nil
	for {
		batch := w.gather(stuck)
		stuck = nil
		if len(batch) == 0 {
			return
		}
		w.process(batch)
	}
}

// process commits a batch. Where one input spoils it, each is tried alone, so
// that only that one fails.
func (w *Writer) process(batch []*input) {
	err := w.commit(batch)
	for errors.Is(err, errAside) {
		err = w.commit(batch)
	}
	if err == nil {
		w.cfg.Book.CureCondition("engine.disk_full", "")
		w.cfg.Book.CureCondition("engine.disk", "")
		w.cfg.Book.CureCondition("engine.damaged", "")
		w.cfg.Book.CureCondition("engine.replaced", "")
		w.cfg.Book.CureCondition(health.CodeUnreadable, "")
		return
	}
	if sqlite.Trouble(err) {
		err = w.diskTrouble(err)
		for _, in := range batch {
			if in.keep {
				w.stuck = append(w.stuck, in)
			} else {
				in.done(err)
			}
		}
		return
	}
	if len(batch) > 1 {
		for _, in := range batch {
			w.process([]*input{in})
		}
		return
	}
	w.cfg.Log.Error("record", "err", err)
	in := batch[0]
	if in.lost == nil {
		in.done(err)
	} else if instead := in.lost(err); instead != nil {
		w.stuck = append(w.stuck, w.inputOf(*instead))
	}
}

// commit applies a batch in one transaction. After an error nothing of it is on
// disk, and the states that ran ahead of it are forgotten.
func (w *Writer) commit(batch []*input) error {
	var t *Tx
	err := w.cfg.DB.Write(func(tx *sqlite.Tx) error {
		t = &Tx{Tx: tx, Now: w.cfg.Wall().UTC(), w: w, batch: len(batch), touched: make(map[*Run]bool)}
		for _, in := range batch {
			before := tx.Changes
			in.err = in.apply(t)
			if in.err != nil && (tx.Changes > before || t.ahead || sqlite.Trouble(in.err)) {
				return in.err
			}
			if err := w.cfg.Hands.Ready(t); err != nil {
				return err
			}
		}
		if len(t.damaged) > 0 {
			return errAside // a transaction that met a spoiled page cannot be trusted to commit
		}
		return t.writeRows()
	})
	if t == nil {
		return err
	}
	if err != nil {
		for _, undo := range slices.Backward(t.undo) {
			undo()
		}
		for r := range t.touched {
			delete(w.live, r.ID)
		}
		if bad := w.setAside(t.damaged); bad != nil {
			return bad
		}
		return err
	}
	for _, f := range t.after {
		f()
	}
	if len(t.lines) > 0 {
		w.tail.advance(t.lines...)
	}
	if w.cfg.DB.WantsCheckpoint() {
		select {
		case w.grown <- struct{}{}:
		default:
		}
	}
	w.forget(t)
	for _, in := range batch {
		in.done(in.err)
	}
	// Last, because the goroutine that is woken last runs first, and a step that
	// can begin is what everybody waits for.
	for _, f := range t.last {
		f()
	}
	return nil
}

// forget drops states from memory when there are many. Those that wait are
// dropped first: one that is at work would have to be folded again for its next
// step.
func (w *Writer) forget(t *Tx) {
	looked := 0
	for id, r := range w.live {
		if looked++; len(w.live) <= liveMax || looked > 2*BatchMax {
			return
		}
		if !t.touched[r] && (r.Status != run.StatusRunning || len(w.live) > 4*liveMax) {
			delete(w.live, id)
		}
	}
}

// errAside says that runs were found damaged and set aside. The rest of the batch
// goes on without them.
var errAside = errors.New("damaged runs were set aside")

// setAside marks runs whose journal cannot be folded, and says so.
func (w *Writer) setAside(damaged []damagedRun) error {
	for _, d := range damaged {
		err := w.cfg.DB.Write(func(tx *sqlite.Tx) error { return tx.SetDamaged(d.key, d.reason) })
		if err != nil {
			return fmt.Errorf("set run %s aside: %w", d.id, err)
		}
		w.cfg.Log.Error("damaged run set aside", "run", d.id, "reason", d.reason)
		w.cfg.Book.SetCondition(Damaged(d.id, d.reason))
	}
	return nil
}

// Damaged tells of a run that was set aside.
func Damaged(id run.ID, reason string) fault.Condition {
	return fault.Condition{
		Code: journal.CodeDamaged, Subject: string(id), Severity: fault.Warning,
		Title: "A run is damaged and was set aside",
		Hint:  "Other runs are not affected. Run " + string(id) + ": " + reason,
	}
}

// diskTrouble gives a failed commit words and shows them until one succeeds.
func (w *Writer) diskTrouble(err error) *fault.Error {
	w.cfg.Log.Error("commit", "err", err)
	f := fault.Because(err, "engine.disk", "Sluice cannot write its file",
		"What was saved is safe. Look after the disk that holds "+w.cfg.Reads.Dir+"; Sluice tries again by itself.")
	if sqlite.Full(err) {
		f = fault.Because(err, "engine.disk_full", "The disk is full",
			"Nothing that was saved is lost. Free some space; what runs goes on by itself then.")
	}
	if sqlite.Corrupt(err) {
		f = fault.Because(err, "engine.damaged", "Sluice's file is damaged, and this cannot be recorded",
			"Nothing was recorded of it. Quit Sluice and copy "+w.cfg.Reads.Dir+" first; sluice verify tells what is damaged, sluice restore brings back a backup, and sluice salvage takes out what can be read.")
	}
	if errors.Is(err, sqlite.ErrReplaced) {
		f = fault.Because(err, "engine.replaced", "Sluice's file was replaced or removed while Sluice runs",
			"Nothing is decided or recorded any more. Put back what was in "+w.cfg.Reads.Dir+", or quit Sluice: the next start says whether something is missing.")
	}
	w.cfg.Book.SetCondition(fault.Condition{Code: f.Code, Title: f.Title, Hint: f.Hint, Severity: fault.Alarm})
	return f
}
