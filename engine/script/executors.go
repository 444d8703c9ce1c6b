package script

import (
	"context"
	"encoding/json"
	"io"
	"sync"

	"sluice/engine/run"
	"sluice/engine/script/child"
	"sluice/engine/script/internal/process"
	"sluice/engine/script/js"
)

// Executor runs jobs of one language. It is the interface of the engine's
// configuration, written here so that Executors can name its values.
type Executor interface {
	Run(ctx context.Context, job run.Job, log io.Writer) (json.RawMessage, error)
}

// Set is the executors of one program.
type Set struct {
	By map[string]Executor // by language, as OpenFlow spells it

	js   *js.Executor
	left process.Leftovers
}

// Executors returns the executors of all languages: bun, deno, nativets,
// bunnative and javascript share one. Call Close at the end.
func Executors() *Set {
	x := js.New()
	s := &Set{js: x, By: map[string]Executor{
		"python3": &child.Python{},
		"bash":    &child.Bash{},
	}}
	for _, l := range []string{"bun", "deno", "nativets", "bunnative", "javascript"} {
		s.By[l] = x
	}
	return s
}

// Warm starts what the first job would otherwise wait for.
func (s *Set) Warm() error { return s.js.Warm() }

// Close ends the idle workers, and what steps left running.
func (s *Set) Close() {
	s.js.Close()
	s.left.End()
}

// Kill ends at once all that steps started. It is for an end that does not wait.
func (s *Set) Kill() { process.KillAll() }

// EndLeftovers ends what steps of an earlier process left running, and has the
// next one find ours. Call it when the data folder is held, before a step begins.
func (s *Set) EndLeftovers(dir string) error { return s.left.EndEarlier(dir) }

// StartSelf starts our own program with one more variable in its environment, for work
// that must be ended from outside when it does not end by itself. The process dies with
// us, stands back as steps do, and ends when its standard input does; kill ends it at
// once.
func StartSelf(variable string) (in io.WriteCloser, out io.Reader, kill func(), err error) {
	p, err := process.StartSelf(variable)
	if err != nil {
		return nil, nil, nil, err
	}
	return p.In, p.Out, sync.OnceFunc(func() { _ = p.Kill() }), nil
}

// WorkerMain turns this process into a worker that runs scripts, if it was started
// as one. Call it first thing in main, and in TestMain of tests that run scripts;
// when it returns true the process has done its work and must end.
func WorkerMain() bool { return js.WorkerMain() }
