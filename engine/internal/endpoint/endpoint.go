// Package endpoint has what webhooks and forms share: each is stored under a path, is
// reached by the secret in its address, which the file knows by its hash alone, can be
// switched off and given another address, and starts something of the library.
package endpoint

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Listing reads the endpoints of one kind.
type Listing struct {
	DB   *sqlite.DB
	Kind string // as package sqlite names it
	Word string // what it is called in words: "webhook"
}

// All lists them by path.
func (l Listing) All() ([]sqlite.Endpoint, error) {
	rows, err := l.DB.Endpoints(l.Kind)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list the %ss: %w", l.Word, err))
	}
	return rows, nil
}

// One returns the endpoint of a path; code KIND.unknown.
func (l Listing) One(path string) (sqlite.Endpoint, error) {
	row, ok, err := l.DB.Endpoint(l.Kind, path)
	switch {
	case err != nil:
		return row, journal.Unexpected(fmt.Errorf("read %s %s: %w", l.Word, path, err))
	case !ok:
		return row, l.Unknown(path)
	}
	return row, nil
}

// Unknown says that there is none under a path; code KIND.unknown.
func (l Listing) Unknown(path string) error {
	return fault.Newf(fault.Code(l.Kind+".unknown"), "Nothing was changed.", "There is no %s %s", l.Word, path)
}

// None answers whoever comes to an address that leads nowhere; code KIND.unknown.
func (l Listing) None() error {
	return fault.New(fault.Code(l.Kind+".unknown"), "There is no such "+l.Word, "Nothing was started.")
}

// Started tells of the runs that an endpoint started since it was made: the last one, when
// that was, and how many today, up to most. kind is that of their triggers.
func (l Listing) Started(row sqlite.Endpoint, kind string, most int) (last string, at time.Time, today int, err error) {
	from := sqlite.From{Kind: kind, By: row.Path, Since: row.Created}
	rows, err := l.DB.Runs(sqlite.RunQuery{From: &from, Limit: 1})
	if err != nil || len(rows) == 0 {
		return "", at, 0, journal.Unexpected(err)
	}
	y, m, d := time.Now().Date()
	from.Since = max(from.Since, time.Date(y, m, d, 0, 0, 0, 0, time.Local).UnixNano())
	today, err = l.DB.CountFrom(from, most)
	return rows[0].UUID, journal.FromNano(rows[0].Started), today, journal.Unexpected(err)
}

// Open returns the endpoint of an address's secret, if it is on; code KIND.unknown.
func (l Listing) Open(secret string) (sqlite.Endpoint, error) {
	row, ok, err := l.DB.EndpointBySecret(l.Kind, HashOf(secret))
	switch {
	case err != nil:
		return row, journal.Unexpected(fmt.Errorf("look for a %s: %w", l.Word, err))
	case !ok || !row.Enabled:
		return row, l.None()
	}
	return row, nil
}

// Still says that an endpoint is not any more as it was opened; code KIND.unknown.
func (l Listing) Still(tx *writer.Tx, path string, secret []byte, updated int64) error {
	now, ok, err := tx.Endpoint(l.Kind, path)
	if err == nil && (!ok || !now.Enabled || now.Updated != updated || !bytes.Equal(now.Secret, secret)) {
		err = l.None()
	}
	return err
}

// Shelf changes the endpoints of one kind.
type Shelf struct {
	Listing
	Writer  *writer.Writer
	BaseURL func() string
	Segment string            // of an address, before its secret
	Cure    func(path string) // one was changed: what was wrong with it is not any more
	// Beside does more in each commit that changes one; nil: nothing.
	Beside func(tx *writer.Tx) error
}

// Address is where a secret leads.
func (s *Shelf) Address(secret string) string { return s.BaseURL() + "/" + s.Segment + "/" + secret }

// Put stores a row. A new one gets a fresh secret, whose address is returned; one that is
// there keeps its own. keep takes over what else is kept of the old row, nil for a new one,
// and may refuse.
func (s *Shelf) Put(ctx context.Context, row sqlite.Endpoint, keep func(row, old *sqlite.Endpoint) error) (address string, err error) {
	secret, hash := NewSecret()
	row.Kind = s.Kind
	err = s.Writer.Do(ctx, func(tx *writer.Tx) error {
		now := tx.Now.UnixNano()
		put := row
		put.Secret, put.Created, put.Updated = hash, now, now
		old, ok, err := tx.Endpoint(s.Kind, row.Path)
		if err != nil {
			return err
		}
		address = s.Address(secret)
		was := (*sqlite.Endpoint)(nil)
		if ok {
			address, put.Secret, was = "", old.Secret, &old
		}
		if err := keep(&put, was); err != nil {
			return err
		}
		if err := s.beside(tx); err != nil {
			return err
		}
		tx.After(func() { s.Cure(row.Path) })
		return tx.PutEndpoint(put)
	})
	if err != nil {
		return "", journal.Unexpected(err)
	}
	return address, nil
}

// Change changes one that is there; code KIND.unknown.
func (s *Shelf) Change(ctx context.Context, path string, how func(row *sqlite.Endpoint)) error {
	return s.with(ctx, path, func(tx *writer.Tx, row sqlite.Endpoint) error {
		how(&row)
		row.Updated = tx.Now.UnixNano()
		return tx.PutEndpoint(row)
	})
}

// with does something with one that is there.
func (s *Shelf) with(ctx context.Context, path string, do func(tx *writer.Tx, row sqlite.Endpoint) error) error {
	return journal.Unexpected(s.Writer.Do(ctx, func(tx *writer.Tx) error {
		row, ok, err := tx.Endpoint(s.Kind, path)
		if err != nil {
			return err
		}
		if !ok {
			return s.Unknown(path)
		}
		if err := s.beside(tx); err != nil {
			return err
		}
		tx.After(func() { s.Cure(path) })
		return do(tx, row)
	}))
}

func (s *Shelf) beside(tx *writer.Tx) error {
	if s.Beside == nil {
		return nil
	}
	return s.Beside(tx)
}

// Renew gives one a new address, which it returns once; the old one leads nowhere any
// more. Code KIND.unknown.
func (s *Shelf) Renew(ctx context.Context, path string) (address string, err error) {
	secret, hash := NewSecret()
	if err := s.Change(ctx, path, func(row *sqlite.Endpoint) { row.Secret = hash }); err != nil {
		return "", err
	}
	return s.Address(secret), nil
}

// Delete removes one; its runs stay. Code KIND.unknown.
func (s *Shelf) Delete(ctx context.Context, path string) error {
	return s.with(ctx, path, func(tx *writer.Tx, _ sqlite.Endpoint) error {
		_, err := tx.DeleteEndpoint(s.Kind, path)
		return err
	})
}

var base32lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewSecret makes the secret of an address: 160 bits in lower-case base32.
func NewSecret() (secret string, hash []byte) {
	var b [20]byte
	rand.Read(b[:])
	secret = base32lower.EncodeToString(b[:])
	return secret, HashOf(secret)
}

// HashOf is what the file knows of a text.
func HashOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// Ours reports whether an error of a start is about what is stored here, of which whoever
// came cannot do anything: not about what they sent, nor of a file that takes nothing now.
func Ours(err error) bool {
	f := fault.From(err)
	return f.Code != "flow.input" && !strings.HasPrefix(string(f.Code), "engine.") && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

// End is how a run ended.
type End struct {
	Outcome  run.Outcome
	Result   json.RawMessage // of one that succeeded
	TooLarge bool            // the result is larger than what is handed out
	Error    json.RawMessage // of one that did not succeed: an object with name and message
}

// Flows reads flows of the library, and knows those that it read.
type Flows struct {
	From func(ctx context.Context, path string) (flow.Stored, error)

	mu    sync.Mutex
	known map[string]readFlow // by path, as they were read last
}

// readFlow is a flow that was read.
type readFlow struct {
	json []byte
	flow *flow.Flow
}

// Read returns a flow of the library, read. It is for reading only. Codes: flow.unknown,
// those of reading a flow.
func (r *Flows) Read(ctx context.Context, path string) (stored flow.Stored, f *flow.Flow, err error) {
	if stored, err = r.From(ctx, path); err != nil {
		return stored, nil, err
	}
	r.mu.Lock()
	known := r.known[path]
	r.mu.Unlock()
	if known.flow != nil && bytes.Equal(known.json, stored.JSON) {
		return stored, known.flow, nil
	}
	if f, err = flow.ParseJSON(stored.JSON); err != nil {
		return stored, nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = make(map[string]readFlow)
	}
	r.known[path] = readFlow{stored.JSON, f}
	return stored, f, nil
}
