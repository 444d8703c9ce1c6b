package sqlite

import (
	"database/sql"
	"strings"
)

// Mail is one message in the outbox.
type Mail struct {
	ID       int64
	UUID     string
	Run      int64
	RunUUID  string
	Step     string
	Attempt  int
	Kind     string // ask, again or plain
	Person   string
	Account  string
	Practice bool
	Body     []byte // sealed
	State    string
	Created  int64
	Sent     int64
	Tries    int
	Next     int64 // when queued
	Held     bool  // waits for the account to be mended
	Title    string
	Hint     string
	Thread   string
}

const mailColumns = `m.id, m.uuid, m.run, r.uuid, m.step, m.attempt, m.kind, m.person, m.account, m.practice, m.body, m.state, m.created,
	COALESCE(m.sent, 0), m.tries, COALESCE(m.next, 0), m.held, m.title, m.hint, m.thread FROM mail m JOIN run r ON r.id = m.run `

func (m *Mail) dest() []any {
	return []any{&m.ID, &m.UUID, &m.Run, &m.RunUUID, &m.Step, &m.Attempt, &m.Kind, &m.Person, &m.Account, &m.Practice, &m.Body, &m.State, &m.Created,
		&m.Sent, &m.Tries, &m.Next, &m.Held, &m.Title, &m.Hint, &m.Thread}
}

// InsertMail queues a message.
func (tx *Tx) InsertMail(m Mail) error {
	tx.touch()
	return tx.exec(`INSERT INTO mail (uuid, run, step, attempt, kind, person, account, practice, body, state, created, next, thread)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)`,
		m.UUID, m.Run, m.Step, m.Attempt, m.Kind, m.Person, m.Account, m.Practice, m.Body, m.Created, m.Next, m.Thread)
}

// SetMail writes where a message stands.
func (tx *Tx) SetMail(m Mail) error {
	tx.touch()
	return tx.exec(`UPDATE mail SET state = ?, sent = NULLIF(?, 0), tries = ?, next = CASE WHEN ?1 = 'queued' THEN ? END, held = ?, title = ?, hint = ?, thread = ? WHERE id = ?`,
		m.State, m.Sent, m.Tries, m.Next, m.Held, m.Title, m.Hint, m.Thread, m.ID)
}

// ReleaseMail makes the messages that were held for an account due; for account
// "" those of all accounts.
func (tx *Tx) ReleaseMail(account string, now int64) error {
	return tx.exec(`UPDATE mail SET held = 0, next = ?1 WHERE state = 'queued' AND held = 1 AND (account = ?2 OR ?2 = '')`, now, account)
}

// NextMail returns the message that is due first; ok is false if none is queued.
func (v View) NextMail() (m Mail, ok bool, err error) {
	ok, err = v.one(m.dest(), `SELECT `+mailColumns+`WHERE m.state = 'queued' AND m.held = 0 ORDER BY m.next, m.id LIMIT 1`)
	return m, ok, err
}

// SendingMail lists the messages that were being handed over.
func (v View) SendingMail() ([]Mail, error) {
	return v.mails(`SELECT ` + mailColumns + `WHERE m.state = 'sending' ORDER BY m.id`)
}

// HeldMail counts the messages that wait for their account to be mended.
func (v View) HeldMail(account string) (n int, err error) {
	_, err = v.one([]any{&n}, `SELECT COUNT(*) FROM mail WHERE state = 'queued' AND held = 1 AND account = ?`, account)
	return n, err
}

// Mail returns one message.
func (v View) Mail(uuid string) (m Mail, ok bool, err error) {
	ok, err = v.one(m.dest(), `SELECT `+mailColumns+`WHERE m.uuid = ?`, uuid)
	return m, ok, err
}

// MailOf lists the messages about a step, oldest first.
func (v View) MailOf(run int64, step string) ([]Mail, error) {
	return v.mails(`SELECT `+mailColumns+`WHERE m.run = ? AND m.step = ? ORDER BY m.id`, run, step)
}

// UnsentMail lists the messages of a run that were not sent, oldest first.
func (v View) UnsentMail(run string) ([]Mail, error) {
	return v.mails(`SELECT `+mailColumns+`WHERE r.uuid = ? AND m.state <> 'sent' ORDER BY m.id`, run)
}

// Outbox lists the newest messages first, without their bodies.
func (v View) Outbox(limit int) ([]Mail, error) {
	return v.mails(`SELECT `+strings.Replace(mailColumns, "m.body", "x''", 1)+`ORDER BY m.id DESC LIMIT 0 + ?`, limit)
}

// MailBody returns what a message says, sealed. It never changes.
func (v View) MailBody(id int64) (body []byte, err error) {
	_, err = v.one([]any{&body}, `SELECT body FROM mail WHERE id = ?`, id)
	return body, err
}

// MailTrouble calls yield for the messages of open runs that did not go out, with what
// keeps them from going, the newest first.
func (v View) MailTrouble(yield func(run, title string)) error {
	return v.each(func(rows *sql.Rows) error {
		var run, title string
		err := rows.Scan(&run, &title)
		if err == nil {
			yield(run, title)
		}
		return err
	}, mailTrouble)
}

// mailTrouble reads by the index of the same name, which holds few.
const mailTrouble = `SELECT r.uuid, m.title FROM mail m CROSS JOIN run r ON r.id = m.run
	WHERE m.state <> 'sent' AND m.title <> '' AND r.status <> 'done' ORDER BY m.id DESC`

func (v View) mails(query string, args ...any) (out []Mail, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var m Mail
		if err := rows.Scan(m.dest()...); err != nil {
			return err
		}
		out = append(out, m)
		return nil
	}, query, args...)
	return out, err
}
