package engine

import (
	"context"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
)

// unreadable reports whether err says that the disk does not answer just now. It
// says nothing of what was to be read. What is spoiled stays so.
func unreadable(err error) bool { return sqlite.Trouble(err) && !sqlite.Corrupt(err) }

// whenReadable has something read until the disk answers: a step does not fail,
// nor an expression, because its arguments could not be read for a while. The
// trouble is shown until something can be written again.
func (e *Engine) whenReadable(ctx context.Context, read func() error) error {
	for {
		err := read()
		if !unreadable(err) || ctx.Err() != nil {
			return err
		}
		e.log.Error("read", "err", err)
		e.condition(fault.Condition{
			Code: "engine.disk", Severity: fault.Alarm, Title: "Sluice cannot read its file",
			Hint: "What was saved is safe. Look after the disk that holds " + e.cfg.Dir + "; Sluice tries again by itself.",
		})
		select {
		case <-time.After(retryGap):
		case <-ctx.Done():
			return err
		}
	}
}
