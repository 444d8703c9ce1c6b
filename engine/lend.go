package engine

import (
	"context"

	"sluice/engine/run"
)

// A step may start a run and wait for it. It needs no worker meanwhile, but the
// run does: with as many steps that wait as there are workers, they would wait
// for each other until their time is over. So a step that asks for a run that is
// not over lends its place until it ends, and one worker more is made.

// lentMost bounds the places that are lent, and so the processes of a flow that
// starts itself without end. Steps beyond it keep their places.
const lentMost = 64

// Waits hears that a job waits for a run.
func (e *Engine) Waits(_ context.Context, c run.Caller) {
	e.callers.mu.RLock()
	j := e.callers.uuid[c.Job]
	e.callers.mu.RUnlock()
	if j == nil || j.waits.Swap(true) {
		return
	}
	e.report(&input{apply: func(t *turn) error { t.lend(j); return nil }})
}

// lend gives the place of a job that waits to the next one in the queue.
func (t *turn) lend(j *job) {
	e := t.e
	if j.over || j.lent || e.stopping {
		return
	}
	if e.lent >= lentMost {
		j.waits.Store(false) // it may ask again
		return
	}
	j.lent = true
	e.lent++
	t.undo = append(t.undo, func() { j.lent = false; e.lent-- })
	t.free++
	t.afterCommit(func() {
		for e.extra < e.lent {
			e.workers.Add(1)
			go e.workLoop(e.cfg.Workers + e.extra)
			e.extra++
		}
	})
}

// leave frees the place of a job that has ended, unless it was lent: then who
// has it frees it.
func (t *turn) leave(j *job) {
	e, lent, all := t.e, j.lent, t.e.lent
	t.undo = append(t.undo, func() { j.over, j.lent, e.lent = false, lent, all })
	t.free += e.giveUp(j)
}

// giveUp returns how many places a job leaves at its end.
func (e *Engine) giveUp(j *job) int {
	j.over = true
	if !j.lent {
		return 1
	}
	j.lent = false
	e.lent--
	return 0
}
