package js

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"modernc.org/quickjs"
	"modernc.org/quickjs/intl"

	"sluice/engine/internal/javascript"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/signature"
)

//go:embed parts/*.js
var scripts embed.FS

// stackFrames bounds the calls of a job. A frame costs about 2.5 kB of goroutine
// stack, of which Go allows 1 GB. The engine's own default would exceed it.
const stackFrames = 10000

// machine is one virtual machine. It runs one job after another, and is put back
// to how it was before the first after each: none finds anything of another's.
type machine struct {
	vm    *quickjs.VM
	mem   *memory
	enter quickjs.Value // core.js's door: "run" and "event"
	used  bool          // something was changed that cannot be put back
	*task
}

// restores tells whether what a script leaves behind is really gone once a machine is
// put back: the memory that does it takes the places of functions that the engine does
// not export, and a later version of the engine may not call them there. Where it is
// not, each job gets a machine of its own. It is found out once a process, in one or two
// milliseconds.
var restores = sync.OnceValue(func() bool {
	m, err := newMachine()
	if err != nil {
		return false
	}
	defer m.close()
	return m.restoresAll()
})

// restoresAll tries it with a script that leaves a variable, a property of every object
// and a list behind.
func (m *machine) restoresAll() bool {
	leaves := `globalThis.left = Array.from({length: 500}, (_, i) => ({i})); Object.prototype.left = 1; Array.prototype.push = null`
	finds := `String(typeof globalThis.left + typeof ({}).left + typeof [].push + Object.keys(globalThis).length)`
	look := func(script string) any {
		v, err := m.vm.Eval(script, quickjs.EvalGlobal)
		if err != nil {
			return err
		}
		return v
	}
	blocks := len(m.mem.kept)
	before := look(finds)
	m.mem.restore()
	if _, failed := look(leaves).(error); failed || blocks == 0 || len(m.mem.fresh) == 0 {
		return false
	}
	m.mem.restore()
	return before == look(finds) && before != nil && len(m.mem.kept) == blocks
}

// task is one job in a machine.
type task struct {
	out     *output
	source  string
	name    string         // of the source
	renamed map[int]string // as in jobHeader
	born    time.Time
	events  chan event
	ctx     context.Context // ends with the job; what runs for it outside ends too
	cancel  context.CancelFunc
	pending map[int]context.CancelFunc
	timers  timers
	shared  string   // the run's folder; "" if it has none
	root    *os.Root // of shared, once a file was asked for
	written int64    // to it, in bytes
	partial string   // an unfinished line of process.stdout
	logged  int
	done    bool
	result  string
	bad     *thrown
	orders  javascript.Collation // of words
}

// event is the end of work outside the engine.
type event struct {
	id     int
	text   string
	failed string
}

var bytecode = struct {
	sync.Mutex
	by map[string][]byte
}{by: map[string][]byte{}}

// part returns one of our own scripts as bytecode, compiled once per process.
func part(name string) ([]byte, error) {
	bytecode.Lock()
	defer bytecode.Unlock()
	if b := bytecode.by[name]; b != nil {
		return b, nil
	}
	text, err := scripts.ReadFile("parts/" + name + ".js")
	if shared, ok := javascript.Parts[name]; ok {
		text, err = []byte(shared), nil
	}
	if name == "intl" {
		text = append(text, javascript.Intl...)
	}
	if err != nil {
		return nil, err
	}
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil, err
	}
	defer vm.Close()
	b, err := vm.Compile(string(text), quickjs.EvalGlobal)
	if err != nil {
		return nil, fmt.Errorf("compile %s.js: %w", name, err)
	}
	bytecode.by[name] = b
	return b, nil
}

// newMachine makes a virtual machine ready for jobs that are yet to come.
func newMachine() (*machine, error) {
	core, err := part("core")
	if err != nil {
		return nil, err
	}
	vm, mem, err := newVM()
	if err != nil {
		return nil, err
	}
	m := &machine{vm: vm, mem: mem, task: new(task)}
	vm.SetMaxStackSize(stackFrames)
	vm.SetModuleLoader(m.module, func(_ *quickjs.VM, _, name string) (string, error) { return name, nil })
	if err := vm.RegisterHostFunc("$host", m.host); err != nil {
		return nil, err
	}
	if m.enter, err = vm.EvalBytecodeValue(core); err != nil {
		return nil, fmt.Errorf("run core.js: %w", err)
	}
	mem.keep()
	return m, nil
}

// spaced makes a list one text for the engine, which is cheaper to hand over.
func spaced(s []string) string { return strings.Join(s, " ") }

// reset makes the machine ready for another job. It reports false if that can
// not be: it is to be closed then.
func (m *machine) reset() bool {
	m.task = new(task)
	if m.used || !restores() {
		return false
	}
	m.mem.restore()
	return true
}

func (m *machine) close() {
	m.enter.Free()
	m.mem.close()
}

// module gives the engine the sources of modules: the script itself, and those
// that we serve.
func (m *machine) module(_ *quickjs.VM, name string) (string, error) {
	if name == m.name {
		return m.source, nil
	}
	if mod, ok := modules[name]; ok {
		return mod.source(), nil
	}
	return "", fmt.Errorf("there is no module %q here", name)
}

// run runs one job to its end.
func (m *machine) run(head jobHeader, vars, source, args string, out *output) (string, *thrown) {
	m.task = &task{
		out: out, source: source, name: head.File, renamed: head.Renamed, shared: head.Shared,
		born: time.Now(), events: make(chan event, 16), pending: map[int]context.CancelFunc{},
	}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	defer m.end()
	m.vm.SetMemoryLimit(uintptr(head.Memory))
	if _, err := m.enter.Call(quickjs.UndefinedValue, "run", head.File, head.Entry, args, spaced(head.Dates), head.Base, vars, spaced(head.Names), spaced(head.Parts)); err != nil {
		m.failed(err)
	}
	for !m.done {
		n, err := m.vm.ExecutePendingJobs()
		if m.done {
			break
		}
		if err != nil && n < 1<<20 {
			m.failed(err)
			break
		}
		if n >= 1<<20 {
			continue // an endless chain of promises: the time limit ends it
		}
		if len(m.pending) == 0 {
			m.bad = &thrown{Name: "NeverFinished", Message: "main waits for something that never happens", Hint: "A promise that main awaits is never resolved."}
			break
		}
		ev := m.next()
		if _, ok := m.pending[ev.id]; !ok {
			continue
		}
		delete(m.pending, ev.id)
		if _, err := m.enter.Call(quickjs.UndefinedValue, "event", ev.id, ev.text, ev.failed); err != nil && !m.done {
			m.failed(err)
		}
	}
	if m.partial != "" {
		m.line(m.partial)
	}
	return m.result, m.bad
}

// end stops what the job began outside the engine.
func (t *task) end() {
	t.cancel()
	if t.root != nil {
		_ = t.root.Close()
	}
}

// failed notes an error that the script's own code did not carry to fail.
func (m *machine) failed(err error) {
	m.done = true
	t := &thrown{Name: "Error", Message: err.Error()}
	if e, ok := errors.AsType[*quickjs.Error](err); ok {
		t = &thrown{Name: e.Name, Message: e.Message, Stack: e.Stack}
		if e.Name == "" {
			t = &thrown{Name: "Error", Message: e.Error(), Stack: e.Stack}
		}
	}
	m.note(t)
}

// note keeps an error as the job's end, in plainer words where we have them.
func (m *machine) note(t *thrown) {
	m.done, m.bad = true, t
	switch {
	// Without memory even for an error object the engine throws null; so may a script.
	case m.mem.full && (strings.Contains(t.Message, "out of memory") || t.Message == "null" && t.Stack == ""):
		m.bad = &thrown{
			Name: "OutOfMemory", Message: "The script needs more memory than a step may use", Stack: t.Stack, Retire: true,
			Hint: "Handle the data in smaller pieces, or write the step in Python.",
		}
	case t.Message == "stack overflow":
		t.Name, t.Message = "RangeError", "The script calls itself too deeply"
		t.Hint = "Look for a recursion that does not end."
	case t.Message == "'Deno' is not defined", t.Message == "'Bun' is not defined":
		t.Hint = "Steps of the languages deno and bun have it, each its own. The environment is in process.env everywhere."
	case strings.HasPrefix(t.Message, "Could not find export ") && strings.Contains(t.Message, " in module 'node:"):
		t.Hint = "Scripts have a part of Node's modules, and this is not in it."
	case t.Name == "NoMain":
		t.Hint = "Write: export async function main(name: string) { … }"
	}
}

// host is the one door from the engine to us; the first argument names what
// is wanted.
func (m *machine) host(a []any) (any, error) {
	if m.done {
		m.vm.Interrupt()
		return nil, errors.New("the step has ended")
	}
	switch op := str(a, 0); op {
	case "log":
		for l := range strings.SplitSeq(str(a, 1), "\n") {
			m.line(l)
		}
	case "write":
		m.partial += str(a, 1)
		for {
			l, rest, ok := strings.Cut(m.partial, "\n")
			if !ok {
				break
			}
			m.line(l)
			m.partial = rest
		}
		if len(m.partial) > job.MaxLine {
			m.line(m.partial)
			m.partial = ""
		}
	case "done":
		m.done, m.result = true, str(a, 1)
		if len(m.result) > job.MaxResult {
			f := job.TooLarge(int64(len(m.result)))
			m.bad = &thrown{Name: f.Name, Message: f.Message, Hint: f.Hint, Retire: true}
		}
	case "fail":
		var t thrown
		if err := json.Unmarshal([]byte(str(a, 1)), &t); err != nil {
			t = thrown{Name: "Error", Message: str(a, 1)}
		}
		m.note(&t)
	case "exit":
		m.done = true
		m.bad = &thrown{Name: "Exit", Message: "The script called process.exit(" + strconv.Itoa(num(a, 1)) + ") before main returned", Hint: "Return a value from main, or throw an error."}
		m.vm.Interrupt()
	case "load":
		b, err := part(str(a, 1))
		if err != nil {
			return nil, err
		}
		_, err = m.vm.EvalBytecode(b)
		return nil, err
	case "parameters":
		if names := signature.Names(str(a, 1), m.asWritten(str(a, 1))); names != nil {
			return strings.Join(names, ","), nil
		}
		return nil, nil
	case "broken":
		if m.mem.full {
			m.note(&thrown{Message: "out of memory"})
		} else {
			m.note(&thrown{Name: "Error", Message: "something that cannot be read was thrown"})
		}
	case "compare":
		return m.orders.Compare(a[1:])
	case "intl":
		m.used = true // it notes things outside the machine's memory
		return nil, intl.Register(m.vm)
	case "file":
		return m.file(str(a, 1), str(a, 2), a[min(len(a), 2):])
	case "platform":
		return platform(runtime.GOOS), nil
	case "now":
		return float64(time.Since(m.born).Microseconds()) / 1000, nil
	case "start":
		m.start(str(a, 1), num(a, 2), str(a, 3))
	case "stop":
		if stop, ok := m.pending[num(a, 1)]; ok {
			stop()
			delete(m.pending, num(a, 1))
		}
	default:
		return hostOp(op, a)
	}
	return nil, nil
}

// asWritten finds the names in a function's text as its author wrote them, by
// where they stand; nil if no name of the script is another.
func (t *task) asWritten(text string) map[int]string {
	if len(t.renamed) == 0 {
		return nil
	}
	at := strings.Index(t.source, text)
	if at < 0 {
		return nil
	}
	was := map[int]string{}
	for i, name := range t.renamed {
		if i >= at && i < at+len(text) {
			was[i-at] = name
		}
	}
	return was
}

// start begins work outside the engine; its end comes as an event.
func (t *task) start(op string, id int, payload string) {
	if op == "timer" {
		ms, _ := strconv.Atoi(payload)
		t.timers.set(time.Since(t.born), ms, id)
		t.pending[id] = func() {}
		return
	}
	ctx, cancel := context.WithCancel(t.ctx)
	t.pending[id] = cancel
	end := func(text string, err error) {
		ev := event{id: id, text: text}
		if err != nil {
			ev.failed = err.Error()
		}
		select {
		case t.events <- ev:
		case <-t.ctx.Done():
		}
	}
	go func() {
		defer cancel()
		end(asyncOp(ctx, op, payload))
	}()
}

func (t *task) line(s string) {
	if t.logged > job.MaxLog+job.MaxLine {
		return // the other side stopped listening long before
	}
	if len(s) > job.MaxLine+1 {
		s = s[:job.MaxLine+1] // the other side cuts it and says so
	}
	t.logged += len(s) + 1
	t.out.log(s)
}

func str(a []any, i int) string {
	if i < len(a) {
		s, _ := a[i].(string)
		return s
	}
	return ""
}

func num(a []any, i int) int {
	if i < len(a) {
		switch n := a[i].(type) {
		case int:
			return n
		case float64:
			return int(n)
		}
	}
	return 0
}

// platform is what node calls an operating system (process.platform of its manual).
func platform(goos string) string {
	if goos == "windows" {
		return "win32"
	}
	return goos // the others have Go's names
}
