package engine

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// callers knows the jobs that run, by the hash of their token and by their id.
// A token is worth something only while its job runs.
type callers struct {
	mu    sync.RWMutex
	token map[[32]byte]*job
	uuid  map[string]*job
}

func (c *callers) add(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == nil {
		c.token, c.uuid = make(map[[32]byte]*job), make(map[string]*job)
	}
	c.token[sha256.Sum256([]byte(j.token))] = j
	c.uuid[j.uuid] = j
}

func (c *callers) remove(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.token, sha256.Sum256([]byte(j.token)))
	delete(c.uuid, j.uuid)
}

// secretOf returns the key from which a running job's links are derived.
func (c *callers) secretOf(uuid string) ([]byte, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	j := c.uuid[uuid]
	if j == nil {
		return nil, false
	}
	return j.secret, true
}

// Caller returns the job that a token belongs to; code api.token if none.
func (e *Engine) Caller(ctx context.Context, token string) (run.Caller, error) {
	e.callers.mu.RLock()
	defer e.callers.mu.RUnlock()
	j := e.callers.token[sha256.Sum256([]byte(token))]
	if j == nil {
		return run.Caller{}, noToken()
	}
	return run.Caller{Job: j.uuid, Run: j.run, Step: j.step, Attempt: j.attempt}, nil
}

func noToken() error {
	return fault.New("api.token", "This token belongs to no running step", "A step's token is valid while the step runs.")
}

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
		if !j.waits.Load() {
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
func (e *Engine) Cuts() []Cut {
	e.cuts.mu.Lock()
	defer e.cuts.mu.Unlock()
	return slices.Clone(e.cuts.list)
}

// Busy names the steps that run now, for telling what an end waits for.
func (e *Engine) Busy() []string { return e.busy.names() }

// WillClose tells that Close comes soon: no further step begins. Votes count and
// what is asked is answered until then.
func (e *Engine) WillClose() { e.willClose(context.Background()) }

func (e *Engine) willClose(ctx context.Context) {
	e.willEnd.Do(func() { close(e.ending) })
	_ = e.do(ctx, func(t *turn) error { t.e.stopping = true; return nil })
}

// Rest lets no further step begin and waits for those that run, as long as ctx
// lets it. Those that wait for runs would wait for ever: they are left to Close.
func (e *Engine) Rest(ctx context.Context) {
	if e.do(ctx, func(t *turn) error { t.e.stopping = true; return nil }) != nil {
		return
	}
	for {
		j := e.busy.one()
		if j == nil {
			return
		}
		select {
		case <-j.ctx.Done():
			e.busy.remove(j)
		case <-ctx.Done():
			return
		}
	}
}

// CutSteps ends the steps that run, so that a Close does not wait for them. None
// begins afterwards.
func (e *Engine) CutSteps() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) // the disk may be in trouble
	defer cancel()
	e.willClose(ctx)
	e.endJobs(errInterrupted)
}
