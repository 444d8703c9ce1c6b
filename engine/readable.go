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
// nor an expression, because its arguments could not be read for a while, and who
// watches goes on watching. The trouble is shown meanwhile.
func (e *Engine) whenReadable(ctx context.Context, read func() error) error {
	for failed := false; ; failed = true {
		err := read()
		if !unreadable(err) || ctx.Err() != nil {
			if failed && err == nil {
				e.cure(codeUnreadable, "")
			}
			return err
		}
		e.log.Error("read", "err", err)
		e.condition(fault.Condition{
			Code: codeUnreadable, Severity: fault.Alarm, Title: "Sluice cannot read its file",
			Hint: "What was saved is safe. Look after the disk that holds " + e.cfg.Dir + "; Sluice tries again by itself.",
		})
		select {
		case <-time.After(retryGap):
		case <-ctx.Done():
			return err
		case <-e.closed:
			return err
		}
	}
}

// codeUnreadable is the code of a disk that does not answer readers. It is cured by
// the first who can read again, or by a commit.
const codeUnreadable fault.Code = "engine.unreadable"
