package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/engine"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/hook"
	"sluice/engine/run"
)

const orderFlow = `{"summary":"Order","schema":{"type":"object","properties":{"n":{"type":"number"},"note":{"type":"string"},"file":{"type":"object"}},"required":["n"]},
	"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"export async function main(x: any) { return x }","input_transforms":{"x":{"type":"javascript","expr":"flow_input"}}}}]}}`

const askFlow = `{"summary":"Ask","value":{"modules":[{"id":"a","suspend":{"required_events":1},"value":{"type":"rawscript","language":"bun","content":"export async function main() { return 1 }","input_transforms":{}}}]}}`

// aHook is a server that listens, with a webhook of which it returns the address.
func aHook(t *testing.T, h hook.Hook) (*server, string) {
	t.Helper()
	s := aServer(t)
	s.opts.listen = "127.0.0.1:0"
	if err := s.listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{"f/shop/order": orderFlow, "f/shop/ask": askFlow} {
		if err := s.eng.SaveFlow(t.Context(), path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return s, s.makeHook(t, h)
}

func (h *server) makeHook(t *testing.T, is hook.Hook) string {
	t.Helper()
	if is.Path == "" {
		is.Path = "f/shop/on_order"
	}
	if is.Flow == "" {
		is.Flow = "f/shop/order"
	}
	is.Enabled = true
	address, err := h.eng.SaveHook(t.Context(), is)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// hookAnswer is what an answer says.
type hookAnswer struct {
	code     int
	header   http.Header
	text     string
	Run      string          `json:"run"`
	Status   string          `json:"status"`
	State    string          `json:"state"`
	Outcome  string          `json:"outcome"`
	Result   json.RawMessage `json:"result"`
	Repeated bool            `json:"repeated"`
	Error    struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Fields  []struct {
			Field   string `json:"field"`
			Message string `json:"message"`
		} `json:"fields"`
	} `json:"error"`
}

// send sends a request with headers, given as name and value.
func send(t *testing.T, method, address, body string, headers ...string) (out hookAnswer) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	json.Unmarshal(b, &out) // a page is none
	out.code, out.header, out.text = res.StatusCode, res.Header, string(b)
	return out
}

var asJSON = []string{"Content-Type", "application/json"}

// fromHooks counts the runs that webhooks started.
func (h *server) fromHooks(t *testing.T) (n int) {
	t.Helper()
	all, err := h.eng.Runs(t.Context(), engine.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Trigger.Kind == run.TriggerWebhook {
			n++
		}
	}
	return n
}

// Whatever form it comes in, what is sent becomes the input of the flow.
func TestWhatAWebhookTakes(t *testing.T) {
	h, address := aHook(t, hook.Hook{Headers: []string{"X-Shop"}, Sync: true, Get: true})
	const parts = "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n3\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/x-a\r\n\r\nhello\r\n--b--\r\n"
	for _, tt := range []struct {
		name, method, query, kind, body string
		want                            string
	}{
		{"JSON", "POST", "", "application/json", `{"n":1,"note":"x"}`, `{"n":1,"note":"x","x_shop":"7"}`},
		{"JSON of another type", "POST", "", "application/cloudevents+json; charset=utf-8", `{"n":1}`, `{"n":1,"x_shop":"7"}`},
		{"JSON without a type", "POST", "", "", ` {"n":1}`, `{"n":1,"x_shop":"7"}`},
		{"a form", "POST", "", "application/x-www-form-urlencoded", `n=2&note=a+b`, `{"n":2,"note":"a b","x_shop":"7"}`},
		{"parts", "POST", "", "multipart/form-data; boundary=b", parts, `{"file":{"name":"a.txt","type":"text/x-a","data":"` + base64.StdEncoding.EncodeToString([]byte("hello")) + `"},"n":3,"x_shop":"7"}`},
		{"text", "POST", "?n=4", "text/plain", "hello", `{"body":"hello","n":4,"x_shop":"7"}`},
		{"a list", "POST", "?n=4", "application/json", "[1]", `{"body":[1],"n":4,"x_shop":"7"}`},
		{"nothing", "POST", "?n=5&wait=20", "", "", `{"n":5,"x_shop":"7"}`},
		{"GET, where it may", "GET", "?n=6", "", "", `{"n":6,"x_shop":"7"}`},
	} {
		got := send(t, tt.method, address+tt.query, tt.body, "Content-Type", tt.kind, "X-Shop", "7", "Authorization", "Bearer x")
		if got.code != 200 || string(got.Result) != tt.want {
			t.Errorf("%s: %d %s, want %s", tt.name, got.code, got.text, tt.want)
		}
	}
	if n := h.fromHooks(t); n != 9 {
		t.Errorf("%d runs", n)
	}
}

// What cannot be taken is answered in words, and starts nothing.
func TestWhatAWebhookRefuses(t *testing.T) {
	h, address := aHook(t, hook.Hook{})
	big := strings.Repeat("x", 1<<20+1)
	for _, tt := range []struct {
		name, method, query, kind, body string
		code                            int
		says                            string
	}{
		{"JSON that is cut off", "POST", "", "application/json", `{"n":1,"note":"hal`, 400, "cut off"},
		{"what is no JSON", "POST", "", "application/json", `n=1`, 400, "not JSON"},
		{"more behind JSON", "POST", "", "application/json", `{"n":1} x`, 400, "There is more after the end of the JSON value, at byte 9"},
		{"JSON twice", "POST", "", "application/json", "\n" + `{"n":1}` + "\n\n" + `{"n":2}`, 400, "more after the end of the JSON value, at byte 11"},
		{"a bracket too many", "POST", "", "application/json", `{"n":1}}`, 400, "at byte 8"},
		{"a bracket that is missing", "POST", "", "application/json", `{"n":1`, 400, "cut off after 6 bytes"},
		{"JSON that goes wrong at its end", "POST", "", "application/json", `{"n":x`, 400, "not JSON"},
		{"null", "POST", "?n=1", "application/json", ` null `, 422, "The body is null"},
		{"parts that are cut off", "POST", "", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n3", 400, "cut off"},
		{"parts without a boundary", "POST", "", "multipart/form-data", "--b", 400, "parts of the form"},
		{"a form that is none", "POST", "", "application/x-www-form-urlencoded", "n=%zz", 400, "form"},
		{"a query that is none", "POST", "?n=%zz", "", "", 400, "query"},
		{"bytes", "POST", "", "application/octet-stream", "\xff\xfe", 415, "UTF-8"},
		{"a wrong wait", "POST", "?wait=61", "application/json", `{"n":1}`, 400, "60"},
		{"too much", "POST", "", "text/plain", big, 413, "1 MB"},
		{"too deep", "POST", "", "application/json", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), 422, "levels"},
		{"what does not fit", "POST", "", "application/json", `{"n":"x"}`, 422, "does not fit"},
		{"GET", "GET", "?n=1", "", "", 405, "POST"},
		{"HEAD", "HEAD", "?n=1", "", "", 405, ""},
		{"PUT", "PUT", "", "application/json", `{"n":1}`, 405, "POST"},
	} {
		got := send(t, tt.method, address+tt.query, tt.body, "Content-Type", tt.kind)
		if got.code != tt.code || !strings.Contains(got.Error.Message+got.text, tt.says) {
			t.Errorf("%s: %d %s, want %d", tt.name, got.code, got.text, tt.code)
		}
		if got.code == 405 && got.header.Get("Allow") != "POST, OPTIONS" {
			t.Errorf("%s: Allow is %q", tt.name, got.header.Get("Allow"))
		}
	}
	if got := send(t, "POST", address, `{"note":7}`, asJSON...); len(got.Error.Fields) != 2 {
		t.Errorf("the fields that do not fit: %s", got.text)
	}
	if n := h.fromHooks(t); n != 0 {
		t.Errorf("%d runs were started", n)
	}
}

// An address that leads nowhere, or to a webhook that is off, answers as any other path
// that is not there.
func TestAnAddressThatLeadsNowhere(t *testing.T) {
	h, address := aHook(t, hook.Hook{})
	base := h.own
	shape := func(method, address string) string {
		got := send(t, method, address, `{"n":1}`, asJSON...)
		got.header.Del("Date")
		var b bytes.Buffer
		got.header.Write(&b)
		return fmt.Sprint(got.code, b.String(), got.text)
	}
	if got := send(t, "POST", base+"/nowhere", `{"n":1}`, "Accept", "*/*"); got.Error.Code != "address.unknown" || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("a program is told %s", got.text)
	}
	if got := send(t, "GET", base+"/h/"+strings.Repeat("a", 32), "", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8"); got.code != 404 || !strings.Contains(got.text, "<!doctype html>") {
		t.Errorf("a browser is told %s", got.text)
	}
	before := send(t, "POST", address, `{"n":1}`, asJSON...)
	if before.code != 202 || before.Status != address+"/"+before.Run {
		t.Fatalf("while it is on: %+v", before)
	}
	if err := h.eng.SwitchHook(t.Context(), "f/shop/on_order", false); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "POST", "PUT", "OPTIONS"} {
		want := shape(method, base+"/nowhere")
		if !strings.HasPrefix(want, "404") {
			t.Fatalf("%s of no path: %s", method, want)
		}
		for _, a := range []string{address, before.Status, base + "/h/" + strings.Repeat("a", 32), base + "/h/x", base + "/h/" + strings.Repeat("a", 32) + "/x", base + "/h/", base + "/h"} {
			if got := shape(method, a); got != want {
				t.Errorf("%s of %s: %s", method, a, got)
			}
		}
	}
}

// The secret of a webhook is a token at the addresses at which Windmill starts flows: for
// the flows that the webhook names, and no others.
func TestATokenAtWindmillsAddresses(t *testing.T) {
	h, plain := aHook(t, hook.Hook{})
	base, _, _ := strings.Cut(plain, "/h/")
	if err := h.eng.SaveFlow(t.Context(), "f/shop/other", []byte(orderFlow)); err != nil {
		t.Fatal(err)
	}
	secretOf := func(address string) string { return address[strings.LastIndex(address, "/")+1:] }
	token := secretOf(h.makeHook(t, hook.Hook{Path: "f/shop/token", Sync: true, Also: []string{"f/shop/ask"}}))
	quiet := secretOf(plain)
	h.makeHook(t, hook.Hook{Path: "f/shop/off", Sync: true})
	bearer := func(token string) []string {
		return []string{"Authorization", "Bearer " + token, "Content-Type", "application/json"}
	}
	const jobs = "/api/w/main/jobs/"
	encoded := base64.URLEncoding.EncodeToString([]byte(`{"n":3}`))
	for _, tt := range []struct {
		name, method, at string
		head             []string
		body             string
		code             int
		want             string
	}{
		{"for a result", "POST", jobs + "run_wait_result/f/f/shop/order", bearer(token), `{"n":1}`, 200, `{"n":1}`},
		{"by GET", "GET", jobs + "run_wait_result/f/f/shop/order?payload=" + encoded, bearer(token), "", 200, `{"n":3}`},
		{"with what the query names", "POST", jobs + "run_wait_result/f/f/shop/order?include_query=note&note=x&other=y", bearer(token), `{"n":1}`, 200, `{"n":1,"note":"x"}`},
		{"with the token in the query", "POST", jobs + "run_wait_result/f/f/shop/order?token=" + token, asJSON, `{"n":1}`, 200, `{"n":1}`},
		{"by a link that is followed", "GET", jobs + "run_wait_result/f/f/shop/order?token=" + token, nil, "", 405, "GET does nothing here"},
		{"that waits for people", "POST", jobs + "run_wait_result/f/f/shop/ask", bearer(token), `{}`, 202, `"state":"suspended"`},
		{"for a run", "POST", jobs + "run/f/f/shop/ask", bearer(token), `{}`, 201, "-"},
		{"of what does not fit", "POST", jobs + "run/f/f/shop/order", bearer(token), `{"n":"x"}`, 422, "n: "},
		{"of another flow", "POST", jobs + "run/f/f/shop/other", bearer(token), `{}`, 403, "does not start f/shop/other"},
		{"for a result that is not told", "POST", jobs + "run_wait_result/f/f/shop/order", bearer(quiet), `{"n":1}`, 403, "reads no results"},
		{"where none is told", "POST", jobs + "run/f/f/shop/order", bearer(quiet), `{"n":1}`, 201, "-"},
		{"with a token that is none", "POST", jobs + "run/f/f/shop/order", bearer("mfrggzdfmztwq2lknnwg23tpob"), `{"n":1}`, 401, "Not authorized"},
		{"without a token", "POST", jobs + "run/f/f/shop/order", asJSON, `{"n":1}`, 404, ""},
		{"with null", "POST", jobs + "run_wait_result/f/f/shop/order", bearer(token), `null`, 422, "The body is null"},
		{"for later", "POST", jobs + "run/f/f/shop/order?scheduled_in_secs=60", bearer(token), `{"n":1}`, 400, "scheduled_in_secs"},
		{"for a time", "POST", jobs + "run/f/f/shop/order?scheduled_for=2030-01-01T00:00:00Z", bearer(token), `{"n":1}`, 400, "scheduled_for"},
		{"under an id of its own", "POST", jobs + "run/f/f/shop/order?job_id=0199a0b2-0000-7000-8000-000000000000", bearer(token), `{"n":1}`, 400, "job_id"},
		{"below another", "POST", jobs + "run_wait_result/f/f/shop/order?parent_job=0199a0b2-0000-7000-8000-000000000000", bearer(token), `{"n":1}`, 400, "parent_job"},
		{"without the preprocessor", "POST", jobs + "run_wait_result/f/f/shop/order?skip_preprocessor=true", bearer(token), `{"n":1}`, 400, "skip_preprocessor"},
		{"with a header", "POST", jobs + "run/f/f/shop/order?include_header=X-Shop", bearer(token), `{"n":1}`, 400, "--header"},
		{"by GET for later", "GET", jobs + "run_wait_result/f/f/shop/order?scheduled_in_secs=60&payload=" + encoded, bearer(token), "", 400, "scheduled_in_secs"},
		{"for a worker, and at once", "POST", jobs + "run_wait_result/f/f/shop/order?tag=gpu&scheduled_in_secs=0&skip_preprocessor=false", bearer(token), `{"n":1}`, 200, `{"n":1}`},
		{"of a script", "POST", jobs + "run/p/f/shop/order", bearer(token), `{"n":1}`, 404, ""},
	} {
		got := send(t, tt.method, base+tt.at, tt.body, tt.head...)
		if got.code != tt.code || !strings.Contains(got.text, tt.want) {
			t.Errorf("a call %s: %d %s", tt.name, got.code, got.text)
		}
	}
	if n := h.fromHooks(t); n != 8 {
		t.Errorf("%d runs", n)
	}
	id := strings.TrimSpace(send(t, "POST", base+jobs+"run/f/f/shop/order", `{"n":5}`, append(bearer(token), "Idempotency-Key", "k")...).text)
	if again := send(t, "POST", base+jobs+"run/f/f/shop/order", `{"n":5}`, append(bearer(token), "Idempotency-Key", "k")...); strings.TrimSpace(again.text) != id {
		t.Errorf("a repeat begins %s, the first was %s", again.text, id)
	}
	if other := send(t, "POST", base+jobs+"run/f/f/shop/ask", `{"n":5}`, append(bearer(token), "Idempotency-Key", "k")...); other.code != 409 {
		t.Errorf("the same key for another flow: %d %s", other.code, other.text)
	}
	until(t, h, run.ID(id), func(s run.Summary) bool { return s.Status == run.StatusDone })
	if got := send(t, "GET", base+"/api/w/main/jobs_u/completed/get_result_maybe/"+id, "", bearer(token)...); got.code != 200 || strings.TrimSpace(got.text) != `{"started":true,"success":true,"completed":true,"result":{"n":5}}` {
		t.Errorf("polled: %d %s", got.code, got.text)
	}
	if got := send(t, "GET", base+"/api/w/main/jobs_u/completed/get_result_maybe/"+id, "", bearer(quiet)...); got.code == 200 {
		t.Errorf("polled with another token: %s", got.text)
	}
	if err := h.eng.SwitchHook(t.Context(), "f/shop/token", false); err != nil {
		t.Fatal(err)
	}
	if got := send(t, "POST", base+jobs+"run/f/f/shop/order", `{"n":5}`, bearer(token)...); got.code != 401 {
		t.Errorf("a token that is off: %d %s", got.code, got.text)
	}
}

// Whoever has the address is told how their runs stand, and of no other.
func TestTheStatusOfAWebhooksRun(t *testing.T) {
	h, address := aHook(t, hook.Hook{})
	sync := h.makeHook(t, hook.Hook{Path: "f/shop/sync", Sync: true})
	ask := h.makeHook(t, hook.Hook{Path: "f/shop/on_ask", Flow: "f/shop/ask", Sync: true})

	mine := send(t, "POST", address+"?wait=20", `{"n":1}`, asJSON...)
	if mine.code != 200 || mine.Result != nil || mine.Outcome != "succeeded" {
		t.Errorf("waited for where results are not told: %+v", mine)
	}
	if got := send(t, "GET", mine.Status, ""); got.code != 200 || got.Outcome != "succeeded" || got.Result != nil || got.Run != mine.Run {
		t.Errorf("its status: %+v", got)
	}
	theirs := send(t, "POST", sync, `{"n":2}`, asJSON...)
	if got := send(t, "GET", theirs.Status, ""); string(got.Result) != `{"n":2}` {
		t.Errorf("with its result: %s", got.text)
	}
	if got := send(t, "GET", address+"/"+theirs.Run, ""); got.code != 404 || strings.Contains(got.text, "succeeded") {
		t.Errorf("another webhook's run: %d %s", got.code, got.text)
	}
	if got := send(t, "POST", mine.Status, ""); got.code != 405 || got.header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST to a status: %d", got.code)
	}

	began := time.Now()
	asked := send(t, "POST", ask, `{}`, asJSON...)
	if asked.code != 202 || time.Since(began) > 20*time.Second {
		t.Errorf("a run that waits for people: %d after %v", asked.code, time.Since(began))
	}
	if got := send(t, "GET", asked.Status, ""); got.State != "suspended" || got.Outcome != "" {
		t.Errorf("its status: %s", got.text)
	}
	if err := h.eng.Decide(t.Context(), run.Decision{Run: run.ID(asked.Run), Step: "a", Person: run.DesktopUser, Reason: "No"}); err != nil {
		t.Fatal(err)
	}
	until(t, h, run.ID(asked.Run), func(s run.Summary) bool { return s.Status == run.StatusDone })
	if got := send(t, "GET", asked.Status, ""); got.code != 200 || got.Outcome != "refused" {
		t.Errorf("a run that was denied: %s", got.text)
	}
}

// A delivery that comes again is answered with the first run.
func TestADeliveryThatComesAgain(t *testing.T) {
	h, address := aHook(t, hook.Hook{})
	for i, name := range []string{"Idempotency-Key", "X-GitHub-Delivery", "Webhook-Id"} {
		body := fmt.Sprintf(`{"n":%d}`, i)
		first := send(t, "POST", address, body, append(asJSON, name, "k")...)
		again := send(t, "POST", address, body, append(asJSON, name, "k")...)
		if first.code != 202 || again.code != 200 || !again.Repeated || again.Run != first.Run || again.Status != first.Status {
			t.Errorf("%s: first %d %s, then %d %s", name, first.code, first.text, again.code, again.text)
		}
		if got := send(t, "POST", address, `{"n":100}`, append(asJSON, name, "k")...); got.code != 409 {
			t.Errorf("%s: something else: %d %s", name, got.code, got.text)
		}
	}
	if got := send(t, "POST", address, `{"n":1}`, append(asJSON, "Idempotency-Key", strings.Repeat("k", 300))...); got.code != 400 {
		t.Errorf("a long key: %d", got.code)
	}

	var mu sync.Mutex
	codes, runs := map[int]int{}, map[string]bool{}
	var wg sync.WaitGroup
	for range 180 {
		wg.Go(func() {
			got := send(t, "POST", address, `{"n":7}`, append([]string{"Idempotency-Key", "many"}, asJSON...)...)
			mu.Lock()
			defer mu.Unlock()
			codes[got.code]++
			runs[got.Run] = true
		})
	}
	wg.Wait()
	if codes[202] != 1 || codes[200] != 179 || len(runs) != 1 {
		t.Errorf("at once: %v, %d runs", codes, len(runs))
	}
	if n := h.fromHooks(t); n != 4 {
		t.Errorf("%d runs", n)
	}
}

// Only what its sender signed starts a run, and the raw body is what is signed.
func TestSignedDeliveries(t *testing.T) {
	h, github := aHook(t, hook.Hook{Signature: hook.Signature{Kind: hook.GitHub}, Key: "k"})
	stripe := h.makeHook(t, hook.Hook{Path: "f/shop/stripe", Signature: hook.Signature{Kind: hook.Stripe}, Key: "k"})
	sum := func(text string) string {
		m := hmac.New(sha256.New, []byte("k"))
		m.Write([]byte(text))
		return hex.EncodeToString(m.Sum(nil))
	}
	const body = `{ "n" : 1 }`
	if got := send(t, "POST", github, body, append(asJSON, "X-Hub-Signature-256", "sha256="+sum(body))...); got.code != 202 {
		t.Errorf("signed: %d %s", got.code, got.text)
	}
	for _, headers := range [][]string{asJSON, append(asJSON, "X-Hub-Signature-256", "sha256="+sum(`{"n":1}`))} {
		if got := send(t, "POST", github, body, headers...); got.code != 401 {
			t.Errorf("with %v: %d %s", headers, got.code, got.text)
		}
	}
	if got := send(t, "POST", github, `{"n":`, append(asJSON, "X-Hub-Signature-256", "sha256=00")...); got.code != 401 {
		t.Errorf("what nobody signed is judged: %d", got.code)
	}
	at := fmt.Sprint(time.Now().Unix())
	event := func(more string) (string, []string) {
		text := `{"id":"evt_1","n":1` + more + `}`
		return text, append(asJSON, "Stripe-Signature", "t="+at+",v1="+sum(at+"."+text))
	}
	text, headers := event("")
	first := send(t, "POST", stripe, text, headers...)
	text, headers = event(`,"pending_webhooks":0`)
	if again := send(t, "POST", stripe, text, headers...); first.code != 202 || again.code != 200 || again.Run != first.Run {
		t.Errorf("an event of Stripe that comes again: %d %s", again.code, again.text)
	}
	old := fmt.Sprint(time.Now().Add(-10 * time.Minute).Unix())
	if got := send(t, "POST", stripe, text, append(asJSON, "Stripe-Signature", "t="+old+",v1="+sum(old+"."+text))...); got.code != 401 {
		t.Errorf("an old signature: %d", got.code)
	}
	for range 10 {
		send(t, "POST", github, body, asJSON...)
	}
	var seen bool
	for _, c := range h.eng.Conditions() {
		seen = seen || c.Code == "hook.forged" && c.Severity == fault.Warning
	}
	if !seen {
		t.Error("wrong signatures are not told")
	}
}

// More than its rate is turned away and told when to come again; other webhooks go on.
func TestTheRateOfAWebhook(t *testing.T) {
	h, address := aHook(t, hook.Hook{Rate: 0.01, Burst: 2})
	other := h.makeHook(t, hook.Hook{Path: "f/shop/other"})
	for i, want := range []int{202, 202, 429} {
		if got := send(t, "POST", address, `{"n":1}`, asJSON...); got.code != want || want == 429 && got.header.Get("Retry-After") == "" {
			t.Errorf("delivery %d: %d %v", i, got.code, got.header)
		}
	}
	if got := send(t, "POST", other, `{"n":1}`, asJSON...); got.code != 202 {
		t.Errorf("another webhook: %d", got.code)
	}
}

// Bodies that trickle in hold up neither other deliveries nor the pages.
func TestSlowDeliveriesKeepNobodyOut(t *testing.T) {
	h, address := aHook(t, hook.Hook{})
	other := h.makeHook(t, hook.Hook{Path: "f/shop/other"})
	addr := strings.TrimPrefix(h.own, "http://")
	for i := range 300 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /h/%s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n", address[strings.LastIndex(address, "/")+1:])
		var line [12]byte
		if _, err := io.ReadFull(c, line[:]); err != nil || i < 200 && string(line[9:]) != "100" {
			t.Fatalf("slow delivery %d: %q %v", i, line, err)
		}
	}
	if got := send(t, "POST", other, `{"n":1}`, asJSON...); got.code != 202 {
		t.Errorf("another webhook: %d %s", got.code, got.text)
	}
	if got := send(t, "GET", h.own+"/health/x", ""); got.code != 200 {
		t.Errorf("the pages: %d", got.code)
	}
	if n := h.fromHooks(t); n != 1 {
		t.Errorf("%d runs", n)
	}
}

// Who waits for an end is answered when Sluice ends, and the run goes on later.
func TestAnEndWhileADeliveryWaits(t *testing.T) {
	h, address := aHook(t, hook.Hook{})
	slow := strings.Replace(askFlow, `"suspend":{"required_events":1}`, `"sleep":{"type":"static","value":3600}`, 1)
	if err := h.eng.SaveFlow(t.Context(), "f/shop/order", []byte(slow)); err != nil {
		t.Fatal(err)
	}
	answers := make(chan hookAnswer)
	go func() { answers <- send(t, "POST", address+"?wait=60", `{}`, asJSON...) }()
	for _, err := range h.eng.Watch(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if h.fromHooks(t) == 1 {
			break
		}
	}
	h.hooks.End()
	if got := <-answers; got.code != 202 || got.Run == "" {
		t.Errorf("%d %s", got.code, got.text)
	}
}

// What comes by a webhook is text in every place, also where its flow asks for a resource
// and where a preprocessor hands it on.
func TestWhatComesByAWebhookDoesNotAct(t *testing.T) {
	h, _ := aHook(t, hook.Hook{})
	ctx := t.Context()
	for _, err := range []error{
		h.eng.SetVariable(ctx, flow.Variable{Path: "u/me/secret", Value: secretText, Secret: true}),
		h.eng.PutResource(ctx, flow.Resource{Path: "u/me/db", Type: "postgresql", Value: flow.Raw(`{"password":"` + secretText + `"}`)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	const schema = `"schema":{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"},"note":{"type":"string"},"x_note":{"type":"string"},"free":{}}}`
	step := func(id, input string) string {
		return fmt.Sprintf(`{"id":%q,"value":{"type":"rawscript","language":"bun","content":"export async function main(x: any) { return x }","input_transforms":{"x":{"type":"javascript","expr":%q}}}}`, id, input)
	}
	before := `,"preprocessor_module":{"id":"preprocessor","value":{"type":"rawscript","language":"bun","content":"export async function main(event: any) { return {db: event.body?.db ?? event.query.db, note: event.query.note, x_note: event.headers['x-note'], free: event} }","input_transforms":{}}}`
	doors := []struct{ name, before, query, kind, body string }{
		{"a body", "", "", "application/json", `{"db":"$res:u/me/db","note":"$var:u/me/secret","free":{"a":["$res:u/me/db"]}}`},
		{"a form", "", "", "application/x-www-form-urlencoded", "db=%24res:u/me/db&note=%24var:u/me/secret"},
		{"a query", "", "?db=%24res:u/me/db&note=%24var:u/me/secret", "", ""},
		{"a text", "", "?db=%24res:u/me/db&note=%24var:u/me/secret", "text/plain", "$var:u/me/secret"},
		{"a preprocessor", before, "?note=%24var:u/me/secret", "application/json", `{"db":"$res:u/me/db"}`},
	}
	for i, d := range doors {
		path := fmt.Sprintf("f/doors/d%d", i)
		file := `{"summary":"",` + schema + `,"value":{"modules":[` + step("a", "flow_input") + `,` + step("b", "flow_input.db") + `,` + step("c", "({db: flow_input.db, note: flow_input.note, x: flow_input.x_note})") +
			`,{"id":"s","value":{"type":"flow","path":"f/doors/inner","input_transforms":{"db":{"type":"javascript","expr":"flow_input.db"}}}}]` + d.before + `}}`
		for p, text := range map[string]string{"f/doors/inner": `{"summary":"",` + schema + `,"value":{"modules":[` + step("in", "flow_input.db") + `]}}`, path: file} {
			if err := h.eng.SaveFlow(ctx, p, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		address := h.makeHook(t, hook.Hook{Path: path, Flow: path, Headers: []string{"X-Note"}})
		got := send(t, "POST", address+d.query, d.body, "Content-Type", d.kind, "X-Note", "$var:u/me/secret")
		if got.code != 202 {
			t.Errorf("%s: %d %s", d.name, got.code, got.text)
			continue
		}
		until(t, h, run.ID(got.Run), func(s run.Summary) bool { return s.Status == run.StatusDone })
		all := resultsOf(t, h, run.ID(got.Run))
		for step, text := range all {
			if strings.Contains(text, secretText) {
				t.Errorf("%s: step %s got %s", d.name, step, text)
			}
		}
		if !strings.Contains(all["b"], "$res:u/me/db") || !strings.Contains(all["c"], "$var:u/me/secret") || !strings.Contains(all["s/flow/in"], "$res:u/me/db") {
			t.Errorf("%s: the text did not arrive: %v", d.name, all)
		}
	}
}

// The command makes webhooks, tells their address once, switches and removes them.
func TestHooksCommand(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	t.Setenv("SHOP_KEY", "the signing key")
	data := t.TempDir()
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errOut bytes.Buffer
		if got := execute(t.Context(), append(args, "--data", data), &out, &errOut); got != want {
			t.Errorf("%q ends with %d: %s%s", args, got, out.String(), errOut.String())
		}
		return out.String() + errOut.String()
	}
	call(exitOK, "import", folder(t, map[string]string{"wmill.yaml": "defaultTs: bun\n", "f/shop/close.flow/flow.yaml": closeFlow}))
	if out := call(exitOK, "hooks"); !strings.Contains(out, "No webhooks yet") {
		t.Errorf("none: %s", out)
	}
	const path = "f/shop/on_order"
	for _, wrong := range [][]string{
		{path}, {path, "--flow", "f/shop/none"}, {"on_order", "--flow", "f/shop/close"},
		{path, "--flow", "f/shop/close", "--signature", "md5", "--key-env", "SHOP_KEY"},
		{path, "--flow", "f/shop/close", "--signature", "github"},
		{path, "--flow", "f/shop/close", "--signature", "github", "--key-env", "NOT_SET"},
		{path, "--flow", "f/shop/close", "--key-env", "SHOP_KEY"},
		{path, "--flow", "f/shop/close", "--header", "Authorization"},
	} {
		call(exitUsage, append([]string{"hooks", "add"}, wrong...)...)
	}
	if out := call(exitOK, "hooks", "--json"); out != "" {
		t.Errorf("after what was refused: %s", out)
	}
	made := call(exitOK, "hooks", "add", path, "--flow", "f/shop/close", "--signature", "github", "--key-env", "SHOP_KEY")
	if !strings.Contains(made, "http://127.0.0.1:8466/h/") || !strings.Contains(made, path+": on") || strings.Contains(made, "the signing key") {
		t.Errorf("made: %s", made)
	}
	if !strings.Contains(made, "Senders must sign as GitHub does") || strings.Contains(made, "may start the flow") {
		t.Errorf("of who may start it is told: %s", made)
	}
	if open := call(exitOK, "hooks", "add", path+"_open", "--flow", "f/shop/close"); !strings.Contains(open, "Who knows the address may start the flow.") {
		t.Errorf("of one without a signature is told: %s", open)
	}
	call(exitOK, "hooks", "remove", path+"_open")
	call(exitUsage, "hooks", "add", path, "--flow", "f/shop/close")
	r, err := engine.OpenReader(data)
	if err != nil {
		t.Fatal(err)
	}
	if sealed, err := r.HoldsSealed(); err != nil || !sealed {
		t.Errorf("the signing key does not count as sealed: %v", err)
	}
	r.Close()
	var line hookLine
	out := call(exitOK, "hooks", "--json")
	if err := json.Unmarshal([]byte(out), &line); err != nil || line.Path != path || !line.Enabled || !line.HasKey || line.Flow != "f/shop/close" || line.Address != "" || line.Signature.Kind != hook.GitHub {
		t.Errorf("as JSON: %s, %v", out, err)
	}
	call(exitOK, "hooks", "off", path)
	if out := call(exitOK, "hooks"); !strings.Contains(out, "off") || strings.Contains(out, "/h/") {
		t.Errorf("off: %s", out)
	}
	renewed := call(exitOK, "hooks", "renew", path)
	if !strings.Contains(renewed, "/h/") || strings.Contains(made, renewed[strings.Index(renewed, "/h/"):][:30]) {
		t.Errorf("renewed: %s", renewed)
	}
	call(exitOK, "hooks", "on", path)
	call(exitOK, "hooks", "remove", path)
	for _, verb := range []string{"on", "off", "renew", "remove"} {
		if out := call(exitUsage, "hooks", verb, path); !strings.Contains(out, "sluice hooks") {
			t.Errorf("%s of none: %s", verb, out)
		}
	}
}
