//go:build walk

package walk

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sluice/engine/mail/googletest"
	"sluice/hub"
)

// TestTheWholeWayWithGmail signs in to Google in a browser, sends the approval
// mails through the Gmail API, and goes on when a person has approved. Google
// is a small server here that speaks its protocol and checks what it gets.
func TestTheWholeWayWithGmail(t *testing.T) {
	google := googletest.Start()
	t.Cleanup(google.Close)
	s := newScreen(t)
	data, listen := filepath.Join(t.TempDir(), "data"), freeAddress(t)
	flow := strings.NewReplacer("u/me/practice", "u/me/gmail", "summary: Refund with approval", "summary: Refund by Gmail").Replace(string(hub.Samples()[0].Data))
	file := filepath.Join(t.TempDir(), "gmail.yaml")
	if err := os.WriteFile(file, []byte(flow), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "import", file, "--path", "u/me/by_gmail", "--data", data)

	opened := filepath.Join(t.TempDir(), "opened")
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\nprintf %s \"$1\" > '"+opened+".part' && mv '"+opened+".part' '"+opened+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	w := s.open(data, listen, "SLUICE_GOOGLE="+strings.TrimSuffix(google.AuthURL(), "/auth"), "PATH="+bin+":"+os.Getenv("PATH"))
	w.see("Look up the order") // the sample of a first start
	w.visit("Resources")
	w.click("Add a resource")
	w.click("A Google account")
	w.click("1042")
	w.typeText(googletest.ClientID)
	w.click("GOCSPX")
	w.typeText(googletest.ClientSecret)
	w.click("Sign in with Google")
	var address string
	w.wait("the browser to be opened", func() bool {
		b, err := os.ReadFile(opened)
		address = string(b)
		return err == nil && address != ""
	})
	w.shot("gmail-1-waiting")
	ctx := browser(t)
	act(t, ctx, chromedp.Navigate(address), chromedp.WaitVisible("#allow"), chromedp.Click("#allow"), chromedp.WaitNotPresent("#allow"))
	w.see("Connected")
	w.shot("gmail-2-connected")
	sealed(t, data)

	w.visit("Flows") // the flow that is open
	w.visit("Flows") // the list
	w.click("Refund by Gmail")
	w.see("Look up the order")
	w.click("Test flow")
	w.see("What goes in")
	w.click("Start")
	w.see("Waiting for approval")
	limit, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	messages, err := google.Wait(limit, 2)
	if err != nil {
		t.Fatalf("Gmail got %d mails of two: %v", len(google.Messages()), err)
	}
	links := map[string]string{}
	for _, m := range messages {
		links[m.To] = regexp.MustCompile(`http://` + regexp.QuoteMeta(listen) + `/a/[a-z0-9]+`).FindString(m.Text)
		if m.From != googletest.Email {
			t.Errorf("the mail to %s comes from %s", m.To, m.From)
		}
	}
	link := links["li@acme.example"]
	if link == "" || links["dana@acme.example"] == "" || link == links["dana@acme.example"] {
		t.Fatalf("not everyone has a link of their own: %q", links)
	}
	act(t, ctx, chromedp.Navigate(link), chromedp.WaitVisible(`button[value="approve"]`), chromedp.Click(`button[value="approve"]`), chromedp.WaitNotPresent(`button[value="approve"]`))
	w.see("Succeeded")
	w.shot("gmail-3-done")
	if runs := runsOf(t, data); len(runs) != 1 || runs[0].Outcome != "succeeded" {
		t.Errorf("runs: %+v", runs)
	}
	if n := len(google.Messages()); n != 2 {
		t.Errorf("Gmail got %d mails, want 2", n)
	}
}

// sealed checks that no file of a data folder shows what a thief could use.
func sealed(t *testing.T, data string) {
	t.Helper()
	kept := false
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		kept = kept || bytes.Contains(b, []byte("u/me/gmail"))
		for _, secret := range []string{googletest.ClientSecret, "refresh-", "access-"} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %q in the clear", filepath.Base(path), secret)
			}
		}
		return err
	})
	if err != nil || !kept {
		t.Errorf("the account is not in the data folder (%v)", err)
	}
}
