package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// AskByMail notes what a step asks, mints one link per person and queues one
// mail each, all in one transaction. Whoever has a mail of this step already is
// not mailed again, also not by a later attempt: the mail is on its way, and its
// link counts for the step. Codes: mail.to, resource.unknown.
func (p *People) AskByMail(ctx context.Context, caller run.Caller, req run.MailRequest) error {
	to, err := recipients(req.To)
	if err != nil {
		return err
	}
	secrets := make([]secret, len(to))
	ids := make([]string, len(to))
	for i := range to {
		secrets[i], ids[i] = newSecret(), journal.NewID()
	}
	return journal.Unexpected(p.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		r, err := tx.Load(caller.Run)
		if err != nil {
			return err
		}
		if _, ok := run.ApprovalOf(r.State, caller.Step, ""); !ok {
			return fault.Newf("mail.nobody_waits", "No mail was queued. Switch the step's approval on (suspend, required_events 1 or more), or use a script that only sends mail.",
				"Step %s asks people by mail, but the flow would not wait for their answer", caller.Step)
		}
		before, err := tx.MailOf(r.Key, string(caller.Step))
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
		practice, err := p.cfg.Accounts.Practice(tx.View, req.Account)
		if err != nil {
			return err
		}
		if err := tx.Apply(r, run.AskNoted{Step: caller.Step, Attempt: caller.Attempt, Ask: req.Ask}); err != nil {
			return err
		}
		for i, person := range to {
			if asked[run.PersonOf(person)] {
				continue
			}
			l, err := p.mint(tx, caller.Run, secrets[i], sqlite.Link{Step: string(caller.Step), Person: person, Job: caller.Job, Nonce: askNonce(links + i)})
			if err != nil {
				return err
			}
			m := run.Mail{
				ID: ids[i], Account: req.Account, To: person, Subject: req.Subject, Ask: req.Ask,
				Page: p.addresses(secrets[i], l).Page, Deadline: p.deadline(tx, r, caller.Step),
			}
			if err := p.queueMail(tx, r, caller.Step, caller.Attempt, "ask", practice, m); err != nil {
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
func (p *People) SendMail(ctx context.Context, caller run.Caller, req run.MailRequest) error {
	to, err := recipients(req.To)
	if err != nil {
		return err
	}
	ids := make([]string, len(to))
	for i := range to {
		ids[i] = journal.NewID()
	}
	return journal.Unexpected(p.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		r, err := tx.Load(caller.Run)
		if err != nil {
			return err
		}
		practice, err := p.cfg.Accounts.Practice(tx.View, req.Account)
		if err != nil {
			return err
		}
		for i, person := range to {
			m := run.Mail{ID: ids[i], Account: req.Account, To: person, Subject: req.Subject, Plain: true, Text: req.Text}
			if err := p.queueMail(tx, r, caller.Step, caller.Attempt, "plain", practice, m); err != nil {
				return err
			}
		}
		return nil
	}))
}

// SendAgain queues a fresh mail, with a fresh link, to a person who was asked
// by mail. It goes into the thread of the earlier one. Code mail.none.
func (p *People) SendAgain(ctx context.Context, id run.ID, step run.StepID, person string) error {
	person = run.PersonOf(person)
	s, uid := newSecret(), journal.NewID()
	return journal.Unexpected(p.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		r, err := tx.Load(id)
		if err != nil {
			return err
		}
		mails, err := tx.MailOf(r.Key, string(step))
		if err != nil {
			return err
		}
		mails = slices.DeleteFunc(mails, func(m sqlite.Mail) bool { return m.Person != person || m.Kind == "plain" })
		if len(mails) == 0 {
			return fault.Newf("mail.none", "Copy a link for them instead.", "%s was not asked by mail", person)
		}
		last := mails[len(mails)-1]
		m, err := p.sender.openMail(last)
		if err != nil {
			return err
		}
		if a, ok := run.ApprovalOf(r.State, step, person); ok && !a.Deadline.IsZero() {
			m.Deadline = a.Deadline
		}
		l, err := p.mint(tx, id, s, sqlite.Link{Step: string(step), Person: person})
		if err != nil {
			return err
		}
		m.ID, m.Page, m.Thread = uid, p.addresses(s, l).Page, last.Thread
		practice, err := p.cfg.Accounts.Practice(tx.View, m.Account)
		if err != nil {
			return err
		}
		return p.queueMail(tx, r, step, last.Attempt, "again", practice, m)
	}))
}

// queueMail seals a mail, which holds a secret link, and puts it in the outbox.
func (p *People) queueMail(tx *writer.Tx, r *writer.Run, step run.StepID, attempt int, kind string, practice bool, m run.Mail) error {
	m.Run, m.Step = r.ID, step
	m.MessageID = "<" + m.ID + "@sluice.local>"
	if row, ok, err := tx.Run(string(r.ID)); err != nil {
		return err
	} else if ok {
		m.FlowName = row.Name
	}
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	if body, err = p.cfg.Box.Seal(body); err != nil {
		return fmt.Errorf("seal a mail: %w", err)
	}
	err = tx.InsertMail(sqlite.Mail{
		UUID: m.ID, Run: r.Key, Step: string(step), Attempt: attempt, Kind: kind, Person: m.To, Account: m.Account,
		Practice: practice, Body: body, Created: tx.Now.UnixNano(), Next: tx.Now.UnixNano(), Thread: m.Thread,
	})
	if err != nil {
		return err
	}
	tx.After(p.sender.Poke)
	return noteMail(tx, r, run.MailNoted{Step: step, Mail: m.ID, To: m.To, State: run.MailQueued})
}

// noteMail records a change of a mail. A run that is over takes no more notes;
// the outbox keeps the state all the same.
func noteMail(tx *writer.Tx, r *writer.Run, ev run.MailNoted) error {
	err := tx.Apply(r, ev)
	if errors.Is(err, run.ErrStale) {
		return nil
	}
	return err
}

// deadline tells until when a step that still runs will wait, at the least.
func (p *People) deadline(tx *writer.Tx, r *writer.Run, step run.StepID) time.Time {
	plan, err := p.cfg.Journal.Plan(tx.View, r.Flow)
	if err != nil {
		return time.Time{}
	}
	wait, ok := plan.Patience(step)
	if !ok {
		return time.Time{}
	}
	return tx.Now.Add(wait)
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
