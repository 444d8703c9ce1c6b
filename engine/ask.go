package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// AskByMail notes what a step asks, mints one link per person and queues one
// mail each, all in one transaction. Whoever has a mail of this step already is
// not mailed again, also not by a later attempt: the mail is on its way, and its
// link counts for the step. Codes: mail.to, resource.unknown.
func (e *Engine) AskByMail(ctx context.Context, caller run.Caller, req run.MailRequest) error {
	to, err := recipients(req.To)
	if err != nil {
		return err
	}
	secrets := make([]secret, len(to))
	ids := make([]string, len(to))
	for i := range to {
		secrets[i], ids[i] = newSecret(), newUUID()
	}
	return journal.Unexpected(e.do(ctx, func(t *turn) error {
		c, err := t.state(caller.Run)
		if err != nil {
			return err
		}
		if _, ok := run.ApprovalOf(c.State, caller.Step, ""); !ok {
			return fault.Newf("mail.nobody_waits", "No mail was queued. Switch the step's approval on (suspend, required_events 1 or more), or use a script that only sends mail.",
				"Step %s asks people by mail, but the flow would not wait for their answer", caller.Step)
		}
		before, err := t.tx.MailOf(c.Key, string(caller.Step))
		if err != nil {
			return err
		}
		asked, links := map[string]bool{}, 0
		for _, m := range before {
			if m.Kind == "ask" {
				links++ // a second question of the same job has links of its own
			}
			if m.Kind == "ask" && m.State != string(run.MailFailed) {
				asked[run.PersonOf(m.Person)] = true
			}
		}
		practice, err := t.practice(req.Account)
		if err != nil {
			return err
		}
		if err := t.applyTo(c, run.AskNoted{Step: caller.Step, Attempt: caller.Attempt, Ask: req.Ask}); err != nil {
			return err
		}
		for i, person := range to {
			if asked[run.PersonOf(person)] {
				continue
			}
			l, err := t.mint(caller.Run, secrets[i], sqlite.Link{Step: string(caller.Step), Person: person, Job: caller.Job, Nonce: askNonce(links + i)})
			if err != nil {
				return err
			}
			m := run.Mail{
				ID: ids[i], Account: req.Account, To: person, Subject: req.Subject, Ask: req.Ask,
				Page: e.addresses(secrets[i], l).Page, Deadline: t.deadline(c, caller.Step),
			}
			if err := t.queueMail(c, caller.Step, caller.Attempt, "ask", practice, m); err != nil {
				return err
			}
		}
		return nil
	}))
}

// askNonce numbers the links of AskByMail from the top, away from the numbers
// that clients draw, which fit in 31 bits or are random.
func askNonce(i int) uint32 { return ^uint32(i) }

// SendMail queues a plain message to each address.
func (e *Engine) SendMail(ctx context.Context, caller run.Caller, req run.MailRequest) error {
	to, err := recipients(req.To)
	if err != nil {
		return err
	}
	ids := make([]string, len(to))
	for i := range to {
		ids[i] = newUUID()
	}
	return journal.Unexpected(e.do(ctx, func(t *turn) error {
		c, err := t.state(caller.Run)
		if err != nil {
			return err
		}
		practice, err := t.practice(req.Account)
		if err != nil {
			return err
		}
		for i, person := range to {
			m := run.Mail{ID: ids[i], Account: req.Account, To: person, Subject: req.Subject, Plain: true, Text: req.Text}
			if err := t.queueMail(c, caller.Step, caller.Attempt, "plain", practice, m); err != nil {
				return err
			}
		}
		return nil
	}))
}

// SendAgain queues a fresh mail, with a fresh link, to a person who was asked
// by mail. It goes into the thread of the earlier one. Code mail.none.
func (e *Engine) SendAgain(ctx context.Context, id run.ID, step run.StepID, person string) error {
	person = run.PersonOf(person)
	s, uid := newSecret(), newUUID()
	return journal.Unexpected(e.do(ctx, func(t *turn) error {
		c, err := t.state(id)
		if err != nil {
			return err
		}
		mails, err := t.tx.MailOf(c.Key, string(step))
		if err != nil {
			return err
		}
		mails = slices.DeleteFunc(mails, func(m sqlite.Mail) bool { return m.Person != person || m.Kind == "plain" })
		if len(mails) == 0 {
			return fault.Newf("mail.none", "Copy a link for them instead.", "%s was not asked by mail", person)
		}
		last := mails[len(mails)-1]
		m, err := e.openMail(last)
		if err != nil {
			return err
		}
		if a, ok := run.ApprovalOf(c.State, step, person); ok && !a.Deadline.IsZero() {
			m.Deadline = a.Deadline
		}
		l, err := t.mint(id, s, sqlite.Link{Step: string(step), Person: person})
		if err != nil {
			return err
		}
		m.ID, m.Page, m.Thread = uid, e.addresses(s, l).Page, last.Thread
		practice, err := t.practice(m.Account)
		if err != nil {
			return err
		}
		return t.queueMail(c, step, last.Attempt, "again", practice, m)
	}))
}

// queueMail seals a mail, which holds a secret link, and puts it in the outbox.
func (t *turn) queueMail(c *live, step run.StepID, attempt int, kind string, practice bool, m run.Mail) error {
	m.Run, m.Step = c.ID, step
	m.MessageID = "<" + m.ID + "@sluice.local>"
	if row, ok, err := t.tx.Run(string(c.ID)); err != nil {
		return err
	} else if ok {
		m.FlowName = row.Name
	}
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	if body, err = t.e.cfg.Box.Seal(body); err != nil {
		return fmt.Errorf("seal a mail: %w", err)
	}
	err = t.tx.InsertMail(sqlite.Mail{
		UUID: m.ID, Run: c.Key, Step: string(step), Attempt: attempt, Kind: kind, Person: m.To, Account: m.Account,
		Practice: practice, Body: body, Created: t.now.UnixNano(), Next: t.now.UnixNano(), Thread: m.Thread,
	})
	if err != nil {
		return err
	}
	t.mails = true
	return t.noteMail(c, run.MailNoted{Step: step, Mail: m.ID, To: m.To, State: run.MailQueued})
}

// noteMail records a change of a mail. A run that is over takes no more notes;
// the outbox keeps the state all the same.
func (t *turn) noteMail(c *live, ev run.MailNoted) error {
	err := t.applyTo(c, ev)
	if errors.Is(err, run.ErrStale) {
		return nil
	}
	return err
}

// practice reports whether an account is one whose mails stay here.
func (t *turn) practice(account string) (bool, error) {
	r, err := t.e.FullResourceIn(t.tx.View, account)
	if err != nil {
		return false, err
	}
	return library.IsPractice(r.Value), nil
}

// deadline tells until when a step that still runs will wait, at the least.
func (t *turn) deadline(c *live, step run.StepID) time.Time {
	plan, err := t.e.Plan(t.tx.View, c.Flow)
	if err != nil {
		return time.Time{}
	}
	wait, ok := plan.Patience(step)
	if !ok {
		return time.Time{}
	}
	return t.now.Add(wait)
}

// recipients returns the distinct addresses; at least one.
func recipients(list []string) ([]string, error) {
	out, err := run.Addresses(list...)
	if err != nil {
		return nil, err
	}
	for i, a := range out {
		out[i] = run.PersonOf(a)
	}
	if len(out) == 0 {
		return nil, run.ErrNobody
	}
	return out, nil
}
