package people

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Approval returns the request that a link's secret opens, as its person sees
// it, also long after it was decided. It writes nothing. Codes: link.unknown,
// link.revoked.
func (p *People) Approval(ctx context.Context, s string) (run.Approval, error) {
	l, err := p.Link(ctx, s)
	if err != nil {
		return run.Approval{}, err
	}
	a, err := p.reader.approvalOf(l.Run, l.Step, l.Person)
	a.Link = l
	return a, p.orClosed(err)
}

// Link returns what a link's secret opens, without reading the run. Codes:
// link.unknown, link.revoked.
func (p *People) Link(_ context.Context, s string) (run.Link, error) {
	read := p.revoked.Load() // before the link: what is revoked meanwhile is noticed by the vote
	hash := secret(s).hash()
	if l, ok := p.links.get(hash, read); ok {
		return l, nil
	}
	l, ok, err := p.cfg.DB.LinkByHash(hash[:])
	if err != nil {
		return run.Link{}, p.orClosed(journal.Unexpected(fmt.Errorf("read a link: %w", err)))
	}
	if !ok {
		return run.Link{}, fault.New("link.unknown", "This link is not known", "Check that the whole address was copied, or ask for a fresh link.")
	}
	if l.Revoked {
		return run.Link{}, errRevoked()
	}
	link := linkOf(l, read)
	p.links.put(hash, link)
	return link, nil
}

// MayBeLink reports whether a text may be a link's secret. Nearly every text that is none
// is told so without a look into the file.
func (p *People) MayBeLink(text string) bool {
	return p.filter.may(p.cfg.DB, secret(text).hash())
}

// linkOf is a link as it was read when so many were revoked.
func linkOf(l sqlite.Link, read uint64) run.Link {
	return run.Link{ID: l.ID, Run: run.ID(l.UUID), Step: run.StepID(l.Step), Person: l.Person, Job: addressJob(l), Nonce: l.Nonce, Read: read}
}

func errRevoked() error {
	return fault.New("link.revoked", "This link was taken back", "Ask the person who sent it for a fresh one.")
}

// ApprovalOf returns one request as the desktop user sees it; code
// approval.unknown.
func (r Requests) ApprovalOf(ctx context.Context, id run.ID, step run.StepID) (run.Approval, error) {
	return r.approvalOf(id, step, run.DesktopUser)
}

func (r Requests) approvalOf(id run.ID, step run.StepID, person string) (a run.Approval, err error) {
	err = r.db.Snapshot(func(v sqlite.View) error {
		row, ok, err := v.Run(string(id))
		if err != nil {
			return err
		}
		if !ok {
			return journal.NoRun()
		}
		return r.journal.WithState(v, row, func(s *run.State) error {
			if a, ok = run.ApprovalOf(s, step, person); !ok {
				return noRequest()
			}
			addItem(v, &a)
			return nil
		})
	})
	if damage, ok := errors.AsType[*journal.Damage](err); ok {
		err = journal.DamagedFault(id, damage)
	}
	return a, journal.Unexpected(err)
}

// Waiting counts the open requests, up to limit; all of them for 0.
func (r Requests) Waiting(_ context.Context, limit int) (int, error) {
	n, err := r.db.CountGates(cmp.Or(limit, -1))
	if err != nil {
		return 0, journal.Unexpected(fmt.Errorf("count the open requests: %w", err))
	}
	return n, nil
}

// Approvals returns the open requests, oldest first, up to limit; all of them for
// 0. Only the runs of what it returns are read.
func (r Requests) Approvals(ctx context.Context, limit int) ([]run.Approval, error) {
	return r.approvals(ctx, func(v sqlite.View) ([]sqlite.Gate, error) { return v.OpenGates(cmp.Or(limit, -1)) })
}

// ApprovalsSince returns the open requests that were opened at a time or after it, oldest
// first, up to limit.
func (r Requests) ApprovalsSince(ctx context.Context, opened time.Time, limit int) ([]run.Approval, error) {
	return r.approvals(ctx, func(v sqlite.View) ([]sqlite.Gate, error) { return v.GatesSince(opened.UnixNano(), limit) })
}

func (r Requests) approvals(ctx context.Context, gatesOf func(sqlite.View) ([]sqlite.Gate, error)) ([]run.Approval, error) {
	out := []run.Approval{}
	err := r.db.Snapshot(func(v sqlite.View) error {
		gates, err := gatesOf(v)
		if err != nil {
			return err
		}
		of := make(map[string][]int) // the places of a run's gates in the list
		for i, g := range gates {
			of[g.UUID] = append(of[g.UUID], i)
		}
		found := make([]*run.Approval, len(gates))
		for i, g := range gates {
			if err := ctx.Err(); err != nil {
				return err
			}
			if of[g.UUID][0] == i { // all of a run at once: its state need not be kept
				if err := r.approvalsOf(v, g.UUID, gates, of[g.UUID], found); err != nil {
					return err
				}
			}
			if found[i] != nil {
				out = append(out, *found[i])
				found[i] = nil
			}
		}
		return nil
	})
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list the open requests: %w", err))
	}
	return out, nil
}

// approvalsOf finds the requests of one run's gates. A damaged run has none.
func (r Requests) approvalsOf(v sqlite.View, uuid string, gates []sqlite.Gate, places []int, found []*run.Approval) error {
	row, _, err := v.Run(uuid)
	if err != nil {
		return err
	}
	err = r.journal.WithState(v, row, func(s *run.State) error {
		for _, i := range places {
			if a, ok := run.ApprovalOf(s, run.StepID(gates[i].Step), run.DesktopUser); ok {
				addItem(v, &a)
				found[i] = &a
			}
		}
		return nil
	})
	if _, damaged := errors.AsType[*journal.Damage](err); damaged {
		return nil
	}
	return err
}

// itemMost bounds a value that is read only to be shown in part.
const itemMost = 64 << 10

// addItem reads the item that a request is about, if the core does not hold it.
// Where it cannot be read the request can be decided without.
func addItem(v sqlite.View, a *run.Approval) {
	if a.Item.IsZero() || a.Item.Item == 0 && a.Item.Size > itemMost {
		return
	}
	if item, err := journal.ReadRef(v, a.Item); err == nil {
		a.AddItem(item)
	}
}

// Vote decides by a link and returns the request as the vote left it. A vote that
// comes too late, or twice, is answered with who decided and when. Codes: those
// of Approval, and approval.voted, approval.decided, approval.expired,
// approval.canceled, approval.form (with a *flow.FormError), approval.word, and
// api.other for what a script may not approve.
func (p *People) Vote(ctx context.Context, l run.Link, d run.Decision) (run.Approval, error) {
	d.Run, d.Step, d.Person, d.Link = l.Run, l.Step, l.Person, l.ID
	if d.Via == "" {
		d.Via = run.ViaLink
	}
	a, err := p.decide(ctx, d, l.Read)
	if a.Link = l; err != nil && a.Run != "" { // what is shown then tells of its item
		_ = p.cfg.DB.Snapshot(func(v sqlite.View) error { addItem(v, &a); return nil })
	}
	return a, err
}

// Decide votes as the desktop user, whatever person d names: nobody can vote in
// another's name from here. Codes: those of Vote.
func (p *People) Decide(ctx context.Context, d run.Decision) error {
	d.Person, d.Link, d.Via = run.DesktopUser, 0, run.ViaDesktop
	_, err := p.decide(ctx, d, 0)
	return err
}

// decide records a vote and returns the request as the writer saw it then: with the
// vote once that is on the disk, without it where it was refused, and none where
// neither is known. read is when the link was.
func (p *People) decide(ctx context.Context, d run.Decision, read uint64) (run.Approval, error) {
	type answer struct {
		a   run.Approval
		err error
	}
	ask := func(form *checked) (answer, error) {
		var v vote // of the writer's goroutine
		got, err := writer.Ask(ctx, p.cfg.Writer, func(tx *writer.Tx) error {
			v = vote{people: p, form: form}
			v.err = v.record(tx, d, read)
			return v.err
		}, func(err error) answer { return answer{v.seen(d, err), err} })
		return got, cmp.Or(err, got.err)
	}
	got, err := ask(nil)
	for range 3 { // what a step gives for its form may change meanwhile
		if !errors.Is(err, errConditions) {
			break
		}
		form, busy := p.check(ctx, got.a, d.Payload)
		if busy != nil {
			return got.a, busy
		}
		got, err = ask(form)
	}
	if r, ok := errors.AsType[*run.Refusal](err); ok {
		return got.a, lateVote(r)
	}
	if errors.Is(err, run.ErrStale) {
		return got.a, fault.Because(err, "approval.decided", "This request is over", "Your answer was not needed and changed nothing.")
	}
	return got.a, journal.Unexpected(err)
}

// vote is a vote on its way through the writer.
type vote struct {
	people *People
	run    *writer.Run
	err    error
	a      run.Approval // the request that refused it
	form   *checked     // nil: its form's conditions were not computed
}

// record applies a vote.
func (v *vote) record(tx *writer.Tx, d run.Decision, read uint64) error {
	if d.Link != 0 && v.people.revoked.Load() != read {
		// A link that was revoked a moment ago is settled here, like everything that races.
		l, ok, err := tx.LinkByID(d.Link)
		if err != nil {
			return err
		}
		if !ok || l.Revoked {
			return errRevoked()
		}
	}
	r, err := tx.Load(d.Run)
	if err != nil {
		return err
	}
	if d.Link != 0 && !r.State.Minted(d.Link, d.Step, d.Person) {
		// The row of a link was changed: nobody votes in another's name, or elsewhere.
		return fault.New("link.unknown", "This link is not as it was made", "Nothing was decided. Ask the person who sent it for a fresh one.")
	}
	v.run = r
	before := r.Seq
	err = cast(tx, r, d, v.form)
	if err != nil && r.Seq == before {
		v.a, _ = run.ApprovalOf(r.State, d.Step, d.Person)
	}
	return err
}

// cast records what a decision says.
func cast(tx *writer.Tx, r *writer.Run, d run.Decision, form *checked) error {
	answer, err := answerOf(r.State, d, form)
	if err != nil {
		return err
	}
	payload := journal.Value{}
	if len(answer) > 0 {
		if payload, err = journal.NewValue(answer); err != nil {
			return formFault(&flow.FormError{}, "The answer is not JSON")
		}
	}
	// The answer first: what follows from the vote may read it at once.
	if err := tx.Store(r, payload); err != nil {
		return err
	}
	return tx.Apply(r, run.DecisionMade{
		Step: d.Step, Person: d.Person, Link: d.Link, Approve: d.Approve, Payload: payload.Ref, Reason: d.Reason, Via: d.Via,
	})
}

// seen returns the request after the commit, or as it refused the vote. A state that
// ran ahead of what was not written tells nothing.
func (v *vote) seen(d run.Decision, err error) (a run.Approval) {
	switch {
	case err == nil:
		a, _ = run.ApprovalOf(v.run.State, d.Step, d.Person)
	case err == v.err:
		a = v.a
	}
	return a
}

// answerOf is what a decision says, checked against the form of the request as
// long as that is open.
func answerOf(s *run.State, d run.Decision, form *checked) (json.RawMessage, error) {
	if flow.Deeper(d.Payload) {
		return nil, formFault(&flow.FormError{Errors: []flow.FieldError{{Message: fmt.Sprintf("is nested more than %d levels deep", flow.Deepest)}}}, "The answer is nested too deep")
	}
	a, ok := run.ApprovalOf(s, d.Step, d.Person)
	if !ok {
		return nil, noRequest()
	}
	if v := a.MyVote; v != nil && v.Person != run.Person(d.Person) {
		// The core compares as it did when the run began; here nobody votes twice by
		// another spelling.
		return nil, &run.Refusal{Kind: run.RefusalVoted, Who: v.Person, When: v.At, Approved: v.Approve}
	}
	if !d.Approve || a.MyVote != nil || a.State != run.ApprovalWaiting && a.State != run.ApprovalEarly {
		return d.Payload, nil // nothing to fill a form for, or the core says why not
	}
	switch {
	case a.HighStakes && d.Via == run.ViaScript:
		return nil, fault.New("api.other", "A step cannot approve what is marked high stakes", "Nothing was decided. People approve it on its page.")
	case a.HighStakes && !run.Confirms(d.Word):
		return nil, fault.Newf("approval.word", "Nothing was decided.", "This step is marked high stakes: approving it takes the typed word “%s”", run.ConfirmWord)
	}
	return checkForm(a, d.Payload, form)
}

func formFault(err error, title string) error {
	return fault.Because(err, "approval.form", title, "Nothing was sent. What you typed is kept: correct it and send again.")
}
