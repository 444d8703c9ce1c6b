package js

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"sluice/engine/internal/frame"
	"sluice/engine/run"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/internal/process"
)

const (
	memoryLimit = 256 << 20 // bytes that a job may use
	maxPrograms = 256
)

// Executor runs TypeScript and JavaScript, embedded in worker processes. It is safe
// for use by many goroutines.
type Executor struct {
	pool      pool
	admission admission

	mu    sync.Mutex
	known map[[32]byte]*program
	order [][32]byte // oldest use first
}

// New returns an executor. Close it at the end.
func New() *Executor { return &Executor{admission: newAdmission()} }

// Warm starts a worker before the first job needs it.
func (x *Executor) Warm() error {
	w, err := x.pool.take()
	if err != nil {
		return err
	}
	x.pool.give(w)
	return nil
}

// Close ends the workers. A job that comes later fails.
func (x *Executor) Close() { x.pool.close() }

// NoFolder says that jobs need no folder of their own: they see no files but
// those that the steps of a run share.
func (x *Executor) NoFolder() {}

// Run runs one job and returns what its main returned, as JSON. What goes
// wrong in the script is a *run.Failure; when ctx ends, its error is returned.
func (x *Executor) Run(ctx context.Context, j run.Job, log io.Writer) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", run.ErrNotBegun, err)
	}
	timeout := job.TimeLimit(j)
	leave, err := x.admission.enter(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", run.ErrNotBegun, err)
	}
	defer leave()
	w, err := x.pool.take()
	if err != nil {
		return nil, job.CannotStart(err)
	}

	// The watcher kills the worker when time is up; who uses a worker waits for
	// the watcher before it gives the worker back.
	limit, cancel := context.WithTimeoutCause(ctx, timeout, job.ErrTimeUp)
	stop := context.AfterFunc(limit, func() { _ = process.Kill(w.Cmd) })
	result, again, err := x.talk(w, j, job.NewLog(log))
	alive := stop()
	cause := context.Cause(limit)
	cancel()
	if again && alive {
		x.pool.give(w)
		return result, err
	}
	died := w.Kill()
	switch {
	case alive && err == nil, alive && !errors.Is(err, errBroken):
		return result, err // the answer came; only the worker is used up
	case errors.Is(cause, job.ErrTimeUp):
		return nil, job.TimedOut(timeout)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, errUnreadable):
		return nil, &run.Failure{
			Name: "SyntaxError", Message: "The script cannot be read: it nests too deeply or is too large",
			Hint: "Nothing was run. Put data into a resource or an input instead of the script.",
		}
	}
	return nil, &run.Failure{
		Name: "WorkerDied", Message: fmt.Sprintf("The process that ran this step ended unexpectedly (%v)", died),
		Hint: "The step may have used too much memory, or something outside ended the process. Nothing else was harmed.",
	}
}

var (
	errBroken = errors.New("the worker is gone")

	errUnreadable = errors.New("the script broke its reader")
)

// talk has a worker do a job. It reports whether the worker can be used again.
func (x *Executor) talk(w *workerProcess, j run.Job, log *job.Log) (json.RawMessage, bool, error) {
	req := requestOf(j.Code, j.Shared != "")
	prog, err := x.program(w, req)
	if err != nil {
		return nil, false, err
	}
	if t := prog.Trouble; t != nil {
		return nil, true, &run.Failure{Name: t.Name, Message: t.Message, Hint: t.Hint, Line: t.Line}
	}
	dates := prog.Dates
	if job.Entry(j) != "main" { // they are main's
		dates = nil
	}
	head := jobHeader{File: req.File, Entry: job.Entry(j), Dates: dates, Renamed: prog.Renamed, Base: prog.Base, Names: prog.Names, Parts: prog.Parts, Shared: j.Shared, Memory: memoryLimit}
	args := j.Args
	if len(args) == 0 || string(args) == "null" {
		args = json.RawMessage("{}")
	}
	if len(args) > frame.Most {
		return nil, true, &run.Failure{Name: "ArgumentsTooLarge", Message: fmt.Sprintf("The arguments have %d MB", len(args)>>20)}
	}
	vars := []byte("{}")
	if prog.Env && len(j.Env) > 0 {
		vars = mustJSON(j.Env)
	}
	err = frame.Write(w.w, frameJob, mustJSON(head))
	if err == nil {
		err = frame.Write(w.w, frameEnv, vars)
	}
	if err == nil {
		err = frame.WriteText(w.w, frameSource, prog.JS)
	}
	if err == nil {
		err = frame.Write(w.w, frameArgs, args)
	}
	if err == nil {
		err = w.w.Flush()
	}
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", errBroken, err)
	}
	for {
		kind, body, err := frame.Read(w.r)
		if err != nil {
			return nil, false, fmt.Errorf("%w: %w", errBroken, err)
		}
		switch kind {
		case frameLog:
			log.Line(string(body))
		case frameResult:
			return body, true, nil
		case frameError:
			var t thrown
			if err := json.Unmarshal(body, &t); err != nil {
				return nil, false, fmt.Errorf("%w: %w", errBroken, err)
			}
			f := &run.Failure{Name: t.Name, Message: t.Message, Hint: t.Hint, Extra: t.Extra}
			f.Code = job.CodeOf(t.Name)
			f.Stack, f.Line = readMap(prog.Map).mapStack(t.Stack, req.File)
			return nil, !t.Retire, f
		default:
			return nil, false, fmt.Errorf("%w: frame %q", errBroken, kind)
		}
	}
}

func requestOf(c run.Code, shared bool) compileRequest {
	req := compileRequest{File: fileName(c), Source: c.Content, Language: c.Language, Files: shared, Imports: c.Imports}
	if len(c.Imports) > 0 {
		req.Path = c.Path
	}
	return req
}

// Check tells of a script whether it can be read, and all that it imports is there; it
// is a *run.Failure if not. What was made ready for that is kept for the step.
func (x *Executor) Check(ctx context.Context, code run.Code, shared bool) error {
	req := requestOf(code, shared)
	key := req.key()
	x.mu.Lock()
	known := x.known[key]
	x.mu.Unlock()
	if known != nil {
		return told(known)
	}
	leave, err := x.admission.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	w, err := x.pool.take()
	if err != nil {
		return job.CannotStart(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = process.Kill(w.Cmd) })
	prog, err := x.program(w, req)
	if !stop() || err != nil {
		_ = w.Kill()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return nil // the step will say it
	}
	x.pool.give(w)
	return told(prog)
}

// told is what the compiler says against a script.
func told(p *program) error {
	if t := p.Trouble; t != nil {
		return &run.Failure{Name: t.Name, Message: t.Message, Hint: t.Hint, Line: t.Line}
	}
	return nil
}

// program returns a script made ready, from the cache or by a worker.
func (x *Executor) program(w *workerProcess, req compileRequest) (*program, error) {
	key := req.key()
	x.mu.Lock()
	p := x.known[key]
	x.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := compiled(w, req)
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.known == nil {
		x.known = map[[32]byte]*program{}
	}
	if x.known[key] == nil {
		x.order = append(x.order, key)
	}
	x.known[key] = p
	for len(x.order) > maxPrograms {
		delete(x.known, x.order[0])
		x.order = x.order[1:]
	}
	return p, nil
}

// compiled has a worker make a script ready.
func compiled(w *workerProcess, req compileRequest) (*program, error) {
	if err := frame.Write(w.w, frameCompile, mustJSON(req)); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	if err := w.w.Flush(); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	kind, body, err := frame.Read(w.r)
	if err != nil || kind != frameProgram {
		return nil, fmt.Errorf("%w: %w: frame %q: %w", errBroken, errUnreadable, kind, err)
	}
	p := new(program)
	if err := json.Unmarshal(body, p); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	return p, nil
}

// fileName is how stack traces call a script.
func fileName(c run.Code) string {
	ext := ".ts"
	if c.Language == "javascript" {
		ext = ".js"
	}
	name := "step"
	if c.Path != "" {
		name = strings.TrimSuffix(path.Base(c.Path), ext)
		name = strings.Map(func(r rune) rune {
			if r <= ' ' || strings.ContainsRune("():<>\"'", r) {
				return '_'
			}
			return r
		}, name)
	}
	return name + ext
}
