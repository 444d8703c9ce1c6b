package engine

import (
	"bytes"
	"cmp"
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
	return e.begin(ctx, req, nil)
}

// ready is a run that can be started.
type ready struct {
	hash    string // of the flow's version
	data    []byte
	plan    *run.Plan
	input   journal.Value
	name    string
	started run.Started
}

// prepare reads and checks all that a run needs, and starts nothing.
func (e *Engine) prepare(ctx context.Context, req run.Request) (r ready, err error) {
	fixed, err := e.Pin(ctx, req.Path, req.Flow, req.Parsed)
	if err != nil {
		return r, err
	}
	fl := fixed.Flow
	if r.data, err = json.Marshal(fixed.Pinned); err != nil {
		return r, journal.Unexpected(fmt.Errorf("write the flow version: %w", err))
	}
	sum := sha256.Sum256(r.data)
	r.hash = hex.EncodeToString(sum[:])
	if r.plan = e.KeptPlan(r.hash); r.plan == nil {
		if r.plan, err = run.CompileParsed(fixed.Pinned, fl, fixed.Flows); err != nil {
			return r, compileFault(err)
		}
		if err := e.checkSyntax(fixed); err != nil {
			return r, err
		}
		e.Keep(r.hash, r.plan)
	}
	schema := fl.Schema
	if req.Trigger.Kind == run.TriggerWebhook && fl.Value.PreprocessorModule != nil {
		schema = nil // it is an event, of which the preprocessor makes the input
	}
	raw, err := checkInput(schema, req.Input)
	if err != nil {
		return r, err
	}
	if r.input, err = journal.NewValue(raw); err != nil {
		return r, inputFault("The input is not JSON", err)
	}
	if req.Trigger.Kind == "" {
		req.Trigger.Kind = "api"
	}
	r.name = cmp.Or(fl.Summary, req.Path, "Untitled flow")
	r.started = run.Started{Flow: r.hash, Name: r.name, Path: req.Path, Input: r.input.Ref, Trigger: req.Trigger, Rules: run.RulesNow}
	return r, nil
}

// begin starts a run, and does more in the same commit, of which an error undoes all. It
// is given the key of the run.
func (e *Engine) begin(ctx context.Context, req run.Request, also func(tx *writer.Tx, key int64) error) (run.Begun, error) {
	is, err := e.prepare(ctx, req)
	if err != nil {
		return run.Begun{}, err
	}
	return e.launch(ctx, is, also)
}

// launch is begin for a run that is ready.
func (e *Engine) launch(ctx context.Context, is ready, also func(tx *writer.Tx, key int64) error) (run.Begun, error) {
	id := run.ID(journal.NewID())
	begun := run.Begun{ID: id, Flow: is.hash, Plan: is.plan}
	trigger := is.started.Trigger
	err := e.writer.Do(ctx, func(tx *writer.Tx) error {
		if e.jobs.Stopping() {
			return writer.ErrClosed()
		}
		if err := e.byScripts.add(tx, trigger); err != nil {
			return err
		}
		if is.data != nil { // else it is that of a run that is there
			if err := tx.PutVersion(is.hash, is.data, tx.Now.UnixNano()); err != nil {
				return err
			}
		}
		key, err := tx.InsertRun(sqlite.Run{
			UUID: string(id), Flow: is.hash, Name: is.name, Path: is.started.Path, Status: string(run.StatusRunning),
			Started: tx.Now.UnixNano(), TriggerKind: trigger.Kind, TriggerBy: trigger.By, Person: trigger.Person,
		})
		if err != nil {
			return err
		}
		if also != nil {
			if err := also(tx, key); err != nil {
				return err
			}
		}
		r := tx.Add(journal.Run{Key: key, ID: id, Flow: is.hash, Path: is.started.Path, State: run.NewState(is.plan, id), Status: run.StatusRunning})
		if err := tx.Store(r, is.input); err != nil {
			return err
		}
		if err := tx.Apply(r, is.started); err != nil {
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
