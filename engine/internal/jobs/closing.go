package jobs

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"sluice/engine/run"
)

// Steps is what others may know of the jobs that run, and ask of them.
type Steps struct{ s *Scheduler }

// Steps returns the scheduler's face.
func (s *Scheduler) Steps() Steps { return Steps{s} }

// busy knows the jobs that workers are at, so that Close can name them.
type busy struct {
	mu   sync.Mutex
	jobs map[*job]bool
}

func (b *busy) add(j *job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.jobs == nil {
		b.jobs = make(map[*job]bool)
	}
	b.jobs[j] = true
}

func (b *busy) remove(j *job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.jobs, j)
}

// one returns a job that does not wait for a run; nil if there is none.
func (b *busy) one() *job {
	b.mu.Lock()
	defer b.mu.Unlock()
	for j := range b.jobs {
		if !j.blocked.Load() {
			return j
		}
	}
	return nil
}

func (b *busy) names() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for j := range b.jobs {
		out = append(out, fmt.Sprintf("step %s of run %s", j.step, j.run))
	}
	slices.Sort(out)
	return out
}

// Cut is a step that Close ended in the middle: it may have acted.
type Cut struct {
	Run   run.ID
	Step  run.StepID
	Ended bool // the run is over by it; else it goes on at the next start, by the step's retries or what handles its error
}

// cuts are the steps that were cut off.
type cuts struct {
	mu   sync.Mutex
	list []Cut
}

func (c *cuts) add(cut Cut) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, cut)
}

// Cuts returns the steps that were cut off so far, in the order of their ends.
func (f Steps) Cuts() []Cut {
	s := f.s
	s.cuts.mu.Lock()
	defer s.cuts.mu.Unlock()
	return slices.Clone(s.cuts.list)
}

// Busy names the steps that run now, for telling what an end waits for.
func (f Steps) Busy() []string { return f.s.busy.names() }

// WillClose tells that Close comes soon: no further step begins. Votes count and
// what is asked is answered until then.
func (f Steps) WillClose() { f.s.willClose(context.Background()) }

func (s *Scheduler) willClose(ctx context.Context) {
	s.Ending()
	_ = s.cfg.Writer.Do(ctx, s.Halt)
}

// Ending tells that Sluice is about to end.
func (s *Scheduler) Ending() { s.willEnd.Do(func() { close(s.ending) }) }

// Rest lets no further step begin and waits for those that run, as long as ctx
// lets it. Those that wait for runs would wait for ever: they are left to Close.
func (f Steps) Rest(ctx context.Context) {
	s := f.s
	if s.cfg.Writer.Do(ctx, s.Halt) != nil {
		return
	}
	for {
		j := s.busy.one()
		if j == nil {
			return
		}
		select {
		case <-j.ctx.Done():
			s.busy.remove(j)
		case <-ctx.Done():
			return
		}
	}
}

// CutSteps ends the steps that run, so that a Close does not wait for them. None
// begins afterwards.
func (f Steps) CutSteps() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) // the disk may be in trouble
	defer cancel()
	f.s.willClose(ctx)
	f.s.endJobs(errInterrupted)
}
