package jobs

import (
	"context"

	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// A step may start a run and wait for it. It needs no worker meanwhile, but the
// run does: with as many steps that wait as there are workers, they would wait
// for each other until their time is over. So a step that asks for a run that is
// not over yields its place until it ends, and one worker more is made.

// yieldedMost bounds the places that are yielded, and so the processes of a flow that
// starts itself without end. Steps beyond it keep their places.
const yieldedMost = 64

// Waits hears that a job waits for a run.
func (f Steps) Waits(_ context.Context, c run.Caller) {
	s := f.s
	s.callers.mu.RLock()
	j := s.callers.uuid[c.Job]
	s.callers.mu.RUnlock()
	if j == nil || j.blocked.Swap(true) {
		return
	}
	s.cfg.Writer.Report(writer.Report{Apply: func(tx *writer.Tx) error { s.in(tx).yield(j); return nil }})
}

// yield gives the place of a job that waits to the next one in the queue.
func (p *pass) yield(j *job) {
	s := p.s
	if j.over || j.yielded || s.stopping {
		return
	}
	if s.yielded >= yieldedMost {
		j.blocked.Store(false) // it may ask again
		return
	}
	j.yielded = true
	s.yielded++
	p.tx.Undo(func() { j.yielded = false; s.yielded-- })
	p.free++
	p.tx.After(func() {
		for s.extra < s.yielded {
			s.workers.Add(1)
			go s.workLoop(s.cfg.Workers + s.extra)
			s.extra++
		}
	})
}

// release frees the place of a job that has ended. One that the job had yielded is
// freed by the job that has it now.
func (p *pass) release(j *job) {
	s, yielded, all := p.s, j.yielded, p.s.yielded
	p.tx.Undo(func() { j.over, j.yielded, s.yielded = false, yielded, all })
	p.free += s.giveBack(j)
}

// giveBack returns how many places a job leaves at its end.
func (s *Scheduler) giveBack(j *job) int {
	j.over = true
	if !j.yielded {
		return 1
	}
	j.yielded = false
	s.yielded--
	return 0
}
