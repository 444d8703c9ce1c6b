package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/schedules"
	"sluice/engine/run"
)

// What schedules need of the engine: a run of what they name, and how it ended.

// dueField is the input that is told when a run was due, where a flow has it.
const dueField = "scheduled_at"

// scheduled asks for a run of a flow or script of the library, with arguments and the
// time at which it was due. Codes: flow.unknown, script.unknown, flow.input.
func (e *Engine) scheduled(ctx context.Context, path string, isFlow bool, args json.RawMessage, due time.Time) (req run.Request, err error) {
	var schema json.RawMessage
	if isFlow {
		stored, err := e.Flow(ctx, path)
		if err != nil {
			return req, err
		}
		f, err := flow.ParseJSON(stored.JSON)
		if err != nil {
			return req, err
		}
		schema = f.Schema
		if args, err = withDue(schema, args, due); err != nil {
			return req, err
		}
		return run.Request{Flow: stored.JSON, Path: path, Input: args}, nil
	}
	s, err := e.Script(ctx, path)
	if err == nil {
		schema = s.Schema
	} // else it is one of the hub, or the start says what is wrong
	if args, err = withDue(schema, args, due); err != nil {
		return req, err
	}
	return e.alone(ctx, path, args)
}

// alone asks for a run of a script by its path, with arguments.
func (e *Engine) alone(ctx context.Context, path string, args json.RawMessage) (req run.Request, err error) {
	f, err := flow.Alone(flow.StoredScript{Path: path})
	if err != nil {
		return req, err
	}
	if f, err = flow.AloneWith(f, args); err != nil {
		return req, err
	}
	if s, err := e.Script(ctx, path); err == nil {
		f.Schema = flow.ResourceSchema(s.Schema)
	}
	b, err := f.JSON()
	return run.Request{Flow: b, Path: path, Input: args}, err
}

// withDue adds the time at which a run was due to its arguments, if its schema has a
// field for it and the arguments have none.
func withDue(schema, args json.RawMessage, due time.Time) (json.RawMessage, error) {
	if len(args) == 0 || string(args) == "null" {
		args = json.RawMessage("{}")
	}
	var s struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if due.IsZero() || len(schema) == 0 || json.Unmarshal(schema, &s) != nil || s.Properties[dueField] == nil {
		return args, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(args, &fields); err != nil {
		return args, nil // the start says so
	}
	if _, has := fields[dueField]; has {
		return args, nil
	}
	at, err := json.Marshal(due.UTC().Format(time.RFC3339))
	if err != nil {
		return args, err
	}
	fields[dueField] = at
	return json.Marshal(fields)
}

// fits says why a request could not be started.
func (e *Engine) fits(ctx context.Context, req run.Request) error {
	_, err := e.prepare(ctx, req)
	return err
}

// howItEnded reads how a run that is over ended.
func (e *Engine) howItEnded(ctx context.Context, id run.ID) (end schedules.End, err error) {
	r, result, err := e.ended(id)
	if err != nil {
		return end, err
	}
	end = schedules.End{Outcome: r.outcome, Started: r.started, Error: r.failure}
	if r.failure == nil && !result.IsZero() {
		end.Result, err = e.Value(ctx, result)
	}
	return end, err
}

// ending is how a run ended, without its result.
type ending struct {
	outcome run.Outcome
	started time.Time
	failure json.RawMessage // nil of one that succeeded
}

// ended reads how a run that is over ended, and what its result is.
func (e *Engine) ended(id run.ID) (end ending, result run.Ref, err error) {
	row, err := e.journal.Row(id)
	if err != nil {
		return end, result, err
	}
	r, err := e.journal.Load(e.file.View, row)
	if damage, ok := errors.AsType[*journal.Damage](err); ok {
		return end, result, journal.DamagedFault(id, damage)
	}
	if err != nil {
		return end, result, err
	}
	outcome, result, failure := r.State.Outcome()
	end = ending{outcome: outcome, started: journal.FromNano(row.Started)}
	if failure != nil {
		failure.Result = run.Ref{} // it would be a name for what is stored
		if end.failure, err = json.Marshal(failure); err != nil {
			return end, result, fmt.Errorf("write the error of run %s: %w", id, err)
		}
	}
	return end, result, nil
}
