package engine

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/health"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

const (
	batchMax = 256  // inputs of one commit
	liveMax  = 4096 // runs kept in memory, if no more are at work

	// gatherPause is how long a commit waits for more, while steps queue for a
	// worker: then it is not the next one's start that counts but how many share
	// the cost of a commit.
	gatherPause = 150 * time.Microsecond
)

// An input is something that wants to be recorded. apply runs in the loop's
// goroutine inside the transaction, perhaps more than once; done runs there
// after the commit and must not wait.
type input struct {
	apply func(t *turn) error
	done  func(err error)
	lost  func(err error) // in place of done, where nothing of it could be written
	keep  bool            // try until the disk takes it: the world will not tell us again
	err   error
}

// writeLoop is the one writer. It takes what has queued up, folds it into the
// states, commits, and only then speaks to the world.
func (e *Engine) writeLoop() {
	defer close(e.loopDone)
	for {
		var batch []*input
		if len(e.stuck) > 0 {
			select {
			case in := <-e.in:
				batch = append(batch, in)
			case <-time.After(health.RetryGap):
			case <-e.loopStop:
				e.drain()
				return
			}
			batch, e.stuck = append(e.stuck, batch...), nil
		} else {
			select {
			case in := <-e.in:
				batch = append(batch, in)
			case <-e.loopStop:
				e.drain()
				return
			}
		}
		if e.queue.len() > 0 {
			time.Sleep(gatherPause)
		}
		e.process(e.gather(batch))
	}
}

// gather adds what else is waiting, up to a batch.
func (e *Engine) gather(batch []*input) []*input {
	for len(batch) < batchMax {
		select {
		case in := <-e.in:
			batch = append(batch, in)
		default:
			return batch
		}
	}
	return batch
}

// drain writes what was sent before the loop was told to stop, and tries once
// more what the disk did not take.
func (e *Engine) drain() {
	stuck := e.stuck
	e.stuck = nil
	for {
		batch := e.gather(stuck)
		stuck = nil
		if len(batch) == 0 {
			return
		}
		e.process(batch)
	}
}

// process commits a batch. Where one input spoils it, each is tried alone, so
// that only that one fails.
func (e *Engine) process(batch []*input) {
	err := e.commit(batch)
	for errors.Is(err, errAside) {
		err = e.commit(batch)
	}
	if err == nil {
		e.CureCondition("engine.disk_full", "")
		e.CureCondition("engine.disk", "")
		e.CureCondition(health.CodeUnreadable, "")
		return
	}
	if sqlite.Trouble(err) {
		err = e.diskTrouble(err)
		for _, in := range batch {
			if in.keep {
				e.stuck = append(e.stuck, in)
			} else {
				in.done(err)
			}
		}
		return
	}
	if len(batch) > 1 {
		for _, in := range batch {
			e.process([]*input{in})
		}
		return
	}
	e.log.Error("record", "err", err)
	if in := batch[0]; in.lost != nil {
		in.lost(err)
	} else {
		in.done(err)
	}
}

// commit applies a batch in one transaction. After an error nothing of it is on
// disk, and the states that ran ahead of it are forgotten.
func (e *Engine) commit(batch []*input) error {
	var t *turn
	err := e.db.Write(func(tx *sqlite.Tx) error {
		t = &turn{
			e: e, tx: tx, now: e.cfg.wall().UTC(),
			free: e.free, freed: make(map[string]bool),
			drops: make(map[jobKey]bool), jobs: make(map[jobKey]*job), touched: make(map[*live]bool),
		}
		for _, in := range batch {
			before := tx.Changes
			in.err = in.apply(t)
			if in.err != nil && (tx.Changes > before || t.ahead || sqlite.Trouble(in.err)) {
				return in.err
			}
			if err := t.unhold(); err != nil {
				return err
			}
			if err := t.dispatch(); err != nil {
				return err
			}
		}
		if len(t.damaged) > 0 {
			return errAside // a transaction that met a spoiled page cannot be trusted to commit
		}
		return t.finish()
	})
	if t == nil {
		return err
	}
	if err != nil {
		for _, undo := range slices.Backward(t.undo) {
			undo()
		}
		for c := range t.touched {
			delete(e.live, c.ID)
		}
		if bad := e.setAside(t.damaged); bad != nil {
			return bad
		}
		return err
	}
	e.effects(t)
	for _, in := range batch {
		in.done(in.err)
	}
	// Last, because the goroutine that is woken last runs first, and a step that
	// can begin is what everybody waits for.
	for _, j := range t.hand {
		e.handOver(j)
	}
	return nil
}

// effects lets the world know what was committed.
func (e *Engine) effects(t *turn) {
	e.free = t.free
	for _, f := range t.after {
		f()
	}
	for key := range t.drops {
		if j := e.jobs[key]; j != nil {
			j.drop()
			delete(e.jobs, key)
		}
	}
	for key, j := range t.jobs {
		e.jobs[key] = j
	}
	for _, ev := range t.evals {
		e.serial++
		ev.serial = e.serial
		e.evals[ev.key()] = ev.serial
		e.evalQueue.Put(ev)
	}
	if !t.timer.IsZero() {
		e.timers.note(t.timer)
	}
	if !t.release.IsZero() {
		e.timers.noteRelease(t.release)
	}
	if t.mails {
		e.outbox.poke()
	}
	if len(t.lines) > 0 {
		e.tail.advance(t.lines...)
	}
	if e.db.WantsCheckpoint() {
		select {
		case e.grown <- struct{}{}:
		default:
		}
	}
	e.forget(t)
}

// forget drops states from memory when there are many. Those that wait are
// dropped first: one that is at work would have to be folded again for its next
// step.
func (e *Engine) forget(t *turn) {
	looked := 0
	for id, c := range e.live {
		if looked++; len(e.live) <= liveMax || looked > 2*batchMax {
			return
		}
		if !t.touched[c] && (c.Status != run.StatusRunning || len(e.live) > 4*liveMax) {
			delete(e.live, id)
		}
	}
}

// errAside says that runs were found damaged and set aside. The rest of the batch
// goes on without them.
var errAside = errors.New("damaged runs were set aside")

// setAside marks runs whose journal cannot be folded, and says so.
func (e *Engine) setAside(damaged []*live) error {
	for _, c := range damaged {
		err := e.db.Write(func(tx *sqlite.Tx) error { return tx.SetDamaged(c.Key, c.reason) })
		if err != nil {
			return fmt.Errorf("set run %s aside: %w", c.ID, err)
		}
		e.log.Error("damaged run set aside", "run", c.ID, "reason", c.reason)
		e.SetCondition(damagedCondition(c.ID, c.reason))
	}
	return nil
}

// diskTrouble gives a failed commit words and shows them until one succeeds.
func (e *Engine) diskTrouble(err error) *fault.Error {
	e.log.Error("commit", "err", err)
	f := fault.Because(err, "engine.disk", "Sluice cannot write its file",
		"What was saved is safe. Look after the disk that holds "+e.cfg.Dir+"; Sluice tries again by itself.")
	if sqlite.Full(err) {
		f = fault.Because(err, "engine.disk_full", "The disk is full",
			"Nothing that was saved is lost. Free some space; what runs goes on by itself then.")
	}
	e.SetCondition(fault.Condition{Code: f.Code, Title: f.Title, Hint: f.Hint, Severity: fault.Alarm})
	return f
}

// report sends what the world answered to the loop and does not wait. It is
// tried until the disk takes it.
func (e *Engine) report(in *input) {
	in.keep = true
	if in.done == nil {
		in.done = func(err error) {
			if err != nil && !errors.Is(err, run.ErrStale) {
				e.log.Error("record", "err", err)
			}
		}
	}
	select {
	case e.in <- in:
	case <-e.loopDone:
	}
}
