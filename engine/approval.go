package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Approval returns the request that a link's secret opens, as its person sees
// it, also long after it was decided. It writes nothing. Codes: link.unknown,
// link.revoked.
func (e *Engine) Approval(ctx context.Context, s string) (run.Approval, error) {
	l, err := e.link(s)
	if err != nil {
		return run.Approval{}, err
	}
	a, err := e.approvalOf(run.ID(l.UUID), run.StepID(l.Step), l.Person)
	a.Job, a.Nonce = addressJob(l), l.Nonce
	return a, e.orClosed(err)
}

// orClosed says of a file that was closed under a question that Sluice is closing.
func (e *Engine) orClosed(err error) error {
	if fault.HasCode(err, fault.Unexpected) && e.isClosed() {
		return errClosed()
	}
	return err
}

func (e *Engine) link(s string) (sqlite.Link, error) {
	l, ok, err := e.db.LinkByHash(secret(s).hash())
	if err != nil {
		return l, e.orClosed(unexpected(fmt.Errorf("read a link: %w", err)))
	}
	if !ok {
		return l, fault.New("link.unknown", "This link is not known", "Check that the whole address was copied, or ask for a fresh link.")
	}
	if l.Revoked {
		return l, fault.New("link.revoked", "This link was taken back", "Ask the person who sent it for a fresh one.")
	}
	return l, nil
}

// ApprovalOf returns one request as the desktop user sees it; code
// approval.unknown.
func (r *Reader) ApprovalOf(ctx context.Context, id run.ID, step run.StepID) (run.Approval, error) {
	return r.approvalOf(id, step, run.DesktopUser)
}

func (r *Reader) approvalOf(id run.ID, step run.StepID, person string) (a run.Approval, err error) {
	err = r.db.Snapshot(func(v sqlite.View) error {
		row, ok, err := v.Run(string(id))
		if err != nil {
			return err
		}
		if !ok {
			return noRun()
		}
		return r.withState(v, row, func(s *run.State) error {
			if a, ok = run.ApprovalOf(s, step, person); !ok {
				return noRequest()
			}
			addItem(v, &a)
			return nil
		})
	})
	if damage, ok := errors.AsType[*damageError](err); ok {
		err = damagedFault(id, damage)
	}
	return a, unexpected(err)
}

// Waiting counts the open requests, up to limit; all of them for 0.
func (r *Reader) Waiting(_ context.Context, limit int) (int, error) {
	n, err := r.db.CountGates(cmp.Or(limit, -1))
	if err != nil {
		return 0, unexpected(fmt.Errorf("count the open requests: %w", err))
	}
	return n, nil
}

// Approvals returns the open requests, oldest first, up to limit; all of them for
// 0. Only the runs of what it returns are read.
func (r *Reader) Approvals(ctx context.Context, limit int) ([]run.Approval, error) {
	out := []run.Approval{}
	err := r.db.Snapshot(func(v sqlite.View) error {
		gates, err := v.OpenGates(cmp.Or(limit, -1))
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
		return nil, unexpected(fmt.Errorf("list the open requests: %w", err))
	}
	return out, nil
}

// approvalsOf finds the requests of one run's gates. A damaged run has none.
func (r *Reader) approvalsOf(v sqlite.View, uuid string, gates []sqlite.Gate, places []int, found []*run.Approval) error {
	row, _, err := v.Run(uuid)
	if err != nil {
		return err
	}
	err = r.withState(v, row, func(s *run.State) error {
		for _, i := range places {
			if a, ok := run.ApprovalOf(s, run.StepID(gates[i].Step), run.DesktopUser); ok {
				addItem(v, &a)
				found[i] = &a
			}
		}
		return nil
	})
	if _, damaged := errors.AsType[*damageError](err); damaged {
		return nil
	}
	return err
}

// itemMost bounds a value that is read only to be shown in part.
const itemMost = 64 << 10

// addItem reads the item that a request is about, if the core does not hold it.
// Where it can not be read the request can be decided without.
func addItem(v sqlite.View, a *run.Approval) {
	if a.Item.IsZero() || a.Item.Item == 0 && a.Item.Size > itemMost {
		return
	}
	if item, err := readRef(v, a.Item); err == nil {
		a.AddItem(item)
	}
}

// Vote decides by a link and returns the request as it stands then. A vote that
// comes too late, or twice, is answered with who decided and when. Codes: those
// of Approval, and approval.voted, approval.decided, approval.expired,
// approval.canceled, approval.form (with a *FormError), approval.word.
func (e *Engine) Vote(ctx context.Context, s string, d run.Decision) (run.Approval, error) {
	l, err := e.link(s)
	if err != nil {
		return run.Approval{}, err
	}
	d.Run, d.Step, d.Person, d.Link = run.ID(l.UUID), run.StepID(l.Step), l.Person, l.ID
	if d.Via == "" {
		d.Via = run.ViaLink
	}
	err = e.decide(ctx, d)
	a, readErr := e.approvalOf(d.Run, d.Step, d.Person)
	if err == nil && readErr != nil {
		// The vote is on the disk. That it can not be shown does not undo it.
		e.log.Error("show a vote that was recorded", "run", d.Run, "step", d.Step, "err", readErr)
		a = run.Approval{Run: d.Run, Step: d.Step, Person: d.Person}
	}
	return a, err
}

// Decide votes as the desktop user, whatever person d names: nobody can vote in
// another's name from here. Codes: those of Vote.
func (e *Engine) Decide(ctx context.Context, d run.Decision) error {
	d.Person, d.Link, d.Via = run.DesktopUser, 0, run.ViaDesktop
	return e.decide(ctx, d)
}

func (e *Engine) decide(ctx context.Context, d run.Decision) error {
	err := e.do(ctx, func(t *turn) error {
		if d.Link != 0 {
			// A link that was revoked a moment ago is settled here, like everything that races.
			l, ok, err := t.tx.LinkByID(d.Link)
			if err != nil {
				return err
			}
			if !ok || l.Revoked {
				return fault.New("link.revoked", "This link was taken back", "Ask the person who sent it for a fresh one.")
			}
		}
		c, err := t.state(d.Run)
		if err != nil {
			return err
		}
		answer, err := answerOf(c.state, d)
		if err != nil {
			return err
		}
		payload := value{}
		if len(answer) > 0 {
			if payload, err = newValue(answer); err != nil {
				return formFault(&FormError{}, "The answer is not JSON")
			}
		}
		// The answer first: what follows from the vote may read it at once.
		if err := payload.store(t.tx); err != nil {
			return err
		}
		return t.applyTo(c, run.DecisionMade{
			Step: d.Step, Person: d.Person, Link: d.Link, Approve: d.Approve, Payload: payload.ref, Reason: d.Reason, Via: d.Via,
		})
	})
	if r, ok := errors.AsType[*run.Refusal](err); ok {
		return lateVote(r)
	}
	if errors.Is(err, run.ErrStale) {
		return fault.Because(err, "approval.decided", "This request is over", "Your answer was not needed and changed nothing.")
	}
	return unexpected(err)
}

// votesOf lists what was said of a step so far.
func votesOf(s *run.State, step run.StepID) []run.Vote {
	a, _ := run.ApprovalOf(s, step, "")
	return a.Votes
}

// answerOf is what a decision says, checked against the form of the request as
// long as that is open.
func answerOf(s *run.State, d run.Decision) (json.RawMessage, error) {
	if flow.Deeper(d.Payload) {
		return nil, formFault(&FormError{Errors: []flow.FieldError{{Message: fmt.Sprintf("is nested more than %d levels deep", flow.Deepest)}}}, "The answer is nested too deep")
	}
	for _, v := range votesOf(s, d.Step) {
		// The core compares as it did when the run began; here nobody votes twice by
		// another spelling.
		if run.PersonOf(v.Person) == run.PersonOf(d.Person) && v.Person != run.Person(d.Person) {
			return nil, &run.Refusal{Kind: run.RefusalVoted, Who: v.Person, When: v.At, Approved: v.Approve}
		}
	}
	if !d.Approve {
		return d.Payload, nil
	}
	a, ok := run.ApprovalOf(s, d.Step, d.Person)
	if !ok {
		return nil, noRequest()
	}
	if a.State != run.ApprovalWaiting && a.State != run.ApprovalEarly {
		return d.Payload, nil
	}
	if a.HighStakes && a.MyVote == nil && !run.Confirms(d.Word) {
		return nil, fault.Newf("approval.word", "Nothing was decided.", "This step is marked high stakes: approving it takes the typed word “%s”", run.ConfirmWord)
	}
	return checkForm(a, d.Payload)
}

func formFault(err error, title string) error {
	return fault.Because(err, "approval.form", title, "Nothing was sent. What you typed is kept: correct it and send again.")
}
