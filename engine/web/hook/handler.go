package hook

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/hook"
	"sluice/engine/web"
)

// Options are what the addresses need besides the engine.
type Options struct {
	// Base returns the public address, to build the addresses of runs.
	Base func() string
	// Prefix returns the path under which the public address leads here.
	Prefix func() string
	Now    func() time.Time
	Logger *slog.Logger
}

// Limits of what strangers can make us hold.
const (
	maxBodies  = 512      // bodies being read at once
	maxLarge   = 32       // large ones among them
	maxHeld    = 16 << 20 // bytes of large bodies from their first to where their run is on disk, where each is there a few times
	hookBodies = 256      // bodies being read at once that come to one address
	maxTaken   = 256      // answers being taken at once
	maxQueue   = 512      // small deliveries that wait for the engine
	maxWaiting = 256      // answers that wait for the end of a run
)

const (
	queueTime = 10 * time.Second // how long a delivery waits for the engine
	waitMost  = 60               // seconds that an answer waits for the end of a run
	waitSync  = 30               // and where nothing is said
	takeTime  = 40 * time.Second // for an answer to be taken that came late
)

// Handler serves the addresses of webhooks.
type Handler struct {
	hooks   Hooks
	next    http.Handler
	opt     Options
	rates   web.Rates
	busy    web.Slots // held while the engine is asked
	queue   web.Slots
	waiting web.Slots
	bodies  *web.Bodies
	taken   *web.Places
	ended   chan struct{} // closed by End
	end     sync.Once
}

// New returns a Handler that leaves to next what is not for a webhook.
func New(hooks Hooks, next http.Handler, opt Options) *Handler {
	if opt.Prefix == nil {
		opt.Prefix = func() string { return "" }
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Logger == nil {
		opt.Logger = slog.Default()
	}
	return &Handler{
		hooks: hooks, next: next, opt: opt,
		busy: make(web.Slots, web.MaxBusy), queue: make(web.Slots, maxQueue), waiting: make(web.Slots, maxWaiting),
		bodies: web.NewBodies(maxBodies, maxLarge, hookBodies).Within(maxHeld, maxBodies), taken: web.NewPlaces(maxTaken, maxTaken), ended: make(chan struct{}),
	}
}

// End answers whoever waits for the end of a run that it goes on, and lets nobody wait any
// more.
func (h *Handler) End() { h.end.Do(func() { close(h.ended) }) }

// route is where a request goes.
type route struct {
	secret string
	run    string // whose standing is asked for; "" where one is to be started
	token  bool   // the secret came as a token, to one of Windmill's addresses
	flow   string // that is to be started by it
	result bool   // for which the answer waits
}

// routeOf reads a path: /h/SECRET or /h/SECRET/RUN, or one of Windmill's.
func routeOf(path string, r *http.Request) (to route, ok bool) {
	s := strings.Split(path, "/")
	if len(s) < 3 || s[0] != "" {
		return to, false
	}
	if s[1] == "api" {
		return tokenRoute(s[2:], r)
	}
	if len(s) > 4 || s[1] != "h" || !web.WordLike(s[2]) {
		return to, false
	}
	if len(s) == 4 {
		if !web.WordLike(s[3]) {
			return to, false
		}
		to.run = s[3]
	}
	to.secret = s[2]
	return to, true
}

// ServeHTTP answers, or leaves it to the next handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	to, ok := routeOf(r.URL.Path, r)
	if prefix := "/" + strings.Trim(h.opt.Prefix(), "/"); !ok && prefix != "/" {
		if rest, cut := strings.CutPrefix(r.URL.Path, prefix); cut {
			to, ok = routeOf(rest, r)
		}
	}
	if !ok {
		h.next.ServeHTTP(w, r)
		return
	}
	head := w.Header()
	out := web.NewReply(w)
	if r.ContentLength != 0 {
		head.Set("Connection", "close") // until it was read: an answer else waits for the rest of the body
	}
	mine := h.answer(out, r, to)
	if !mine {
		head.Del("Connection")
		h.next.ServeHTTP(w, r)
		return
	}
	if head.Get("Content-Type") == "" {
		head.Set("Content-Type", "application/json")
	}
	head.Set("Cache-Control", "no-store")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("X-Robots-Tag", "noindex, nofollow")
	head.Set("X-Content-Type-Options", "nosniff")
	out.Send(r, h.taken)
}

// answer makes the answer, unless there is no webhook there.
func (h *Handler) answer(w *web.Reply, r *http.Request, to route) (mine bool) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler {
			panic(v)
		}
		code := rand.Text()[:8]
		h.opt.Logger.Error("a webhook panicked", "code", code, "panic", strings.ReplaceAll(fmt.Sprint(v), to.secret, "…"), "stack", string(debug.Stack()))
		w.Drop()
		mine = true
		say(w, http.StatusInternalServerError, refusal{Code: string(fault.Unexpected), Message: "Something unexpected happened. Code: " + code})
	}()
	var at hook.Opened
	err := h.work(r, func(ctx context.Context) (err error) {
		at, err = h.hooks.OpenHook(ctx, to.secret)
		return err
	})
	c := call{h: h, w: w, r: r, hook: at, route: to}
	switch {
	case err != nil:
	case to.token:
		err = c.serveToken()
	default:
		err = c.serve()
	}
	if fault.HasCode(err, "hook.unknown") {
		w.Drop()
		if to.token {
			web.WriteText(w, http.StatusUnauthorized, "Not authorized: no webhook that is on has this token.")
		}
		return to.token
	}
	if err != nil {
		c.refuse(err)
	}
	return true
}

// work does what asks the engine, as one of at most web.MaxBusy at once, for which it waits a
// while.
func (h *Handler) work(r *http.Request, do func(ctx context.Context) error) error {
	if !h.busy.Take() {
		if !h.queue.Take() { // large ones are few: see maxHeld
			return web.ErrBusy
		}
		defer h.queue.Free()
		late := time.NewTimer(queueTime)
		defer late.Stop()
		select {
		case h.busy <- struct{}{}:
		case <-late.C:
			return web.ErrBusy
		case <-r.Context().Done():
			return web.ErrBusy
		}
	}
	defer h.busy.Free()
	// Who hangs up does not undo what they asked for.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), web.EngineTime)
	defer cancel()
	return do(ctx)
}

// call is one request to the address of a webhook that is on.
type call struct {
	h    *Handler
	w    *web.Reply
	r    *http.Request
	hook hook.Opened
	route
}

func (c call) serve() error {
	run := c.run
	allow := "POST, OPTIONS"
	if c.hook.Get || run != "" {
		allow = "GET, POST, OPTIONS"
	}
	if run != "" {
		allow = "GET, HEAD, OPTIONS"
	}
	switch m := c.r.Method; {
	case m == http.MethodOptions:
		c.w.Header().Set("Allow", allow)
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	case run != "" && (m == http.MethodGet || m == http.MethodHead):
		return c.limited("status "+c.hook.Path, c.status)
	case run == "" && (m == http.MethodPost || m == http.MethodGet && c.hook.Get):
		return c.limited(c.hook.Path, c.deliver)
	}
	c.w.Header().Set("Allow", allow)
	return fault.Newf("hook.method", "Nothing was started. Send it by POST.", "%s does nothing here", c.r.Method)
}

// limited does something unless there is too much of it.
func (c call) limited(key string, do func() error) error {
	rate, burst := c.hook.Limits()
	if wait := c.h.rates.Take(key, rate, burst, c.h.opt.Now()); wait > 0 {
		c.w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		return fault.New("hook.rate", "Too much comes to this webhook", "Nothing was started. Try again later.")
	}
	return do()
}

// deliver starts a run for what came.
func (c call) deliver() error {
	wait, err := c.wait()
	if err != nil {
		return err
	}
	receipt, o, err := c.begin(wait)
	switch {
	case err != nil:
		return err
	case o.Over():
		a := c.answer(o)
		a.Repeated = receipt.Repeated
		say(c.w, codeOf(o), a)
	case receipt.Repeated:
		say(c.w, http.StatusOK, answer{Run: receipt.Run, Status: c.address(receipt.Run), Repeated: true})
	default:
		say(c.w, http.StatusAccepted, answer{Run: receipt.Run, Status: c.address(receipt.Run)})
	}
	return nil
}

// begin starts a run for what came, and waits a while for its end: over is how it ended, if
// it did so in time.
func (c call) begin(wait time.Duration) (receipt hook.Receipt, over hook.Outcome, err error) {
	if c.r.ContentLength > web.MaxBody {
		return receipt, over, web.ErrTooLarge
	}
	raw, free, err := c.body()
	defer free()
	if err != nil {
		return receipt, over, err
	}
	var after int64
	err = c.h.work(c.r, func(ctx context.Context) error {
		if err := c.h.hooks.CheckDelivery(ctx, c.hook, c.r.Header.Get, raw); err != nil {
			return err
		}
		d, err := read(c.r, raw, c.hook.Hook)
		if err != nil {
			return err
		}
		if c.token {
			c.asWindmill(&d)
		}
		if wait > 0 {
			if after, err = c.h.hooks.LastEntry(ctx); err != nil {
				return err
			}
		}
		receipt, err = c.h.hooks.Deliver(ctx, c.hook, d)
		return err
	})
	raw = nil
	free()
	if err == nil && wait > 0 && c.h.waiting.Take() {
		defer c.h.waiting.Free()
		over = c.await(receipt, wait, after)
	}
	return receipt, over, err
}

// body is what came; free may be called more than once.
func (c call) body() (raw []byte, free func(), err error) {
	if c.token && c.r.Method == http.MethodGet {
		raw, err = payload(c.r)
		return raw, func() {}, err
	}
	raw, free, err = c.h.bodies.Hold(c.w, c.r, c.hook.Path)
	return raw, sync.OnceFunc(free), err
}

// answer is what a sender is told.
type answer struct {
	Run      string          `json:"run"`
	Status   string          `json:"status"` // the address that tells how it stands
	State    string          `json:"state,omitempty"`
	Outcome  string          `json:"outcome,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    json.RawMessage `json:"error,omitempty"`
	TooLarge bool            `json:"too_large,omitempty"`
	Repeated bool            `json:"repeated,omitempty"`
}

func (c call) answer(o hook.Outcome) answer {
	return answer{Run: o.Run, Status: c.address(o.Run), State: o.Status, Outcome: o.Outcome, Result: o.Result, Error: o.Error, TooLarge: o.TooLarge}
}

func (c call) address(run string) string {
	return strings.TrimRight(c.h.opt.Base(), "/") + "/h/" + c.secret + "/" + run
}

// waitName is the name in the query that says how long the answer waits.
const waitName = "wait"

// wait is how long the answer waits for the end of the run.
func (c call) wait() (time.Duration, error) {
	text := c.r.URL.Query().Get(waitName)
	n := 0
	switch {
	case text != "":
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 0 || n > waitMost {
			return 0, fault.Newf("hook.wait", "Nothing was started.", "wait is a number of seconds, %d at most", waitMost)
		}
	case c.hook.Sync:
		n = waitSync
	}
	return time.Duration(n) * time.Second, nil
}

// await tells how a run ended, if it does so in time.
func (c call) await(receipt hook.Receipt, wait time.Duration, after int64) hook.Outcome {
	rc := http.NewResponseController(c.w)
	rc.SetReadDeadline(time.Time{}) // else it would end the wait; not every writer of a test has deadlines
	rc.SetWriteDeadline(time.Now().Add(wait + takeTime))
	ctx, cancel := context.WithTimeout(c.r.Context(), wait)
	defer cancel()
	go func() {
		select {
		case <-c.h.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	o, err := c.h.hooks.AwaitHook(ctx, c.hook, receipt.Run, after)
	if err != nil {
		return hook.Outcome{} // the run is on disk, and its address tells more
	}
	return o
}

// codeOf is the status of an answer that tells an end: 200 where the flow did what it was
// to do.
func codeOf(o hook.Outcome) int {
	switch o.Outcome {
	case "succeeded", "skipped":
		return http.StatusOK
	}
	return http.StatusUnprocessableEntity
}

// status tells how a run stands.
func (c call) status() error {
	o, err := c.standing()
	if err == nil {
		say(c.w, http.StatusOK, c.answer(o))
	}
	return err
}

// standing asks how a run stands.
func (c call) standing() (o hook.Outcome, err error) {
	err = c.h.work(c.r, func(ctx context.Context) (err error) {
		o, err = c.h.hooks.HookOutcome(ctx, c.hook, c.run)
		return err
	})
	return o, err
}

// refusal is what a sender is told of what was not started.
type refusal struct {
	Code    string        `json:"code"`
	Message string        `json:"message"`
	Fields  []fieldAnswer `json:"fields,omitempty"`
}

type fieldAnswer struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// refuse says why nothing was started.
func (c call) refuse(err error) {
	code := web.CodeOf(err)
	f := fault.From(err)
	is := refusal{Code: string(code), Message: web.Sentence(f.Title, f.Hint)}
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, web.ErrTooLarge):
		status, is = http.StatusRequestEntityTooLarge, refusal{Code: "hook.large", Message: "The body is larger than 1 MB. Nothing was started."}
	case errors.Is(err, web.ErrIncomplete):
		status, is = http.StatusBadRequest, refusal{Code: "hook.incomplete", Message: "The body did not arrive whole. Nothing was started."}
	default:
		switch code {
		case "hook.body", "hook.key", "hook.query", "hook.wait":
			status = http.StatusBadRequest
		case "hook.signature":
			status = http.StatusUnauthorized
		case "hook.scope":
			status = http.StatusForbidden
		case "run.unknown":
			status, is.Message = http.StatusNotFound, "This webhook has no such run."
		case "hook.method":
			status = http.StatusMethodNotAllowed
		case "hook.conflict":
			status = http.StatusConflict
		case "hook.kind":
			status = http.StatusUnsupportedMediaType
		case "hook.deep":
			status = http.StatusUnprocessableEntity
		case "flow.input":
			status = http.StatusUnprocessableEntity
			is.Message = "What came does not fit the flow. Nothing was started."
			var form interface{ Fields() []flow.FieldError }
			if !errors.As(err, &form) {
				is.Message = f.Title + ". Nothing was started."
				break
			}
			for _, e := range form.Fields() {
				is.Fields = append(is.Fields, fieldAnswer{strings.Join(e.Path, "."), e.Message})
			}
		case "hook.rate":
			status = http.StatusTooManyRequests
		case "engine.busy":
			status, is.Message = http.StatusServiceUnavailable, "Sluice is busy. Try again in a few seconds; with an Idempotency-Key nothing starts twice."
			c.w.Header().Set("Retry-After", "5")
		case "engine.disk", "engine.disk_full", "engine.damaged", "engine.replaced", "engine.unreadable", "hook.failed", "hook.key_missing":
			status = http.StatusServiceUnavailable
			c.w.Header().Set("Retry-After", "60")
			if strings.HasPrefix(string(code), "engine.") {
				is.Message = "Nothing can be recorded now. Nothing was started. Try again later."
			}
		default:
			id := rand.Text()[:8]
			c.h.opt.Logger.Error("a webhook went wrong", "code", id, "hook", c.hook.Path, "err", err)
			is.Code, is.Message = string(fault.Unexpected), "Something unexpected happened. Code: "+id
		}
	}
	whole := is.Message
	for _, f := range is.Fields {
		whole += "\n" + f.Field + ": " + f.Message
	}
	if c.run == "" && c.hook.Path != "" && code != "hook.result" {
		c.h.hooks.NoteRefusal(c.hook, strings.Join(strings.Fields(strings.Replace(whole, nothing, "", 1)), " "))
	}
	if c.token {
		is.Message = whole
		web.WriteText(c.w, status, is.Message)
		return
	}
	say(c.w, status, is)
}

// say writes an answer as JSON.
func say(w http.ResponseWriter, code int, v any) {
	if is, ok := v.(refusal); ok {
		v = map[string]refusal{"error": is}
	}
	b, err := json.Marshal(v)
	if err != nil { // a result that is no JSON cannot have been stored
		b = []byte(`{}`)
	}
	w.WriteHeader(code)
	w.Write(append(b, '\n'))
}

// queryOf is the query of an address, without what is meant for us.
func queryOf(u *url.URL) (map[string][]string, error) {
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fault.Because(err, "hook.body", "The query of the address cannot be read", "Nothing was started.")
	}
	for name, values := range q {
		if !utf8.ValidString(name + strings.Join(values, "")) {
			return nil, noText("the query's field", name)
		}
	}
	delete(q, waitName)
	delete(q, tokenName)
	return q, nil
}
