package health

import (
	"context"
	"log/slog"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
)

// Transient reports whether err says that the disk does not answer just now. It
// says nothing of what was to be read. What is spoiled stays so.
func Transient(err error) bool { return sqlite.Trouble(err) && !sqlite.Corrupt(err) }

// CodeUnreadable is the code of a disk that does not answer readers. It is cured by
// the first who can read again, or by a commit.
const CodeUnreadable fault.Code = "engine.unreadable"

// RetryGap is the time between tries of what the disk does not take or give.
const RetryGap = time.Second

// Reads has reads wait for a disk.
type Reads struct {
	Book   *Book
	Dir    string // of the file, for the words
	Log    *slog.Logger
	Closed <-chan struct{} // closed when nothing waits any more
}

// Retry has something read until the disk answers: a step does not fail, nor an
// expression, because its arguments could not be read for a while, and who watches
// goes on watching. The trouble is shown meanwhile.
func (r Reads) Retry(ctx context.Context, read func() error) error {
	for failed := false; ; failed = true {
		err := read()
		if !Transient(err) || ctx.Err() != nil {
			if failed && err == nil {
				r.Book.CureCondition(CodeUnreadable, "")
			}
			return err
		}
		r.Log.Error("read", "err", err)
		r.Book.SetCondition(fault.Condition{
			Code: CodeUnreadable, Severity: fault.Alarm, Title: "Sluice cannot read its file",
			Hint: "What was saved is safe. Look after the disk that holds " + r.Dir + "; Sluice tries again by itself.",
		})
		select {
		case <-time.After(RetryGap):
		case <-ctx.Done():
			return err
		case <-r.Closed:
			return err
		}
	}
}
