package windmill

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/run"
)

const (
	oneStep  = `{summary: T, value: {modules: [{id: a, value: {type: rawscript, language: bun, content: "code", input_transforms: {}}}]}}`
	newRun   = "0190aaaa-0000-7000-8000-000000000001" // what the fake's Start answers
	otherRun = "0190aaaa-0000-7000-8000-000000000002"
)

// withRuns is a fake with the caller's run and one that is over.
func withRuns(t *testing.T, more ...run.Event) (*fakeAPI, http.Handler) {
	t.Helper()
	f := &fakeAPI{}
	f.play(t, "run-1", "f/team/own", oneStep, run.JobStarted{Step: "a", Attempt: 1, Job: "job-1"})
	f.play(t, newRun, "f/team/other", oneStep, more...)
	return f, Handler(f, nil, http.NotFoundHandler(), Options{Logger: quiet()})
}

func done(result string) []run.Event {
	return []run.Event{run.JobStarted{Step: "a", Attempt: 1, Job: "job-9"}, run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Ref{Inline: []byte(result)}}}
}

func failed() []run.Event {
	return []run.Event{run.JobStarted{Step: "a", Attempt: 1, Job: "job-9"}, run.JobFailed{Step: "a", Attempt: 1, Err: run.Failure{Name: "Error", Message: "no"}}}
}

// What a call sends becomes the input of the run as Windmill makes it.
func TestInputOfRuns(t *testing.T) {
	form := "application/x-www-form-urlencoded"
	multi := "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nLi\r\n--b--\r\n"
	file := "--b\r\nContent-Disposition: form-data; name=\"n\"; filename=\"x\"\r\n\r\nLi\r\n--b--\r\n"
	for _, tc := range []struct {
		name, path, body, kind string
		status                 int
		want                   string
	}{
		{"an object", "f/f/team/plain", `{"n":1}`, "", 201, `start f/team/plain api {"n":1}`},
		{"nothing", "f/f/team/plain", ``, "", 201, `start f/team/plain api {}`},
		{"null", "f/f/team/plain", `null`, "application/json", 201, `start f/team/plain api {}`},
		{"a list", "f/f/team/plain", `[1]`, "application/json", 201, `start f/team/plain api {"body":[1]}`},
		{"wrapped", "f/f/team/plain?wrap_body=true", `{"n":1}`, "application/json", 201, `start f/team/plain api {"body":{"n":1}}`},
		{"raw", "f/f/team/plain?raw=true", `{"n": 1}`, "application/json", 201, `start f/team/plain api {"n":1,"raw_string":"{\"n\": 1}"}`},
		{"headers and query", "f/f/team/plain?include_header=X-Hook,Authorization&include_query=q,token&q=5&token=t", `{}`, "application/json", 201, `start f/team/plain api {"q":"5","x_hook":"yes"}`},
		{"a form", "f/f/team/plain", `n=Li&m=1&m=2`, form, 201, `start f/team/plain api {"m":["1","2"],"n":"Li"}`},
		{"parts", "f/f/team/plain", multi, "multipart/form-data; boundary=b", 201, `start f/team/plain api {"n":"Li"}`},
		{"a file", "f/f/team/plain", file, "multipart/form-data; boundary=b", 400, "no file store"},
		{"cut parts", "f/f/team/plain", "--b\r\nContent-Dis", "multipart/form-data; boundary=b", 400, "cannot be read"},
		{"text", "f/f/team/plain", `hi`, "text/plain", 415, "text/plain"},
		{"no type at all", "f/f/team/plain", `hi`, "a b/c;", 415, "Content-Type"},
		{"broken JSON", "f/f/team/plain", `{"n":`, "application/json", 400, "not JSON"},
		{"a broken form", "f/f/team/plain", `n=%zz`, form, 400, "cannot be read"},
		{"too large", "f/f/team/plain", `"` + strings.Repeat("x", maxLocalBody) + `"`, "application/json", 413, "16 MB"},
		{"a payload in the address", "f/f/team/plain?payload=eyJuIjoyfQ==", ``, "", 201, `start f/team/plain api {"n":2}`},
		{"a payload that is none", "f/f/team/plain?payload=!!", ``, "", 400, "Base64"},
		{"a payload that is no JSON", "f/f/team/plain?payload=aGk=", ``, "", 400, "Base64"},
		{"an event for the preprocessor", "f/f/team/before?q=1&token=t", `{"n":1}`, "application/json", 201,
			`start f/team/before webhook {"event":{"body":{"n":1},"headers":{"content-type":"application/json","x-hook":"yes"},"kind":"webhook","query":{"q":"1"},"raw_string":"{\"n\":1}"}}`},
		{"the preprocessor left out", "f/f/team/before?skip_preprocessor=true", `{"n":1}`, "application/json", 201, `start f/team/before api {"n":1}`},
		{"an unknown flow", "f/f/team/none", `{}`, "", 404, "There is no flow"},
		{"a script", "p/f/team/charge", `{"n":1}`, "", 201, `start f/team/charge api {"n":1}`},
		{"a script by hash", "h/0123456789abcdef", `{"n":1}`, "", 201, `start f/team/charge api {"n":1}`},
		{"an unknown hash", "h/ffffffffffffffff", `{}`, "", 404, "no such script"},
		{"a script with a list", "p/f/team/charge", `[1]`, "", 201, `start f/team/charge api {"body":[1]}`},
		{"a version", "fv/0123456789abcdef", `{}`, "", 201, `start  api {}`},
		{"an unknown version", "fv/ff", `{}`, "", 404, "no such version"},
		{"a chosen id", "f/f/team/plain?job_id=0190aaaa-0000-7000-8000-000000000009", `{}`, "", 400, "cannot be chosen"},
		{"a preview", "preview_flow", `{"value":{"modules":[]},"path":"f/team/new","args":{"n":1}}`, "", 201, `start  api {"n":1}`}, // the path would give it the rights of that flow
		{"a preview of nothing", "preview_flow", `{}`, "", 400, ""},
		{"a restart", "preview_flow", `{"value":{"modules":[]},"restarted_from":{"flow_job_id":"x"}}`, "", 400, "from its middle"},
		{"a script's preview", "preview", `{"content":"code","language":"bun","path":"f/team/new","args":{"n":1}}`, "", 201, `start  api {"n":1}`},
		{"no language", "preview", `{"content":"code"}`, "", 400, "no language"},
		{"arguments that are none", "preview", `{"content":"code","language":"bun","args":[1]}`, "", 400, "JSON object"},
		{"in a minute", "f/f/team/plain?scheduled_in_secs=60", `{}`, "", 201, `start f/team/plain api {}`},
		{"in no time", "f/f/team/plain?scheduled_in_secs=soon", `{}`, "", 400, "number of seconds"},
		{"in NaN", "f/f/team/plain?scheduled_in_secs=NaN", `{}`, "", 400, "number of seconds"},
		{"in endless time", "f/f/team/plain?scheduled_in_secs=Inf", `{}`, "", 400, "number of seconds"},
		{"at no time", "f/f/team/plain?scheduled_for=soon", `{}`, "", 400, "must be a time"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, h := withRuns(t)
			got := ask(t, h, "POST", w+"/jobs/run/"+tc.path, tc.body, "127.0.0.1:8000", "Content-Type", tc.kind, "X-Hook", "yes")
			if got.Code != tc.status {
				t.Errorf("status %d, want %d: %s", got.Code, tc.status, brief(got.Body.String()))
			}
			if tc.status != 201 {
				contains(t, "answer", got.Body.String(), tc.want)
				if len(f.began) > 0 {
					t.Errorf("started %+v", f.began)
				}
				return
			}
			if got.Body.String() != newRun {
				t.Errorf("answered %q", got.Body.String())
			}
			if d := cmp.Diff([]string{tc.want}, f.asked); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if by := f.began[0].Trigger.By; by != "a script of run run-1" {
				t.Errorf("started by %q", by)
			}
		})
	}
}

// The flow that a script runs in has one step, which takes its arguments from
// the input by name; one that begins later has a pause in front.
func TestFlowsOfRuns(t *testing.T) {
	for _, tc := range []struct{ path, body, want string }{
		{"p/f/team/charge", `{"n":1,"a b":2}`, `{"summary":"f/team/charge","value":{"modules":[{"id":"script","value":{"type":"script","path":"f/team/charge","input_transforms":{"a b":{"type":"javascript","expr":"flow_input[\"a b\"]"},"n":{"type":"javascript","expr":"flow_input[\"n\"]"}}}}]},"x-sluice":{"script":{"path":"f/team/charge"}}}`},
		{"h/0123456789abcdef", `{}`, `{"summary":"Charge","value":{"modules":[{"id":"script","value":{"type":"script","path":"f/team/charge","hash":"0123456789abcdef","input_transforms":{}}}]},"x-sluice":{"script":{"path":"f/team/charge","hash":"0123456789abcdef","language":"bun"}}}`},
		{"p/f/team/typed", `{"db":1}`, `{"summary":"f/team/typed","schema":{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"}}},"value":{"modules":[{"id":"script","value":{"type":"script","path":"f/team/typed","input_transforms":{"db":{"type":"javascript","expr":"flow_input[\"db\"]"}}}}]},"x-sluice":{"script":{"path":"f/team/typed"}}}`},
		{"preview", `{"content":"code","language":"bun"}`, `{"summary":"Script","value":{"modules":[{"id":"script","value":{"type":"rawscript","content":"code","language":"bun","input_transforms":{}}}]},"x-sluice":{"script":{"path":"","language":"bun"}}}`},
		{"f/f/team/held?scheduled_in_secs=1.5", `{}`, `{"summary":"Held","value":{"modules":[{"id":"scheduled_2","value":{"type":"identity"},"summary":"Wait for the time to begin","sleep":{"type":"static","value":1.5}},{"id":"scheduled","value":{"type":"identity"}}]}}`},
		{"f/f/team/plain?scheduled_for=2001-01-01T00:00:00Z", `{}`, `{"summary":"Plain","value":{"modules":[{"id":"a","value":{"type":"identity"}}]}}`},
	} {
		f, h := withRuns(t)
		if got := ask(t, h, "POST", w+"/jobs/run/"+tc.path, tc.body, "127.0.0.1"); got.Code != 201 {
			t.Fatalf("%s: %d %s", tc.path, got.Code, got.Body)
		}
		if d := cmp.Diff(plainJSON(t, tc.want), plainJSON(t, string(f.began[0].Flow))); d != "" {
			t.Errorf("%s (-want +got):\n%s", tc.path, d)
		}
	}
}

func plainJSON(t *testing.T, s string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatalf("%v: %s", err, s)
	}
	return v
}

// A call that waits answers with the result, its status, and whatever the result
// says of the answer.
func TestWaitForResult(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString([]byte("hi"))
	for _, tc := range []struct {
		name, path, method string
		events             []run.Event
		status             int
		kind, body         string
	}{
		{"a result", "f/f/team/plain", "POST", done(`{"x":1}`), 200, "application/json", `{"x":1}`},
		{"by GET", "f/f/team/plain?payload=e30=", "GET", done(`[1]`), 200, "application/json", `[1]`},
		{"a failure", "f/f/team/plain", "POST", failed(), 422, "application/json", `{"error":{"name":"Error","message":"no","step_id":"a"}}`},
		{"a status", "f/f/team/plain", "POST", done(`{"windmill_status_code":202,"result":{"x":1}}`), 202, "application/json", `{"x":1}`},
		{"a status alone", "f/f/team/plain", "POST", done(`{"windmill_status_code":404}`), 404, "", ``},
		{"headers alone", "f/f/team/plain", "POST", done(`{"windmill_headers":{"X-A":"b"}}`), 204, "", ``},
		{"a type", "f/f/team/plain", "POST", done(`{"windmill_content_type":"text/csv","result":"a,b"}`), 200, "text/csv", `a,b`},
		{"bytes", "f/f/team/plain", "POST", done(`{"windmill_content_type":"image/png","windmill_content_transfer_encoding":"base64","result":"` + b64 + `"}`), 200, "image/png", `hi`},
		{"no bytes", "f/f/team/plain", "POST", done(`{"windmill_content_type":"image/png","windmill_content_transfer_encoding":"base64","result":"%"}`), 400, "text/plain; charset=utf-8", "The result says"},
		{"no status", "f/f/team/plain", "POST", done(`{"windmill_status_code":42,"result":1}`), 400, "text/plain; charset=utf-8", "which is none"},
		{"a header of two lines", "f/f/team/plain", "POST", done(`{"windmill_headers":{"X-A":"b\r\nX-C: d"},"result":1}`), 400, "text/plain; charset=utf-8", "header that is none"},
		{"an early result", "f/f/team/early", "POST", done(`"early"`), 200, "application/json", `"early"`},
		{"one that never ends", "f/f/team/plain", "POST", nil, 503, "text/plain; charset=utf-8", "busy"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, h := withRuns(t, tc.events...)
			if strings.Contains(tc.path, "early") { // its second step still runs
				f.play(t, newRun, "f/team/early", strings.Replace(oneStep, "]}}", ", {id: b, value: {type: rawscript, language: bun, content: x, input_transforms: {}}}]}}", 1), tc.events...)
			}
			f.after = append(f.runs["run-1"].log, f.runs[newRun].log...)
			got := ask(t, h, tc.method, w+"/jobs/run_wait_result/"+tc.path, "", "127.0.0.1")
			if got.Code != tc.status || got.Header().Get("Content-Type") != tc.kind {
				t.Errorf("%d %q, want %d %q", got.Code, got.Header().Get("Content-Type"), tc.status, tc.kind)
			}
			if tc.status >= 300 && tc.status != 422 {
				contains(t, "answer", got.Body.String(), tc.body)
			} else if got.Body.String() != tc.body {
				t.Errorf("answer %q, want %q", got.Body, tc.body)
			}
		})
	}
}

// A link that a result asks to be sent in a header is as much another's as one in the body.
func TestHeadersOfResultsHoldNoLinks(t *testing.T) {
	for _, result := range []string{
		`{"windmill_status_code":302,"windmill_headers":{"Location":"https://x.example` + pagePath + `"},"result":"x"}`,
		`{"windmill_headers":{"X-Link":"https://x.example` + resumePath + `","X-Bare":"` + theSecret + `"}}`,
		`{"windmill_headers":{"X-` + theSecret + `":"x","X-Other":"` + theSecret + `"}}`,
		`{"windmill_content_type":"text/` + theSecret + `","result":"x"}`,
	} {
		f, _ := withRuns(t, done(result)...)
		f.after = f.runs[newRun].log
		got := ask(t, newRequest("approver 1").handler(f), "POST", w+"/jobs/run_wait_result/f/f/team/plain", "", "127.0.0.1")
		head := strings.ToLower(fmt.Sprint(got.Header()))
		lacks(t, result, head, theSecret)
		contains(t, result, head, "…")
	}
}

// A step that waits for a run, by a call that waits or by asking again and again,
// is known to; one that finds it over does not wait.
func TestWhoWaitsIsKnown(t *testing.T) {
	for _, tc := range []struct {
		method, path string
		waits        int
	}{
		{"POST", "jobs/run_wait_result/f/f/team/plain", 1},
		{"GET", "jobs_u/completed/get_result_maybe/" + newRun, 1},
		{"GET", "jobs_u/get/" + newRun, 0},
		{"POST", "jobs/run/f/f/team/plain", 0},
	} {
		f, h := withRuns(t)
		f.runs[newRun].sum.Status = run.StatusRunning
		ask(t, h, tc.method, w+"/"+tc.path, "", "127.0.0.1")
		if f.waits != tc.waits {
			t.Errorf("%s %s: %d waits, want %d", tc.method, tc.path, f.waits, tc.waits)
		}
	}
	f, h := withRuns(t, done(`1`)...)
	if ask(t, h, "GET", w+"/jobs_u/completed/get_result_maybe/"+newRun, "", "127.0.0.1"); f.waits != 0 {
		t.Errorf("a run that is over: %d waits", f.waits)
	}
}

// A step cancels its own run, what its run started, and runs of its own flow; no
// other.
func TestWhoMayCancel(t *testing.T) {
	for name, tc := range map[string]struct {
		path, by string
		status   int
	}{
		"of nobody here": {"f/team/other", "", 403},
		"started by it":  {"f/team/other", "a script of run run-1", 200},
		"by another":     {"f/team/other", "a script of run run-7", 403},
		"the same flow":  {"f/team/own", "", 200},
		"a draft":        {"", "", 403},
	} {
		f, h := withRuns(t)
		f.runs[newRun].sum.Path, f.runs[newRun].sum.Trigger.By = tc.path, tc.by
		if tc.path == "" {
			f.runs["run-1"].sum.Path = ""
		}
		got := ask(t, h, "POST", w+"/jobs_u/queue/cancel/"+newRun, `{"reason":"r"}`, "127.0.0.1")
		if got.Code != tc.status || (tc.status == 200) != (len(f.asked) == 1) {
			t.Errorf("%s: %d %s, asked %v", name, got.Code, got.Body, f.asked)
		}
	}
}

// What a step may read is what it may cancel: nothing of other flows, by whatever
// call, and the lists leave it out.
func TestWhoMayRead(t *testing.T) {
	calls := []string{"jobs_u/get/ID", "jobs_u/completed/get/ID", "jobs_u/completed/get_result/ID", "jobs_u/completed/get_result_maybe/ID", "jobs_u/getupdate/ID",
		"jobs_u/get_logs/ID", "jobs_u/get_args/ID", "jobs/result_by_id/ID/a", "jobs_u/get_root_job_id/ID", "jobs_u/flow/approval_info/ID",
		"jobs/flow/user_states/ID/k", "job_metrics/get_progress/ID"}
	for name, tc := range map[string]struct {
		path, by string
		mine     bool
	}{
		"of nobody here": {"f/team/other", "", false},
		"started by it":  {"f/team/other", "a script of run run-1", true},
		"by another":     {"f/team/other", "a script of run run-7", false},
		"the same flow":  {"f/team/own", "", true},
	} {
		f, h := withRuns(t)
		f.runs[newRun].sum.Path, f.runs[newRun].sum.Trigger.By = tc.path, tc.by
		for _, call := range calls {
			got := ask(t, h, "GET", w+"/"+strings.Replace(call, "ID", newRun, 1), "", "127.0.0.1")
			if (got.Code == 403) == tc.mine {
				t.Errorf("%s, %s: %d %s", name, call, got.Code, brief(got.Body.String()))
			}
		}
		for _, list := range []string{"jobs/list", "jobs/queue/list"} {
			got := ask(t, h, "GET", w+"/"+list, "", "127.0.0.1")
			if strings.Contains(got.Body.String(), newRun) != tc.mine {
				t.Errorf("%s, %s: %s", name, list, brief(got.Body.String()))
			}
		}
	}
}

// The links that a step returned or printed are nobody else's.
func TestLinksOfOthersAreHidden(t *testing.T) {
	const page, resume = "https://x.example/p/a/" + theSecret, "https://x.example/api/w/main/jobs_u/resume/0199-job/77/" + theSecret
	f := &fakeAPI{}
	f.play(t, "run-1", "f/team/own", oneStep, done(`{"page":"`+page+`","resume":"`+resume+`","at":"/a/short"}`)...)
	h := Handler(f, nil, http.NotFoundHandler(), Options{Logger: quiet()})
	for _, call := range []string{"jobs_u/get/run-1", "jobs_u/completed/get/run-1", "jobs_u/completed/get_result/run-1", "jobs_u/completed/get_result_maybe/run-1", "jobs/result_by_id/run-1/a",
		"jobs_u/completed/get_result/run-1?json_path=resume"} {
		got := ask(t, h, "GET", w+"/"+call, "", "127.0.0.1")
		if body := got.Body.String(); got.Code != 200 || strings.Contains(body, theSecret) || !strings.Contains(body, "/resume/0199-job/77/…") || strings.Contains(body, `"page"`) && !strings.Contains(body, `"/a/short"`) {
			t.Errorf("%s: %d %s", call, got.Code, brief(body))
		}
	}
}

// Wherever an answer is cut into pieces, a secret in it is found, and nothing
// else is touched.
func TestLinkHider(t *testing.T) {
	text := strings.Repeat("x/a/y ", 150) + "/a/" + theSecret + " and " + strings.Repeat("é", 700) + "/jobs_u/cancel/0199-job/77/" + theSecret
	want := strings.ReplaceAll(text, theSecret, "…")
	for _, size := range []int{1, 7, 26, 100, 1000, len(text)} {
		w := httptest.NewRecorder()
		h := &linkHider{ResponseWriter: w}
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			if _, err := h.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := h.Close(); err != nil || w.Body.String() != want {
			t.Errorf("in pieces of %d: %v, %.200q", size, err, w.Body.String())
		}
	}
}

// A link in an address, or in JSON text, that stands in another is a link all the
// same; what only looks like a secret stays.
func TestLinksInLinks(t *testing.T) {
	for _, before := range []string{"/a/", "https://x.example/a/", "%2Fa%2F", "%2fa%2f", "%252Fa%252F", `\/a\/`, `\\\/a\\\/`, `\u002fa\u002f`, `\u002Fa\u002F`,
		"/resume/0199-job/77/", "%2Fcancel%2F0199-job%2F7%2f", `\/get_flow\/0199-job\/7\/`} {
		if got := string((*hider)(nil).from([]byte("x"+before+theSecret+`"`), 0)); got != "x"+before+`…"` {
			t.Errorf("%s: %s", before, got)
		}
	}
	for _, text := range []string{theSecret, "/b/" + theSecret, "/a/" + theSecret[:leastSecret-1], "2f" + theSecret, strings.Repeat("a", 100)} {
		if got := string((*hider)(nil).from([]byte(text), 0)); got != text {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// A log that is read from within a link tells no more of it.
func TestLogFromWithinALink(t *testing.T) {
	f := &fakeAPI{log: "link: https://x.example/a/" + theSecret + " end\n"}
	f.play(t, "run-1", "f/team/own", oneStep, done(`1`)...)
	h := Handler(f, nil, http.NotFoundHandler(), Options{Logger: quiet()})
	for from := range len(f.log) + 3 {
		got := ask(t, h, "GET", fmt.Sprintf("%s/jobs_u/getupdate/job-9?log_offset=%d", w, from), "", "127.0.0.1")
		var u struct {
			Text string `json:"new_logs"`
			Next int    `json:"log_offset"`
		}
		if err := json.Unmarshal(got.Body.Bytes(), &u); err != nil {
			t.Fatal(err)
		}
		rest := f.log[min(from, len(f.log)):]
		want := strings.Replace(rest, theSecret, "…", 1)
		if at := strings.Index(f.log, theSecret); from > at && from < at+len(theSecret) {
			want = "…" + f.log[at+len(theSecret):]
		}
		if u.Text != want || u.Next != from+len(rest) {
			t.Errorf("from %d: %q, then %d, want %q", from, u.Text, u.Next, want)
		}
	}
}

// A job tells of itself what clients read.
func TestJobs(t *testing.T) {
	gated := strings.Replace(oneStep, "id: a,", "id: a, suspend: {required_events: 1, resume_form: {schema: {type: object}}},", 1)
	for _, tc := range []struct {
		path   string
		status int
		want   []string
	}{
		{"jobs_u/get/" + newRun, 200, []string{`"type":"CompletedJob"`, `"job_kind":"flow"`, `"success":true`, `"duration_ms":2000`, `"args":{"x":1}`, `"result":{"x":[7]}`, `"raw_flow":{"modules":`, `"flow_status":{"step":1,`, `"logs":""`}},
		{"jobs_u/completed/get/" + newRun, 200, []string{`"type":"CompletedJob"`}},
		{"jobs_u/get/job-1", 200, []string{`"type":"QueuedJob"`, `"id":"job-1"`, `"parent_job":"run-1"`, `"job_kind":"flowscript"`, `"raw_code":"code"`, `"language":"bun"`, `"running":true`, `"logs":"a#1 printed\n"`}},
		{"jobs_u/completed/get/job-1", 404, []string{"still runs"}},
		{"jobs_u/completed/get_result/run-1", 404, []string{"still runs"}},
		{"jobs_u/completed/get_result/" + newRun, 200, []string{`{"x":[7]}`}},
		{"jobs_u/completed/get_result/" + newRun + "?json_path=x[0]", 200, []string{`7`}},
		{"jobs_u/completed/get_result/" + newRun + "?json_path=y.z", 200, []string{`null`}},
		{"jobs_u/completed/get_result_maybe/run-1", 200, []string{`{"completed":false,"started":true,"success":null,"result":null}`}},
		{"jobs_u/completed/get_result_maybe/" + newRun, 200, []string{`{"completed":true,"started":true,"success":true,"result":{"x":[7]}}`}},
		{"jobs_u/getupdate/job-1?log_offset=4", 200, []string{`"running":true,"completed":false,"new_logs":"printed\n","log_offset":12`}},
		{"jobs_u/get_logs/job-1", 200, []string{"a#1 printed\n"}},
		{"jobs_u/get_args/" + newRun, 200, []string{`{"x":1}`}},
		{"jobs/result_by_id/" + newRun + "/a", 200, []string{`{"x":[7]}`}},
		{"jobs/result_by_id/" + newRun + "/b", 404, []string{"no result"}},
		{"jobs_u/get/" + otherRun, 200, []string{`"type":"QueuedJob"`, `"suspend":1`, `{"type":"WaitingForEvents","id":"a-v","job":"job-9","count":1}`}},
		{"jobs_u/flow/approval_info/" + otherRun, 200, []string{`"can_approve":false`, `"form_schema":{"schema":{"type":"object"}}`, `"approvers":[]`}},
		{"jobs_u/flow/approval_info/" + newRun, 400, []string{"not in a suspended state"}},
		{"jobs_u/get/" + strings.Repeat("a", 65), 404, []string{"There is no job"}},
		{"jobs_u/get/..%2f..%2fx", 404, []string{"There is no"}},
	} {
		t.Run(tc.path, func(t *testing.T) {
			f, h := withRuns(t, done(`{"x":[7]}`)...)
			f.play(t, otherRun, "f/team/gated", gated, done(`1`)...)
			got := ask(t, h, "GET", w+"/"+tc.path, "", "127.0.0.1")
			if got.Code != tc.status {
				t.Errorf("status %d, want %d", got.Code, tc.status)
			}
			contains(t, "answer", got.Body.String(), tc.want...)
		})
	}
}

// Lists tell what was asked for, or that they cannot.
func TestLists(t *testing.T) {
	for query, want := range map[string]string{
		"jobs/list":                                     "run-1 " + otherRun + " " + newRun,
		"jobs/list?per_page=1&page=2":                   otherRun,
		"jobs/list?running=true":                        "run-1 " + otherRun,
		"jobs/list?running=false":                       newRun,
		"jobs/list?success=true":                        "",
		"jobs/list?success=false":                       newRun,
		"jobs/list?suspended=true":                      otherRun,
		"jobs/list?script_path_exact=f/team/own":        "run-1",
		"jobs/list?script_path_start=f/team/o":          "run-1 " + newRun,
		"jobs/list?job_kinds=flowpreview,script":        "",
		"jobs/list?created_before=2001-01-01T00:00:00Z": "",
		"jobs/list?created_after=2001-01-01T00:00:00Z":  "run-1 " + otherRun + " " + newRun,
		"jobs/list?created_after=never":                 "",
		"jobs/list?created_by=someone":                  "",
		"jobs/list?is_flow_step=true":                   "",
		"jobs/list?status=failure":                      newRun,
		"jobs/queue/list":                               "run-1 " + otherRun,
		"jobs/completed/list":                           newRun,
		"jobs/list?label=x":                             "!400",
		"jobs/list?args={}":                             "!400",
		"jobs/list?page=0":                              "run-1 " + otherRun + " " + newRun, // as the first
		"jobs/list?page=-1":                             "!400",
		"jobs/queue/count":                              "2 1",
		"jobs/completed/count":                          "1 0",
	} {
		f, h := withRuns(t, failed()...)
		f.play(t, otherRun, "f/team/gated", strings.Replace(oneStep, "id: a,", "id: a, suspend: {required_events: 1},", 1), done(`1`)...)
		rec := ask(t, h, "GET", w+"/"+query, "", "127.0.0.1")
		got := ""
		switch {
		case rec.Code != 200:
			got = fmt.Sprint("!", rec.Code)
		case strings.Contains(query, "count"):
			var n struct {
				Length    int `json:"database_length"`
				Suspended int
			}
			json.Unmarshal(rec.Body.Bytes(), &n)
			got = fmt.Sprint(n.Length, " ", n.Suspended)
		default:
			var list []listed
			if err := json.Unmarshal(rec.Body.Bytes(), &list); err != nil {
				t.Fatal(err)
			}
			for _, j := range list {
				got += " " + string(j.ID)
			}
			got = strings.TrimSpace(got)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// A large result is passed on in parts; what breaks in the middle cannot be
// taken for the whole.
func TestLargeResult(t *testing.T) {
	large := run.Ref{Hash: "ff", Size: largeSize, Preview: "0"}
	for _, tc := range []struct {
		name, path string
		ref        run.Ref
		breaks     bool
		want       int // -1: cut off
	}{
		{"alone", "get_result/", large, false, largeSize},
		{"in an object", "get_result_maybe/", large, false, largeSize + len(`{"completed":true,"started":true,"success":true,"result":}`)},
		{"in a list", "get_result/", run.Ref{Items: []run.Ref{large, {Inline: []byte("1")}, {Items: []run.Ref{}}, large}}, false, 2*largeSize + len(`[,1,[],]`)},
		{"broken", "get_result/", large, true, -1},
		{"broken in an object", "get_result_maybe/", large, true, -1},
		{"not kept", "get_result/", run.Ref{Hash: "ee", Size: largeSize}, false, 0},
	} {
		f, h := withRuns(t, run.JobStarted{Step: "a", Attempt: 1, Job: "job-9"}, run.JobSucceeded{Step: "a", Attempt: 1, Result: tc.ref})
		f.breaks = tc.breaks
		srv := httptest.NewServer(h)
		req, err := http.NewRequest("GET", srv.URL+w+"/jobs_u/completed/"+tc.path+newRun, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer job-token")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		srv.Close()
		switch {
		case tc.want == 0 && resp.StatusCode != 404, tc.want != 0 && resp.StatusCode != 200:
			t.Errorf("%s: status %d", tc.name, resp.StatusCode)
		case tc.want < 0 && err == nil:
			t.Errorf("%s: %d bytes were passed off as the whole", tc.name, len(b))
		case tc.want > 0 && (err != nil || len(b) != tc.want):
			t.Errorf("%s: %d bytes, want %d; %v", tc.name, len(b), tc.want, err)
		}
	}
}

// A step that has no way to the system starts no code that has one, by whatever way it
// brings that; what lies in the library is its author's.
func TestAContainedStepStartsNoOtherCode(t *testing.T) {
	const nested = `{"value":{"modules":[{"id":"l","value":{"type":"forloopflow","iterator":{"type":"static","value":[1]},"modules":[{"id":"b","value":{"type":"rawscript","language":"LANGUAGE","content":"x","input_transforms":{}}}]}}]}}`
	const failure = `{"value":{"modules":[],"failure_module":{"id":"failure","value":{"type":"rawscript","language":"LANGUAGE","content":"x","input_transforms":{}}}}}`
	for _, tt := range []struct{ path, body string }{
		{"/jobs/run/preview", `{"language":"LANGUAGE","content":"x","args":{}}`},
		{"/jobs/run_wait_result/preview", `{"language":"LANGUAGE","content":"x","args":{}}`},
		{"/jobs/run/preview_flow", nested},
		{"/jobs/run/preview_flow", failure},
	} {
		for _, language := range []string{"bash", "python3", "go", "powershell", "bun", "deno"} {
			for _, contained := range []bool{true, false} {
				api := &fakeAPI{contained: contained}
				h := Handler(api, nil, http.NotFoundHandler(), Options{})
				refused := contained && language != "bun" && language != "deno"
				r := httptest.NewRequest("POST", w+tt.path, strings.NewReader(strings.ReplaceAll(tt.body, "LANGUAGE", language)))
				r.Host = "127.0.0.1:1"
				r.Header.Set("Authorization", "Bearer job-token")
				rec := httptest.NewRecorder()
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond) // nobody waits for a result
				h.ServeHTTP(rec, r.WithContext(ctx))
				cancel()
				if began := len(api.began) > 0; began == refused || (rec.Code == http.StatusForbidden) != refused {
					t.Errorf("%s in %s, contained %v: %d %s", tt.path, language, contained, rec.Code, rec.Body)
				}
			}
		}
	}
}
