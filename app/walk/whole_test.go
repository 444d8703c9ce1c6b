//go:build walk

package walk

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTheWholeWay walks as a new user does: the window opens on the sample,
// Test flow asks two people by mail, the program is killed while it waits, one
// person approves in a browser, and the run goes on and ends.
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

	link := linkFor(t, w, data, "dana@acme.example")
	before := runsOf(t, data)

	w.kill() // a power cut while it waits
	w = s.open(data, listen)
	w.see("Waiting for approval")
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
		req, err := http.NewRequest(method, link, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if after := runsOf(t, data); after[0].Status != before[0].Status || after[0].Status == "done" {
		t.Fatalf("looking at the page changed the run from %+v to %+v", before, after)
	}

	ctx := browser(t)
	act(t, ctx, chromedp.Navigate(link), chromedp.WaitVisible(`textarea[name]`),
		chromedp.SendKeys(`textarea[name]`, "Fits our policy"))
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
	runs := runsOf(t, data)
	if len(runs) != 1 || runs[0].Outcome != "succeeded" {
		t.Errorf("runs: %+v", runs)
	}
	if mails, _ := filepath.Glob(filepath.Join(data, "outbox", "*.eml")); len(mails) != 2 {
		t.Errorf("%d mails for two people", len(mails))
	}
	if strings.Contains(w.err.String(), "Error in Fyne call thread") {
		t.Errorf("the window was touched from another goroutine: %s", w.err)
	}
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
	Run, Status, Outcome string
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
