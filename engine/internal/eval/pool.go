package eval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/background"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// evalLimit is how long one evaluation may take in all.
const evalLimit = 20 * time.Second

// inlineMax is the size above which a value is not read inside the writer's
// transaction: the evaluation goes to the pool instead.
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

// Library is what expressions may read besides their scope.
type Library interface {
	// Referred returns what a reference of a run's flow to a "resource" or "variable"
	// gives.
	Referred(ctx context.Context, id run.ID, kind, path string) (json.RawMessage, error)
}

// States are the values that the scripts of a run share.
type States interface {
	UserState(ctx context.Context, id run.ID, key string) (json.RawMessage, error)
}

// Evaluator computes expressions. Lookup returns the JSON behind a name:
// "flow_input", "previous_result", "results.<id>" and the others of the command's
// scope, and "variable:<path>", "resource:<path>", "flow_user_state:<key>". It
// returns nil for a name that the place does not have. An error of the
// expression itself is a *run.Failure.
type Evaluator interface {
	Eval(ctx context.Context, cmd run.Evaluate, lookup func(name string) (json.RawMessage, error)) (json.RawMessage, error)
}

// Config is what expressions are computed with. Evaluator may be nil: then only fixed
// values and plain paths can be computed.
type Config struct {
	Evaluator Evaluator
	Workers   int // how many are computed at a time
	Library   Library
	States    States
	Writer    *writer.Writer
	DB        *sqlite.DB
	Reads     health.Reads
	Chores    *background.Chores
}

// Pool computes expressions: here and now where plain Go can, in the writer's
// transaction; else beside it.
type Pool struct {
	cfg   Config
	queue *background.Queue[evaluation]
	loops background.Loops

	// Of the writer's goroutine alone.
	asked   map[evalKey]int64 // what is on its way, and the number of its asking
	serial  int64
	current pass

	committed func() // sendAsked, made once
}

// pass is what a transaction of the writer asks for.
type pass struct {
	tx      *writer.Tx
	inline  int          // evaluations computed here
	evals   []evaluation // for the pool
	dropped []evalKey    // answers to come that are not wanted
}

// New makes a pool, which Start sets going.
func New(cfg Config) *Pool {
	p := &Pool{cfg: cfg, queue: background.NewQueue[evaluation](), asked: make(map[evalKey]int64)}
	p.committed = p.sendAsked
	return p
}

// Start sets the pool going.
func (p *Pool) Start() {
	for range p.cfg.Workers {
		p.loops.Go(p.loop)
	}
}

// Stop tells it to end.
func (p *Pool) Stop() { p.loops.Stop() }

// Wait waits until it has.
func (p *Pool) Wait() { p.loops.Wait() }

// in returns the pass of a transaction: there is one at a time, and its parts are used
// again.
func (p *Pool) in(tx *writer.Tx) *pass {
	c := &p.current
	if c.tx != tx {
		c.tx, c.inline, c.evals, c.dropped = tx, 0, c.evals[:0], c.dropped[:0]
		tx.After(p.committed)
	}
	return c
}

// sendAsked sends what was asked for to the pool.
func (p *Pool) sendAsked() {
	c := &p.current
	for _, key := range c.dropped {
		delete(p.asked, key)
	}
	for _, ev := range c.evals {
		p.serial++
		ev.serial = p.serial
		p.asked[ev.key()] = ev.serial
		p.queue.Put(ev)
	}
	clear(c.evals)
	c.tx = nil
}

// Evaluate computes a command here and now where plain Go can, so that its value
// and what follows belong to the same commit; else it goes to the pool.
func (p *Pool) Evaluate(tx *writer.Tx, r *writer.Run, cmd run.Evaluate) ([]run.Event, error) {
	const most = 512 // a long loop of plain steps must not hold everyone else up
	in := p.in(tx)
	if in.inline++; in.inline <= most {
		s := &Scope{View: tx.View, Cmd: cmd, Limit: inlineMax}
		raw, err := s.Compute()
		answer := run.Evaluated{Step: cmd.Step, For: cmd.For}
		var f *run.Failure
		switch {
		case err == nil:
			v, err := journal.NewValue(raw)
			if err != nil {
				answer.Err = failure(err, cmd)
				return []run.Event{answer}, nil
			}
			answer.Value = v.Ref
			return []run.Event{answer}, tx.Store(r, v)
		case errors.As(err, &f):
			answer.Err = f
			return []run.Event{answer}, nil
		case !errors.Is(err, ErrNeedsJS):
			return nil, err
		}
	}
	in.evals = append(in.evals, evaluation{run: r.ID, cmd: cmd})
	return nil, nil
}

// Drop takes a command back.
func (p *Pool) Drop(tx *writer.Tx, r *writer.Run, of run.Evaluate) {
	key, in := evalKey{r.ID, of.Step, of.For}, p.in(tx)
	for i, ev := range in.evals {
		if ev.key() == key {
			in.evals = slices.Delete(in.evals, i, i+1)
			break
		}
	}
	in.dropped = append(in.dropped, key)
}

// Asked reports whether a command is on its way out of this transaction.
func (p *Pool) Asked(tx *writer.Tx, id run.ID, cmd run.Evaluate) bool {
	key := evaluation{run: id, cmd: cmd}.key()
	for _, ev := range p.in(tx).evals {
		if ev.key() == key {
			return true
		}
	}
	return false
}

// loop computes expressions that the writer did not.
func (p *Pool) loop(ctx context.Context) {
	for {
		ev, ok := p.queue.Take(ctx)
		if !ok {
			return
		}
		var raw json.RawMessage
		end := p.cfg.Chores.Begin("an expression of step "+string(ev.cmd.Step), ev.run)
		err := p.cfg.Reads.Retry(ctx, func() (err error) {
			raw, err = p.evaluate(ctx, ev)
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
			answer.Err = failure(err, ev.cmd)
		} else {
			answer.Value = val.Ref
		}
		p.cfg.Writer.Report(writer.Report{Apply: func(tx *writer.Tx) error {
			key := ev.key()
			tx.After(func() {
				if p.asked[key] == ev.serial {
					delete(p.asked, key)
				}
			})
			if p.asked[key] != ev.serial {
				return nil // asked anew since, or no longer wanted
			}
			r, err := tx.Load(ev.run)
			if err != nil {
				return err
			}
			if err := tx.Store(r, val); err != nil {
				return err
			}
			return tx.Apply(r, answer)
		}})
	}
}

// evaluate computes one command, by JavaScript where it must.
func (p *Pool) evaluate(ctx context.Context, ev evaluation) (v json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the evaluator panicked: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, evalLimit)
	defer cancel()
	s := &Scope{View: p.cfg.DB.View, Cmd: ev.cmd}
	if v, err = s.Compute(); !errors.Is(err, ErrNeedsJS) {
		return v, err
	}
	if p.cfg.Evaluator == nil {
		return nil, &run.Failure{Name: run.NameExpr, Message: "JavaScript expressions cannot be computed here"}
	}
	var trouble atomic.Pointer[error] // that of the disk is not the expression's
	v, err = p.cfg.Evaluator.Eval(ctx, ev.cmd, func(name string) (json.RawMessage, error) {
		v, err := p.lookup(ctx, ev.run, s, name)
		if health.Transient(err) {
			trouble.Store(&err)
		}
		if _, ok := errors.AsType[*fault.Error](err); ok {
			return nil, run.FailureOf(err)
		}
		return v, err
	})
	if p := trouble.Load(); p != nil {
		return nil, *p
	}
	return v, err
}

// lookup finds the JSON behind a name that an expression uses.
func (p *Pool) lookup(ctx context.Context, id run.ID, s *Scope, name string) (json.RawMessage, error) {
	switch kind, path, _ := strings.Cut(name, ":"); kind {
	case "variable", "resource":
		return p.cfg.Library.Referred(ctx, id, kind, path)
	case "flow_user_state":
		return p.cfg.States.UserState(ctx, id, path)
	}
	return s.Lookup(name)
}

func failure(err error, cmd run.Evaluate) *run.Failure {
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
	f := run.FailureOf(err)
	f.Name = run.NameExpr
	return f
}
