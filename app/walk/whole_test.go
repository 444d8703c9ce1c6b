//go:build walk

package walk

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestTheWholeWay walks as a new user does: the window opens on the sample,
// Test flow asks two people by mail, the program is killed while it waits, one
// person approves in a browser, and the run goes on and ends. Whoever only
// looks decides nothing, and whoever comes second changes nothing.
func TestTheWholeWay(t *testing.T) {
	s := newScreen(t)
	data, listen := filepath.Join(t.TempDir(), "data"), freeAddress(t)
	w := s.open(data, listen)
	w.see("Look up the order") // a first start shows the sample
	w.click("Test flow")
	w.see("What goes in")
	w.click("Start")
	w.see("Waiting for approval")
	w.shot("whole-1-waiting")
	w.visit("Outbox")
	w.see("to dana@acme.example")
	w.see("to li@acme.example")
	w.shot("whole-2-outbox")

	link, other := linkFor(t, w, data, "dana@acme.example"), linkFor(t, w, data, "li@acme.example")
	if link == other {
		t.Fatal("two people share a link")
	}
	before := runsOf(t, data)

	w.kill() // a power cut while it waits
	w = s.open(data, listen)
	w.see("Waiting for approval")
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
		for _, l := range []string{link, other} {
			ask(t, method, l, nil)
		}
	}
	if after := runsOf(t, data); after[0] != before[0] || after[0].Status == "done" {
		t.Fatalf("looking at the page changed the run from %+v to %+v", before, after)
	}
	_, form := ask(t, http.MethodGet, link, nil) // is sent when dana has answered
	_, otherForm := ask(t, http.MethodGet, other, nil)

	ctx := browser(t)
	act(t, ctx, chromedp.Navigate(link), chromedp.WaitVisible(`textarea[name]`),
		chromedp.Click(`input[value*="refund half"]`), chromedp.SendKeys(`textarea[name]`, "Fits our policy"))
	page(t, ctx, "whole-3-page")
	act(t, ctx, chromedp.Click(`button[value="approve"]`), chromedp.WaitNotPresent(`button[value="approve"]`))
	var text string
	act(t, ctx, chromedp.Text("body", &text))
	if !strings.Contains(text, "dana@acme.example") || !strings.Contains(text, "approved") {
		t.Errorf("the receipt reads %q", text)
	}
	page(t, ctx, "whole-4-receipt")

	w.see("Succeeded")
	w.see("Approved by") // the name stands on the next line
	w.shot("whole-5-done")
	w.click("Refund the customer") // the branch that was taken
	w.click("Result")
	w.see(`"R-4711"`)
	w.see(`"refund half"`) // what dana chose
	w.shot("whole-6-result")

	done := runsOf(t, data)
	if len(done) != 1 || done[0].Outcome != "succeeded" {
		t.Errorf("runs: %+v", done)
	}
	again := url.Values{"action": {"deny"}, "reason": {"I have changed my mind"}}
	for person, second := range map[string]struct{ link, form, says string }{
		"dana": {link, form, "You approved this."},
		"li":   {other, otherForm, "was not counted"},
	} {
		again.Set("token", tokenOf(t, second.form))
		code, says := ask(t, http.MethodPost, second.link, again)
		if code >= 500 || !strings.Contains(says, second.says) || strings.Contains(says, "changed my mind") {
			t.Errorf("%s's press after the end is answered with %d:\n%s", person, code, says)
		}
	}
	if after := runsOf(t, data); len(after) != 1 || after[0] != done[0] {
		t.Errorf("presses after the end changed the run from %+v to %+v", done, after)
	}
	if mails, _ := filepath.Glob(filepath.Join(data, "outbox", "*.eml")); len(mails) != 2 {
		t.Errorf("%d mails for two people", len(mails))
	}
}

// ask makes a request as a browser does without scripts, and returns the status
// and the page it ends on.
func ask(t *testing.T, method, address string, form url.Values) (int, string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", address[:strings.Index(address, "/a/")])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// tokenOf is the one-time token in a page's form.
func tokenOf(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no form: %s", page)
	}
	return html.UnescapeString(m[1])
}

// linkFor reads the address of the page in a person's mail, as their mailbox
// would show it.
func linkFor(t *testing.T, w *window, data, person string) string {
	t.Helper()
	var link string
	w.wait("the mail of "+person, func() bool {
		mails, _ := filepath.Glob(filepath.Join(data, "outbox", "*.eml"))
		for _, name := range mails {
			b, err := os.ReadFile(name)
			if err != nil || !strings.Contains(string(b), person) {
				continue
			}
			plain := strings.ReplaceAll(string(b), "=\r\n", "")
			if m := regexp.MustCompile(`http://127\.0\.0\.1:\d+/a/[a-z0-9]+`).FindString(plain); m != "" {
				link = m
			}
		}
		return link != "" && len(mails) == 2
	})
	return link
}

// summary is a line of sluice runs --json.
type summary struct {
	Run, Status, Outcome, Started, Ended string
}

func runsOf(t *testing.T, data string) []summary {
	t.Helper()
	var list []summary
	for line := range strings.Lines(command(t, "runs", "--json", "--data", data)) {
		var s summary
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("runs: %v in %q", err, line)
		}
		list = append(list, s)
	}
	if len(list) == 0 {
		t.Fatal("no runs are listed")
	}
	return list
}
