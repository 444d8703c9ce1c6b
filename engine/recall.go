package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/logs"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"

	"sluice/engine/flow"
)

// Results of jobs and runs are kept where a flow asks for it, and stand in for
// them as long as they have not expired. Only successes are kept. The key is a
// hash of what was run and of its arguments; references to resources and
// variables count by their path. A job that is spared is recorded like one that
// ran.

// resultKey names the result of running what on args. The order of the fields
// of a small value does not matter.
func resultKey(what string, args run.Ref) string {
	in := args.Hash
	switch {
	case in != "" && args.Item == 0:
	case args.Inline != nil:
		in = sorted(args.Inline)
	default:
		b, _ := json.Marshal(args) // the parts are named by their hashes
		in = string(b)
	}
	return library.LongHash(what, in)
}

// sorted writes JSON with the fields of its objects in order.
func sorted(raw json.RawMessage) string {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return string(raw)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return string(raw)
	}
	return string(b)
}

// recallJob answers a job with a result that is kept, if there is one. Else the
// job learns where its own result is to be kept.
func (t *turn) recallJob(c *live, j *job, plan *run.Plan) ([]run.Event, error) {
	if _, erased := plan.EraseAfter(j.step); erased {
		return nil, nil
	}
	what := "job:" + library.LongHash(j.code.Language, j.code.Path, j.code.Content)
	if j.args.Inline == nil || library.Refers(j.args.Inline) {
		what += j.plan.ArgsOrigin(j.step).String() // the same text may be a reference here, and data there
	}
	j.cacheKey = resultKey(what, j.args)
	ref, ok, err := t.kept(j.cacheKey)
	if err != nil || !ok {
		return nil, err
	}
	if j.uuid == "" {
		j.uuid = newUUID()
	}
	t.afterCommit(func() { t.e.noteRecalled(j) })
	return []run.Event{
		run.JobStarted{Step: j.step, Attempt: j.attempt, Job: j.uuid},
		run.JobSucceeded{Step: j.step, Attempt: j.attempt, Result: ref},
	}, nil
}

// noteRecalled says in the step's log why nothing ran.
func (e *Engine) noteRecalled(j *job) {
	e.tidy.Put(func() {
		path, err := logs.Path(e.cfg.Dir, j.run, j.step, j.attempt)
		if err != nil {
			return
		}
		f := logs.New(path, e.log)
		_, _ = io.WriteString(f, "args and code found in cache and not expired: the result of an earlier run was taken\n")
		_ = f.Close()
	})
}

// kept reads a result that may stand in for a job or run.
func (t *turn) kept(key string) (ref run.Ref, ok bool, err error) {
	text, ok, err := t.tx.KeptResult(key, t.now.UnixNano())
	if err != nil || !ok {
		return ref, false, err
	}
	if err := json.Unmarshal([]byte(text), &ref); err != nil {
		return ref, false, nil // as if it were not there; the next result replaces it
	}
	return ref, true, nil
}

// keepJob keeps the result of a job, before the next one is begun: that may be
// the first to be spared.
func (t *turn) keepJob(c *live, ev run.JobSucceeded) error {
	j := t.e.jobs[jobKey{c.ID, ev.Step, ev.Attempt}]
	if j == nil || j.cacheKey == "" || ev.Result.IsZero() {
		return nil
	}
	return t.keepResult(j.cacheKey, ev.Result, j.cache)
}

func (t *turn) keepResult(key string, ref run.Ref, ttl time.Duration) error {
	b, err := json.Marshal(ref)
	if err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	return t.tx.KeepResult(key, string(b), t.now.Add(ttl).UnixNano(), t.now.UnixNano())
}

// recall answers a run that asks for the result of an earlier one.
func (t *turn) recall(c *live, cmd run.Recall) ([]run.Event, error) {
	ref, ok, err := t.kept(resultKey("run:"+c.Flow, cmd.Input))
	if err != nil {
		return nil, err
	}
	c.recalled = ok
	return []run.Event{run.Recalled{Hit: ok, Result: ref}}, nil
}

// keepRun keeps the result of a run whose flow asks for it.
func (t *turn) keepRun(c *live, cmd run.Finish, plan *run.Plan) error {
	ttl := plan.Flow().Value.CacheTTL
	if ttl <= 0 || c.recalled || cmd.Outcome != run.Succeeded || plan.Erases() {
		return nil
	}
	input, err := t.inputOf(c)
	if err != nil {
		return err
	}
	return t.keepResult(resultKey("run:"+c.Flow, input), cmd.Result, flow.Seconds(ttl))
}

// inputOf reads what a run was started with.
func (t *turn) inputOf(c *live) (run.Ref, error) {
	var first sqlite.Row
	for row, err := range t.tx.Journal(c.Key, string(c.ID)) {
		if err != nil {
			return run.Ref{}, err
		}
		first = row
		break
	}
	ev, err := journal.Decode(first.Type, first.Data)
	if err != nil {
		return run.Ref{}, fmt.Errorf("read the start of run %s: %w", c.ID, err)
	}
	if started, ok := ev.(run.Started); ok && !started.Input.IsZero() {
		return started.Input, nil
	}
	return run.Ref{Inline: json.RawMessage("{}")}, nil
}
