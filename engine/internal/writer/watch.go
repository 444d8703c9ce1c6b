package writer

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

// Watch yields batches of journal entries with an id above after: first those
// on disk, then new ones right after they were committed, until ctx ends or the
// engine closes. A reader takes its time: nothing is pushed or dropped. Entries
// that cannot be read are left out; their run is damaged. A disk that does not
// answer is waited for. Any other error is yielded once and ends it; whoever has
// more to hear watches again from the last entry.
func (w *Writer) Watch(ctx context.Context, after int64) iter.Seq2[[]run.Entry, error] {
	return func(yield func([]run.Entry, error) bool) {
		for {
			moved := w.tail.moved()
			if ctx.Err() != nil {
				return
			}
			var batch []run.Entry
			last := after
			err := w.cfg.Reads.Retry(ctx, func() (err error) {
				batch, last, err = w.news(after)
				return err
			})
			if sqlite.Corrupt(err) && last > after {
				err = nil // what lies before the spoiled part
			}
			if sqlite.Corrupt(err) {
				if next, ok := w.beyond(after); ok {
					w.cfg.Log.Error("watch: a part of the journal is spoiled", "after", after, "next", next, "err", err)
					after = next
					continue
				}
			}
			if err != nil {
				if w.closed() || ctx.Err() != nil {
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
				case <-w.cfg.Reads.Closed:
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
func (w *Writer) news(after int64) (batch []run.Entry, last int64, err error) {
	last = after
	if batch, ok := w.tail.since(after, watchMax); ok {
		if n := len(batch); n > 0 {
			last = batch[n-1].ID
		}
		return batch, last, nil
	}
	rows, err := w.cfg.DB.Tail(after, watchMax)
	for _, row := range rows {
		last = row.ID
		entry, err := journal.EntryOf(row)
		if err != nil {
			w.cfg.Log.Error("watch", "run", row.Run, "err", err)
			continue
		}
		batch = append(batch, entry)
	}
	return batch, last, err
}

// beyond finds the first place after a spoiled part of the journal.
func (w *Writer) beyond(after int64) (int64, bool) {
	bad, good := after, after
	for step := int64(1); good == bad; step *= 2 {
		if step > 1<<40 {
			return 0, false
		}
		if good = after + step; !w.readable(good) {
			bad = good
		}
	}
	for good-bad > 1 {
		if mid := bad + (good-bad)/2; w.readable(mid) {
			good = mid
		} else {
			bad = mid
		}
	}
	return good, true
}

func (w *Writer) readable(after int64) bool {
	_, err := w.cfg.DB.Tail(after, 1)
	return err == nil
}

// closed reports whether nothing waits any more.
func (w *Writer) closed() bool {
	select {
	case <-w.cfg.Reads.Closed:
		return true
	default:
		return false
	}
}

// Moved returns a channel that closes at the next commit that wrote entries, or when
// Wake is called. Ask for it before reading: then nothing falls in between.
func (w *Writer) Moved() <-chan struct{} { return w.tail.moved() }

// Since returns up to most entries after one as they were applied, from memory. It
// reports false where it does not know all of them.
func (w *Writer) Since(after int64, most int) ([]run.Entry, bool) { return w.tail.since(after, most) }

// Wake wakes who waits for Moved, also where no entry tells of what happened.
func (w *Writer) Wake() { w.tail.advance() }

// Rewritten tells that entries were written anew: what is in memory of them is not
// shown any more.
func (w *Writer) Rewritten() { w.tail.forget() }
