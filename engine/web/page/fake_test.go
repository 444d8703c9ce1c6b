package page

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// theSecret opens the request of fakeEngine, as li@acme.example.
const theSecret = "mfrggzdfmztwq2lknnwg23tpob"

var cet = time.FixedZone("CET", 3600)

// noon is when the tests take place.
var noon = time.Date(2026, 11, 23, 14, 30, 0, 0, cet)

// fakeEngine holds one request and counts what it is asked.
type fakeEngine struct {
	mu     sync.Mutex
	a      run.Approval
	reads  int
	votes  []run.Decision
	err    error         // of Approval
	refuse error         // of Vote
	hold   chan struct{} // Vote waits for it, if set
	asked  chan struct{} // told when Vote is reached, if set
	panics bool
}

func (f *fakeEngine) Approval(ctx context.Context, secret string) (run.Approval, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	if f.panics {
		panic("a bug that tells " + secret)
	}
	if f.err != nil {
		return run.Approval{}, f.err
	}
	if secret != theSecret {
		return run.Approval{}, fault.New("link.unknown", "This link is not known", "")
	}
	return f.a, nil
}

func (f *fakeEngine) Link(ctx context.Context, secret string) (run.Link, error) {
	a, err := f.Approval(ctx, secret)
	a.Link.Person = a.Person
	return a.Link, err
}

func (f *fakeEngine) Vote(ctx context.Context, _ run.Link, d run.Decision) (run.Approval, error) {
	if f.asked != nil {
		f.asked <- struct{}{}
	}
	if f.hold != nil {
		<-f.hold
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return f.a, f.refuse
	}
	if f.a.MyVote != nil {
		return f.a, fault.New("approval.voted", "You already answered", "")
	}
	if d.Approve && d.Via == run.ViaAPI && f.a.Form != nil { // of the page the form is checked before
		if errs, err := checkValue(f.a.Form, f.a.Ask.Enums, flow.Raw(cmp.Or(string(d.Payload), "{}"))); err == nil && len(errs) > 0 {
			return f.a, fault.Because(wrongFields(errs), "approval.form", "Some fields need another look", "")
		}
	}
	f.votes = append(f.votes, d)
	v := run.Vote{Person: f.a.Person, Approve: d.Approve, Payload: run.Ref{Inline: d.Payload}, Reason: d.Reason, At: noon, Via: d.Via}
	f.a.MyVote = &v
	f.a.Votes = append(f.a.Votes, v)
	switch {
	case !d.Approve:
		f.a.State, f.a.EndedBy, f.a.Reason, f.a.Ended = run.ApprovalRefused, v.Person, v.Reason, noon
	case len(f.a.Votes) >= f.a.Required:
		f.a.State, f.a.Ended = run.ApprovalApproved, noon
	}
	return f.a, nil
}

// wrongFields are what the engine says of a form.
type wrongFields []flow.FieldError

func (w wrongFields) Error() string             { return "wrong" }
func (w wrongFields) Fields() []flow.FieldError { return w }

func (f *fakeEngine) counted() []run.Decision {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.votes
}

// refund is a request like the one in the design.
func refund() run.Approval {
	dana := run.Vote{Person: "dana@acme.example", Approve: true, Payload: run.Inline(map[string]string{"message": "Fits our policy"}), At: noon.Add(-25 * time.Minute), Via: run.ViaLink}
	return run.Approval{
		Run: "0199-run", Step: "b", FlowName: "Acme operations", StepName: "Refund with approval",
		Ask: run.Ask{Question: "Refund 120 € to Mia Berg?", Message: "Please check order 4711 before Friday.",
			Facts:    []run.Fact{{Label: "Order", Value: "4711"}, {Label: "Amount", Value: "120,00 €"}, {Label: "Customer", Value: "Mia Berg, since 2023"}},
			Defaults: json.RawMessage(`{"action":"Refund in full","message":"Fine with me."}`)},
		Form: json.RawMessage(`{"type":"object","order":["action","message"],"required":["action"],"properties":{
			"action":{"type":"string","title":"Action","enum":["Refund in full","Refund half","Store credit","Ask the customer","Do nothing"]},
			"message":{"type":"string","title":"Message","format":"multiline"}}}`),
		Required: 2, People: []run.AskedPerson{{Person: "dana@acme.example", Vote: &dana}, {Person: "li@acme.example"}},
		Votes: []run.Vote{dana}, Person: "li@acme.example", Opened: noon.Add(-time.Hour),
		Deadline: time.Date(2026, 11, 24, 14, 2, 0, 0, cet), State: run.ApprovalWaiting,
		Next: "The refund is paid out and Mia Berg gets a mail.",
		Link: run.Link{Job: "0199-job", Nonce: 77},
	}
}

// plainAsk is a request without a form that one person decides.
func plainAsk() run.Approval {
	a := refund()
	a.Form, a.Ask.Defaults, a.Required, a.Votes = nil, nil, 1, nil
	a.People = []run.AskedPerson{{Person: "li@acme.example"}}
	return a
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func handlerOf(e Approvals, prefix string) http.Handler {
	return Handler(e, Options{Prefix: func() string { return prefix }, Now: func() time.Time { return noon }, Logger: quiet()})
}

// send asks h directly.
func send(t testing.TB, h http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if method == http.MethodPost && body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var tokenIn = regexp.MustCompile(`name="token" value="([^"]+)"`)

// tokenFrom opens the page and returns its token.
func tokenFrom(t testing.TB, h http.Handler) string {
	t.Helper()
	m := tokenIn.FindStringSubmatch(send(t, h, "GET", "/a/"+theSecret, "").Body.String())
	if m == nil {
		t.Fatal("the page has no token")
	}
	return m[1]
}

// filled is a form as a browser sends it.
func filled(token, action string, more ...string) string {
	v := url.Values{"token": {token}, "action": {action}, "reason": {""}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Add(more[i], more[i+1])
	}
	return v.Encode()
}

// contains checks for every fragment.
func contains(t testing.TB, where, text string, fragments ...string) {
	t.Helper()
	for _, f := range fragments {
		if !strings.Contains(text, f) {
			t.Errorf("%s: no %q in\n%s", where, f, brief(text))
		}
	}
}

func lacks(t testing.TB, where, text string, fragments ...string) {
	t.Helper()
	for _, f := range fragments {
		if strings.Contains(text, f) {
			t.Errorf("%s: found %q in\n%s", where, f, brief(text))
		}
	}
}

var style = regexp.MustCompile(`(?s)<style>.*</style>`)

func brief(text string) string {
	text = style.ReplaceAllString(text, "")
	if len(text) > 6000 {
		text = text[:6000] + fmt.Sprintf("… (%d bytes)", len(text))
	}
	return text
}

func readAll(t testing.TB, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// readOf and viewOf are read and view of a form of which all fields can be told.
func readOf(t testing.TB, f *form, post url.Values) json.RawMessage {
	t.Helper()
	v, err := f.read(post)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func viewOf(t testing.TB, f *form) []fieldView {
	t.Helper()
	v, err := f.view()
	if err != nil {
		t.Fatal(err)
	}
	return v
}
