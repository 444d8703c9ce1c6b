package windmill

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/patience"
	"sluice/engine/web"
)

// However many bodies trickle in, of calls or of votes, other jobs go on.
func TestSlowBodiesKeepNoJobOut(t *testing.T) {
	e := newRequest("approver 1")
	h := e.handler(&fakeAPI{})
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := web.Server(h)
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	ask := func(start, more, body string) (*bufio.Reader, string) {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(10 * time.Second)) // whoever waits longer was kept out
		fmt.Fprintf(c, "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer job-token\r\nContent-Type: application/json\r\n%s\r\n%s", start, more, body)
		in := bufio.NewReader(c)
		line, _ := in.ReadString('\n')
		if strings.Contains(line, "100 Continue") {
			in.ReadString('\n')
			io.WriteString(c, "{")
		}
		return in, strings.TrimSpace(line)
	}
	state := "POST " + w + "/jobs/flow/user_states/run-1/k"
	for _, start := range []string{state, "POST " + resumePath} {
		var first *bufio.Reader
		for i := range web.MaxBusy + 10 {
			in, got := ask(start, "Expect: 100-continue\r\nContent-Length: 50\r\n", "")
			if !strings.Contains(got, "100") {
				t.Fatalf("%s: body %d was answered %q", start, i, got)
			}
			if i == 0 {
				first = in
			}
		}
		if _, got := ask("GET /api/version", "", ""); !strings.Contains(got, "200") {
			t.Errorf("%s: a call of another: %q", start, got)
		}
		if _, got := ask(state, "Content-Length: 2\r\n", "{}"); !strings.Contains(got, "200") {
			t.Errorf("%s: a call of another with a body: %q", start, got)
		}
		res, err := http.ReadResponse(first, nil)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		if start == state && (res.StatusCode != 503 || !strings.Contains(string(text), "Try again")) || start != state && (res.StatusCode != 400 || !strings.Contains(string(text), "Nothing was decided")) {
			t.Errorf("%s: who was cut off: %d %s", start, res.StatusCode, text)
		}
	}
	if len(e.votes) > 0 {
		t.Errorf("votes: %v", e.votes)
	}
	// A body that nobody asked for is not waited for.
	for start, want := range map[string]string{"GET /api/version": "200", "POST /nowhere": "404", "GET " + w + "/jobs_u/get_flow/0199-job/77/other": "404"} {
		if _, got := ask(start, "Content-Length: 50\r\n", ""); !strings.Contains(got, want) {
			t.Errorf("%s: %q", start, got)
		}
	}
}

// What a step asks to be recorded while the file takes nothing may take longer than the
// engine is given else: the call ends with its client.
func TestACallWaitsForAFileThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		h := Handler(api, nil, http.NotFoundHandler(), Options{})
		for _, patient := range []bool{true, false} {
			var ended error
			api.onLinks = func(ctx context.Context) {
				if patient && !patience.Begin(ctx) {
					t.Error("a call of a step has no patience")
				}
				time.Sleep(2 * web.EngineTime)
				ended = ctx.Err()
			}
			ask(t, h, "GET", w+"/jobs/resume_urls/job-1/7", "", "127.0.0.1:1")
			if patient && ended != nil {
				t.Errorf("a call that waits ended by itself: %v", ended)
			}
			if !patient && !errors.Is(ended, context.DeadlineExceeded) {
				t.Errorf("a call that does not wait ended by %v", ended)
			}
		}
	})
}
