package people

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
func (f Mails) Unsent(ctx context.Context, id run.ID) ([]run.MailNoted, error) {
	for {
		moved := f.s.cfg.Writer.Moved()
		rows, err := f.s.cfg.DB.UnsentMail(string(id))
		if err != nil {
			return nil, journal.Unexpected(fmt.Errorf("read the mails of run %s: %w", id, err))
		}
		var left []run.MailNoted
		due := false
		for _, m := range rows {
			state := run.MailState(m.State)
			due = due || state == run.MailSending || state == run.MailQueued && !m.Held && m.Next <= f.s.cfg.Wall().UnixNano()
			left = append(left, run.MailNoted{Step: run.StepID(m.Step), Mail: m.UUID, To: m.Person, State: state, Title: m.Title, Hint: m.Hint})
		}
		if !due {
			return left, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return left, nil
		case <-f.s.cfg.Closed:
			return left, nil
		}
	}
}
