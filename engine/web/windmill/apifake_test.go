package windmill

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// fakeAPI notes what it is asked, one line a call. Runs are journals that a test
// writes.
type fakeAPI struct {
	keptSchedules

	asked     []string
	err       error
	mail      run.MailRequest
	began     []run.Request
	runs      map[run.ID]*fakeRun
	blobs     map[string]string
	after     []run.Entry               // what Watch yields
	waits     int                       // of the job
	contained bool                      // it is a step without a way to the system
	onLinks   func(ctx context.Context) // when links are asked for

	log    string // of every step, if set
	breaks bool   // a large value cannot be read to its end
	stored string // the JSON text of every resource and variable, if set
}

// largeSize is that of the large value behind the hash ff.
const largeSize = 17<<20 + 7

// fakeRun is a journal with its flow.
type fakeRun struct {
	pin run.Pinned
	sum run.Summary
	log []run.Entry
}

func (f *fakeAPI) note(format string, args ...any) error {
	f.asked = append(f.asked, fmt.Sprintf(format, args...))
	return f.err
}

// play adds a run whose flow is YAML to the fake: a UUID, so that it is found.
func (f *fakeAPI) play(t testing.TB, id run.ID, path, flowText string, events ...run.Event) {
	t.Helper()
	fl, err := flow.ParseYAML([]byte(flowText))
	if err != nil {
		t.Fatal(err)
	}
	file, err := fl.JSON()
	if err != nil {
		t.Fatal(err)
	}
	r := &fakeRun{pin: run.Pinned{Flow: file}, sum: run.Summary{ID: id, Path: path, Status: run.StatusRunning, Started: noon, Trigger: run.Trigger{Kind: "test", By: run.ByScript + "run-1"}}} // the caller may see it
	plan, err := run.Compile(r.pin)
	if err != nil {
		t.Fatal(err)
	}
	s := run.NewState(plan, id)
	events = append([]run.Event{run.Started{Flow: string(id), Name: "Test", Path: path, Input: run.Ref{Inline: []byte(`{"x":1}`)}, Trigger: r.sum.Trigger, Rules: run.RulesNow}}, events...)
	for i, ev := range events {
		at := noon.Add(time.Duration(i) * time.Second)
		if _, err := s.Next(at, ev); err != nil {
			t.Fatalf("event %d, %T: %v", i, ev, err)
		}
		r.log = append(r.log, run.Entry{ID: int64(i + 1), Run: id, Seq: i + 1, At: at, Event: ev})
	}
	r.sum.Status = s.Status()
	r.sum.Outcome, _, _ = s.Outcome()
	r.sum.Ended = s.Ended()
	if f.runs == nil {
		f.runs = map[run.ID]*fakeRun{}
	}
	f.runs[id] = r
}

func (f *fakeAPI) Caller(_ context.Context, token string) (run.Caller, error) {
	if token != "job-token" {
		return run.Caller{}, fault.New("api.token", "This token is not known", "")
	}
	return run.Caller{Job: "job-1", Run: "run-1", Step: "a", Attempt: 1, Contained: f.contained}, nil
}

func (f *fakeAPI) Waits(_ context.Context, c run.Caller) {
	if c.Job == "job-1" {
		f.waits++
	}
}

func (f *fakeAPI) ResumeLinks(ctx context.Context, c run.Caller, nonce uint32, approver string) (run.Links, error) {
	if f.onLinks != nil {
		f.onLinks(ctx)
	}
	return run.Links{Person: approver, Page: "https://x.example/p/a/sec", Resume: "https://x.example/p/api/w/main/jobs_u/resume/job-1/7/sec", Cancel: "https://x.example/cancel"},
		f.note("links %s %d %q", c.Step, nonce, approver)
}

func (f *fakeAPI) AskByMail(_ context.Context, c run.Caller, req run.MailRequest) error {
	f.mail = req
	return f.note("ask %s %v", c.Step, req.To)
}

func (f *fakeAPI) SendMail(_ context.Context, c run.Caller, req run.MailRequest) error {
	f.mail = req
	return f.note("mail %s %v", c.Step, req.To)
}

func (f *fakeAPI) Resource(_ context.Context, path string) (json.RawMessage, error) {
	if path == "u/me/none" {
		return nil, fault.New("resource.unknown", "There is no resource u/me/none", "")
	}
	return json.RawMessage(cmp.Or(f.stored, `{"host":"h"}`)), f.note("resource %s", path)
}

func (f *fakeAPI) ResourceExists(_ context.Context, path string) (bool, error) {
	return path == "u/me/there", f.note("resource? %s", path)
}

func (f *fakeAPI) Resources(context.Context) ([]flow.Resource, error) {
	return []flow.Resource{{Path: "f/x/db", Type: "postgresql"}, {Path: "u/me/there", Type: "state", Summary: "what Sluice says", Description: "s"}}, f.err
}

func (f *fakeAPI) SetResource(_ context.Context, path, typ string, value json.RawMessage) error {
	return f.note("resource= %s %q %s", path, typ, value)
}

func (f *fakeAPI) PutResource(_ context.Context, r flow.Resource) error {
	return f.note("resource: %s %q", r.Path, r.Type)
}

func (f *fakeAPI) DescribeResource(_ context.Context, path, text string) error {
	return f.note("resource. %s %q", path, text)
}

func (f *fakeAPI) DeleteResource(_ context.Context, path string) error {
	return f.note("resource- %s", path)
}

func (f *fakeAPI) Variable(_ context.Context, path string) (string, error) {
	if path == "u/me/none" {
		return "", fault.New("variable.unknown", "There is no variable u/me/none", "")
	}
	return cmp.Or(f.stored, `a "b"`), f.note("variable %s", path)
}

func (f *fakeAPI) VariableExists(_ context.Context, path string) (bool, error) {
	return path == "u/me/there" || path == "u/me/plain", f.note("variable? %s", path)
}

func (f *fakeAPI) Variables(context.Context) ([]flow.Variable, error) {
	return []flow.Variable{{Path: "u/me/there", Secret: true}, {Path: "u/me/plain", Value: cmp.Or(f.stored, "p"), Description: "what it is"}}, f.err
}

func (f *fakeAPI) SetVariable(_ context.Context, v flow.Variable) error {
	return f.note("variable= %s %q %v %q", v.Path, v.Value, v.Secret, v.Description)
}

func (f *fakeAPI) DeleteVariable(_ context.Context, path string) error {
	return f.note("variable- %s", path)
}

func (f *fakeAPI) UserState(_ context.Context, id run.ID, key string) (json.RawMessage, error) {
	return nil, f.note("state %s %s", id, key)
}

func (f *fakeAPI) SetUserState(_ context.Context, id run.ID, key string, value json.RawMessage) error {
	return f.note("state= %s %s %s", id, key, value)
}

func (f *fakeAPI) Flow(_ context.Context, path string) (flow.Stored, error) {
	text, ok := map[string]string{
		"f/team/plain":  `{"summary":"Plain","value":{"modules":[{"id":"a","value":{"type":"identity"}}]}}`,
		"f/team/held":   `{"summary":"Held","value":{"modules":[{"id":"scheduled","value":{"type":"identity"}}]}}`,
		"f/team/before": `{"summary":"Before","value":{"modules":[],"preprocessor_module":{"id":"preprocessor","value":{"type":"rawscript","language":"bun","content":"","input_transforms":{}}}}}`,
		"f/team/early":  `{"summary":"Early","value":{"early_return":"a","modules":[{"id":"a","value":{"type":"identity"}}]}}`,
	}[path]
	if !ok {
		return flow.Stored{}, fault.Newf("flow.unknown", "", "There is no flow %s", path)
	}
	return flow.Stored{Path: path, JSON: []byte(text)}, f.err
}

func (f *fakeAPI) Flows(context.Context) ([]flow.Stored, error) {
	return []flow.Stored{
		{Path: "f/team/plain", Summary: "Plain", JSON: []byte(`{"summary":"Plain","description":"About it","value":{}}`), Updated: noon},
		{Path: "u/me/late", JSON: []byte(`{`), Problem: "cut", Updated: noon.Add(time.Hour)},
	}, f.err
}

func (f *fakeAPI) Scripts(context.Context) ([]flow.StoredScript, error) {
	return []flow.StoredScript{
		{Path: "f/team/ask", Hash: "00000000000000ab", Language: "python3", Kind: "approval", Content: "x", Updated: noon},
		{Path: "f/team/typed", Hash: "0123456789abcdef", Language: "bun", Summary: "Typed", Content: "export async function preprocessor(event) {}", Updated: noon},
	}, f.err
}

func (f *fakeAPI) FlowVersion(_ context.Context, hash string) ([]byte, error) {
	if hash != "0123456789abcdef" {
		return nil, fault.New("flow.unknown", "There is no such version", "")
	}
	return []byte(`{"summary":"Old","value":{"modules":[]}}`), f.err
}

func (f *fakeAPI) Script(_ context.Context, path string) (flow.StoredScript, error) {
	if path != "f/team/typed" {
		return flow.StoredScript{}, fault.New("script.unknown", "There is no such script", "")
	}
	return flow.StoredScript{Path: path, Language: "bun", Schema: flow.Raw(`{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"},"note":{"type":"string"}}}`)}, f.err
}

func (f *fakeAPI) ScriptByHash(_ context.Context, hash string) (flow.StoredScript, error) {
	if hash != "0123456789abcdef" {
		return flow.StoredScript{}, fault.New("script.unknown", "There is no such script", "")
	}
	return flow.StoredScript{Path: "f/team/charge", Hash: hash, Language: "bun", Content: "export function main() {}", Summary: "Charge"}, f.err
}

func (f *fakeAPI) ScriptVersions(context.Context, string) ([]flow.Version, error) {
	return []flow.Version{{Hash: "00000000000000ff", Saved: noon.Add(time.Hour)}, {Hash: "0123456789abcdef", Saved: noon}, {Hash: "00000000000000aa", Saved: noon}}, f.err
}

func (f *fakeAPI) Start(_ context.Context, req run.Request) (run.Begun, error) {
	f.began = append(f.began, req)
	return run.Begun{ID: "0190aaaa-0000-7000-8000-000000000001"}, f.note("start %s %s %s", req.Path, req.Trigger.Kind, req.Input)
}

func (f *fakeAPI) Cancel(_ context.Context, id run.ID, by, reason string) error {
	return f.note("cancel %s %q", id, reason)
}

func (f *fakeAPI) Run(_ context.Context, id run.ID) (run.Summary, error) {
	if r, ok := f.runs[id]; ok {
		return r.sum, nil
	}
	if f.err != nil {
		return run.Summary{}, f.err
	}
	if id == "run-1" {
		return run.Summary{ID: id}, nil // the caller's own
	}
	return run.Summary{}, fault.New("run.unknown", "There is no such run", "")
}

func (f *fakeAPI) ListRuns(_ context.Context, q RunQuery) ([]run.Summary, error) {
	var out []run.Summary
	for _, r := range f.runs {
		s := r.sum
		if q.Open && s.Status == run.StatusDone || q.Status != "" && s.Status != q.Status || q.Path != "" && s.Path != q.Path || q.Before != "" && s.ID >= q.Before || q.Near != nil && !q.Near.has(s) {
			continue
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b run.Summary) int { return strings.Compare(string(b.ID), string(a.ID)) })
	return out[:min(len(out), q.Limit)], f.err
}

func (f *fakeAPI) CountRuns(ctx context.Context, q RunQuery) (all, suspended int, err error) {
	q.Limit = len(f.runs)
	list, err := f.ListRuns(ctx, q)
	for _, s := range list {
		if s.Status == run.StatusSuspended {
			suspended++
		}
	}
	return len(list), suspended, err
}

func (f *fakeAPI) Log(_ context.Context, id run.ID) ([]run.Entry, error) {
	if r, ok := f.runs[id]; ok {
		return r.log, f.err
	}
	return nil, fault.New("run.unknown", "There is no such run", "")
}

func (f *fakeAPI) PlanOf(_ context.Context, hash string) (*run.Plan, error) {
	return run.Compile(f.runs[run.ID(hash)].pin)
}

func (f *fakeAPI) Value(_ context.Context, ref run.Ref) (json.RawMessage, error) {
	if ref.Hash != "" {
		return json.RawMessage(f.blobs[ref.Hash]), nil
	}
	return ref.Inline, nil
}

// BlobPart hands out zeros, as if they were JSON.
func (f *fakeAPI) BlobPart(_ context.Context, hash string, offset int64, n int) ([]byte, int64, error) {
	switch {
	case hash != "ff":
		return nil, 0, fault.New("value.unknown", "This value is not kept", "")
	case f.breaks && offset > 0:
		return nil, 0, errors.New("the disk is gone")
	}
	return bytes.Repeat([]byte("0"), int(min(int64(n), largeSize-offset))), largeSize, nil
}

func (f *fakeAPI) Logs(_ context.Context, id run.ID, step run.StepID, attempt int, offset int64) ([]byte, error) {
	text := cmp.Or(f.log, fmt.Sprintf("%s#%d printed\n", step, attempt))
	text = text[min(offset, int64(len(text))):]
	return []byte(text[:min(len(text), logPiece)]), nil
}

func (f *fakeAPI) LastEntry(context.Context) (int64, error) { return 0, f.err }

func (f *fakeAPI) Watch(_ context.Context, _ int64) iter.Seq2[[]run.Entry, error] {
	return func(yield func([]run.Entry, error) bool) {
		for _, e := range f.after {
			if !yield([]run.Entry{e}, nil) {
				return
			}
		}
	}
}
