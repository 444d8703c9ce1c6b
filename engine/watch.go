package engine

import (
	"context"
	"fmt"
	"iter"

	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// watchMax is how many entries a batch of Watch holds at most.
const watchMax = 512

// LastEntry returns the id of the newest journal entry, from which on Watch
// yields only what is new.
func (r *Reader) LastEntry(context.Context) (int64, error) {
	id, err := r.db.LastEntry()
	if err != nil {
		return 0, journal.Unexpected(fmt.Errorf("find the end of the journal: %w", err))
	}
	return id, nil
}

// Watch yields batches of journal entries with an id above after: first those
// on disk, then new ones right after they were committed, until ctx ends or the
// engine closes. A reader takes its time: nothing is pushed or dropped. Entries
// that cannot be read are left out; their run is damaged. A disk that does not
// answer is waited for. Any other error is yielded once and ends it; whoever has
// more to hear watches again from the last entry.
func (e *Engine) Watch(ctx context.Context, after int64) iter.Seq2[[]run.Entry, error] {
	return func(yield func([]run.Entry, error) bool) {
		for {
			moved := e.tail.moved()
			if ctx.Err() != nil {
				return
			}
			var batch []run.Entry
			last := after
			err := e.reads.Retry(ctx, func() (err error) {
				batch, last, err = e.news(after)
				return err
			})
			if sqlite.Corrupt(err) && last > after {
				err = nil // what lies before the spoiled part
			}
			if sqlite.Corrupt(err) {
				if next, ok := e.beyond(after); ok {
					e.log.Error("watch: a part of the journal is spoiled", "after", after, "next", next, "err", err)
					after = next
					continue
				}
			}
			if err != nil {
				if e.isClosed() || ctx.Err() != nil {
					return
				}
				yield(nil, journal.Unexpected(fmt.Errorf("watch the journal: %w", err)))
				return
			}
			if last == after {
				select {
				case <-moved:
				case <-ctx.Done():
					return
				case <-e.closed:
					return
				}
				continue
			}
			after = last
			if len(batch) > 0 && !yield(batch, nil) {
				return
			}
		}
	}
}

// news returns the next entries after one, from memory if they are new, and the id up
// to which there are no others that can be read.
func (e *Engine) news(after int64) (batch []run.Entry, last int64, err error) {
	last = after
	if batch, ok := e.tail.since(after, watchMax); ok {
		if n := len(batch); n > 0 {
			last = batch[n-1].ID
		}
		return batch, last, nil
	}
	rows, err := e.db.Tail(after, watchMax)
	for _, row := range rows {
		last = row.ID
		entry, err := journal.EntryOf(row)
		if err != nil {
			e.log.Error("watch", "run", row.Run, "err", err)
			continue
		}
		batch = append(batch, entry)
	}
	return batch, last, err
}

// beyond finds the first place after a spoiled part of the journal.
func (r *Reader) beyond(after int64) (int64, bool) {
	bad, good := after, after
	for step := int64(1); good == bad; step *= 2 {
		if step > 1<<40 {
			return 0, false
		}
		if good = after + step; !r.readable(good) {
			bad = good
		}
	}
	for good-bad > 1 {
		if mid := bad + (good-bad)/2; r.readable(mid) {
			good = mid
		} else {
			bad = mid
		}
	}
	return good, true
}

func (r *Reader) readable(after int64) bool {
	_, err := r.db.Tail(after, 1)
	return err == nil
}
