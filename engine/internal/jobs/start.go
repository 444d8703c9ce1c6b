package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

type jobKey struct {
	run     run.ID
	step    run.StepID
	attempt int
}

// job is a job of this process: queued, or with a worker.
type job struct {
	jobKey
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
	trigger  run.Trigger // of its run

	place   int64       // of its coming to the queue
	index   int         // in the queue
	dropped bool        // of the writer
	blocked atomic.Bool // it waits for a run
	yielded bool        // its place, to others; of the writer, as is over
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
		j.cancel(ErrDropped)
	}
}

// startJob makes a job of a command. If a worker is free, the mark that it may
// have begun is in one commit with whatever led to it, and the worker gets it
// right afterwards; else it is queued and marked in the commit that frees a
// worker. So after a kill every job that may have begun is marked and no other
// is.
func (p *pass) startJob(r *writer.Run, cmd run.StartJob) ([]run.Event, error) {
	j := &job{
		jobKey: jobKey{r.ID, cmd.Step, cmd.Attempt},
		uuid:   journal.NewID(), args: cmd.Args, timeout: cmd.Timeout, flowPath: r.Path, trigger: r.State.Trigger(),
		priority: cmd.Priority, limit: cmd.Limit, cache: cmd.Cache,
	}
	plan, err := p.s.cfg.Journal.Plan(p.tx.View, r.Flow)
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
		if hit, err := p.cached(r, j, plan); err != nil || hit != nil {
			return hit, err
		}
	}
	p.made = append(p.made, j)
	begin, err := p.acquire(r, j)
	if err != nil {
		return nil, err
	}
	if !begin { // a limit holds it
		return nil, nil
	}
	if p.free == 0 || p.s.stopping || p.s.still || !p.goesAhead(r, j) {
		p.enqueue(j)
		return nil, nil
	}
	p.assign(j)
	return []run.Event{run.JobStarted{Step: j.step, Attempt: j.attempt, Job: j.uuid}}, nil
}

// aheadTime is how long a run may go from step to step ahead of the queue. Runs
// that are short are over sooner so, and what is written in one commit lies in
// fewer places of the file; and nobody waits longer than that for one of them.
const aheadTime = 50 * time.Millisecond

// goesAhead reports whether a run's next job comes before those in the queue: the
// run got a worker a moment ago, and none of them is more urgent.
func (p *pass) goesAhead(r *writer.Run, j *job) bool {
	q := &p.s.queue
	if q.len() == 0 {
		notesOf(r).ahead = p.tx.Now
		return true
	}
	return p.tx.Now.Sub(notesOf(r).ahead) < aheadTime && q.first().priority <= j.priority
}

// assign gives a job, marked as one that may have begun, a worker once that is committed.
func (p *pass) assign(j *job) {
	p.free--
	p.hand = append(p.hand, j)
}

// enqueue lets a job wait for a worker.
func (p *pass) enqueue(j *job) {
	q := &p.s.queue
	q.push(j)
	p.tx.Undo(func() { q.remove(j) })
}

// endJob forgets a job that has an answer.
func (p *pass) endJob(r *writer.Run, step run.StepID, attempt int) error {
	key := jobKey{r.ID, step, attempt}
	p.ended = append(p.ended, key)
	if j := p.s.jobs[key]; j == nil || j.limit.Max > 0 { // one that is not known was a dead process's
		if err := p.freeSlot(r, step, attempt); err != nil {
			return err
		}
	}
	return nil
}

// dropJob takes a job back, also one that was made in this transaction.
func (p *pass) dropJob(key jobKey) {
	if p.dropped == nil {
		p.dropped = make(map[jobKey]bool)
	}
	p.dropped[key] = true
	p.made = slices.DeleteFunc(p.made, func(j *job) bool { return j.jobKey == key })
	for i, j := range p.hand {
		if j.jobKey == key {
			p.hand = append(p.hand[:i:i], p.hand[i+1:]...)
			p.free++
			break
		}
	}
}

// dispatch gives queued jobs to the workers that are free.
func (p *pass) dispatch() error {
	q := &p.s.queue
	for p.free > 0 && q.len() > 0 && !p.s.stopping && !p.s.still {
		j := q.pop()
		p.tx.Undo(func() { q.push(j) })
		if j.dropped || p.dropped[j.jobKey] {
			continue
		}
		r, err := p.tx.Load(j.run)
		if fault.HasCode(err, journal.CodeDamaged) {
			continue
		}
		if err != nil {
			return err
		}
		err = p.tx.Apply(r, run.JobStarted{Step: j.step, Attempt: j.attempt, Job: j.uuid})
		if errors.Is(err, run.ErrStale) {
			continue
		}
		if err != nil {
			return err
		}
		p.assign(j)
		notesOf(r).ahead = p.tx.Now
	}
	return nil
}

// handOver gives a committed job to a worker. It never waits: there are as many
// places as workers.
func (s *Scheduler) handOver(j *job) {
	j.ctx, j.cancel = context.WithCancelCause(s.jobsCtx)
	j.token = rand.Text()
	j.secret = make([]byte, 32)
	rand.Read(j.secret)
	s.callers.add(j)
	s.work <- j
}
