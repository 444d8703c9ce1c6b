package mail

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/pkg/browser"
	"golang.org/x/oauth2"
	gmail "google.golang.org/api/gmail/v1"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// signInLimit is how long a person may take in the browser.
const signInLimit = 5 * time.Minute

// SignIn lets a person sign in to Google in their browser and returns the
// account, without a path. opened is handed, on a goroutine of its own, the
// address to open once Sluice is ready for the answer; OpenBrowser is made for
// that. SignIn returns when the
// person is done, has refused, ctx ends, or after five minutes. Codes:
// mail.client, mail.browser, mail.signin_refused, mail.signin_timeout,
// mail.signin_canceled, mail.signin_scope, mail.signin_failed, mail.later.
func SignIn(ctx context.Context, c Client, opened func(authURL string) error) (flow.Account, error) {
	if strings.TrimSpace(c.ID) == "" {
		return flow.Account{}, noClient()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return flow.Account{}, fault.Because(err, "mail.signin_failed", "Sluice could not get ready for Google's answer",
			"Something on this computer forbids it to listen on 127.0.0.1. Nothing was changed.")
	}
	ctx, cancel := context.WithTimeout(ctx, signInLimit)
	defer cancel()
	v := &visit{
		ctx: ctx, client: c, host: l.Addr().String(), state: rand.Text(), verifier: oauth2.GenerateVerifier(),
		done: make(chan outcome, 1),
	}
	v.config = c.config("http://" + v.host + callbackPath)
	srv := &http.Server{Handler: v, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	served := make(chan struct{})
	go func() {
		defer close(served)
		srv.Serve(l) // ends with Close below
	}()
	defer func() {
		// Let the last page reach the browser, but do not wait for idle sockets.
		short, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		srv.Shutdown(short)
		srv.Close()
		<-served
	}()

	authURL := v.config.AuthCodeURL(v.state, oauth2.AccessTypeOffline, oauth2.ApprovalForce, oauth2.S256ChallengeOption(v.verifier))
	opening := make(chan error, 1)
	go func() { opening <- opened(authURL) }() // some systems return only when the browser is closed
	for {
		select {
		case err := <-opening:
			if err != nil {
				return flow.Account{}, fault.Because(err, "mail.browser", "The browser could not be opened",
					"Nothing was changed. Set a default browser and press Sign in with Google again.")
			}
		case o := <-v.done:
			return o.acc, o.err
		case <-ctx.Done():
			return flow.Account{}, gaveUp(ctx.Err())
		}
	}
}

// OpenBrowser opens an address in the system's browser.
func OpenBrowser(url string) error {
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	return browser.OpenURL(url)
}

func gaveUp(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fault.Because(err, "mail.signin_timeout", "Nobody signed in to Google in time",
			"Nothing was changed. Press Sign in with Google to try again. If Google showed an error instead (redirect_uri_mismatch, access blocked), the client's type must be Desktop app and you must be one of its test users.")
	}
	return fault.Because(err, "mail.signin_canceled", "The sign-in was stopped", "Nothing was changed.")
}

// outcome is how a sign-in ended.
type outcome struct {
	acc flow.Account
	err error
}

// visit waits on the loopback address for the browser to come back from Google.
type visit struct {
	ctx      context.Context // of the whole sign-in
	client   Client
	config   *oauth2.Config
	host     string
	state    string
	verifier string
	done     chan outcome
}

const callbackPath = "/google"

// ServeHTTP takes Google's answer. A request without our state is answered and
// otherwise ignored: a stray page on this computer must not end a sign-in.
func (v *visit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.URL.Path != callbackPath || r.Host != v.host {
		page(w, http.StatusNotFound, "Nothing here", "Sluice uses this address for a moment while somebody signs in to Google.")
		return
	}
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(v.state)) != 1 {
		page(w, http.StatusBadRequest, "This is not the sign-in that Sluice waits for", "It may come from an older tab. Close this window and use the newest one, or press Sign in with Google again.")
		return
	}
	acc, err := v.settle(q.Get("error"), q.Get("code"))
	if err != nil {
		e := fault.From(err)
		page(w, http.StatusOK, e.Title, e.Hint+" You can close this window.")
	} else {
		page(w, http.StatusOK, "You are signed in", acc.Email+" can send mails from Sluice now. You can close this window.")
	}
	select {
	case v.done <- outcome{acc, err}:
	default: // the page was loaded again; the first answer stands
	}
}

// settle turns Google's answer into an account.
func (v *visit) settle(refusal, code string) (flow.Account, error) {
	switch {
	case refusal == "access_denied":
		return flow.Account{}, fault.New("mail.signin_refused", "Google was told not to let Sluice send mail", "Nothing was changed. Press Sign in with Google to try again.")
	case refusal != "" || code == "":
		return flow.Account{}, fault.Newf("mail.signin_failed", "Nothing was changed. Press Sign in with Google to try again.", "Google ended the sign-in (%s)", clip(oneLine(refusal+" "), 60))
	}
	ctx, cancel := context.WithTimeout(v.ctx, time.Minute)
	defer cancel()
	tok, err := v.config.Exchange(staying(ctx), code, oauth2.VerifierOption(v.verifier))
	if err != nil {
		e, ok := errors.AsType[*oauth2.RetrieveError](err)
		switch {
		case !ok:
			return flow.Account{}, unreachable(err)
		case e.ErrorCode == "invalid_client" || e.ErrorCode == "unauthorized_client":
			return flow.Account{}, badClient(err)
		}
		return flow.Account{}, fault.Because(err, "mail.signin_failed", "Google did not complete the sign-in", "Nothing was changed. Press Sign in with Google to try again.")
	}
	if granted, ok := tok.Extra("scope").(string); ok && !slices.Contains(strings.Fields(granted), gmail.GmailSendScope) {
		return flow.Account{}, fault.New("mail.signin_scope", "Sluice was not allowed to send mail",
			"The box for sending mail was left empty on Google's page. Nothing was changed. Sign in again and tick it.")
	}
	if tok.RefreshToken == "" {
		return flow.Account{}, fault.New("mail.signin_failed", "Google gave a permission for one hour only",
			"Nothing was changed. Remove Sluice at myaccount.google.com/permissions, then sign in again.")
	}
	email, err := userInfo(ctx, v.client, tok.AccessToken)
	if err != nil {
		return flow.Account{}, err
	}
	return withToken(flow.Account{Email: email}, tok), nil
}

func unreachable(err error) error {
	return fault.Because(err, "mail.later", "Google cannot be reached", "Nothing was changed. Check the connection and try again.")
}

// userInfo asks Google whose token it is.
func userInfo(ctx context.Context, c Client, token string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Endpoints.filled().UserInfo, nil)
	if err != nil {
		return "", fmt.Errorf("ask for the address: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := (&http.Client{CheckRedirect: stay}).Do(req)
	if err != nil {
		return "", unreachable(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return "", unreachable(err)
	}
	var info struct {
		Email string `json:"email"`
	}
	if res.StatusCode == http.StatusOK {
		err = json.Unmarshal(body, &info)
	} else {
		err = fmt.Errorf("user info: status %d", res.StatusCode)
	}
	if err == nil {
		_, err = mail.ParseAddress(info.Email)
	}
	if err != nil {
		return "", fault.Because(err, "mail.signin_failed", "Google did not say whose account it is", "Nothing was changed. Press Sign in with Google to try again.")
	}
	return info.Email, nil
}
