package windmill

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// ask makes a call as a job does.
func ask(t *testing.T, h http.Handler, method, path, body, host string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = host
	r.Header.Set("Authorization", "Bearer job-token")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

const w = "/api/w/main"

// manyFields is an object of more fields than a form may have.
func manyFields() string {
	var b strings.Builder
	for i := range flow.MaxFields {
		fmt.Fprintf(&b, `"f%d":[],`, i)
	}
	return "{" + b.String() + `"last":[]}`
}

// The calls of Windmill's clients reach the engine, and the answers have the
// form that the clients read.
func TestLocalCalls(t *testing.T) {
	for _, tc := range []struct {
		method, path, body string
		status             int
		answer             string
		asked              []string
	}{
		{"GET", w + "/jobs/resume_urls/job-1/7?approver=li%40acme.example", "", 200,
			`{"approvalPage":"https://x.example/p/a/sec","cancel":"https://x.example/cancel","resume":"https://x.example/p/api/w/main/jobs_u/resume/job-1/7/sec"}`, []string{`links a 7 "li@acme.example"`}},
		{"GET", w + "/jobs/resume_urls/job-1/4294967295", "", 200, "", []string{`links a 4294967295 ""`}},
		{"GET", w + "/jobs/resume_urls/job-1/4294967296", "", 400, "whole number", nil},
		{"GET", w + "/jobs/resume_urls/job-1/-1", "", 400, "whole number", nil},
		{"GET", w + "/jobs/resume_urls/job-2/7", "", 403, "own run only", nil},
		{"GET", w + "/jobs/resume_urls/job-1/7?flow_level=true", "", 400, "bound to a step", nil},
		{"GET", w + "/jobs/resume_urls/job-1/7?flow_level=false", "", 200, "", []string{`links a 7 ""`}},
		{"GET", w + "/jobs/resume_urls/run-1/7", "", 400, "bound to a step", nil},
		{"GET", w + "/jobs/job_signature/job-1/7", "", 200, "sec", []string{`links a 7 ""`}},
		{"GET", w + "/resources/get_value_interpolated/u/me/x%20y", "", 200, `{"host":"h"}`, []string{"resource u/me/x y"}},
		{"GET", w + "/resources/get_value/u/me/x", "", 200, `{"host":"h"}`, []string{"resource u/me/x"}},
		{"GET", w + "/resources/get/u/me/there", "", 200, `{"workspace_id":"main","path":"u/me/there","value":{"host":"h"},"resource_type":"state","description":"s","is_oauth":false,"is_linked":false,"is_refreshed":false,"extra_perms":{}}`, []string{"resource u/me/there"}},
		{"GET", w + "/resources/get/u/me/none", "", 404, "There is no resource u/me/none", nil},
		{"GET", w + "/resources/list", "", 200, `"path":"f/x/db"`, nil},
		{"GET", w + "/resources/list?resource_type=state", "", 200, `[{"workspace_id":"main","path":"u/me/there","resource_type":"state","description":"s","is_oauth":false,"is_linked":false,"is_refreshed":false,"extra_perms":{}}]`, nil},
		{"GET", w + "/resources/list?per_page=1&page=2", "", 200, `[{"workspace_id":"main","path":"u/me/there"`, nil},
		{"GET", w + "/resources/list?page=9", "", 200, `[]`, nil},
		{"GET", w + "/resources/list?page=0", "", 200, `"path":"f/x/db"`, nil},
		{"GET", w + "/resources/list?page=-1", "", 400, "whole number", nil},
		{"GET", w + "/resources/list?path=f/x/db", "", 200, `"path":"f/x/db"`, nil},
		{"GET", w + "/resources/list?path=u/me", "", 200, `[]`, nil},
		{"GET", w + "/resources/list?resource_type_exclude=postgresql,state", "", 200, `[]`, nil},
		{"GET", w + "/resources/list?description=S", "", 200, `[{"workspace_id":"main","path":"u/me/there"`, nil},
		{"GET", w + "/resources/list?broad_filter=x", "", 400, "cannot be chosen by broad_filter", nil},
		{"GET", w + "/variables/list?page=0&path_start=u/me/p", "", 200, `"description":"what it is"`, nil},
		{"GET", w + "/jobs/list?page=0", "", 200, "run-1", nil},
		{"GET", w + "/flows/list", "", 200, `[{"workspace_id":"main","path":"u/me/late","summary":"","description":"","archived":false,"starred":false,"is_draft":false,"extra_perms":{},"edited_by":"desktop","edited_at":"2026-11-23T14:30:00Z"},{"workspace_id":"main","path":"f/team/plain","summary":"Plain","description":"About it",`, nil},
		{"GET", w + "/flows/list?page=2&per_page=1&order_desc=false", "", 200, `[{"workspace_id":"main","path":"u/me/late"`, nil},
		{"GET", w + "/flows/list?path_start=f/", "", 200, `[{"workspace_id":"main","path":"f/team/plain"`, nil},
		{"GET", w + "/flows/list?path_exact=f/team", "", 200, `[]`, nil},
		{"GET", w + "/flows/list?show_archived=true", "", 200, `[]`, nil},
		{"GET", w + "/flows/list?created_by=li", "", 200, `[]`, nil},
		{"GET", w + "/flows/list?label=x", "", 400, "cannot be chosen by label", nil},
		{"GET", w + "/flows/list_paths", "", 200, `["f/team/plain","u/me/late"]`, nil},
		{"GET", w + "/flows/get/f/team/plain", "", 200, `"value":{"modules":[{"id":"a","value":{"type":"identity"}}]}`, nil},
		{"GET", w + "/flows/get/f/team/plain", "", 200, `"path":"f/team/plain"`, nil},
		{"GET", w + "/flows/get/f/team/none", "", 404, "There is no flow f/team/none", nil},
		{"GET", w + "/flows/exists/f/team/plain", "", 200, "true", nil},
		{"GET", w + "/flows/exists/f/team/none", "", 200, "false", nil},
		{"GET", w + "/scripts/list?kinds=script,approval&languages=bun", "", 200, `[{"workspace_id":"main","path":"f/team/typed","summary":"Typed","description":"","archived":false,"starred":false,"is_draft":false,"extra_perms":{},"hash":"0123456789abcdef","created_by":"desktop","created_at":"2026-11-23T13:30:00Z","language":"bun","kind":"script","has_preprocessor":true}]`, nil},
		{"GET", w + "/scripts/list?parent_hash=x", "", 400, "cannot be chosen by parent_hash", nil},
		{"GET", w + "/scripts/list_paths", "", 200, `["f/team/ask","f/team/typed"]`, nil},
		{"GET", w + "/scripts/get/p/f/team/typed", "", 200, `"schema":{"type":"object"`, nil},
		{"GET", w + "/scripts/get/p/f/team/none", "", 404, "There is no such script", nil},
		{"GET", w + "/scripts/get/h/0123456789abcdef", "", 200, `"content":"export function main() {}"`, nil},
		{"GET", w + "/scripts/get/h/0123456789abcdef", "", 200, `"has_preprocessor":false`, nil},
		{"GET", w + "/scripts/get/h/0123456789abcdef", "", 200, `"parent_hashes":["00000000000000aa"]`, nil},
		{"GET", w + "/scripts/history/p/f/team/typed", "", 200, `[{"script_hash":"00000000000000ff","created_at":"2026-11-23T14:30:00Z"},{"script_hash":"0123456789abcdef",`, nil},
		{"GET", w + "/scripts/history/p/f/team/none", "", 404, "There is no such script", nil},
		{"GET", w + "/scripts/get_latest_version/f/team/typed", "", 200, `{"script_hash":"00000000000000ff"`, nil},
		{"GET", w + "/flows/history/p/f/team/plain", "", 501, "have hashes here, no numbers", nil},
		{"GET", w + "/drafts/list", "", 501, "Sluice keeps no drafts", nil},
		{"GET", w + "/scripts/exists/p/f/team/typed", "", 200, "true", nil},
		{"GET", w + "/scripts/exists/p/f/team/none", "", 200, "false", nil},
		{"GET", w + "/variables/list", "", 200, `"value":"p"`, nil},
		{"DELETE", w + "/resources/delete/u/me/there", "", 200, "deleted", []string{"resource? u/me/there", "resource- u/me/there"}},
		{"DELETE", w + "/resources/delete/u/me/x", "", 404, "There is no resource", []string{"resource? u/me/x"}},
		{"DELETE", w + "/variables/delete/u/me/there", "", 200, "deleted", []string{"variable? u/me/there", "variable- u/me/there"}},
		{"DELETE", w + "/variables/delete/u/me/x", "", 404, "There is no variable", []string{"variable? u/me/x"}},
		{"GET", w + "/resources/get_value_interpolated/u/me/none", "", 404, "There is no resource u/me/none", nil},
		{"GET", w + "/resources/get_value/", "", 400, "not a path", nil},
		{"GET", w + "/resources/get_value/u%0a", "", 400, "not a path", nil},
		{"GET", w + "/resources/exists/u/me/there", "", 200, "true", []string{"resource? u/me/there"}},
		{"GET", w + "/resources/exists/u/me/none", "", 200, "false", []string{"resource? u/me/none"}},
		{"POST", w + "/resources/create", `{"path":"u/me/new","value":{"a":1},"resource_type":"state"}`, 201, "u/me/new", []string{"resource? u/me/new", `resource= u/me/new "state" {"a":1}`}},
		{"POST", w + "/resources/create", `{"path":"u/me/there","value":1,"resource_type":"state"}`, 400, "exists already", []string{"resource? u/me/there"}},
		{"POST", w + "/resources/create?update_if_exists=true", `{"path":"u/me/there","resource_type":"state"}`, 201, "", []string{`resource= u/me/there "state" null`}},
		{"POST", w + "/resources/create", `{"path":`, 400, "not JSON", nil},
		{"POST", w + "/resources/create", `[]`, 400, "not the JSON object", nil},
		{"POST", w + "/resources/create", ``, 400, "not a path", nil},
		{"POST", w + "/resources/update_value/u/me/there", `{"value":[1]}`, 200, "value of resource u/me/there updated", []string{"resource? u/me/there", `resource= u/me/there "" [1]`}},
		{"POST", w + "/resources/update/u/me/there", `{"value":2,"resource_type":"t"}`, 200, "", []string{"resource? u/me/there", `resource= u/me/there "t" 2`}},
		{"POST", w + "/resources/update/u/me/there", `{"resource_type":"t"}`, 200, "", []string{"resource? u/me/there", `resource: u/me/there "t"`}},
		{"POST", w + "/resources/update/u/me/there", `{"value":2,"description":"d"}`, 200, "", []string{"resource? u/me/there", `resource= u/me/there "" 2`, `resource. u/me/there "d"`}},
		{"POST", w + "/resources/update/u/me/there", `{"description":""}`, 200, "", []string{"resource? u/me/there", `resource. u/me/there ""`}},
		{"POST", w + "/resources/create", `{"path":"u/me/new","value":1,"resource_type":"t","description":"d"}`, 201, "", []string{"resource? u/me/new", `resource= u/me/new "t" 1`, `resource. u/me/new "d"`}},
		{"POST", w + "/variables/update/u/me/plain", `{"description":"new"}`, 200, "", []string{"variable? u/me/plain", "variable u/me/plain", `variable= u/me/plain "a \"b\"" false "new"`}},
		{"POST", w + "/resources/update/u/me/there", `{"path":"u/me/other"}`, 400, "another path", nil},
		{"POST", w + "/resources/update_value/u/me/x", `{"value":[1]}`, 404, "There is no resource u/me/x", []string{"resource? u/me/x"}},
		{"GET", w + "/variables/get_value/u/me/x", "", 200, `"a \"b\""`, []string{"variable u/me/x"}},
		{"GET", w + "/variables/get/u/me/there", "", 200, `{"workspace_id":"main","path":"u/me/there","value":"a \"b\"","is_secret":true,`, []string{"variable u/me/there"}},
		{"GET", w + "/variables/get/u/me/plain", "", 200, `"is_secret":false`, []string{"variable u/me/plain"}},
		{"GET", w + "/variables/get/u/me/there?decrypt_secret=false", "", 200, `"value":null`, []string{"variable u/me/there"}},
		{"GET", w + "/variables/get/u/me/none", "", 404, "There is no variable", nil},
		{"GET", w + "/variables/get_value/u/me/none", "", 404, "There is no variable", nil},
		{"GET", w + "/variables/exists/u/me/there", "", 200, "true", []string{"variable? u/me/there"}},
		{"POST", w + "/variables/create", `{"path":"u/me/new","value":"v","is_secret":false,"description":"d"}`, 201, "", []string{"variable? u/me/new", `variable= u/me/new "v" false "d"`}},
		{"POST", w + "/variables/create", `{"path":"u/me/there","value":"v"}`, 400, "exists already", []string{"variable? u/me/there"}},
		{"POST", w + "/variables/update/u/me/there", `{"value":""}`, 200, "", []string{"variable? u/me/there", `variable= u/me/there "" true ""`}},
		{"POST", w + "/variables/update/u/me/plain", `{"value":"n"}`, 200, "", []string{"variable? u/me/plain", `variable= u/me/plain "n" false "what it is"`}},
		{"POST", w + "/variables/update/u/me/plain", `{"is_secret":true}`, 200, "", []string{"variable? u/me/plain", "variable u/me/plain", `variable= u/me/plain "a \"b\"" true "what it is"`}},
		{"POST", w + "/variables/update/u/me/there", `{}`, 400, "missing", []string{"variable? u/me/there"}},
		{"POST", w + "/variables/update/u/me/there", `{"path":"u/me/other"}`, 400, "another path", nil},
		{"POST", w + "/variables/update/u/me/x", `{"value":""}`, 404, "There is no variable", []string{"variable? u/me/x"}},
		{"POST", w + "/variables/create", `{"path":"u/me/new"}`, 400, "missing", []string{"variable? u/me/new"}},
		{"GET", w + "/jobs_u/get_root_job_id/job-1", "", 200, `"run-1"`, nil},
		{"GET", w + "/jobs_u/get_root_job_id/run-1", "", 200, `"run-1"`, nil},
		{"GET", w + "/jobs_u/get_root_job_id/job-9", "", 404, "There is no job", nil},
		{"GET", w + "/jobs_u/get_root_job_id/There%20is%20no%20flow%20f/x/y", "", 404, "There is no job", nil},
		{"GET", w + "/jobs/flow/user_states/run-1/k", "", 200, "null", []string{"state run-1 k"}},
		{"POST", w + "/jobs/flow/user_states/run-1/k", `"v"`, 200, "", []string{`state= run-1 k "v"`}},
		{"POST", w + "/jobs/flow/user_states/run-2/k", `"v"`, 403, "", nil},
		{"POST", w + "/jobs/flow/user_states/run-1/k", `v`, 400, "not JSON", nil},
		{"POST", w + "/jobs_u/queue/cancel/job-1", `{"reason":"enough"}`, 200, "run-1", []string{`cancel run-1 "enough"`}},
		{"POST", w + "/jobs_u/queue/force_cancel/run-1", ``, 200, "run-1", []string{`cancel run-1 ""`}},
		{"POST", w + "/jobs_u/queue/cancel/run-2", `{}`, 403, "", nil},
		{"POST", w + "/jobs_u/queue/cancel/run-3", `{}`, 404, "", nil},
		{"POST", w + "/job_metrics/set_progress/job-1", `{"percent":5}`, 200, "", nil},
		{"POST", w + "/job_metrics/set_progress/job-2", `{"percent":5}`, 403, "", nil},
		{"GET", w + "/job_metrics/get_progress/job-1", "", 200, "null", nil},
		{"GET", w + "/users/username_to_email/desktop", "", 200, "desktop@localhost", nil},
		{"GET", w + "/users/username_to_email/li", "", 404, "no user", nil},
		{"GET", w + "/users/whoami", "", 200, `"username":"desktop"`, nil},
		{"GET", "/api/users/whoami", "", 200, `"email"`, nil},
		{"GET", "/api/version", "", 200, "Sluice 1", nil},
		{"POST", w + "/sluice/ask", `{"account":"u/me/gmail","to":["Li <LI@acme.example>"],"subject":"s","ask":{"question":"q"}}`, 200, `{"mails":1,"to":["LI@acme.example"]}`, []string{"ask a [LI@acme.example]"}},
		{"POST", "/api/sluice/mail", `{"account":"u/me/gmail","to":["li@acme.example"],"subject":"s","text":"t"}`, 200, `{"mails":1,"to":["li@acme.example"]}`, []string{"mail a [li@acme.example]"}},
		{"POST", w + "/sluice/ask", `{"account":"u/me/gmail","to":["li@acme.example"],"ask":{"default_args":` + manyFields() + `}}`, 400, "default_args has more than 1000 fields", nil},
		{"POST", w + "/sluice/ask", `{"account":"u/me/gmail","to":["li@acme.example"],"ask":{"enums":` + manyFields() + `}}`, 400, "enums has more than 1000 fields", nil},
		{"POST", w + "/sluice/ask", `{"account":"u/me/gmail","to":["li@acme.example\r\nBcc: x@y.z"]}`, 400, "not an e-mail address", nil},
		{"POST", w + "/sluice/ask", `{"account":"u/me/gmail","to":["li@acme.example"],"subject":"a\r\nBcc: x@y.z"}`, 400, "one line", nil},
		{"POST", w + "/sluice/ask", `{"account":"u/me/gmail","to":[]}`, 400, "Nobody was named to send to", nil},
		{"POST", w + "/sluice/mail", `{"to":["li@acme.example"]}`, 400, "no account", nil},
		{"POST", w + "/jobs/run/f/u/me/flow", `{}`, 404, "There is no flow u/me/flow", nil},
		{"GET", w + "/jobs/slack_approval/job-1", "", 501, "askByMail", nil},
		{"GET", w + "/jobs/wac_approval_urls/job-1/approval", "", 501, "Workflows as code", nil},
		{"POST", w + "/jobs/wac/inline_checkpoint/job-1", "{}", 501, "Workflows as code", nil},
		{"POST", w + "/oidc/token/aud", "", 501, "identity tokens", nil},
		{"GET", w + "/job_helpers/download_s3_file?file_key=x", "", 501, "no file store", nil},
		{"POST", w + "/job_helpers/upload_s3_file?file_key=x", "x", 501, "no file store", nil},
		{"POST", "/api/users/tokens/create", "{}", 501, "for jobs only", nil},
		{"POST", w + "/jobs_u/flow/resume_suspended/run-1", `{"approved":true}`, 403, "A job cannot vote", nil},
		{"POST", w + "/jobs/flow/resume/run-1", `{}`, 403, "A job cannot vote", nil},
		{"GET", "/api/nothing", "", 501, "nothing", nil},
		{"DELETE", w + "/resources/get/u/me/x", "", 501, "DELETE", nil},
		{"GET", "/", "", 404, "There is no call", nil},
		{"GET", pagePath, "", 404, "There is no call", nil},
		{"GET", "/health/abc", "", 404, "There is no call", nil},
		{"POST", w + "/jobs/flow/user_states/run-1/k", `"` + strings.Repeat("x", maxLocalBody) + `"`, 413, "larger than 16 MB", nil},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			f := &fakeAPI{}
			f.play(t, "run-1", "f/team/own", `{summary: T, value: {modules: [{id: a, value: {type: rawscript, language: bun, content: "", input_transforms: {}}}]}}`, run.JobStarted{Step: "a", Attempt: 1, Job: "job-1"})
			f.play(t, "run-2", "f/team/other", `{summary: T, value: {modules: [{id: a, value: {type: rawscript, language: bun, content: "", input_transforms: {}}}]}}`)
			f.runs["run-2"].sum.Trigger.By = ""
			h := Handler(f, nil, http.NotFoundHandler(), Options{Version: "Sluice 1", Logger: quiet()})
			got := ask(t, h, tc.method, tc.path, tc.body, "127.0.0.1:8000")
			if got.Code != tc.status {
				t.Errorf("status %d, want %d: %s", got.Code, tc.status, brief(got.Body.String()))
			}
			contains(t, "answer", got.Body.String(), tc.answer)
			if d := cmp.Diff(tc.asked, f.asked); d != "" {
				t.Errorf("the engine was asked (-want +got):\n%s", d)
			}
		})
	}
}

// Trouble has the status and the plain text that clients expect.
func TestLocalTrouble(t *testing.T) {
	const path = "/resources/exists/u/me/x"
	for _, tc := range []struct {
		name   string
		err    error
		host   string
		header []string
		status int
		want   string
	}{
		{"fine", nil, "127.0.0.1:8000", nil, 200, "true"},
		{"localhost", nil, "localhost:8000", nil, 200, ""},
		{"v6", nil, "[::1]:8000", nil, 200, ""},
		{"rebound name", nil, "evil.example:8000", nil, 403, "host name"},
		{"name that looks right", nil, "127.0.0.1.evil.example", nil, 403, "host name"},
		{"no name", nil, "", nil, 403, "host name"},
		{"a web page", nil, "127.0.0.1", []string{"Origin", "https://evil.example"}, 403, "web pages"},
		{"a web page without origin", nil, "127.0.0.1", []string{"Sec-Fetch-Site", "cross-site"}, 403, "web pages"},
		{"no token", nil, "127.0.0.1", []string{"Authorization", ""}, 401, "Not authorized"},
		{"other scheme", nil, "127.0.0.1", []string{"Authorization", "Basic job-token"}, 401, "Not authorized"},
		{"token of an ended job", nil, "127.0.0.1", []string{"Authorization", "Bearer old"}, 401, "not known"},
		{"busy", fault.New("engine.busy", "b", ""), "127.0.0.1", nil, 503, "busy"},
		{"told by the engine", fault.New("vault.locked", "The keyring is locked", "Unlock it."), "127.0.0.1", nil, 400, "The keyring is locked. Unlock it."},
		{"not told", errors.New("disk on fire at /home/li"), "127.0.0.1", nil, 500, "Something unexpected"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := &fakeAPI{err: tc.err}
			h := Handler(f, nil, http.NotFoundHandler(), Options{Logger: quiet()})
			got := ask(t, h, "GET", w+path, "", tc.host, tc.header...)
			if got.Code != tc.status {
				t.Errorf("status %d, want %d", got.Code, tc.status)
			}
			if tc.want != "true" {
				contains(t, tc.name, got.Body.String(), tc.want)
			}
			lacks(t, tc.name, got.Body.String(), "/home/li")
			if tc.status >= 400 && !strings.HasPrefix(got.Header().Get("Content-Type"), "text/plain") {
				t.Errorf("content type %q", got.Header().Get("Content-Type"))
			}
			if (tc.status == 401 || tc.status == 403) && len(f.asked) > 0 {
				t.Errorf("the engine was asked %v", f.asked)
			}
		})
	}
}
