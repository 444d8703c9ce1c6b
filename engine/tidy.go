package engine

import (
	"context"
	"slices"
	"sync"

	"sluice/engine/run"
)

// tidyLoop does what need not be done at once and must not hold up the loop:
// files that come and go with runs, and erasures when they are due.
func (e *Engine) tidyLoop(ctx context.Context) {
	defer e.helpers.Done()
	for {
		f, ok := e.tidy.take(ctx)
		if !ok {
			return
		}
		f()
	}
}

// writeBackLoop lets the file take in what was committed, whenever that is enough. It
// waits for nothing else: a WAL that grows makes every commit slower.
func (e *Engine) writeBackLoop(ctx context.Context) {
	defer e.helpers.Done()
	for {
		select {
		case <-e.grown:
		case <-ctx.Done():
			return
		}
		end := e.chores.begin("writing the file", "")
		if err := e.db.Checkpoint(ctx); err != nil && ctx.Err() == nil {
			e.log.Error("write the file", "err", err)
		}
		end()
	}
}

// chores are what the helpers are at, so that Close can name what does not stop.
type chores struct {
	mu sync.Mutex
	at map[*chore]bool
}

type chore struct {
	what string
	run  run.ID // "" where it belongs to none
}

// begin notes a chore, until end is called.
func (c *chores) begin(what string, id run.ID) (end func()) {
	ch := &chore{what, id}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == nil {
		c.at = make(map[*chore]bool)
	}
	c.at[ch] = true
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.at, ch)
	}
}

func (c *chores) names() (out []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ch := range c.at {
		name := ch.what
		if ch.run != "" {
			name += " of run " + string(ch.run)
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
