package windmill

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/engine/web/page"
)

const (
	theSecret  = "mfrggzdfmztwq2lknnwg23tpob" // opens the request of newRequest
	pagePath   = "/a/" + theSecret
	resumePath = w + "/jobs_u/resume/0199-job/77/" + theSecret
	cancelPath = w + "/jobs_u/cancel/0199-job/77/" + theSecret
)

// request is an engine with one request, open for one more vote.
type request struct {
	a     run.Approval
	votes []run.Decision
}

// newRequest asks a person, after another has approved.
func newRequest(person string) *request {
	return &request{a: run.Approval{Run: "0199-run", Step: "a", Person: person, Required: 2, State: run.ApprovalWaiting,
		Votes: []run.Vote{{Person: "dana@acme.example", Approve: true, At: noon, Via: run.ViaLink}}, Link: run.Link{Job: "0199-job", Nonce: 77, Person: person}}}
}

func (e *request) Approval(_ context.Context, secret string) (run.Approval, error) {
	if secret != theSecret {
		return run.Approval{}, fault.New("link.unknown", "This link is not known", "")
	}
	return e.a, nil
}

func (e *request) Link(ctx context.Context, secret string) (run.Link, error) {
	a, err := e.Approval(ctx, secret)
	return a.Link, err
}

func (e *request) MayBeLink(secret string) bool { return strings.HasPrefix(secret, theSecret[:1]) }

func (e *request) Vote(_ context.Context, _ run.Link, d run.Decision) (run.Approval, error) {
	e.votes = append(e.votes, d)
	return e.a, nil
}

// handler is the local listener with what it takes votes by.
func (e *request) handler(f *fakeAPI) http.Handler {
	return Handler(f, e, page.StepVotes(e, quiet()), Options{Logger: quiet()})
}

// A resume address is served on the local listener too, for POST alone, and
// without a job's token: its own secret is what counts.
func TestVotesOnTheLocalListener(t *testing.T) {
	for _, tc := range []struct {
		method, path, body string
		status             int
		votes              int
	}{
		{"POST", resumePath, `{"action":"Refund half"}`, 201, 1},
		{"POST", cancelPath, `{"reason":"no"}`, 201, 1},
		{"GET", resumePath, "", 405, 0},
		{"GET", cancelPath + "?payload=e30=", "", 405, 0},
		{"POST", strings.Replace(resumePath, "0199-job", "0199-joc", 1), `{}`, 404, 0},
		{"POST", strings.Replace(resumePath, theSecret, "aaaa", 1), `{}`, 404, 0},
		{"GET", strings.Replace(resumePath, "/resume/", "/get_flow/", 1), "", 200, 0},
		{"GET", strings.Replace(strings.Replace(resumePath, "/resume/", "/get_flow/", 1), "0199-job", "0199-joc", 1), "", 404, 0},
		{"GET", w + "/jobs_u/completed/get_result/0199-job?suspended_job=0199-job&resume_id=77&secret=" + theSecret, "", 200, 0},
		{"GET", w + "/jobs_u/completed/get_result/0199-job?suspended_job=0199-job&resume_id=78&secret=" + theSecret, "", 404, 0},
		{"GET", w + "/jobs_u/completed/get_result/0199-joc?suspended_job=0199-job&resume_id=77&secret=" + theSecret, "", 404, 0},
		{"GET", w + "/jobs_u/completed/get_result/0199-job?suspended_job=0199-job&resume_id=77&secret=aaaa", "", 404, 0},
		{"GET", w + "/jobs_u/completed/get_result/0199-job", "", 401, 0},
	} {
		f, e := &fakeAPI{}, newRequest("approver 1")
		f.play(t, e.a.Run, "f/team/refund", oneStep, done(`"asked"`)...)
		got := ask(t, e.handler(f), tc.method, tc.path, tc.body, "127.0.0.1", "Content-Type", "application/json", "Authorization", "")
		if got.Code != tc.status || len(e.votes) != tc.votes {
			t.Errorf("%s %s: %d, %d votes: %s", tc.method, tc.path, got.Code, len(e.votes), brief(got.Body.String()))
		}
		if strings.Contains(tc.path, "get_result") && tc.status == 200 {
			contains(t, "get_result", got.Body.String(), `"asked"`)
		}
		if strings.Contains(tc.path, "get_flow") && tc.status == 200 {
			contains(t, "get_flow", got.Body.String(), `{"job":{"type":"CompletedJob"`, `"approvers":[{"resume_id":1,"approver":"`)
		}
	}
}

// No step answers for a person: a link with a name is the person's, whoever got
// hold of it.
func TestNoStepVotesForAPerson(t *testing.T) {
	for person, want := range map[string]int{"li@acme.example": 403, run.DesktopUser: 403, "approver 2": 201} {
		for _, path := range []string{resumePath, cancelPath} {
			e := newRequest(person)
			got := ask(t, e.handler(&fakeAPI{}), "POST", path, `{"action":"Refund half"}`, "127.0.0.1", "Content-Type", "application/json", "Authorization", "")
			if got.Code != want || (want == 201) != (len(e.votes) == 1) {
				t.Errorf("%s, %s: %d, %d votes: %s", person, path, got.Code, len(e.votes), brief(got.Body.String()))
			}
			for _, d := range e.votes {
				if d.Via != run.ViaScript {
					t.Errorf("%s: the vote came %q", person, d.Via)
				}
			}
		}
	}
}

// Whoever comes by one link is shown no other, nor their own, by any call that takes one.
func TestALinkShowsNoOtherLink(t *testing.T) {
	const danas = "https://x.example/a/abcdefghijklmnopqrstuvwxyz"
	result := `{"dana":"` + danas + `","bot":"https://x.example` + pagePath + `","bare":"` + theSecret + `","note":"asked"}`
	byLink := w + "/jobs_u/completed/get_result/0199-job?suspended_job=0199-job&resume_id=77&secret=" + theSecret
	for _, path := range []string{byLink, byLink + "&json_path=dana", byLink + "&json_path=bare", strings.Replace(resumePath, "/resume/", "/get_flow/", 1)} {
		f, e := &fakeAPI{}, newRequest("approver 1")
		f.play(t, e.a.Run, "f/team/refund", oneStep, done(result)...)
		got := ask(t, e.handler(f), "GET", path, "", "127.0.0.1", "Authorization", "")
		if got.Code != 200 {
			t.Errorf("%s: %d %s", path, got.Code, brief(got.Body.String()))
		}
		lacks(t, path, got.Body.String(), "abcdefghijklmnopqrstuvwxyz", theSecret)
		contains(t, path, got.Body.String(), "…")
	}
}
