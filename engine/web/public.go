package web

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// PublicOptions are what the public listener needs besides the engine. The
// zero value serves at the root of its host.
type PublicOptions struct {
	// Prefix returns the path under which the public address leads here, such
	// as "/sluice". It may change while the listener runs.
	Prefix func() string
	// Origin returns scheme and host of the public address,
	// "https://flows.example"; "" if unknown. A form sent from there is not
	// foreign even if a tunnel rewrote the Host header.
	Origin func() string
	// Conditions returns what tells for one look at a form which fields are shown
	// (showExpr); nil: all are.
	Conditions func(ctx context.Context) flow.Show
	// Now is the clock. Its location is the zone in which times are shown.
	Now    func() time.Time
	Logger *slog.Logger
}

// engineTime is how long a page waits for the engine before it says "busy".
const engineTime = 15 * time.Second

// public is the listener that the world may reach.
type public struct {
	approvals Approvals
	opt       PublicOptions
	tokens    *pageTokens
	busy      slots
	bodies    slots
	links     linkSlots
	script    bool // steps reach it and people do not
}

// Public returns the handler of the public listener: approval pages, the
// resume and cancel addresses, and the echo of the address self-test. Every
// other path is an empty 404 page.
func Public(a Approvals, opt PublicOptions) http.Handler { return newPublic(a, opt) }

// StepVotes returns a handler for the resume and cancel addresses where steps reach
// it and people do not. Its rules are those of Public, but that it takes no vote by
// a link that was made for a person, and notes that a script voted.
func StepVotes(a Approvals, log *slog.Logger) http.Handler {
	p := newPublic(a, PublicOptions{Logger: log})
	p.script = true
	return p
}

func newPublic(a Approvals, opt PublicOptions) *public {
	if opt.Prefix == nil {
		opt.Prefix = func() string { return "" }
	}
	if opt.Origin == nil {
		opt.Origin = func() string { return "" }
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Logger == nil {
		opt.Logger = slog.Default()
	}
	return &public{approvals: a, opt: opt, tokens: newPageTokens(),
		busy: make(slots, maxBusy), bodies: make(slots, maxBodies)}
}

// ServeHTTP guards and routes. What leaves here has the headers that keep the
// secret in the address from leaking.
func (p *public) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("X-Content-Type-Options", "nosniff")
	defer p.mend(w, r)
	if !p.busy.take() {
		p.fail(w, r, errBusy)
		return
	}
	defer p.busy.free()
	ctx, cancel := context.WithTimeout(r.Context(), engineTime)
	defer cancel()
	p.serve(w, r.WithContext(ctx))
}

// mend turns a panic of a handler into a page with a code that the log has too.
func (p *public) mend(w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	code := rand.Text()[:8]
	p.opt.Logger.Error("a page panicked", "code", code, "panic", withoutSecret(r, v), "stack", string(debug.Stack()))
	p.message(w, r, http.StatusInternalServerError, textUnexpected(code))
}

// route is where a request wants to go.
type route struct {
	kind   string // "page", "resume", "cancel", "health"; "" for nowhere
	secret string
	// Of a resume or cancel address. They must be those of the link: what the
	// address names is what the vote is for, and whoever has only the link of a
	// page cannot make of it an address that takes votes without the page.
	job, nonce string
}

// fits reports whether the address is one of the link.
func (to route) fits(l run.Link) bool {
	return to.kind == "page" || to.job == l.Job && to.nonce == strconv.FormatUint(uint64(l.Nonce), 10)
}

// serve goes by the route of a path as it came and, if it leads nowhere, without
// the configured prefix: some proxies strip it and some do not.
func (p *public) serve(w http.ResponseWriter, r *http.Request) {
	to := routeOf(r.URL.Path)
	if prefix := "/" + strings.Trim(p.opt.Prefix(), "/"); to.kind == "" && prefix != "/" {
		if rest, ok := strings.CutPrefix(r.URL.Path, prefix); ok {
			to = routeOf(rest)
		}
	}
	allow := "GET, HEAD, POST, OPTIONS"
	if to.kind == "health" {
		allow = "GET, HEAD, OPTIONS"
	}
	switch {
	case to.kind == "":
		p.message(w, r, http.StatusNotFound, textNowhere)
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", allow)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		if to.kind == "health" {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			io.WriteString(w, to.secret)
			return
		}
		p.show(w, r, to)
	case r.Method == http.MethodPost && to.kind == "page":
		p.decide(w, r, to.secret)
	case r.Method == http.MethodPost && to.kind != "health":
		p.program(w, r, to)
	default:
		w.Header().Set("Allow", allow)
		p.message(w, r, http.StatusMethodNotAllowed, textMethod)
	}
}

// routeOf reads a path: /a/{secret}, /health/{nonce} or
// /api/w/{ws}/jobs_u/{resume|cancel}/{job}/{resume_id}/{secret}.
func routeOf(path string) route {
	s := strings.Split(path, "/")
	last := s[len(s)-1]
	if !wordLike(last) {
		return route{}
	}
	switch {
	case len(s) == 3 && s[0] == "" && s[1] == "a":
		return route{kind: "page", secret: last}
	case len(s) == 3 && s[0] == "" && s[1] == "health" && len(last) <= 64:
		return route{kind: "health", secret: last}
	case len(s) == 9 && s[0] == "" && s[1] == "api" && s[2] == "w" && s[4] == "jobs_u" && (s[5] == "resume" || s[5] == "cancel"):
		return route{kind: s[5], secret: last, job: s[6], nonce: s[7]}
	}
	return route{}
}

// wordLike keeps everything but secrets and nonces from the engine.
func wordLike(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}

// Errors of reading a body.
var (
	errTooLarge   = errors.New("body too large")
	errBusy       = fault.New("engine.busy", "Sluice is busy", "")
	errIncomplete = errors.New("body incomplete")
	// errOtherLink answers an address put together of two links, like any other
	// that is not known.
	errOtherLink = fault.New("link.unknown", "This link is not known", "")
)

// body reads the whole body of a request by a link within the limit. One link gets
// few places, so that who has one cannot keep all others from answering by sending
// slowly; a small body needs no further place.
func (p *public) body(w http.ResponseWriter, r *http.Request, secret string) ([]byte, error) {
	if !p.links.take(secret) {
		return nil, errBusy
	}
	defer p.links.free(secret)
	b, err := io.ReadAll(io.LimitReader(r.Body, smallBody))
	if err == nil && len(b) == smallBody {
		if !p.bodies.take() {
			return nil, errBusy
		}
		defer p.bodies.free()
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1-smallBody))
		b = append(b, rest...)
	}
	if err != nil {
		return nil, errIncomplete
	}
	if len(b) > maxBody {
		io.CopyN(io.Discard, r.Body, maxDrain)
		w.Header().Set("Connection", "close")
		return nil, errTooLarge
	}
	return b, nil
}

// foreign reports whether a browser says that the form came from another site.
// Under our own no-referrer policy browsers send "Origin: null", so that says
// nothing; the page token is what decides then.
func (p *public) foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "":
	default:
		return true
	}
	o := r.Header.Get("Origin")
	if o == "" || o == "null" || o == p.opt.Origin() {
		return false
	}
	u, err := url.Parse(o)
	return err != nil || u.Host != r.Host
}
