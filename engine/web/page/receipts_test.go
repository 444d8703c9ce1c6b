package page

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever ends waits for the vote that is being answered and for the page that
// the browser was sent to, and for nothing else.
func TestReceiptsAreOwed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o Receipts
		deciding := make(chan struct{})
		h := o.Watch(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method != http.MethodPost:
			case r.URL.Path == "/a/wrong":
				w.WriteHeader(http.StatusUnprocessableEntity)
			default:
				<-deciding
				if strings.HasSuffix(r.URL.Path, "/send") {
					w.Header().Set("Location", "key")
				}
				w.WriteHeader(http.StatusSeeOther)
			}
		}))
		call := func(method, path string) { h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil)) }
		waited := func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			start := time.Now()
			o.Wait(ctx)
			return time.Since(start) > 0
		}

		call("GET", "/a/one")
		call("POST", "/a/wrong") // its page came with the answer
		if waited() {
			t.Error("it waits though nobody was sent anywhere")
		}
		go call("POST", "/s/a/one")
		synctest.Wait()
		if !waited() {
			t.Error("it does not wait for a vote that is being answered")
		}
		close(deciding)
		synctest.Wait()
		call("GET", "/a/two")
		if !waited() {
			t.Error("it does not wait for the receipt")
		}
		done := make(chan struct{})
		go func() { o.Wait(t.Context()); close(done) }()
		synctest.Wait()
		call("GET", "/a/one")
		<-done
		if waited() {
			t.Error("it waits for a receipt that was handed out")
		}
		call("POST", "/f/one/send")
		call("GET", "/f/one")
		if !waited() {
			t.Error("it does not wait for the receipt of a form")
		}
		call("GET", "/s/f/one/key")
		if waited() {
			t.Error("it waits for the receipt of a form that was handed out")
		}
	})
}
