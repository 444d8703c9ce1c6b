package people

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/background"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
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

// wakeAtLeast bounds a wait: Go timers stand still while a laptop sleeps.
const wakeAtLeast = 30 * time.Second

// Sender sends queued mails, one at a time.
type Sender struct {
	cfg    Config
	wake   chan struct{}
	opened openedMails
	loops  background.Loops

	sending context.Context // ends when the mail that is being sent is cut off
	cut     context.CancelFunc
}

// Mails is what others may know of the outbox, and ask of it.
type Mails struct{ s *Sender }

// Mails returns the sender's face.
func (s *Sender) Mails() Mails { return Mails{s} }

// Start sets the sender going.
func (s *Sender) Start() { s.loops.Go(s.loop) }

// Stop lets no further mail be begun.
func (s *Sender) Stop() { s.loops.Stop() }

// Cut cuts off the mail that is being sent.
func (s *Sender) Cut() { s.cut() }

// Wait waits until the sender has stopped.
func (s *Sender) Wait() { s.loops.Wait() }

// Poke has the sender look at the outbox.
func (s *Sender) Poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// loop sends queued mails. A mail is marked before it is handed over, so that after a
// kill it is known that it may have been sent.
func (s *Sender) loop(ctx context.Context) {
	for {
		m, ok, err := s.cfg.DB.NextMail()
		wait := wakeAtLeast
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.cfg.Log.Error("read the outbox", "err", err)
		case ok && s.cfg.Mailer != nil:
			next := journal.FromNano(m.Next).Sub(s.cfg.Wall())
			if next > mailPatience { // the clock was set back: nobody put it off for so long
				next = 0
			}
			wait = min(wait, next)
			if wait <= 0 {
				if s.sendOne(ctx, m) {
					continue
				}
				wait = 5 * time.Second
			}
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-s.wake:
			t.Stop()
		case <-ctx.Done():
			t.Stop()
			return
		}
	}
}

// sendOne sends a mail and reports whether it got as far as to know how that
// went, or that there was nothing to do.
func (s *Sender) sendOne(ctx context.Context, m sqlite.Mail) bool {
	mail, err := s.openMail(m)
	if err != nil && fault.HasCode(err, codeLocked) {
		return s.mailEnded(m, "", err) // the keyring opens sooner or later
	}
	if err != nil {
		return s.mailEnded(m, "", fault.Because(err, "mail.sealed", "This mail cannot be opened", "Its key is missing on this computer. Send it again from the run."))
	}
	mail.Thread = m.Thread
	m.State, m.Tries = string(run.MailSending), m.Tries+1
	taken := false
	err = s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		taken = false
		now, ok, err := tx.Mail(m.UUID)
		if err != nil || !ok || now.State != string(run.MailQueued) {
			return err
		}
		taken = true
		return tx.SetMail(m)
	})
	if err != nil {
		return false
	}
	if !taken {
		return true
	}
	id, err := s.send(s.sending, mail)
	if err != nil && s.sending.Err() != nil {
		return true // cut off by Close: whether it was sent is not known, and the row says so
	}
	return s.mailEnded(m, id, err)
}

func (s *Sender) send(ctx context.Context, m run.Mail) (id string, err error) {
	defer s.cfg.Chores.Begin("the mail to "+m.To, m.Run)()
	defer func() {
		if p := recover(); p != nil {
			s.cfg.Log.Error("mailer panicked", "mail", m.ID, "panic", p)
			err = fault.Newf("mail.unexpected", "Try it again from the outbox.", "Sending this mail went wrong: %v", p)
		}
	}()
	return s.cfg.Mailer.Send(ctx, m)
}

// mailEnded writes how sending went.
func (s *Sender) mailEnded(m sqlite.Mail, id string, err error) bool {
	done := make(chan struct{})
	s.cfg.Writer.Report(writer.Report{
		Apply: func(tx *writer.Tx) error { return setMail(tx, afterSend(m, tx.Now, id, err)) },
		Done: func(err error) {
			if err != nil {
				s.cfg.Log.Error("record a mail", "mail", m.UUID, "err", err)
			}
			s.cfg.Writer.Wake() // a run that is over has no entry that would wake who waits for its mails
			close(done)
		},
	})
	if f := fault.From(err); f != nil && (f.Code == health.CodeSignIn || f.Code == codeClient) {
		hint := f.Hint
		if hint == "" {
			hint = "Your mails wait in the outbox, and links work all the same. Sign in under Resources."
		}
		s.cfg.Book.SetCondition(fault.Condition{Code: health.CodeSignIn, Subject: m.Account, Severity: fault.Alarm, Title: f.Title, Hint: hint})
	}
	if err == nil {
		s.cfg.Book.CureCondition(health.CodeSignIn, m.Account) // whatever mended it
	}
	select {
	case <-done:
		return true
	case <-s.cfg.Closed: // it is written last of all, if the disk takes it
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
	case f.Code == health.CodeSignIn, f.Code == codeClient:
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
func setMail(tx *writer.Tx, m sqlite.Mail) error {
	if err := tx.SetMail(m); err != nil {
		return err
	}
	r, err := tx.Load(run.ID(m.RunUUID))
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
	return noteMail(tx, r, run.MailNoted{
		Step: run.StepID(m.Step), Mail: m.UUID, To: m.Person, State: state, Title: m.Title, Hint: m.Hint,
	})
}

func (s *Sender) openMail(m sqlite.Mail) (mail run.Mail, err error) {
	b, err := s.cfg.Box.Open(m.Body)
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
func (s *Sender) openOnce(rows []sqlite.Mail) (map[int64]run.Mail, error) {
	s.opened.mu.Lock()
	defer s.opened.mu.Unlock()
	by := make(map[int64]run.Mail, len(rows))
	for _, m := range rows {
		mail, ok := s.opened.by[m.ID]
		if !ok {
			var err error
			if m.Body, err = s.cfg.DB.MailBody(m.ID); err != nil {
				return nil, err
			}
			if mail, err = s.openMail(m); err != nil {
				continue
			}
		}
		by[m.ID] = mail
	}
	s.opened.by = by
	return by, nil
}

// Outbox lists the newest mails, the newest of them first.
func (f Mails) Outbox(_ context.Context, limit int) ([]run.MailItem, error) {
	rows, err := f.s.cfg.DB.Outbox(limit)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("read the outbox: %w", err))
	}
	opened, err := f.s.openOnce(rows)
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
func (r Requests) MailTrouble(context.Context) (map[run.ID]string, error) {
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
func (f Mails) RetryMail(ctx context.Context, id string) error {
	return journal.Unexpected(f.s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		m, ok, err := tx.Mail(id)
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
		m.State, m.Held, m.Next, m.Title, m.Hint = string(run.MailQueued), false, tx.Now.UnixNano(), "", ""
		tx.After(f.s.Poke)
		return setMail(tx, m)
	}))
}

// Recover marks the mails that were being handed over when Sluice died.
// They may have been sent, so they are not repeated unasked.
func (s *Sender) Recover() error {
	rows, err := s.cfg.DB.SendingMail()
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	for _, m := range rows {
		m.State = string(run.MailUnknown)
		if m.Title != run.TitleRestored {
			m.Title = "Sluice stopped while this mail was being sent"
		}
		m.Hint = "It may have arrived. Ask the person, or press Send again."
		if err := cmp.Or(s.cfg.Writer.Inline(func(tx *writer.Tx) error { return setMail(tx, m) })...); err != nil {
			return fmt.Errorf("recover mail %s: %w", m.UUID, err)
		}
	}
	err = cmp.Or(s.cfg.Writer.Inline(func(tx *writer.Tx) error { return tx.ReleaseMail("", tx.Now.UnixNano()) })...)
	if err != nil {
		return errors.Join(errors.New("release the held mails"), err)
	}
	return nil
}
