// Package enginetest is a scripted world for tests of whatever uses an engine:
// code, expressions and mail that do what the test says, and remember it.
package enginetest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"

	"sluice/engine/run"
)

// Language is the language of scripts that a World runs; their content is the
// name of a function given to Script.
const Language = "bash"

// Func is what a script does.
type Func func(ctx context.Context, j run.Job) (any, error)

// World is executor, evaluator and mailer in one. The zero value is ready: an
// unknown script returns its arguments, mail is sent.
type World struct {
	Quiet bool // scripts print nothing

	mu      sync.Mutex
	scripts map[string]Func
	exprs   map[string]func(lookup func(string) (json.RawMessage, error)) (any, error)
	mailer  func(ctx context.Context, m run.Mail) (string, error)
	began   []string
	mails   []run.Mail
}

// Script sets what the script of that content does.
func (w *World) Script(content string, f Func) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.scripts == nil {
		w.scripts = make(map[string]Func)
	}
	w.scripts[content] = f
}

// Expr sets the value of an expression.
func (w *World) Expr(text string, f func(lookup func(string) (json.RawMessage, error)) (any, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.exprs == nil {
		w.exprs = make(map[string]func(func(string) (json.RawMessage, error)) (any, error))
	}
	w.exprs[text] = f
}

// OnMail sets what sending does.
func (w *World) OnMail(f func(ctx context.Context, m run.Mail) (string, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mailer = f
}

// Began lists the jobs that were begun, as "step#attempt", in order.
func (w *World) Began() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.began)
}

// Mails lists what was handed to the mailer, in order.
func (w *World) Mails() []run.Mail {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.mails)
}

// Run does a job.
func (w *World) Run(ctx context.Context, j run.Job, log io.Writer) (json.RawMessage, error) {
	w.mu.Lock()
	w.began = append(w.began, fmt.Sprintf("%s#%d", j.Step, j.Attempt))
	f := w.scripts[j.Code.Content]
	w.mu.Unlock()
	if !w.Quiet {
		fmt.Fprintf(log, "%s attempt %d\n", j.Step, j.Attempt)
	}
	if f == nil {
		return j.Args, nil
	}
	v, err := f(ctx, j)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// Eval computes an expression that a test gave a value.
func (w *World) Eval(ctx context.Context, cmd run.Evaluate, lookup func(string) (json.RawMessage, error)) (json.RawMessage, error) {
	values := make(map[string]any)
	for i, e := range cmd.Exprs {
		var v any = e.Input.Value
		if e.Input.Expr != "" {
			w.mu.Lock()
			f := w.exprs[e.Input.Expr]
			w.mu.Unlock()
			if f == nil {
				return nil, &run.Failure{Name: run.NameExpr, Message: "the test knows no value of " + e.Input.Expr}
			}
			var err error
			if v, err = f(lookup); err != nil {
				return nil, err
			}
		}
		switch cmd.Shape {
		case run.ShapeFirst:
			if v == true {
				return json.Marshal(i)
			}
		case run.ShapeObject:
			values[e.Name] = v
		default:
			return json.Marshal(v)
		}
	}
	if cmd.Shape == run.ShapeFirst {
		return json.RawMessage("-1"), nil
	}
	return json.Marshal(values)
}

// Send sends a mail.
func (w *World) Send(ctx context.Context, m run.Mail) (string, error) {
	w.mu.Lock()
	w.mails = append(w.mails, m)
	f := w.mailer
	w.mu.Unlock()
	if f == nil {
		return "thread-" + m.ID, nil
	}
	return f(ctx, m)
}

// Box hides bytes from the eye, no more.
type Box struct{}

// Seal hides.
func (Box) Seal(plain []byte) ([]byte, error) { return append([]byte("sealed:"), flip(plain)...), nil }

// Open shows.
func (Box) Open(sealed []byte) ([]byte, error) {
	if len(sealed) < 7 || string(sealed[:7]) != "sealed:" {
		return nil, fmt.Errorf("this is not sealed: %q", sealed)
	}
	return flip(sealed[7:]), nil
}

func flip(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = c ^ 0x5a
	}
	return out
}
