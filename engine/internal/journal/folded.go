package journal

import (
	"slices"
	"sync"

	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// A page that shows a request, and a vote's form, need the state of the run. A
// run of a few entries is folded anew each time. One that went through a long
// loop is kept folded, and only what is new is added: else each look at one of
// its requests would cost as much as all its iterations.

// FoldedFrom is how many entries a run has that is kept folded.
const FoldedFrom = 500

// foldedMost bounds the entries of all runs that are kept; one run may have more.
const foldedMost = 60_000

// folded keeps the states of long runs for those who read.
type folded struct {
	mu   sync.Mutex
	runs []*foldedRun // the one used last is at the end
}

// foldedRun is one of them. Its state belongs to who holds the lock.
type foldedRun struct {
	id run.ID
	mu sync.Mutex
	c  *Run
	n  int // entries; of the folded's lock
}

// WithState calls f with the state of a run, which must not be changed or kept. A
// state may be newer than the view.
func (r *Reader) WithState(v sqlite.View, row sqlite.Run, f func(s *run.State) error) error {
	id := run.ID(row.UUID)
	if row.Damaged == "" {
		if k := r.folded.get(id); k != nil {
			k.mu.Lock()
			defer k.mu.Unlock()
			if k.c != nil && k.c.catchUp(v, row) == nil {
				r.folded.grew(k, k.c.Seq)
				return f(k.c.State)
			}
			k.c = nil
			r.folded.forget(id)
		}
	}
	c, err := r.Load(v, row)
	if err != nil {
		return err
	}
	if err := f(c.State); err != nil || c.Seq < FoldedFrom {
		return err
	}
	r.folded.put(&foldedRun{id: id, c: c, n: c.Seq})
	return nil
}

// Forget lets go of what is kept of a run whose journal is not what it was.
func (r *Reader) Forget(id run.ID) { r.folded.forget(id) }

// Kept tells how many runs are kept folded, and how many entries they count.
func (r *Reader) Kept() (runs, entries int) {
	r.folded.mu.Lock()
	defer r.folded.mu.Unlock()
	for _, k := range r.folded.runs {
		entries += k.n
	}
	return len(r.folded.runs), entries
}

// catchUp applies the entries that came since. After an error the state is to be
// thrown away.
func (c *Run) catchUp(v sqlite.View, row sqlite.Run) error {
	chain := Chain{seq: c.Seq, sum: c.Sum, summed: c.Sum != 0}
	for line, err := range v.JournalFrom(row.Key, row.UUID, c.Seq+1) {
		if err != nil {
			return err
		}
		if err := chain.Next(line); err != nil {
			return err
		}
		entry, err := EntryOf(line)
		if err != nil {
			return err
		}
		if entry.Seq != c.Seq+1 {
			return errOrder
		}
		if _, err := c.State.Next(entry.At, entry.Event); err != nil {
			return err
		}
		c.Seq, c.At, c.Sum = entry.Seq, entry.At, chain.sum
	}
	return nil
}

func (s *folded) get(id run.ID) *foldedRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.runs, func(k *foldedRun) bool { return k.id == id })
	if i < 0 {
		return nil
	}
	k := s.runs[i]
	s.runs = append(slices.Delete(s.runs, i, i+1), k)
	return k
}

// put keeps a state and lets go of those that were not used for longest.
func (s *folded) put(k *foldedRun) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs = slices.DeleteFunc(s.runs, func(old *foldedRun) bool { return old.id == k.id })
	s.runs = append(s.runs, k)
	s.trim()
}

// grew notes how many entries a run has by now.
func (s *folded) grew(k *foldedRun, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n == k.n {
		return
	}
	k.n = n
	s.trim()
}

// trim lets go of the runs that were not used for longest while there are too many
// entries. The one used last stays, however long it is.
func (s *folded) trim() {
	n := 0
	for i, old := range slices.Backward(s.runs) {
		if n += old.n; n > foldedMost && i < len(s.runs)-1 {
			s.runs = slices.Delete(s.runs, 0, i+1)
			return
		}
	}
}

// forget lets go of a run whose journal is not what it was.
func (s *folded) forget(id run.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs = slices.DeleteFunc(s.runs, func(k *foldedRun) bool { return k.id == id })
}
