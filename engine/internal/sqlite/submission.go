package sqlite

import (
	"crypto/rand"
	"database/sql"
)

// FormLink is a link to a form for one person. Its secret is not here.
type FormLink struct {
	Form    string
	Person  string
	Secret  []byte // hash of the secret in its address
	Created int64
	Used    int64 // when it last started a run; 0 for never
	Run     int64 // that run
}

// PutFormLink stores the link of a person to a form. One that is there is replaced.
func (tx *Tx) PutFormLink(l FormLink) error {
	return tx.exec(`INSERT INTO form_link (form, person, secret, created) VALUES (?, ?, ?, ?)
		ON CONFLICT (form, person) DO UPDATE SET secret = excluded.secret, created = excluded.created, used = NULL, run = NULL`, l.Form, l.Person, l.Secret, l.Created)
}

// UseFormLink notes the run that a link started.
func (tx *Tx) UseFormLink(form, person string, run, at int64) error {
	return tx.exec(`UPDATE form_link SET used = ?, run = ? WHERE form = ? AND person = ?`, at, run, form, person)
}

// DeleteFormLink removes the link of a person.
func (tx *Tx) DeleteFormLink(form, person string) (n int64, err error) {
	return tx.change(`DELETE FROM form_link WHERE form = ? AND person = ?`, form, person)
}

const formLinkQuery = `SELECT form, person, secret, created, COALESCE(used, 0), COALESCE(run, 0) FROM form_link `

func (l *FormLink) dest() []any {
	return []any{&l.Form, &l.Person, &l.Secret, &l.Created, &l.Used, &l.Run}
}

// FormLink returns the link of a person to a form.
func (v View) FormLink(form, person string) (l FormLink, ok bool, err error) {
	ok, err = v.one(l.dest(), formLinkQuery+`WHERE form = ? AND person = ?`, form, person)
	return l, ok, err
}

// FormLinkBySecret returns the link whose address has the secret of a hash.
func (v View) FormLinkBySecret(hash []byte) (l FormLink, ok bool, err error) {
	ok, err = v.one(l.dest(), formLinkQuery+`WHERE secret = ?`, hash)
	return l, ok, err
}

// FormLinks lists the links to a form by person.
func (v View) FormLinks(form string) (out []FormLink, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var l FormLink
		if err := rows.Scan(l.dest()...); err != nil {
			return err
		}
		out = append(out, l)
		return nil
	}, formLinkQuery+`WHERE form = ? ORDER BY person`, form)
	return out, err
}

// Submission is what was sent by a form, by which it is known when it comes again.
type Submission struct {
	Run    int64
	UUID   string // of that run
	Form   string
	Person string // whose link it came by; "" for the form's own address
	Key    []byte // hash of what the page was marked with
	Body   []byte // hash of what was sent
	At     int64
}

// PutSubmission notes what was sent, for as long as its run is kept.
func (tx *Tx) PutSubmission(s Submission) error {
	tx.touch()
	return tx.exec(`INSERT INTO submission (run, form, person, key, body, at) VALUES (?, ?, ?, ?, ?, ?)`, s.Run, s.Form, s.Person, s.Key, s.Body, s.At)
}

const submissionQuery = `SELECT s.run, r.uuid, s.form, s.person, s.key, s.body, s.at FROM submission s JOIN run r ON r.id = s.run `

func (s *Submission) dest() []any {
	return []any{&s.Run, &s.UUID, &s.Form, &s.Person, &s.Key, &s.Body, &s.At}
}

// Submission returns what was sent by a form under a key.
func (v View) Submission(form string, key []byte) (s Submission, ok bool, err error) {
	ok, err = v.one(s.dest(), submissionQuery+`WHERE s.key = ? AND s.form = ?`, key, form)
	return s, ok, err
}

// SubmissionOf returns what a run was started by.
func (v View) SubmissionOf(run int64) (s Submission, ok bool, err error) {
	ok, err = v.one(s.dest(), submissionQuery+`WHERE s.run = ?`, run)
	return s, ok, err
}

// pageKey is the setting with the key by which pages of forms are known as made here.
const pageKey = "forms.page_key"

func newPageKey() []byte {
	b := make([]byte, 32)
	rand.Read(b)
	return b
}

// PutPageKey makes the key of the pages of forms where there is none.
func (tx *Tx) PutPageKey() error {
	return tx.exec(`INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING`, pageKey, newPageKey())
}

// PageKey returns the key of the pages of forms, nil if there is none.
func (v View) PageKey() ([]byte, error) {
	key, _, err := v.Setting(pageKey)
	return key, err
}
