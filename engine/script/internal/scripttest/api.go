package scripttest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"sluice/engine/run"
)

// API is a server that notes what it was asked.
type API struct {
	mu  sync.Mutex
	got []string
}

// WithAPI gives a job a server to ask.
func WithAPI(t *testing.T, j run.Job) (run.Job, *API) {
	a := &API{}
	srv := httptest.NewServer(a)
	t.Cleanup(srv.Close)
	j.Env["BASE_INTERNAL_URL"], j.Env["WM_TOKEN"], j.Env["WM_STATE_PATH"] = srv.URL, "tok", "u/me/state"
	return j, a
}

// Got is what it was asked.
func (a *API) Got() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.got
}

var nonce = regexp.MustCompile(`(resume_urls/[^/]+)/\d+`)

// ServeHTTP answers as the calls of a script expect.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	line := strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Method, nonce.ReplaceAllString(strings.TrimPrefix(r.URL.RequestURI(), "/api/w/sluice/"), "$1/N"), b))
	if r.Header.Get("Authorization") != "Bearer tok" {
		line += " without the token"
	}
	a.got = append(a.got, line)
	a.mu.Unlock()
	switch p := r.URL.Path; {
	case strings.Contains(p, "/resume_urls/"):
		io.WriteString(w, `{"approvalPage":"http://p","resume":"http://r","cancel":"http://c"}`)
	case strings.Contains(p, "get_root_job_id"):
		io.WriteString(w, `"root"`)
	case strings.Contains(p, "/exists/"):
		fmt.Fprint(w, strings.HasSuffix(p, "/known"))
	case strings.HasSuffix(p, "/missing"):
		w.WriteHeader(404)
		io.WriteString(w, "there is none")
	case strings.Contains(p, "get_result_maybe"):
		io.WriteString(w, `{"completed":true,"success":true,"result":{"ok":1}}`)
	case strings.Contains(p, "/jobs/run/"):
		io.WriteString(w, "id-7")
	case r.Method == "GET":
		io.WriteString(w, `{"v":1}`)
	}
}
