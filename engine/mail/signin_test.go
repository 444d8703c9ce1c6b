package mail

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/mail/googletest"
)

// person is somebody at a browser, as far as HTTP goes. It returns the last
// page.
func person(t *testing.T, authURL, answer string) (status int, body string) {
	t.Helper()
	u, err := url.Parse(authURL)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	form := u.Query()
	form.Set("answer", answer)
	u.RawQuery = ""
	res, err := http.PostForm(u.String(), form)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	return res.StatusCode, text(t, res)
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func TestSignIn(t *testing.T) {
	g := googletest.Start()
	defer g.Close()
	var page string
	seen := make(chan struct{})
	acc, err := SignIn(t.Context(), clientOf(g), func(authURL string) error {
		go func() {
			defer close(seen)
			_, page = person(t, authURL, "allow")
		}()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	<-seen
	if acc.Email != googletest.Email || acc.Token == "" || acc.Refresh == "" || !fresh(acc) || acc.Practice || acc.Path != "" {
		t.Errorf("account %+v", acc)
	}
	if !strings.Contains(page, "You are signed in") || !strings.Contains(page, googletest.Email) || !strings.Contains(page, "You can close this window") {
		t.Errorf("page %s", page)
	}
	if strings.Contains(page, acc.Token) || strings.Contains(page, acc.Refresh) {
		t.Error("the page shows a token")
	}
	// The account works.
	acc.Path = "u/me/gmail"
	s := &Sender{Accounts: &shelf{m: map[string]flow.Account{acc.Path: acc}}, Client: func(context.Context) (Client, error) { return clientOf(g), nil }}
	if _, err := s.Send(t.Context(), refund()); err != nil {
		t.Error(err)
	}
}

func TestSignInFails(t *testing.T) {
	for _, tt := range []struct {
		name   string
		spoil  func(g *googletest.Google, c *Client)
		answer string
		code   fault.Code
		page   string
	}{
		{"refused", func(*googletest.Google, *Client) {}, "refuse", "mail.signin_refused", "told not to let Sluice"},
		{"sending not ticked", func(g *googletest.Google, _ *Client) { g.GrantNoSending() }, "allow", "mail.signin_scope", "tick it"},
		{"no refresh token", func(g *googletest.Google, _ *Client) { g.GiveNoRefreshToken() }, "allow", "mail.signin_failed", "one hour only"},
		{"wrong secret", func(_ *googletest.Google, c *Client) { c.Secret = "wrong" }, "allow", "mail.client", "does not accept the client id"},
		{"token service broken", func(g *googletest.Google, _ *Client) { g.BreakTokenService(500) }, "allow", "mail.signin_failed", "did not complete"},
		{"token service not there", func(_ *googletest.Google, c *Client) { c.Endpoints.Token = "http://127.0.0.1:1/" }, "allow", "mail.later", "cannot be reached"},
		{"token service talks nonsense", func(g *googletest.Google, c *Client) { c.Endpoints.Token = g.UserInfoURL() }, "allow", "mail.signin_failed", "did not complete"},
		{"no address", func(g *googletest.Google, c *Client) { c.Endpoints.UserInfo = g.AuthURL() }, "allow", "mail.signin_failed", "whose account"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := googletest.Start()
			defer g.Close()
			c := clientOf(g)
			tt.spoil(g, &c)
			var page string
			seen := make(chan struct{})
			acc, err := SignIn(t.Context(), c, func(authURL string) error {
				go func() {
					defer close(seen)
					_, page = person(t, authURL, tt.answer)
				}()
				return nil
			})
			<-seen
			if !fault.HasCode(err, tt.code) || acc.Token != "" {
				t.Errorf("error %v, account %+v", err, acc)
			}
			if !strings.Contains(page, tt.page) || !strings.Contains(page, "You can close this window") {
				t.Errorf("page %s", page)
			}
		})
	}
}

func TestSignInWithoutClient(t *testing.T) {
	_, err := SignIn(t.Context(), Client{ID: " "}, func(string) error {
		t.Error("the browser was opened")
		return nil
	})
	if !fault.HasCode(err, "mail.client") {
		t.Error(err)
	}
}

func TestSignInWithoutBrowser(t *testing.T) {
	_, err := SignIn(t.Context(), Client{ID: "x"}, func(string) error { return errors.New("no browser") })
	if !fault.HasCode(err, "mail.browser") {
		t.Error(err)
	}
}

// TestSignInBehindASlowOpener: some systems say that the browser is open when
// it is closed again.
func TestSignInBehindASlowOpener(t *testing.T) {
	g := googletest.Start()
	defer g.Close()
	closed, seen := make(chan struct{}), make(chan struct{})
	defer func() { close(closed); <-seen }()
	acc, err := SignIn(t.Context(), clientOf(g), func(authURL string) error {
		defer close(seen)
		person(t, authURL, "allow")
		<-closed
		return nil
	})
	if err != nil || acc.Email != googletest.Email {
		t.Errorf("%+v, %v", acc, err)
	}
}

// TestSignInGivenUp: nobody comes back from the browser.
func TestSignInGivenUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := SignIn(ctx, Client{ID: "x"}, func(string) error { cancel(); return nil })
	if !fault.HasCode(err, "mail.signin_canceled") {
		t.Errorf("canceled: %v", err)
	}
	ctx, cancel = context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	_, err = SignIn(ctx, Client{ID: "x"}, func(string) error { return nil })
	if !fault.HasCode(err, "mail.signin_timeout") {
		t.Errorf("timed out: %v", err)
	}
}

// TestStrayRequests: what else may knock at the loopback address neither ends
// the sign-in nor gets anything out of it.
func TestStrayRequests(t *testing.T) {
	g := googletest.Start()
	defer g.Close()
	seen := make(chan struct{})
	acc, err := SignIn(t.Context(), clientOf(g), func(authURL string) error {
		u, err := url.Parse(authURL)
		if err != nil {
			return err
		}
		q := u.Query()
		back, state := q.Get("redirect_uri"), q.Get("state")
		if !strings.HasPrefix(back, "http://127.0.0.1:") || q.Get("prompt") != "consent" || q.Get("access_type") != "offline" || len(state) < 22 {
			t.Errorf("authorization address %s", authURL)
		}
		go func() {
			for _, stray := range []struct {
				method, url, host string
				status            int
			}{
				{"GET", back + "?code=x&state=" + state + "x", "", 400},
				{"GET", back + "?code=x", "", 400},
				{"GET", back + "?error=access_denied", "", 400},
				{"POST", back + "?code=x&state=" + state, "", 404},
				{"GET", strings.TrimSuffix(back, callbackPath) + "/?code=x&state=" + state, "", 404},
				{"GET", back + "?code=x&state=" + state, "evil.example", 404},
			} {
				req, err := http.NewRequest(stray.method, stray.url, nil)
				if err != nil {
					t.Error(err)
				}
				req.Host = stray.host
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Error(err)
					continue
				}
				if text(t, res); res.StatusCode != stray.status {
					t.Errorf("%s %s as %q: %d, want %d", stray.method, stray.url, stray.host, res.StatusCode, stray.status)
				}
			}
			person(t, authURL, "allow")
			close(seen)
		}()
		return nil
	})
	<-seen
	if err != nil || acc.Email != googletest.Email {
		t.Errorf("%+v, %v", acc, err)
	}
}
