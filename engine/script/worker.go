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
	w := &worker{in: make(chan frame), out: &output{w: bufio.NewWriterSize(os.Stdout, 64<<10)}}
	go w.readLoop(bufio.NewReaderSize(os.Stdin, 64<<10))
	w.serve()
	return true
}

// frame is one request: what comes in three parts is put together first.
type frame struct {
	kind         byte
	body         []byte
	source, args string
}

// worker is the inside of a worker process.
type worker struct {
	in   chan frame
	out  *output
	next *machine // made ready while there was nothing to do
}

// readLoop hands frames on. The end of the pipe is the end of Sluice: whatever
// runs is not wanted any more.
func (w *worker) readLoop(r *bufio.Reader) {
	for {
		kind, body, err := readFrame(r)
		if err != nil {
			os.Exit(0)
		}
		f := frame{kind: kind, body: body}
		if kind == frameJob {
			_, source, err := readFrame(r)
			_, args, err2 := readFrame(r)
			if err != nil || err2 != nil {
				os.Exit(0)
			}
			f.source, f.args = string(source), string(args)
		}
		w.in <- f
	}
}

// serve answers frames for ever.
func (w *worker) serve() {
	for {
		if w.next == nil {
			m, err := newMachine()
			if err != nil {
				os.Exit(3)
			}
			w.next = m
		}
		switch f := <-w.in; f.kind {
		case frameCompile:
			var req compileRequest
			if json.Unmarshal(f.body, &req) != nil {
				os.Exit(3)
			}
			w.out.answer(frameProgram, mustJSON(compile(req)))
		case frameJob:
			var head jobHeader
			if json.Unmarshal(f.body, &head) != nil {
				os.Exit(3)
			}
			m := w.next
			w.next = nil
			result, bad := m.run(head, f.source, f.args, w.out)
			if bad != nil {
				w.out.answer(frameError, mustJSON(bad))
			} else {
				w.out.answer(frameResult, []byte(result))
			}
			if bad != nil && bad.Retire {
				os.Exit(0)
			}
			m.close()
		default:
			os.Exit(3)
		}
	}
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
	_ = writeFrame(o.w, frameLog, []byte(line))
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
