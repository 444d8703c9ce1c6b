package forms

import (
	"context"
	"fmt"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/form"
	"sluice/engine/internal/endpoint"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Listing reads the forms of a library.
type Listing struct{ rows endpoint.Listing }

// NewListing returns a Listing of an open file.
func NewListing(db *sqlite.DB) *Listing {
	return &Listing{endpoint.Listing{DB: db, Kind: sqlite.EndpointForm, Word: "form"}}
}

// Forms lists the library's forms by path, as they stand.
func (c *Listing) Forms(ctx context.Context) ([]form.State, error) {
	rows, err := c.rows.All()
	if err != nil {
		return nil, err
	}
	out := make([]form.State, len(rows))
	for i, row := range rows {
		if out[i], err = c.stateOf(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Form returns a form as it stands; code form.unknown.
func (c *Listing) Form(ctx context.Context, path string) (form.State, error) {
	row, err := c.rows.One(path)
	if err != nil {
		return form.State{}, err
	}
	return c.stateOf(row)
}

func (c *Listing) stateOf(row sqlite.Endpoint) (form.State, error) {
	f, err := form.Read(row.Path, row.JSON)
	f.Enabled = row.Enabled
	if err == nil {
		err = f.Check()
	}
	s := form.State{Form: f, Created: journal.FromNano(row.Created), Updated: journal.FromNano(row.Updated), Problem: err}
	links, err := c.rows.DB.FormLinks(row.Path)
	if err != nil {
		return s, journal.Unexpected(fmt.Errorf("list the links of form %s: %w", row.Path, err))
	}
	for _, l := range links {
		is := form.Link{Person: l.Person, Created: journal.FromNano(l.Created)}
		if l.Used != 0 {
			is.Used = journal.FromNano(l.Used)
		}
		s.Links = append(s.Links, is)
	}
	s.Last, s.LastAt, s.Today, err = c.rows.Started(row, run.TriggerForm, form.CountMost)
	return s, err
}

// SaveForm stores a form under its path. For a new one it returns the address, which nobody
// can read again; one that is there keeps its own, and its links. One that is on must be
// able to find what it starts. Codes: form.invalid, those of a path, flow.unknown,
// script.unknown.
func (r *Reception) SaveForm(ctx context.Context, f form.Form) (address string, err error) {
	if err := flow.CheckPath(f.Path); err != nil {
		return "", err
	}
	if err := f.Check(); err != nil {
		return "", err
	}
	if f.Enabled {
		if _, err := r.sheet(ctx, f); err != nil {
			return "", err
		}
	}
	doc, err := f.JSON()
	if err != nil {
		return "", journal.Unexpected(fmt.Errorf("write form %s: %w", f.Path, err))
	}
	return r.shelf.Put(ctx, sqlite.Endpoint{Path: f.Path, JSON: doc, Enabled: f.Enabled}, func(_, _ *sqlite.Endpoint) error { return nil })
}

// SwitchForm switches a form on or off: then its addresses answer as ones that nobody
// made. Codes: form.unknown, and those of SaveForm.
func (r *Reception) SwitchForm(ctx context.Context, path string, on bool) error {
	is, err := r.list.Form(ctx, path)
	if err != nil {
		return err
	}
	if on {
		if is.Problem != nil {
			return is.Problem
		}
		if _, err := r.sheet(ctx, is.Form); err != nil {
			return err
		}
	}
	return r.shelf.Change(ctx, path, func(row *sqlite.Endpoint) { row.Enabled = on })
}

// RenewForm gives a form a new address, which it returns once; the old one leads nowhere
// any more. Personal links stay. Code form.unknown.
func (r *Reception) RenewForm(ctx context.Context, path string) (address string, err error) {
	return r.shelf.Renew(ctx, path)
}

// DeleteForm removes a form and its links; its runs stay. Code form.unknown.
func (r *Reception) DeleteForm(ctx context.Context, path string) error {
	return r.shelf.Delete(ctx, path)
}

// AddFormLink makes a link to a form for one person, whose address it returns once. Codes:
// form.unknown, form.person (nobody is named, or who has one already).
func (r *Reception) AddFormLink(ctx context.Context, path, person string) (address string, err error) {
	return r.putLink(ctx, path, person, false)
}

// RenewFormLink gives the link of one person a new address, which it returns once; the old
// one leads nowhere any more. It may start its one run again. Codes: form.unknown,
// form.person, form.link (there is none).
func (r *Reception) RenewFormLink(ctx context.Context, path, person string) (address string, err error) {
	return r.putLink(ctx, path, person, true)
}

func (r *Reception) putLink(ctx context.Context, path, person string, renew bool) (address string, err error) {
	if person, err = form.PersonOf(person); err != nil {
		return "", err
	}
	secret, hash := endpoint.NewSecret()
	err = r.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		if err := r.there(tx, path); err != nil {
			return err
		}
		_, has, err := tx.FormLink(path, person)
		switch {
		case err != nil:
			return err
		case renew && !has:
			return noLink(path, person)
		case !renew && has:
			return fault.Newf("form.person", "Nothing was changed. Renew it to have a new address.", "%s has a link to %s already", person, path)
		}
		return tx.PutFormLink(sqlite.FormLink{Form: path, Person: person, Secret: hash, Created: tx.Now.UnixNano()})
	})
	if err != nil {
		return "", journal.Unexpected(err)
	}
	return r.shelf.Address(secret), nil
}

// RevokeFormLink takes the link of one person back: it leads nowhere any more. Codes:
// form.unknown, form.person, form.link (there is none).
func (r *Reception) RevokeFormLink(ctx context.Context, path, person string) error {
	person, err := form.PersonOf(person)
	if err != nil {
		return err
	}
	return journal.Unexpected(r.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		if err := r.there(tx, path); err != nil {
			return err
		}
		n, err := tx.DeleteFormLink(path, person)
		if err == nil && n == 0 {
			return noLink(path, person)
		}
		return err
	}))
}

func noLink(path, person string) error {
	return fault.Newf("form.link", "Nothing was changed.", "%s has no link to %s", person, path)
}

// there makes sure that a form is.
func (r *Reception) there(tx *writer.Tx, path string) error {
	_, ok, err := tx.Endpoint(sqlite.EndpointForm, path)
	if err == nil && !ok {
		err = r.list.rows.Unknown(path)
	}
	return err
}
