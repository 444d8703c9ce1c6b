package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/logs"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Why a job's context ended.
var (
	ErrDropped     = errors.New("the step is no longer wanted")
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

// workLoop does jobs, one at a time.
func (s *Scheduler) workLoop(n int) {
	defer s.workers.Done()
	dir := &workDir{path: filepath.Join(s.cfg.Dir, "work", strconv.Itoa(n))}
	for {
		select {
		case j := <-s.work:
			s.cfg.Writer.Report(s.outcome(j, dir))
			dir.empty() // while the result is recorded
		case <-s.stop:
			return
		}
	}
}

// takeBack takes back the jobs that were handed out and that no worker took
// before all of them ended: nothing of these ran.
func (s *Scheduler) takeBack() {
	for {
		select {
		case j := <-s.work:
			s.callers.remove(j)
			j.cancel(nil)
			s.cfg.Writer.Report(writer.Report{Apply: func(tx *writer.Tx) error {
				s.in(tx).release(j)
				return tx.ApplyTo(j.run, run.JobInterrupted{Step: j.step, Attempt: j.attempt})
			}})
		default:
			return
		}
	}
}

// outcome does a job and returns what is to be recorded of it.
func (s *Scheduler) outcome(j *job, dir *workDir) writer.Report {
	s.busy.add(j)
	raw, err := s.execute(j, dir)
	s.busy.remove(j)
	s.callers.remove(j)
	cause := context.Cause(j.ctx)
	j.cancel(nil)

	var val journal.Value
	if err == nil {
		val, err = journal.NewValue(raw)
	}
	if err == nil && j.cacheKey != "" {
		if held, err := s.cfg.HoldsLink(context.WithoutCancel(j.ctx), raw); held || err != nil {
			j.cacheKey = "" // it is of this run's request, and the next may be of another flow
		}
	}
	var ev run.Event
	cut := errors.Is(cause, errInterrupted) && !ownFailure(err)
	if f, ok := errors.AsType[*run.Failure](err); ok && f.Code == run.CodeEnded && s.endsSoon() {
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
		f := *run.FailureOf(err)
		if len(f.Extra) > extraMax {
			f.Hint = strings.TrimSpace(fmt.Sprintf("%s The error carried %d kB besides its message, which were left out: %d kB are the most.", f.Hint, len(f.Extra)>>10, extraMax>>10))
			f.Extra = nil
		}
		f.Message, f.Stack = journal.CutAtRune([]byte(f.Message), failureMax), journal.CutAtRune([]byte(f.Stack), failureMax)
		ev = run.JobFailed{Step: j.step, Attempt: j.attempt, Err: f}
	}
	return writer.Report{
		Apply: func(tx *writer.Tx) error {
			s.in(tx).release(j)
			r, err := tx.Load(j.run)
			if err != nil {
				return err
			}
			if err := tx.Store(r, val); err != nil {
				return err
			}
			if err := tx.Apply(r, ev); err != nil || !cut {
				return err
			}
			ended := r.State.Status() == run.StatusDone
			tx.After(func() { s.cuts.add(Cut{Run: j.run, Step: j.step, Ended: ended}) })
			return nil
		},
		Lost: func(err error) *writer.Report { return s.unrecorded(j, err) },
	}
}

// endsSoon reports whether Sluice is about to end. It waits a moment for the word.
func (s *Scheduler) endsSoon() bool {
	select {
	case <-s.ending:
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
func (s *Scheduler) unrecorded(j *job, cause error) *writer.Report {
	f := run.FailureOf(cause)
	f.Message = "the result could not be recorded: " + f.Message
	return &writer.Report{
		Apply: func(tx *writer.Tx) error {
			s.in(tx).release(j)
			return tx.ApplyTo(j.run, run.JobFailed{Step: j.step, Attempt: j.attempt, Err: *f})
		},
		Done: func(err error) {
			if err != nil {
				s.cfg.Log.Error("record a failed step", "run", j.run, "step", j.step, "err", err)
			}
		},
		Lost: func(err error) *writer.Report {
			// The core and the disk cannot agree on this step. The next start counts it as
			// lost.
			s.cfg.Log.Error("record a failed step", "run", j.run, "step", j.step, "err", err)
			s.free += s.giveBack(j)
			return nil
		},
	}
}

// execute runs the code of one job in the worker's folder.
func (s *Scheduler) execute(j *job, dir *workDir) (raw json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.cfg.Log.Error("executor panicked", "run", j.run, "step", j.step, "panic", p, "stack", string(debug.Stack()))
			err = &run.Failure{Name: "InternalError", Message: fmt.Sprintf("running the step panicked: %v", p)}
		}
	}()
	ctx := j.ctx
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	exec := s.cfg.Executors[j.code.Language]
	if exec == nil {
		return nil, run.FailureOf(flow.NoLanguage(string(j.step), j.code.Language))
	}
	var args json.RawMessage
	err = s.cfg.Reads.Retry(ctx, func() (err error) {
		if args, err = journal.ReadRef(s.cfg.DB.View, j.args); err == nil {
			args, err = s.cfg.Resolver.Resolve(ctx, j.run, args, func() *flow.Origin { return j.plan.ArgsOrigin(j.step, j.trigger) })
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
		if shared, err = s.makeShared(j.run); err != nil {
			return nil, err
		}
	}
	path, err := logs.Path(s.cfg.Dir, j.run, j.step, j.attempt)
	if err != nil {
		return nil, err
	}
	log := s.logs.New(path, s.cfg.Log)
	defer log.Close()
	if j.timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, j.timeout, errTimeout)
		defer stop()
	}
	j.begun = true
	raw, err = exec.Run(ctx, run.Job{
		ID: j.uuid, Run: j.run, Step: j.step, Attempt: j.attempt, Code: j.code,
		Args: args, Timeout: j.timeout, Env: s.jobEnv(j), Dir: folder, Shared: shared,
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
func (s *Scheduler) jobEnv(j *job) map[string]string {
	flowPath := j.flowPath
	if flowPath == "" {
		flowPath = "u/me/draft"
	}
	email := ""
	if strings.Contains(s.cfg.Owner, "@") {
		email = s.cfg.Owner
	}
	local := strings.TrimRight(s.cfg.LocalURL(), "/")
	schedulePath, due := "", ""
	if j.trigger.Kind == run.TriggerSchedule {
		schedulePath = j.trigger.By
	}
	if !j.trigger.Due.IsZero() {
		due = j.trigger.Due.UTC().Format(time.RFC3339)
	}
	return map[string]string{
		"WM_SCHEDULE_PATH":    schedulePath,
		"WM_SCHEDULED_FOR":    due,
		"WM_WORKSPACE":        workspace,
		"WM_TOKEN":            j.token,
		"WM_JOB_ID":           j.uuid,
		"WM_JOB_PATH":         flowPath + "/" + j.module,
		"WM_FLOW_JOB_ID":      string(j.run),
		"WM_ROOT_FLOW_JOB_ID": string(j.run),
		"WM_ROOT_JOB_ID":      string(j.run),
		"WM_FLOW_STEP_ID":     j.module,
		"WM_FLOW_PATH":        j.flowPath,
		"WM_STATE_PATH":       flowPath + "/" + j.module + "_" + s.cfg.Owner,
		"WM_USERNAME":         s.cfg.Owner,
		"WM_EMAIL":            email,
		"WM_BASE_URL":         s.cfg.BaseURL(),
		"BASE_URL":            local,
		"BASE_INTERNAL_URL":   local,
	}
}
