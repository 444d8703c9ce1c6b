package engine

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/background"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

const (
	closeLimit = 10 * time.Second // of Close, when its context has no deadline
	closeGrace = 2 * time.Second  // for what is being sent to end by itself
	stepGrace  = 5 * time.Second  // for running steps, which may be acting
)

// Engine runs flows. It is the only type by which others reach runs; all its
// methods may be called from any goroutine.
type Engine struct {
	*Reader
	*library.Library
	*health.Book
	cfg     Config
	log     *slog.Logger
	lock    *datadir.Lock
	reads   health.Reads
	callers callers
	busy    busy
	cuts    cuts
	tail    tail
	timers  timers
	outbox  outbox
	opened  openedMails
	revoked atomic.Uint64 // counts links that were; see RevokeLink
	links   linkCache

	in       chan *input
	loopStop chan struct{}
	loopDone chan struct{}
	closed   chan struct{} // closed when Close begins
	once     sync.Once
	closeErr error

	// Of the loop's goroutine alone.
	live     map[run.ID]*live
	jobs     map[jobKey]*job
	queue    jobQueue
	held     map[string]*holding // by key of the limit
	free     int
	lent     int // places of jobs that wait for runs
	extra    int // workers that were made for them
	evals    map[evalKey]int64
	serial   int64
	stuck    []*input
	stopping bool

	ending    chan struct{} // closed by WillClose
	willEnd   sync.Once
	work      chan *job
	workStop  chan struct{}
	evalQueue *background.Queue[evaluation]
	tidy      *background.Queue[func()]
	grown     chan struct{} // the WAL wants to be written back

	workers sync.WaitGroup
	helpers sync.WaitGroup    // evaluators, timer, outbox, tidying, writing back
	chores  background.Chores // of the helpers

	jobsCtx context.Context
	endJobs context.CancelCauseFunc
	helpCtx context.Context
	endHelp context.CancelFunc
	sendCtx context.Context
	cutSend context.CancelFunc
}

// Open opens a folder, takes up what was left unfinished there, and runs. Only
// one engine can have a folder open; code engine.locked if another has.
func Open(ctx context.Context, cfg Config) (*Engine, error) {
	return open(ctx, cfg, crashHook(os.Getenv("SLUICE_CRASH_AT")))
}

func open(ctx context.Context, cfg Config, hook func(before bool, n int) error) (_ *Engine, err error) {
	cfg, err = cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, datadir.OpenFault(cfg.Dir, err)
	}
	lock, err := datadir.TakeLock(cfg.Dir)
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(filepath.Join(cfg.Dir, datadir.FileName))
	if err != nil {
		return nil, errors.Join(datadir.OpenFault(cfg.Dir, err), lock.Release())
	}
	if hook != nil {
		db.SetCommitHook(hook)
	}
	e := &Engine{
		Reader: newReader(db, cfg.Dir),
		Book:   health.NewBook(cfg.wall),
		cfg:    cfg, log: cfg.Logger, lock: lock,
		timers: timers{wake: make(chan struct{}, 1)}, outbox: outbox{make(chan struct{}, 1)},
		links: newLinkCache(),
		in:    make(chan *input, 4*batchMax), loopStop: make(chan struct{}), loopDone: make(chan struct{}), closed: make(chan struct{}), ending: make(chan struct{}),
		live: make(map[run.ID]*live), jobs: make(map[jobKey]*job), held: make(map[string]*holding), evals: make(map[evalKey]int64), free: cfg.Workers,
		work: make(chan *job, cfg.Workers+lentMost), workStop: make(chan struct{}), evalQueue: background.NewQueue[evaluation](), tidy: background.NewQueue[func()](), grown: make(chan struct{}, 1),
	}
	e.reads = health.Reads{Book: e.Book, Dir: cfg.Dir, Log: e.log, Closed: e.closed}
	e.Library = library.New(db, library.Config{
		Box: cfg.Box, Scripts: cfg.Scripts, TestResource: cfg.TestResource, Refresh: cfg.Refresh,
		Write: func(ctx context.Context, f func(tx *sqlite.Tx, now time.Time) error) error {
			return e.do(ctx, func(t *turn) error { return f(t.tx, t.now) })
		},
		Account: func(path string) {
			e.CureCondition(library.CodeSignIn, path)
			e.outbox.poke()
		},
		Runs: func(language string) bool { return cfg.Executors[language] != nil },
		Check: func(ctx context.Context, code run.Code, shared bool) error {
			if c, ok := cfg.Executors[code.Language].(Checker); ok {
				return c.Check(ctx, code, shared)
			}
			return nil
		},
	})
	e.jobsCtx, e.endJobs = context.WithCancelCause(context.Background())
	e.helpCtx, e.endHelp = context.WithCancel(context.Background())
	e.sendCtx, e.cutSend = context.WithCancel(context.Background())
	if err := e.recoverAll(ctx); err != nil {
		close(e.loopDone)
		e.endJobs(errInterrupted)
		e.endHelp()
		e.cutSend()
		return nil, errors.Join(journal.Unexpected(err), db.Close(), lock.Release())
	}
	if cfg.Opened != nil {
		cfg.Opened(e)
	}
	go e.writeLoop()
	for n := range cfg.Workers {
		e.workers.Add(1)
		go e.workLoop(n)
		e.helpers.Add(1)
		go e.evalLoop(e.helpCtx)
	}
	e.helpers.Add(4)
	go e.writeBackLoop(e.helpCtx)
	go e.tidyLoop(e.helpCtx)
	go e.timerLoop(e.helpCtx)
	go e.outboxLoop(e.helpCtx, e.sendCtx)
	return e, nil
}

// do has something recorded and waits until it is on disk. Its function may run
// more than once, and only in the loop's goroutine.
func (e *Engine) do(ctx context.Context, apply func(t *turn) error) error {
	answer := make(chan error, 1)
	if err := e.submit(ctx, &input{apply: apply, done: func(err error) { answer <- err }}); err != nil {
		return err
	}
	err, gone := receive(ctx, e, answer)
	return cmp.Or(err, gone)
}

// submit hands an input to the loop.
func (e *Engine) submit(ctx context.Context, in *input) error {
	select {
	case e.in <- in:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-e.loopDone:
		return errClosed()
	}
}

// receive waits for what the done of an input sends.
func receive[T any](ctx context.Context, e *Engine, answer <-chan T) (got T, err error) {
	select {
	case got = <-answer:
		return got, nil
	case <-ctx.Done():
		return got, ctx.Err()
	case <-e.loopDone:
		select {
		case got = <-answer:
			return got, nil
		default:
			return got, errClosed()
		}
	}
}

// now is do before the loop runs.
func (e *Engine) now(apply func(t *turn) error) (err error) {
	e.process([]*input{{apply: apply, done: func(x error) { err = x }}})
	return err
}

func (e *Engine) isClosed() bool {
	select {
	case <-e.closed:
		return true
	default:
		return false
	}
}

// Close ends everything by one deadline, that of ctx: no new steps begin,
// running ones may end by themselves for a moment and are cut off then. A step
// that was cut off may have acted: it counts as lost, and Cuts tells of it. The
// error names what did not stop; that step counts as lost at the next start. Runs
// go on where they were.
func (e *Engine) Close(ctx context.Context) error {
	e.once.Do(func() { e.closeErr = e.close(ctx) })
	return e.closeErr
}

func (e *Engine) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeLimit)
	defer cancel()
	e.willEnd.Do(func() { close(e.ending) })
	close(e.closed)
	e.tail.advance()
	var errs []error
	err := e.do(ctx, func(t *turn) error { t.e.stopping = true; return nil })
	if err != nil && ctx.Err() != nil { // a disk that takes nothing holds nobody up
		errs = append(errs, errors.New("writing the file did not stop"))
	}
	e.endHelp()
	close(e.workStop)

	idle := make(chan struct{})
	go func() { e.workers.Wait(); close(idle) }()
	grace := time.NewTimer(stepGrace)
	defer grace.Stop()
	if deadline, ok := ctx.Deadline(); ok {
		grace.Reset(min(stepGrace, time.Until(deadline)/2))
	}
	select {
	case <-idle:
	case <-grace.C:
	case <-ctx.Done():
	}
	e.endJobs(errInterrupted)
	select {
	case <-idle:
		e.takeBack()
	case <-ctx.Done():
		for _, name := range e.busy.names() {
			errs = append(errs, errors.New(name+" did not stop"))
		}
	}

	helped := make(chan struct{})
	go func() { e.helpers.Wait(); close(helped) }()
	half := time.NewTimer(closeGrace)
	defer half.Stop()
	select {
	case <-helped:
	case <-half.C:
	case <-ctx.Done():
	}
	e.cutSend()
	select {
	case <-helped:
		e.eraseLast(ctx)
	case <-ctx.Done():
		names := e.chores.Names()
		if len(names) == 0 {
			names = []string{"something in the background"}
		}
		for _, name := range names {
			errs = append(errs, errors.New(name+" did not stop"))
		}
	}
	close(e.loopStop)
	<-e.loopDone
	errs = append(errs, e.db.Close(), e.lock.Release())
	if err := errors.Join(errs...); err != nil {
		return fault.Because(err, "engine.close", "Something did not stop in time: "+strings.ReplaceAll(err.Error(), "\n", ", "),
			"What was recorded is safe. What was cut off is asked about at the next start.")
	}
	return nil
}
