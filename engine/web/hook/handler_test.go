package hook

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/hook"
)

// theSecret opens the webhook of fakeHooks.
const theSecret = "mfrggzdfmztwq2lknnwg23tpob"

// fakeHooks has one webhook and starts nothing.
type fakeHooks struct {
	h    hook.Hook
	err  error // of Deliver
	boom bool

	refused []string
}

func (f *fakeHooks) OpenHook(_ context.Context, secret string) (hook.Opened, error) {
	if f.boom {
		panic("a bug that tells " + secret)
	}
	if secret != theSecret {
		return hook.Opened{}, fault.New("hook.unknown", "There is none", "")
	}
	return hook.Opened{Hook: f.h}, nil
}

func (f *fakeHooks) CheckDelivery(context.Context, hook.Opened, func(string) string, []byte) error {
	return nil
}

func (f *fakeHooks) Deliver(context.Context, hook.Opened, hook.Delivery) (hook.Receipt, error) {
	return hook.Receipt{Run: "r"}, f.err
}

func (f *fakeHooks) HookOutcome(_ context.Context, _ hook.Opened, id string) (hook.Outcome, error) {
	return hook.Outcome{Run: id, Status: "running"}, nil
}

func (f *fakeHooks) AwaitHook(ctx context.Context, _ hook.Opened, id string, _ int64) (hook.Outcome, error) {
	<-ctx.Done()
	return hook.Outcome{Run: id, Status: "running"}, nil
}

func (f *fakeHooks) NoteRefusal(_ hook.Opened, why string) { f.refused = append(f.refused, why) }

func (f *fakeHooks) LastEntry(context.Context) (int64, error) { return 0, nil }

// nowhere is what answers for paths that lead nowhere.
var nowhere = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotFound) })

func handlerOf(f *fakeHooks, prefix string, log io.Writer) *Handler {
	return New(f, nowhere, Options{Base: func() string { return "https://x.example" + prefix }, Prefix: func() string { return prefix }, Logger: slog.New(slog.NewTextHandler(log, nil))})
}

func ask(h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	return w
}

// An address is found with the prefix of the public address and without it.
func TestPrefix(t *testing.T) {
	h := handlerOf(&fakeHooks{}, "/sluice", io.Discard)
	for target, want := range map[string]int{
		"/h/" + theSecret: 202, "/sluice/h/" + theSecret: 202, "/other/h/" + theSecret: 404, "/sluice": 404, "/h": 404, "/h/": 404,
		"/h/" + theSecret + "/": 404, "/h/" + theSecret + "/r/x": 404, "/h/a.b": 404,
	} {
		w := ask(h, "POST", target, "{}")
		if w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
		if want == 202 && !strings.Contains(w.Body.String(), `"status":"https://x.example/sluice/h/`+theSecret+`/r"`) {
			t.Errorf("%s: %s", target, w.Body)
		}
	}
}

// What goes wrong here is told by a code, and the log holds no secret of an address.
func TestFailures(t *testing.T) {
	var log bytes.Buffer
	f := &fakeHooks{}
	h := handlerOf(f, "", &log)
	for code, want := range map[fault.Code]int{
		"engine.disk_full": 503, "engine.busy": 503, "hook.failed": 503, "hook.key_missing": 503, "hook.conflict": 409, "flow.input": 422, "hook.unknown": 404, "odd.code": 500,
	} {
		f.err = fault.New(code, "It is so", "")
		w := ask(h, "POST", "/h/"+theSecret, "{}")
		if w.Code != want || want == 503 && w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", code, w.Code, w.Header())
		}
	}
	f.boom = true
	if w := ask(h, "POST", "/h/"+theSecret, "{}"); w.Code != 500 || strings.Contains(w.Body.String()+log.String(), theSecret) || !strings.Contains(log.String(), "panicked") {
		t.Errorf("a panic: %d %s; the log: %s", w.Code, w.Body, &log)
	}
}

// A wait ends at its time, and the address tells more.
func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := handlerOf(&fakeHooks{h: hook.Hook{Sync: true}}, "", io.Discard)
		for query, want := range map[string]time.Duration{"": waitSync * time.Second, "?wait=60": 60 * time.Second, "?wait=0": 0} {
			began := time.Now()
			if w := ask(h, "POST", "/h/"+theSecret+query, "{}"); w.Code != 202 || time.Since(began) != want {
				t.Errorf("%q: %d after %v", query, w.Code, time.Since(began))
			}
		}
		synctest.Wait()
	})
}

// What starts nothing is kept with its reason; a question how a run stands, and an address
// that leads nowhere, are none of it.
func TestRefusalsAreKept(t *testing.T) {
	f := &fakeHooks{h: hook.Hook{Path: "f/shop/order", Flow: "f/shop/order"}}
	h := New(f, http.NotFoundHandler(), Options{})
	at := "/h/" + theSecret
	for _, tt := range []struct {
		method, target, body string
		err                  error
		want                 string
	}{
		{"POST", at, `{"a":1}`, nil, ""},
		{"POST", at, `{"a":`, nil, "The body is"},
		{"GET", at, "", nil, "GET does nothing here. Send it by POST."},
		{"POST", at, `{}`, fault.New("hook.conflict", "Something else came under the same key", "Nothing was started. Give each delivery a key of its own."), "Something else came under the same key. Give each delivery a key of its own."},
		{"POST", at, strings.Repeat("x", 2_000_000), nil, "The body is larger than 1 MB."},
		{"GET", at + "/r/more", "", nil, ""},
		{"DELETE", at + "/r", "", nil, ""},
		{"POST", "/h/nobody", `{}`, nil, ""},
	} {
		f.refused, f.err = nil, tt.err
		r := httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body))
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got := strings.Join(f.refused, "|"); tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) || strings.Contains(got, "|") {
			t.Errorf("%s %s %.10s: kept %q, want %q", tt.method, tt.target, tt.body, got, tt.want)
		}
	}
}
