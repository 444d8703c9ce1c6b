package script

import (
	"bufio"
	"encoding/json"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

// workerEnv marks a process as a worker.
const workerEnv = "SLUICE_SCRIPT_WORKER"

// WorkerMain turns this process into a script worker if it was started as one.
// Call it first thing in main, and in TestMain of tests that run scripts; when
// it returns true the process has done its work and must end.
func WorkerMain() bool {
	if os.Getenv(workerEnv) == "" {
		return false
	}
	os.Unsetenv(workerEnv)
	signal.Ignore(os.Interrupt, syscall.SIGPIPE) // Ctrl-C at the terminal is for Sluice, which ends us
	debug.SetGCPercent(400)
	w := &worker{
		in: bufio.NewReaderSize(os.Stdin, 64<<10), out: &output{w: bufio.NewWriterSize(os.Stdout, 64<<10)},
		fresh: make(chan *machine, spares), used: make(chan *machine, spares),
	}
	go w.renew()
	w.serve()
	return true
}

// attendAfter is how long a worker is at something before it looks whether
// Sluice is still there.
const attendAfter = 50 * time.Millisecond

// spares is how many machines stand ready: while one is thrown away after its
// job and another made, which takes longer than Sluice takes to record the
// result, the next job has its own at once.
const spares = 2

// worker is the inside of a worker process.
type worker struct {
	in    *bufio.Reader
	out   *output
	busy  chan struct{} // not nil: somebody else reads from in, until it closes
	fresh chan *machine // ready for the jobs to come
	used  chan *machine // have had theirs
}

// read returns the next frame. The end of the pipe is the end of Sluice.
func (w *worker) read() (kind byte, body []byte) {
	if w.busy != nil {
		<-w.busy
		w.busy = nil
	}
	kind, body, err := readFrame(w.in)
	if err != nil {
		os.Exit(0)
	}
	return kind, body
}

// attend watches the pipe while a job runs: after the end of Sluice it is not
// wanted any more. Most jobs are over before that is worth a thread. The
// returned function says that the job is over.
func (w *worker) attend() (over func()) {
	seen := make(chan struct{})
	t := time.AfterFunc(attendAfter, func() {
		defer close(seen)
		if _, err := w.in.Peek(1); err != nil {
			os.Exit(0)
		}
	})
	return func() {
		if !t.Stop() {
			w.busy = seen
		}
	}
}

// serve answers frames for ever.
func (w *worker) serve() {
	for {
		switch kind, body := w.read(); kind {
		case frameCompile:
			var req compileRequest
			if json.Unmarshal(body, &req) != nil {
				os.Exit(3)
			}
			over := w.attend()
			p := compile(req)
			over()
			w.out.answer(frameProgram, mustJSON(p))
		case frameJob:
			w.job(body)
		default:
			os.Exit(3)
		}
	}
}

// job runs one job, in a machine that has had none.
func (w *worker) job(body []byte) {
	var head jobHeader
	if json.Unmarshal(body, &head) != nil {
		os.Exit(3)
	}
	_, source := w.read()
	_, args := w.read()
	over := w.attend()
	m := <-w.fresh
	result, bad := m.run(head, string(source), string(args), w.out)
	over()
	if bad != nil {
		w.out.answer(frameError, mustJSON(bad))
	} else {
		w.out.result(result)
	}
	if bad != nil && bad.Retire {
		os.Exit(0)
	}
	m.cancel()
	w.used <- m
}

// renew makes machines in place of those that were used.
func (w *worker) renew() {
	for range spares {
		w.fresh <- mustMachine()
	}
	for m := range w.used {
		w.fresh <- mustMachine()
		m.close()
	}
}

func mustMachine() *machine {
	m, err := newMachine()
	if err != nil {
		os.Exit(3)
	}
	return m
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("script: " + err.Error()) // our own types only
	}
	return b
}

// output writes frames. Log lines are gathered for a few milliseconds, so that
// a script that prints much is not held up by the pipe.
type output struct {
	mu    sync.Mutex
	w     *bufio.Writer
	armed bool
}

func (o *output) log(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = writeText(o.w, frameLog, line)
	if !o.armed {
		o.armed = true
		time.AfterFunc(5*time.Millisecond, func() {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.armed = false
			_ = o.w.Flush()
		})
	}
}

func (o *output) answer(kind byte, body []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = writeFrame(o.w, kind, body)
	_ = o.w.Flush()
}

func (o *output) result(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = writeText(o.w, frameResult, text)
	_ = o.w.Flush()
}
