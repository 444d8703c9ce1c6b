package engine

import (
	"context"
	"fmt"

	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// Unsent waits until each mail of a run that can be sent now was tried, or until
// ctx or the engine ends, and lists the mails of the run that were not sent,
// oldest first: those that are put off or held tell why, a mail that was not
// tried yet has no title.
func (e *Engine) Unsent(ctx context.Context, id run.ID) ([]run.MailNoted, error) {
	for {
		moved := e.tail.moved()
		rows, err := e.db.UnsentMail(string(id))
		if err != nil {
			return nil, journal.Unexpected(fmt.Errorf("read the mails of run %s: %w", id, err))
		}
		var left []run.MailNoted
		due := false
		for _, m := range rows {
			state := run.MailState(m.State)
			due = due || state == run.MailSending || state == run.MailQueued && !m.Held && m.Next <= e.cfg.wall().UnixNano()
			left = append(left, run.MailNoted{Step: run.StepID(m.Step), Mail: m.UUID, To: m.Person, State: state, Title: m.Title, Hint: m.Hint})
		}
		if !due {
			return left, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return left, nil
		case <-e.closed:
			return left, nil
		}
	}
}
