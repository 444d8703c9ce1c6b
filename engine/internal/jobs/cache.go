package jobs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"sluice/engine/internal/journal"
	"sluice/engine/internal/logs"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
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
	return journal.LongHash(what, in)
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

// cached answers a job with a result that is kept, if there is one. Else the
// job learns where its own result is to be kept.
func (p *pass) cached(r *writer.Run, j *job, plan *run.Plan) ([]run.Event, error) {
	if _, erased := plan.EraseAfter(j.step); erased {
		return nil, nil
	}
	what := "job:" + journal.LongHash(j.code.Language, j.code.Path, j.code.Content)
	if j.args.Inline == nil || flow.Refers(j.args.Inline) {
		what += j.plan.ArgsOrigin(j.step, j.trigger).String() // the same text may be a reference here, and data there
	}
	j.cacheKey = resultKey(what, j.args)
	ref, ok, err := p.lookup(j.cacheKey)
	if err != nil || !ok {
		return nil, err
	}
	if j.uuid == "" {
		j.uuid = journal.NewID()
	}
	p.tx.After(func() { p.s.noteCached(j) })
	return []run.Event{
		run.JobStarted{Step: j.step, Attempt: j.attempt, Job: j.uuid},
		run.JobSucceeded{Step: j.step, Attempt: j.attempt, Result: ref},
	}, nil
}

// noteCached says in the step's log why nothing ran.
func (s *Scheduler) noteCached(j *job) {
	s.cfg.Later(func() {
		path, err := logs.Path(s.cfg.Dir, j.run, j.step, j.attempt)
		if err != nil {
			return
		}
		f := s.logs.New(path, s.cfg.Log)
		_, _ = io.WriteString(f, "args and code found in cache and not expired: the result of an earlier run was taken\n")
		_ = f.Close()
	})
}

// lookup reads a result that may stand in for a job or run.
func (p *pass) lookup(key string) (ref run.Ref, ok bool, err error) {
	text, ok, err := p.tx.KeptResult(key, p.tx.Now.UnixNano())
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
func (p *pass) keepJob(r *writer.Run, ev run.JobSucceeded) error {
	j := p.s.jobs[jobKey{r.ID, ev.Step, ev.Attempt}]
	if j == nil || j.cacheKey == "" || ev.Result.IsZero() {
		return nil
	}
	return p.keepResult(j.cacheKey, ev.Result, j.cache)
}

func (p *pass) keepResult(key string, ref run.Ref, ttl time.Duration) error {
	b, err := json.Marshal(ref)
	if err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	return p.tx.KeepResult(key, string(b), p.tx.Now.Add(ttl).UnixNano(), p.tx.Now.UnixNano())
}

// recall answers a run that asks for the result of an earlier one.
func (p *pass) recall(r *writer.Run, cmd run.Recall) ([]run.Event, error) {
	ref, ok, err := p.lookup(resultKey(whatRuns(r), cmd.Input))
	if err != nil {
		return nil, err
	}
	notesOf(r).recalled = ok
	return []run.Event{run.Recalled{Hit: ok, Result: ref}}, nil
}

// whatRuns names what a run is of. What came from outside holds no references, and so
// leads elsewhere than the same text from here.
func whatRuns(r *writer.Run) string {
	if r.State.Trigger().Outside() {
		return "run from outside:" + r.Flow
	}
	return "run:" + r.Flow
}

// keepRun keeps the result of a run whose flow asks for it.
func (p *pass) keepRun(r *writer.Run, cmd run.Finish, plan *run.Plan) error {
	ttl := plan.Flow().Value.CacheTTL
	if ttl <= 0 || notesOf(r).recalled || cmd.Outcome != run.Succeeded || plan.Erases() {
		return nil
	}
	input, err := p.inputOf(r)
	if err != nil {
		return err
	}
	return p.keepResult(resultKey(whatRuns(r), input), cmd.Result, flow.Seconds(ttl))
}

// inputOf reads what a run was started with.
func (p *pass) inputOf(r *writer.Run) (run.Ref, error) {
	var first sqlite.Row
	for row, err := range p.tx.Journal(r.Key, string(r.ID)) {
		if err != nil {
			return run.Ref{}, err
		}
		first = row
		break
	}
	ev, err := journal.Decode(first.Type, first.Data)
	if err != nil {
		return run.Ref{}, fmt.Errorf("read the start of run %s: %w", r.ID, err)
	}
	if started, ok := ev.(run.Started); ok && !started.Input.IsZero() {
		return started.Input, nil
	}
	return run.Ref{Inline: json.RawMessage("{}")}, nil
}
