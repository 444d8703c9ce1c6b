package page

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/web"
)

// Options are what the public listener needs besides the engine. The
// zero value serves at the root of its host.
type Options struct {
	// Prefix returns the path under which the public address leads here, such
	// as "/sluice". It may change while the listener runs.
	Prefix func() string
	// Origin returns scheme and host of the public address,
	// "https://flows.example"; "" if unknown. A form sent from there is not
	// foreign even if a tunnel rewrote the Host header.
	Origin func() string
	// Conditions calls look with what tells for one look at the form of a request which
	// fields are shown (showExpr). Its error says that this could not be told now. nil:
	// all are shown.
	Conditions func(ctx context.Context, a run.Approval, look func(flow.Show)) error
	// Forms are the forms that start something; nil: there are none.
	Forms Forms
	// Now is the clock. Its location is the zone in which times are shown.
	Now    func() time.Time
	Logger *slog.Logger
}

// public is the listener that the world may reach.
type public struct {
	approvals Approvals
	opt       Options
	tokens    *pageTokens
	formKeys  formKeys
	rates     web.Rates   // of what comes to forms
	busy      web.Slots   // held while the engine is asked and a page is drawn, never while anybody is waited for
	bodies    *web.Bodies // places are held while a body comes in
	shared    *web.Bodies // and one that comes by an address that many have
	taken     *web.Places // held while an answer is taken
	script    bool        // steps reach it and people do not
}

// Handler returns the handler of the public listener: approval pages, the
// resume and cancel addresses, and the echo of the address self-test. Every
// other path is an empty 404 page.
func Handler(a Approvals, opt Options) http.Handler { return newPublic(a, opt) }

// StepVotes returns a handler for the resume and cancel addresses where steps reach
// it and people do not. Its rules are those of Handler, but that it takes no vote by
// a link that was made for a person, and notes that a script voted.
func StepVotes(a Approvals, log *slog.Logger) http.Handler {
	p := newPublic(a, Options{Logger: log})
	p.script = true
	return p
}

func newPublic(a Approvals, opt Options) *public {
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
	bodies, shared := web.NewBodies(maxBodies, maxLarge, linkMany), web.NewBodies(maxBodies, maxLarge, formMany)
	bodies.Drain, shared.Drain = maxDrain, maxDrain
	return &public{approvals: a, opt: opt, tokens: newPageTokens(), formKeys: formKeys{own: newTokenKey()}, busy: make(web.Slots, web.MaxBusy), bodies: bodies, shared: shared, taken: web.NewPlaces(maxTaken, maxTaken)}
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
	if r.ContentLength != 0 {
		h.Set("Connection", "close") // until it was read: an answer else waits for the rest of the body
	}
	out := web.NewReply(w)
	p.serveMended(out, r)
	out.Send(r, p.taken)
}

// serveMended makes the answer.
func (p *public) serveMended(out *web.Reply, r *http.Request) {
	defer p.mend(out, r)
	p.serve(out, r)
}

// work does what asks the engine or draws a page, as one of at most web.MaxBusy at
// once and within web.EngineTime, and reports whether there was a place.
func (p *public) work(r *http.Request, do func(*http.Request)) bool {
	if !p.busy.Take() {
		return false
	}
	defer p.busy.Free()
	ctx, cancel := context.WithTimeout(r.Context(), web.EngineTime)
	defer cancel()
	do(r.WithContext(ctx))
	return true
}

// mend turns a panic of a handler into a page with a code that the log has too.
func (p *public) mend(w *web.Reply, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	code := rand.Text()[:8]
	p.opt.Logger.Error("a page panicked", "code", code, "panic", withoutSecret(r, v), "stack", string(debug.Stack()))
	w.Drop()
	p.message(w, r, http.StatusInternalServerError, textUnexpected(code))
}

// route is where a request wants to go.
type route struct {
	kind       string // "page", "resume", "cancel", "form", "health"; "" for nowhere
	secret     string
	job, nonce string // of a resume or cancel address
	key        string // of what was sent by a form
}

// fits reports whether the address is one of the link.
func (to route) fits(l run.Link) bool { return to.kind == "page" || web.OfLink(l, to.job, to.nonce) }

// serve goes by the route of a path as it came and, if it leads nowhere, without
// the configured prefix: some proxies strip it and some do not.
func (p *public) serve(w http.ResponseWriter, r *http.Request) {
	routeOf := p.routeOf
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
		p.nowhere(w, r)
	case to.kind == "form":
		p.start(w, r, to)
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", allow)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		if to.kind == "health" {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			io.WriteString(w, to.secret)
			return
		}
		if !p.work(r, func(r *http.Request) { p.show(w, r, to) }) {
			p.fail(w, r, web.ErrBusy)
		}
	case r.Method == http.MethodPost && to.kind == "page":
		p.decide(w, r, to.secret)
	case r.Method == http.MethodPost && to.kind != "health":
		p.program(w, r, to)
	default:
		w.Header().Set("Allow", allow)
		p.message(w, r, http.StatusMethodNotAllowed, textMethod)
	}
}

// routeOf reads a path: /a/{secret}, /f/{secret}, /f/{secret}/{key}, /health/{nonce} or
// /api/w/{ws}/jobs_u/{resume|cancel}/{job}/{resume_id}/{secret}.
func (p *public) routeOf(path string) route {
	s := strings.Split(path, "/")
	last := s[len(s)-1]
	if !web.WordLike(last) {
		return route{}
	}
	switch {
	case len(s) == 3 && s[0] == "" && s[1] == "a":
		return route{kind: "page", secret: last}
	case p.opt.Forms != nil && (len(s) == 3 || len(s) == 4) && s[0] == "" && s[1] == "f" && web.WordLike(s[2]) && len(s[2]) == formSecret:
		to := route{kind: "form", secret: s[2]}
		if len(s) == 4 {
			to.key = last
		}
		return to
	case len(s) == 3 && s[0] == "" && s[1] == "health" && len(last) <= 64:
		return route{kind: "health", secret: last}
	case len(s) == 9 && s[0] == "" && s[1] == "api" && s[2] == "w" && s[4] == "jobs_u" && (s[5] == "resume" || s[5] == "cancel"):
		return route{kind: s[5], secret: last, job: s[6], nonce: s[7]}
	}
	return route{}
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
