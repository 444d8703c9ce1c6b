package eval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"sluice/engine/run"
)

// Bounds of what is computed for somebody who looks on while typing.
const (
	tryTime = 1500 * time.Millisecond
	tryMost = 4 << 20 // bytes of one value that is read
)

// Try computes a command for somebody who looks on: it belongs to no run, nothing is
// recorded, and it ends soon. What is secret stays so: an expression that reads a resource
// or a variable has no value here. A mistake in the expression is a *run.Failure that says
// only what is wrong, not where.
func (p *Pool) Try(ctx context.Context, cmd run.Evaluate) (v json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, fmt.Errorf("the evaluator panicked: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	s := &Scope{View: p.cfg.DB.View, Cmd: cmd, Limit: tryMost}
	if v, err = s.Compute(); !errors.Is(err, ErrNeedsJS) {
		return v, err
	}
	if p.cfg.Evaluator == nil {
		return nil, &run.Failure{Name: run.NameExpr, Message: "JavaScript expressions cannot be computed here"}
	}
	var aside atomic.Pointer[run.Failure] // why it has no value here, though it may have one in a run
	v, err = p.cfg.Evaluator.Eval(ctx, cmd, func(name string) (json.RawMessage, error) {
		switch kind, _, _ := strings.Cut(name, ":"); kind {
		case "variable", "resource":
			f := &run.Failure{Name: run.NameAside, Message: "It reads a " + kind + ", which is not shown"}
			aside.Store(f)
			return nil, f
		case "flow_user_state":
			return nil, nil
		}
		v, err := s.Lookup(name)
		if errors.Is(err, ErrNeedsJS) {
			f := &run.Failure{Name: run.NameAside, Message: "It reads a value that is too large to be tried here"}
			aside.Store(f)
			return nil, f
		}
		return v, err
	})
	switch {
	case err == nil:
		return v, nil
	case aside.Load() != nil:
		return nil, aside.Load()
	case errors.Is(err, context.Canceled):
		return nil, err
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
		return nil, &run.Failure{Name: run.NameExpr, Message: "It takes too long"}
	}
	f := *failure(err, cmd)
	if len(cmd.Exprs) == 1 {
		f.Message = strings.TrimPrefix(strings.TrimPrefix(f.Message, cmd.For.Place(cmd.Exprs[0].Name, 0)), ": ")
		if strings.Contains(f.Message, "and was stopped") {
			f.Message = "It takes too long"
		}
	}
	return nil, &f
}
