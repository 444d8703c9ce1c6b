package js

import (
	"bufio"
	"encoding/json"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"sluice/engine/internal/frame"
)

// workerEnv marks a process as a worker.
const workerEnv = "SLUICE_SCRIPT_WORKER"

// WorkerMain turns this process into a worker if it was started as one.
// Call it first thing in main, and in TestMain of tests that run scripts; when
// it returns true the process has done its work and must end.
func WorkerMain() bool {
	if os.Getenv(workerEnv) == "" {
		return false
	}
	os.Unsetenv(workerEnv)
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE) // what ends Sluice, such as a service manager, may tell us too: Sluice ends us
	debug.SetGCPercent(400)
	runtime.GOMAXPROCS(1) // it does one thing at a time, and idle processors look for work
	w := &worker{in: bufio.NewReaderSize(os.Stdin, 64<<10), out: &output{w: bufio.NewWriterSize(os.Stdout, 64<<10)}}
	w.serve()
	return true
}

// attendAfter is how long a worker is at something, once or twice, before it
// looks whether Sluice is still there.
const attendAfter = 50 * time.Millisecond

// worker is the inside of a worker process.
type worker struct {
	in    *bufio.Reader
	out   *output
	ready *machine // for the job to come; nil: there is none

	mu      sync.Mutex
	begun   int           // how many things were begun
	looked  int           // begun when it was last looked at
	running bool          // the last of them runs
	armed   bool          // look will come
	busy    chan struct{} // not nil: look reads from in, until it closes
}

// read returns the next frame. The end of the pipe is the end of Sluice.
func (w *worker) read() (kind byte, body []byte) {
	w.mu.Lock()
	busy := w.busy
	w.busy = nil
	w.mu.Unlock()
	if busy != nil {
		<-busy
	}
	kind, body, err := frame.Read(w.in)
	if err != nil {
		os.Exit(0)
	}
	return kind, body
}

// attend has the pipe watched while something runs: after the end of Sluice it
// is not wanted any more. Most things are over before that is worth a thread.
// The returned function says that it is over.
func (w *worker) attend() (over func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun++
	w.running = true
	if !w.armed {
		w.armed = true
		time.AfterFunc(attendAfter, w.look)
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.running = false
	}
}

// look watches the pipe if the same thing runs as the last time.
func (w *worker) look() {
	w.mu.Lock()
	if !w.running {
		w.armed = false
		w.mu.Unlock()
		return
	}
	if w.looked != w.begun {
		w.looked = w.begun
		time.AfterFunc(attendAfter, w.look)
		w.mu.Unlock()
		return
	}
	w.armed = false
	done := make(chan struct{})
	w.busy = done
	w.mu.Unlock()
	defer close(done)
	if _, err := w.in.Peek(1); err != nil {
		os.Exit(0)
	}
}

// serve answers frames for ever.
func (w *worker) serve() {
	for {
		if w.ready == nil {
			w.ready = mustMachine()
		}
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

// job runs one job, in a machine that is as if it had had none. It is made so
// again while Sluice records the result.
func (w *worker) job(body []byte) {
	var head jobHeader
	if json.Unmarshal(body, &head) != nil {
		os.Exit(3)
	}
	_, vars := w.read()
	_, source := w.read()
	_, args := w.read()
	over := w.attend()
	result, bad := w.ready.run(head, string(vars), string(source), string(args), w.out)
	over()
	if bad != nil {
		w.out.answer(frameError, mustJSON(bad))
	} else {
		w.out.result(result)
	}
	if bad != nil && bad.Retire {
		w.read() // Sluice has the answer and ends us; an exit now could be faster than its reading
	}
	if !w.ready.reset() {
		w.ready.close()
		w.ready = nil
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
		panic("js: " + err.Error()) // our own types only
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
	_ = frame.WriteText(o.w, frameLog, line)
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
	_ = frame.Write(o.w, kind, body)
	_ = o.w.Flush()
}

func (o *output) result(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = frame.WriteText(o.w, frameResult, text)
	_ = o.w.Flush()
}
