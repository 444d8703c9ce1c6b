// Package eval computes expressions in plain Go where that can be done: constants, and
// paths into values that the file holds.
package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// ErrNeedsJS says that plain Go cannot compute an expression.
var ErrNeedsJS = errors.New("the expression needs JavaScript")

// Scope reads what the names in a command's expressions stand for.
type Scope struct {
	View  sqlite.View
	Cmd   run.Evaluate
	Limit int64 // largest blob to read, in bytes; 0: any
	input json.RawMessage
}

// Lookup returns the JSON behind a name of the scope, nil if it has none.
func (s *Scope) Lookup(name string) (json.RawMessage, error) {
	if id, ok := strings.CutPrefix(name, "results."); ok {
		ref, ok := s.Cmd.Scope.Results[id]
		if !ok {
			return json.RawMessage("null"), nil
		}
		return s.read(ref)
	}
	if i, ok := strings.CutPrefix(name, "iter:"); ok {
		n, err := strconv.Atoi(i)
		if err != nil || n < 0 || n >= len(s.Cmd.Scope.Iters) {
			return nil, nil
		}
		return s.read(s.Cmd.Scope.Iters[n].Value)
	}
	ref, ok := s.Cmd.Scope.Names[name]
	if !ok {
		return nil, nil
	}
	if name != "flow_input" || len(s.Cmd.Scope.Iters) == 0 {
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

func (s *Scope) read(ref run.Ref) (json.RawMessage, error) {
	size := ref.Size
	if ref.Item > 0 && journal.ListKept(ref.Hash) {
		size = 0
	}
	for _, item := range ref.Items {
		size += item.Size
	}
	if s.Limit > 0 && size > s.Limit {
		return nil, ErrNeedsJS
	}
	return journal.ReadRef(s.View, ref)
}

// withIters adds iter, iter_parent, … to the flow's input, innermost first.
func (s *Scope) withIters(input json.RawMessage) (json.RawMessage, error) {
	var buf bytes.Buffer
	buf.WriteByte('{')
	name := "iter"
	for i := len(s.Cmd.Scope.Iters) - 1; i >= 0; i-- {
		it := s.Cmd.Scope.Iters[i]
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

// Compute evaluates a command without JavaScript. It returns ErrNeedsJS where
// that cannot be done, and a *run.Failure where the value has a wrong shape.
func (s *Scope) Compute() (json.RawMessage, error) {
	switch s.Cmd.Shape {
	case run.ShapeObject:
		var buf bytes.Buffer
		buf.WriteByte('{')
		for i, e := range s.Cmd.Exprs {
			v, err := s.one(e.Input)
			if err != nil {
				return nil, err
			}
			name, err := json.Marshal(e.Name)
			if err != nil {
				return nil, ErrNeedsJS
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
		for i, e := range s.Cmd.Exprs {
			v, err := s.one(e.Input)
			if err != nil {
				return nil, err
			}
			if run.Truthy(v) {
				return json.RawMessage(strconv.Itoa(i)), nil
			}
		}
		return json.RawMessage("-1"), nil
	}
	if len(s.Cmd.Exprs) != 1 {
		return nil, ErrNeedsJS
	}
	e := s.Cmd.Exprs[0]
	v, err := s.one(e.Input)
	if err != nil {
		return nil, err
	}
	switch s.Cmd.Shape {
	case run.ShapeBool:
		return json.RawMessage(strconv.FormatBool(run.Truthy(v))), nil
	case run.ShapeNumber:
		return s.Cmd.Number(v)
	}
	return v, nil
}

// one computes a single input.
func (s *Scope) one(in flow.Input) (json.RawMessage, error) {
	switch in.Kind {
	case flow.Static:
		if len(in.Value) == 0 {
			return json.RawMessage("null"), nil
		}
		return in.Value, nil
	case flow.JavaScript:
	default:
		return nil, ErrNeedsJS
	}
	if v, ok := literal(in.Expr); ok {
		return v, nil
	}
	p, ok := flow.ReadPlainPath(in.Expr)
	if !ok {
		return nil, ErrNeedsJS
	}
	name, keys := p.Root, p.Keys
	lenient := name == "results"
	if lenient {
		if len(keys) == 0 || keys[0].Index {
			return nil, ErrNeedsJS
		}
		name, keys = "results."+keys[0].Name, keys[1:]
	}
	root, err := s.Lookup(name)
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, ErrNeedsJS
	}
	v, ok := walk(root, keys, lenient)
	if !ok {
		return nil, ErrNeedsJS
	}
	return v, nil
}
