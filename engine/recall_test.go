package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// A result stands in for a job of the same code and arguments until it expires;
// the job is recorded all the same, and its log says why nothing ran. Failures
// are not kept.
func TestResultsOfJobsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		ran := 0
		f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
			if ran++; strings.Contains(string(j.Args), "bad") {
				return nil, errors.New("boom")
			}
			return strings.Repeat("x", 2000), nil
		})
		step := script("a", `"y":{"type":"javascript","expr":"flow_input.y"},"x":{"type":"javascript","expr":"flow_input.x"}|"cache_ttl":60`)
		same := func(in string, want int) run.ID {
			t.Helper()
			id := f.startWith(in, flowOf(step))
			f.untilDone(id)
			if ran != want {
				t.Errorf("after %s the code ran %d times, want %d", in, ran, want)
			}
			return id
		}
		first := same(`{"x":{"p":1,"q":2},"y":1}`, 1)
		again := same(`{"x":{"q":2,"p":1},"y":1}`, 1) // the order of fields means nothing
		f.diff("result", f.result(first, "a"), f.result(again, "a"))
		f.diff("entries", f.events(first), f.events(again))
		synctest.Wait()
		if log, err := f.Logs(bg, again, "a", 1, 0); err != nil || !strings.Contains(string(log), "found in cache") {
			t.Errorf("log %q, %v", log, err)
		}
		same(`{"x":2,"y":1}`, 2)
		same(`{"x":"bad","y":1}`, 3)
		same(`{"x":"bad","y":1}`, 4)
		f.stop()
		f.open()
		same(`{"x":2,"y":1}`, 4) // over a restart, too
		time.Sleep(time.Minute)
		same(`{"x":2,"y":1}`, 5)
		f.check()
		f.stop()
	})
}

// A result with a link is of the request of its run: it stands in for no other job, which
// may be one of another flow.
func TestAResultWithALinkIsNotKept(t *testing.T) {
	f := newFixture(t).open()
	ran := 0
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		ran++
		caller, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		if err != nil {
			return nil, err
		}
		links, err := f.ResumeLinks(ctx, caller, 7, "")
		switch string(j.Args) {
		case `{"x":"link"}`:
			return map[string]string{"page": links.Page}, err
		case `{"x":"secret"}`:
			return "n" + secretOf(links.Page), err
		}
		return "/a/" + strings.Repeat("a", run.SecretSize), err // nobody's
	})
	step := script("a", `"x":{"type":"javascript","expr":"flow_input.x"}|"cache_ttl":60`)
	for _, tt := range []struct {
		in   string
		runs int
	}{{`{"x":"link"}`, 2}, {`{"x":"secret"}`, 2}, {`{"x":"none"}`, 1}} {
		ran = 0
		first := f.startWith(tt.in, flowOf(step))
		f.untilDone(first)
		second := f.startWith(tt.in, flowOf(step))
		f.untilDone(second)
		if same := f.result(first, "a") == f.result(second, "a"); ran != tt.runs || same != (tt.runs == 1) {
			t.Errorf("%s: the code ran %d times, want %d; the same: %v", tt.in, ran, tt.runs, same)
		}
	}
}

// The result of a whole run stands in for another of the same flow and input.
func TestResultsOfRunsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		ran := 0
		f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) { ran++; return ran, nil })
		flow := func(id string) []byte {
			return []byte(`{"summary":"Kept","value":{"cache_ttl":60,"modules":[` + strings.Replace(script("a", ""), `"id":"a"`, `"id":"`+id+`"`, 1) + `]}}`)
		}
		for i, test := range []struct {
			id, in string
			pause  time.Duration
			want   int
		}{
			{"s", `{"x":1,"y":2}`, 0, 1},
			{"s", `{"y":2,"x":1}`, 30 * time.Second, 1},
			{"s", `{"x":2}`, 0, 2},
			{"t", `{"x":2}`, 0, 3},                      // another flow
			{"s", `{"x":1,"y":2}`, 31 * time.Second, 4}, // a recalled result does not live longer for it
		} {
			time.Sleep(test.pause)
			id := f.startWith(test.in, flow(test.id))
			s := f.untilDone(id)
			if ran != test.want || s.Outcome != run.Succeeded {
				t.Errorf("%d: the code ran %d times, want %d; the run %s", i, ran, test.want, s.Outcome)
			}
		}
		f.check()
		f.stop()
	})
}

// The steps of a flow with same_worker share a folder, over a gate and a
// restart; it goes with the run, also where Sluice died before it could remove
// it.
func TestStepsShareAFolder(t *testing.T) {
	f := newFixture(t).open()
	var dir string
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		dir = j.Shared
		return 1, os.WriteFile(dir+"/note", []byte("hello"), 0o600)
	})
	f.world.Script("b", func(ctx context.Context, j run.Job) (any, error) {
		b, err := os.ReadFile(j.Shared + "/note")
		return string(b), err
	})
	flow := []byte(`{"summary":"Shared","value":{"same_worker":true,"modules":[` + script("a", gate1) + `,` + script("b", "") + `]}}`)
	id := f.startWith(`{}`, flow)
	f.untilWaiting(id)
	f.crash()
	stray := strings.Replace(dir, string(id), journal.NewID(), 1)
	if err := os.MkdirAll(stray, 0o700); err != nil {
		t.Fatal(err)
	}
	f.open()
	if _, err := os.Stat(stray); !os.IsNotExist(err) {
		t.Errorf("the folder of a run that is gone is still there: %v", err)
	}
	if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	if got := f.result(id, "b"); got != `"hello"` {
		t.Errorf("b read %s", got)
	}
	f.settle()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder outlived the run: %v", err)
	}
	f.crash() // for one whose executor keeps off the disk otherwise
	f.cfg.Executors = map[string]Executor{"bash": offDisk{&f.world}}
	f.open()
	f.untilDone(f.startWith(`{}`, []byte(`{"summary":"Shared","value":{"same_worker":true,"modules":[`+script("a", "")+`]}}`)))
	if dir == "" {
		t.Error("a step that keeps off the disk got no shared folder")
	}
	plain := ""
	f.world.Script("c", func(ctx context.Context, j run.Job) (any, error) { plain = j.Shared; return 1, nil })
	f.untilDone(f.start(script("c", "")))
	if plain != "" {
		t.Errorf("a step that shares nothing got the folder %s", plain)
	}
}

// What steps shared is gone when Sluice ends, also where there was no time for it before.
func TestSharedFoldersGoAtTheEnd(t *testing.T) {
	f := newFixture(t)
	var dir string
	f.world.Script("a", func(_ context.Context, j run.Job) (any, error) {
		dir = j.Shared
		return 1, os.WriteFile(filepath.Join(dir, "large"), []byte("x"), 0o600)
	})
	f.open()
	f.maintenance.Later(func(ctx context.Context) { <-ctx.Done() }) // it is busy until the end
	f.untilDone(f.startWith(`{}`, []byte(`{"summary":"Shared","value":{"same_worker":true,"modules":[`+script("a", "")+`]}}`)))
	if _, err := os.Stat(filepath.Join(dir, "large")); err != nil {
		t.Fatal(err)
	}
	f.stop()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder outlived the end: %v", err)
	}
}

type offDisk struct{ Executor }

func (offDisk) NoFolder() {}

// settle waits until what was to be tidied up is.
func (f *fixture) settle() {
	f.t.Helper()
	done := make(chan bool)
	f.maintenance.Later(func(ctx context.Context) { close(done) })
	<-done
}

// erasedFlow asks for the erasure of a's values at once, of b's an hour later;
// c keeps what it made of them.
func erasedFlow() []byte {
	return flowOf(
		script("a", `"in":{"type":"javascript","expr":"flow_input.secret"}|"delete_after_use":true,"suspend":{"required_events":1}`),
		`{"id":"l","value":{"type":"forloopflow","skip_failures":true,"iterator":{"type":"static","value":[1,2]},"modules":[`+
			script("b", `"in":{"type":"javascript","expr":"flow_input.secret"}|"delete_after_secs":3600`)+`]}}`,
		script("c", ""),
	)
}

// journalHolds reports whether an entry of a run, or a result, holds a text.
func (f *fixture) journalHolds(id run.ID, text string) bool {
	f.t.Helper()
	log, err := f.Log(bg, id)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, entry := range log {
		_, data, err := journal.Encode(entry.Event)
		if err != nil {
			f.t.Fatal(err)
		}
		if strings.Contains(data, text) {
			return true
		}
		if ev, ok := entry.Event.(run.JobSucceeded); ok {
			if v, err := f.Value(bg, ev.Result); err != nil || strings.Contains(string(v), text) {
				return true
			}
		}
	}
	return false
}

// Values that a flow asks to be deleted are gone from the journal, the blobs and
// the logs when their time has come; the run can still be read, and a blob that
// another run needs stays.
func TestValuesAreErasedAfterUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 2 * time.Hour
		f.open()
		long := strings.Repeat("hush ", 1000)
		f.world.Script("a", func(context.Context, run.Job) (any, error) { return "A " + long, nil })
		f.world.Script("b", func(ctx context.Context, j run.Job) (any, error) { return nil, errors.New("B said hush") })
		f.world.Script("c", instant)
		in, err := json.Marshal(map[string]string{"secret": "B"})
		if err != nil {
			t.Fatal(err)
		}
		id := f.startWith(string(in), erasedFlow())
		other := f.start(script("a", "")) // makes the same value and keeps it
		f.untilDone(other)
		f.untilWaiting(id)
		if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true, Reason: "fine"}); err != nil {
			t.Fatal(err)
		}
		before := f.untilDone(id)
		events := f.events(id)
		synctest.Wait()
		f.settle()
		if f.journalHolds(id, "A hush") {
			t.Error("a's result is still there")
		}
		if !f.journalHolds(id, "B said") {
			t.Error("what is to stay for an hour is gone at once")
		}
		if got := f.result(other, "a"); !strings.Contains(got, "hush") {
			t.Errorf("the other run lost its value: %s", got)
		}
		if log, err := f.Logs(bg, id, "a", 1, 0); err != nil || len(log) > 0 {
			t.Errorf("a's log is %q, %v", log, err)
		}
		f.check()
		f.crash() // the hour passes while Sluice is closed
		time.Sleep(2 * time.Hour)
		f.open()
		synctest.Wait()
		f.settle()
		if f.journalHolds(id, "B said") {
			t.Error("b's errors are still there")
		}
		after, err := f.Engine.Run(bg, id)
		if err != nil {
			t.Fatal(err)
		}
		f.diff("the run's line", before, after)
		f.diff("the run's entries", events, f.events(id))
		if n := f.count(id, "DecisionMade"); n != 1 {
			t.Errorf("%d votes", n)
		}
		f.untilDone(f.start(script("c", "")))
		f.check()
		f.stop()
	})
}

// What a whole flow deletes is gone wherever it stood: in what the loop went over,
// what was asked, what people wrote, and what scripts shared.
func TestErasureReachesWhatPeopleWrote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.open()
		var c run.Caller
		f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
			var err error
			if c, err = f.Caller(ctx, j.Env["WM_TOKEN"]); err == nil {
				err = f.SetUserState(ctx, c.Run, "k", json.RawMessage(`"hush state"`))
			}
			return nil, err
		})
		f.world.Expr("list", func(func(string) (json.RawMessage, error)) (any, error) { return []string{"hush one", "hush two"}, nil })
		f.addAccount(false)
		f.world.Script("ask", func(ctx context.Context, j run.Job) (any, error) {
			c, err := f.Caller(ctx, j.Env["WM_TOKEN"])
			if err != nil {
				return nil, err
			}
			return "hush result", f.AskByMail(ctx, c, run.MailRequest{Account: "u/me/gmail", To: []string{"dana@acme.example"},
				Ask: run.Ask{Question: "hush question?", Message: "hush message", Facts: []run.Fact{{Label: "x", Value: "hush fact"}}, Defaults: json.RawMessage(`{"d":"hush default"}`)}})
		})
		file := []byte(`{"summary":"T","value":{"delete_after_secs":0,"modules":[` + script("a", "") + `,` + script("ask", gate1) + `,` +
			`{"id":"l","value":{"type":"forloopflow","skip_failures":false,"iterator":{"type":"javascript","expr":"list"},"modules":[` + script("b", `"x":{"type":"javascript","expr":"flow_input.iter.value"}`) + `]}}]}}`)
		begun, err := f.Start(bg, run.Request{Flow: file})
		id := begun.ID
		if err != nil {
			t.Fatal(err)
		}
		f.untilWaiting(id)
		if err := f.Decide(bg, run.Decision{Run: id, Step: "ask", Approve: true, Payload: json.RawMessage(`{"note":"hush payload"}`), Reason: "hush reason"}); err != nil {
			t.Fatal(err)
		}
		before := f.untilDone(id)
		synctest.Wait()
		f.settle()
		if f.journalHolds(id, "hush") {
			log, _ := f.Log(bg, id)
			for _, e := range log {
				_, data, _ := journal.Encode(e.Event)
				t.Logf("%T %s", e.Event, data)
			}
			t.Error("something is still there")
		}
		if v, err := f.UserState(bg, id, "k"); err != nil || strings.Contains(string(v), "hush") {
			t.Errorf("the state that scripts shared is %s, %v", v, err)
		}
		after, err := f.Engine.Run(bg, id)
		if err != nil {
			t.Fatal(err)
		}
		f.diff("the run's line", before, after)
		if n := f.count(id, "DecisionMade"); n != 1 {
			t.Errorf("%d votes", n)
		}
		f.check()
		f.stop()
	})
}

// A value stays as long as a run names it that keeps it: one that made it, one that was
// spared by a kept result, or a later step of the same run.
func TestErasureSparesWhatOthersName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 2 * time.Hour
		f.open()
		long := strings.Repeat("hush ", 1000)
		f.world.Script("a", func(context.Context, run.Job) (any, error) { return long, nil })
		f.world.Script("b", func(context.Context, run.Job) (any, error) { return long, nil })
		keeps := f.start(script("a", `|"cache_ttl":86400`))
		f.untilDone(keeps)
		spared := f.start(script("a", `|"cache_ttl":86400`), script("c", ""))
		f.world.Script("c", instant)
		f.untilDone(spared)
		if n := strings.Count(fmt.Sprint(f.world.Began()), "a#"); n != 1 {
			t.Fatalf("a ran %d times", n)
		}
		file := func(secs int) []byte {
			return []byte(fmt.Sprintf(`{"summary":"E","value":{"modules":[%s,%s]}}`,
				script("a", fmt.Sprintf(`|"delete_after_secs":%d`, secs)), script("b", fmt.Sprintf(`|"delete_after_secs":%d`, 2*secs))))
		}
		hush := f.startWith(`{}`, file(3600))
		f.untilDone(hush)
		has := func(want bool) {
			t.Helper()
			synctest.Wait()
			f.settle()
			value, err := journal.NewValue(json.RawMessage(`"` + long + `"`))
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := f.db.HasBlob(value.Ref.Hash); ok != want || err != nil {
				t.Errorf("the value is stored: %t, %v", ok, err)
			}
			f.check()
		}
		time.Sleep(61 * time.Minute) // a is erased, b is not
		has(true)
		if f.result(hush, "a") != "{}" || !strings.Contains(f.result(hush, "b"), "hush") {
			t.Error("a's value is to be gone, b's to be there")
		}
		time.Sleep(time.Hour)
		has(true) // the other runs name it
		for _, id := range []run.ID{keeps, spared} {
			if !strings.Contains(f.result(id, "a"), "hush") {
				t.Errorf("run %s lost its value", id)
			}
		}
		f.stop()
	})
	synctest.Test(t, func(t *testing.T) { // the same without the others
		f := newFixture(t)
		f.patience = 2 * time.Hour
		f.open()
		long := strings.Repeat("hush ", 1000)
		f.world.Script("a", func(context.Context, run.Job) (any, error) { return long, nil })
		value, err := journal.NewValue(json.RawMessage(`"` + long + `"`))
		if err != nil {
			t.Fatal(err)
		}
		var last run.ID
		for secs := range 2 {
			last = f.startWith(`{}`, []byte(fmt.Sprintf(`{"summary":"E","value":{"modules":[%s]}}`, script("a", fmt.Sprintf(`|"delete_after_secs":%d`, 3600*(secs+1))))))
			f.untilDone(last)
		}
		for _, want := range []bool{true, false} {
			time.Sleep(61 * time.Minute)
			synctest.Wait()
			f.settle()
			if ok, err := f.db.HasBlob(value.Ref.Hash); ok != want || err != nil {
				t.Errorf("the value is stored: %t, %v; want %t", ok, err, want)
			}
			f.check()
		}
		f.stop()
	})
}

// What was written when a run was canceled goes with its values.
func TestErasureReachesTheReasonOfACancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		id := f.startWith(`{}`, []byte(`{"summary":"T","value":{"delete_after_secs":0,"modules":[`+script("a", gate1)+`,`+script("b", "")+`]}}`))
		f.untilWaiting(id)
		if err := f.Cancel(bg, id, "ana", "hush reason"); err != nil {
			t.Fatal(err)
		}
		before := f.untilDone(id)
		synctest.Wait()
		f.settle()
		if f.journalHolds(id, "hush") {
			t.Error("the reason is still there")
		}
		if !f.journalHolds(id, "ana") {
			t.Error("who canceled is gone")
		}
		after, err := f.Engine.Run(bg, id)
		if err != nil {
			t.Fatal(err)
		}
		f.diff("the run's line", before, after)
		f.check()
		f.stop()
	})
}

// A value that nobody else names is overwritten in the file itself.
func TestErasedBlobLeavesTheFile(t *testing.T) {
	f := newFixture(t).open()
	mark := strings.Repeat("very secret ", 500)
	f.world.Script("a", func(context.Context, run.Job) (any, error) { return mark, nil })
	id := f.startWith(`{}`, []byte(`{"summary":"All","value":{"delete_after_secs":0,"modules":[`+script("a", "")+`]}}`))
	f.untilDone(id)
	f.untilErased(nil)
	f.check()
	f.stop() // the WAL is written back
	b, err := os.ReadFile(f.cfg.Dir + "/" + datadir.FileName)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "very secret very secret") {
		t.Error("the file still holds the value")
	}
}
