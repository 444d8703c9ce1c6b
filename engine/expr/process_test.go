package expr

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// shared computes in processes of this test binary.
var shared = New(startSelf)

func TestMain(m *testing.M) {
	if HelperMain() {
		return
	}
	code := m.Run()
	shared.Close()
	os.Exit(code)
}

// startSelf starts this test binary as a process for expressions.
func startSelf(variable string) (*Process, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), variable+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &Process{In: in, Out: out, Kill: ended}, nil
}

// slow is an expression that the engine computes natively for some seconds without a
// look at its interrupt, and then is done.
const slow = "Array.prototype.indexOf.call({ length: 3e8 }, 1)"

// What the engine is natively at ends with its process, at the time limit and when
// the run is canceled; the others go on.
func TestNativeWorkIsEnded(t *testing.T) {
	for name, c := range map[string]struct {
		timeout time.Duration
		cancel  bool
		want    string
	}{
		"at the time limit": {200 * time.Millisecond, false, `input "y" took longer than 200ms and was stopped`},
		"canceled":          {time.Minute, true, context.Canceled.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			var killed, started atomic.Int32
			e := &Evaluator{Timeout: c.timeout, Start: func(v string) (*Process, error) {
				started.Add(1)
				p, err := startSelf(v)
				kill := p.Kill
				p.Kill = func() { killed.Add(1); kill() }
				return p, err
			}}
			defer e.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			cmd := run.Evaluate{Step: "b", For: run.ForInputs, Shape: run.ShapeObject, Scope: scope, Exprs: []run.NamedInput{
				js("x", "1 + 1"), js("y", "flow_input.n, "+slow),
			}}
			_, err := e.Eval(ctx, cmd, func(name string) (json.RawMessage, error) {
				if c.cancel {
					cancel() // it certainly runs
				}
				return lookup(name)
			})
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), c.want) {
				t.Errorf("it ended with %v, want %q", err, c.want)
			}
			if killed.Load() != 1 || started.Load() != 1 {
				t.Errorf("of %d processes %d were ended", started.Load(), killed.Load())
			}
			e.Timeout = time.Minute
			if v, err := e.Eval(t.Context(), value("2 + 2"), lookup); string(v) != "4" || err != nil {
				t.Errorf("the next one is %s, %v", v, err)
			}
		})
	}
}

// A process that ends in the middle fails one expression, in words.
func TestProcessThatEnds(t *testing.T) {
	e := New(func(v string) (*Process, error) {
		p, err := startSelf(v)
		if err == nil {
			p.Out = io.LimitReader(p.Out, 3) // the pipe breaks
		}
		return p, err
	})
	defer e.Close()
	_, err := e.Eval(t.Context(), value("1 + 1"), lookup)
	f, ok := errors.AsType[*run.Failure](err)
	if !ok || !strings.Contains(f.Message, "its process ended") || f.Hint == "" {
		t.Errorf("%v", err)
	}
	none := New(func(string) (*Process, error) { return nil, errors.New("no more processes") })
	if _, err := none.Eval(t.Context(), value("1 + 1"), lookup); err == nil || !strings.Contains(err.Error(), "no more processes") {
		t.Errorf("without a process: %v", err)
	}
}

// Processes are used again, and no more run than are asked for at a time.
func TestProcessesAreUsedAgain(t *testing.T) {
	var started atomic.Int32
	e := New(func(v string) (*Process, error) {
		started.Add(1)
		return startSelf(v)
	})
	defer e.Close()
	for range 20 {
		if v, err := e.Eval(t.Context(), value("flow_input.n + 1"), lookup); string(v) != "4" || err != nil {
			t.Fatalf("%s, %v", v, err)
		}
	}
	if _, err := e.Eval(t.Context(), value("flow_input.name"), lookup); err != nil {
		t.Fatal(err)
	}
	if n := started.Load(); int(n) > most {
		t.Errorf("%d processes were started", n)
	}
	plain := New(func(string) (*Process, error) { t.Error("a plain path took a process"); return nil, errors.New("no") })
	cmd := value("flow_input.name")
	cmd.Exprs = append(cmd.Exprs, run.NamedInput{Name: "s", Input: flow.Input{Kind: flow.Static, Value: flow.Raw("1")}})
	cmd.Shape = run.ShapeObject
	if v, err := plain.Eval(t.Context(), cmd, lookup); string(v) != `{"x":"Ann","s":1}` || err != nil {
		t.Errorf("%s, %v", v, err)
	}
}

// Where no process can be had, that says nothing of the expression.
func TestNoProcessIsNoMistakeOfTheExpression(t *testing.T) {
	e := New(func(string) (*Process, error) { return nil, errors.New("too many open files") })
	defer e.Close()
	_, err := e.Eval(t.Context(), run.Evaluate{Exprs: []run.NamedInput{{Name: "x", Input: flow.Input{Kind: flow.JavaScript, Expr: "1 + 1"}}}}, func(string) (json.RawMessage, error) { return nil, nil })
	if !fault.HasCode(err, "engine.busy") || !strings.Contains(err.Error(), "too many open files") {
		t.Errorf("it is told as %v", err)
	}
}

// On Windows a process that is left by who starts it, before it runs, stands still for
// ever.
func TestTheEndWaitsForAProcessOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := make(chan struct{})
		started := 0
		e := New(func(string) (*Process, error) {
			started++
			<-begin
			return nil, errors.New("there is none")
		})
		over := false
		go func() { _, _ = e.processes.take(t.Context(), e.Start) }()
		synctest.Wait()
		go func() { e.Close(); over = true }()
		synctest.Wait()
		if over {
			t.Error("the end came while a process was on its way")
		}
		close(begin)
		synctest.Wait()
		if !over {
			t.Error("there is no end")
		}
		if _, err := e.processes.take(t.Context(), e.Start); !errors.Is(err, errClosed) || started != 1 {
			t.Errorf("after the end one is started: %v", err)
		}
	})
}

// Who waited for a process to be free while the evaluator was closed starts none.
func TestNoProcessIsStartedAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := 0
		e := New(func(string) (*Process, error) {
			started++
			return &Process{In: discard{}, Out: strings.NewReader(""), Kill: func() {}}, nil
		})
		for range most {
			if _, err := e.processes.take(t.Context(), e.Start); err != nil {
				t.Fatal(err)
			}
		}
		var got error
		go func() { _, got = e.processes.take(t.Context(), e.Start) }()
		synctest.Wait()
		e.Close()
		time.Sleep(2 * waitForIdle)
		synctest.Wait()
		if !errors.Is(got, errClosed) || started != most {
			t.Errorf("%d of %d were started, %v", started, most, got)
		}
	})
}

type discard struct{ io.Writer }

func (discard) Close() error { return nil }
