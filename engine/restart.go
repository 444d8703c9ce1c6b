package engine

import (
	"cmp"
	"context"
	"errors"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// A run that starts in the middle of its flow is a run like any other: what it takes over
// from the earlier one is in its first entry, and the blobs behind that are its own. So the
// earlier one may be canceled, erased or let go.

// codeErased says that values of a run are not kept any more.
const codeErased fault.Code = "run.erased"

// LookRestart tells what Restart would do, and does nothing. Codes as those of Restart.
func (e *Engine) LookRestart(ctx context.Context, req run.RestartRequest) (run.Takeover, error) {
	_, t, _, err := e.prepareRestart(ctx, req)
	return t, err
}

// Restart begins a run in the middle of its flow, with what the steps before came to in an
// earlier run, which is over. Nothing of that is done again, and what people decided there
// stands, as the answer tells with their names, unless they are to be asked again. If the flow
// as it is now is given, it runs if the steps before are the same, else the version that ran
// then; the answer says which. Codes: those of Start, run.unknown, run.damaged, run.going,
// run.erased, run.restart.
func (e *Engine) Restart(ctx context.Context, req run.RestartRequest) (run.Begun, run.Takeover, error) {
	for tries := 1; ; tries++ {
		is, t, old, err := e.prepareRestart(ctx, req)
		if err != nil {
			return run.Begun{}, t, err
		}
		begun, err := e.launch(ctx, is, func(tx *writer.Tx, key int64) error {
			row, ok, err := tx.RunByKey(old.key)
			if err != nil {
				return err
			}
			if !ok || row.End != old.end {
				return errMoved
			}
			return tx.CopyUserStates(old.key, key)
		})
		if !errors.Is(err, errMoved) || tries == 3 {
			return begun, t, err
		}
	}
}

// errMoved says that values of the earlier run were erased, or all of it, while it was read.
var errMoved = fault.New(codeErased, "The earlier run was changed or let go a moment ago", "Nothing was started. Try again.")

// earlier is a run as it was when a restart was prepared.
type earlier struct {
	key int64
	end sqlite.End
}

// prepareRestart reads what a restart takes over, and starts nothing.
func (e *Engine) prepareRestart(ctx context.Context, req run.RestartRequest) (is ready, t run.Takeover, old earlier, err error) {
	row, err := e.journal.Row(req.Run)
	if err != nil {
		return is, t, old, err
	}
	old = earlier{row.Key, row.End}
	r, err := e.journal.Load(e.db.View, row)
	if damage, ok := errors.AsType[*journal.Damage](err); ok {
		return is, t, old, journal.DamagedFault(req.Run, damage)
	}
	if err != nil {
		return is, t, old, journal.Unexpected(err)
	}
	s := r.State
	at, began := s.Started()
	t.Started = at
	is = ready{hash: row.Flow, plan: s.Plan(), name: row.Name}
	is.started = run.Started{Flow: row.Flow, Name: row.Name, Path: row.Path, Input: s.Input(), Rules: run.RulesNow}
	if len(req.Flow) > 0 {
		if err := e.takeNow(ctx, &is, &t, s, req); err != nil {
			return is, t, old, err
		}
	}
	if t.Restart, err = s.TakeOver(is.plan, req.From, req.AskAgain); err != nil {
		return is, t, old, err
	}
	is.started.Restart = t.Restart
	is.started.Trigger = run.RestartOf(began, req.Run, t.From, cmp.Or(req.By, e.cfg.Owner))
	if err := e.stillKept(s, t.Restart); err != nil {
		return is, t, old, err
	}
	t.Name = is.name
	t.Decisions, t.Again = t.Restart.Decisions(is.plan), t.Restart.Again(is.plan, req.From)
	return is, t, old, nil
}

// takeNow takes the flow as it is now for a restart, if what comes before the place is the same.
func (e *Engine) takeNow(ctx context.Context, is *ready, t *run.Takeover, s *run.State, req run.RestartRequest) error {
	input, err := e.Value(ctx, s.Input())
	if err != nil {
		return err
	}
	from := s.Trigger()
	if from.Kind == run.TriggerRestart {
		from.Kind = from.Origin
	}
	now, err := e.prepare(ctx, run.Request{Flow: req.Flow, Parsed: req.Parsed, Path: req.Path, Input: input, Trigger: from})
	if err != nil {
		return err
	}
	if t.Changed = now.plan.Differs(s.Plan(), req.From); t.Changed != "" {
		return nil
	}
	t.Now = now.hash != is.hash
	*is = now
	return nil
}

// stillKept refuses to take over values that were deleted after use.
func (e *Engine) stillKept(s *run.State, r *run.Restart) error {
	gone := func(seconds float64, ok bool) bool {
		return ok && !e.cfg.wall().Before(s.Ended().Add(flow.Seconds(seconds)))
	}
	p := s.Plan()
	if gone(p.ErasesAll()) {
		return fault.New(codeErased, "The values of that run were deleted after use, as its flow says", "Nothing was started. Run the flow again from its first step.")
	}
	for _, k := range r.Kept {
		if gone(p.EraseAfter(k.Step)) {
			return fault.Newf(codeErased, "Nothing was started. Start at it, or before.", "The values of step %q were deleted after use, as the flow says", k.Step)
		}
	}
	return nil
}
