package page_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/engine"
	"sluice/engine/enginetest"
	"sluice/engine/fault"
	"sluice/engine/form"
	"sluice/engine/run"
	"sluice/engine/web/page"
)

// ask sends a request to a handler. What is posted is sent as a form.
func ask(h http.Handler, method, address, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// handler is a listener of its own, as after a restart.
func (s *site) handler() http.Handler {
	return page.Handler(s, page.Options{Forms: s, Conditions: s.FormConditions, Prefix: func() string { return "/sluice" }, Logger: page.Quiet()})
}

// path is that of an address.
func path(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u.Path
}

var tokenOf = regexp.MustCompile(`name="token" value="([^"]+)"`)

// token opens a page and returns its token.
func (s *site) token(h http.Handler, at string) string {
	s.t.Helper()
	w := ask(h, "GET", at, "")
	m := tokenOf.FindStringSubmatch(w.Body.String())
	if m == nil {
		s.t.Fatalf("no token: %d %s", w.Code, w.Body)
	}
	return m[1]
}

// order is what somebody sends by the form of refundFlow.
func order(token, number string, more ...string) string {
	v := url.Values{"token": {token}, "action": {"start"}, "field/order": {number}, "field/amount": {"12"}, "field/why": {`"Broken"`}, "field/mail": {""}, "field/when": {""}, "field/note": {"It fell."}}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v.Encode()
}

func (s *site) count(what string, want int) {
	s.t.Helper()
	if n := len(s.started()); n != want {
		s.t.Errorf("%s: %d runs, want %d", what, n, want)
	}
}

func has(t *testing.T, what string, w *httptest.ResponseRecorder, code int, words ...string) {
	t.Helper()
	if w.Code != code {
		t.Errorf("%s: %d, want %d: %.300s", what, w.Code, code, w.Body)
	}
	for _, word := range words {
		if !strings.Contains(w.Body.String(), word) {
			t.Errorf("%s: no %q in %s", what, word, regexp.MustCompile(`(?s)<style>.*</style>`).ReplaceAllString(w.Body.String(), ""))
		}
	}
}

func instant(context.Context, run.Job) (any, error) { return "the result", nil }

// To look at a form starts nothing, by whatever method; a page that is sent does, once, and
// leads to what became of it.
func TestOnlyWhatIsSentStarts(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{Button: "Ask for it"})
	s.world.Script("a", instant)
	h, at := s.handler(), path(s.address)
	w := ask(h, "GET", at, "")
	has(t, "the page", w, 200, "Ask for a refund", "Ask for it", "once per order</strong>", `action="`+strings.TrimPrefix(at, "/f/")+`/send"`)
	if c := w.Header().Get("Cache-Control"); c != "private, max-age=0" {
		t.Errorf("a page that somebody may go back to has Cache-Control %q", c)
	}
	if p := w.Header().Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "script") || w.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("its headers are %v", w.Header())
	}
	has(t, "under a prefix", ask(h, "GET", "/sluice"+at, ""), 200, "Ask for it")
	has(t, "HEAD", ask(h, "HEAD", at, ""), 200)
	for method, code := range map[string]int{"OPTIONS": 204, "POST": 405, "PUT": 405, "DELETE": 405} {
		if w := ask(h, method, at, "token=x"); w.Code != code || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s: %d, allowed is %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	if w := ask(h, "GET", at+"/send", ""); w.Code != 303 || w.Header().Get("Location") != ".."+strings.TrimPrefix(at, "/f") {
		t.Errorf("a look at where pages are sent: %d to %q", w.Code, w.Header().Get("Location"))
	}
	has(t, "a key that nobody was given", ask(h, "GET", at+"/AAAAAAAAAAAAAAAAAAAAAA", ""), 404, "Nothing is known of this")
	token := s.token(h, at)
	s.count("after looks", 0)

	w = ask(h, "POST", at+"/send", order(token, "4711"))
	if w.Code != 303 || strings.Contains(w.Header().Get("Location"), "/") {
		t.Fatalf("sent: %d to %q, %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	receipt := at + "/" + w.Header().Get("Location")
	s.count("sent", 1)
	s.done(s.started()[0].ID)
	w = ask(h, "GET", receipt, "")
	has(t, "its receipt", w, 200, "This is done.", "You sent it on")
	if strings.Contains(w.Body.String(), "the result") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("its receipt tells the result that the form does not, or is kept: %v", w.Header())
	}
	other, err := s.AddFormLink(t.Context(), "f/shop/refund_form", "li@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	has(t, "its receipt by the address of another", ask(h, "GET", path(other)+receipt[strings.LastIndex(receipt, "/"):], ""), 404)
}

// An address that leads nowhere, or to a form that is off, answers as any other path that
// is not there.
func TestAFormThatIsNotThere(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{})
	h, at := s.handler(), path(s.address)
	link, err := s.AddFormLink(t.Context(), "f/shop/refund_form", "li@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	shape := func(method, at string) string {
		w := ask(h, method, at, "token=x&action=start")
		b, _ := json.Marshal(w.Header())
		return http.StatusText(w.Code) + string(b) + w.Body.String()
	}
	if err := s.SwitchForm(t.Context(), "f/shop/refund_form", false); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "OPTIONS"} {
		want := shape(method, "/nowhere")
		for _, a := range []string{at, at + "/send", at + "/AAAAAAAAAAAAAAAAAAAAAA", path(link), "/f/" + strings.Repeat("a", 32), "/f/x", "/f/", "/f", "/f/x/send"} {
			if got := shape(method, a); got != want {
				t.Errorf("%s of %s: %s", method, a, got)
			}
		}
	}
	script := page.StepVotes(s, page.Quiet())
	if err := s.SwitchForm(t.Context(), "f/shop/refund_form", true); err != nil {
		t.Fatal(err)
	}
	has(t, "for steps", ask(script, "GET", at, ""), 404)
}

// One page starts one run, however often and whenever it is sent: at once, again, by a
// process that did not make it. With other entries it tells so, and asks.
func TestAPageThatIsSentAgain(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{})
	s.world.Script("a", instant)
	h, at := s.handler(), path(s.address)
	token := s.token(h, at)
	var wg sync.WaitGroup
	var mu sync.Mutex
	to := map[string]int{}
	for range 40 {
		wg.Go(func() {
			w := ask(h, "POST", at+"/send", order(token, "4711"))
			mu.Lock()
			defer mu.Unlock()
			to[w.Header().Get("Location")]++
		})
	}
	wg.Wait()
	if len(to) != 1 || to[""] > 0 {
		t.Errorf("40 presses lead to %v", to)
	}
	s.count("40 presses", 1)
	w := ask(s.handler(), "POST", at+"/send", order(token, "4711"))
	if w.Code != 303 || to[w.Header().Get("Location")] != 40 {
		t.Errorf("after a restart: %d to %q", w.Code, w.Header().Get("Location"))
	}
	w = ask(h, "POST", at+"/send", order(token, "4712"))
	has(t, "other entries", w, 409, "with other entries", `value="4712"`, "It fell.", "See what became of the first.")
	again := tokenOf.FindStringSubmatch(w.Body.String())
	if again == nil || again[1] == token {
		t.Fatalf("it is asked again by the token %v", again)
	}
	s.count("other entries", 1)
	has(t, "pressed again", ask(h, "POST", at+"/send", order(again[1], "4712")), 303)
	s.count("pressed again", 2)

	w = ask(h, "POST", at+"/send", order(s.token(s.handler(), at), "4713"))
	has(t, "a page of an earlier process", w, 303)
	s.count("a page of an earlier process", 3)
	later := page.Handler(s, page.Options{Forms: s, Now: func() time.Time { return time.Now().Add(25 * time.Hour) }, Logger: page.Quiet()})
	stale := s.token(h, at)
	has(t, "a page of yesterday", ask(later, "POST", at+"/send", order(stale, "4713")), 409, "This page was too old", `value="4713"`)
	for _, bad := range []string{"", "x", token[:len(token)-2] + "AA"} {
		if w := ask(h, "POST", at+"/send", order(bad, "4714")); w.Code == 303 && bad != token {
			if !strings.HasPrefix(bad, token[:20]) { // the same page: it is told what became of it
				t.Errorf("the token %q: %d", bad, w.Code)
			}
		}
	}
	s.count("old and made-up tokens", 3)
	for _, r := range s.started() {
		s.done(r.ID)
	}
}

// What is wrong is told where it is, with all that was typed; nothing starts.
func TestWhatAFormRefuses(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{})
	h, at := s.handler(), path(s.address)
	token := s.token(h, at)
	for _, tt := range []struct {
		name, body string
		headers    []string
		code       int
		words      []string
	}{
		{"wrong fields", order(token, "47", "field/amount", "900"), nil, 422, []string{"2 things", "Four digits, please.", "500", `value="47"`, `value="900"`, "It fell.", token}},
		{"nothing", url.Values{"token": {token}, "action": {"start"}}.Encode(), nil, 422, []string{"3 things", "Fill this in.", "Pick one."}},
		{"no choice", order(token, "4711", "field/why", `"Stolen"`), nil, 422, []string{"Pick one of the choices."}},
		{"another site", order(token, "4711"), []string{"Sec-Fetch-Site", "cross-site"}, 403, []string{"another site", `value="4711"`}},
		{"JSON", `{}`, []string{"Content-Type", "application/json"}, 415, []string{"not sent by the form"}},
		{"too much", "token=" + token + "&field%2Fnote=" + strings.Repeat("x", 1<<20), nil, 413, []string{"1 MB", "Nothing was started"}},
		{"no form", "%zz", nil, 400, []string{"did not arrive whole"}},
	} {
		has(t, tt.name, ask(h, "POST", at+"/send", tt.body, tt.headers...), tt.code, tt.words...)
	}
	s.count("what is wrong", 0)
	if c := s.Engine.Conditions(); len(c) > 0 {
		t.Errorf("its owner is told %v", c)
	}
}

// More than its rate is held, and can be sent later; another form goes on.
func TestTheRateOfAForm(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{Rate: 0.01, Burst: 1})
	s.world.Script("a", instant)
	h, at := s.handler(), path(s.address)
	other, err := s.SaveForm(t.Context(), form.Form{Path: "f/shop/other", Flow: "f/shop/refund", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	has(t, "the first", ask(h, "POST", at+"/send", order(s.token(h, at), "4711")), 303)
	w := ask(h, "POST", at+"/send", order(s.token(h, at), "4712"))
	has(t, "the second", w, 429, "nothing you typed is lost", `name="field/order" value="4712"`, `action="send"`)
	if w.Header().Get("Retry-After") == "" {
		t.Error("it is not told when to come again")
	}
	has(t, "another form", ask(h, "POST", path(other)+"/send", order(s.token(h, path(other)), "4711")), 303)
	for _, r := range s.started() {
		s.done(r.ID)
	}
}

// Whoever looks at the page of a form too often keeps nobody from sending it, nor from what
// became of what they sent, and one receipt's reader not that of another.
func TestLooksAtAForm(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{})
	s.world.Script("a", instant)
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	h, at := page.Handler(s, page.Options{Forms: s, Now: func() time.Time { return now }, Logger: page.Quiet()}), path(s.address)
	link, err := s.AddFormLink(t.Context(), "f/shop/refund_form", "li@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	var receipts []string
	for _, number := range []string{"4711", "4712"} {
		w := ask(h, "POST", at+"/send", order(s.token(h, at), number))
		receipts = append(receipts, at+"/"+w.Header().Get("Location"))
	}
	token := s.token(h, at)
	until := func(address string, most int) {
		t.Helper()
		for range most {
			if w := ask(h, "GET", address, ""); w.Code == 429 {
				if w.Header().Get("Retry-After") == "" {
					t.Errorf("%s: it is not told when to come again", address)
				}
				return
			}
		}
		t.Errorf("%s can be looked at without end", address)
	}
	until(at, 300)
	has(t, "a receipt while the page is looked at", ask(h, "GET", receipts[0], ""), 200)
	has(t, "the page of a link meanwhile", ask(h, "GET", path(link), ""), 200)
	w := ask(h, "POST", at+"/send", order(token, "4713"))
	has(t, "what is sent meanwhile", w, 303)
	until(receipts[0], 100)
	has(t, "another receipt", ask(h, "GET", receipts[1], ""), 200)
	now = now.Add(time.Second)
	has(t, "the receipt later", ask(h, "GET", receipts[0], ""), 200)
	for _, r := range s.started() {
		s.done(r.ID)
	}
}

// A form whose flow is gone says so to whoever opens or sends it, keeps what was typed, and
// tells its owner; once the flow is back, it goes on.
func TestAFormOfNothing(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{})
	s.world.Script("a", instant)
	h, at := s.handler(), path(s.address)
	token := s.token(h, at)
	if err := s.DeleteFlow(t.Context(), "f/shop/refund"); err != nil {
		t.Fatal(err)
	}
	has(t, "opened", ask(h, "GET", at, ""), 503, "cannot be used now", "Its owner is told")
	w := ask(h, "POST", at+"/send", order(token, "4711"))
	has(t, "sent", w, 503, "cannot be started now", `name="field/order" value="4711"`, `value="It fell."`)
	told := func() (found bool) {
		for _, c := range s.Conditions() {
			found = found || c.Code == "form.failed" && c.Subject == "f/shop/refund_form" && c.Severity == fault.Warning
		}
		return found
	}
	if !told() {
		t.Errorf("its owner is told %v", s.Conditions())
	}
	if err := s.SaveFlow(t.Context(), "f/shop/refund", []byte(strings.Replace(refundFlow, enginetest.Language, "cobol", 1))); err != nil {
		t.Fatal(err)
	}
	has(t, "of what cannot run here", ask(h, "POST", at+"/send", order(token, "4711")), 503, "Its owner is told", `value="4711"`)
	s.count("of nothing", 0)
	if err := s.SaveFlow(t.Context(), "f/shop/refund", []byte(refundFlow)); err != nil {
		t.Fatal(err)
	}
	has(t, "once it is back", ask(h, "POST", at+"/send", order(token, "4711")), 303)
	if told() {
		t.Error("its owner is still told")
	}
	s.done(s.started()[0].ID)
}

// A personal link says whose it is, and the run does; one that starts one run shows then
// what became of that.
func TestPersonalLinks(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{LinksOnly: true, Once: true})
	s.world.Script("a", instant)
	h := s.handler()
	has(t, "its own address", ask(h, "GET", path(s.address), ""), 404)
	link, err := s.AddFormLink(t.Context(), "f/shop/refund_form", "Li <li@acme.example>")
	if err != nil {
		t.Fatal(err)
	}
	at := path(link)
	has(t, "the page", ask(h, "GET", at, ""), 200, "You are filling this in as", "li@acme.example", "works once")
	first, second := s.token(h, at), s.token(h, at)
	has(t, "sent", ask(h, "POST", at+"/send", order(first, "4711")), 303)
	w := ask(h, "POST", at+"/send", order(second, "4712"))
	if w.Code != 303 || w.Header().Get("Location") != ".."+strings.TrimPrefix(at, "/f") {
		t.Errorf("another page: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if r := s.started(); len(r) != 1 || r[0].Trigger.Person != "li@acme.example" || r[0].Trigger.By != "f/shop/refund_form" {
		t.Fatalf("the runs are %+v", r)
	}
	s.done(s.started()[0].ID)
	w = ask(h, "GET", at, "")
	has(t, "opened again", w, 200, "This is done.")
	if strings.Contains(w.Body.String(), "<form") || strings.Contains(w.Body.String(), "again") {
		t.Error("it can be filled in again")
	}
	gone := page.Handler(s, page.Options{Forms: forgetful{s}, Logger: page.Quiet()})
	has(t, "opened when its run is gone", ask(gone, "GET", at, ""), 410, "This link was used before")
}

// An input that is told whose link it was is asked of nobody, and nobody can say it.
func TestTheSenderIsTold(t *testing.T) {
	doc := `{"summary":"Ask","schema":{"type":"object","order":["submitted_by","n"],"required":["submitted_by"],"properties":{"submitted_by":{"type":"string","title":"Sender"},"n":{"type":"string"}}},
	"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"` + enginetest.Language + `","content":"a","input_transforms":{}}}]}}`
	s := newSite(t, doc, form.Form{})
	s.world.Script("a", instant)
	link, err := s.AddFormLink(t.Context(), "f/shop/refund_form", "li@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	h := s.handler()
	for address, want := range map[string]string{s.address: `{"submitted_by":"anonymous","n":"x"}`, link: `{"submitted_by":"li@acme.example","n":"x"}`} {
		at := path(address)
		if w := ask(h, "GET", at, ""); strings.Contains(w.Body.String(), "Sender") || strings.Contains(w.Body.String(), "submitted_by") {
			t.Error("somebody is asked who they are")
		}
		has(t, "sent", ask(h, "POST", at+"/send", url.Values{"token": {s.token(h, at)}, "action": {"start"}, "field/n": {"x"}, "field/submitted_by": {"eve"}}.Encode()), 303)
		s.done(s.started()[0].ID)
		log, err := s.Log(t.Context(), s.started()[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if in := string(log[0].Event.(run.Started).Input.Inline); in != want {
			t.Errorf("the input is %s, want %s", in, want)
		}
	}
}

// What happens next is Markdown, on the page and after it was sent; nothing in it acts.
func TestWhatHappensNextIsMarkdown(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{Next: "Somebody **looks** at it.\n\n- soon\n\n<script>alert(1)</script> ![x](https://spy.example/p.png)"})
	hold := make(chan struct{})
	defer close(hold)
	s.world.Script("a", func(context.Context, run.Job) (any, error) { <-hold; return "ok", nil })
	h := s.handler()
	at := path(s.address)
	sent := ask(h, "POST", at+"/send", order(s.token(h, at), "4711"))
	has(t, "sent", sent, 303)
	for name, w := range map[string]*httptest.ResponseRecorder{"the page": ask(h, "GET", at, ""), "the receipt": ask(h, "GET", at+"/"+sent.Header().Get("Location"), "")} {
		has(t, name, w, 200, "<strong>looks</strong>", "<li>soon</li>")
		if body := w.Body.String(); strings.Contains(body, "alert(1)</script>") || strings.Contains(body, "spy.example/p.png") || strings.Contains(body, "**") {
			t.Errorf("%s: %s", name, body)
		}
	}
}

// forgetful is a site whose old runs are gone.
type forgetful struct{ *site }

func (forgetful) FormReceipt(context.Context, form.Opened, string) (form.Standing, error) {
	return form.Standing{}, fault.New("run.unknown", "There is no such run", "")
}

// Fields on a condition are asked as on the page of an approval; what a stranger types is
// text, also in a field for a resource; what asks nothing has a button alone.
func TestTheFieldsOfAForm(t *testing.T) {
	doc := `{"summary":"Ask","schema":{"type":"object","order":["a","b","db"],"required":["b"],"properties":{"a":{"type":"boolean"},"b":{"type":"string","title":"Why","showExpr":"fields.a"},"db":{"type":"object","format":"resource-postgresql","title":"Base"}}},
	"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"` + enginetest.Language + `","content":"a","input_transforms":{}}}]}}`
	s := newSite(t, doc, form.Form{})
	s.world.Script("a", instant)
	s.world.Expr("fields.a", func(value func(string) (json.RawMessage, error)) (any, error) {
		v, err := value("fields")
		if err != nil {
			return nil, err
		}
		var fields struct{ A bool }
		err = json.Unmarshal(v, &fields)
		return fields.A, err
	})
	h, at := s.handler(), path(s.address)
	w := ask(h, "GET", at, "")
	has(t, "the page", w, 200, `data-field="field/b" data-off`, "Typed as JSON.")
	if strings.Contains(w.Body.String(), "Path of a resource") || strings.Contains(w.Body.String(), "fields.a") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "script-src 'sha256-") {
		t.Errorf("the page tells what it should not, or may run no script: %v", w.Header())
	}
	token := s.token(h, at)
	send := func(more ...string) *httptest.ResponseRecorder {
		v := url.Values{"token": {token}, "action": {"start"}, "field/b": {""}, "field/db": {""}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return ask(h, "POST", at+"/send", v.Encode())
	}
	w = send("action", "show")
	if has(t, "its script asks", w, 200); strings.TrimSpace(w.Body.String()) != `["field/b"]` {
		t.Errorf("it is told %s", w.Body)
	}
	has(t, "shown and empty", send("field/a", "on"), 422, "one thing", "Is required")
	s.count("before", 0)
	has(t, "sent", send("field/b", "hidden", "field/db", "u/me/db"), 303)
	log, err := s.Log(t.Context(), s.started()[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if in := string(log[0].Event.(run.Started).Input.Inline); in != `{"a":false,"db":"$res:u/me/db"}` {
		t.Errorf("the input is %s", in)
	}
	s.done(s.started()[0].ID)

	if err := s.SaveFlow(t.Context(), "f/shop/refund", []byte(`{"summary":"Ask"`+doc[strings.Index(doc, ",\n\t\"value\""):])); err != nil {
		t.Fatal(err)
	}
	has(t, "without fields", ask(h, "POST", at+"/send", url.Values{"token": {s.token(h, at)}, "action": {"start"}}.Encode()), 303)
	s.count("without fields", 2)
	s.done(s.started()[0].ID)
}

// A browser keeps the pages that hold what somebody typed, for whoever goes back to them,
// and none of the others.
func TestWhoGoesBackFindsTheForm(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{Rate: 0.01, Burst: 5})
	s.world.Script("a", instant)
	h, at := s.handler(), path(s.address)
	token := s.token(h, at)
	for _, tt := range []struct {
		name, method, at, body string
		headers                []string
		code                   int
		kept                   bool
	}{
		{"fresh", "GET", at, "", nil, 200, true},
		{"wrong", "POST", at + "/send", order(token, "47"), nil, 422, true},
		{"from another site", "POST", at + "/send", order(token, "4711"), []string{"Sec-Fetch-Site", "cross-site"}, 403, true},
		{"too old", "POST", at + "/send", order("x", "4711"), nil, 409, true},
		{"sent", "POST", at + "/send", order(token, "4711"), nil, 303, false},
		{"sent with other entries", "POST", at + "/send", order(token, "4712"), nil, 409, true},
		{"no form", "POST", at + "/send", "%zz", nil, 400, false},
		{"held", "POST", at + "/send", order(token, "4713"), nil, 429, true},
		{"nowhere", "GET", at + "x", "", nil, 404, false},
	} {
		w := ask(h, tt.method, tt.at, tt.body, tt.headers...)
		has(t, tt.name, w, tt.code)
		want := "no-store"
		if tt.kept {
			want = "private, max-age=0"
		}
		if got := w.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: it has %q, want %q", tt.name, got, want)
		}
	}
	for _, r := range s.started() {
		s.done(r.ID)
	}
}

// A page that was opened before a restart is sent after it with one press, and once. After
// a backup was put in place, which does not know what was sent since, it is asked again; nor
// does a page of one form serve at another's address.
func TestAPageIsSentAfterARestart(t *testing.T) {
	s := newSite(t, refundFlow, form.Form{})
	s.world.Script("a", instant)
	at := path(s.address)
	first, second, third := s.token(s.handler(), at), s.token(s.handler(), at), s.token(s.handler(), at)
	sent := ask(s.handler(), "POST", at+"/send", order(first, "4711"))
	has(t, "sent before", sent, 303)
	s.done(s.started()[0].ID)
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := engine.Backup(t.Context(), s.dir, file); err != nil {
		t.Fatal(err)
	}
	s.reopen(nil)
	h := s.handler()
	if w := ask(h, "POST", at+"/send", order(first, "4711")); w.Code != 303 || w.Header().Get("Location") != sent.Header().Get("Location") {
		t.Errorf("sent again after a restart: %d to %q, want %q", w.Code, w.Header().Get("Location"), sent.Header().Get("Location"))
	}
	has(t, "opened before a restart", ask(h, "POST", at+"/send", order(second, "4712")), 303)
	s.count("after a restart", 2)
	other, err := s.AddFormLink(t.Context(), "f/shop/refund_form", "li@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	has(t, "at another address", ask(h, "POST", path(other)+"/send", order(third, "4713")), 409, "This page was too old", `value="4713"`)
	for _, r := range s.started() {
		s.done(r.ID)
	}
	s.reopen(func() {
		if _, err := engine.Restore(t.Context(), s.dir, file); err != nil {
			t.Fatal(err)
		}
	})
	h = s.handler()
	s.count("in the backup", 1)
	w := ask(h, "POST", at+"/send", order(second, "4712"))
	has(t, "sent after the backup was made", w, 409, "This page was too old", `value="4712"`)
	if w := ask(h, "POST", at+"/send", order(first, "4711")); w.Code != 303 || w.Header().Get("Location") != sent.Header().Get("Location") {
		t.Errorf("sent before the backup was made: %d to %q", w.Code, w.Header().Get("Location"))
	}
	s.count("after the backup was put in place", 1)
	has(t, "pressed again", ask(h, "POST", at+"/send", order(tokenOf.FindStringSubmatch(w.Body.String())[1], "4712")), 303)
	s.count("pressed again", 2)
	for _, r := range s.started() {
		s.done(r.ID)
	}
}
