// Package maintenance is what need not be done at once: values that are erased when
// their time has come, files that go with their runs, and the write-ahead log, which is
// written back whenever it is long enough.
package maintenance

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"sluice/engine/internal/background"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
)

// Clock tells when values are to be erased.
type Clock interface{ NoteErasure(at time.Time) }

// Config is what maintenance is made of; all of it is needed.
type Config struct {
	Dir     string // of everything: logs are in it
	Outbox  string // of the mails of practice accounts; "" for none
	Writer  *writer.Writer
	Journal *journal.Reader
	DB      *sqlite.DB
	Clock   Clock
	Gone    func() // runs are not there any more
	Wall    func() time.Time
	Chores  *background.Chores
	Log     *slog.Logger
}

// Maintenance does what need not be done at once.
type Maintenance struct {
	cfg   Config
	queue *background.Queue[func(ctx context.Context)]
	loops background.Loops

	pruneNow chan struct{}
	changed  atomic.Int64 // how often it was, for how long runs are kept

	// Of the goroutine that prunes alone: when it looked through the folders of files last,
	// and what changed was then; and whether there may be versions that no run has.
	swept   time.Time
	sweptAt int64
	unnamed bool
}

// New makes it, and Start sets it going.
func New(cfg Config) *Maintenance {
	return &Maintenance{cfg: cfg, queue: background.NewQueue[func(ctx context.Context)](), pruneNow: make(chan struct{}, 1)}
}

// Start sets it going.
func (m *Maintenance) Start() {
	m.loops.Go(m.workOff)
	m.loops.Go(m.writeBack)
	m.loops.Go(m.prune)
}

// Stop tells it to end.
func (m *Maintenance) Stop() { m.loops.Stop() }

// Wait waits until it has.
func (m *Maintenance) Wait() { m.loops.Wait() }

// Later has something done that need not be done at once. ctx ends when Sluice closes.
func (m *Maintenance) Later(f func(ctx context.Context)) { m.queue.Put(f) }

// Recover takes up the erasures that an earlier process left.
func (m *Maintenance) Recover() error {
	next, ok, err := m.cfg.DB.NextErasure()
	if err != nil {
		return fmt.Errorf("read the erasures: %w", err)
	}
	if ok {
		m.cfg.Clock.NoteErasure(journal.FromNano(next.At))
	}
	return nil
}

// workOff does what was put off, in its order.
func (m *Maintenance) workOff(ctx context.Context) {
	for {
		f, ok := m.queue.Take(ctx)
		if !ok {
			return
		}
		f(ctx)
	}
}

// writeBack lets the file take in what was committed, whenever that is enough. It
// waits for nothing else: a WAL that grows makes every commit slower.
func (m *Maintenance) writeBack(ctx context.Context) {
	for {
		select {
		case <-m.cfg.Writer.Grown():
		case <-ctx.Done():
			return
		}
		end := m.cfg.Chores.Begin("writing the file", "")
		if err := m.cfg.DB.Checkpoint(ctx); err != nil && ctx.Err() == nil {
			m.cfg.Log.Error("write the file", "err", err)
		}
		end()
	}
}
