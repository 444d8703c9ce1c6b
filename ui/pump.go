package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
)

// onMain runs f on Fyne's goroutine and waits: the pump's batches grow while a
// frame is drawn, so a busy run cannot flood the window. It is the only
// DoAndWait of the program; tests put a function in its place.
var onMain = func(f func()) { wake(); fyne.DoAndWait(f) }

// pumpLoop brings what is new in the journal to the screen until ctx ends. What
// is on disk already is read where somebody looks at it: a window opens as fast
// with a hundred thousand runs that wait as with none. It must have ended before
// the application quits.
func (u *UI) pumpLoop(ctx context.Context) {
	defer close(u.pumped)
	after, err := u.cfg.Runs.LastEntry(ctx)
	for err != nil {
		if ctx.Err() != nil {
			return
		}
		onMain(func() { u.trouble(err) })
		select {
		case <-time.After(pumpAgain):
		case <-ctx.Done():
			return
		}
		after, err = u.cfg.Runs.LastEntry(ctx)
	}
	for ctx.Err() == nil {
		for batch, err := range u.cfg.Runs.Watch(ctx, after) {
			if ctx.Err() != nil {
				return
			}
			onMain(func() {
				if err != nil {
					u.trouble(err)
					return
				}
				u.refresh(u.model.Apply(batch))
				u.hear(batch)
			})
			if n := len(batch); n > 0 {
				after = batch[n-1].ID
			}
		}
		select { // it ended with an error, or the engine closes
		case <-time.After(pumpAgain):
		case <-ctx.Done():
		}
	}
}

// pumpAgain is how long the pump waits before it watches again.
const pumpAgain = time.Second
