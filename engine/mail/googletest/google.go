// Package googletest is a small Google for tests: the page where a person
// allows or refuses, the token service with its checks, the user's address, and
// Gmail's send. It speaks HTTP on 127.0.0.1 and keeps what was sent.
package googletest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// The OAuth client that a Google knows, and whose account it is.
const (
	ClientID     = "1042123456-sluicetest.apps.googleusercontent.com"
	ClientSecret = "GOCSPX-not-confidential"
	Email        = "ops@acme.example"
)

// Google is one running stand-in. Its methods are safe for concurrent use.
type Google struct {
	server *httptest.Server
	stop   chan struct{} // ends stalled answers

	mu       sync.Mutex
	codes    map[string]grant     // authorization codes that were not used
	access   map[string]time.Time // access tokens and their end
	refresh  map[string]bool
	threads  map[string]bool
	messages []Message
	troubles []Trouble // for the next sends, in order
	arrived  chan struct{}

	lasting        bool // refresh tokens are given
	sendScope      bool // may be granted
	refusesGrants  bool
	refreshes      int
	lifetime       time.Duration
	exchangeStatus int // of the token service, if not 200
}

// Start runs a Google until Close.
func Start() *Google {
	g := &Google{
		stop: make(chan struct{}), codes: map[string]grant{}, access: map[string]time.Time{}, refresh: map[string]bool{},
		threads: map[string]bool{}, arrived: make(chan struct{}), lasting: true, sendScope: true, lifetime: time.Hour,
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /auth", g.authorize)
	mux.HandleFunc("POST /auth", g.consent)
	mux.HandleFunc("POST /token", g.token)
	mux.HandleFunc("GET /userinfo", g.userInfo)
	mux.HandleFunc("POST /gmail/v1/users/me/messages/send", g.send)
	g.server = httptest.NewServer(mux)
	return g
}

// Close stops it, stalled answers included.
func (g *Google) Close() {
	close(g.stop)
	g.server.CloseClientConnections()
	g.server.Close()
}

// AuthURL is where the browser goes to sign in.
func (g *Google) AuthURL() string { return g.server.URL + "/auth" }

// TokenURL is the token service.
func (g *Google) TokenURL() string { return g.server.URL + "/token" }

// UserInfoURL tells the address of a token's person.
func (g *Google) UserInfoURL() string { return g.server.URL + "/userinfo" }

// GmailURL is the base address of Gmail's API.
func (g *Google) GmailURL() string { return g.server.URL + "/" }

// Grant returns an access and a refresh token as a finished sign-in would.
func (g *Google) Grant() (access, refresh string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.newAccess(), g.newRefresh()
}

// Revoke takes the permission back, as the person can at any time: access
// tokens answer 401, refreshing answers invalid_grant.
func (g *Google) Revoke() {
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.access)
	g.refusesGrants = true
}

// ExpireTokens ends all access tokens; refreshing works.
func (g *Google) ExpireTokens() {
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.access)
}

// GiveNoRefreshToken makes sign-ins good for one hour only.
func (g *Google) GiveNoRefreshToken() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lasting = false
}

// GrantNoSending makes the person leave the box for sending mail empty.
func (g *Google) GrantNoSending() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sendScope = false
}

// BreakTokenService makes the token service answer with a status; 0 mends it.
func (g *Google) BreakTokenService(status int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.exchangeStatus = status
}

// Refreshes returns how often a token was refreshed.
func (g *Google) Refreshes() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refreshes
}
