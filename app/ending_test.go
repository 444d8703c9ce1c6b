package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sluice/engine/run"
)

// A mail that the last step asked for is sent before the program ends, and one
// that cannot be sent is told.
func TestRunSendsBeforeItEnds(t *testing.T) {
	flow := func(account string) string {
		return write(t, "flow.yaml", "value:\n  modules:\n    - id: a\n      value:\n        type: rawscript\n        language: bun\n        input_transforms: {}\n        content: |\n"+
			"          import * as wmill from 'windmill-client'\n"+
			"          export async function main() {\n            for (const to of ['dana@acme.example', 'li@acme.example', 'ann@acme.example'])\n"+
			"              await wmill.sendMail({account: '"+account+"', to: [to], subject: 'Done', text: 'The refund is out.'})\n          }\n")
	}
	data := t.TempDir()
	p := startSluice(t, nil, "run", flow("u/me/practice"), "--json", "--data", data, "--listen", "127.0.0.1:0")
	if e, ok := p.next("mail"); ok {
		t.Errorf("mail = %+v", e)
	}
	if code := p.wait(); code != exitOK {
		t.Fatalf("exit code %d: %s", code, p.err)
	}
	if mails, err := filepath.Glob(filepath.Join(data, "outbox", "*.eml")); err != nil || len(mails) != 3 {
		t.Errorf("%d mails were sent (%v), want 3", len(mails), err)
	}
}

// pageToken finds the one-time token of a page.
var pageToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

// Whoever gives the last vote on the page sees the receipt, although the run, and
// with it the program, is over by then.
func TestRunHandsOutTheReceipt(t *testing.T) {
	p := startSluice(t, nil, "run", write(t, "flow.yaml", "value:\n  modules:\n    - id: a\n      value: {type: identity}\n      suspend: {required_events: 1}\n"), "--json", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	page := personLinks(t, p.must("waiting"), run.DesktopUser).Page
	_, body := get(t, page)
	found := pageToken.FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("no token in the page:\n%s", body)
	}
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := stay.PostForm(page, url.Values{"token": {found[1]}, "action": {"approve"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the vote: %d", res.StatusCode)
	}
	if end := p.must("finished"); end.Outcome != run.Succeeded {
		t.Fatalf("finished = %+v", end)
	}
	to, err := res.Location()
	if err != nil {
		t.Fatal(err)
	}
	if status, body := get(t, to.String()); status != http.StatusOK || !strings.Contains(body, "pproved") {
		t.Errorf("the receipt: %d %.2000s", status, body)
	}
	if code := p.wait(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}
