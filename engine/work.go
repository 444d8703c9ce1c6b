package engine

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/logs"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Why a job's context ended.
var (
	errDropped     = errors.New("the step is no longer wanted")
	errInterrupted = errors.New("Sluice is closing")
	errTimeout     = errors.New("the step took too long")
)

// endingWait is how far apart the signals of a service manager to Sluice and to
// the programs of its steps may arrive.
const endingWait = 500 * time.Millisecond

// failureMax bounds the texts of a failure, which lie in the journal itself,
// extraMax what else it carries.
const (
	failureMax = 16 << 10
	extraMax   = 64 << 10
)

type jobKey struct {
	run     run.ID
	step    run.StepID
	attempt int
}

// job is a job of this process: queued, or with a worker.
type job struct {
	jobKey
	row      int64 // of the run
	uuid     string
	plan     *run.Plan
	code     run.Code
	args     run.Ref
	timeout  time.Duration
	priority int
	limit    run.Limit
	cache    time.Duration
	cacheKey string // "" if its result is not kept
	shared   bool   // the steps of its run share a folder
	module   string
	flowPath string

	place   int64       // of its coming to the queue
	index   int         // in the queue
	dropped bool        // of the loop
	waits   atomic.Bool // for a run
	lent    bool        // its place; of the loop, as is over
	over    bool
	ctx     context.Context
	cancel  context.CancelCauseFunc
	token   string
	secret  []byte // links of this job are derived from it
	begun   bool   // its executor was called; of its worker
}

// drop tells a job's worker to stop, or the queue to skip it.
func (j *job) drop() {
	j.dropped = true
	if j.cancel != nil {
		j.cancel(errDropped)
	}
}

// startJob makes a job of a command. If a worker is free, the mark that it may
// have begun is in one commit with whatever led to it, and the worker gets it
// right afterwards; else it is queued and marked in the commit that frees a
// worker. So after a kill every job that may have begun is marked and no other
// is.
func (t *turn) startJob(c *live, cmd run.StartJob) ([]run.Event, error) {
	j := &job{
		jobKey: jobKey{c.ID, cmd.Step, cmd.Attempt},
		row:    c.Key, uuid: newUUID(), args: cmd.Args, timeout: cmd.Timeout, flowPath: c.Path,
		priority: cmd.Priority, limit: cmd.Limit, cache: cmd.Cache,
	}
	plan, err := t.e.Plan(t.tx.View, c.Flow)
	if err != nil {
		return nil, err
	}
	j.plan = plan
	if m := plan.Module(cmd.Step); m != nil {
		j.module = m.ID
	}
	j.code, _ = plan.Code(cmd.Step)
	j.shared = plan.Flow().Value.SameWorker
	if cmd.Cache > 0 {
		if hit, err := t.recallJob(c, j, plan); err != nil || hit != nil {
			return hit, err
		}
	}
	t.jobs[j.jobKey] = j
	begin, err := t.mayBegin(c, j)
	if err != nil {
		return nil, err
	}
	if !begin { // it is held
		return nil, nil
	}
	if t.free == 0 || t.e.stopping || t.e.cfg.Still || !t.mayGoOn(c, j) {
		t.enqueue(j)
		return nil, nil
	}
	if err := t.hire(c, j); err != nil {
		return nil, err
	}
	return []run.Event{run.JobStarted{Step: j.step, Attempt: j.attempt, Job: j.uuid}}, nil
}

// turnTime is how long a run may go from step to step ahead of the queue. Runs
// that are short are over sooner so, and what is written in one commit lies in
// fewer places of the file; and nobody waits longer than that for one of them.
const turnTime = 50 * time.Millisecond

// mayGoOn reports whether a run's next job comes before those in the queue: the
// run got a worker a moment ago, and none of them is more urgent.
func (t *turn) mayGoOn(c *live, j *job) bool {
	q := &t.e.queue
	if q.len() == 0 {
		c.turn = t.now
		return true
	}
	return t.now.Sub(c.turn) < turnTime && q.first().priority <= j.priority
}

// hire marks a job as one that may have begun, and gives it a worker once that
// is committed.
func (t *turn) hire(c *live, j *job) error {
	err := t.tx.InsertJob(sqlite.Job{Run: j.row, Step: string(j.step), Attempt: j.attempt, UUID: j.uuid, At: c.At.UnixNano()})
	if err != nil {
		return err
	}
	t.free--
	t.hand = append(t.hand, j)
	return nil
}

// enqueue lets a job wait for a worker.
func (t *turn) enqueue(j *job) {
	q := &t.e.queue
	q.push(j)
	t.undo = append(t.undo, func() { q.remove(j) })
}

// endJob forgets a job that has an answer.
func (t *turn) endJob(c *live, step run.StepID, attempt int) error {
	key := jobKey{c.ID, step, attempt}
	t.afterCommit(func() { delete(t.e.jobs, key) })
	if j := t.e.jobs[key]; j == nil || j.limit.Max > 0 { // one that is not known was a dead process's
		if err := t.freeSlot(c, step, attempt); err != nil {
			return err
		}
	}
	return t.tx.DeleteJob(c.Key, string(step), attempt)
}

// dropJob takes a job back, also one that was made in this turn.
func (t *turn) dropJob(key jobKey) {
	t.drops[key] = true
	delete(t.jobs, key)
	for i, j := range t.hand {
		if j.jobKey == key {
			t.hand = append(t.hand[:i:i], t.hand[i+1:]...)
			t.free++
			break
		}
	}
}

// dispatch gives queued jobs to the workers that are free.
func (t *turn) dispatch() error {
	q := &t.e.queue
	for t.free > 0 && q.len() > 0 && !t.e.stopping && !t.e.cfg.Still {
		j := q.pop()
		t.undo = append(t.undo, func() { q.push(j) })
		if j.dropped || t.drops[j.jobKey] {
			continue
		}
		c, err := t.state(j.run)
		if fault.HasCode(err, journal.CodeDamaged) {
			continue
		}
		if err != nil {
			return err
		}
		err = t.applyTo(c, run.JobStarted{Step: j.step, Attempt: j.attempt, Job: j.uuid})
		if errors.Is(err, run.ErrStale) {
			continue
		}
		if err != nil {
			return err
		}
		if err := t.hire(c, j); err != nil {
			return err
		}
		c.turn = t.now
	}
	return nil
}

// handOver gives a committed job to a worker. It never waits: there are as many
// places as workers.
func (e *Engine) handOver(j *job) {
	j.ctx, j.cancel = context.WithCancelCause(e.jobsCtx)
	j.token = rand.Text()
	j.secret = make([]byte, 32)
	rand.Read(j.secret)
	e.callers.add(j)
	e.work <- j
}

// workLoop does jobs, one at a time.
func (e *Engine) workLoop(n int) {
	defer e.workers.Done()
	dir := &workDir{path: filepath.Join(e.cfg.Dir, "work", strconv.Itoa(n))}
	for {
		select {
		case j := <-e.work:
			e.report(e.outcome(j, dir))
			dir.empty() // while the result is recorded
		case <-e.workStop:
			return
		}
	}
}

// takeBack takes back the jobs that were handed out and that no worker took
// before all of them ended: nothing of these ran.
func (e *Engine) takeBack() {
	for {
		select {
		case j := <-e.work:
			e.callers.remove(j)
			j.cancel(nil)
			e.report(&input{apply: func(t *turn) error {
				t.leave(j)
				return t.apply(j.run, run.JobInterrupted{Step: j.step, Attempt: j.attempt})
			}})
		default:
			return
		}
	}
}

// outcome does a job and returns what is to be recorded of it.
func (e *Engine) outcome(j *job, dir *workDir) *input {
	e.busy.add(j)
	raw, err := e.do1(j, dir)
	e.busy.remove(j)
	e.callers.remove(j)
	cause := context.Cause(j.ctx)
	j.cancel(nil)

	var val journal.Value
	if err == nil {
		val, err = journal.NewValue(raw)
	}
	var ev run.Event
	cut := errors.Is(cause, errInterrupted) && !ownFailure(err)
	if f, ok := errors.AsType[*run.Failure](err); ok && f.Code == run.CodeEnded && e.endsSoon() {
		cut = true // who ends us ended the step's program, too
	}
	switch {
	case err == nil:
		cut = false
		ev = run.JobSucceeded{Step: j.step, Attempt: j.attempt, Result: val.Ref}
	case cut && (!j.begun || errors.Is(err, run.ErrNotBegun)):
		cut = false
		ev = run.JobInterrupted{Step: j.step, Attempt: j.attempt}
	case cut: // it may have acted, as after a crash
		ev = run.JobLost{Step: j.step, Attempt: j.attempt}
	default:
		f := *failureOf(err)
		if len(f.Extra) > extraMax {
			f.Hint = strings.TrimSpace(fmt.Sprintf("%s The error carried %d kB besides its message, which were left out: %d kB are the most.", f.Hint, len(f.Extra)>>10, extraMax>>10))
			f.Extra = nil
		}
		f.Message, f.Stack = journal.CutAtRune([]byte(f.Message), failureMax), journal.CutAtRune([]byte(f.Stack), failureMax)
		ev = run.JobFailed{Step: j.step, Attempt: j.attempt, Err: f}
	}
	in := &input{apply: func(t *turn) error {
		t.leave(j)
		c, err := t.state(j.run)
		if err != nil {
			return err
		}
		if err := t.store(c, val); err != nil {
			return err
		}
		if err := t.applyTo(c, ev); err != nil || !cut {
			return err
		}
		ended := c.State.Status() == run.StatusDone
		t.afterCommit(func() { e.cuts.add(Cut{Run: j.run, Step: j.step, Ended: ended}) })
		return nil
	}}
	in.lost = func(err error) { e.stuck = append(e.stuck, e.unrecorded(j, err)) }
	return in
}

// endsSoon reports whether Sluice is about to end. It waits a moment for the word.
func (e *Engine) endsSoon() bool {
	select {
	case <-e.ending:
		return true
	case <-time.After(endingWait):
		return false
	}
}

// ownFailure reports whether a script came to its own end: it failed, nobody cut
// it off, and to start it again would be to do it twice.
func ownFailure(err error) bool {
	_, ok := errors.AsType[*run.Failure](err)
	return ok
}

// unrecorded stands in for a result that cannot be written: the step fails
// with the reason, and whatever happens the worker is free again.
func (e *Engine) unrecorded(j *job, cause error) *input {
	f := failureOf(cause)
	f.Message = "the result could not be recorded: " + f.Message
	return &input{
		keep: true,
		apply: func(t *turn) error {
			t.leave(j)
			return t.apply(j.run, run.JobFailed{Step: j.step, Attempt: j.attempt, Err: *f})
		},
		done: func(err error) {
			if err != nil {
				e.log.Error("record a failed step", "run", j.run, "step", j.step, "err", err)
			}
		},
		lost: func(err error) {
			// The core and the disk cannot agree on this step. Its row stays, and
			// the next start counts the step as lost.
			e.log.Error("record a failed step", "run", j.run, "step", j.step, "err", err)
			e.free += e.giveUp(j)
		},
	}
}

// do1 runs the code of one job in the worker's folder.
func (e *Engine) do1(j *job, dir *workDir) (raw json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			e.log.Error("executor panicked", "run", j.run, "step", j.step, "panic", p, "stack", string(debug.Stack()))
			err = &run.Failure{Name: "InternalError", Message: fmt.Sprintf("running the step panicked: %v", p)}
		}
	}()
	ctx := j.ctx
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	exec := e.cfg.Executors[j.code.Language]
	if exec == nil {
		return nil, failureOf(library.NoLanguage(string(j.step), j.code.Language))
	}
	var args json.RawMessage
	err = e.reads.Retry(ctx, func() (err error) {
		if args, err = journal.ReadRef(e.db.View, j.args); err == nil {
			args, err = e.Resolve(ctx, args, func() *flow.Origin { return j.plan.ArgsOrigin(j.step) })
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	folder := ""
	if _, without := exec.(NoFolder); !without {
		if err := dir.ready(); err != nil {
			return nil, fmt.Errorf("make the folder of a job: %w", err)
		}
		folder = dir.path
	}
	shared := ""
	if j.shared {
		if shared, err = e.makeShared(j.run); err != nil {
			return nil, err
		}
	}
	path, err := logs.Path(e.cfg.Dir, j.run, j.step, j.attempt)
	if err != nil {
		return nil, err
	}
	log := logs.New(path, e.log)
	defer log.Close()
	if j.timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, j.timeout, errTimeout)
		defer stop()
	}
	j.begun = true
	raw, err = exec.Run(ctx, run.Job{
		ID: j.uuid, Run: j.run, Step: j.step, Attempt: j.attempt, Code: j.code,
		Args: args, Timeout: j.timeout, Env: e.jobEnv(j), Dir: folder, Shared: shared,
	}, log)
	if err != nil && errors.Is(context.Cause(ctx), errTimeout) {
		if _, ok := errors.AsType[*run.Failure](err); !ok {
			err = &run.Failure{Name: run.NameTimeout, Message: fmt.Sprintf("the step took longer than %s", j.timeout)}
		}
	}
	if err == nil {
		err = saidFailure(raw)
	}
	return raw, err
}

// failureMost bounds a result that is an error: it stands in the journal itself.
const failureMost = 64 << 10

// saidFailure is the error of a result that says of itself that the step failed:
// an object with a text under windmill_failure, as Windmill has it from 1.699 on.
// To the flow the whole result is the error; a large one is cut down to its text.
func saidFailure(raw json.RawMessage) error {
	if !bytes.HasPrefix(raw, []byte("{")) || !bytes.Contains(raw, []byte(`"windmill_failure"`)) {
		return nil
	}
	var said struct {
		Why json.RawMessage `json:"windmill_failure"`
	}
	var why string
	if json.Unmarshal(raw, &said) != nil || json.Unmarshal(said.Why, &why) != nil || why == "" {
		return nil
	}
	f := &run.Failure{Name: "Error", Message: why, Value: raw}
	if len(raw) > failureMost {
		text, err := json.Marshal(map[string]string{"windmill_failure": why[:min(len(why), failureMost)]})
		if err != nil {
			return err
		}
		f.Value, f.Hint = text, "Its result was too large to be kept with the error."
	}
	return f
}

// jobEnv is the environment that OpenFlow scripts and their clients read.
func (e *Engine) jobEnv(j *job) map[string]string {
	flowPath := j.flowPath
	if flowPath == "" {
		flowPath = "u/me/draft"
	}
	email := ""
	if strings.Contains(e.cfg.Owner, "@") {
		email = e.cfg.Owner
	}
	local := strings.TrimRight(e.cfg.LocalURL(), "/")
	return map[string]string{
		"WM_WORKSPACE":        workspace,
		"WM_TOKEN":            j.token,
		"WM_JOB_ID":           j.uuid,
		"WM_JOB_PATH":         flowPath + "/" + j.module,
		"WM_FLOW_JOB_ID":      string(j.run),
		"WM_ROOT_FLOW_JOB_ID": string(j.run),
		"WM_ROOT_JOB_ID":      string(j.run),
		"WM_FLOW_STEP_ID":     j.module,
		"WM_FLOW_PATH":        j.flowPath,
		"WM_STATE_PATH":       flowPath + "/" + j.module + "_" + e.cfg.Owner,
		"WM_USERNAME":         e.cfg.Owner,
		"WM_EMAIL":            email,
		"WM_BASE_URL":         e.cfg.base(),
		"BASE_URL":            local,
		"BASE_INTERNAL_URL":   local,
	}
}
