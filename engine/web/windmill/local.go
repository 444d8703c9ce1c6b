package windmill

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/patience"
	"sluice/engine/run"
	"sluice/engine/web"
)

// Options are what the local listener needs besides the engine.
type Options struct {
	// Hosts tells which Host headers are ours. The zero value takes
	// 127.0.0.1, localhost and [::1] with any port. A page on the web whose
	// name was made to point at this computer sends another one.
	Hosts   func(host string) bool
	Version string // what /api/version answers; "Sluice" if empty
	Logger  *slog.Logger
}

// maxLocalBody bounds what a job may store in one call.
const maxLocalBody = 16 << 20

// local is the listener for the jobs of this computer. What it answers is in four
// parts: of runs as a caller may see them, of jobs, of starts, and of what is stored.
type local struct {
	*runs
	jobCalls
	startCalls
	storeCalls

	votes http.Handler
	mux   *http.ServeMux
	busy  web.Slots

	bodies *web.Places // held while a body comes in; a busy place is not
}

// runs are the runs of the engine, as a caller may see them.
type runs struct {
	api   API
	asked Requests
	opt   Options

	remembered recent[run.ID] // by the ids of jobs that are no runs
	progress   recent[int]    // by job; a hint for whoever asks, and lost with us
}

// The calls that tell of jobs, that start runs and wait for them, and that read and
// write what is stored by path.
type (
	jobCalls   struct{ *runs }
	startCalls struct{ *runs }
	storeCalls struct{ *runs }
)

// call is one call of a job.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	caller run.Caller

	sent []byte // the body
	lost error  // why it did not come whole
}

// Handler returns the handler of the local listener: the part of Windmill's API
// that clients in scripts call, and Sluice's own calls of hub scripts. Answers
// that tell of trouble are plain text, as there. asked is read for whoever has the
// secret of a link; votes takes what is posted to resume and cancel addresses, and
// decides whether a step may answer so (page.StepVotes).
func Handler(api API, asked Requests, votes http.Handler, opt Options) http.Handler {
	if opt.Hosts == nil {
		opt.Hosts = loopback
	}
	if opt.Version == "" {
		opt.Version = "Sluice"
	}
	if opt.Logger == nil {
		opt.Logger = slog.Default()
	}
	rs := &runs{api: api, asked: asked, opt: opt}
	rs.remembered.most, rs.progress.most = 1<<16, 1<<10
	l := &local{runs: rs, jobCalls: jobCalls{rs}, startCalls: startCalls{rs}, storeCalls: storeCalls{rs}, votes: votes, mux: http.NewServeMux(), busy: make(web.Slots, web.MaxBusy), bodies: web.NewPlaces(web.MaxBusy, web.MaxBusy)}
	l.routes()
	return l
}

func loopback(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	return name == "127.0.0.1" || name == "localhost" || name == "::1" || name == "[::1]"
}

// ServeHTTP keeps browsers out and turns panics into answers.
func (l *local) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			code := rand.Text()[:8]
			l.opt.Logger.Error("a call of a job panicked", "code", code, "panic", v)
			web.WriteText(w, http.StatusInternalServerError, "Something unexpected happened. Code: "+code)
		}
	}()
	switch {
	case !l.opt.Hosts(r.Host):
		web.WriteText(w, http.StatusForbidden, "This address is for the jobs of this computer; it is not served under that host name.")
		return
	case r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" && r.Header.Get("Sec-Fetch-Site") != "none":
		web.WriteText(w, http.StatusForbidden, "This address does not answer to web pages.")
		return
	case !l.busy.Take():
		w.Header().Set("Retry-After", "1")
		web.WriteText(w, http.StatusServiceUnavailable, "Too many calls at once. Try again.")
		return
	}
	long := &longCall{client: r.Context(), free: sync.OnceFunc(l.busy.Free), slow: func() { call{w: w}.slow() }}
	defer func() { long.free() }()
	ctx, cancel := long.inTime()
	defer cancel()
	if r.ContentLength != 0 {
		w.Header().Set("Connection", "close") // until it was read: an answer else waits for the rest of the body
	}
	r = r.WithContext(ctx)
	r.Body = http.MaxBytesReader(w, r.Body, maxLocalBody)
	l.mux.ServeHTTP(w, r)
}

// longCall is what a call that waits for a run or for its own body gives back and
// gets: it holds no slot of the busy ones, and ends with its client instead of after
// web.EngineTime.
type longCall struct {
	client context.Context
	free   func()
	slow   func()
}

type longCallKey struct{}

func longOf(r *http.Request) *longCall { return r.Context().Value(longCallKey{}).(*longCall) }

// inTime is the context of a call for as long as the engine may take. While nothing can be
// recorded, it lasts as long as the client does.
func (p *longCall) inTime() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.WithValue(p.client, longCallKey{}, p))
	end := time.AfterFunc(web.EngineTime, func() { cancel(context.DeadlineExceeded) })
	patient := patience.With(timed{ctx}, func() {
		end.Stop()
		p.free()
		p.slow()
	})
	return patient, func() { end.Stop(); cancel(nil) }
}

// timed is a context whose time is over where its cause says so.
type timed struct{ context.Context }

func (t timed) Err() error {
	if err := t.Context.Err(); err == nil || context.Cause(t.Context) != context.DeadlineExceeded {
		return err
	}
	return context.DeadlineExceeded
}

// long makes a call one that may take its time.
func (c call) long() context.Context {
	p := longOf(c.r)
	p.free()
	c.slow()
	return p.client
}

// receive waits for the body of a call by the job of a token, and then serves it. It
// needs a place for that which another may take over, and none at work.
func (l *local) receive(c call, token string, serve func(call) error) error {
	if c.r.ContentLength == 0 {
		return serve(c)
	}
	p := longOf(c.r)
	p.free()
	place := l.bodies.Take(token, func() { http.NewResponseController(c.w).SetReadDeadline(time.Unix(1, 0)) })
	defer place.Leave()
	c.sent, c.lost = io.ReadAll(place.Reader(c.r.Body))
	if !place.Leave() || !l.busy.Take() {
		return fault.New("engine.busy", "Too many calls at once", "Nothing was changed.")
	}
	p.free = sync.OnceFunc(l.busy.Free)
	if c.lost == nil {
		c.w.Header().Del("Connection")
	}
	ctx, cancel := p.inTime()
	defer cancel()
	c.r = c.r.WithContext(ctx)
	return serve(c)
}

// slow lifts the limits of the server on how long one answer may take.
func (c call) slow() {
	rc := http.NewResponseController(c.w)
	rc.SetReadDeadline(time.Time{}) // not every writer of a test has deadlines
	rc.SetWriteDeadline(time.Time{})
}

// handle serves a pattern to jobs with a valid token.
func (l *local) handle(pattern string, serve func(call) error) {
	l.open(pattern, l.known(serve))
}

// known lets a call pass that has the token of a running job.
func (l *local) known(serve func(call) error) func(call) error {
	return func(c call) error {
		token, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
		if token = strings.TrimSpace(token); !ok || token == "" {
			web.WriteText(c.w, http.StatusUnauthorized, "Not authorized: send the job's token as Authorization: Bearer …")
			return nil
		}
		caller, err := l.api.Caller(c.r.Context(), token)
		if err != nil {
			return err
		}
		c.caller = caller
		return l.receive(c, token, serve)
	}
}

// open serves a pattern to whoever reaches this listener.
func (l *local) open(pattern string, serve func(call) error) {
	l.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := serve(call{w: w, r: r}); err != nil {
			l.refuse(w, err)
		}
	})
}

// refuse turns an error into status and text as Windmill's clients expect them.
func (l *local) refuse(w http.ResponseWriter, err error) {
	e := fault.From(err)
	switch code := web.CodeOf(err); {
	case code == "api.token":
		web.WriteText(w, http.StatusUnauthorized, "Not authorized: "+web.Sentence(e.Title, e.Hint))
	case code == "api.other":
		web.WriteText(w, http.StatusForbidden, "Permission denied: "+web.Sentence(e.Title, e.Hint))
	case code == "api.large":
		web.WriteText(w, http.StatusRequestEntityTooLarge, web.Sentence(e.Title, e.Hint))
	case code == "engine.busy", code == "engine.closed":
		w.Header().Set("Retry-After", "1")
		web.WriteText(w, http.StatusServiceUnavailable, "Sluice is busy. Try again.")
	case code == "api.kind":
		web.WriteText(w, http.StatusUnsupportedMediaType, web.Sentence(e.Title, e.Hint))
	case code == "api.slow":
		web.WriteText(w, http.StatusInternalServerError, web.Sentence(e.Title, e.Hint))
	case strings.HasSuffix(string(code), ".unknown"):
		web.WriteText(w, http.StatusNotFound, "Not found: "+web.Sentence(e.Title, e.Hint))
	case code == fault.Unexpected:
		id := rand.Text()[:8]
		l.opt.Logger.Error("a call of a job went wrong", "code", id, "err", err)
		web.WriteText(w, http.StatusInternalServerError, "Something unexpected happened. Code: "+id)
	default:
		web.WriteText(w, http.StatusBadRequest, web.Sentence(e.Title, e.Hint))
	}
}

// read decodes the body into v. Unknown fields are Windmill's, and pass.
func (c call) read(v any) error {
	b, err := c.raw()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fault.Because(err, "api.body", "The body is not the JSON object that this call takes", "Nothing was changed.")
	}
	return nil
}

// raw reads the body as one JSON value; an empty one is null.
func (c call) raw() (json.RawMessage, error) {
	b := c.sent
	if c.lost != nil {
		return nil, bodyError(c.lost, "Nothing was changed.")
	}
	if len(strings.TrimSpace(string(b))) == 0 {
		return json.RawMessage("null"), nil
	}
	if !json.Valid(b) {
		return nil, fault.New("api.body", "The body is not JSON", "Nothing was changed.")
	}
	return b, nil
}

// bodyError tells why a body could not be read.
func bodyError(err error, kept string) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fault.Because(err, "api.large", "The body is larger than 16 MB", kept)
	}
	return fault.Because(err, "api.body", "The body did not arrive whole", kept)
}

// writeRaw answers with JSON text as it is.
func (c call) writeRaw(v json.RawMessage) error {
	c.w.Header().Set("Content-Type", "application/json")
	c.w.Write(orNull(v)) // if that goes wrong, the job that asked is gone
	return nil
}

// writeJSON answers with v.
func (c call) writeJSON(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.Write(b) // if that goes wrong, the job that asked is gone
	return nil
}

func (c call) writeText(code int, s string) error {
	c.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	c.w.WriteHeader(code)
	io.WriteString(c.w, s)
	return nil
}
