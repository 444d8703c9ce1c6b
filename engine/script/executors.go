package script

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"sluice/engine/run"
)

// Executor runs jobs of one language. It is the interface of the engine's
// configuration, written here so that Executors can name its values.
type Executor interface {
	Run(ctx context.Context, job run.Job, log io.Writer) (json.RawMessage, error)
}

// Options are the bounds of all executors; zero values mean the defaults.
type Options struct {
	Timeout time.Duration // of a job that names none
	Memory  uint64        // bytes, of a TypeScript or JavaScript job
}

// Set is the executors of one program.
type Set struct {
	By map[string]Executor // by language, as OpenFlow spells it
	js *JS

	left string // file of what the next start is to end, once there is one
}

// Executors returns the executors of all languages: bun, deno, nativets,
// bunnative and javascript share one. Call Close at the end.
func Executors(o Options) *Set {
	js := &JS{Timeout: o.Timeout, Memory: o.Memory}
	s := &Set{js: js, By: map[string]Executor{
		"python3": &Python{Timeout: o.Timeout},
		"bash":    &Bash{Timeout: o.Timeout},
	}}
	for _, l := range []string{"bun", "deno", "nativets", "bunnative", "javascript"} {
		s.By[l] = js
	}
	return s
}

// Warm starts what the first job would otherwise wait for.
func (s *Set) Warm() error { return s.js.Warm() }

// Close ends the idle workers, and what steps left running.
func (s *Set) Close() {
	s.js.Close()
	s.endAll()
}
