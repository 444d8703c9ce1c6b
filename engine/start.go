package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Start begins a run of the flow in the request, which need not be saved. When
// it returns, the run is on disk. It returns all that it takes to show the run. Codes: those of reading and
// validating a flow (flow.…), flow.language, flow.subflow, flow.cycle, script.unknown,
// flow.input, engine.disk_full.
func (e *Engine) Start(ctx context.Context, req run.Request) (run.Begun, error) {
	fixed, err := e.Pin(ctx, req.Path, req.Flow, req.Parsed)
	if err != nil {
		return run.Begun{}, err
	}
	fl := fixed.Flow
	data, err := json.Marshal(fixed.Pinned)
	if err != nil {
		return run.Begun{}, journal.Unexpected(fmt.Errorf("write the flow version: %w", err))
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	plan := e.KeptPlan(hash)
	if plan == nil {
		if plan, err = run.CompileParsed(fixed.Pinned, fl, fixed.Flows); err != nil {
			return run.Begun{}, compileFault(err)
		}
		if err := e.checkSyntax(fixed); err != nil {
			return run.Begun{}, err
		}
		e.Keep(hash, plan)
	}
	schema := fl.Schema
	if req.Trigger.Kind == run.TriggerWebhook && fl.Value.PreprocessorModule != nil {
		schema = nil // it is an event, of which the preprocessor makes the input
	}
	raw, err := checkInput(schema, req.Input)
	if err != nil {
		return run.Begun{}, err
	}
	input, err := journal.NewValue(raw)
	if err != nil {
		return run.Begun{}, inputFault("The input is not JSON", err)
	}
	if req.Trigger.Kind == "" {
		req.Trigger.Kind = "api"
	}
	name := fl.Summary
	if name == "" {
		name = req.Path
	}
	if name == "" {
		name = "Untitled flow"
	}
	id := run.ID(journal.NewID())
	started := run.Started{Flow: hash, Name: name, Path: req.Path, Input: input.Ref, Trigger: req.Trigger, Rules: run.RulesNow}
	begun := run.Begun{ID: id, Flow: hash, Plan: plan}
	err = e.writer.Do(ctx, func(tx *writer.Tx) error {
		if e.jobs.Stopping() {
			return writer.ErrClosed()
		}
		if err := tx.PutVersion(hash, data, tx.Now.UnixNano()); err != nil {
			return err
		}
		key, err := tx.InsertRun(sqlite.Run{
			UUID: string(id), Flow: hash, Name: name, Path: req.Path, Status: string(run.StatusRunning),
			Started: tx.Now.UnixNano(), TriggerKind: req.Trigger.Kind, TriggerBy: req.Trigger.By,
		})
		if err != nil {
			return err
		}
		r := tx.Add(journal.Run{Key: key, ID: id, Flow: hash, Path: req.Path, State: run.NewState(plan, id), Status: run.StatusRunning})
		if err := tx.Store(r, input); err != nil {
			return err
		}
		if err := tx.Apply(r, started); err != nil {
			return err
		}
		begun.Entries = tx.Entries(r)
		return nil
	})
	if err != nil {
		return run.Begun{}, journal.Unexpected(err)
	}
	return begun, nil
}

// checkSyntax refuses a flow with an expression that cannot be read, in itself or in a
// flow inside it.
func (e *Engine) checkSyntax(fixed library.Fixed) error {
	c, ok := e.cfg.Evaluator.(SyntaxChecker)
	if !ok {
		return nil
	}
	if err := syntaxFault(c, fixed.Flow); err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(fixed.Flows)) {
		if err := syntaxFault(c, fixed.Flows[path]); err != nil {
			return library.Inside(path, err)
		}
	}
	return nil
}

// syntaxFault tells of the first expression of a flow that cannot be read.
func syntaxFault(c SyntaxChecker, fl *flow.Flow) error {
	for _, x := range flow.Expressions(fl) {
		bad := c.CheckSyntax(x.Text, x.Condition)
		if bad == nil {
			continue
		}
		where := "The flow"
		if x.Step != "" {
			where = "Step " + x.Step
		}
		return fault.Newf(flow.ProblemExpression, "Nothing was started. Correct the expression.", "%s: %s cannot be read: %s", where, x.Field, bad.Message)
	}
	return nil
}

// Cancel ends a run at once. Canceling one that is over changes nothing.
func (e *Engine) Cancel(ctx context.Context, id run.ID, by, reason string) error {
	if by == "" {
		by = e.cfg.Owner
	}
	err := e.writer.Do(ctx, func(tx *writer.Tx) error { return tx.ApplyTo(id, run.CancelRequested{By: by, Reason: reason}) })
	if _, ok := errors.AsType[*run.Refusal](err); ok || errors.Is(err, run.ErrStale) {
		return nil
	}
	return journal.Unexpected(err)
}

// CancelRun is Cancel as a script asks for it.
func (e *Engine) CancelRun(ctx context.Context, id run.ID, reason string) error {
	return e.Cancel(ctx, id, "a script", reason)
}

// checkInput returns the input of a run as an object with the schema's defaults,
// or says which field is wrong.
func checkInput(schema, input json.RawMessage) (json.RawMessage, error) {
	input = bytes.TrimSpace(input)
	if len(input) == 0 || string(input) == "null" {
		input = json.RawMessage("{}")
	}
	if input[0] != '{' || !json.Valid(input) {
		return nil, inputFault("The input of a flow must be a JSON object", nil)
	}
	input, errs := flow.Complete(schema, input)
	if len(errs) == 0 {
		return input, nil
	}
	lines := make([]string, len(errs))
	for i, fe := range errs {
		lines[i] = fe.Message
		if len(fe.Path) > 0 {
			lines[i] = strings.Join(fe.Path, ".") + " " + fe.Message
		}
	}
	return nil, inputFault("The input does not fit: "+strings.Join(lines, "; "), &flow.FormError{Errors: errs})
}

func inputFault(title string, err error) error {
	return fault.Because(err, "flow.input", title, "Nothing was started. Correct the input and start again.")
}

func compileFault(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	return fault.Because(err, "flow.invalid", "This flow cannot run: "+err.Error(), "Nothing was started.")
}
