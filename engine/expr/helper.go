package expr

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/frame"
	"sluice/engine/run"
)

// HelperVariable marks a process of our own program as one that computes
// expressions.
const HelperVariable = "SLUICE_EXPRESSIONS"

// Kinds of frames. A request is answered by any number of questions, each of which
// is answered, and at last by one of the three ends.
const (
	frameRequest  = 'Q' // a request
	frameBegins   = 'B' // one byte: the number of the expression that is computed now
	frameAsk      = 'A' // the name of a value
	frameValue    = 'V' // its JSON
	frameNone     = 'N' // there is none
	frameMistake  = 'X' // a run.Failure: why it cannot be had
	frameTrouble  = 'T' // the same as text
	frameResult   = 'R' // JSON
	frameFailed   = 'F' // a run.Failure
	frameUnworded = 'U' // an error as text
)

// request is what a process is asked to compute: a run.Evaluate with the names of
// what its expressions may read.
type request struct {
	Step    run.StepID
	For     run.Purpose
	Shape   run.Shape
	Exprs   []expression
	Names   []string
	Results []string
	Iters   []iteration
	Timeout time.Duration
}

type expression struct {
	Name  string
	Kind  flow.InputKind
	Value json.RawMessage `json:",omitempty"`
	Expr  string
}

type iteration struct {
	Index int
	Value json.RawMessage `json:",omitempty"` // nil: it is asked for
}

func requestOf(cmd run.Evaluate, timeout time.Duration) ([]byte, error) {
	r := request{Step: cmd.Step, For: cmd.For, Shape: cmd.Shape, Timeout: timeout}
	for _, x := range cmd.Exprs {
		r.Exprs = append(r.Exprs, expression{x.Name, x.Input.Kind, json.RawMessage(x.Input.Value), x.Input.Expr})
	}
	for name := range cmd.Scope.Names {
		r.Names = append(r.Names, name)
	}
	for id := range cmd.Scope.Results {
		r.Results = append(r.Results, id)
	}
	for _, it := range cmd.Scope.Iters {
		r.Iters = append(r.Iters, iteration{it.Index, it.Value.Inline})
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // a value stays as it is written
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("write the expressions: %w", err)
	}
	return body.Bytes(), nil
}

func (r request) command() run.Evaluate {
	cmd := run.Evaluate{Step: r.Step, For: r.For, Shape: r.Shape}
	for _, x := range r.Exprs {
		cmd.Exprs = append(cmd.Exprs, run.NamedInput{Name: x.Name, Input: flow.Input{Kind: x.Kind, Value: flow.Raw(x.Value), Expr: x.Expr}})
	}
	cmd.Scope.Names = make(map[string]run.Ref, len(r.Names))
	for _, name := range r.Names {
		cmd.Scope.Names[name] = run.Ref{}
	}
	cmd.Scope.Results = make(map[string]run.Ref, len(r.Results))
	for _, id := range r.Results {
		cmd.Scope.Results[id] = run.Ref{}
	}
	for _, it := range r.Iters {
		cmd.Scope.Iters = append(cmd.Scope.Iters, run.Iter{Index: it.Index, Value: run.Ref{Inline: it.Value}})
	}
	return cmd
}

// HelperMain turns this process into one that computes expressions if it was started
// as such. Call it first thing in main; when it returns true the process has done its
// work and must end.
func HelperMain() bool {
	if os.Getenv(HelperVariable) == "" {
		return false
	}
	os.Unsetenv(HelperVariable)
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE) // Sluice ends us
	debug.SetGCPercent(400)
	h := &helper{frames: make(chan message), out: bufio.NewWriterSize(os.Stdout, 16<<10)}
	go h.read()
	h.serve()
	return true
}

// helper is the inside of such a process.
type helper struct {
	frames chan message
	out    *bufio.Writer
	spare  *machine // for the request to come; nil: there is none
}

type message struct {
	kind byte
	body []byte
}

// read takes in frames, whatever the engine is at: the end of the pipe is the end of
// Sluice, and nobody wants what is computed then.
func (h *helper) read() {
	in := bufio.NewReaderSize(os.Stdin, 16<<10)
	for {
		kind, body, err := frame.Read(in)
		if err != nil {
			os.Exit(0)
		}
		h.frames <- message{kind, body}
	}
}

// serve answers requests for ever. The next machine is made ready while Sluice
// records the answer of the last.
func (h *helper) serve() {
	for {
		if h.spare == nil {
			h.spare, _ = newMachine() // the request to come says why there is none
		}
		q := <-h.frames
		var r request
		if q.kind != frameRequest || json.Unmarshal(q.body, &r) != nil {
			os.Exit(3)
		}
		h.answer(r)
	}
}

func (h *helper) answer(r request) {
	c := &call{
		ctx: context.Background(), cmd: r.command(), lookup: h.ask, timeout: r.Timeout, seen: map[string]json.RawMessage{},
		spare: h.spare, begins: h.begins,
	}
	v, err := c.all()
	c.close()
	h.spare = c.spare // nil if it was used
	f, failed := errors.AsType[*run.Failure](err)
	switch {
	case failed:
		body, _ := json.Marshal(f) // texts and numbers
		h.say(frameFailed, body)
	case err != nil:
		h.say(frameUnworded, []byte(err.Error()))
	default:
		h.say(frameResult, v)
	}
}

// begins tells which expression is computed now, where there are several.
func (h *helper) begins(i int) { h.say(frameBegins, []byte{byte(min(i, 255))}) }

// ask is the Lookup of a call.
func (h *helper) ask(name string) (json.RawMessage, error) {
	h.say(frameAsk, []byte(name))
	switch a := <-h.frames; a.kind {
	case frameValue:
		return a.body, nil
	case frameNone:
		return nil, nil
	case frameMistake:
		f := new(run.Failure)
		if json.Unmarshal(a.body, f) == nil {
			return nil, f
		}
	case frameTrouble:
		return nil, errors.New(string(a.body))
	}
	os.Exit(3)
	return nil, nil
}

func (h *helper) say(kind byte, body []byte) {
	if frame.Write(h.out, kind, body) != nil || h.out.Flush() != nil {
		os.Exit(0)
	}
}
