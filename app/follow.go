package main

import (
	"context"
	"errors"
	"slices"

	"sluice/engine/run"
)

// follow tells what happens to a run, or to all runs for id "", until the run
// ends or ctx does. It folds the journal like the window does.
func (h *house) follow(ctx context.Context, r *report, id run.ID) error {
	states := map[run.ID]*run.State{}
	told := map[run.ID][]run.StepID{} // gates already told of
	ended := map[run.ID]bool{}
	for batch, err := range h.eng.Watch(ctx, 0) {
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			return err
		}
		touched := map[run.ID]bool{}
		for _, e := range batch {
			if (id != "" && e.Run != id) || ended[e.Run] {
				continue
			}
			if st, ok := e.Event.(run.Started); ok {
				s, err := h.newState(ctx, e.Run, st)
				if err != nil {
					h.log.Error("follow", "run", e.Run, "err", err)
					continue
				}
				states[e.Run] = s
			}
			s := states[e.Run]
			if s == nil {
				continue
			}
			if _, err := s.Next(e.At, e.Event); err != nil {
				h.log.Error("follow", "run", e.Run, "entry", e.ID, "err", err)
				delete(states, e.Run)
				continue
			}
			touched[e.Run] = true
		}
		for run := range touched {
			s := states[run]
			if s == nil {
				continue
			}
			h.tellWaiting(ctx, r, run, s, told)
			if out, ok, err := h.tellEnd(ctx, r, run, s, id != ""); err != nil {
				return err
			} else if ok {
				ended[run] = true
				delete(states, run)
				if id != "" {
					if c := code(out); c != exitOK {
						return &exitError{code: c, quiet: true}
					}
					return nil
				}
			}
		}
	}
	if id != "" {
		return &exitError{code: exitFailed, err: errors.New("Stopped. The run waits in the data folder; `sluice serve` or the window carries it on.")}
	}
	return nil
}

// newState prepares the fold of one run.
func (h *house) newState(ctx context.Context, id run.ID, st run.Started) (*run.State, error) {
	p, err := h.eng.Pinned(ctx, st.Flow)
	if err != nil {
		return nil, err
	}
	plan, err := run.Compile(p)
	if err != nil {
		return nil, err
	}
	return run.NewState(plan, id), nil
}

// tellWaiting tells of gates that have opened, with a fresh link for everyone
// who was asked.
func (h *house) tellWaiting(ctx context.Context, r *report, id run.ID, s *run.State, told map[run.ID][]run.StepID) {
	for _, step := range run.OpenApprovals(s) {
		if slices.Contains(told[id], step) {
			continue
		}
		a, err := h.eng.ApprovalOf(ctx, id, step)
		if err != nil || a.State != run.ApprovalWaiting {
			continue // decided meanwhile, or not open yet
		}
		told[id] = append(told[id], step)
		var links []run.Links
		for _, p := range a.People {
			l, err := h.eng.MintLink(ctx, id, step, p.Person)
			if err != nil {
				h.log.Error("mint link", "run", id, "step", step, "err", err)
				continue
			}
			links = append(links, l)
		}
		r.waiting(a, links)
	}
}

// tellEnd tells of a run's end.
func (h *house) tellEnd(ctx context.Context, r *report, id run.ID, s *run.State, result bool) (run.Outcome, bool, error) {
	if s.Status() != run.StatusDone {
		return "", false, nil
	}
	outcome, ref, failure := s.Outcome()
	var value []byte
	if result || r.json {
		v, err := h.eng.Value(ctx, ref)
		if err != nil {
			return outcome, true, err
		}
		value = v
	}
	r.finished(id, outcome, value, failure)
	return outcome, true, nil
}
