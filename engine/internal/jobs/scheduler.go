package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/background"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/logs"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Executor runs the code of one language. An error of the script itself is a
// *run.Failure; one that was cut off because ctx ended is ctx's error, with
// run.ErrNotBegun where nothing of it ran, and only that one is started again
// unasked. When ctx ends, so must the script and everything it
// started.
type Executor interface {
	Run(ctx context.Context, j run.Job, log io.Writer) (json.RawMessage, error)
}

// NoFolder is implemented by executors that keep off the disk. Their jobs get
// no folder, which spares making sure that it is there and empty.
type NoFolder interface{ NoFolder() }

// Resolver puts what a job's arguments refer to in its place, where the author of the
// flow wrote the reference, as far as the run may read it.
type Resolver interface {
	Resolve(ctx context.Context, id run.ID, args json.RawMessage, origin func() *flow.Origin) (json.RawMessage, error)
}

// Config is what a scheduler is made of; all of it is needed.
type Config struct {
	Dir       string // of everything: jobs have folders and logs in it
	Executors map[string]Executor
	Workers   int // how many jobs are under way at a time
	Owner     string
	BaseURL   func() string // without a slash at the end
	LocalURL  func() string

	Writer   *writer.Writer
	Journal  *journal.Reader
	DB       *sqlite.DB
	Resolver Resolver
	// HoldsLink reports whether there is a link in a text that asks somebody something.
	HoldsLink func(ctx context.Context, text []byte) (bool, error)
	Reads     health.Reads
	Chores    *background.Chores
	Later     func(f func())     // does what need not be done at once
	Wake      func(at time.Time) // hears when a limit's window ends
	Log       *slog.Logger
}

// Scheduler is the jobs of an engine. Its Hands part (StartJob, DropJob, Succeeded, Admit, …) is
// for the writer's goroutine.
type Scheduler struct {
	cfg     Config
	callers callers
	busy    busy
	cuts    cuts
	shared  shared
	logs    logs.Bounds

	// Of the writer's goroutine alone.
	jobs     map[jobKey]*job
	queue    jobQueue
	waiters  map[string]*waiters // by key of the limit
	free     int                 // workers without a job
	yielded  int                 // places of jobs that wait for runs
	extra    int                 // workers that were made for them
	stopping bool
	still    bool
	pass     pass

	committed, handOut func() // committedPass and handMarked, made once

	ending  chan struct{} // closed by WillClose
	willEnd sync.Once
	work    chan *job
	stop    chan struct{}
	workers sync.WaitGroup
	jobsCtx context.Context
	endJobs context.CancelCauseFunc
}

// New makes a scheduler, which Start sets going.
func New(cfg Config) *Scheduler {
	s := &Scheduler{
		cfg: cfg, jobs: make(map[jobKey]*job), waiters: make(map[string]*waiters), free: cfg.Workers,
		ending: make(chan struct{}), work: make(chan *job, cfg.Workers+yieldedMost), stop: make(chan struct{}),
	}
	s.committed, s.handOut = s.committedPass, s.handMarked
	s.jobsCtx, s.endJobs = context.WithCancelCause(context.Background())
	return s
}

// Start sets the workers going.
func (s *Scheduler) Start() {
	for n := range s.cfg.Workers {
		s.workers.Add(1)
		go s.workLoop(n)
	}
}

// Stop ends the jobs that run, as far as ctx lets it: they may end by themselves for
// grace and are cut off then. It names those that did not stop.
func (s *Scheduler) Stop(ctx context.Context, grace time.Duration) (left []string) {
	close(s.stop)
	idle := make(chan struct{})
	go func() { s.workers.Wait(); close(idle) }()
	soft := time.NewTimer(grace)
	defer soft.Stop()
	if deadline, ok := ctx.Deadline(); ok {
		soft.Reset(min(grace, time.Until(deadline)/2))
	}
	select {
	case <-idle:
	case <-soft.C:
	case <-ctx.Done():
	}
	s.endJobs(errInterrupted)
	select {
	case <-idle:
		s.takeBack()
		s.removeAllLeft(ctx)
	case <-ctx.Done():
		left = s.busy.names()
	}
	return left
}

// Abandon ends a scheduler that never started.
func (s *Scheduler) Abandon() { s.endJobs(errInterrupted) }

// Crowded reports whether jobs queue for a worker.
func (s *Scheduler) Crowded() bool { return s.queue.len() > 0 }

// Stopping reports whether no further job begins.
func (s *Scheduler) Stopping() bool { return s.stopping }

// Proceed lets jobs begin in a scheduler that was still.
func (s *Scheduler) Proceed(*writer.Tx) error {
	s.still = false
	return nil
}

// Hold lets no job begin before Proceed.
func (s *Scheduler) Hold(*writer.Tx) error {
	s.still = true
	return nil
}

// Halt lets no further job begin.
func (s *Scheduler) Halt(*writer.Tx) error {
	s.stopping = true
	return nil
}

// A pass is what a transaction changes of the scheduler, on its way to being
// committed. What it has to change at once, the queue and what waits for limits, it
// takes back through Undo.
type pass struct {
	s  *Scheduler
	tx *writer.Tx

	free    int             // workers without a job
	hand    []*job          // jobs to hand over
	dropped map[jobKey]bool // jobs to be told; made when there is one, as is freed
	made    []*job          // jobs that are new: few
	ended   []jobKey        // jobs that have an answer
	freed   map[string]bool // limits that have a slot again
	wakeAt  time.Time       // when the first of the windows ends that something waits for
}

// in returns the pass of a transaction: there is one at a time, and its parts are used
// again.
func (s *Scheduler) in(tx *writer.Tx) *pass {
	p := &s.pass
	if p.tx == tx {
		return p
	}
	p.s, p.tx, p.free, p.wakeAt = s, tx, s.free, time.Time{}
	p.hand, p.made, p.ended = p.hand[:0], p.made[:0], p.ended[:0]
	clear(p.dropped)
	clear(p.freed)
	tx.After(s.committed)
	tx.Last(s.handOut)
	return p
}

// committedPass has what a pass decided take effect, once it is written.
func (s *Scheduler) committedPass() {
	p := &s.pass
	s.free = p.free
	for _, key := range p.ended {
		delete(s.jobs, key)
	}
	for key := range p.dropped {
		if j := s.jobs[key]; j != nil {
			j.drop()
			delete(s.jobs, key)
		}
	}
	for _, j := range p.made {
		s.jobs[j.jobKey] = j
	}
	if !p.wakeAt.IsZero() {
		s.cfg.Wake(p.wakeAt)
	}
}

// handMarked gives the jobs that were marked to workers.
func (s *Scheduler) handMarked() {
	for _, j := range s.pass.hand {
		s.handOver(j)
	}
	clear(s.pass.hand)
	s.pass.tx = nil
}

// StartJob carries the command out; see pass.startJob.
func (s *Scheduler) StartJob(tx *writer.Tx, r *writer.Run, cmd run.StartJob) ([]run.Event, error) {
	return s.in(tx).startJob(r, cmd)
}

// Made reports whether a job was made in this transaction.
func (s *Scheduler) Made(tx *writer.Tx, id run.ID, cmd run.StartJob) bool {
	key := jobKey{id, cmd.Step, cmd.Attempt}
	return slices.ContainsFunc(s.in(tx).made, func(j *job) bool { return j.jobKey == key })
}

// DropJob takes a job back.
func (s *Scheduler) DropJob(tx *writer.Tx, r *writer.Run, of run.StartJob) error {
	p := s.in(tx)
	p.dropJob(jobKey{r.ID, of.Step, of.Attempt})
	return p.freeSlot(r, of.Step, of.Attempt)
}

// Succeeded keeps a job's result where that is asked for, and forgets the job.
func (s *Scheduler) Succeeded(tx *writer.Tx, r *writer.Run, ev run.JobSucceeded) error {
	p := s.in(tx)
	if err := p.keepJob(r, ev); err != nil {
		return err
	}
	return p.endJob(r, ev.Step, ev.Attempt)
}

// Ended forgets a job that has an answer.
func (s *Scheduler) Ended(tx *writer.Tx, r *writer.Run, step run.StepID, attempt int) error {
	return s.in(tx).endJob(r, step, attempt)
}

// Admit answers a run that asks for leave to begin, or has it wait.
func (s *Scheduler) Admit(tx *writer.Tx, r *writer.Run, cmd run.Admit) ([]run.Event, error) {
	return s.in(tx).admit(r, cmd)
}

// Recall answers a run that asks for the result of an earlier one.
func (s *Scheduler) Recall(tx *writer.Tx, r *writer.Run, cmd run.Recall) ([]run.Event, error) {
	return s.in(tx).recall(r, cmd)
}

// Finish clears away what a run had of the scheduler, and keeps its result where its
// flow asks for it.
func (s *Scheduler) Finish(tx *writer.Tx, r *writer.Run, cmd run.Finish, plan *run.Plan) error {
	p := s.in(tx)
	if err := p.freeSlot(r, "*", 0); err != nil {
		return err
	}
	if plan.Flow().Value.SameWorker {
		tx.After(func() { s.removeShared(r.ID) })
	}
	return p.keepRun(r, cmd, plan)
}

// Ready begins what has become possible.
func (s *Scheduler) Ready(tx *writer.Tx) error {
	if s.queue.len() == 0 && s.pass.tx != tx {
		return nil // nothing of it was touched
	}
	p := s.in(tx)
	if err := p.admitFreed(); err != nil {
		return err
	}
	return p.dispatch()
}

// Counts tell how the scheduler stands.
type Counts struct {
	Free    int // workers without a job
	Yielded int // places of jobs that wait for runs
	Extra   int // workers that were made for them
	Waiting int // keys of limits that something waits for
}

// Counts returns how the scheduler stands in a transaction.
func (s *Scheduler) Counts(tx *writer.Tx) Counts {
	return Counts{s.in(tx).free, s.yielded, s.extra, len(s.waiters)}
}

// FreeDue begins what waits for windows that have ended.
func (s *Scheduler) FreeDue(tx *writer.Tx) error { return s.in(tx).freeDue() }

// TryAll looks at all that waits for limits: the clock was set back.
func (s *Scheduler) TryAll(tx *writer.Tx) error {
	p := s.in(tx)
	for key := range s.waiters {
		p.noteFreed(key)
	}
	return p.admitFreed()
}

// Recover clears away what an earlier process left in the folder.
func (s *Scheduler) Recover() error {
	if err := s.clearWork(); err != nil {
		return err
	}
	if err := s.clearShared(); err != nil {
		return fmt.Errorf("clear the folders that steps shared: %w", err)
	}
	return nil
}

// notes are what the scheduler remembers of a run, as long as it is in memory.
type notes struct {
	ahead    time.Time // since when its jobs go ahead of the queue
	recalled bool      // its result is that of an earlier run
}

func notesOf(r *writer.Run) *notes {
	n, ok := r.Notes.(*notes)
	if !ok {
		n = &notes{}
		r.Notes = n
	}
	return n
}
