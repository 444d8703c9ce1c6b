package hooks

import (
	"context"
	"fmt"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/hook"
	"sluice/engine/internal/endpoint"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Listing reads the webhooks of a library.
type Listing struct{ rows endpoint.Listing }

// NewListing returns a Listing of an open file.
func NewListing(db *sqlite.DB) *Listing {
	return &Listing{endpoint.Listing{DB: db, Kind: sqlite.EndpointHook, Word: "webhook"}}
}

// Hooks lists the library's webhooks by path, as they stand.
func (c *Listing) Hooks(ctx context.Context) ([]hook.State, error) {
	rows, err := c.rows.All()
	if err != nil {
		return nil, err
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
	row, err := c.rows.One(path)
	if err != nil {
		return hook.State{}, err
	}
	return c.state(row)
}

// state tells how a webhook stands, and what it started.
func (c *Listing) state(row sqlite.Endpoint) (hook.State, error) {
	h, problem := hook.Read(row.Path, row.JSON)
	h.Enabled = row.Enabled
	if problem == nil {
		problem = h.Check()
	}
	is := hook.State{Hook: h, HasKey: row.Signing != nil, Created: journal.FromNano(row.Created), Updated: journal.FromNano(row.Updated), Problem: problem}
	var err error
	is.Last, is.LastAt, is.Today, err = c.rows.Started(row, run.TriggerWebhook, hook.CountMost)
	return is, err
}

// Hooks lists the library's webhooks, with what each refused.
func (r *Receiver) Hooks(ctx context.Context) ([]hook.State, error) {
	out, err := r.list.Hooks(ctx)
	for i := range out {
		r.tell(&out[i])
	}
	return out, err
}

// Hook returns a webhook, with what it refused; code hook.unknown.
func (r *Receiver) Hook(ctx context.Context, path string) (hook.State, error) {
	out, err := r.list.Hook(ctx, path)
	r.tell(&out)
	return out, err
}

// tell adds what a hook refused.
func (r *Receiver) tell(is *hook.State) {
	is.Refused = r.refused.within(is.Path, r.cfg.Wall())
	is.Refusals = r.refused.since(is.Path, is.Created)
}

// NoteRefusal keeps, until this process ends, that something came to a webhook and why it
// started nothing.
func (r *Receiver) NoteRefusal(o hook.Opened, why string) {
	r.refused.note(o.Path, why, r.cfg.Wall())
}

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
	return r.shelf.Put(ctx, sqlite.Endpoint{Path: h.Path, JSON: doc, Enabled: h.Enabled, Signing: signing}, func(row, old *sqlite.Endpoint) error {
		if h.Signature.Kind == hook.None || h.Signature.Variable != "" {
			return nil
		}
		if row.Signing == nil && old != nil {
			row.Signing = old.Signing
		}
		if row.Signing == nil {
			return fault.New("hook.signature", "The webhook has no signing key", "Nothing was changed. Give the key that its sender signs with.")
		}
		return nil
	})
}

// ready says why a webhook that is on could start nothing.
func (r *Receiver) ready(ctx context.Context, h hook.Hook) error {
	for _, path := range append([]string{h.Flow}, h.Also...) {
		if _, _, err := r.flows.Read(ctx, path); err != nil {
			return err
		}
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
	return r.shelf.Change(ctx, path, func(row *sqlite.Endpoint) { row.Enabled = on })
}

// RenewHook gives a webhook a new address, which it returns once; the old one leads
// nowhere any more. Code hook.unknown.
func (r *Receiver) RenewHook(ctx context.Context, path string) (address string, err error) {
	return r.shelf.Renew(ctx, path)
}

// DeleteHook removes a webhook; its runs stay. Code hook.unknown.
func (r *Receiver) DeleteHook(ctx context.Context, path string) error {
	return r.shelf.Delete(ctx, path)
}

// cure forgets what was wrong with a hook that was changed.
func (r *Receiver) cure(path string) {
	r.refused.forget(path)
	r.mu.Lock()
	delete(r.known, path)
	r.mu.Unlock()
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
