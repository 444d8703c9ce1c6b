package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

const (
	codeLater fault.Code = "mail.later"
	// codeUnknown is a mail that may have arrived: it is not repeated unasked.
	codeUnknown fault.Code = "mail.unknown"
	codeClient  fault.Code = "mail.client" // the OAuth client must be mended first
	codeLocked  fault.Code = "vault.locked"

	backOffFirst = 30 * time.Second
	backOffMost  = time.Hour
	mailPatience = 24 * time.Hour // the most that a provider may put a mail off
)

// outbox wakes the goroutine that sends.
type outbox struct{ wake chan struct{} }

func (o outbox) poke() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// outboxLoop sends queued mails, one at a time. A mail is marked before it is
// handed over, so that after a kill it is known that it may have been sent.
func (e *Engine) outboxLoop(ctx, sending context.Context) {
	defer e.helpers.Done()
	for {
		m, ok, err := e.db.NextMail()
		wait := wakeAtLeast
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			e.log.Error("read the outbox", "err", err)
		case ok && e.cfg.Mailer != nil:
			next := journal.FromNano(m.Next).Sub(e.cfg.wall())
			if next > mailPatience { // the clock was set back: nobody put it off for so long
				next = 0
			}
			wait = min(wait, next)
			if wait <= 0 {
				if e.sendOne(ctx, sending, m) {
					continue
				}
				wait = 5 * time.Second
			}
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-e.outbox.wake:
			t.Stop()
		case <-ctx.Done():
			t.Stop()
			return
		}
	}
}

// sendOne sends a mail and reports whether it got as far as to know how that
// went, or that there was nothing to do.
func (e *Engine) sendOne(ctx, sending context.Context, m sqlite.Mail) bool {
	mail, err := e.openMail(m)
	if err != nil && fault.HasCode(err, codeLocked) {
		return e.mailEnded(m, "", err) // the keyring opens sooner or later
	}
	if err != nil {
		return e.mailEnded(m, "", fault.Because(err, "mail.sealed", "This mail cannot be opened", "Its key is missing on this computer. Send it again from the run."))
	}
	mail.Thread = m.Thread
	m.State, m.Tries = string(run.MailSending), m.Tries+1
	taken := false
	err = e.do(ctx, func(t *turn) error {
		taken = false
		now, ok, err := t.tx.Mail(m.UUID)
		if err != nil || !ok || now.State != string(run.MailQueued) {
			return err
		}
		taken = true
		return t.tx.SetMail(m)
	})
	if err != nil {
		return false
	}
	if !taken {
		return true
	}
	id, err := e.send(sending, mail)
	if err != nil && sending.Err() != nil {
		return true // cut off by Close: whether it was sent is not known, and the row says so
	}
	return e.mailEnded(m, id, err)
}

func (e *Engine) send(ctx context.Context, m run.Mail) (id string, err error) {
	defer e.chores.Begin("the mail to "+m.To, m.Run)()
	defer func() {
		if p := recover(); p != nil {
			e.log.Error("mailer panicked", "mail", m.ID, "panic", p)
			err = fault.Newf("mail.unexpected", "Try it again from the outbox.", "Sending this mail went wrong: %v", p)
		}
	}()
	return e.cfg.Mailer.Send(ctx, m)
}

// mailEnded writes how sending went.
func (e *Engine) mailEnded(m sqlite.Mail, id string, err error) bool {
	done := make(chan struct{})
	e.report(&input{
		apply: func(t *turn) error { return t.setMail(afterSend(m, t.now, id, err)) },
		done: func(err error) {
			if err != nil {
				e.log.Error("record a mail", "mail", m.UUID, "err", err)
			}
			e.tail.advance() // a run that is over has no entry that would wake who waits for its mails
			close(done)
		},
	})
	if f := fault.From(err); f != nil && (f.Code == library.CodeSignIn || f.Code == codeClient) {
		hint := f.Hint
		if hint == "" {
			hint = "Your mails wait in the outbox, and links work all the same. Sign in under Resources."
		}
		e.SetCondition(fault.Condition{Code: library.CodeSignIn, Subject: m.Account, Severity: fault.Alarm, Title: f.Title, Hint: hint})
	}
	if err == nil {
		e.CureCondition(library.CodeSignIn, m.Account) // whatever mended it
	}
	select {
	case <-done:
		return true
	case <-e.closed: // it is written last of all, if the disk takes it
		return false
	}
}

// afterSend tells where a mail stands after a try.
func afterSend(m sqlite.Mail, now time.Time, id string, err error) sqlite.Mail {
	m.Title, m.Hint, m.Held = "", "", false
	if err == nil {
		m.State, m.Sent = string(run.MailSent), now.UnixNano()
		if id != "" {
			m.Thread = id
		}
		return m
	}
	f := fault.From(err)
	m.Title, m.Hint = f.Title, f.Hint
	switch {
	case f.Code == library.CodeSignIn, f.Code == codeClient:
		m.State, m.Held, m.Next = string(run.MailQueued), true, now.UnixNano()
	case f.Code == codeLater, f.Code == codeLocked:
		wait := backOff(m.Tries)
		var told interface{ RetryAfter() time.Duration }
		if errors.As(err, &told) {
			wait = min(max(wait, told.RetryAfter()), mailPatience)
		}
		m.State, m.Next = string(run.MailQueued), now.Add(wait).UnixNano()
	case f.Code == codeUnknown:
		m.State = string(run.MailUnknown)
	default:
		m.State = string(run.MailFailed)
	}
	return m
}

// backOff is how long to wait after the n-th try.
func backOff(n int) time.Duration {
	d := backOffFirst
	for ; n > 1 && d < backOffMost; n-- {
		d *= 2
	}
	return min(d, backOffMost)
}

// setMail writes a mail's state to the outbox and, where the run can still take
// notes, to its journal.
func (t *turn) setMail(m sqlite.Mail) error {
	if err := t.tx.SetMail(m); err != nil {
		return err
	}
	c, err := t.state(run.ID(m.RunUUID))
	if fault.HasCode(err, journal.CodeDamaged) {
		return nil
	}
	if err != nil {
		return err
	}
	state := run.MailState(m.State)
	if state == run.MailSent && m.Practice {
		state = run.MailKept
	}
	return t.noteMail(c, run.MailNoted{
		Step: run.StepID(m.Step), Mail: m.UUID, To: m.Person, State: state, Title: m.Title, Hint: m.Hint,
	})
}

func (e *Engine) openMail(m sqlite.Mail) (mail run.Mail, err error) {
	b, err := e.cfg.Box.Open(m.Body)
	if err != nil {
		return mail, fmt.Errorf("open mail %s: %w", m.UUID, err)
	}
	if err := json.Unmarshal(b, &mail); err != nil {
		return mail, fmt.Errorf("read mail %s: %w", m.UUID, err)
	}
	return mail, nil
}

// openedMails are the mails that a list of them showed last: what a mail says never
// changes, so it is read and opened once.
type openedMails struct {
	mu sync.Mutex
	by map[int64]run.Mail
}

// openOnce opens the mails of a list; those that cannot be opened are left out.
func (e *Engine) openOnce(rows []sqlite.Mail) (map[int64]run.Mail, error) {
	e.opened.mu.Lock()
	defer e.opened.mu.Unlock()
	by := make(map[int64]run.Mail, len(rows))
	for _, m := range rows {
		mail, ok := e.opened.by[m.ID]
		if !ok {
			var err error
			if m.Body, err = e.db.MailBody(m.ID); err != nil {
				return nil, err
			}
			if mail, err = e.openMail(m); err != nil {
				continue
			}
		}
		by[m.ID] = mail
	}
	e.opened.by = by
	return by, nil
}

// Outbox lists the newest mails, the newest of them first.
func (e *Engine) Outbox(ctx context.Context, limit int) ([]run.MailItem, error) {
	rows, err := e.db.Outbox(limit)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("read the outbox: %w", err))
	}
	opened, err := e.openOnce(rows)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("read the outbox: %w", err))
	}
	out := make([]run.MailItem, len(rows))
	for i, m := range rows {
		item := run.MailItem{
			State: run.MailState(m.State), Created: journal.FromNano(m.Created), Tries: m.Tries, Error: m.Title, Hint: m.Hint, Practice: m.Practice,
		}
		if m.Sent != 0 {
			item.SentAt = journal.FromNano(m.Sent)
		}
		if m.State == string(run.MailQueued) && m.Tries > 0 && !m.Held {
			item.NextTry = journal.FromNano(m.Next)
		}
		var ok bool
		if item.Mail, ok = opened[m.ID]; !ok {
			item.Mail = run.Mail{ID: m.UUID, Run: run.ID(m.RunUUID), Step: run.StepID(m.Step), Account: m.Account, To: m.Person}
			item.Error, item.Hint = "This mail cannot be opened", "Its key is missing on this computer. Send it again from the run."
		}
		out[i] = item
	}
	return out, nil
}

// MailTrouble tells, by open run, what keeps the newest of its mails that did not go
// out from going: the title of the last error.
func (r *Reader) MailTrouble(context.Context) (map[run.ID]string, error) {
	out := map[run.ID]string{}
	err := r.db.MailTrouble(func(id, title string) {
		if out[run.ID(id)] == "" {
			out[run.ID(id)] = title
		}
	})
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("read the outbox: %w", err))
	}
	return out, nil
}

// RetryMail sends a failed mail, or one whose sending is unknown, once more; a
// waiting one is tried at once. Codes: mail.missing, mail.sent.
func (e *Engine) RetryMail(ctx context.Context, id string) error {
	return journal.Unexpected(e.do(ctx, func(t *turn) error {
		m, ok, err := t.tx.Mail(id)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New("mail.missing", "There is no such mail", "Look at the outbox again.")
		}
		switch run.MailState(m.State) {
		case run.MailSent:
			return fault.New("mail.sent", "This mail was sent already", "To send a fresh one, use Send again on the request.")
		case run.MailSending:
			return nil
		}
		m.State, m.Held, m.Next, m.Title, m.Hint = string(run.MailQueued), false, t.now.UnixNano(), "", ""
		t.mails = true
		return t.setMail(m)
	}))
}

// recoverMail marks the mails that were being handed over when Sluice died.
// They may have been sent, so they are not repeated unasked.
func (e *Engine) recoverMail() error {
	rows, err := e.db.SendingMail()
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	for _, m := range rows {
		m.State = string(run.MailUnknown)
		if m.Title != datadir.TitleRestored {
			m.Title = "Sluice stopped while this mail was being sent"
		}
		m.Hint = "It may have arrived. Ask the person, or press Send again."
		if err := e.now(func(t *turn) error { return t.setMail(m) }); err != nil {
			return fmt.Errorf("recover mail %s: %w", m.UUID, err)
		}
	}
	err = e.now(func(t *turn) error { return t.tx.ReleaseMail("", t.now.UnixNano()) })
	if err != nil {
		return errors.Join(errors.New("release the held mails"), err)
	}
	return nil
}
