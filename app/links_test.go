package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"sluice/engine/run"
)

// gateFlow asks the desktop user alone; the deadline is short where it is to pass.
func gateFlow(timeout string) string {
	return "summary: Gate\nvalue:\n  modules:\n    - id: a\n      value: {type: identity}\n      suspend: {required_events: 1, timeout: " + timeout +
		", resume_form: {schema: {type: object, properties: {amount: {type: integer}}, required: [amount]}}}\n"
}

// waitingAt leaves a run in a folder of its own, serves it, and returns its links.
func waitingAt(t *testing.T, flow string) (*process, run.Links) {
	t.Helper()
	data := t.TempDir()
	if got := call(t, nil, "run", write(t, "flow.yaml", flow), "--no-wait", "--data", data); got.code != exitOK {
		t.Fatal(got.err)
	}
	p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	return p, personLinks(t, p.must("waiting"), run.DesktopUser)
}

// Links that do not open anything, and bodies that cannot be an answer, get a
// readable page or message with their status, decide nothing and never a 500.
func TestBadLinks(t *testing.T) {
	p, l := waitingAt(t, gateFlow("3600"))
	_, other := waitingAt(t, gateFlow("3600"))
	host := hostOf(l.Page)
	foreign := host + strings.TrimPrefix(other.Page, hostOf(other.Page))
	foreignResume := host + strings.TrimPrefix(other.Resume, hostOf(other.Resume))
	cut := l.Page[:len(l.Page)-3]
	for name, c := range map[string]struct {
		url  string
		want string
	}{
		"forged":            {host + "/a/aaaaaaaaaaaaaaaaaaaaaaaaaa", "This link is not known"},
		"cut":               {cut, "This link is not known"},
		"of another folder": {foreign, "This link is not known"},
		"garbage":           {host + "/a/%00%ff<script>", ""},
		"nothing":           {host + "/", ""},
		"resume, foreign":   {foreignResume, "This link is not known"},
		"resume, cut":       {l.Resume[:len(l.Resume)-3], "This link is not known"},
	} {
		status, body := get(t, c.url)
		if status != 404 || !strings.Contains(body, c.want) || !strings.Contains(body, "othing was decided") && c.want != "" {
			t.Errorf("%s: %d %.3000s", name, status, body)
		}
		if strings.Contains(body, "<script>") {
			t.Errorf("%s: the address comes back as markup", name)
		}
	}
	if status, body := post(t, foreignResume, `{"amount": 1}`); status != 404 || !strings.Contains(body, "not known") {
		t.Errorf("vote by a foreign link: %d %s", status, body)
	}
	for body, want := range map[string]int{
		`{}`:                        422,
		`{"amount": "many"}`:        422,
		`{"amount": `:               400,
		strings.Repeat("x", 10<<20): 413,
	} {
		if status, text := post(t, l.Resume, body); status != want || !strings.Contains(text, "othing was decided") {
			t.Errorf("POST %.20s: %d %s, want %d", body, status, text, want)
		}
	}
	resp, err := http.Post(l.Page, "application/x-www-form-urlencoded", strings.NewReader(strings.Repeat("x", 10<<20)))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 413 {
		t.Errorf("10 MB to the page: %d", resp.StatusCode)
	}
	if status, body := post(t, l.Resume, `{"amount": 1}`); status != 201 {
		t.Fatalf("a good vote after all that: %d %s", status, body)
	}
	if status, body := post(t, l.Cancel, `{}`); status != 409 && status != 410 {
		t.Errorf("a second vote: %d %s", status, body)
	}
	if end := p.must("finished"); end.Outcome != run.Succeeded {
		t.Errorf("finished = %+v", end)
	}
}

// After its end a request is told by its link, with the status that says so.
func TestLinksAfterTheEnd(t *testing.T) {
	data := t.TempDir()
	ask := func(timeout string) (run.ID, run.Links) {
		var started, waiting event
		p := startSluice(t, nil, "run", write(t, "flow.yaml", gateFlow(timeout)), "--json", "--data", data, "--listen", "127.0.0.1:0")
		started, waiting = p.must("started"), p.must("waiting")
		p.kill()
		return started.Run, personLinks(t, waiting, run.DesktopUser)
	}
	expiredRun, expired := ask("1")
	_, open := ask("3600")
	p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	host := p.must("listening").URL
	for {
		var s run.Summary
		out, err := sluiceOutput(t, "runs", "--json", "--data", data)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out) {
			if json.Unmarshal([]byte(line), &s) == nil && s.ID == expiredRun && s.Outcome == run.Expired {
				out = ""
			}
		}
		if out == "" {
			break
		}
	}
	here := func(url string) string { return host + strings.TrimPrefix(url, hostOf(url)) }
	if status, body := get(t, here(expired.Page)); status != 410 || !strings.Contains(strings.ToLower(body), "expired") {
		t.Errorf("the page of an expired request: %d %.3000s", status, body)
	}
	if status, body := post(t, here(expired.Resume), `{"amount": 1}`); status != 410 || !strings.Contains(body, "The time to answer is over") {
		t.Errorf("a vote on an expired request: %d %s", status, body)
	}
	if status, body := post(t, here(open.Cancel), `{}`); status != 201 {
		t.Fatalf("refusal: %d %s", status, body)
	}
	end := p.must("finished")
	if end.Run == expiredRun { // it expired under the eyes of this serve
		end = p.must("finished")
	}
	if end.Outcome != run.Refused {
		t.Errorf("finished = %+v", end)
	}
	if status, body := post(t, here(open.Resume), `{"amount": 1}`); status != 409 {
		t.Errorf("a vote on a decided request: %d %s", status, body)
	}
	if status, body := get(t, here(open.Page)); status >= 500 || !strings.Contains(body, "efused") && !strings.Contains(body, "enied") {
		t.Errorf("the page of a decided request: %d %.3000s", status, body)
	}
}

// At the address that steps are given nobody answers for a person, whoever got hold
// of the link.
func TestNoStepAnswersForAPerson(t *testing.T) {
	h, _ := clientServer(t)
	after, err := h.eng.LastEntry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := h.eng.Flow(t.Context(), "u/client/waits")
	if err != nil {
		t.Fatal(err)
	}
	begun, err := h.eng.Start(t.Context(), run.Request{Flow: f.JSON, Path: f.Path, Trigger: run.Trigger{Kind: "test"}})
	id := begun.ID
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range h.eng.Watch(t.Context(), after) {
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := h.eng.Run(t.Context(), id); err != nil {
			t.Fatal(err)
		} else if sum.Status == run.StatusSuspended {
			break
		}
	}
	l, err := h.eng.MintLink(t.Context(), id, "a", "li@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{l.Resume, l.Cancel} {
		at := h.localURL + strings.TrimPrefix(address, hostOf(address))
		if status, body := post(t, at, `{}`); status != http.StatusForbidden || !strings.Contains(body, "cannot answer for a person") {
			t.Errorf("%s: %d %s", at, status, body)
		}
	}
	if a, err := h.eng.ApprovalOf(t.Context(), id, "a"); err != nil || len(a.Votes) > 0 || a.State != run.ApprovalWaiting {
		t.Errorf("%v, %d votes, %s", err, len(a.Votes), a.State)
	}
}
