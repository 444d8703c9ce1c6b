package engine

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/clock"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/eval"
	"sluice/engine/internal/forms"
	"sluice/engine/internal/health"
	"sluice/engine/internal/hooks"
	"sluice/engine/internal/jobs"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/maintenance"
	"sluice/engine/internal/people"
	"sluice/engine/internal/schedules"
	"sluice/engine/internal/search"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

const (
	closeLimit = 10 * time.Second // of Close, when its context has no deadline
	closeGrace = 2 * time.Second  // for what is being sent to end by itself
	stepGrace  = 5 * time.Second  // for running steps, which may be acting
)

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
	if err := datadir.CheckLog(cfg.Dir); err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	db, err := sqlite.Open(filepath.Join(cfg.Dir, datadir.FileName))
	if err != nil {
		return nil, errors.Join(datadir.OpenFault(cfg.Dir, err), lock.Release())
	}
	lock.Note(db.Stamp())
	db.OnCommit(lock.Note, lock.NoteAgain)
	if hook != nil {
		db.SetCommitHook(hook)
	}
	e := &Engine{Reader: newReader(db, cfg.Dir), parts: &parts{cfg: cfg, log: cfg.Logger, file: db}, lock: lock, closed: make(chan struct{})}
	e.hold.still = cfg.Still
	e.assemble()
	e.lookAtOnce(ctx)
	if e.hold.now(func(*hold) {}) {
		_ = e.jobs.Hold(nil)
	}
	if err := e.takeUp(ctx); err != nil {
		e.writer.Abandon()
		e.jobs.Abandon()
		return nil, errors.Join(journal.Unexpected(err), db.Close(), lock.Release())
	}
	if lock.Lost {
		e.Notice(fault.Condition{
			Code: "engine.begun", Title: "A new file was begun, though a Sluice was in this folder before",
			Hint: "Its file, " + datadir.FileName + ", was gone or empty. If you miss something, end Sluice and bring back your newest backup with sluice restore. The folder is " + cfg.Dir + ".",
		}, cfg.wall().Add(health.NoticeFor))
	}
	e.writer.Start()
	e.jobs.Start()
	for _, s := range e.services() {
		if !e.acts(s) {
			s.Start()
		}
	}
	switch {
	case e.hold.unknown:
		e.looking.Go(e.lookLater)
	case !e.hold.now(func(*hold) {}):
		e.proceed.Do(e.act)
	}
	return e, nil
}

// Proceed has an engine that was opened Still begin what waits in its folder.
func (e *Engine) Proceed(ctx context.Context) error {
	return e.goOn(ctx, func(h *hold) { h.still = false })
}

// assemble makes the parts and gives them each other.
func (e *Engine) assemble() {
	cfg, db, j := e.cfg, e.file, e.Reader.Reader
	e.journal = j
	e.Book = health.NewBook(cfg.wall)
	e.book = e.Book
	e.reads = health.Reads{Book: e.Book, Dir: cfg.Dir, Log: cfg.Logger, Closed: e.closed}
	e.writer = writer.New(writer.Config{DB: db, Journal: j, Hands: hands{e.parts}, Book: e.Book, Reads: e.reads, Wall: cfg.wall, Log: cfg.Logger})
	e.Library = library.New(db, library.Config{
		Box: cfg.Box, Scripts: cfg.Scripts, TestResource: cfg.TestResource, Refresh: cfg.Refresh,
		Write: func(ctx context.Context, f func(tx *sqlite.Tx, now time.Time) error) error {
			return e.writer.Do(ctx, func(tx *writer.Tx) error { return f(tx.Tx, tx.Now) })
		},
		ToldTo: func(ctx context.Context, id run.ID, text []byte) ([]byte, error) {
			return e.people.ToldTo(ctx, id, text)
		},
		Account: func(path string) {
			e.CureCondition(health.CodeSignIn, path)
			e.sender.Poke()
		},
		Runs: func(language string) bool { return cfg.Executors[language] != nil },
		Check: func(ctx context.Context, code run.Code, shared bool) error {
			if c, ok := cfg.Executors[code.Language].(Checker); ok {
				return c.Check(ctx, code, shared)
			}
			return nil
		},
	})
	e.search = search.New(search.Config{Dir: cfg.Dir, DB: db, Journal: j, Moved: e.writer.Moved, Log: cfg.Logger})
	e.words = e.search
	e.clock = clock.New(clock.Config{
		Writer: e.writer, DB: db, Limits: limits{e.parts}, Wall: cfg.wall, Book: e.Book, Log: cfg.Logger,
		EraseDue: func() { e.maintenance.Later(func(ctx context.Context) { e.maintenance.EraseDue(ctx) }) },
	})
	e.maintenance = maintenance.New(maintenance.Config{
		Dir: cfg.Dir, Outbox: cfg.Outbox, Writer: e.writer, Journal: j, DB: db, Clock: e.clock, Gone: func() { e.people.Forget(); e.search.Gone() }, Wall: cfg.wall, Chores: &e.chores, Log: cfg.Logger,
	})
	e.jobs = jobs.New(jobs.Config{
		Dir: cfg.Dir, Executors: cfg.Executors, Workers: cfg.Workers, Owner: cfg.Owner, BaseURL: cfg.base, LocalURL: cfg.LocalURL,
		Writer: e.writer, Journal: j, DB: db, Resolver: e.Library, Reads: e.reads,
		HoldsLink: func(ctx context.Context, text []byte) (bool, error) { return e.people.HoldsLink(ctx, text) },
		Chores:    &e.chores,
		Later:     func(f func()) { e.maintenance.Later(func(context.Context) { f() }) }, Wake: e.clock.NoteRelease, Log: cfg.Logger,
	})
	e.Steps = e.jobs.Steps()
	e.evals = eval.New(eval.Config{
		Evaluator: cfg.Evaluator, Workers: cfg.Workers, Library: e.Library, States: e,
		Writer: e.writer, DB: db, Reads: e.reads, Chores: &e.chores,
	})
	e.People, e.sender = people.New(people.Config{
		Writer: e.writer, Journal: j, DB: db, Box: cfg.Box, Accounts: e.Library, Callers: e.jobs,
		Evaluator: cfg.Evaluator, Mailer: cfg.Mailer, BaseURL: cfg.base, Wall: cfg.wall, Book: e.Book, Chores: &e.chores, Closed: e.closed, Log: cfg.Logger,
	})
	e.people, e.Mails = e.People, e.sender.Mails()
	e.Timetable = schedules.New(schedules.Config{
		Writer: e.writer, DB: db, Request: e.scheduled, Fits: e.fits, Begin: e.begin, End: e.howItEnded,
		Wall: cfg.wall, Book: e.Book, Log: cfg.Logger,
	})
	e.schedules = e.Timetable
	e.Receiver = hooks.New(hooks.Config{
		Writer: e.writer, DB: db, Box: cfg.Box, Flow: e.Flow, Variable: e.Variable,
		Begin: e.begin, Run: j.Run, End: e.toldOutside, Watch: e.Watch,
		Later:   func(f func(context.Context)) { e.maintenance.Later(f) },
		BaseURL: cfg.base, Wall: cfg.wall, Book: e.Book, Log: cfg.Logger,
	})
	e.Reception = forms.New(forms.Config{
		Writer: e.writer, DB: db, Flow: e.Flow, Script: e.Script, Signature: cfg.Signature, Alone: e.alone,
		Begin: e.begin, Run: j.Run, End: e.toldOutside, Conditions: e.FormConditions,
		BaseURL: cfg.base, Book: e.Book, Log: cfg.Logger,
	})
}

// Watch yields batches of journal entries with an id above after: first those
// on disk, then new ones right after they were committed, until ctx ends or the
// engine closes. A reader takes its time: nothing is pushed or dropped. Entries
// that cannot be read are left out; their run is damaged. A disk that does not
// answer is waited for. Any other error is yielded once and ends it; whoever has
// more to hear watches again from the last entry.
func (e *Engine) Watch(ctx context.Context, after int64) iter.Seq2[[]run.Entry, error] {
	return e.writer.Watch(ctx, after)
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
	e.jobs.Ending()
	close(e.closed)
	e.writer.Wake()
	var errs []error
	err := e.writer.Do(ctx, e.jobs.Halt)
	if err != nil && ctx.Err() != nil { // a disk that takes nothing holds nobody up
		errs = append(errs, errors.New("writing the file did not stop"))
	}
	e.looking.Stop()
	for _, s := range e.services() {
		s.Stop()
	}
	for _, name := range e.jobs.Stop(ctx, stepGrace) {
		errs = append(errs, errors.New(name+" did not stop"))
	}

	stopped := make(chan struct{})
	go func() {
		e.looking.Wait()
		for _, s := range e.services() {
			s.Wait()
		}
		close(stopped)
	}()
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	select {
	case <-stopped:
	case <-grace.C:
	case <-ctx.Done():
	}
	e.sender.Cut()
	select {
	case <-stopped:
		e.maintenance.EraseLast(ctx)
	case <-ctx.Done():
		names := e.chores.Names()
		if len(names) == 0 {
			names = []string{"something in the background"}
		}
		for _, name := range names {
			errs = append(errs, errors.New(name+" did not stop"))
		}
	}
	e.writer.Stop()
	errs = append(errs, e.search.Close(), e.db.Close(), e.lock.Release())
	if err := errors.Join(errs...); err != nil {
		return fault.Because(err, "engine.close", "Something did not stop in time: "+strings.ReplaceAll(err.Error(), "\n", ", "),
			"What was recorded is safe. What was cut off is asked about at the next start.")
	}
	return nil
}
