package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"sluice/engine/internal/datadir"
	"sluice/engine/internal/forms"
	"sluice/engine/internal/hooks"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/logs"
	"sluice/engine/internal/people"
	"sluice/engine/internal/schedules"
	"sluice/engine/internal/search"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Reader is the half of an engine that only reads. It also stands alone, beside
// an engine in another process.
type Reader struct {
	*journal.Reader
	*library.Catalog
	*schedules.Listing
	hooked
	formed
	people.Requests
	words *search.Search
	db    *sqlite.DB
	dir   string
}

// hooked and formed list webhooks and forms, by names of their own: there are several
// Listings.
type (
	hooked struct{ *hooks.Listing }
	formed struct{ *forms.Listing }
)

// Filter selects runs. Zero fields select everything.
type Filter = journal.Filter

// Near are a run, those that somebody started, and those of a flow.
type Near = journal.Near

// From are the runs that came from outside by one way.
type From = journal.From

// Problem is something that Verify found wrong.
type Problem = journal.Problem

func newReader(db *sqlite.DB, dir string) *Reader {
	j := journal.NewReader(db)
	return &Reader{Reader: j, Catalog: library.NewCatalog(db), Listing: schedules.NewListing(db), hooked: hooked{hooks.NewListing(db)}, formed: formed{forms.NewListing(db)}, Requests: people.NewRequests(j, db), words: search.New(search.Config{Dir: dir, DB: db, Journal: j}), db: db, dir: dir}
}

// Runs lists runs, newest first.
func (r *Reader) Runs(ctx context.Context, f Filter) ([]run.Summary, error) {
	if f.Words == "" && f.Person == "" {
		return r.Reader.Runs(ctx, f)
	}
	return r.words.Runs(ctx, f)
}

// Told tells of some runs what went in and what came of them, as far as is known without
// reading them.
func (r *Reader) Told(ctx context.Context, ids []run.ID) (map[run.ID]run.Told, error) {
	return r.words.Told(ctx, ids)
}

// OpenReader opens a folder for reading, whether or not an engine runs on it.
func OpenReader(dir string) (*Reader, error) {
	if err := datadir.CheckLog(dir); err != nil {
		return nil, err
	}
	db, err := sqlite.OpenReader(filepath.Join(dir, datadir.FileName))
	if err != nil {
		return nil, datadir.OpenFault(dir, err)
	}
	return newReader(db, dir), nil
}

// Close closes a Reader that stands alone.
func (r *Reader) Close() error { return errors.Join(r.words.Close(), r.db.Close()) }

// Logs returns a step's log from a byte offset on, up to a megabyte. A log that
// was not begun is empty.
func (r *Reader) Logs(_ context.Context, id run.ID, step run.StepID, attempt int, offset int64) ([]byte, error) {
	b, err := logs.Read(r.dir, id, step, attempt, offset)
	return b, journal.Unexpected(err)
}

// LastEntry returns the id of the newest journal entry, from which on Watch
// yields only what is new.
func (r *Reader) LastEntry(context.Context) (int64, error) {
	id, err := r.db.LastEntry()
	if err != nil {
		return 0, journal.Unexpected(fmt.Errorf("find the end of the journal: %w", err))
	}
	return id, nil
}
