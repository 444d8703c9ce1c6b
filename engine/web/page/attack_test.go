package page

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/engine/web"
)

const fullForm = `"Refund half"`

// Nothing but a deliberate press on a page of ours decides.
func TestScanners(t *testing.T) {
	e := &fakeEngine{a: refund()}
	h := handlerOf(e, "")
	foreign := handlerOf(&fakeEngine{a: refund()}, "")
	good := tokenFrom(t, h)
	for _, tc := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
	}{
		{"head", "HEAD", pagePath, "", nil, 200},
		{"prefetch", "GET", pagePath, "", []string{"Sec-Purpose", "prefetch;prerender", "Purpose", "prefetch"}, 200},
		{"get with the form in the address", "GET", pagePath + "?" + filled(good, "approve", "field/action", fullForm), "", nil, 200},
		{"post with the form in the address", "POST", pagePath + "?" + filled(good, "approve", "field/action", fullForm), "x=y", nil, 409},
		{"options", "OPTIONS", pagePath, "", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, 204},
		{"options resume", "OPTIONS", resumePath, "", nil, 204},
		{"get resume with payload", "GET", resumePath + "?payload=e30=", "", nil, 200},
		{"get cancel", "GET", cancelPath, "", nil, 200},
		{"method override", "GET", pagePath, "", []string{"X-HTTP-Method-Override", "POST"}, 200},
		{"empty post", "POST", pagePath, "", nil, 415},
		{"no token", "POST", pagePath, filled("", "approve", "field/action", fullForm), nil, 409},
		{"made-up token", "POST", pagePath, filled(strings.Repeat("A", len(good)), "approve", "field/action", fullForm), nil, 409},
		{"cut token", "POST", pagePath, filled(good[:len(good)-4], "approve", "field/action", fullForm), nil, 409},
		{"changed token", "POST", pagePath, filled("AAAA"+good[4:], "approve", "field/action", fullForm), nil, 409},
		{"two tokens", "POST", pagePath, filled(good, "approve", "token", good, "field/action", fullForm), nil, 409},
		{"token of another process", "POST", pagePath, filled(tokenFrom(t, foreign), "approve", "field/action", fullForm), nil, 409},
		{"multipart", "POST", pagePath, filled(good, "approve"), []string{"Content-Type", "multipart/form-data; boundary=x"}, 415},
		{"cross-site", "POST", pagePath, filled(good, "approve", "field/action", fullForm), []string{"Sec-Fetch-Site", "cross-site", "Origin", "null"}, 403},
		{"sibling site", "POST", pagePath, filled(good, "approve", "field/action", fullForm), []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"foreign origin", "POST", pagePath, filled(good, "approve", "field/action", fullForm), []string{"Origin", "https://evil.example"}, 403},
		{"origin that is none", "POST", pagePath, filled(good, "approve", "field/action", fullForm), []string{"Origin", "://"}, 403},
		{"large form", "POST", pagePath, filled(good, "approve", "field/message", strings.Repeat("x", 10<<20)), nil, 413},
		{"broken encoding", "POST", pagePath, "token=%zz", nil, 400},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := send(t, h, tc.method, tc.path, tc.body, tc.header...)
			if w.Code != tc.status {
				t.Errorf("status %d, want %d", w.Code, tc.status)
			}
			if len(e.counted()) > 0 {
				t.Fatalf("it decided: %+v", e.votes)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Error("a foreign page may read the answer")
			}
		})
	}
	for _, header := range [][]string{nil, {"Origin", "null"}, {"Sec-Fetch-Site", "same-origin", "Origin", "null"}, {"Origin", "http://example.com"}} {
		e.a = refund()
		e.votes = nil
		if w := send(t, h, "POST", pagePath, filled(tokenFrom(t, h), "approve", "field/action", fullForm), header...); w.Code != 303 {
			t.Errorf("a real press with %v: status %d", header, w.Code)
		}
	}
}

// A token serves the link it was made for, for a day.
func TestTokenBounds(t *testing.T) {
	p := newPageTokens()
	token := p.mint("one", noon)
	if _, _, ok := p.check(token, "one", noon.Add(tokenLife-time.Second)); !ok {
		t.Error("not valid for its own link")
	}
	if _, _, ok := p.check(token, "two", noon); ok {
		t.Error("valid for another link")
	}
	if _, _, ok := p.check(token, "one", noon.Add(tokenLife)); ok {
		t.Error("valid after its time")
	}
	if len(p.used) != 0 {
		t.Error("making a token left something behind")
	}
	for i := range tokensKept + 10 {
		var id tokenID
		id[0], id[1], id[2] = byte(i), byte(i>>8), byte(i>>16)
		p.claim(id, noon.Add(time.Hour), noon)
	}
	if len(p.used) > tokensKept {
		t.Errorf("%d used tokens are kept", len(p.used))
	}
}

// Two presses at once count once, and both see the receipt.
func TestDoublePress(t *testing.T) {
	e := &fakeEngine{a: refund(), hold: make(chan struct{}), asked: make(chan struct{}, 2)}
	h := handlerOf(e, "")
	body := filled(tokenFrom(t, h), "approve", "field/action", fullForm)
	codes := make(chan int, 2)
	press := func() { codes <- send(t, h, "POST", pagePath, body).Code }
	go press()
	<-e.asked
	go press()
	close(e.hold)
	for range 2 {
		if c := <-codes; c != 303 {
			t.Errorf("status %d, want 303", c)
		}
	}
	if n := len(e.counted()); n != 1 {
		t.Errorf("%d votes", n)
	}
	if w := send(t, h, "POST", pagePath, body); w.Code != 303 || len(e.counted()) != 1 {
		t.Errorf("a third press: status %d", w.Code)
	}
}

// Two browsers with the same link: the first press counts, the second sees it.
func TestTwoBrowsers(t *testing.T) {
	e := &fakeEngine{a: refund()}
	h := handlerOf(e, "")
	one, two := tokenFrom(t, h), tokenFrom(t, h)
	if one == two {
		t.Fatal("two views share a token")
	}
	send(t, h, "POST", pagePath, filled(one, "approve", "field/action", fullForm))
	w := send(t, h, "POST", pagePath, filled(two, "deny", "reason", "no"))
	if w.Code != 409 {
		t.Errorf("status %d", w.Code)
	}
	contains(t, "another answer", w.Body.String(), "This answer was not counted", "You approved on")
	if len(e.votes) != 1 || !e.votes[0].Approve {
		t.Errorf("votes %+v", e.votes)
	}
	contains(t, "second browser", send(t, h, "GET", pagePath, "").Body.String(), "You approved on")
}

// After a restart the page of the old process is shown again as it was typed,
// and the next press counts.
func TestRestart(t *testing.T) {
	e := &fakeEngine{a: refund()}
	old := filled(tokenFrom(t, handlerOf(e, "")), "deny", "field/action", fullForm, "field/message", "half & half", "reason", "a <reason>")
	old = strings.Replace(old, "reason=&", "", 1)
	h := handlerOf(e, "")
	w := send(t, h, "POST", pagePath, old)
	if w.Code != 409 || len(e.votes) > 0 {
		t.Fatalf("status %d, votes %v", w.Code, e.votes)
	}
	contains(t, "page", w.Body.String(), "What you typed is still here", "half &amp; half", "a &lt;reason&gt;", `value="&#34;Refund half&#34;" selected`, `<details class="deny" open>`)
	m := tokenIn.FindStringSubmatch(w.Body.String())
	if w := send(t, h, "POST", pagePath, strings.Replace(filled(m[1], "deny", "reason", "r"), "reason=&", "", 1)); w.Code != 303 || len(e.votes) != 1 {
		t.Errorf("the next press: status %d, votes %v", w.Code, e.votes)
	}
}

// The page works whatever a proxy does with the prefix, and never trusts Host.
func TestPrefix(t *testing.T) {
	for _, prefix := range []string{"", "/sluice", "/sluice/", "sluice", "/a", "/deep/er"} {
		for _, stripped := range []bool{true, false} {
			for _, path := range []string{pagePath, resumePath, cancelPath} {
				e := &fakeEngine{a: plainAsk()}
				h := handlerOf(e, prefix)
				outside := "/" + strings.Trim(prefix, "/")
				outside = strings.TrimSuffix(outside, "/") + path
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if cut := strings.TrimSuffix("/"+strings.Trim(prefix, "/"), "/"); stripped {
						r.URL.Path = strings.TrimPrefix(r.URL.Path, cut)
					}
					r.Host = "evil.example"
					h.ServeHTTP(w, r)
				}))
				label := fmt.Sprintf("prefix %q stripped %v %s", prefix, stripped, path)
				res, err := http.Get(srv.URL + outside)
				if err != nil {
					t.Fatal(err)
				}
				page := readAll(t, res.Body)
				res.Body.Close()
				lacks(t, label, page, "evil.example")
				action := between(page, `<form method="post" action="`, `"`)
				to, err := res.Request.URL.Parse(action)
				if err != nil {
					t.Fatal(err)
				}
				token := tokenIn.FindStringSubmatch(page)
				if token == nil {
					t.Fatalf("%s: no form", label)
				}
				res, err = http.PostForm(to.String(), url.Values{"token": token[1:2], "action": {"approve"}, "field/message": {"x"}})
				if err != nil {
					t.Fatal(err)
				}
				contains(t, label, readAll(t, res.Body), "Thank you. You approved this.")
				res.Body.Close()
				if len(e.counted()) != 1 || strings.Contains(res.Request.URL.String(), "jobs_u") {
					t.Errorf("%s: votes %v, ended at %s", label, e.votes, res.Request.URL)
				}
				srv.Close()
			}
		}
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// Every text that others write is shown as text.
func TestMarkupInWords(t *testing.T) {
	const bad = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}` + "\r\nSet-Cookie: a=b"
	field := func(name string) string { b, _ := json.Marshal(name); return string(b) }
	a := refund()
	vote := run.Vote{Person: bad, Reason: bad, At: noon}
	a.FlowName, a.StepName, a.Next, a.Person, a.EndedBy, a.Reason = bad, bad, bad, bad, bad, bad
	a.Ask = run.Ask{Question: bad, Message: bad, Facts: []run.Fact{{Label: bad, Value: bad}},
		Defaults: json.RawMessage(`{` + field(bad) + `:` + field(bad) + `}`), Description: json.RawMessage(field(bad))}
	a.Votes = []run.Vote{vote, {Person: bad + "2", Approve: true, Payload: run.Inline(map[string]string{"message": bad}), At: noon}}
	a.People = []run.AskedPerson{{Person: bad + "3"}}
	a.Form = json.RawMessage(`{"type":"object","properties":{` + field(bad) + `:{"type":"string","title":` + field(bad) + `,"description":` + field(bad) + `,"enum":[` + field(bad) + `]}}}`)
	for _, state := range []run.ApprovalState{run.ApprovalEarly, run.ApprovalWaiting, run.ApprovalApproved, run.ApprovalRefused, run.ApprovalExpired, run.ApprovalCanceled, run.ApprovalFailed} {
		for _, d := range []string{`""`, field(bad), `{"markdown":` + field(bad+"\n\n[x](javascript:alert(1)) ![y](https://spy.example/p.png)") + `}`,
			`{"html":` + field(bad+`<a href="javascript:alert(1)" onclick="x()">l</a><style>*{}</style><form action=/x><input name=token></form><iframe src=x></iframe>`) + `}`,
			`[{` + field(bad) + `:` + field(bad) + `}]`, `{"x":` + field(bad) + `}`, `{"table-row":[[` + field(bad) + `]]}`, `{"table-col":{` + field(bad) + `:[` + field(bad) + `]}}`,
			`{"render_all":[` + field(bad) + `]}`} {
			a.State, a.Ask.Description = state, json.RawMessage(d)
			h := handlerOf(&fakeEngine{a: a}, "")
			w := send(t, h, "GET", pagePath, "")
			text := w.Body.String()
			lacks(t, string(state)+" "+d, text, "<script", "<img", "<iframe", "javascript:", " onerror=alert(1)>", "onclick", "spy.example", "<input name=token", "action=/x", "*{}")
			for name, values := range w.Header() {
				if name == "Set-Cookie" || strings.ContainsAny(strings.Join(values, ""), "\r\n") {
					t.Errorf("header %s: %q", name, values)
				}
			}
			if d == `""` {
				post := send(t, h, "POST", pagePath, filled("stale", bad, "field/"+url.PathEscape(bad), bad, "reason", bad))
				lacks(t, "typed", post.Body.String(), "<script", "<img")
			}
		}
	}
	w := send(t, handlerOf(&fakeEngine{a: a, err: fault.New("engine.busy", bad, bad)}, ""), "POST", pagePath, filled(bad, bad, "field/"+bad, bad))
	lacks(t, "retry page", w.Body.String(), "<script", "<img")
}

// A page that breaks says so with a code, and nothing secret reaches the log.
func TestPanic(t *testing.T) {
	var logged strings.Builder
	h := Handler(&fakeEngine{a: refund(), panics: true}, Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	w := send(t, h, "GET", pagePath, "")
	if w.Code != 500 {
		t.Errorf("status %d", w.Code)
	}
	contains(t, "page", w.Body.String(), "Something unexpected happened", "this code: ")
	lacks(t, "page", w.Body.String(), "a bug that tells")
	contains(t, "log", logged.String(), "a bug that tells")
	lacks(t, "log", logged.String(), theSecret)
	_, code, _ := strings.Cut(w.Body.String(), "this code: ")
	contains(t, "log", logged.String(), code[:8])
}

// At most so many requests are at work at once; the next ones are told so.
func TestTooMany(t *testing.T) {
	h := handlerOf(&fakeEngine{a: refund()}, "").(*public)
	for range web.MaxBusy {
		h.busy.Take()
	}
	w := send(t, h, "GET", pagePath, "")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	h.busy.Free()
	if w := send(t, h, "GET", pagePath, ""); w.Code != 200 {
		t.Errorf("with a free place: status %d", w.Code)
	}
}

// A body that never ends, or ends too early, decides nothing and is let go.
func TestSlowBody(t *testing.T) {
	e := &fakeEngine{a: plainAsk()}
	h := handlerOf(e, "")
	token := tokenFrom(t, h)
	srv := web.Server(h)
	srv.ReadTimeout = 100 * time.Millisecond
	var lc net.ListenConfig
	ln, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(ln)
	defer srv.Close()
	for _, close := range []bool{false, true} {
		for _, path := range []string{pagePath, resumePath} {
			c, err := net.Dial("tcp", ln.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n%s", path, filled(token, "approve"))
			if close {
				c.(*net.TCPConn).CloseWrite()
			}
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err == nil && res.StatusCode != 400 {
				t.Errorf("%s closed=%v: status %d", path, close, res.StatusCode)
			}
			c.Close()
		}
	}
	if len(e.counted()) > 0 {
		t.Errorf("half a body decided: %v", e.votes)
	}
}

// An address that names another job, or was made of the link of a page, takes no
// vote and shows nothing.
func TestResumeAddressIsOfOneLink(t *testing.T) {
	e := &fakeEngine{a: plainAsk()}
	h := handlerOf(e, "")
	for _, path := range []string{
		"/api/w/main/jobs_u/resume/0199-other/77/" + theSecret, "/api/w/main/jobs_u/cancel/0199-job/78/" + theSecret,
		"/api/w/main/jobs_u/resume/0199-job/077/" + theSecret, "/api/w/main/jobs_u/resume/0199-job//" + theSecret,
		"/api/w/main/jobs_u/resume//77/" + theSecret, "/api/w/main/jobs_u/cancel//0/" + theSecret, "/api/w/main/jobs_u/resume/x/0/" + theSecret,
	} {
		if w := send(t, h, "POST", path, "{}", "Content-Type", "application/json"); w.Code != 404 {
			t.Errorf("POST %s: %d %s", path, w.Code, w.Body)
		}
		w := send(t, h, "GET", path, "")
		if w.Code != 404 {
			t.Errorf("GET %s: %d", path, w.Code)
		}
		lacks(t, path, w.Body.String(), "<form", "Mia Berg")
	}
	if n := len(e.counted()); n != 0 {
		t.Errorf("%d votes counted", n)
	}
	if w := send(t, h, "POST", resumePath, "{}", "Content-Type", "application/json"); w.Code != 201 || len(e.counted()) != 1 {
		t.Errorf("its own address: %d %s", w.Code, w.Body)
	}
}

// Trouble that has a name is told by it: what became of the answer, and what to do.
func TestKnownTroubleHasWords(t *testing.T) {
	for _, tt := range []struct {
		code       fault.Code
		read, vote int // status of GET, and of a vote where only that fails
		page       string
		program    string
	}{
		{"engine.disk_full", 503, 503, "could not be recorded", "could not be recorded"},
		{"engine.replaced", 503, 503, "could not be recorded", "could not be recorded"},
		{"engine.damaged", 503, 503, "could not be recorded", "could not be recorded"},
		{"engine.disk", 503, 503, "could not be recorded", "could not be recorded"},
		{"approval.unknown", 410, 410, "Nobody is asked here", "does not wait"},
		{"run.damaged", 500, 500, "set aside", "set aside"},
	} {
		bad := fault.New(tt.code, "Title", "Hint")
		e := &fakeEngine{a: plainAsk(), refuse: bad}
		h := handlerOf(e, "")
		w := send(t, h, "POST", "/a/"+theSecret, filled(tokenFrom(t, h), "approve"))
		if w.Code != tt.vote {
			t.Errorf("%s: vote by the page: %d", tt.code, w.Code)
		}
		contains(t, string(tt.code), w.Body.String(), tt.page)
		lacks(t, string(tt.code), w.Body.String(), "unexpected")
		w = send(t, h, "POST", resumePath, "{}", "Content-Type", "application/json")
		if w.Code != tt.vote {
			t.Errorf("%s: vote by a program: %d", tt.code, w.Code)
		}
		contains(t, string(tt.code), w.Body.String(), tt.program, "Nothing was decided")
		if e.refuse, e.err = nil, bad; tt.read != 0 {
			if w := send(t, h, "GET", "/a/"+theSecret, ""); w.Code != tt.read || strings.Contains(w.Body.String(), "unexpected") {
				t.Errorf("%s: page: %d", tt.code, w.Code)
			}
		}
	}
}
