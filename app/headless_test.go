package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/run"
	"sluice/hub"
)

// sampleFile writes a bundled sample to a file.
func sampleFile(t testing.TB, name string) string {
	t.Helper()
	for _, s := range hub.Samples() {
		if s.Name == name {
			return write(t, "sample.yaml", string(s.Data))
		}
	}
	t.Fatalf("no sample %q", name)
	return ""
}

// The whole way without a window: run, two people are asked by mail, one
// approves by a program, the branch is taken, the run succeeds.
func TestRefundHeadless(t *testing.T) {
	data := t.TempDir()
	p := startSluice(t, nil, "run", sampleFile(t, "Refund with approval"), "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("listening")
	started := p.must("started")
	waiting := p.must("waiting")
	if waiting.Run != started.Run || waiting.Step != "b" || waiting.Required != 1 || len(waiting.Links) != 2 {
		t.Fatalf("waiting = %+v", waiting)
	}
	link := personLinks(t, waiting, "dana@acme.example")
	if status, body := get(t, link.Resume); status != 200 || !strings.Contains(body, "<form") {
		t.Fatalf("GET on a resume address: %d; it must show the page", status)
	}
	if status, body := post(t, link.Resume, `{"action": "refund in full", "message": "Fits our policy"}`); status != 201 {
		t.Fatalf("vote: %d %s", status, body)
	}
	end := p.must("finished")
	if end.Outcome != run.Succeeded {
		t.Fatalf("finished = %+v", end)
	}
	if code := p.wait(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	mails, err := filepath.Glob(filepath.Join(data, "outbox", "*.eml"))
	if err != nil || len(mails) != 2 {
		t.Errorf("%d mails in the outbox folder (%v), want one for each of two people", len(mails), err)
	}
	for _, m := range mails {
		if b, err := os.ReadFile(m); err != nil || !strings.Contains(string(b), "acme.example") {
			t.Errorf("mail %s: %v", m, err)
		}
	}
}

// A refusal ends the run as refused, with its own exit code.
func TestRefusalHeadless(t *testing.T) {
	p := startSluice(t, nil, "run", sampleFile(t, "Refund with approval"), "--json", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	waiting := p.must("waiting")
	if status, body := post(t, waiting.Links[0].Cancel, `{}`); status != 201 {
		t.Fatalf("refusal: %d %s", status, body)
	}
	if end := p.must("finished"); end.Outcome != run.Refused || end.Error == nil || end.Error.Name != run.NameRefused {
		t.Fatalf("finished = %+v", end)
	}
	if code := p.wait(); code != exitDenied {
		t.Errorf("exit code %d, want %d", code, exitDenied)
	}
}

// Two people must agree: the first one's second click changes nothing.
func TestTwoPeople(t *testing.T) {
	p := startSluice(t, nil, "run", sampleFile(t, "Two people must agree"), "--json", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	waiting := p.must("waiting")
	if waiting.Required != 2 || len(waiting.Links) < 2 {
		t.Fatalf("waiting = %+v", waiting)
	}
	if status, body := post(t, waiting.Links[0].Resume, `{}`); status != 201 {
		t.Fatalf("first vote: %d %s", status, body)
	}
	if status, _ := post(t, waiting.Links[0].Resume, `{}`); status != 409 {
		t.Fatalf("the same person's second vote: %d, want 409", status)
	}
	if status, body := post(t, waiting.Links[1].Resume, `{}`); status != 201 {
		t.Fatalf("second person: %d %s", status, body)
	}
	if end := p.must("finished"); end.Outcome != run.Succeeded {
		t.Fatalf("finished = %+v", end)
	}
}

// A run that waits survives the death of its process, and a link from before
// still decides.
func TestWaitsThroughKill(t *testing.T) {
	data := t.TempDir()
	p := startSluice(t, nil, "run", sampleFile(t, "Refund with approval"), "--json", "--data", data, "--listen", "127.0.0.1:0")
	before := p.must("waiting")
	for mails := 0; mails < 2; { // a mail that is cut off is not sent again unasked
		found, err := filepath.Glob(filepath.Join(data, "outbox", "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		mails = len(found)
	}
	p.kill()

	listen := strings.TrimPrefix(hostOf(before.Links[0].Page), "http://")
	p = startSluice(t, nil, "serve", "--json", "--data", data, "--listen", listen)
	p.must("listening")
	if again := p.must("waiting"); again.Run != before.Run || again.Step != before.Step {
		t.Fatalf("after the kill: %+v", again)
	}
	if status, body := post(t, before.Links[0].Resume, `{"action":"refund in full","message":"ok"}`); status != 201 {
		t.Fatalf("old link after the kill: %d %s", status, body)
	}
	if end := p.must("finished"); end.Outcome != run.Succeeded {
		t.Fatalf("finished = %+v", end)
	}
	if code := p.interrupt(); code != exitOK {
		t.Errorf("serve ended with %d", code)
	}
	if mails, _ := filepath.Glob(filepath.Join(data, "outbox", "*.eml")); len(mails) != 2 {
		t.Errorf("%d mails, want 2: nobody is mailed twice", len(mails))
	}
}

// Two listeners: the public one serves pages only.
func TestPublicListenerServesPagesOnly(t *testing.T) {
	p := startSluice(t, nil, "run", sampleFile(t, "Ask me first"), "--json", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--base-url", "https://approve.acme.example/s")
	if url := p.must("listening").URL; url != "https://approve.acme.example/s" {
		t.Errorf("listening tells %q", url)
	}
	waiting := p.must("waiting")
	for _, l := range waiting.Links {
		for _, u := range []string{l.Page, l.Resume, l.Cancel} {
			if !strings.HasPrefix(u, "https://approve.acme.example/s/") {
				t.Errorf("link %q does not carry the public address", u)
			}
		}
	}
	if len(waiting.Links) == 0 {
		t.Error("a step that only asks the desktop user has no link to decide by")
	}
}

// Only one Sluice writes a data folder; readers are free.
func TestSecondSluiceIsRefused(t *testing.T) {
	data := t.TempDir()
	p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("listening")
	second := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	if code := second.wait(); code != exitFailed || !strings.Contains(second.err.String(), "Sluice") {
		t.Errorf("second serve: exit %d, %s", code, second.err)
	}
	reader := startSluice(t, nil, "runs", "--json", "--data", data)
	if code := reader.wait(); code != exitOK {
		t.Errorf("runs beside serve: exit %d, %s", code, reader.err)
	}
}

// A port in use is said, with what to do.
func TestPortInUse(t *testing.T) {
	p := startSluice(t, nil, "serve", "--json", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	addr := strings.TrimPrefix(p.must("listening").URL, "http://")
	second := startSluice(t, nil, "serve", "--json", "--data", t.TempDir(), "--listen", addr)
	if code := second.wait(); code != exitFailed || !strings.Contains(second.err.String(), "--listen") {
		t.Errorf("exit %d, %s", code, second.err)
	}
}

// hostOf cuts an address after the host.
func hostOf(u string) string {
	if i := strings.Index(u[len("http://"):], "/"); i >= 0 {
		return u[:len("http://")+i]
	}
	return u
}

// jsonEqual compares two JSON texts by value.
func jsonEqual(a, b []byte) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}
