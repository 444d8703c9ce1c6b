package hooks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/hook"
	"sluice/engine/internal/endpoint"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Config is what webhooks are made of; all of it is needed.
type Config struct {
	Writer *writer.Writer
	DB     *sqlite.DB
	Box    Box
	// Flow returns a flow of the library, and Variable the text of a variable.
	Flow     func(ctx context.Context, path string) (flow.Stored, error)
	Variable func(ctx context.Context, path string) (string, error)
	// Begin starts a run, and does more in the same commit; an error of that undoes all.
	Begin func(ctx context.Context, req run.Request, also func(tx *writer.Tx, key int64) error) (run.Begun, error)
	// Run returns a run's line, and End how it ended, as somebody outside may read it.
	Run   func(ctx context.Context, id run.ID) (run.Summary, error)
	End   func(ctx context.Context, id run.ID) (endpoint.End, error)
	Watch func(ctx context.Context, after int64) iter.Seq2[[]run.Entry, error]

	// Later has something done in the background.
	Later func(f func(ctx context.Context))

	BaseURL func() string
	Wall    func() time.Time
	Book    *health.Book
	Log     *slog.Logger
}

// Box seals the keys that senders sign with.
type Box interface {
	Seal(plain []byte) ([]byte, error)
	Open(sealed []byte) ([]byte, error)
}

// Receiver takes what comes to the addresses of webhooks.
type Receiver struct {
	cfg     Config
	list    *Listing
	refused refusals
	shelf   *endpoint.Shelf
	flows   endpoint.Flows
	old     forgetting

	mu    sync.Mutex
	known map[string]readHook // by path, as they were read last
}

// readHook is a webhook that was read. It is for reading only.
type readHook struct {
	json []byte
	hook hook.Hook
}

// read reads a webhook, unless it was read before.
func (r *Receiver) read(path string, doc []byte) (hook.Hook, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, ok := r.known[path]; ok && bytes.Equal(k.json, doc) {
		return k.hook, nil
	}
	h, err := hook.Read(path, doc)
	if err != nil {
		return h, err
	}
	if r.known == nil {
		r.known = make(map[string]readHook)
	}
	r.known[path] = readHook{doc, h}
	return h, nil
}

// New makes one.
func New(cfg Config) *Receiver {
	r := &Receiver{cfg: cfg, list: NewListing(cfg.DB), flows: endpoint.Flows{From: cfg.Flow}}
	r.shelf = &endpoint.Shelf{Listing: r.list.rows, Writer: cfg.Writer, BaseURL: cfg.BaseURL, Segment: "h", Cure: r.cure}
	return r
}

// Codes of troubles that last.
const (
	codeForged fault.Code = "hook.forged" // wrong signatures keep coming
	codeFailed fault.Code = "hook.failed" // its flow could not be started
)

// OpenHook returns the webhook of an address, if it is on. Code hook.unknown.
func (r *Receiver) OpenHook(ctx context.Context, secret string) (hook.Opened, error) {
	row, err := r.list.rows.Open(secret)
	if err != nil {
		return hook.Opened{}, err
	}
	h, err := r.read(row.Path, row.JSON)
	if err != nil {
		return hook.Opened{}, err
	}
	return hook.Opened{Hook: h, Secret: row.Secret, Signing: row.Signing, Created: row.Created, Updated: row.Updated}, nil
}

// CheckDelivery says why what came was not signed by the webhook's sender. Codes:
// hook.signature, hook.key_missing.
func (r *Receiver) CheckDelivery(ctx context.Context, o hook.Opened, header func(name string) string, body []byte) error {
	if o.Signature.Kind == hook.None {
		return nil
	}
	key, err := r.key(ctx, o)
	if err != nil {
		r.trouble(o.Hook, err)
		return fault.Because(err, "hook.key_missing", "The signature cannot be checked now", "Nothing was started.")
	}
	now := r.cfg.Wall()
	if err := o.Signature.Verify(key, header, body, now); err != nil {
		if n := r.refused.add(o.Path, now); n >= tellAt {
			r.cfg.Book.SetCondition(fault.Condition{
				Code: codeForged, Subject: o.Path, Severity: fault.Warning,
				Title: fmt.Sprintf("Wrong signatures come to the webhook %s: %d in the last hour", called(o.Hook), n),
				Hint:  "Nothing was started by them. If its sender has a new signing key, enter it; if somebody else knows the address, renew it: sluice hooks renew " + o.Path + ".",
			})
		}
		return err
	}
	return nil
}

func (r *Receiver) key(ctx context.Context, o hook.Opened) ([]byte, error) {
	if o.Signature.Variable != "" {
		text, err := r.cfg.Variable(ctx, o.Signature.Variable)
		return []byte(text), err
	}
	key, err := r.cfg.Box.Open(o.Signing)
	if err != nil {
		return nil, fault.Because(err, "resource.sealed", "Its signing key cannot be opened", "The key of secrets is missing on this computer. Enter the signing key again.")
	}
	return key, nil
}

// repeated says that a delivery had come before.
type repeated struct{ was sqlite.Delivery }

func (*repeated) Error() string { return "the delivery had come before" }

// Deliver starts the flow of a webhook with what came. When it returns, the run is on
// disk. Codes: hook.unknown (it was changed meanwhile), hook.conflict, flow.input,
// hook.failed, those of a file that takes nothing.
func (r *Receiver) Deliver(ctx context.Context, o hook.Opened, d hook.Delivery) (hook.Receipt, error) {
	if d.Flow == o.Flow {
		d.Flow = ""
	}
	if d.Flow != "" {
		if !o.Starts(d.Flow) {
			return hook.Receipt{}, r.list.rows.None()
		}
		o.Flow = d.Flow
	}
	var key, body []byte
	if d.Key.Text != "" {
		key, body = endpoint.HashOf(d.Key.Text), said(d)
		was, ok, err := r.cfg.DB.Delivery(o.Path, key, r.cfg.Wall().UnixNano())
		if err != nil {
			return hook.Receipt{}, journal.Unexpected(fmt.Errorf("look for a delivery of webhook %s: %w", o.Path, err))
		}
		if ok {
			return again(was, body, d.Key)
		}
	}
	req, err := r.request(ctx, o, d)
	if err != nil {
		return hook.Receipt{}, r.refuse(o, err)
	}
	begun, err := r.cfg.Begin(ctx, req, func(tx *writer.Tx, id int64) error {
		if err := r.list.rows.Still(tx, o.Path, o.Secret, o.Updated); err != nil {
			return err
		}
		if key == nil {
			return nil
		}
		return note(tx, sqlite.Delivery{Hook: o.Path, Key: key, Body: body, Run: id, Until: tx.Now.Add(o.Remembers()).UnixNano()})
	})
	if was, ok := errors.AsType[*repeated](err); ok {
		return again(was.was, body, d.Key)
	}
	if err != nil {
		return hook.Receipt{}, r.refuse(o, err)
	}
	r.cfg.Book.CureCondition(codeFailed, o.Path)
	if key != nil && r.old.due() {
		r.cfg.Later(r.forgetOld)
	}
	return hook.Receipt{Run: string(begun.ID)}, nil
}

// note notes a delivery, or says that it is a repeat.
func note(tx *writer.Tx, d sqlite.Delivery) error {
	if fresh, err := tx.PutDelivery(d); fresh || err != nil {
		return err
	}
	at := tx.Now.UnixNano()
	if was, ok, err := tx.Delivery(d.Hook, d.Key, at); ok || err != nil {
		return errors.Join(err, &repeated{was})
	}
	if err := tx.ForgetDelivery(d.Hook, d.Key, at); err != nil {
		return err
	}
	fresh, err := tx.PutDelivery(d)
	if err == nil && !fresh { // a run that no repeat would find must not begin
		err = fmt.Errorf("webhook %s: the key of a delivery is taken by a run that is gone", d.Hook)
	}
	return err
}

// again answers a delivery that had come before.
func again(was sqlite.Delivery, body []byte, key hook.Key) (hook.Receipt, error) {
	if !key.Loose && !bytes.Equal(was.Body, body) {
		return hook.Receipt{}, fault.New("hook.conflict", "Something else came under the same key", "Nothing was started. Give each delivery a key of its own.")
	}
	return hook.Receipt{Run: was.UUID, Repeated: true}, nil
}

// said is what a delivery says, as a hash.
func said(d hook.Delivery) []byte {
	all := []any{d.Body, d.Query} // the body was read as JSON
	if d.Flow != "" {
		all = append(all, d.Flow)
	}
	b, _ := json.Marshal(all)
	return endpoint.HashOf(string(b))
}

// refuse makes of an error what somebody outside is told. What is wrong here, and not with
// what they sent, is told here.
func (r *Receiver) refuse(o hook.Opened, err error) error {
	if !endpoint.Ours(err) || fault.HasCode(err, "hook.unknown") {
		return err
	}
	r.trouble(o.Hook, err)
	return fault.Because(err, codeFailed, "The flow of this webhook cannot be started now", "Nothing was started.")
}

// trouble tells that a webhook cannot start what it is to start.
func (r *Receiver) trouble(h hook.Hook, err error) {
	f := fault.From(err)
	r.cfg.Log.Warn("a webhook could not start its run", "hook", h.Path, "err", err)
	r.cfg.Book.SetCondition(fault.Condition{
		Code: codeFailed, Subject: h.Path, Severity: fault.Warning,
		Title: fmt.Sprintf("The webhook %s could not start %s: %s", called(h), h.Flow, f.Title),
		Hint:  "Who sent it was told to try again later. " + f.Hint,
	})
}

// ofHook returns the line of a run of a webhook; code run.unknown of any other.
func (r *Receiver) ofHook(ctx context.Context, o hook.Opened, id run.ID) (run.Summary, error) {
	s, err := r.cfg.Run(ctx, id)
	if err != nil {
		return s, err
	}
	if s.Trigger.Kind != run.TriggerWebhook || s.Trigger.By != o.Path || s.Started.UnixNano() < o.Created {
		return run.Summary{}, journal.NoRun()
	}
	return s, nil
}

// HookOutcome tells how a run of a webhook stands, with its result where the webhook tells results.
// Codes: run.unknown (or it is another's), run.damaged.
func (r *Receiver) HookOutcome(ctx context.Context, o hook.Opened, id string) (hook.Outcome, error) {
	s, err := r.ofHook(ctx, o, run.ID(id))
	if err != nil {
		return hook.Outcome{}, err
	}
	out := hook.Outcome{Run: id, Status: string(s.Status), Outcome: string(s.Outcome), Suspended: s.Status == run.StatusSuspended}
	if s.Status != run.StatusDone || !o.Sync {
		return out, nil
	}
	end, err := r.cfg.End(ctx, s.ID)
	if err != nil {
		return hook.Outcome{}, err
	}
	out.Result, out.Error, out.TooLarge = end.Result, end.Error, end.TooLarge
	return out, nil
}

// AwaitHook returns when a run of a webhook is over or waits for people, or when ctx is:
// then how it stands, with its result where the webhook tells results.
func (r *Receiver) AwaitHook(ctx context.Context, o hook.Opened, id string, after int64) (hook.Outcome, error) {
	asked := context.WithoutCancel(ctx)
	out, err := r.HookOutcome(asked, o, id)
	if err != nil || out.Over() || out.Suspended {
		return out, err
	}
	for batch, err := range r.cfg.Watch(ctx, after) {
		if err != nil {
			return out, err
		}
		touched := false
		for _, e := range batch {
			touched = touched || string(e.Run) == id
		}
		if !touched {
			continue
		}
		if out, err = r.HookOutcome(asked, o, id); err != nil || out.Over() || out.Suspended {
			return out, err
		}
	}
	return r.HookOutcome(asked, o, id)
}
