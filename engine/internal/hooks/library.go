package hooks

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/hook"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Listing reads the webhooks of a library.
type Listing struct{ db *sqlite.DB }

// NewListing returns a Listing of an open file.
func NewListing(db *sqlite.DB) *Listing { return &Listing{db} }

// Hooks lists the library's webhooks by path, as they stand.
func (c *Listing) Hooks(ctx context.Context) ([]hook.State, error) {
	rows, err := c.db.Hooks()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list the webhooks: %w", err))
	}
	out := make([]hook.State, len(rows))
	for i, row := range rows {
		if out[i], err = c.state(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Hook returns a webhook as it stands; code hook.unknown.
func (c *Listing) Hook(ctx context.Context, path string) (hook.State, error) {
	row, ok, err := c.db.Hook(path)
	if err != nil {
		return hook.State{}, journal.Unexpected(fmt.Errorf("read webhook %s: %w", path, err))
	}
	if !ok {
		return hook.State{}, unknown(path)
	}
	return c.state(row)
}

func unknown(path string) error {
	return fault.Newf("hook.unknown", "Nothing was changed.", "There is no webhook %s", path)
}

// state tells how a webhook stands, and what it started.
func (c *Listing) state(row sqlite.Hook) (hook.State, error) {
	h, problem := hook.Read(row.Path, row.JSON)
	h.Enabled = row.Enabled
	if problem == nil {
		problem = h.Check()
	}
	is := hook.State{Hook: h, HasKey: row.Signing != nil, Created: journal.FromNano(row.Created), Updated: journal.FromNano(row.Updated), Problem: problem}
	from := sqlite.From{Kind: run.TriggerWebhook, By: row.Path, Since: row.Created}
	last, err := c.db.Runs(sqlite.RunQuery{From: &from, Limit: 1})
	if err != nil || len(last) == 0 {
		return is, journal.Unexpected(err)
	}
	is.Last, is.LastAt = last[0].UUID, journal.FromNano(last[0].Started)
	y, m, d := time.Now().Date()
	from.Since = max(from.Since, time.Date(y, m, d, 0, 0, 0, 0, time.Local).UnixNano())
	is.Today, err = c.db.CountFrom(from, hook.CountMost)
	return is, journal.Unexpected(err)
}

// Hooks lists the library's webhooks, with how many wrong signatures came to each.
func (r *Receiver) Hooks(ctx context.Context) ([]hook.State, error) {
	out, err := r.list.Hooks(ctx)
	for i := range out {
		out[i].Refused = r.refused.within(out[i].Path, r.cfg.Wall())
	}
	return out, err
}

// Hook returns a webhook, with how many wrong signatures came to it; code hook.unknown.
func (r *Receiver) Hook(ctx context.Context, path string) (hook.State, error) {
	out, err := r.list.Hook(ctx, path)
	out.Refused = r.refused.within(path, r.cfg.Wall())
	return out, err
}

var base32lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newSecret makes the secret of an address: 160 bits in lower-case base32.
func newSecret() (secret string, hash []byte) {
	var b [20]byte
	rand.Read(b[:])
	secret = base32lower.EncodeToString(b[:])
	return secret, hashOf(secret)
}

func hashOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// address is where a hook is reached.
func (r *Receiver) address(secret string) string { return r.cfg.BaseURL() + "/h/" + secret }

// SaveHook stores a webhook under its path. For a new one it returns the address, which
// nobody can read again; one that is there keeps its own, and its signing key unless there
// is another. One that is on must be able to find its flow. Codes: hook.invalid,
// hook.signature, those of a path, flow.unknown.
func (r *Receiver) SaveHook(ctx context.Context, h hook.Hook) (address string, err error) {
	if err := flow.CheckPath(h.Path); err != nil {
		return "", err
	}
	if err := h.Check(); err != nil {
		return "", err
	}
	if h.Enabled {
		if err := r.ready(ctx, h); err != nil {
			return "", err
		}
	}
	doc, err := h.JSON()
	if err != nil {
		return "", journal.Unexpected(fmt.Errorf("write webhook %s: %w", h.Path, err))
	}
	var signing []byte
	if h.Key != "" && h.Signature.Kind != hook.None {
		if signing, err = r.cfg.Box.Seal([]byte(h.Key)); err != nil {
			return "", journal.Unexpected(fmt.Errorf("seal the key of webhook %s: %w", h.Path, err))
		}
	}
	secret, hash := newSecret()
	err = r.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		now := tx.Now.UnixNano()
		row := sqlite.Hook{Path: h.Path, JSON: doc, Enabled: h.Enabled, Secret: hash, Signing: signing, Created: now, Updated: now}
		old, ok, err := tx.Hook(h.Path)
		if err != nil {
			return err
		}
		address = r.address(secret)
		if ok {
			address, row.Secret = "", old.Secret
			if signing == nil && h.Signature.Variable == "" && h.Signature.Kind != hook.None {
				row.Signing = old.Signing
			}
		}
		if h.Signature.Kind != hook.None && h.Signature.Variable == "" && row.Signing == nil {
			return fault.New("hook.signature", "The webhook has no signing key", "Nothing was changed. Give the key that its sender signs with.")
		}
		tx.After(func() { r.cure(h.Path) })
		return tx.PutHook(row)
	})
	if err != nil {
		return "", journal.Unexpected(err)
	}
	return address, nil
}

// ready says why a webhook that is on could start nothing.
func (r *Receiver) ready(ctx context.Context, h hook.Hook) error {
	if _, _, err := r.flow(ctx, h.Flow); err != nil {
		return err
	}
	if h.Signature.Variable != "" {
		if _, err := r.cfg.Variable(ctx, h.Signature.Variable); err != nil {
			return err
		}
	}
	return nil
}

// SwitchHook switches a webhook on or off: then its address answers as one that nobody
// made. Codes: hook.unknown, and those of SaveHook.
func (r *Receiver) SwitchHook(ctx context.Context, path string, on bool) error {
	is, err := r.list.Hook(ctx, path)
	if err != nil {
		return err
	}
	if on {
		if is.Problem != nil {
			return is.Problem
		}
		if err := r.ready(ctx, is.Hook); err != nil {
			return err
		}
	}
	return r.change(ctx, path, func(row *sqlite.Hook) { row.Enabled = on })
}

// RenewHook gives a webhook a new address, which it returns once; the old one leads
// nowhere any more. Code hook.unknown.
func (r *Receiver) RenewHook(ctx context.Context, path string) (address string, err error) {
	secret, hash := newSecret()
	if err := r.change(ctx, path, func(row *sqlite.Hook) { row.Secret = hash }); err != nil {
		return "", err
	}
	return r.address(secret), nil
}

// change changes a hook that is there.
func (r *Receiver) change(ctx context.Context, path string, how func(row *sqlite.Hook)) error {
	return journal.Unexpected(r.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		row, ok, err := tx.Hook(path)
		if err != nil {
			return err
		}
		if !ok {
			return unknown(path)
		}
		how(&row)
		row.Updated = tx.Now.UnixNano()
		tx.After(func() { r.cure(path) })
		return tx.PutHook(row)
	}))
}

// DeleteHook removes a webhook; its runs stay. Code hook.unknown.
func (r *Receiver) DeleteHook(ctx context.Context, path string) error {
	return journal.Unexpected(r.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		n, err := tx.DeleteHook(path)
		if err == nil && n == 0 {
			return unknown(path)
		}
		tx.After(func() { r.cure(path) })
		return err
	}))
}

// cure forgets what was wrong with a hook that was changed.
func (r *Receiver) cure(path string) {
	r.refused.forget(path)
	r.cfg.Book.CureCondition(codeForged, path)
	r.cfg.Book.CureCondition(codeFailed, path)
}

// called is what a hook is called in words.
func called(h hook.Hook) string {
	if s := strings.TrimSpace(h.Summary); s != "" {
		return fmt.Sprintf("%s (%s)", s, h.Path)
	}
	return h.Path
}
