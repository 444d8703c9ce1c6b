package engine

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/eval"
	"sluice/engine/internal/jobs"
	"sluice/engine/internal/people"
	"sluice/engine/run"
)

// Config is what an engine is made of. Dir and Box are needed; of the rest the
// zero value means a default or "there is none".
type Config struct {
	Dir       string              // folder of everything: the file, logs, work
	Executors map[string]Executor // by language of the code
	Evaluator Evaluator           // nil: only fixed values and plain paths can be computed
	Mailer    Mailer              // nil: mails wait
	Box       Box                 // seals secrets

	// Scripts finds a script of the hub or the workspace by its path. It is
	// asked when a run starts; the run keeps what it got.
	Scripts func(path string) (run.Code, error)
	// Signature returns the JSON Schema of what a script takes; nil: only that which came
	// with a script is known.
	Signature func(language, content string) (flow.Raw, error)
	// BaseURL returns the public address, scheme to path prefix, without a slash
	// at the end.
	BaseURL func() string
	// LocalURL returns the address of the local API, for jobs.
	LocalURL func() string

	Outbox string // folder in which the Mailer leaves mails; they go with their runs. "" for none
	Owner  string // who sits at this computer: a name or an address
	Logger *slog.Logger
	// Workers is how many jobs are under way at a time; by default three for each
	// core, and 24 at least. Most of them wait: for others, or for the disk that
	// notes that they began. An executor may have fewer compute at once.
	Workers int

	// Still engines begin no step and send no mail before Proceed: they are for whoever
	// only puts something into the folder or takes something out, and for a start that
	// may yet be refused. At its end it would cut the steps off.
	Still bool
	// Unscheduled engines start nothing by the library's schedules: they are for whoever
	// runs one flow and ends.
	Unscheduled bool

	// wall is the clock on the wall, which may be set at any time; tests set it.
	wall func() time.Time

	// Held is called inside Open when the folder is this process's, before anything
	// is taken up: what an earlier process left outside of the folder can be ended.
	Held func(dir string) error
	// TestResource tries a resource out; an error says what is wrong with it.
	TestResource func(ctx context.Context, r flow.Resource) error
	// Refresh brings a resource up to date before a script sees it, such as an
	// access token that has run out. It returns the new value, or nil to leave it.
	Refresh func(ctx context.Context, r flow.Resource) (flow.Raw, error)
}

// Executor runs the code of one language; see jobs.Executor.
type Executor = jobs.Executor

// NoFolder is implemented by executors that keep off the disk. Their jobs get
// no folder, which spares making sure that it is there and empty.
type NoFolder = jobs.NoFolder

// Checker is implemented by executors that can tell of a script that it could never
// run here, as what it imports is not there: it is asked before a run starts. Shared
// tells whether the job would have the folder that the steps of a run share. What is
// wrong with the script is a *run.Failure.
type Checker interface {
	Check(ctx context.Context, code run.Code, shared bool) error
}

// SyntaxChecker is implemented by evaluators that can tell of an expression that it
// could never be computed: it is asked before a run starts, so that nothing stops in
// its middle over what could be known before. A condition is one expression that is
// asked for yes or no.
type SyntaxChecker interface {
	CheckSyntax(text string, condition bool) *run.Failure
}

// Evaluator computes expressions.
type Evaluator = eval.Evaluator

// Mailer sends one mail and returns the provider's id of it, or of its thread.
// Error codes: mail.later (try again), mail.signin (the account needs its
// person), any other (do not try again).
type Mailer = people.Mailer

// Box seals what must not lie open on the disk.
type Box = people.Box

// Cut is a step that Close ended in the middle: it may have acted.
type Cut = jobs.Cut

// withDefaults fills in what was left out.
func (c Config) withDefaults() (Config, error) {
	if c.Dir == "" {
		return c, errors.New("engine: Config.Dir is missing")
	}
	if c.Box == nil {
		return c, errors.New("engine: Config.Box is missing")
	}
	if c.Scripts == nil {
		c.Scripts = func(string) (run.Code, error) { return run.Code{}, errors.New("there is no hub") }
	}
	if c.BaseURL == nil {
		c.BaseURL = func() string { return "http://127.0.0.1:8466" }
	}
	if c.LocalURL == nil {
		c.LocalURL = c.BaseURL
	}
	if c.Owner == "" {
		c.Owner = run.DesktopUser
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.wall == nil {
		// Without the monotonic reading, which stands still while a computer sleeps.
		c.wall = func() time.Time { return time.Now().Round(0) }
	}
	if c.Workers <= 0 {
		c.Workers = max(24, 3*runtime.NumCPU())
	}
	return c, nil
}

// base returns the public address without a slash at the end.
func (c Config) base() string { return strings.TrimRight(c.BaseURL(), "/") }
