package js

import (
	"bufio"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"sluice/engine/script/internal/process"
)

// Bounds of the worker processes.
const (
	jobsPerWorker = 5000
	idleTime      = 2 * time.Minute
)

// idleWorkers are kept when there is nothing to do: as many as there are jobs at
// once by default, or each burst would start processes.
var idleWorkers = max(24, 3*runtime.NumCPU())

// pool keeps worker processes warm. There are as many as there are jobs at
// once; a few stay when there is nothing to do, none after idleTime.
type pool struct {
	mu     sync.Mutex
	idle   []*workerProcess // the one used last is at the end
	closed bool
	timer  *time.Timer

	start    func() (*workerProcess, error) // nil: startWorker
	starting sync.WaitGroup                 // none is added once it is closed
}

// workerProcess is a worker as seen from outside.
type workerProcess struct {
	*process.Self
	w    *bufio.Writer
	r    *bufio.Reader
	jobs int
	used time.Time
}

// take returns a worker that nobody else uses.
func (p *pool) take() (*workerProcess, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, errors.New("the script executor is closed")
	}
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return w, nil
	}
	p.starting.Add(1)
	p.mu.Unlock()
	defer p.starting.Done()
	if p.start != nil {
		return p.start()
	}
	return startWorker()
}

// give brings a worker back after a job that ended well.
func (p *pool) give(w *workerProcess) {
	w.jobs++
	w.used = time.Now()
	p.mu.Lock()
	if p.closed || w.jobs >= jobsPerWorker || len(p.idle) >= idleWorkers {
		p.mu.Unlock()
		w.retire()
		return
	}
	p.idle = append(p.idle, w)
	if p.timer == nil {
		p.timer = time.AfterFunc(idleTime, p.trim)
	}
	p.mu.Unlock()
}

// trim ends workers that have not been used for a while.
func (p *pool) trim() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var keep []*workerProcess
	for _, w := range p.idle {
		if time.Since(w.used) >= idleTime {
			go w.retire()
		} else {
			keep = append(keep, w)
		}
	}
	p.idle = keep
	p.timer = nil
	if len(keep) > 0 {
		p.timer = time.AfterFunc(idleTime, p.trim)
	}
}

// close ends all idle workers and waits for them; those at work end with their
// jobs. It waits for those that are on their way, too: on Windows a process that is
// left by who starts it, before it runs, stands still for ever.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	p.mu.Unlock()
	for _, w := range idle {
		w.retire()
	}
	p.starting.Wait()
}

// startWorker starts a process of our own binary as a worker.
func startWorker() (*workerProcess, error) {
	self, err := process.StartSelf(workerEnv)
	if err != nil {
		return nil, fmt.Errorf("start script worker: %w", err)
	}
	return &workerProcess{Self: self, w: bufio.NewWriterSize(self.In, 16<<10), r: bufio.NewReaderSize(self.Out, 16<<10), used: time.Now()}, nil
}

// retire lets an idle worker end and waits for it.
func (w *workerProcess) retire() {
	w.In.Close()
	select {
	case <-w.Ended:
	case <-time.After(time.Second):
		w.Kill()
	}
}
