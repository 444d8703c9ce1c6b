package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/engine/enginetest"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/jobs"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

var bg = context.Background()

func TestRunWaitsForAPersonAndGoesOn(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) { return map[string]any{"amount": 120}, nil })
	f.world.Script("b", func(ctx context.Context, j run.Job) (any, error) { return "asked", nil })
	id := f.start(
		script("a", ""),
		script("b", gate1),
		script("c", `"amount":{"type":"javascript","expr":"results.a.amount"},"said":{"type":"javascript","expr":"resume.message"}`),
	)
	f.untilWaiting(id)
	open, err := f.Approvals(bg, 0)
	if err != nil || len(open) != 1 || open[0].Step != "b" || open[0].FlowName != "Refund" {
		t.Fatalf("Approvals = %+v, %v", open, err)
	}
	l, err := f.MintLink(bg, id, "b", "Dana@Acme.example ")
	if err != nil {
		t.Fatal(err)
	}
	if l.Person != "dana@acme.example" || !strings.HasPrefix(l.Page, "https://ask.example/sluice/a/") {
		t.Errorf("MintLink = %+v", l)
	}
	a, err := f.Vote(bg, secretOf(l.Page), run.Decision{Approve: true, Payload: json.RawMessage(`{"message":"fine"}`)})
	if err != nil || a.State != run.ApprovalApproved || a.MyVote == nil {
		t.Fatalf("Vote = %+v, %v", a, err)
	}
	if s := f.untilDone(id); s.Outcome != run.Succeeded {
		t.Errorf("outcome %s, journal %v", s.Outcome, f.events(id))
	}
	f.diff("result of c", `{"amount":120,"said":"fine"}`, f.result(id, "c"))
	if open, err = f.Approvals(bg, 0); err != nil || len(open) != 0 {
		t.Errorf("Approvals at the end = %v, %v", open, err)
	}
	// A decided request stays readable by its link.
	if a, err = f.Approval(bg, secretOf(l.Page)); err != nil || a.State != run.ApprovalApproved || len(a.Votes) != 1 {
		t.Errorf("Approval at the end = %+v, %v", a, err)
	}
	log, err := f.Logs(bg, id, "a", 1, 2)
	f.diff("log from byte 2", "attempt 1\n", string(log))
	if err != nil {
		t.Error(err)
	}
}

func TestAStepCostsOneCommit(t *testing.T) {
	f := newFixture(t)
	commits := 0
	f.openWith(func(before bool, n int) error { commits = n; return nil })
	var steps []string
	for i := range 10 {
		id := fmt.Sprint("s", i)
		steps = append(steps, script(id, `"x":{"type":"javascript","expr":"previous_result"}`))
	}
	id := f.start(steps...)
	f.untilDone(id)
	f.stop()
	if want := 11; commits != want {
		t.Errorf("10 steps took %d commits, want %d: the start and one per step", commits, want)
	}
}

func TestLargeValuesAreBlobs(t *testing.T) {
	f := newFixture(t).open()
	list := make([]string, 5000)
	for i := range list {
		list[i] = "ünïcode"
	}
	f.world.Script("a", func(context.Context, run.Job) (any, error) { return list, nil })
	id := f.start(script("a", ""), script("b", `"n":{"type":"javascript","expr":"results.a[4999]"}`))
	f.untilDone(id)
	log, err := f.Log(bg, id)
	if err != nil {
		t.Fatal(err)
	}
	var ref run.Ref
	for _, entry := range log {
		if ev, ok := entry.Event.(run.JobSucceeded); ok && ev.Step == "a" {
			ref = ev.Result
		}
	}
	want, _ := json.Marshal(list)
	if ref.Inline != nil || len(ref.Hash) != 64 || ref.Len != 5000 || ref.Size != int64(len(want)) || !strings.HasPrefix(string(want), ref.Preview) || len(ref.Preview) < 1000 {
		t.Errorf("Ref = %+v", ref)
	}
	got, err := f.Value(bg, ref)
	if err != nil {
		t.Fatal(err)
	}
	f.diff("value", string(want), string(got))
	f.diff("result of b", `{"n":"ünïcode"}`, f.result(id, "b"))
	for _, p := range []struct{ offset, n, from, to int }{{0, 10, 0, 10}, {1000, 2000, 1000, 3000}, {len(want) - 5, 100, len(want) - 5, len(want)}, {len(want) + 5, 100, len(want), len(want)}} {
		part, size, err := f.BlobPart(bg, ref.Hash, int64(p.offset), p.n)
		if err != nil || string(part) != string(want[p.from:p.to]) || size != ref.Size {
			t.Errorf("BlobPart(%d, %d) = %q of %d, %v", p.offset, p.n, part, size, err)
		}
	}
	if _, _, err := f.BlobPart(bg, strings.Repeat("0", 64), 0, 1); !fault.HasCode(err, "value.unknown") {
		t.Errorf("BlobPart of a value that is not stored = %v", err)
	}
	if _, err := f.Value(bg, run.Ref{Hash: strings.Repeat("0", 64)}); err == nil {
		t.Error("a value that is not stored was read")
	}
}

// What people wrote may be long: the next step sees all of it.
func TestResumesOfLongAnswers(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(
		`{"id":"a","value":{"type":"identity"},"suspend":{"required_events":2}}`,
		script("b", `"all":{"type":"javascript","expr":"resumes"}`),
	)
	f.untilWaiting(id)
	long := strings.Repeat("because ", 500)
	for _, person := range []string{"dana", "li"} {
		l, err := f.MintLink(bg, id, "a", person)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Vote(bg, secretOf(l.Page), run.Decision{Approve: true, Payload: json.RawMessage(`{"message":"` + person + " " + long + `"}`)}); err != nil {
			t.Fatal(err)
		}
	}
	f.untilDone(id)
	f.diff("what b saw", `{"all":[{"message":"dana `+long+`"},{"message":"li `+long+`"}]}`, f.result(id, "b"))
}

func TestStartRefusesWhatCannotRun(t *testing.T) {
	f := newFixture(t)
	f.cfg.Scripts = func(path string) (run.Code, error) {
		if path == "hub/1/ask" {
			return run.Code{Path: path, Language: "bash", Content: "ask"}, nil
		}
		return run.Code{}, errors.New("not in the hub")
	}
	f.open()
	schema := `"schema":{"type":"object","required":["amount"],"properties":{"amount":{"type":"number"}}}`
	for _, test := range []struct {
		reason, flow, input string
		code                fault.Code
		names               string // must stand in the title
	}{
		{"not JSON", `{"value":`, "", "flow.syntax", ""},
		{"a script that is nowhere", `{"value":{"modules":[{"id":"a","value":{"type":"script","path":"hub/2/no","input_transforms":{}}}]}}`, "", "script.unknown", "hub/2/no"},
		{"a language that cannot run", `{"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"python3","content":"def main(): pass","input_transforms":{}}}]}}`, "", "flow.language", "python3"},
		{"two steps of one name", string(flowOf(script("a", ""), script("a", ""))), "", "flow.id", "a"},
		{"a required input is missing", `{"value":{"modules":[]},` + schema + `}`, `{}`, "flow.input", "amount"},
		{"an input of a wrong type", `{"value":{"modules":[]},` + schema + `}`, `{"amount":"ten"}`, "flow.input", "amount"},
		{"an input that is no object", `{"value":{"modules":[]}}`, `[1]`, "flow.input", "object"},
	} {
		_, err := f.Start(bg, run.Request{Flow: []byte(test.flow), Input: json.RawMessage(test.input)})
		e := fault.From(err)
		if err == nil || e.Code != test.code || !strings.Contains(e.Title, test.names) || e.Hint == "" {
			t.Errorf("%s: Start = %v, want code %s and a title with %q", test.reason, err, test.code, test.names)
		}
	}
	if runs, err := f.Runs(bg, Filter{}); err != nil || len(runs) != 0 {
		t.Errorf("Runs = %v, %v; want none", runs, err)
	}
	begun, err := f.Start(bg, run.Request{Flow: []byte(`{"value":{"modules":[{"id":"a","value":{"type":"script","path":"hub/1/ask","input_transforms":{}}}]}}`)})
	id := begun.ID
	if err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	log, err := f.Log(bg, id)
	if err != nil {
		t.Fatal(err)
	}
	pin, err := f.Pinned(bg, log[0].Event.(run.Started).Flow)
	if err != nil || pin.Scripts["hub/1/ask"].Content != "ask" {
		t.Errorf("Pinned = %+v, %v", pin, err)
	}
}

func TestReferencesAreResolvedOnlyForTheJob(t *testing.T) {
	f := newFixture(t).open()
	f.addAccount(false)
	for _, err := range []error{
		f.PutResource(bg, flow.Resource{Path: "u/me/db", Type: "postgresql", Value: flow.Raw(`{"host":"db","password":"$var:u/me/pw","tags":["$var:u/me/pw"]}`)}),
		f.SetVariable(bg, flow.Variable{Path: "u/me/pw", Value: "hush", Secret: true}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var got string
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) { got = string(j.Args); return 1, nil })
	id := f.start(script("a", `"db":{"type":"static","value":"$res:u/me/db"},"mail":{"type":"static","value":{"z":"$res:u/me/gmail","a":1}}`))
	f.untilDone(id)
	f.diff("arguments", `{"db":{"host":"db","password":"hush","tags":["hush"]},"mail":{"z":{"email":"ops@acme.example","path":"u/me/gmail","token":"access"},"a":1}}`, got)
	for _, file := range []string{datadir.FileName, datadir.FileName + "-wal"} {
		b, err := os.ReadFile(f.cfg.Dir + "/" + file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for _, s := range []string{"hush", "deep secret"} {
			if strings.Contains(string(b), s) {
				t.Errorf("%s holds %q in the open", file, s)
			}
		}
	}
	id = f.start(script("a", `"db":{"type":"static","value":"$res:u/me/nothing"}`))
	f.untilDone(id)
	log, _ := f.Log(bg, id)
	for _, entry := range log {
		if ev, ok := entry.Event.(run.JobFailed); ok && (ev.Err.Code != "resource.unknown" || !strings.Contains(ev.Err.Message, "u/me/nothing")) {
			t.Errorf("failure = %+v", ev.Err)
		}
	}
	if n := f.count(id, "JobFailed"); n != 1 {
		t.Errorf("%d failures, want 1: %v", n, f.events(id))
	}
}

func TestJobKnowsItsPlaceAndItsTokenEnds(t *testing.T) {
	f := newFixture(t).open()
	var env map[string]string
	var during run.Caller
	f.world.Script("a", func(ctx context.Context, j run.Job) (_ any, err error) {
		env = j.Env
		during, err = f.Caller(ctx, j.Env["WM_TOKEN"])
		if err := os.WriteFile(filepath.Join(j.Dir, "left"), nil, 0o600); err != nil {
			return nil, err
		}
		return j.Dir, err
	})
	id := f.start(script("a", ""))
	f.untilDone(id)
	if during.Run != id || during.Step != "a" || during.Attempt != 1 || during.Job != env["WM_JOB_ID"] || env["WM_ROOT_FLOW_JOB_ID"] != string(id) || env["WM_FLOW_STEP_ID"] != "a" || env["WM_WORKSPACE"] != "sluice" {
		t.Errorf("caller %+v, environment %v", during, env)
	}
	if _, err := f.Caller(bg, env["WM_TOKEN"]); !fault.HasCode(err, "api.token") {
		t.Errorf("the token outlived its job: %v", err)
	}
	var dir string
	if err := json.Unmarshal([]byte(f.result(id, "a")), &dir); err != nil {
		t.Fatal(err)
	}
	f.check()
	f.stop() // the worker tidies up while the result is recorded
	if _, err := os.Stat(filepath.Join(dir, "left")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what the job left in its folder is still there: %v", err)
	}
}

func TestWatchMissesNothing(t *testing.T) {
	f := newFixture(t).open()
	const writers, each = 8, 20
	type result struct {
		ids []int64
		err error
	}
	seen := make(chan result, 1)
	total := make(chan int, 1)
	go func() {
		var r result
		want := -1
		ctx, cancel := context.WithTimeout(bg, 20*time.Second)
		defer cancel()
		for batch, err := range f.Watch(ctx, 0) {
			if err != nil {
				r.err = err
				break
			}
			for _, entry := range batch {
				r.ids = append(r.ids, entry.ID)
			}
			select {
			case want = <-total:
			default:
			}
			if want >= 0 && len(r.ids) >= want {
				break
			}
		}
		seen <- r
	}()
	var ids []run.ID
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				id := f.start(script("a", ""))
				mu.Lock()
				ids = append(ids, id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	n := 0
	for _, id := range ids {
		f.untilDone(id)
		n += len(f.events(id))
	}
	total <- n
	id := f.start() // one more batch, so that the watcher looks again
	f.untilDone(id)
	r := <-seen
	if r.err != nil {
		t.Fatal(r.err)
	}
	for i, id := range r.ids {
		if id != int64(i+1) {
			t.Fatalf("entry %d came in place %d", id, i+1)
		}
	}
	if len(r.ids) < n {
		t.Errorf("the watcher saw %d entries of %d", len(r.ids), n)
	}
}

func TestOnlyOneEngineHasAFolder(t *testing.T) {
	f := newFixture(t).open()
	_, err := Open(bg, f.cfg)
	if !fault.HasCode(err, "engine.locked") || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("the second Open = %v, want engine.locked with the process", err)
	}
	if err := os.Remove(filepath.Join(f.cfg.Dir, "sluice.lock")); err == nil { // where a system lets one
		if _, err := Open(bg, f.cfg); !fault.HasCode(err, "engine.locked") {
			t.Errorf("the second Open after the lock was removed = %v", err)
		}
	}
	r, err := OpenReader(f.cfg.Dir)
	if err != nil {
		t.Fatalf("OpenReader beside an engine: %v", err)
	}
	defer r.Close()
	id := f.start(script("a", ""))
	f.untilDone(id)
	if s, err := r.Run(bg, id); err != nil || s.Outcome != run.Succeeded {
		t.Errorf("the reader sees %+v, %v", s, err)
	}
	if _, err := OpenReader(t.TempDir()); !fault.HasCode(err, "engine.empty") {
		t.Errorf("OpenReader of an empty folder = %v", err)
	}
}

func TestCancelEndsARunAndItsJob(t *testing.T) {
	f := newFixture(t).open()
	began, ended := make(chan bool), make(chan error, 1)
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		close(began)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return nil, ctx.Err()
	})
	id := f.start(script("a", ""), script("b", ""))
	<-began
	if err := f.Cancel(bg, id, "ann", "a mistake"); err != nil {
		t.Fatal(err)
	}
	if s := f.untilDone(id); s.Outcome != run.Canceled {
		t.Errorf("outcome %s", s.Outcome)
	}
	if err := <-ended; !errors.Is(err, jobs.ErrDropped) {
		t.Errorf("the job ended because of %v", err)
	}
	if err := f.Cancel(bg, id, "ann", "again"); err != nil {
		t.Errorf("a second cancel: %v", err)
	}
	if err := f.Cancel(bg, run.ID(journal.NewID()), "ann", ""); !fault.HasCode(err, "run.unknown") {
		t.Errorf("cancel of nothing: %v", err)
	}
	// Both workers are free again.
	f.world.Script("c", func(ctx context.Context, j run.Job) (any, error) { return 1, nil })
	f.untilDone(f.start(script("c", "")))
}

func TestDamagedRunIsSetAside(t *testing.T) {
	f := newFixture(t).open()
	bad := f.start(script("a", gate1))
	good := f.start(script("a", gate1))
	f.untilWaiting(bad)
	f.untilWaiting(good)
	f.stop()
	damage(t, f.cfg.Dir, `UPDATE entry SET data = '{"step":' WHERE seq = 3 AND run = (SELECT id FROM run WHERE uuid = '`+string(bad)+`')`)
	f.open()
	if err := f.Decide(bg, run.Decision{Run: bad, Step: "a", Approve: true}); !fault.HasCode(err, journal.CodeDamaged) {
		t.Errorf("Decide on the damaged run = %v", err)
	}
	if err := f.Cancel(bg, bad, "ann", ""); !fault.HasCode(err, journal.CodeDamaged) {
		t.Errorf("Cancel of the damaged run = %v", err)
	}
	if err := f.Decide(bg, run.Decision{Run: good, Step: "a", Approve: true}); err != nil {
		t.Errorf("Decide on the other = %v", err)
	}
	f.untilDone(good)
	s, err := f.Engine.Run(bg, bad)
	if err != nil || s.Damaged == "" {
		t.Errorf("Run = %+v, %v; want a reason", s, err)
	}
	if c := f.Conditions(); len(c) != 1 || c[0].Code != journal.CodeDamaged || c[0].Subject != string(bad) {
		t.Errorf("Conditions = %+v", c)
	}
	problems, err := f.Verify(bg)
	if err != nil || len(problems) != 1 || problems[0].Run != bad {
		t.Errorf("Verify = %v, %v; want the damaged run and nothing else", problems, err)
	}
	f.stop()
	f.open() // it does not stop the start, and is still told
	if c := f.Conditions(); len(c) != 1 {
		t.Errorf("Conditions after a restart = %+v", c)
	}
	f.stop()
}

func TestDiskFullLosesNothingAndHeals(t *testing.T) {
	f := newFixture(t).open()
	release := make(chan bool)
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		<-release
		return strings.Repeat("x", 1<<20), nil
	})
	id := f.start(script("a", ""), script("b", ""))
	f.until(id, "started", func(run.Summary) bool { return f.count(id, "JobStarted") == 1 })
	if err := f.db.LimitPages(4); err != nil {
		t.Fatal(err)
	}
	close(release)
	for {
		_, err := f.Start(bg, run.Request{Flow: flowOf(script("c", `"x":{"type":"static","value":"`+strings.Repeat("y", 100<<10)+`"}`))})
		if err == nil {
			t.Fatal("a start was taken by a full disk")
		}
		if !fault.HasCode(err, "engine.disk_full") {
			t.Fatalf("Start on a full disk = %v", err)
		}
		if c := f.Conditions(); len(c) > 0 && c[0].Code == "engine.disk_full" && c[0].Severity == fault.Alarm {
			break
		}
	}
	if err := f.db.LimitPages(0); err != nil {
		t.Fatal(err)
	}
	if s := f.untilDone(id); s.Outcome != run.Succeeded {
		t.Errorf("outcome %s: %v", s.Outcome, f.events(id))
	}
	f.diff("jobs", []string{"a#1", "b#1"}, f.world.Began())
	if c := f.Conditions(); len(c) != 0 {
		t.Errorf("Conditions after space is back = %+v", c)
	}
}

func TestPanickingExecutorFailsTheStep(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", func(context.Context, run.Job) (any, error) { panic("ouch") })
	f.world.Script("b", func(context.Context, run.Job) (any, error) { return json.RawMessage("{"), nil })
	for _, step := range []string{"a", "b"} {
		id := f.start(script(step, ""))
		if s := f.untilDone(id); s.Outcome != run.Failed {
			t.Errorf("%s: outcome %s", step, s.Outcome)
		}
	}
}

// What a step stores is data, as its state or under whatever type and however that is
// changed later; what a person wrote into a resource may refer to others.
func TestWhatAStepStoresIsNoReference(t *testing.T) {
	const text = `{"note":"$var:u/me/pw","list":["$res:u/me/own"]}`
	f := newFixture(t).open()
	person := func(r flow.Resource) error { return f.PutResource(bg, r) }
	for _, err := range []error{
		f.SetVariable(bg, flow.Variable{Path: "u/me/pw", Value: "hush", Secret: true}),
		f.SetVariable(bg, flow.Variable{Path: "u/me/text", Value: "$var:u/me/pw"}),
		person(flow.Resource{Path: "u/me/own", Type: "any", Value: flow.Raw(`{"password":"$var:u/me/pw"}`)}),
		person(flow.Resource{Path: "u/me/refers", Type: "any", Value: flow.Raw(`["$res:u/me/state","$res:u/me/note","$var:u/me/text"]`)}),
		f.SetResource(bg, "u/me/state", "state", flow.Raw(text)),
		f.SetResource(bg, "u/me/note", "any", flow.Raw(text)),
		f.SetResource(bg, "u/me/was_state", "state", flow.Raw(text)),
		person(flow.Resource{Path: "u/me/was_state", Type: "any"}), // as a call does that changes the type alone
		person(flow.Resource{Path: "u/me/old_state", Type: "state", Value: flow.Raw(text)}),
		person(flow.Resource{Path: "u/me/old_state", Type: "any"}),
		f.SetResource(bg, "u/me/same", "any", flow.Raw(text)),
		person(flow.Resource{Path: "u/me/same", Type: "any", Value: flow.Raw(text), Description: "given back"}),
		f.SetResource(bg, "u/me/changed", "any", flow.Raw(text)),
		person(flow.Resource{Path: "u/me/changed", Type: "any", Value: flow.Raw(`{"p":"$var:u/me/pw"}`)}),
		person(flow.Resource{Path: "u/me/taken", Type: "any", Value: flow.Raw(`"$var:u/me/pw"`)}),
		f.SetResource(bg, "u/me/taken", "", flow.Raw("\n\t "+text)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"u/me/own": `{"password":"hush"}`, "u/me/refers": `[` + text + `,` + text + `,"$var:u/me/pw"]`, "u/me/state": text, "u/me/note": text,
		"u/me/was_state": text, "u/me/old_state": text, "u/me/same": text, "u/me/changed": `{"p":"hush"}`, "u/me/taken": text,
	} {
		got, err := f.Resource(bg, path)
		if err != nil || string(got) != want {
			t.Errorf("%s = %s, %v, want %s", path, got, err, want)
		}
		if full, err := f.FullResource(bg, path); err != nil || full.Value[0] != want[0] {
			t.Errorf("%s as a whole = %q, %v", path, full.Value, err)
		}
	}
}

// A result that is kept for a reference does not answer for the same text as
// data, and the other way round.
func TestKeptResultsTellReferencesFromData(t *testing.T) {
	f := newFixture(t).open()
	if err := f.SetVariable(bg, flow.Variable{Path: "u/me/pw", Value: "hush", Secret: true}); err != nil {
		t.Fatal(err)
	}
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) { return string(j.Args), nil })
	again := func(input string) string {
		begun, err := f.Start(bg, run.Request{Flow: []byte(`{"summary":"S","value":{"modules":[{"id":"a","cache_ttl":60,"value":{"type":"rawscript","language":"` + enginetest.Language + `","content":"a","input_transforms":{"x":` + input + `}}}]}}`),
			Input: []byte(`{"x":"$var:u/me/pw"}`)})
		id := begun.ID
		if err != nil {
			t.Fatal(err)
		}
		f.untilDone(id)
		return f.result(id, "a")
	}
	static, data := `{"type":"static","value":"$var:u/me/pw"}`, `{"type":"javascript","expr":"flow_input.x"}`
	for range 2 {
		if got := again(static); !strings.Contains(got, "hush") {
			t.Errorf("the reference gives %s", got)
		}
		if got := again(data); strings.Contains(got, "hush") {
			t.Errorf("the text gives %s", got)
		}
	}
}

// What an error carries goes to the steps that read it; too much is left out, and
// told.
func TestErrorsCarryMore(t *testing.T) {
	f := newFixture(t)
	fails := func(hint, extra string) enginetest.Func {
		return func(context.Context, run.Job) (any, error) {
			return nil, &run.Failure{Name: "Error", Message: "m", Hint: hint, Extra: json.RawMessage(extra)}
		}
	}
	f.world.Script("a", fails("", `{"status":404,"body":{"a":1}}`))
	f.world.Script("big", fails("Try again.", `{"body":"`+strings.Repeat("x", 64<<10)+`"}`))
	f.world.Script("b", func(_ context.Context, j run.Job) (any, error) { return j.Args, nil })
	f.open()
	id := f.start(script("a", `|"continue_on_error":true`), script("b", `"e":{"type":"javascript","expr":"results.a.error.extra"}`), script("big", ""))
	f.untilDone(id)
	f.diff("extra", `{"e":{"status":404,"body":{"a":1}}}`, f.result(id, "b"))
	log, err := f.Log(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range log {
		if ev, ok := entry.Event.(run.JobFailed); ok && ev.Step == "big" {
			f.diff("failure", run.Failure{Name: "Error", Message: "m", Hint: "Try again. The error carried 64 kB besides its message, which were left out: 64 kB are the most."}, ev.Err)
		}
	}
}

// A result that says windmill_failure fails the step, whatever ran it: it is tried
// again, carried on from, and handed to the failure module as it is.
func TestAResultMaySayThatItFailed(t *testing.T) {
	f := newFixture(t).open()
	n := 0
	f.world.Script("a", func(context.Context, run.Job) (any, error) {
		n++
		return map[string]any{"windmill_failure": "Boom", "try": n}, nil
	})
	f.world.Script("ok", func(context.Context, run.Job) (any, error) {
		return map[string]any{"windmill_failure": "", "x": 1}, nil
	})
	var next string
	f.world.Script("b", func(_ context.Context, j run.Job) (any, error) { next = string(j.Args); return 1, nil })
	id := f.start(script("ok", ""), script("a", retry1+`,"continue_on_error":true`), script("b", `"e":{"type":"javascript","expr":"results.a"}`))
	if s := f.untilDone(id); s.Outcome != run.Succeeded || n != 2 {
		t.Errorf("the run %s after %d tries", s.Outcome, n)
	}
	f.diff("what the next step sees", `{"e":{"error":{"try":2,"windmill_failure":"Boom"}}}`, next)
	var last run.JobFailed
	log, _ := f.Log(bg, id)
	for _, e := range log {
		if ev, ok := e.Event.(run.JobFailed); ok {
			last = ev
		}
	}
	f.diff("the failure", `{"try":2,"windmill_failure":"Boom"}`, string(last.Err.Value))
	if last.Err.Message != "Boom" {
		t.Errorf("it says %q", last.Err.Message)
	}
	var args string
	f.world.Script("h", func(_ context.Context, j run.Job) (any, error) { args = string(j.Args); return 1, nil })
	begun, err := f.Start(bg, run.Request{Flow: []byte(`{"summary":"T","value":{"modules":[` + script("a", "") + `],"failure_module":` + script("h", `"e":{"type":"javascript","expr":"previous_result.error"}`) + `}}`)})
	fid := begun.ID
	if err != nil {
		t.Fatal(err)
	}
	if s := f.untilDone(fid); s.Outcome != run.Failed {
		t.Errorf("the run %s", s.Outcome)
	}
	f.diff("what the failure module got", `{"e":{"try":3,"windmill_failure":"Boom"}}`, args)
}
