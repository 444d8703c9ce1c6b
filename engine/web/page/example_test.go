package page_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"sluice/engine/run"
	"sluice/engine/web/page"
)

// desk has one request, behind the secret "abc"; it counts votes.
type desk struct{ votes int }

func (d *desk) Link(context.Context, string) (run.Link, error) {
	return run.Link{ID: 1, Run: "0190", Step: "ask", Person: "dana@acme.example", Job: "0190"}, nil
}

func (d *desk) Approval(ctx context.Context, secret string) (run.Approval, error) {
	l, err := d.Link(ctx, secret)
	return run.Approval{Run: l.Run, Step: l.Step, Link: l, State: run.ApprovalWaiting, Required: 1, Deadline: time.Now().Add(time.Hour)}, err
}

func (d *desk) Vote(ctx context.Context, l run.Link, v run.Decision) (run.Approval, error) {
	d.votes++
	a, err := d.Approval(ctx, "abc")
	return a, err
}

// To look at a page is never a vote; to post to its address is one.
func Example() {
	d := &desk{}
	h := page.Handler(d, page.Options{Now: time.Now})
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/api/w/sluice/jobs_u/resume/0190/0/abc", nil))
		fmt.Println(method, w.Code, d.votes)
	}
	// Output:
	// GET 200 0
	// HEAD 200 0
	// POST 201 1
}
