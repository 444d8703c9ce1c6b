package engine

import (
	"context"
	"errors"
	"fmt"

	"sluice/engine/fault"
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
		c, err := r.load(v, row)
		if err != nil {
			return err
		}
		if a, ok = run.ApprovalOf(c.state, step, person); !ok {
			return noRequest()
		}
		return nil
	})
	if damage, ok := errors.AsType[*damageError](err); ok {
		err = damagedFault(id, damage)
	}
	return a, unexpected(err)
}

// Approvals returns the open requests, oldest first.
func (r *Reader) Approvals(ctx context.Context) ([]run.Approval, error) {
	out := []run.Approval{}
	err := r.db.Snapshot(func(v sqlite.View) error {
		gates, err := v.Gates(0)
		if err != nil {
			return err
		}
		left := make(map[string]int) // gates that a run still has ahead in the list
		for _, g := range gates {
			left[g.UUID]++
		}
		states := make(map[string]*live)
		for _, g := range gates {
			if err := ctx.Err(); err != nil {
				return err
			}
			c, ok := states[g.UUID]
			if !ok {
				row, _, err := v.Run(g.UUID)
				if err != nil {
					return err
				}
				c, err = r.load(v, row)
				if _, damaged := errors.AsType[*damageError](err); err != nil && !damaged {
					return err
				}
				states[g.UUID] = c // nil where it is damaged: it has no request to show
			}
			if left[g.UUID]--; left[g.UUID] == 0 {
				delete(states, g.UUID) // there may be very many
			}
			if c == nil {
				continue
			}
			if a, ok := run.ApprovalOf(c.state, run.StepID(g.Step), run.DesktopUser); ok {
				out = append(out, a)
			}
		}
		return nil
	})
	if err != nil {
		return nil, unexpected(fmt.Errorf("list the open requests: %w", err))
	}
	return out, nil
}

// Vote decides by a link and returns the request as it stands then. A vote that
// comes too late, or twice, is answered with who decided and when. Codes: those
// of Approval, and approval.voted, approval.decided, approval.expired,
// approval.canceled, approval.form (with a *FormError).
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
	var payload value
	if d.Approve {
		a, err := e.approvalOf(d.Run, d.Step, d.Person)
		if err != nil {
			return e.orClosed(err)
		}
		if a.State == run.ApprovalWaiting || a.State == run.ApprovalEarly {
			if d.Payload, err = checkForm(a, d.Payload); err != nil {
				return err
			}
		}
	}
	if len(d.Payload) > 0 {
		var err error
		if payload, err = newValue(d.Payload); err != nil {
			return formFault(&FormError{}, "The answer is not JSON")
		}
	}
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

func formFault(err error, title string) error {
	return fault.Because(err, "approval.form", title, "Nothing was sent. What you typed is kept: correct it and send again.")
}
