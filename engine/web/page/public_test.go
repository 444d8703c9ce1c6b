package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
	"sluice/engine/run"
)

const (
	pagePath   = "/a/" + theSecret
	resumePath = "/api/w/main/jobs_u/resume/0199-job/77/" + theSecret
	cancelPath = "/api/w/main/jobs_u/cancel/0199-job/77/" + theSecret
)

// in returns the refund request in another state.
func in(state run.ApprovalState, change ...func(*run.Approval)) run.Approval {
	a := refund()
	a.State = state
	if final(state) {
		a.Ended = noon.Add(-10 * time.Minute)
	}
	for _, c := range change {
		c(&a)
	}
	return a
}

func mine(approve bool, reason string) func(*run.Approval) {
	return func(a *run.Approval) {
		v := run.Vote{Person: a.Person, Approve: approve, Reason: reason, At: noon.Add(-time.Hour), Via: run.ViaLink,
			Payload: run.Inline(map[string]string{"action": "Refund half", "message": "ok"})}
		a.MyVote = &v
		a.Votes = append(a.Votes, v)
	}
}

// noPayload takes the form out of what the looker answered.
func noPayload(a *run.Approval) { a.MyVote.Payload = run.Ref{} }

func endedBy(who, why string) func(*run.Approval) {
	return func(a *run.Approval) { a.EndedBy, a.Reason = who, why }
}

// Every state of a request has its own page, and looking changes nothing.
func TestStates(t *testing.T) {
	for _, tc := range []struct {
		name   string
		a      run.Approval
		status int
		want   []string
		not    []string
	}{
		{"waiting", refund(), 200, []string{"Refund 120 € to Mia Berg?", "1 of 2 approvals", "You are answering as", "li@acme.example",
			"Customer", "since 2023", "approved 14:05 — “Fits our policy”", "waiting for you", "until 24 Nov 2026, 14:02 CET",
			"Nothing happens until you press a button", "What happens next when it is approved:", "Denying ends this request", "The refund is paid out", `value="approve"`, `value="deny"`, `name="reason"`}, nil},
		{"early", in(run.ApprovalEarly, func(a *run.Approval) { a.Deadline = time.Time{} }), 200,
			[]string{"You can answer already", "still at work", `value="approve"`, "time to answer starts when"}, []string{"0001"}},
		{"hide deny", in(run.ApprovalWaiting, func(a *run.Approval) { a.HideDeny = true }), 200, []string{`value="approve"`}, []string{`value="deny"`}},
		{"mine, others missing", in(run.ApprovalWaiting, mine(true, ""), func(a *run.Approval) {
			a.Required = 3
			a.People = append(a.People, run.AskedPerson{Person: "mo@acme.example"})
		}), 200, []string{"Thank you. Your approval is recorded.", "2 of 3 approvals so far", "Waiting for mo@acme.example.", "Refund half"}, []string{"<form"}},
		{"approved by me", in(run.ApprovalApproved, mine(true, "")), 200, []string{"Thank you. You approved this.", "You approved on 23 Nov 2026, 13:30 CET", "All that was needed is there. The refund is paid out and Mia Berg gets a mail."}, []string{"<form"}},
		{"approved by me, at the end", in(run.ApprovalApproved, mine(true, ""), func(a *run.Approval) { a.Next = "The flow ends." }), 200, []string{"All that was needed is there. The flow ends."}, []string{"goes on"}},
		{"approved by others", in(run.ApprovalApproved), 200, []string{"Approved by dana@acme.example", "nothing left to do for you", "did not answer"}, []string{"<form", "waiting for you"}},
		{"refused by another", in(run.ApprovalRefused, endedBy("Dana", "too expensive")), 200, []string{"Denied by Dana at 23 Nov 2026, 14:20 CET: “too expensive”"}, []string{"<form"}},
		{"refused by me", in(run.ApprovalRefused, endedBy("li@acme.example", "no"), mine(false, "no")), 200, []string{"You denied this", "You denied on 23 Nov 2026, 13:30 CET: “no”"}, []string{"<form"}},
		{"expired", in(run.ApprovalExpired), 410, []string{"The time to answer is over", "Not enough people answered by 24 Nov 2026, 14:02 CET"}, []string{"<form"}},
		{"expired, mine there", in(run.ApprovalExpired, mine(true, "")), 410, []string{"The time to answer is over", "You approved on"}, nil},
		{"canceled", in(run.ApprovalCanceled, endedBy("desktop user", "wrong order")), 410, []string{"This request was canceled", "Canceled by desktop user", "wrong order"}, []string{"<form"}},
		{"failed", in(run.ApprovalFailed), 410, []string{"The step that asked did not finish"}, []string{"<form"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := &fakeEngine{a: tc.a}
			h := handlerOf(e, "")
			for _, path := range []string{pagePath, resumePath, cancelPath} {
				w := send(t, h, "GET", path, "")
				if w.Code != tc.status {
					t.Errorf("GET %s: status %d, want %d", path, w.Code, tc.status)
				}
				contains(t, path, w.Body.String(), tc.want...)
				lacks(t, path, w.Body.String(), tc.not...)
				head := send(t, h, "HEAD", path, "")
				if head.Code != tc.status || head.Body.Len() > 0 {
					t.Errorf("HEAD %s: status %d with %d bytes", path, head.Code, head.Body.Len())
				}
			}
			if len(e.votes) > 0 {
				t.Errorf("looking decided: %+v", e.votes)
			}
		})
	}
}

// What is no request has a page too, with words and the right status.
func TestOtherPages(t *testing.T) {
	for _, tc := range []struct {
		name, method, path string
		err                error
		status             int
		want               string
		asks               int
	}{
		{"unknown link", "GET", "/a/aaaaaaaaaaaaaaaaaaaaaaaaaa", nil, 404, "This link is not known", 1},
		{"cut link", "GET", "/a/" + theSecret[:9], nil, 404, "This link is not known", 1},
		{"revoked", "GET", pagePath, fault.New("link.revoked", "x", ""), 410, "This link was withdrawn", 1},
		{"busy", "GET", pagePath, fault.New("engine.busy", "x", ""), 503, "Sluice is busy", 1},
		{"slow engine", "GET", pagePath, context.DeadlineExceeded, 503, "Sluice is busy", 1},
		{"unknown error", "GET", pagePath, errors.New("disk on fire at /home/li"), 500, "Something unexpected happened", 1},
		{"root", "GET", "/", nil, 404, "There is nothing here", 0},
		{"local API", "GET", "/api/w/main/resources/get_value/u/me/x", nil, 404, "There is nothing here", 0},
		{"local version", "GET", "/api/version", nil, 404, "There is nothing here", 0},
		{"odd secret", "GET", "/a/%2e%2e%2fx", nil, 404, "There is nothing here", 0},
		{"long secret", "GET", "/a/" + strings.Repeat("a", 129), nil, 404, "There is nothing here", 0},
		{"under a secret", "GET", pagePath + "/x", nil, 404, "There is nothing here", 0},
		{"put", "PUT", pagePath, nil, 405, "can only be opened or sent a form", 0},
		{"delete", "DELETE", resumePath, nil, 405, "can only be opened", 0},
		{"trace", "TRACE", pagePath, nil, 405, "can only be opened", 0},
		{"post to health", "POST", "/health/abc", nil, 405, "can only be opened", 0},
		{"health", "GET", "/health/abc-123", nil, 200, "abc-123", 0},
		{"health with markup", "GET", "/health/<b>", nil, 404, "There is nothing here", 0},
		{"unknown vote", "POST", "/a/aaaaaaaaaaaaaaaaaaaaaaaaaa", nil, 404, "This link is not known", 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := &fakeEngine{a: refund(), err: tc.err}
			w := send(t, handlerOf(e, ""), tc.method, tc.path, "")
			if w.Code != tc.status {
				t.Errorf("status %d, want %d", w.Code, tc.status)
			}
			contains(t, tc.path, w.Body.String(), tc.want)
			lacks(t, tc.path, w.Body.String(), "/home/li")
			if e.reads != tc.asks || len(e.votes) > 0 {
				t.Errorf("engine: %d reads, votes %v; want %d reads", e.reads, e.votes, tc.asks)
			}
			if tc.status == 503 && w.Header().Get("Retry-After") == "" {
				t.Error("503 without Retry-After")
			}
			for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "X-Content-Type-Options": "nosniff"} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			contains(t, "CSP", w.Header().Get("Content-Security-Policy"), "default-src 'none'", "style-src 'sha256-", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'")
		})
	}
}

// What is sent becomes the decision that the engine hears, or an error page
// that keeps it.
func TestDecide(t *testing.T) {
	long := strings.Repeat("x", maxReason+1)
	for _, tc := range []struct {
		name   string
		a      run.Approval
		form   []string // action, then fields
		status int
		want   []string
		vote   *run.Decision
	}{
		{"approve", refund(), []string{"approve", "field/action", `"Refund half"`, "field/message", "ok\r\nthen"}, 303, nil,
			&run.Decision{Approve: true, Via: run.ViaLink, Payload: json.RawMessage(`{"action":"Refund half","message":"ok\nthen"}`)}},
		{"no message", refund(), []string{"approve", "field/action", `"Refund half"`, "field/message", ""}, 303, nil,
			&run.Decision{Approve: true, Via: run.ViaLink, Payload: json.RawMessage(`{"action":"Refund half","message":""}`)}},
		{"without a form", plainAsk(), []string{"approve", "field/message", "fine"}, 303, nil,
			&run.Decision{Approve: true, Via: run.ViaLink, Payload: json.RawMessage(`{"message":"fine"}`)}},
		{"deny with a form not filled", refund(), []string{"deny", "field/action", "", "reason", " too much "}, 303, nil,
			&run.Decision{Via: run.ViaLink, Reason: "too much"}},
		{"the reason typed in the form, which is not whole", refund(), []string{"deny", "field/action", "", "field/message", "too much"}, 303, nil,
			&run.Decision{Via: run.ViaLink, Reason: "too much"}},
		{"the reason asked for goes before the form's", refund(), []string{"deny", "field/action", "", "field/message", "x", "reason", "y"}, 303, nil,
			&run.Decision{Via: run.ViaLink, Reason: "y"}},
		{"what the form began with is no reason", refund(), []string{"deny", "field/action", "", "field/message", "Fine with me."}, 303, nil,
			&run.Decision{Via: run.ViaLink}},
		{"a reason typed, then approved", refund(), []string{"approve", "field/action", `"Refund half"`, "reason", "too much"}, 303, nil,
			&run.Decision{Approve: true, Via: run.ViaLink, Payload: json.RawMessage(`{"action":"Refund half"}`)}},
		{"required missing", refund(), []string{"approve", "field/action", "", "field/message", "keep <me>"}, 422,
			[]string{"Please check one thing", "Pick one.", `href="#field%2aaction"`, `aria-invalid="true"`, "keep &lt;me&gt;", `id="field*action-wrong"`}, nil},
		{"not a choice", refund(), []string{"approve", "field/action", `"Refund double"`, "field/message", "keep me"}, 422, []string{"Pick one of the choices.", "keep me"}, nil},
		{"long reason", refund(), []string{"deny", "reason", long, "field/message", "keep me"}, 422, []string{"Keep the reason under 2000", long, "keep me", "<details class=\"deny\" open>"}, nil},
		{"no action", refund(), []string{"", "field/message", "keep me"}, 400, []string{"Press Approve or Deny", "keep me"}, nil},
		{"both actions", refund(), []string{"approve", "action", "deny", "field/message", "keep me"}, 400, []string{"Press Approve or Deny", "keep me"}, nil},
		{"high stakes", highStakes(), []string{"approve", "field/action", `"Refund half"`, "word", " ＡPPROVE "}, 303, nil,
			&run.Decision{Approve: true, Via: run.ViaLink, Payload: json.RawMessage(`{"action":"Refund half"}`), Word: " ＡPPROVE "}},
		{"high stakes, no word", highStakes(), []string{"approve", "field/action", `"Refund half"`, "field/message", "keep me"}, 422, []string{"Please check one thing", `href="#word"`, "Type the word “approve” here", "keep me"}, nil},
		{"high stakes, another word", highStakes(), []string{"approve", "field/action", `"Refund half"`, "word", "<yes>"}, 422, []string{`value="&lt;yes&gt;"`, `aria-describedby="word-wrong"`}, nil},
		{"high stakes, two words", highStakes(), []string{"approve", "field/action", `"Refund half"`, "word", "approve", "word", "approve"}, 422, nil, nil},
		{"high stakes, denied", highStakes(), []string{"deny", "word", "no"}, 303, nil, &run.Decision{Via: run.ViaLink, Word: "no"}},
		{"over meanwhile", in(run.ApprovalRefused, endedBy("Dana", "no")), []string{"approve"}, 409, []string{"was not counted", "Denied by Dana"}, nil},
		{"expired meanwhile", in(run.ApprovalExpired), []string{"approve"}, 410, []string{"was not counted", "The time to answer is over"}, nil},
		{"voted before, as now", in(run.ApprovalWaiting, mine(true, "")), []string{"approve", "field/action", `"Refund half"`, "field/message", "ok"}, 303, nil, nil},
		{"voted before, and denies", in(run.ApprovalWaiting, mine(true, "")), []string{"deny", "reason", "stop"}, 409, []string{"You had answered before. This answer was not counted", "Your approval is recorded"}, nil},
		{"voted before, with other values", in(run.ApprovalWaiting, mine(true, "")), []string{"approve", "field/action", `"Store credit"`, "field/message", "ok"}, 409, []string{"was not counted", "Refund half"}, nil},
		{"voted before, and over", in(run.ApprovalRefused, mine(true, ""), endedBy("Dana", "no")), []string{"deny"}, 409, []string{"was not counted: your first one stands", "You approved on"}, nil},
		{"denied before, as now", in(run.ApprovalRefused, mine(false, "too much"), noPayload), []string{"deny", "field/action", "", "reason", "too much"}, 303, nil, nil},
		{"denied before, for another reason", in(run.ApprovalRefused, mine(false, "too much"), noPayload), []string{"deny", "field/action", "", "reason", "typo"}, 409, []string{"was not counted", "You denied this"}, nil},
		{"denied before, and approves", in(run.ApprovalRefused, mine(false, "too much"), noPayload), []string{"approve", "field/action", fullForm}, 409, []string{"was not counted", "You denied this"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := &fakeEngine{a: refund()}
			h := handlerOf(e, "")
			token := tokenFrom(t, h)
			e.a = tc.a
			w := send(t, h, "POST", pagePath, strings.Replace(filled(token, tc.form[0], tc.form[1:]...), "&reason=&", "&", 1))
			if w.Code != tc.status {
				t.Errorf("status %d, want %d\n%s", w.Code, tc.status, brief(w.Body.String()))
			}
			contains(t, "page", w.Body.String(), tc.want...)
			var want []run.Decision
			if tc.vote != nil {
				want = []run.Decision{*tc.vote}
			}
			if d := cmp.Diff(want, e.votes); d != "" {
				t.Errorf("votes (-want +got):\n%s", d)
			}
			if w.Code == 303 && w.Header().Get("Location") != theSecret {
				t.Errorf("Location %q", w.Header().Get("Location"))
			}
		})
	}
}

// The engine has the last word; what was typed stays on the page.
func TestEngineRefuses(t *testing.T) {
	for _, tc := range []struct {
		code   fault.Code
		status int
		want   []string
	}{
		{"approval.form", 422, []string{"The amount is too high. Enter at most 100.", "keep me"}},
		{"approval.word", 422, []string{"The amount is too high", "keep me"}},
		{"approval.voted", 303, nil},
		{"approval.decided", 409, []string{"was not counted"}},
		{"approval.expired", 410, []string{"was not counted", "The time to answer is over"}},
		{"approval.canceled", 410, []string{"was not counted", "This request was canceled"}},
		{"engine.busy", 503, []string{"press again in a few seconds", "keep me"}},
		{"link.revoked", 410, []string{"This link was withdrawn"}},
		{"unexpected", 500, []string{"Something unexpected happened", "keep me"}},
	} {
		t.Run(string(tc.code), func(t *testing.T) {
			e := &fakeEngine{a: refund(), refuse: fault.New(tc.code, "The amount is too high", "Enter at most 100.")}
			h := handlerOf(e, "")
			body := filled(tokenFrom(t, h), "approve", "field/action", `"Refund half"`, "field/message", "keep me")
			if tc.code == "approval.decided" {
				e.a.State = run.ApprovalWaiting
			}
			w := send(t, h, "POST", pagePath, body)
			if w.Code != tc.status {
				t.Errorf("status %d, want %d", w.Code, tc.status)
			}
			contains(t, "page", w.Body.String(), tc.want...)
			if tc.status != 422 && tc.status < 500 {
				return
			}
			e.refuse = nil
			if w := send(t, h, "POST", pagePath, body); w.Code != 303 || len(e.votes) != 1 {
				t.Errorf("pressing again: status %d, votes %v", w.Code, e.votes)
			}
		})
	}
}

// If not even the request can be read, the page holds what was typed.
func TestBusyKeepsTyped(t *testing.T) {
	e := &fakeEngine{a: refund()}
	h := handlerOf(e, "")
	body := filled(tokenFrom(t, h), "approve", "field/action", `"Refund half"`, "field/message", `say "yes"`)
	e.err = fault.New("engine.busy", "busy", "")
	w := send(t, h, "POST", pagePath, body)
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
	contains(t, "page", w.Body.String(), "nothing you typed is lost", `value="say &#34;yes&#34;"`, `name="action" value="approve"`, "Try again")
}

func high(a run.Approval) run.Approval {
	a.HighStakes = true
	return a
}

func highStakes() run.Approval { return high(refund()) }

// The page of a step of high stakes asks for the word, that of others does not.
func TestHighStakesPage(t *testing.T) {
	for _, a := range []run.Approval{refund(), highStakes()} {
		text := send(t, handlerOf(&fakeEngine{a: a}, ""), "GET", pagePath, "").Body.String()
		if strings.Contains(text, `name="word"`) != a.HighStakes {
			t.Errorf("high stakes: %v\n%s", a.HighStakes, brief(text))
		}
	}
}

// The page tells of a vote that no person gave with a hand.
func TestVotesOfScriptsAreTold(t *testing.T) {
	for via, want := range map[run.Via]string{run.ViaScript: "A script approved on", run.ViaAPI: "You approved on"} {
		a := refund()
		v := run.Vote{Person: a.Person, Approve: true, At: noon, Via: via}
		a.Votes, a.MyVote = append(a.Votes, v), &v
		contains(t, string(via), send(t, handlerOf(&fakeEngine{a: a}, ""), "GET", pagePath, "").Body.String(), want, "approved 14:30"+via.ByNoHand())
	}
}

// Programs vote by the resume and cancel addresses.
func TestPrograms(t *testing.T) {
	jsonType := []string{"Content-Type", "application/json"}
	for _, tc := range []struct {
		name, path, body string
		header           []string
		a                run.Approval
		refuse           fault.Code
		status           int
		want             string
		vote             *run.Decision
	}{
		{"resume", resumePath + "?approver=zoe", `{"message":"ok"}`, jsonType, plainAsk(), "", 201, "", &run.Decision{Approve: true, Via: run.ViaAPI, Payload: json.RawMessage(`{"message":"ok"}`)}},
		{"resume with nothing", resumePath, ``, nil, plainAsk(), "", 201, "", &run.Decision{Approve: true, Via: run.ViaAPI}},
		{"cancel", cancelPath, `{"reason":"no"}`, jsonType, plainAsk(), "", 201, "", &run.Decision{Via: run.ViaAPI, Reason: "no", Payload: json.RawMessage(`{"reason":"no"}`)}},
		{"cancel needs no form", cancelPath, ``, nil, refund(), "", 201, "", &run.Decision{Via: run.ViaAPI}},
		{"not JSON", resumePath, `{`, jsonType, plainAsk(), "", 400, "not JSON", nil},
		{"a browser's empty form", resumePath, ``, []string{"Content-Type", "application/x-www-form-urlencoded"}, plainAsk(), "", 415, "application/json", nil},
		{"a browser's empty parts", cancelPath, ``, []string{"Content-Type", "multipart/form-data; boundary=x"}, plainAsk(), "", 415, "application/json", nil},
		{"a browser's empty text", cancelPath, ``, []string{"Content-Type", "text/plain"}, plainAsk(), "", 415, "application/json", nil},
		{"nothing at all", resumePath, ``, nil, plainAsk(), "", 201, "", &run.Decision{Approve: true, Via: run.ViaAPI}},
		{"deep", resumePath, `{"a":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`, jsonType, plainAsk(), "", 422, "500 levels", nil},
		{"not too deep", resumePath, `{"a":` + strings.Repeat("[", 499) + strings.Repeat("]", 499) + `,"b":"` + strings.Repeat("[", 600) + `"}`, jsonType, plainAsk(), "", 201, "", &run.Decision{Approve: true, Via: run.ViaAPI, Payload: json.RawMessage(`{"a":` + strings.Repeat("[", 499) + strings.Repeat("]", 499) + `,"b":"` + strings.Repeat("[", 600) + `"}`)}},
		{"a browser's form", resumePath, `a=b`, []string{"Content-Type", "application/x-www-form-urlencoded"}, plainAsk(), "", 415, "application/json", nil},
		{"text that is JSON", resumePath, `{}`, []string{"Content-Type", "text/plain"}, plainAsk(), "", 415, "application/json", nil},
		{"another site", resumePath, ``, []string{"Sec-Fetch-Site", "cross-site"}, plainAsk(), "", 403, "other sites", nil},
		{"unknown", strings.Replace(resumePath, theSecret, "zzzz", 1), ``, nil, plainAsk(), "", 404, "not known", nil},
		{"high stakes", resumePath + "?word=Approve", ``, nil, high(plainAsk()), "", 201, "", &run.Decision{Approve: true, Via: run.ViaAPI, Word: "Approve"}},
		{"high stakes, no word", resumePath, ``, nil, high(plainAsk()), "approval.word", 403, "add ?word=approve", nil},
		{"high stakes, by a script", resumePath, ``, nil, high(plainAsk()), "api.other", 403, "x", nil},
		{"high stakes, refused", cancelPath, ``, nil, high(plainAsk()), "", 201, "", &run.Decision{Via: run.ViaAPI}},
		{"used", resumePath, ``, nil, in(run.ApprovalWaiting, mine(true, "")), "approval.voted", 409, "You approved on 23 Nov 2026", nil},
		{"decided", resumePath, ``, nil, in(run.ApprovalRefused, endedBy("Dana", "")), "approval.decided", 409, "Denied by Dana", nil},
		{"expired", resumePath, ``, nil, in(run.ApprovalExpired), "approval.expired", 410, "over", nil},
		{"canceled", resumePath, ``, nil, in(run.ApprovalCanceled), "approval.canceled", 410, "canceled", nil},
		{"void", resumePath, ``, nil, in(run.ApprovalFailed), "approval.decided", 410, "void", nil},
		{"busy", resumePath, ``, nil, plainAsk(), "engine.busy", 503, "busy", nil},
		{"too large", resumePath, `"` + strings.Repeat("x", 10<<20) + `"`, jsonType, plainAsk(), "", 413, "larger than 1 MB", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := &fakeEngine{a: tc.a}
			if tc.refuse != "" {
				e.refuse = fault.New(tc.refuse, "x", "")
			}
			w := send(t, handlerOf(e, ""), "POST", tc.path, tc.body, tc.header...)
			if w.Code != tc.status {
				t.Errorf("status %d, want %d: %s", w.Code, tc.status, brief(w.Body.String()))
			}
			contains(t, "answer", w.Body.String(), tc.want)
			if tc.status == 201 && w.Body.Len() > 0 {
				t.Errorf("201 with a body %q", w.Body)
			}
			var want []run.Decision
			if tc.vote != nil {
				want = []run.Decision{*tc.vote}
			}
			if d := cmp.Diff(want, e.votes); d != "" {
				t.Errorf("votes (-want +got):\n%s", d)
			}
		})
	}
}

// Nothing of the local listener is reachable from outside.
func TestPublicHasNoAPI(t *testing.T) {
	e := &fakeEngine{a: refund()}
	h := handlerOf(e, "/p")
	for _, path := range []string{
		"/jobs/run/f/f/team/plain", "/jobs/run/p/f/team/charge", "/jobs/run/h/0123456789abcdef", "/jobs/run/preview", "/jobs/run/preview_flow",
		"/jobs/run_wait_result/f/f/team/plain", "/jobs/run_wait_result/preview", "/jobs_u/get/run-1", "/jobs_u/completed/get/run-1", "/jobs_u/completed/get_result/run-1",
		"/jobs_u/completed/get_result_maybe/run-1", "/jobs_u/getupdate/run-1", "/jobs_u/get_logs/run-1", "/jobs_u/get_args/run-1", "/jobs/result_by_id/run-1/a",
		"/jobs/list", "/jobs/queue/list", "/jobs/completed/list", "/jobs/queue/count", "/jobs_u/queue/cancel/run-1", "/jobs_u/flow/approval_info/run-1",
		"/jobs/flow/user_states/run-1/k", "/resources/get/u/me/there", "/resources/get_value/u/me/there", "/resources/get_value_interpolated/u/me/there", "/resources/list",
		"/resources/create", "/variables/get_value/u/me/there", "/variables/list", "/variables/create", "/users/whoami", "/sluice/ask", "/sluice/mail",
		"/jobs/resume_urls/job-1/7", "/jobs/job_signature/job-1/7", "/jobs_u/get_flow/0199-job/77/" + theSecret,
	} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			for _, prefix := range []string{"", "/p"} {
				got := send(t, h, method, prefix+"/api/w/main"+path, `{}`, "Authorization", "Bearer job-token", "Content-Type", "application/json")
				if got.Code != 404 {
					t.Errorf("%s %s: %d", method, path, got.Code)
				}
			}
		}
	}
	if e.reads > 0 || len(e.counted()) > 0 {
		t.Errorf("the engine was asked %d times, %d votes", e.reads, len(e.counted()))
	}
}
