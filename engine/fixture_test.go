package engine

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/enginetest"
	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// A fixture is an engine in a folder of its own with a scripted world around
// it. Every test that uses one ends with Verify.
type fixture struct {
	t        testing.TB
	world    enginetest.World
	cfg      Config
	patience time.Duration // of until
	heal     func()        // takes a fault back
	blind    chan bool     // closed when what is read can be read
	clock    wallClock
	*Engine
}

// wallClock is a clock that somebody sets while the engine runs.
type wallClock struct{ ahead atomic.Int64 }

func (c *wallClock) now() time.Time { return time.Now().Round(0).Add(time.Duration(c.ahead.Load())) }

func (c *wallClock) jump(by time.Duration) { c.ahead.Add(int64(by)) }

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, patience: 20 * time.Second}
	f.cfg = Config{
		Dir: t.TempDir(), Executors: map[string]Executor{enginetest.Language: &f.world}, Evaluator: &f.world, Mailer: &f.world,
		wall: f.clock.now,
		Box:  enginetest.Box{}, BaseURL: func() string { return "https://ask.example/sluice" }, Owner: "ann@acme.example", Workers: 2,
	}
	t.Cleanup(func() {
		if f.Engine == nil {
			return
		}
		f.check()
		f.stop()
	})
	return f
}

func (f *fixture) open() *fixture {
	f.t.Helper()
	f.openWith(nil)
	return f
}

// openWith opens the engine with a hook at its commits.
func (f *fixture) openWith(hook func(before bool, n int) error) {
	f.t.Helper()
	cfg := f.cfg
	still := cfg.Still
	cfg.Still = true // until the world's steps can ask the engine
	e, err := open(context.Background(), cfg, hook)
	if err != nil {
		f.t.Fatalf("open: %v", err)
	}
	if f.Engine = e; still {
		return
	}
	if err := e.Proceed(context.Background()); err != nil {
		f.t.Fatalf("proceed: %v", err)
	}
}

func (f *fixture) stop() {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := f.Engine.Close(ctx); err != nil {
		f.t.Errorf("close: %v", err)
	}
	f.Engine = nil
}

// crash drops the engine as a dying process would: from now on nothing reaches
// the disk, and the lock is free.
func (f *fixture) crash() {
	f.t.Helper()
	e := f.Engine
	e.db.SetCommitHook(func(bool, int) error { return errors.New("the process is dead") })
	close(e.closed)
	e.jobs.Abandon()
	for _, s := range e.services() {
		s.Stop()
	}
	e.sender.Cut()
	e.jobs.Stop(bg, 0)
	f.Engine = nil // no step asks it any more
	e.writer.Stop()
	for _, s := range e.services() {
		s.Wait()
	}
	if err := errors.Join(e.db.Close(), e.lock.Release()); err != nil {
		f.t.Fatalf("crash: %v", err)
	}
}

// check verifies the file.
func (f *fixture) check() {
	f.t.Helper()
	problems, err := f.Verify(context.Background())
	if err != nil {
		f.t.Errorf("verify: %v", err)
	}
	for _, p := range problems {
		f.t.Errorf("verify: %v", p)
	}
	f.sameFromMemory()
}

// sameFromMemory compares the entries that those who read along were given from memory
// with what the file says.
func (f *fixture) sameFromMemory() {
	f.t.Helper()
	last, err := f.db.LastEntry()
	if err != nil {
		f.t.Fatal(err)
	}
	got, ok := f.writer.Since(max(0, last-4096), 4096)
	if !ok || len(got) == 0 {
		return
	}
	rows, err := f.db.Tail(got[0].ID-1, 4096)
	if err != nil {
		f.t.Fatal(err)
	}
	var want []run.Entry
	for _, row := range rows {
		entry, err := journal.EntryOf(row)
		if err != nil {
			f.t.Fatal(err)
		}
		want = append(want, entry)
	}
	asJSON := cmp.Comparer(func(a, b json.RawMessage) bool {
		if len(a) == 0 || len(b) == 0 {
			return len(a) == len(b)
		}
		ja, errA := json.Marshal(a)
		jb, errB := json.Marshal(b)
		return errA == nil && errB == nil && bytes.Equal(ja, jb)
	})
	f.diff("entries from memory", want, got, asJSON)
}

// start starts a flow of modules, given as JSON.
func (f *fixture) start(modules ...string) run.ID {
	f.t.Helper()
	begun, err := f.Start(context.Background(), run.Request{Flow: flowOf(modules...), Trigger: run.Trigger{Kind: "test"}})
	id := begun.ID
	if err != nil {
		f.t.Fatalf("start: %v", err)
	}
	return id
}

func flowOf(modules ...string) []byte {
	return []byte(`{"summary":"Refund","value":{"modules":[` + strings.Join(modules, ",") + `]}}`)
}

// script is a module whose script is called like it. More holds further inputs
// and, after a bar, further fields of the module.
func script(id, more string) string {
	inputs, fields, _ := strings.Cut(more, "|")
	if fields != "" {
		fields = "," + fields
	}
	return fmt.Sprintf(`{"id":%q,"value":{"type":"rawscript","language":%q,"content":%q,"input_transforms":{%s}}%s}`,
		id, enginetest.Language, id, inputs, fields)
}

const (
	gate1  = `|"suspend":{"required_events":1}`
	gate2  = `|"suspend":{"required_events":2,"timeout":600}`
	retry1 = `|"retry":{"constant":{"attempts":1,"seconds":0}}`
)

// until waits until the journal has brought a run where ok is true.
func (f *fixture) until(id run.ID, what string, ok func(s run.Summary) bool) run.Summary {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), f.patience)
	defer cancel()
	for _, err := range f.Watch(ctx, 0) {
		if err != nil {
			f.t.Fatalf("watch: %v", err)
		}
		s, err := f.Engine.Run(ctx, id)
		if err != nil {
			f.t.Fatalf("run %s: %v", id, err)
		}
		if ok(s) {
			return s
		}
	}
	f.t.Fatalf("run %s never came to be %s; its journal is %v", id, what, f.events(id))
	panic("unreachable")
}

func (f *fixture) untilDone(id run.ID) run.Summary {
	f.t.Helper()
	return f.until(id, "done", func(s run.Summary) bool { return s.Status == run.StatusDone })
}

func (f *fixture) untilWaiting(id run.ID) {
	f.t.Helper()
	f.until(id, "suspended", func(s run.Summary) bool { return s.Status == run.StatusSuspended })
}

// events lists the kinds of a run's entries.
func (f *fixture) events(id run.ID) []string {
	f.t.Helper()
	log, err := f.Log(context.Background(), id)
	if err != nil {
		f.t.Fatalf("log of %s: %v", id, err)
	}
	var out []string
	for _, entry := range log {
		out = append(out, strings.TrimPrefix(fmt.Sprintf("%T", entry.Event), "run."))
		if ev, ok := entry.Event.(run.JobFailed); ok && f.t.Failed() {
			f.t.Logf("step %s attempt %d: %v", ev.Step, ev.Attempt, ev.Err.Error())
		}
	}
	return out
}

func (f *fixture) count(id run.ID, event string) (n int) {
	f.t.Helper()
	for _, ev := range f.events(id) {
		if ev == event {
			n++
		}
	}
	return n
}

// result reads the result of a step from the journal.
func (f *fixture) result(id run.ID, step run.StepID) string {
	f.t.Helper()
	log, err := f.Log(context.Background(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, entry := range log {
		if ev, ok := entry.Event.(run.JobSucceeded); ok && ev.Step == step {
			v, err := f.Value(context.Background(), ev.Result)
			if err != nil {
				f.t.Fatal(err)
			}
			return string(v)
		}
	}
	f.t.Fatalf("step %s of run %s has no result", step, id)
	return ""
}

func (f *fixture) diff(what string, want, got any, opts ...cmp.Option) {
	f.t.Helper()
	if d := cmp.Diff(want, got, opts...); d != "" {
		f.t.Errorf("%s (-want +got)\n%s", what, d)
	}
}

// secretOf is the secret in the address of a page.
func secretOf(page string) string { return page[strings.LastIndexByte(page, '/')+1:] }

// addAccount stores a gmail resource.
func (f *fixture) addAccount(practice bool) {
	f.t.Helper()
	v, err := json.Marshal(flow.Account{Path: "u/me/gmail", Email: "ops@acme.example", Token: "access", Refresh: "deep secret", Practice: practice})
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.PutResource(context.Background(), flow.Resource{Path: "u/me/gmail", Type: "gmail", Value: v}); err != nil {
		f.t.Fatal(err)
	}
}

// damage changes the file behind the engine's back.
func damage(t testing.TB, dir, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, datadir.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.Exec(query)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		t.Fatalf("%s changed nothing (%v)", query, err)
	}
}

// contextUntil is a context that ends when c is closed.
func contextUntil(c <-chan bool) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	go func() {
		defer cancel()
		select {
		case <-c:
		case <-ctx.Done():
		}
	}()
	return ctx
}

// blockUntil is a script that ends when c is closed, or when it is told to.
func blockUntil(c <-chan bool) enginetest.Func {
	return func(ctx context.Context, j run.Job) (any, error) {
		select {
		case <-c:
			return 1, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func instant(context.Context, run.Job) (any, error) { return 1, nil }

func signal(c chan<- bool) enginetest.Func {
	return func(context.Context, run.Job) (any, error) { c <- true; return 1, nil }
}

// await waits for the end of a run by looking at its row only.
func (f *fixture) await(id run.ID) { f.awaitStatus(id, run.StatusDone) }

func (f *fixture) awaitStatus(id run.ID, status run.Status) {
	for {
		moved := f.writer.Moved()
		s, err := f.Engine.Run(context.Background(), id)
		if err != nil {
			panic(err)
		}
		if s.Status == status {
			return
		}
		<-moved
	}
}

// wakeAtLeast is how long the clock sleeps at most.
const wakeAtLeast = 30 * time.Second
