package engine

import (
	"context"
)

// tidyLoop does what need not be done at once and must not hold up the loop:
// files that come and go with runs, and erasures when they are due.
func (e *Engine) tidyLoop(ctx context.Context) {
	defer e.helpers.Done()
	for {
		f, ok := e.tidy.Take(ctx)
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
		end := e.chores.Begin("writing the file", "")
		if err := e.db.Checkpoint(ctx); err != nil && ctx.Err() == nil {
			e.log.Error("write the file", "err", err)
		}
		end()
	}
}
