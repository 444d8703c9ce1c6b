package engine

import "context"

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

// writeBack lets the file take in what was committed.
func (e *Engine) writeBack() {
	e.writingBack.Store(false)
	if err := e.db.Checkpoint(); err != nil {
		e.log.Error("tidy up", "err", err)
	}
}
