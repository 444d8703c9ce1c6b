package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/eval"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// evalLimit is how long one evaluation may take in all.
const evalLimit = 20 * time.Second

// inlineMax is the size above which a value is not read inside the writer's
// transaction: the evaluation leaves the loop instead.
const inlineMax = 64 << 10

// evaluation is an Evaluate command on its way through the pool.
type evaluation struct {
	run    run.ID
	cmd    run.Evaluate
	serial int64
}

type evalKey struct {
	run  run.ID
	step run.StepID
	why  run.Purpose
}

func (v evaluation) key() evalKey { return evalKey{v.run, v.cmd.Step, v.cmd.For} }

// evalLoop computes expressions that the writer did not.
func (e *Engine) evalLoop(ctx context.Context) {
	defer e.helpers.Done()
	for {
		ev, ok := e.evalQueue.Take(ctx)
		if !ok {
			return
		}
		var raw json.RawMessage
		end := e.chores.Begin("an expression of step "+string(ev.cmd.Step), ev.run)
		err := e.reads.Retry(ctx, func() (err error) {
			raw, err = e.evaluate(ctx, ev)
			return err
		})
		end()
		if ctx.Err() != nil {
			return // volatile: asked again at the next start
		}
		answer := run.Evaluated{Step: ev.cmd.Step, For: ev.cmd.For}
		var val journal.Value
		if err == nil {
			val, err = journal.NewValue(raw)
		}
		if err != nil {
			answer.Err = evalFailure(err, ev.cmd)
		} else {
			answer.Value = val.Ref
		}
		e.report(&input{apply: func(t *turn) error {
			key := ev.key()
			t.afterCommit(func() {
				if e.evals[key] == ev.serial {
					delete(e.evals, key)
				}
			})
			if e.evals[key] != ev.serial {
				return nil // asked anew since, or no longer wanted
			}
			c, err := t.state(ev.run)
			if err != nil {
				return err
			}
			if err := t.store(c, val); err != nil {
				return err
			}
			return t.applyTo(c, answer)
		}})
	}
}

// evaluate computes one command, by JavaScript where it must.
func (e *Engine) evaluate(ctx context.Context, ev evaluation) (v json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the evaluator panicked: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, evalLimit)
	defer cancel()
	s := &eval.Scope{View: e.db.View, Cmd: ev.cmd}
	if v, err = s.Compute(); !errors.Is(err, eval.ErrNeedsJS) {
		return v, err
	}
	if e.cfg.Evaluator == nil {
		return nil, &run.Failure{Name: run.NameExpr, Message: "JavaScript expressions cannot be computed here"}
	}
	var trouble atomic.Pointer[error] // that of the disk is not the expression's
	v, err = e.cfg.Evaluator.Eval(ctx, ev.cmd, func(name string) (json.RawMessage, error) {
		v, err := e.lookup(ctx, ev.run, s, name)
		if health.Transient(err) {
			trouble.Store(&err)
		}
		if _, ok := errors.AsType[*fault.Error](err); ok {
			return nil, failureOf(err)
		}
		return v, err
	})
	if p := trouble.Load(); p != nil {
		return nil, *p
	}
	return v, err
}

// lookup finds the JSON behind a name that an expression uses.
func (e *Engine) lookup(ctx context.Context, id run.ID, s *eval.Scope, name string) (json.RawMessage, error) {
	switch kind, path, _ := strings.Cut(name, ":"); kind {
	case "variable":
		text, err := e.Variable(ctx, path)
		if err != nil {
			return nil, err
		}
		return json.Marshal(text)
	case "resource":
		return e.Resource(ctx, path)
	case "flow_user_state":
		return e.UserState(ctx, id, path)
	}
	return s.Lookup(name)
}

func evalFailure(err error, cmd run.Evaluate) *run.Failure {
	if f, ok := errors.AsType[*run.Failure](err); ok {
		return f
	}
	place := "The expressions"
	if len(cmd.Exprs) == 1 {
		place = cmd.For.Place(cmd.Exprs[0].Name, 0)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &run.Failure{Name: run.NameExpr, Message: place + ": took longer than 20 seconds"}
	}
	f := failureOf(err)
	f.Name = run.NameExpr
	return f
}
