package forms

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/form"
	"sluice/engine/internal/endpoint"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Config is what forms are made of; all of it is needed.
type Config struct {
	Writer *writer.Writer
	DB     *sqlite.DB
	// Flow and Script return what the library has under a path, and Signature the schema
	// of a script that brought none.
	Flow      func(ctx context.Context, path string) (flow.Stored, error)
	Script    func(ctx context.Context, path string) (flow.StoredScript, error)
	Signature func(language, content string) (flow.Raw, error)
	// Alone asks for a run of a script.
	Alone func(ctx context.Context, path string, args json.RawMessage) (run.Request, error)
	// Begin starts a run, and does more in the same commit; an error of that undoes all.
	Begin func(ctx context.Context, req run.Request, also func(tx *writer.Tx, key int64) error) (run.Begun, error)
	// Run returns a run's line, and End how it ended, as somebody outside may read it.
	Run func(ctx context.Context, id run.ID) (run.Summary, error)
	End func(ctx context.Context, id run.ID) (endpoint.End, error)
	// Conditions calls look with what tells which fields of a form are shown.
	Conditions func(ctx context.Context, a run.Approval, look func(flow.Show)) error

	BaseURL func() string
	Book    *health.Book
	Log     *slog.Logger
}

// Reception takes what people send by forms.
type Reception struct {
	cfg   Config
	list  *Listing
	shelf *endpoint.Shelf
	flows endpoint.Flows

	mu      sync.Mutex
	schemas map[string]readSchema // by path, of scripts that brought none
}

// readSchema is the schema that was read from a version of a script: to read it may take a
// process, and whoever has an address can ask for it.
type readSchema struct {
	hash   string
	schema flow.Raw
	err    error
}

// New makes one.
func New(cfg Config) *Reception {
	r := &Reception{cfg: cfg, list: NewListing(cfg.DB), flows: endpoint.Flows{From: cfg.Flow}, schemas: make(map[string]readSchema)}
	r.shelf = &endpoint.Shelf{Listing: r.list.rows, Writer: cfg.Writer, BaseURL: cfg.BaseURL, Segment: "f", Cure: r.cure, Beside: func(tx *writer.Tx) error { return tx.PutPageKey() }}
	return r
}

// codeUnstarted is the code of a trouble that lasts: what a form starts could not be.
const codeUnstarted fault.Code = "form.failed"

// cure forgets what was wrong with a form that was changed.
func (r *Reception) cure(path string) { r.cfg.Book.CureCondition(codeUnstarted, path) }

// sheet reads what the page of a form shows. Codes: flow.unknown, script.unknown, those of
// reading a flow.
func (r *Reception) sheet(ctx context.Context, f form.Form) (form.Sheet, error) {
	if f.Script == "" {
		_, fl, err := r.flows.Read(ctx, f.Flow)
		if err != nil {
			return form.Sheet{}, err
		}
		return f.SheetOf(fl.Summary, fl.Description, fl.Schema), nil
	}
	s, err := r.cfg.Script(ctx, f.Script)
	if err != nil {
		return form.Sheet{}, err
	}
	schema, err := r.schema(s)
	return f.SheetOf(s.Summary, s.Description, schema), err
}

// schema is that of a script of the library. Code form.invalid.
func (r *Reception) schema(s flow.StoredScript) (flow.Raw, error) {
	if len(bytes.TrimSpace(s.Schema)) > 0 || r.cfg.Signature == nil {
		return s.Schema, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock() // one at a time
	if known := r.schemas[s.Path]; known.hash == s.Hash && known.hash != "" {
		return known.schema, known.err
	}
	schema, err := r.cfg.Signature(s.Language, s.Content)
	if err != nil {
		err = fault.Because(err, "form.invalid", "The inputs of "+s.Path+" cannot be read", "Nothing was started.")
	}
	r.schemas[s.Path] = readSchema{s.Hash, schema, err}
	return schema, err
}

// OpenForm returns the form of an address, if it is on, with what its page shows. Code
// form.unknown.
func (r *Reception) OpenForm(ctx context.Context, secret string) (form.Opened, error) {
	o, err := r.open(secret)
	if err != nil {
		return o, err
	}
	if o.Sheet, o.Problem = r.sheet(ctx, o.Form); o.Problem != nil {
		if !endpoint.Ours(o.Problem) {
			return form.Opened{}, o.Problem
		}
		r.trouble(o.Form, o.Problem)
		o.Sheet = o.SheetOf("", "", nil)
	}
	o.Sheet = o.Sheet.By(o.Person)
	return o, nil
}

// open finds a form by its own address, or by that of a link to it.
func (r *Reception) open(secret string) (o form.Opened, err error) {
	none := r.list.rows.None()
	row, err := r.list.rows.Open(secret)
	if fault.HasCode(err, "form.unknown") {
		l, ok, err2 := r.cfg.DB.FormLinkBySecret(endpoint.HashOf(secret))
		if err2 == nil && ok {
			row, ok, err2 = r.cfg.DB.Endpoint(sqlite.EndpointForm, l.Form)
		}
		switch {
		case err2 != nil:
			return o, journal.Unexpected(fmt.Errorf("look for a link to a form: %w", err2))
		case !ok || !row.Enabled:
			return o, none
		}
		o, err = form.Opened{Person: l.Person, Link: l.Secret, Sent: l.Used != 0}, nil
	}
	if err != nil {
		return o, err
	}
	if o.Form, err = form.Read(row.Path, row.JSON); err != nil {
		return o, err
	}
	if o.Link == nil && o.LinksOnly {
		return form.Opened{}, none
	}
	o.Enabled, o.Secret, o.Updated, o.Sent = row.Enabled, row.Secret, row.Updated, o.Sent && o.Once
	return o, nil
}

// FormPageKey returns the key by which pages of forms are known as made here, nil if no form
// was saved since there are such keys. It is as old as the file: a backup that is put in its
// place does not know what was sent since, and gets another.
func (r *Reception) FormPageKey(context.Context) ([]byte, error) {
	key, err := r.cfg.DB.PageKey()
	return key, journal.Unexpected(err)
}

// SheetConditions calls look with what tells which fields of a form's page are shown; who
// is whoever looks at it. Code engine.busy.
func (r *Reception) SheetConditions(ctx context.Context, o form.Opened, who string, look func(flow.Show)) error {
	return r.cfg.Conditions(ctx, run.Approval{Person: cmp.Or(o.Person, who), Form: o.Sheet.Schema}, look)
}

// repeated says that something had been sent before.
type repeated struct{ was sqlite.Submission }

func (*repeated) Error() string { return "it had been sent before" }

// SubmitForm starts what a form is of with what somebody sent. When it returns, the run is
// on disk. Codes: form.unknown (it was changed meanwhile), form.sent (something else was
// sent by the same page), form.stale (by a stale page nothing was sent before), form.used (the link has started its run), flow.input,
// form.failed, those of a file that takes nothing.
func (r *Reception) SubmitForm(ctx context.Context, o form.Opened, s form.Submission) (form.Receipt, error) {
	input, err := o.Sheet.With(s.Input)
	if err != nil {
		return form.Receipt{}, journal.Unexpected(fmt.Errorf("complete what was sent by form %s: %w", o.Path, err))
	}
	key, body := endpoint.HashOf(s.Key), endpoint.HashOf(string(input))
	was, ok, err := r.cfg.DB.Submission(o.Path, key)
	if err != nil {
		return form.Receipt{}, journal.Unexpected(fmt.Errorf("look for what was sent by form %s: %w", o.Path, err))
	}
	if ok {
		return again(was, body, s.Key)
	}
	if s.Stale {
		return form.Receipt{}, fault.New("form.stale", "The page is too old", "Nothing was started. Open it again.")
	}
	req, err := r.request(ctx, o, input)
	if err != nil {
		return form.Receipt{}, r.refuse(o, err)
	}
	_, err = r.cfg.Begin(ctx, req, func(tx *writer.Tx, id int64) error {
		if err := r.list.rows.Still(tx, o.Path, o.Secret, o.Updated); err != nil {
			return err
		}
		if was, ok, err := tx.Submission(o.Path, key); ok || err != nil {
			return errors.Join(err, &repeated{was})
		}
		if err := r.useLink(tx, o, id); err != nil {
			return err
		}
		return tx.PutSubmission(sqlite.Submission{Run: id, Form: o.Path, Person: o.Person, Key: key, Body: body, At: tx.Now.UnixNano()})
	})
	if was, ok := errors.AsType[*repeated](err); ok {
		return again(was.was, body, s.Key)
	}
	if err != nil {
		return form.Receipt{}, r.refuse(o, err)
	}
	r.cfg.Book.CureCondition(codeUnstarted, o.Path)
	return form.Receipt{Key: s.Key}, nil
}

// useLink notes the run that a link started, if it is one that may.
func (r *Reception) useLink(tx *writer.Tx, o form.Opened, id int64) error {
	if o.Link == nil {
		return nil
	}
	l, ok, err := tx.FormLink(o.Path, o.Person)
	switch {
	case err != nil:
		return err
	case !ok || !bytes.Equal(l.Secret, o.Link):
		return r.list.rows.None()
	case o.Once && l.Used != 0:
		return fault.New("form.used", "This link has started its run", "Nothing more was started.")
	}
	return tx.UseFormLink(o.Path, o.Person, id, tx.Now.UnixNano())
}

// again answers what had been sent before.
func again(was sqlite.Submission, body []byte, key string) (form.Receipt, error) {
	if !bytes.Equal(was.Body, body) {
		return form.Receipt{}, fault.New("form.sent", "Something else was sent by the same page", "Nothing more was started.")
	}
	return form.Receipt{Key: key, Repeated: true}, nil
}

// request asks for the run of a form.
func (r *Reception) request(ctx context.Context, o form.Opened, input json.RawMessage) (req run.Request, err error) {
	if o.Script != "" {
		req, err = r.cfg.Alone(ctx, o.Script, input)
	} else {
		var stored flow.Stored
		if stored, req.Parsed, err = r.flows.Read(ctx, o.Flow); err == nil {
			req.Flow, req.Path, req.Input = stored.JSON, o.Flow, input
		}
	}
	req.Trigger = run.Trigger{Kind: run.TriggerForm, By: o.Path, Person: o.Person}
	return req, err
}

// refuse makes of an error what somebody outside is told. What is wrong here, and not with
// what they sent, is told here.
func (r *Reception) refuse(o form.Opened, err error) error {
	if !endpoint.Ours(err) || fault.HasCode(err, "form.unknown") || fault.HasCode(err, "form.used") {
		return err
	}
	r.trouble(o.Form, err)
	return fault.Because(err, codeUnstarted, "What this form is of cannot be started now", "Nothing was started.")
}

// trouble tells that a form cannot start what it is to start.
func (r *Reception) trouble(f form.Form, err error) {
	is := fault.From(err)
	r.cfg.Log.Warn("a form could not start its run", "form", f.Path, "err", err)
	r.cfg.Book.SetCondition(fault.Condition{
		Code: codeUnstarted, Subject: f.Path, Severity: fault.Warning,
		Title: fmt.Sprintf("The form %s cannot start %s: %s", f.Path, f.Starts(), is.Title),
		Hint:  "Who opens it is told to try again later. " + is.Hint,
	})
}

// FormReceipt tells how the run of what was sent stands; without a key, that of a link that
// starts one run. Codes: run.unknown (or it is another's), run.damaged.
func (r *Reception) FormReceipt(ctx context.Context, o form.Opened, key string) (out form.Standing, err error) {
	s, err := r.submission(o, key)
	if err != nil {
		return out, err
	}
	line, err := r.cfg.Run(ctx, run.ID(s.UUID))
	if err != nil {
		return out, err
	}
	out = form.Standing{Sent: journal.FromNano(s.At), Over: line.Status == run.StatusDone, Suspended: line.Status == run.StatusSuspended, Ended: line.Ended}
	if !out.Over {
		return out, nil
	}
	out.Succeeded = line.Outcome == run.Succeeded || line.Outcome == run.Skipped
	if !o.Result {
		return out, nil
	}
	end, err := r.cfg.End(ctx, line.ID)
	if err != nil {
		return out, err
	}
	out.Result, out.TooLarge = end.Result, end.TooLarge
	var failure struct{ Message string }
	if end.Error != nil && json.Unmarshal(end.Error, &failure) == nil {
		out.Error = failure.Message
	}
	return out, nil
}

// submission finds what whoever has an address sent.
func (r *Reception) submission(o form.Opened, key string) (s sqlite.Submission, err error) {
	var ok bool
	if key != "" {
		s, ok, err = r.cfg.DB.Submission(o.Path, endpoint.HashOf(key))
	} else if o.Link != nil {
		var l sqlite.FormLink
		if l, ok, err = r.cfg.DB.FormLink(o.Path, o.Person); ok && err == nil {
			s, ok, err = r.cfg.DB.SubmissionOf(l.Run)
		}
	}
	switch {
	case err != nil:
		return s, journal.Unexpected(fmt.Errorf("look for what was sent by form %s: %w", o.Path, err))
	case !ok || s.Person != o.Person:
		return s, journal.NoRun()
	}
	return s, nil
}
