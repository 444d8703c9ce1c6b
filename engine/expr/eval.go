package expr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// Bounds of one call of Eval.
const (
	DefaultTimeout = 20 * time.Second
	memoryLimit    = 128 << 20
	// The engine counts frames, and each costs about 2.5 kB of the goroutine's
	// stack; its own default would let a recursion take the whole process down.
	stackFrames = 4000
	maxText     = 128 << 10 // bytes of one expression
)

// Lookup reads one value by name: "flow_input", "results.<id>",
// "variable:<path>" and so on, see Evaluator.Eval. No value at all is nil.
type Lookup = func(name string) (json.RawMessage, error)

// Evaluator computes expressions. It is safe for use by many goroutines.
type Evaluator struct {
	// Timeout bounds one call of Eval; 0 means DefaultTimeout.
	Timeout time.Duration
	// Start starts the processes in which JavaScript is computed. Without it that is
	// done here, where what the engine does natively cannot be stopped. Close then is
	// not needed.
	Start Starter

	processes processes
}

// New returns an Evaluator with the default bounds, which computes JavaScript in
// processes of its own. Close it at the end.
func New(start Starter) *Evaluator { return &Evaluator{Start: start} }

// Eval computes the expressions of cmd and returns one JSON value in the shape
// that cmd asks for. The names an expression may use are those of cmd.Scope;
// lookup gives their values: the name itself for those of Scope.Names,
// "results.<id>", "variable:<path>", "resource:<path>", "flow_user_state:<key>",
// and "iter:<n>" for the n-th entry of Scope.Iters where flow_input has no iter
// yet and the value is not inline.
//
// A mistake in an expression is a *run.Failure that says which one and where.
// When ctx ends, its error is returned instead.
func (e *Evaluator) Eval(ctx context.Context, cmd run.Evaluate, lookup Lookup) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	timeout := e.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	if until, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(until))
	}
	c := &call{ctx: ctx, cmd: cmd, lookup: lookup, timeout: timeout, seen: map[string]json.RawMessage{}}
	defer c.close()
	if e.Start == nil {
		return c.all()
	}
	c.plain = true
	v, err := c.all()
	if errors.Is(err, errNeedsMachine) {
		return e.elsewhere(c)
	}
	return v, err
}

// errNeedsMachine says that a call that may only follow plain paths met more.
var errNeedsMachine = errors.New("it takes a machine")

// all computes all expressions of a call.
func (c *call) all() (json.RawMessage, error) {
	cmd := c.cmd
	if cmd.Shape == run.ShapeFirst {
		for i := range cmd.Exprs {
			v, err := c.value(i)
			if err != nil {
				return nil, err
			}
			if run.Truthy(v) {
				return json.RawMessage(strconv.Itoa(i)), nil
			}
		}
		return json.RawMessage("-1"), nil
	}
	if cmd.Shape == run.ShapeObject {
		return c.object()
	}
	if len(cmd.Exprs) == 0 {
		return nil, fmt.Errorf("evaluate %s of step %q: no expression", cmd.For, cmd.Step)
	}
	v, err := c.value(0)
	if err != nil {
		return nil, err
	}
	switch cmd.Shape {
	case run.ShapeBool:
		return json.RawMessage(strconv.FormatBool(run.Truthy(v))), nil
	case run.ShapeNumber:
		return cmd.Number(v)
	default:
		return v, nil
	}
}

// object computes all expressions into one object, in their order.
func (c *call) object() (json.RawMessage, error) {
	out := []byte{'{'}
	for i, x := range c.cmd.Exprs {
		v, err := c.value(i)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(x.Name)
		if err != nil {
			return nil, fmt.Errorf("write name of input %d: %w", i, err)
		}
		out = append(append(append(out, name...), ':'), v...)
	}
	return append(out, '}'), nil
}

// value computes the i-th expression.
func (c *call) value(i int) (json.RawMessage, error) {
	in := c.cmd.Exprs[i].Input
	if in.Kind != flow.JavaScript {
		if len(in.Value) == 0 {
			return json.RawMessage("null"), nil
		}
		return in.Value, nil
	}
	if len(in.Expr) > maxText {
		f := c.failure(i, tooLong)
		f.Hint = tooLongHint
		return nil, f
	}
	if p, ok := plainPath(in.Expr); ok && (len(c.cmd.Scope.Iters) == 0 || p[0] != "flow_input") {
		v, ok, err := c.walk(p)
		if err != nil {
			return nil, c.explain(i, source{}, err)
		}
		if ok {
			return v, nil
		}
	}
	s := read(in.Expr)
	if s.empty {
		return json.RawMessage("null"), nil
	}
	if c.plain {
		return nil, errNeedsMachine
	}
	if c.begins != nil && len(c.cmd.Exprs) > 1 {
		c.begins(i)
	}
	v, err := c.script(i, s)
	if err != nil {
		return nil, c.explain(i, s, err)
	}
	return v, nil
}

var tooLong = fmt.Sprintf("is too long: an expression may have %d kB", maxText>>10)

const tooLongHint = "Put data into an input or a resource, and longer work into a script step."

// failure is an ExpressionError about the i-th expression.
func (c *call) failure(i int, what string) *run.Failure {
	return &run.Failure{Name: run.NameExpr, Message: c.place(i) + " " + what}
}

// explain turns what went wrong in the i-th expression into a Failure, unless
// the call itself was canceled.
func (c *call) explain(i int, s source, err error) error {
	cerr := c.ctx.Err()
	if cerr != nil && !errors.Is(cerr, context.DeadlineExceeded) {
		return cerr
	}
	if cerr != nil || c.late() {
		f := c.failure(i, fmt.Sprintf("took longer than %s and was stopped", c.timeout.Round(time.Millisecond)))
		f.Hint = "Look for a loop that does not end. Long work belongs in a script step."
		return f
	}
	f, ok := errors.AsType[*run.Failure](err)
	if !ok {
		f = s.failure(err)
	}
	f.Name = run.NameExpr
	f.Message = c.place(i) + ": " + f.Message
	return f
}

// place names the i-th expression for the person who wrote it.
func (c *call) place(i int) string { return c.cmd.For.Place(c.cmd.Exprs[i].Name, i) }
