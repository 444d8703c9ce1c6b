package mail

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/mail/googletest"
)

// shelf keeps accounts in memory.
type shelf struct {
	mu    sync.Mutex
	m     map[string]flow.Account
	saves int
}

func (s *shelf) Account(_ context.Context, path string) (flow.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.m[path]
	if !ok {
		return a, fault.Newf("resource.unknown", "", "There is no resource %s", path)
	}
	return a, nil
}

func (s *shelf) SaveAccount(_ context.Context, a flow.Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[a.Path] = a
	s.saves++
	return nil
}

func clientOf(g *googletest.Google) Client {
	return Client{ID: googletest.ClientID, Secret: googletest.ClientSecret, Endpoints: Endpoints{
		Auth: g.AuthURL(), Token: g.TokenURL(), UserInfo: g.UserInfoURL(), Gmail: g.GmailURL(),
	}}
}

// office is a Google, an account of it that is signed in, and a sender.
func office(t *testing.T) (*googletest.Google, *shelf, *Sender) {
	t.Helper()
	g := googletest.Start()
	t.Cleanup(g.Close)
	access, refresh := g.Grant()
	sh := &shelf{m: map[string]flow.Account{"u/me/gmail": {
		Path: "u/me/gmail", Email: googletest.Email, Token: access, Refresh: refresh, Expiry: time.Now().Add(time.Hour),
	}}}
	return g, sh, &Sender{Accounts: sh, Client: func(context.Context) (Client, error) { return clientOf(g), nil }}
}

func TestSendThroughGmail(t *testing.T) {
	g, sh, s := office(t)
	id, err := s.Send(t.Context(), refund())
	if err != nil {
		t.Fatal(err)
	}
	again := refund()
	again.Thread, again.MessageID = id, "<0194@sluice.local>"
	id2, err := s.Send(t.Context(), again)
	if err != nil {
		t.Fatal(err)
	}
	got := g.Messages()
	if len(got) != 2 || id != got[0].Thread || id2 != id || got[1].Thread != id {
		t.Fatalf("ids %q and %q, messages %+v", id, id2, got)
	}
	m := got[0]
	if m.From != googletest.Email || m.To != "dana@acme.example" || m.Subject != "Refund 120 € for Mia Berg?" ||
		!strings.Contains(m.Text, refund().Page) || !strings.Contains(m.HTML, refund().Page) || m.Header.Get("Message-Id") != "<0193@sluice.local>" {
		t.Errorf("message %+v", m)
	}
	if g.Refreshes() != 0 || sh.saves != 0 {
		t.Errorf("%d refreshes of a fresh token, %d saves", g.Refreshes(), sh.saves)
	}

	g.ForgetThreads() // the person deleted the conversation
	if _, err := s.Send(t.Context(), again); err != nil || len(g.Messages()) != 3 {
		t.Errorf("after the thread is gone: %v, %d messages", err, len(g.Messages()))
	}
}

func TestRefresh(t *testing.T) {
	for name, spoil := range map[string]func(g *googletest.Google, a *flow.Account){
		"expired by the clock": func(_ *googletest.Google, a *flow.Account) { a.Expiry = time.Now().Add(30 * time.Second) },
		"died early":           func(g *googletest.Google, _ *flow.Account) { g.ExpireTokens() },
		"never had one":        func(_ *googletest.Google, a *flow.Account) { a.Token, a.Expiry = "", time.Time{} },
	} {
		t.Run(name, func(t *testing.T) {
			g, sh, s := office(t)
			a := sh.m["u/me/gmail"]
			old := a.Token
			spoil(g, &a)
			sh.m["u/me/gmail"] = a
			if _, err := s.Send(t.Context(), refund()); err != nil {
				t.Fatal(err)
			}
			now := sh.m["u/me/gmail"]
			if now.Token == old || now.Refresh != a.Refresh || !fresh(now) || g.Refreshes() != 1 || len(g.Messages()) != 1 {
				t.Errorf("account %+v after %d refreshes, %d messages", now, g.Refreshes(), len(g.Messages()))
			}
		})
	}
}

// TestOneRefreshForAll: many mails that find the token dead ask once.
func TestOneRefreshForAll(t *testing.T) {
	g, sh, s := office(t)
	a := sh.m["u/me/gmail"]
	a.Expiry = time.Now()
	sh.m["u/me/gmail"] = a
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.Send(t.Context(), refund()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if g.Refreshes() != 1 || len(g.Messages()) != 8 {
		t.Errorf("%d refreshes, %d messages", g.Refreshes(), len(g.Messages()))
	}
}

func TestSendTroubles(t *testing.T) {
	quota := googletest.TooMany
	quota.RetryAfter = "120"
	inWords := googletest.TooMany
	inWords.Message = "User-rate limit exceeded.  Retry after " + time.Now().Add(90*time.Second).UTC().Format(time.RFC3339Nano)
	for _, tt := range []struct {
		name    string
		trouble googletest.Trouble
		code    fault.Code
		after   time.Duration // about
		taken   int           // messages that Google has
	}{
		{"429 with a time", quota, "mail.later", 120 * time.Second, 0},
		{"429 with the time in words", inWords, "mail.later", 90 * time.Second, 0},
		{"429", googletest.TooMany, "mail.later", 0, 0},
		{"403 rate limit", googletest.RateLimited, "mail.later", 0, 0},
		{"403 daily limit", googletest.Trouble{Status: 403, Reason: "dailyLimitExceeded"}, "mail.later", 0, 0},
		{"503", googletest.Unavailable, "mail.later", 0, 0},
		{"500", googletest.Trouble{Status: 500, Reason: "backendError"}, "mail.later", 0, 0},
		{"bad address", googletest.BadAddress, "mail.refused", 0, 0},
		{"forbidden for another reason", googletest.Trouble{Status: 403, Reason: "domainPolicy", Message: "Denied by the domain"}, "mail.refused", 0, 0},
		{"scope missing", googletest.Trouble{Status: 403, Reason: "insufficientPermissions"}, "mail.signin", 0, 0},
		{"API off", googletest.Trouble{Status: 403, Reason: "accessNotConfigured"}, "mail.client", 0, 0},
		{"too large", googletest.Trouble{Status: 413, Reason: "uploadTooLarge"}, "mail.refused", 0, 0},
		{"dropped after it was taken", googletest.Dropped, "mail.unknown", 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, _, s := office(t)
			g.Next(tt.trouble)
			_, err := s.Send(t.Context(), refund())
			if !fault.HasCode(err, tt.code) {
				t.Fatalf("error %v, want %s", err, tt.code)
			}
			var later interface{ RetryAfter() time.Duration }
			var after time.Duration
			if errors.As(err, &later) {
				after = later.RetryAfter()
			}
			if after > tt.after || after < tt.after-5*time.Second {
				t.Errorf("retry after %v, want %v", after, tt.after)
			}
			if e := fault.From(err); e.Title == "" || e.Hint == "" {
				t.Errorf("no words: %+v", e)
			}
			if n := len(g.Messages()); n != tt.taken {
				t.Errorf("%d messages, want %d: a mail is handed over once", n, tt.taken)
			}
		})
	}
}

// TestNoAnswerInTime: Google has the mail and is silent.
func TestNoAnswerInTime(t *testing.T) {
	g, _, s := office(t)
	g.Next(googletest.Stalled)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		g.Wait(ctx, 1) // the shutdown comes while the answer is awaited
		cancel()
	}()
	_, err := s.Send(ctx, refund())
	if !fault.HasCode(err, "mail.unknown") || len(g.Messages()) != 1 {
		t.Errorf("error %v, %d messages", err, len(g.Messages()))
	}

	g.Next(googletest.Stalled)
	s.Timeout = 50 * time.Millisecond
	if _, err := s.Send(t.Context(), refund()); !fault.HasCode(err, "mail.unknown") {
		t.Errorf("timeout: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	g, sh, s := office(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := "http://" + l.Addr().String() + "/"
	l.Close()
	s.Client = func(context.Context) (Client, error) {
		c := clientOf(g)
		c.Endpoints.Gmail, c.Endpoints.Token = gone, gone
		return c, nil
	}
	if _, err := s.Send(t.Context(), refund()); !fault.HasCode(err, "mail.later") {
		t.Errorf("send: %v", err)
	}
	a := sh.m["u/me/gmail"]
	a.Expiry = time.Time{}
	sh.m["u/me/gmail"] = a
	if _, err := s.Send(t.Context(), refund()); !fault.HasCode(err, "mail.later") {
		t.Errorf("refresh: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Send(ctx, refund()); !fault.HasCode(err, "mail.later") {
		t.Errorf("shut down before anything was written: %v", err)
	}
}

func TestTokenTroubles(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(g *googletest.Google, s *Sender, a *flow.Account)
		code  fault.Code
	}{
		{"revoked", func(g *googletest.Google, _ *Sender, _ *flow.Account) { g.Revoke() }, "mail.signin"},
		{"another secret", func(g *googletest.Google, s *Sender, a *flow.Account) {
			c := clientOf(g)
			c.Secret, a.Expiry = "old", time.Time{}
			s.Client = func(context.Context) (Client, error) { return c, nil }
		}, "mail.client"},
		{"no client", func(_ *googletest.Google, s *Sender, a *flow.Account) {
			s.Client = func(context.Context) (Client, error) { return Client{}, nil }
		}, "mail.client"},
		{"no way to a client", func(_ *googletest.Google, s *Sender, a *flow.Account) { s.Client = nil }, "mail.client"},
		{"no refresh token", func(_ *googletest.Google, _ *Sender, a *flow.Account) { a.Refresh, a.Expiry = "", time.Time{} }, "mail.signin"},
		{"token service down", func(g *googletest.Google, _ *Sender, a *flow.Account) {
			a.Expiry = time.Time{}
			g.BreakTokenService(503)
		}, "mail.later"},
		{"unknown account", func(_ *googletest.Google, _ *Sender, a *flow.Account) { a.Path = "u/me/other" }, "resource.unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, sh, s := office(t)
			a := sh.m["u/me/gmail"]
			tt.spoil(g, s, &a)
			sh.m = map[string]flow.Account{a.Path: a}
			_, err := s.Send(t.Context(), refund())
			if !fault.HasCode(err, tt.code) || len(g.Messages()) != 0 {
				t.Errorf("error %v, %d messages", err, len(g.Messages()))
			}
		})
	}
}

func TestFreshToken(t *testing.T) {
	g, sh, s := office(t)
	sh.m["u/me/practice"] = Practice("u/me/practice")
	if tok, err := s.FreshToken(t.Context(), "u/me/practice"); tok != "practice" || err != nil {
		t.Errorf("practice: %q, %v", tok, err)
	}
	a := sh.m["u/me/gmail"]
	if tok, err := s.FreshToken(t.Context(), "u/me/gmail"); tok != a.Token || err != nil {
		t.Errorf("fresh: %q, %v", tok, err)
	}
	a.Expiry = time.Now()
	sh.m["u/me/gmail"] = a
	if tok, err := s.FreshToken(t.Context(), "u/me/gmail"); tok == a.Token || tok != sh.m["u/me/gmail"].Token || err != nil {
		t.Errorf("stale: %q, %v", tok, err)
	}
	g.Revoke()
	a.Expiry = time.Now()
	sh.m["u/me/gmail"] = a
	if tok, err := s.FreshToken(t.Context(), "u/me/gmail"); tok != "" || !fault.HasCode(err, "mail.signin") {
		t.Errorf("revoked: %q, %v", tok, err)
	}
}

func TestAccountTest(t *testing.T) {
	g, sh, s := office(t)
	a := sh.m["u/me/gmail"]
	if err := s.Test(t.Context(), a); err != nil || len(g.Messages()) != 0 {
		t.Errorf("%v, %d messages", err, len(g.Messages()))
	}
	if now := sh.m["u/me/gmail"]; now.Token == a.Token || now.Refresh != a.Refresh {
		t.Errorf("the token that was asked for is lost: %+v", now)
	}
	if err := s.Test(t.Context(), Practice("u/me/practice")); err != nil {
		t.Error(err)
	}
	g.Revoke()
	if err := s.Test(t.Context(), a); !fault.HasCode(err, "mail.signin") {
		t.Errorf("revoked: %v", err)
	}
}

func TestPractice(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outbox")
	sh := &shelf{m: map[string]flow.Account{"u/me/practice": Practice("u/me/practice")}}
	s := &Sender{Accounts: sh, Outbox: dir}
	m := refund()
	m.Account, m.ID = "u/me/practice", "../../evil\x00id"
	id, err := s.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	again := m
	again.Thread, again.ID = id, "0194"
	if id2, err := s.Send(t.Context(), again); err != nil || id2 != id {
		t.Errorf("thread %q, %v", id2, err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 2 {
		t.Fatalf("files %v, %v", names, err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil || filepath.Ext(name) != ".eml" {
			t.Fatal(name, err)
		}
		h, parts := read(t, raw)
		if h.Get("From") != "<"+practiceAddress+">" || len(parts) != 2 || !strings.Contains(parts[0].Body, m.Page) {
			t.Errorf("%v %v", h, parts)
		}
		if st, _ := os.Stat(name); st.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, st.Mode())
		}
	}

	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, outbox := range []string{"", file} {
		s.Outbox = outbox
		if _, err := s.Send(t.Context(), m); !fault.HasCode(err, "mail.later") {
			t.Errorf("outbox %q: %v", outbox, err)
		}
	}
}
