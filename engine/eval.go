package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// evalLimit is how long one evaluation may take in all.
const evalLimit = 20 * time.Second

// inlineMax is the size above which a value is not read inside the writer's
// transaction: the evaluation leaves the loop instead.
const inlineMax = 64 << 10

// errNeedsJS says that plain Go cannot compute an expression.
var errNeedsJS = errors.New("the expression needs JavaScript")

// scope reads what the names in a command's expressions stand for.
type scope struct {
	view  sqlite.View
	cmd   run.Evaluate
	limit int64 // largest blob to read; 0: any
	input json.RawMessage
}

// lookup returns the JSON behind a name of the scope, nil if it has none.
func (s *scope) lookup(name string) (json.RawMessage, error) {
	if id, ok := strings.CutPrefix(name, "results."); ok {
		ref, ok := s.cmd.Scope.Results[id]
		if !ok {
			return json.RawMessage("null"), nil
		}
		return s.read(ref)
	}
	if i, ok := strings.CutPrefix(name, "iter:"); ok {
		n, err := strconv.Atoi(i)
		if err != nil || n < 0 || n >= len(s.cmd.Scope.Iters) {
			return nil, nil
		}
		return s.read(s.cmd.Scope.Iters[n].Value)
	}
	ref, ok := s.cmd.Scope.Names[name]
	if !ok {
		return nil, nil
	}
	if name != "flow_input" || len(s.cmd.Scope.Iters) == 0 {
		return s.read(ref)
	}
	if s.input == nil {
		in, err := s.read(ref)
		if err != nil {
			return nil, err
		}
		if s.input, err = s.withIters(in); err != nil {
			return nil, err
		}
	}
	return s.input, nil
}

func (s *scope) read(ref run.Ref) (json.RawMessage, error) {
	size := ref.Size
	if ref.Item > 0 && journal.ListKept(ref.Hash) {
		size = 0
	}
	for _, item := range ref.Items {
		size += item.Size
	}
	if s.limit > 0 && size > s.limit {
		return nil, errNeedsJS
	}
	return journal.ReadRef(s.view, ref)
}

// withIters adds iter, iter_parent, … to the flow's input, innermost first.
func (s *scope) withIters(input json.RawMessage) (json.RawMessage, error) {
	var buf bytes.Buffer
	buf.WriteByte('{')
	name := "iter"
	for i := len(s.cmd.Scope.Iters) - 1; i >= 0; i-- {
		it := s.cmd.Scope.Iters[i]
		v, err := s.read(it.Value)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&buf, `%q:{"index":%d,"value":%s},`, name, it.Index, v)
		name += "_parent"
	}
	buf.Truncate(buf.Len() - 1)
	input = bytes.TrimSpace(input)
	if len(input) > 2 && input[0] == '{' {
		// A field of the input called iter is hidden by the loop's: keep ours last.
		var out bytes.Buffer
		out.Write(input[:len(input)-1])
		out.WriteByte(',')
		out.Write(buf.Bytes()[1:])
		out.WriteByte('}')
		return out.Bytes(), nil
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}

// compute evaluates a command without JavaScript. It returns errNeedsJS where
// that cannot be done, and a *run.Failure where the value has a wrong shape.
func (s *scope) compute() (json.RawMessage, error) {
	switch s.cmd.Shape {
	case run.ShapeObject:
		var buf bytes.Buffer
		buf.WriteByte('{')
		for i, e := range s.cmd.Exprs {
			v, err := s.one(e.Input)
			if err != nil {
				return nil, err
			}
			name, err := json.Marshal(e.Name)
			if err != nil {
				return nil, errNeedsJS
			}
			if i > 0 {
				buf.WriteByte(',')
			}
			buf.Write(name)
			buf.WriteByte(':')
			buf.Write(v)
		}
		buf.WriteByte('}')
		return buf.Bytes(), nil
	case run.ShapeFirst:
		for i, e := range s.cmd.Exprs {
			v, err := s.one(e.Input)
			if err != nil {
				return nil, err
			}
			if truthy(v) {
				return json.RawMessage(strconv.Itoa(i)), nil
			}
		}
		return json.RawMessage("-1"), nil
	}
	if len(s.cmd.Exprs) != 1 {
		return nil, errNeedsJS
	}
	e := s.cmd.Exprs[0]
	v, err := s.one(e.Input)
	if err != nil {
		return nil, err
	}
	switch s.cmd.Shape {
	case run.ShapeBool:
		return json.RawMessage(strconv.FormatBool(truthy(v))), nil
	case run.ShapeNumber:
		if f, err := strconv.ParseFloat(string(v), 64); err != nil || f < 0 || math.IsInf(f, 0) {
			return nil, &run.Failure{Name: run.NameExpr, Message: fmt.Sprintf("%s must be a number of at least 0; it is %s", s.cmd.For.Place(e.Name, 0), journal.CutAtRune(v, 100))}
		}
	}
	return v, nil
}

// one computes a single input.
func (s *scope) one(in flow.Input) (json.RawMessage, error) {
	switch in.Kind {
	case flow.Static:
		if len(in.Value) == 0 {
			return json.RawMessage("null"), nil
		}
		return in.Value, nil
	case flow.JavaScript:
	default:
		return nil, errNeedsJS
	}
	if v, ok := literal(in.Expr); ok {
		return v, nil
	}
	p, ok := parsePath(in.Expr)
	if !ok {
		return nil, errNeedsJS
	}
	name, keys, nums := p.root, p.keys, p.nums
	lenient := name == "results"
	if lenient {
		if len(keys) == 0 || nums[0] {
			return nil, errNeedsJS
		}
		name, keys, nums = "results."+keys[0], keys[1:], nums[1:]
	}
	root, err := s.lookup(name)
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, errNeedsJS
	}
	v, ok := walk(root, keys, nums, lenient)
	if !ok {
		return nil, errNeedsJS
	}
	return v, nil
}

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
		ev, ok := e.evalQueue.take(ctx)
		if !ok {
			return
		}
		var raw json.RawMessage
		end := e.chores.begin("an expression of step "+string(ev.cmd.Step), ev.run)
		err := e.whenReadable(ctx, func() (err error) {
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
	s := &scope{view: e.db.View, cmd: ev.cmd}
	if v, err = s.compute(); !errors.Is(err, errNeedsJS) {
		return v, err
	}
	if e.cfg.Evaluator == nil {
		return nil, &run.Failure{Name: run.NameExpr, Message: "JavaScript expressions cannot be computed here"}
	}
	var trouble atomic.Pointer[error] // that of the disk is not the expression's
	v, err = e.cfg.Evaluator.Eval(ctx, ev.cmd, func(name string) (json.RawMessage, error) {
		v, err := e.lookup(ctx, ev.run, s, name)
		if unreadable(err) {
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
func (e *Engine) lookup(ctx context.Context, id run.ID, s *scope, name string) (json.RawMessage, error) {
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
	return s.lookup(name)
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
