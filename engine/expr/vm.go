package expr

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"modernc.org/quickjs"
	"modernc.org/quickjs/intl"

	"sluice/engine/internal/javascript"
	"sluice/engine/run"
)

// prelude defines the names of expressions; see the file.
//
//go:embed prelude.js
var prelude string

// As bytecode, made once.
var (
	preludeCode = sync.OnceValues(func() ([]byte, error) { return bytecode(prelude) })
	datesCode   = sync.OnceValues(func() ([]byte, error) { return bytecode(javascript.Intl) })
)

// partCode are the parts that expressions share with scripts, each made once.
var partCode = func() map[string]func() ([]byte, error) {
	out := map[string]func() ([]byte, error){}
	for name, text := range javascript.Parts {
		out[name] = sync.OnceValues(func() ([]byte, error) { return bytecode(text) })
	}
	return out
}()

func bytecode(text string) ([]byte, error) {
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil, fmt.Errorf("start the expression engine: %w", err)
	}
	defer vm.Close()
	return vm.Compile(text, quickjs.EvalGlobal)
}

var (
	anyWord = regexp.MustCompile(`[\p{L}_$][\p{L}\p{N}_$]*`)
	anyName = regexp.MustCompile(`\b(?:globalThis|constructor|eval|Function)\b`) // may mean Date
	asksDay = regexp.MustCompile(`\bIntl\b|\btoLocale|\blocaleCompare\b|\[`)     // a method may hide between brackets
)

// call is one Eval: its virtual machine, made when the first expression needs
// it, and the values seen so far.
type call struct {
	ctx     context.Context
	cmd     run.Evaluate
	lookup  Lookup
	timeout time.Duration
	until   time.Time
	seen    map[string]json.RawMessage
	plain   bool        // it has no machine, and gets none
	begins  func(i int) // told before an expression is computed, where not nil
	spare   *machine    // to begin with
	vm      *quickjs.VM
	jobs    int // of promises, that the expression had done
	watch   func()
	orders  javascript.Collation
}

// get reads a value once; nil if there is none.
func (c *call) get(name string) (json.RawMessage, error) {
	if v, ok := c.seen[name]; ok {
		return v, nil
	}
	v, err := c.lookup(name)
	if err != nil {
		return nil, err
	}
	if string(v) == "null" {
		v = nil
	}
	c.seen[name] = v
	return v, nil
}

// walk follows a plain path. It reports false where JavaScript must answer,
// which is where a mistake gets its words, too.
func (c *call) walk(path []string) (json.RawMessage, bool, error) {
	null := json.RawMessage("null")
	name, rest := path[0], path[1:]
	lenient := name == "results" // the reference reads a missing path as null here
	if lenient {
		name, rest = "results."+rest[0], rest[1:]
	} else if _, ok := c.cmd.Scope.Names[name]; !ok {
		return nil, false, nil
	}
	v, err := c.get(name)
	if err != nil {
		return nil, false, err
	}
	for i, part := range rest {
		if v == nil || string(v) == "null" {
			return null, lenient, nil
		}
		next, found, plain := step(v, part)
		if !plain {
			return nil, false, nil
		}
		if !found {
			return null, lenient || i == len(rest)-1, nil
		}
		v = next
	}
	if v == nil {
		v = null
	}
	return v, true, nil
}

// machine is a virtual machine in which nothing was computed yet.
type machine struct {
	vm   *quickjs.VM
	host quickjs.HostFunc // answers the prelude
}

func newMachine() (*machine, error) {
	code, err := preludeCode()
	if err != nil {
		return nil, err
	}
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil, fmt.Errorf("start the expression engine: %w", err)
	}
	m := &machine{vm: vm}
	vm.SetMemoryLimit(memoryLimit)
	vm.SetMaxStackSize(stackFrames)
	err = vm.RegisterHostFunc("$host", func(args []any) (any, error) { return m.host(args) })
	if err == nil {
		_ = vm.SetEvalTimeout(DefaultTimeout)
		_, err = vm.EvalBytecode(code)
	}
	if err != nil {
		vm.Close()
		return nil, fmt.Errorf("prepare the expression engine: %w", err)
	}
	return m, nil
}

// open makes the virtual machine ready.
func (c *call) open() (err error) {
	m := c.spare
	if c.spare = nil; m == nil {
		if m, err = newMachine(); err != nil {
			return err
		}
	}
	m.host = c.host
	vm := m.vm
	c.vm = vm
	if c.until.IsZero() {
		c.until = time.Now().Add(c.timeout)
	}

	// An interrupt that comes between two evaluations is forgotten by the
	// engine, so it is repeated until the call is over.
	done, stopped := make(chan struct{}), make(chan struct{})
	c.watch = func() { close(done); <-stopped }
	go func() {
		defer close(stopped)
		select {
		case <-done:
			return
		case <-c.ctx.Done():
		}
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			vm.Interrupt()
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	return c.declare()
}

// load runs one of our own scripts, with its door to us.
func (c *call) load(door string, f quickjs.HostFunc, code []byte) error {
	if err := c.vm.RegisterHostFunc(door, f); err != nil {
		return fmt.Errorf("prepare the expression engine: %w", err)
	}
	c.arm()
	if _, err := c.vm.EvalBytecode(code); err != nil {
		return fmt.Errorf("prepare the expression engine: %w", err)
	}
	return nil
}

// declare tells the prelude which names this place has.
func (c *call) declare() error {
	names, words, ids := []string{}, []string{}, []string{} // empty, not null
	seen, asks := map[string]bool{}, false
	var parts []string
	for _, x := range c.cmd.Exprs {
		for _, w := range anyWord.FindAllString(x.Input.Expr, -1) {
			if !seen[w] {
				seen[w] = true
				words = append(words, w)
			}
		}
		parts = append(parts, javascript.Needs(x.Input.Expr, anyName.MatchString(x.Input.Expr))...)
		asks = asks || asksDay.MatchString(x.Input.Expr)
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(parts))) {
		code, err := partCode[name]()
		if err != nil {
			return err
		}
		c.arm()
		if _, err := c.vm.EvalBytecode(code); err != nil {
			return fmt.Errorf("prepare the expression engine: %w", err)
		}
	}
	if asks {
		code, err := datesCode()
		if err != nil {
			return err
		}
		if err := c.load("$intl", c.intl, code); err != nil {
			return err
		}
	}
	for n := range c.cmd.Scope.Names {
		names = append(names, n)
	}
	for id := range c.cmd.Scope.Results {
		ids = append(ids, id)
	}
	_, err := c.vm.Call("$declare", names, words, ids, len(c.cmd.Scope.Iters))
	return err
}

func (c *call) close() {
	if c.watch != nil {
		c.watch()
		c.watch = nil
	}
	if c.vm != nil {
		c.vm.Close()
		c.vm = nil
	}
}

// arm gives the engine what is left of the time before it runs something.
func (c *call) arm() { _ = c.vm.SetEvalTimeout(max(time.Until(c.until), time.Nanosecond)) }

func (c *call) late() bool { return !c.until.IsZero() && !time.Now().Before(c.until) }

// host answers the prelude's questions for values: their JSON as text.
func (c *call) host(args []any) (any, error) {
	name, ok := args[0].(string)
	if !ok {
		return nil, errors.New("a path must be text")
	}
	if err := c.ctx.Err(); err != nil {
		return nil, err
	}
	if n, ok := strings.CutPrefix(name, "iter:"); ok {
		return c.iter(n)
	}
	v, err := c.get(name)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, nil
	}
	return string(v), nil
}

// iter answers for one enclosing loop iteration: {"index", "value"}; null if its
// value is not to be had.
func (c *call) iter(n string) (any, error) {
	i, err := strconv.Atoi(n)
	if err != nil || i >= len(c.cmd.Scope.Iters) {
		return nil, nil
	}
	it := c.cmd.Scope.Iters[i]
	v := it.Value.Inline
	if v == nil {
		if v, err = c.get("iter:" + n); err != nil {
			return nil, err
		}
	}
	if v == nil {
		v = json.RawMessage("null")
	}
	return fmt.Sprintf(`{"index":%d,"value":%s}`, it.Index, v), nil
}

// intl answers intl.js: it installs date and number formatting when that is
// first asked for, and compares words.
func (c *call) intl(args []any) (any, error) {
	if args[0] == "compare" {
		return c.orders.Compare(args[1:])
	}
	c.arm()
	return nil, intl.Register(c.vm)
}

// script computes an expression that is more than a path.
func (c *call) script(i int, s source) (json.RawMessage, error) {
	if c.vm == nil {
		if err := c.open(); err != nil {
			return nil, err
		}
	}
	c.arm()
	c.jobs = 0
	first := c.run(s, asExpression)
	err := first
	if syntax(first) && conditional(c.cmd.Shape) {
		err = condition(s, first)
	} else if syntax(first) {
		// Statements: with return only a function's body takes them, without
		// it the value of the last one counts.
		if err = c.run(s, asStatements); syntax(err) {
			if err = c.run(s, asBody); syntax(err) {
				err = further(first, err)
			}
		}
	}
	if err != nil {
		return nil, err
	}
	c.arm()
	if s.awaits {
		if err := c.settle(); err != nil {
			return nil, err
		}
	}
	c.arm()
	out, err := c.vm.Call("$take", conditional(c.cmd.Shape))
	if err != nil {
		return nil, err
	}
	if out == false { // a promise: what it waits for may still be in the queue
		if err := c.settle(); err != nil {
			return nil, err
		}
		c.arm()
		if out, err = c.vm.Call("$take", conditional(c.cmd.Shape)); err != nil {
			return nil, err
		}
	}
	text, ok := out.(string)
	if !ok && c.jobs > jobsFew { // without memory for the next promise QuickJS drops it and tells nobody
		return nil, &run.Failure{Message: "makes promises without end, or needs more memory than an expression may use", Hint: "Move the work into a script step."}
	}
	if !ok {
		return nil, &run.Failure{Message: "waits for something that never happens", Hint: "A promise that the expression awaits is never resolved."}
	}
	if s.lasting {
		c.close() // the next expression finds nothing of this one
	}
	return json.RawMessage(text), nil
}

const (
	jobsAtOnce = 1 << 20 // QuickJS does no more at one call (modernc.org/quickjs v0.25.0)
	jobsFew    = 10_000  // an expression that waits in vain does not get near
)

// settle carries promises on until nothing more happens, or the time limit ends it.
func (c *call) settle() error {
	for {
		n, err := c.vm.ExecutePendingJobs()
		if c.jobs += n; n < jobsAtOnce {
			return err
		}
	}
}

// run runs a text in one of the three ways and leaves its value with the
// prelude.
func (c *call) run(s source, way int) error {
	flags := quickjs.EvalGlobal
	if way == asStatements {
		flags = s.statementFlags()
	}
	if s.open {
		if _, err := c.vm.Compile(s.fence(way), flags); err != nil {
			return err
		}
		c.arm()
	}
	v, err := c.vm.EvalValue(s.code(way), flags)
	if err != nil {
		return err
	}
	defer v.Free()
	c.arm()
	how := "run"
	if way == asStatements {
		if how = "keep"; s.awaits {
			how = "await"
		}
	}
	_, err = c.vm.Call("$hold", v, how)
	return err
}

// conditional reports whether an expression stands in a condition. There it is
// one expression: flows with statements would not run elsewhere.
func conditional(s run.Shape) bool { return s == run.ShapeBool || s == run.ShapeFirst }

// condition words what is wrong with a condition that cannot be read, given
// the first error.
func condition(s source, first error) error {
	f := s.failure(first)
	f.Hint = "A condition is one expression: a && b, a ? b : c. Put statements into (() => { …; return … })()."
	return f
}

// syntax reports whether err says that a text could not be read at all.
func syntax(err error) bool {
	e, ok := errors.AsType[*quickjs.Error](err)
	return ok && e.Name == "SyntaxError" && e.LineNumber > 0
}

// further returns the one of two syntax errors whose reader got further: it
// understood what the text was meant to be.
func further(a, b error) error {
	x, _ := errors.AsType[*quickjs.Error](a)
	y, _ := errors.AsType[*quickjs.Error](b)
	if x != nil && y != nil && (y.LineNumber > x.LineNumber || y.LineNumber == x.LineNumber && y.ColumnNumber > x.ColumnNumber) {
		return b
	}
	return a
}
