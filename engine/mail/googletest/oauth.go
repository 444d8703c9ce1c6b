package googletest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// SendScope is the permission to send mail.
const SendScope = "https://www.googleapis.com/auth/gmail.send"

// grant is what a code stands for.
type grant struct {
	redirect, challenge string
	lasting             bool
	scope               string
}

var consentPage = template.Must(template.New("consent").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sign in with a Google of this computer</title>
<style>body{font:16px system-ui;max-width:420px;margin:60px auto}button{font:inherit;padding:8px 18px;margin-right:8px}</style>
<h1>Sluice wants to send mail</h1>
<p>This stands in for Google. You would be {{.Email}}.</p>
<form method="post" action="/auth">
{{range $k, $v := .Query}}<input type="hidden" name="{{$k}}" value="{{index $v 0}}">{{end}}
<button id="allow" name="answer" value="allow">Allow</button>
<button id="refuse" name="answer" value="refuse">Refuse</button>
</form></html>`))

// problem checks a request for permission as Google does.
func problem(q url.Values) string {
	redirect, err := url.Parse(q.Get("redirect_uri"))
	scopes := strings.Fields(q.Get("scope"))
	switch {
	case q.Get("client_id") != ClientID:
		return "invalid_client"
	case err != nil || redirect.Scheme != "http" || redirect.Hostname() != "127.0.0.1" || redirect.Port() == "":
		return "redirect_uri_mismatch"
	case q.Get("response_type") != "code":
		return "unsupported_response_type"
	case q.Get("state") == "":
		return "state is missing"
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		return "invalid_request: PKCE with S256 is needed"
	case len(scopes) != 3 || scopes[0] != SendScope || scopes[1] != "openid" || scopes[2] != "email":
		return "more or less is asked for than sending and the address: " + q.Get("scope")
	}
	return ""
}

func (g *Google) authorize(w http.ResponseWriter, r *http.Request) {
	if p := problem(r.URL.Query()); p != "" {
		http.Error(w, "Access blocked: "+p, http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	consentPage.Execute(w, map[string]any{"Email": Email, "Query": r.URL.Query()})
}

func (g *Google) consent(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || problem(r.PostForm) != "" {
		http.Error(w, "Access blocked", http.StatusBadRequest)
		return
	}
	f := r.PostForm
	answer := url.Values{"state": {f.Get("state")}}
	if f.Get("answer") == "allow" {
		code := rand.Text()
		g.mu.Lock()
		scope := "openid https://www.googleapis.com/auth/userinfo.email"
		if g.sendScope {
			scope += " " + SendScope
		}
		g.codes[code] = grant{
			redirect: f.Get("redirect_uri"), challenge: f.Get("code_challenge"), scope: scope,
			lasting: g.lasting && f.Get("access_type") == "offline" && f.Get("prompt") == "consent",
		}
		g.mu.Unlock()
		answer.Set("code", code)
		answer.Set("scope", scope)
	} else {
		answer.Set("error", "access_denied")
	}
	http.Redirect(w, r, f.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

// token trades codes and refresh tokens for access tokens.
func (g *Google) token(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	refuse := func(status int, code string) {
		answer(w, status, map[string]any{"error": code, "error_description": "as the test wants it"})
	}
	if g.exchangeStatus != 0 {
		refuse(g.exchangeStatus, "internal_failure")
		return
	}
	if err := r.ParseForm(); err != nil {
		refuse(http.StatusBadRequest, "invalid_request")
		return
	}
	f := r.PostForm
	if f.Get("client_id") != ClientID || f.Get("client_secret") != ClientSecret {
		refuse(http.StatusUnauthorized, "invalid_client")
		return
	}
	out := map[string]any{"token_type": "Bearer", "expires_in": int(g.lifetime / time.Second)}
	switch f.Get("grant_type") {
	case "authorization_code":
		c, ok := g.codes[f.Get("code")]
		delete(g.codes, f.Get("code"))
		sum := sha256.Sum256([]byte(f.Get("code_verifier")))
		if !ok || c.redirect != f.Get("redirect_uri") || c.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
			refuse(http.StatusBadRequest, "invalid_grant")
			return
		}
		out["scope"] = c.scope
		if c.lasting {
			out["refresh_token"] = g.newRefresh()
		}
	case "refresh_token":
		if g.refusesGrants || !g.refresh[f.Get("refresh_token")] {
			refuse(http.StatusBadRequest, "invalid_grant")
			return
		}
		g.refreshes++
		out["scope"] = SendScope + " openid https://www.googleapis.com/auth/userinfo.email"
	default:
		refuse(http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	out["access_token"] = g.newAccess()
	answer(w, http.StatusOK, out)
}

func (g *Google) newAccess() string {
	t := "access-" + rand.Text()
	g.access[t] = time.Now().Add(g.lifetime)
	return t
}

func (g *Google) newRefresh() string {
	t := "refresh-" + rand.Text()
	g.refresh[t] = true
	return t
}

// allowed checks the bearer token of a request; the caller holds mu.
func (g *Google) allowed(r *http.Request) bool {
	t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	end, known := g.access[t]
	return ok && known && time.Now().Before(end)
}

func (g *Google) userInfo(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.allowed(r) {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_request"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"sub": "1", "email": Email, "email_verified": true})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
