package expr

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/frame"
	"sluice/engine/run"
)

// What an expression does natively, such as a search through a list of billions,
// nothing in its own process can stop: the engine looks for an interrupt only between
// its instructions. So JavaScript is computed by processes of our own program, which
// are ended when they do not stop by themselves. They are warm: the next machine is
// made before it is needed.

// Process is a process that a Starter started.
type Process struct {
	In   io.WriteCloser // its standard input; it ends when this is closed
	Out  io.Reader      // its standard output
	Kill func()         // ends it at once, and waits until it has ended
}

// Starter starts our own program with one more variable in its environment, which
// HelperMain looks for. The process must not outlive ours.
type Starter func(variable string) (*Process, error)

// Bounds of the processes.
const (
	grace       = 500 * time.Millisecond // after the time limit: one that can answer does, in words
	idleTime    = 2 * time.Minute
	callsOfOne  = 2000                  // then a fresh process takes over
	waitForIdle = 20 * time.Millisecond // before more of them run than most
	readyAfter  = 2 * time.Millisecond  // after a call the next machine is there
)

// most is how many processes are enough, unless expressions take long.
var most = max(2, runtime.NumCPU())

// processes are those of one Evaluator.
type processes struct {
	mu      sync.Mutex
	idle    []*process // the one used last is at the end
	busy    int
	growing bool          // one more is on its way
	freed   chan struct{} // one was given back; made when somebody waits
	timer   *time.Timer   // for trim
	closed  bool

	starting sync.WaitGroup // none is added once it is closed
}

type process struct {
	*Process
	w     *bufio.Writer
	r     *bufio.Reader
	calls int
	used  time.Time
}

var errClosed = errors.New("the evaluator is closed")

// take returns a process that nobody else uses. Beyond one for each processor it waits
// a little before it starts another: most expressions are over by then.
func (p *processes) take(ctx context.Context, start Starter) (*process, error) {
	var late <-chan time.Time
	for {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return nil, errClosed
		}
		if len(p.idle) > 0 {
			w := p.idle[0]
			p.idle = slices.Delete(p.idle, 0, 1)
			p.busy++
			if time.Since(w.used) < readyAfter && p.busy+len(p.idle) < most && !p.growing {
				p.growing = true
				p.busy++
				p.starting.Add(1)
				go p.grow(start)
			}
			p.mu.Unlock()
			return w, nil
		}
		if late == nil && p.busy >= most {
			timer := time.NewTimer(waitForIdle)
			defer timer.Stop()
			late = timer.C
		} else if late == nil {
			p.busy++
			p.starting.Add(1)
			p.mu.Unlock()
			return p.start(start)
		}
		if p.freed == nil {
			p.freed = make(chan struct{})
		}
		freed := p.freed
		p.mu.Unlock()
		select {
		case <-freed:
		case <-late:
			p.mu.Lock()
			if p.closed {
				p.mu.Unlock()
				return nil, errClosed
			}
			p.busy++
			p.starting.Add(1)
			p.mu.Unlock()
			return p.start(start)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// grow starts one more, for calls that follow each other faster than one process makes
// its next machine.
func (p *processes) grow(start Starter) {
	w, err := p.start(start)
	if err == nil {
		p.give(w)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.growing = false
}

// start starts one that was counted as busy and as starting.
func (p *processes) start(start Starter) (*process, error) {
	defer p.starting.Done()
	made, err := start(HelperVariable)
	if err != nil {
		p.gone()
		return nil, fmt.Errorf("start the process for expressions: %w", err)
	}
	return &process{Process: made, w: bufio.NewWriterSize(made.In, 16<<10), r: bufio.NewReaderSize(made.Out, 16<<10)}, nil
}

// gone says that one of the busy ones is no more.
func (p *processes) gone() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	p.wake()
}

func (p *processes) wake() {
	if p.freed != nil {
		close(p.freed)
		p.freed = nil
	}
}

// give brings a process back after a call that ended well.
func (p *processes) give(w *process) {
	w.calls++
	w.used = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	if p.closed || w.calls >= callsOfOne || len(p.idle) >= most {
		w.In.Close()
		go w.Kill()
	} else {
		p.idle = append(p.idle, w)
		if p.timer == nil {
			p.timer = time.AfterFunc(idleTime, p.trim)
		}
	}
	p.wake()
}

// trim ends processes that have not been used for a while.
func (p *processes) trim() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var keep []*process
	for _, w := range p.idle {
		if time.Since(w.used) >= idleTime {
			w.In.Close()
			go w.Kill()
		} else {
			keep = append(keep, w)
		}
	}
	p.idle, p.timer = keep, nil
	if len(keep) > 0 {
		p.timer = time.AfterFunc(idleTime, p.trim)
	}
}

// Close ends the processes that are idle; those at work end with what they compute. It
// waits for those that are on their way: on Windows a process that is left by who starts
// it, before it runs, stands still for ever.
func (e *Evaluator) Close() {
	p := &e.processes
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	p.mu.Unlock()
	for _, w := range idle {
		w.In.Close()
		w.Kill()
	}
	p.starting.Wait()
}

// elsewhere computes a call in a process. What it needs it asks for.
func (e *Evaluator) elsewhere(c *call) (json.RawMessage, error) {
	request, err := requestOf(c.cmd, c.timeout)
	if err != nil {
		return nil, err
	}
	w, err := e.processes.take(c.ctx, e.Start)
	switch {
	case err == nil:
	case c.ctx.Err() != nil:
		return nil, c.explain(0, source{}, err)
	default: // it says nothing of the expression
		return nil, fault.Because(err, "engine.busy", c.place(0)+": no process could be started to compute it", "Sluice, or this computer, has too much to do, or too many files open. Try again.")
	}
	c.until = time.Now().Add(c.timeout)
	var kill sync.Once
	end := func() { kill.Do(w.Kill) }
	hard := time.AfterFunc(c.timeout+grace, end)
	canceled := context.AfterFunc(c.ctx, func() {
		if !errors.Is(c.ctx.Err(), context.DeadlineExceeded) { // that one the process knows itself
			end()
		}
	})
	v, at, err := w.talk(c, request)
	whole := canceled()
	whole = hard.Stop() && whole
	if _, worded := errors.AsType[*run.Failure](err); whole && (err == nil || worded) {
		e.processes.give(w)
		return v, err
	}
	end()
	e.processes.gone()
	switch {
	case err == nil:
		return v, nil // it answered, and was ended all the same
	case c.ctx.Err() == nil && !c.late():
		f := c.failure(at, "could not be computed: its process ended")
		f.Hint = "It may need more memory than there is. Long work belongs in a script step."
		return nil, f
	}
	return nil, c.explain(at, source{}, err)
}

// talk sends a request and answers what is asked until there is a result. at is the
// expression that was computed last.
func (w *process) talk(c *call, request []byte) (v json.RawMessage, at int, err error) {
	if err := w.say(frameRequest, request); err != nil {
		return nil, 0, err
	}
	for {
		kind, body, err := frame.Read(w.r)
		if err != nil {
			return nil, at, err
		}
		switch kind {
		case frameBegins:
			if len(body) == 1 && int(body[0]) < len(c.cmd.Exprs) {
				at = int(body[0])
			}
		case frameAsk:
			if err := w.reply(c.get(string(body))); err != nil {
				return nil, at, err
			}
		case frameResult:
			return body, at, nil
		case frameFailed:
			f := new(run.Failure)
			if err := json.Unmarshal(body, f); err != nil {
				return nil, at, err
			}
			return nil, at, f
		case frameUnworded:
			return nil, at, errors.New(string(body))
		default:
			return nil, at, fmt.Errorf("the process for expressions says %q", kind)
		}
	}
}

// reply answers a question.
func (w *process) reply(v json.RawMessage, err error) error {
	f, worded := errors.AsType[*run.Failure](err)
	switch {
	case worded:
		body, err := json.Marshal(f)
		if err != nil {
			return err
		}
		return w.say(frameMistake, body)
	case err != nil:
		return w.say(frameTrouble, []byte(err.Error()))
	case v == nil:
		return w.say(frameNone, nil)
	}
	return w.say(frameValue, v)
}

func (w *process) say(kind byte, body []byte) error {
	if err := frame.Write(w.w, kind, body); err != nil {
		return err
	}
	return w.w.Flush()
}
