// Package people is what people get and answer: links, requests and votes by them,
// and the mails that ask.
//
// A vote is checked and counted in the writer's goroutine, against the state of its
// run: whoever comes second is told who decided. A mail is marked before it is handed
// to the provider, so that after a kill it is known that it may have been sent.
package people

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync/atomic"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/background"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Box seals what must not lie open on the disk.
type Box interface {
	Seal(plain []byte) ([]byte, error)
	Open(sealed []byte) ([]byte, error)
}

// Accounts tells of the accounts that mails are sent from.
type Accounts interface {
	// Practice reports whether an account is one whose mails stay here.
	Practice(v sqlite.View, account string) (bool, error)
}

// Callers knows the jobs that run.
type Callers interface {
	// SecretOf returns the key from which a running job's links are derived.
	SecretOf(job string) (key []byte, ok bool)
}

// Evaluator computes the conditions of forms.
type Evaluator interface {
	Eval(ctx context.Context, cmd run.Evaluate, lookup func(name string) (json.RawMessage, error)) (json.RawMessage, error)
}

// Mailer sends one mail and returns the provider's id of it, or of its thread.
// Error codes: mail.later (try again), mail.signin (the account needs its
// person), any other (do not try again).
type Mailer interface {
	Send(ctx context.Context, m run.Mail) (id string, err error)
}

// Config is what people are asked with. Evaluator and Mailer may be nil: then
// conditions are not computed, and mails wait.
type Config struct {
	Writer    *writer.Writer
	Journal   *journal.Reader
	DB        *sqlite.DB
	Box       Box
	Accounts  Accounts
	Callers   Callers
	Evaluator Evaluator
	Mailer    Mailer
	BaseURL   func() string // the public address, without a slash at the end
	Wall      func() time.Time
	Book      *health.Book
	Chores    *background.Chores
	Closed    <-chan struct{} // closed when the engine begins to close
	Log       *slog.Logger
}

// People is where people are asked and answer. Its methods may be called from any
// goroutine.
type People struct {
	reader  Requests
	cfg     Config
	sender  *Sender
	revoked atomic.Uint64 // counts links that were; see RevokeLink
	links   linkCache
	filter  linkFilter
	looks   looks // at forms with conditions
}

// New returns the people of an engine, and who sends their mails.
func New(cfg Config) (*People, *Sender) {
	s := &Sender{cfg: cfg, wake: make(chan struct{}, 1)}
	s.sending, s.cut = context.WithCancel(context.Background())
	return &People{reader: NewRequests(cfg.Journal, cfg.DB), cfg: cfg, sender: s, links: newLinkCache()}, s
}

// Requests is the half that only reads.
type Requests struct {
	journal *journal.Reader
	db      *sqlite.DB
}

// NewRequests returns the requests of an open file.
func NewRequests(j *journal.Reader, db *sqlite.DB) Requests { return Requests{j, db} }

// OpenGate notes that people are asked. A request nobody has a link to gets one
// for the person at this computer.
func OpenGate(p *People, tx *writer.Tx, r *writer.Run, cmd run.OpenGate) ([]run.Event, error) {
	err := tx.PutGate(sqlite.Gate{Run: r.Key, Step: string(cmd.Step), Required: cmd.Required, Opened: r.At.UnixNano(), Deadline: cmd.Deadline.UnixNano()})
	if err != nil {
		return nil, err
	}
	n, err := tx.CountLinks(r.Key, string(cmd.Step))
	if err != nil || n > 0 {
		return nil, err
	}
	_, ev, err := p.insertLink(tx, r, newSecret(), sqlite.Link{Step: string(cmd.Step), Person: run.DesktopUser})
	if err != nil {
		return nil, err
	}
	return []run.Event{ev}, nil
}

// orClosed says of a file that was closed under a question that Sluice is closing.
func (p *People) orClosed(err error) error {
	if !fault.HasCode(err, fault.Unexpected) {
		return err
	}
	select {
	case <-p.cfg.Closed:
		return writer.ErrClosed()
	default:
		return err
	}
}
