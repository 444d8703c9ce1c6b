package script

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
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
	idle   []*process // the one used last is at the end
	closed bool
	timer  *time.Timer
}

// process is a worker process as seen from outside.
type process struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	w     *bufio.Writer
	r     *bufio.Reader
	ended <-chan error
	jobs  int
	used  time.Time
}

// take returns a worker that nobody else uses.
func (p *pool) take() (*process, error) {
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
	p.mu.Unlock()
	return startWorker()
}

// give brings a worker back after a job that ended well.
func (p *pool) give(w *process) {
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
	var keep []*process
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
// jobs.
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
}

// startWorker starts a process of our own binary as a worker.
func startWorker() (*process, error) {
	w, out, err := startSelf(workerEnv)
	if err != nil {
		return nil, fmt.Errorf("start script worker: %w", err)
	}
	w.w, w.r = bufio.NewWriterSize(w.in, 16<<10), bufio.NewReaderSize(out, 16<<10)
	return w, nil
}

// startSelf starts our own program with one more variable in its environment, which
// tells it what it is for.
func startSelf(variable string) (w *process, out io.Reader, err error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find our own program: %w", err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(plainEnv(), variable+"=1")
	cmd.Dir = os.TempDir()
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	out, err = cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	ended, err := spawn(cmd)
	if err != nil {
		return nil, nil, err
	}
	limit(cmd.Process.Pid, newMark())
	return &process{cmd: cmd, in: in, ended: ended, used: time.Now()}, out, nil
}

// StartSelf starts our own program with one more variable in its environment, for work
// that must be ended from outside when it does not end by itself. The process dies with
// us, stands back as steps do, and ends when its standard input does; kill ends it at
// once.
func StartSelf(variable string) (in io.WriteCloser, out io.Reader, kill func(), err error) {
	w, out, err := startSelf(variable)
	if err != nil {
		return nil, nil, nil, err
	}
	return w.in, out, sync.OnceFunc(func() { _ = w.kill() }), nil
}

// retire lets an idle worker end and waits for it.
func (w *process) retire() {
	w.in.Close()
	select {
	case <-w.ended:
	case <-time.After(time.Second):
		w.kill()
	}
}

// kill ends a worker at once and returns how it ended.
func (w *process) kill() error {
	_ = killGroup(w.cmd)
	w.in.Close()
	return <-w.ended
}
