// Package library is what is stored by path: flows, scripts, resources, variables,
// settings and files that are kept to be given back; and it fixes for a run what a flow
// names by path (Pin).
//
// Values of resources and secret variables lie sealed in the file. References to them in
// arguments are resolved when a job starts (Resolve), and are never stored.
package library

import (
	"context"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Catalog reads what lies open in a library.
type Catalog struct{ db *sqlite.DB }

// NewCatalog returns a Catalog of an open file.
func NewCatalog(db *sqlite.DB) *Catalog { return &Catalog{db} }

// Box seals what must not lie open on the disk.
type Box interface {
	Seal(plain []byte) ([]byte, error)
	Open(sealed []byte) ([]byte, error)
}

// Config is what a Library needs of the others. All but the last two are needed.
type Config struct {
	Box Box
	// Write runs f in the one transaction of the writer, and waits for its commit. It
	// may run more than once.
	Write func(ctx context.Context, f func(tx *sqlite.Tx, now time.Time) error) error
	// ToldTo returns a stored text as a run may read it, without the links of others.
	ToldTo func(ctx context.Context, id run.ID, text []byte) ([]byte, error)
	// Account is called when an account was stored or removed.
	Account func(path string)
	// Scripts finds a script of the hub or the workspace by its path.
	Scripts func(path string) (run.Code, error)
	// Runs tells whether something here runs a language.
	Runs func(language string) bool
	// Check tells of a script that it could never run here; see engine.Checker.
	Check func(ctx context.Context, code run.Code, shared bool) error
	// TestResource tries a resource out; an error says what is wrong with it.
	TestResource func(ctx context.Context, r flow.Resource) error
	// Refresh brings a resource up to date before a script sees it. It returns the new
	// value, or nil to leave it.
	Refresh func(ctx context.Context, r flow.Resource) (flow.Raw, error)
}

// Library is the library of a folder. It may be used by many goroutines.
type Library struct {
	c      Config
	r      *Catalog
	db     *sqlite.DB
	parsed parsed
}

// New returns the library of an open file.
func New(db *sqlite.DB, c Config) *Library {
	return &Library{c: c, r: NewCatalog(db), db: db}
}
