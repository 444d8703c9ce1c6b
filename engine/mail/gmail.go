package mail

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
	gmail "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// Sender sends mails from the accounts it is given. It is safe for concurrent
// use.
type Sender struct {
	Accounts Accounts
	// Client returns the OAuth client for refreshing tokens, from the settings.
	Client func(ctx context.Context) (Client, error)
	// Outbox is the folder that practice mails are written to, as .eml files.
	Outbox string
	// Timeout bounds one request to Google; 0 means a minute.
	Timeout time.Duration

	mu sync.Mutex // one refresh at a time: a second one would waste the first's token
}

// Send sends one mail and returns the id of its thread, for later mails of the
// same request. The package comment names the codes of its errors.
func (s *Sender) Send(ctx context.Context, m run.Mail) (id string, err error) {
	acc, err := s.Accounts.Account(ctx, m.Account)
	if err != nil {
		return "", err
	}
	msg, err := Render(local(m), acc.Email)
	if err != nil {
		return "", err
	}
	if acc.Practice {
		return s.practice(m, msg)
	}
	c, err := s.client(ctx)
	if err != nil {
		return "", err
	}
	if acc, err = s.refresh(ctx, c, m.Account, ""); err != nil {
		return "", err
	}
	id, err = s.post(ctx, c, acc.Token, msg.Raw, m.Thread)
	if status(err) == http.StatusNotFound && m.Thread != "" {
		// The person has deleted the thread: the mail stands on its own.
		id, err = s.post(ctx, c, acc.Token, msg.Raw, "")
	}
	if status(err) == http.StatusUnauthorized {
		// The token died early. Google did nothing with the mail.
		if acc, err = s.refresh(ctx, c, m.Account, acc.Token); err != nil {
			return "", err
		}
		id, err = s.post(ctx, c, acc.Token, msg.Raw, m.Thread)
	}
	if err != nil {
		return "", classify(err, m.To, acc.Email)
	}
	return id, nil
}

// local shows times in the zone of this computer, the one its people know.
func local(m run.Mail) run.Mail {
	m.Deadline = m.Deadline.Local()
	return m
}

// FreshToken returns an access token that scripts may use now: "practice" for a
// practice account.
func (s *Sender) FreshToken(ctx context.Context, path string) (string, error) {
	acc, err := s.Accounts.Account(ctx, path)
	if err != nil {
		return "", err
	}
	if acc.Practice || fresh(acc) {
		return acc.Token, nil
	}
	c, err := s.client(ctx)
	if err != nil {
		return "", err
	}
	if acc, err = s.refresh(ctx, c, path, ""); err != nil {
		return "", err
	}
	return acc.Token, nil
}

// Test asks Google whether the account still works. It sends nothing.
func (s *Sender) Test(ctx context.Context, acc flow.Account) error {
	if acc.Practice {
		return nil
	}
	c, err := s.client(ctx)
	if err != nil {
		return err
	}
	tok, err := s.exchange(ctx, c, acc)
	if err != nil {
		return err
	}
	email, err := userInfo(ctx, c, tok.AccessToken)
	if err != nil {
		return err
	}
	if acc.Path == "" {
		return nil
	}
	acc = withToken(acc, tok)
	acc.Email = email
	return s.Accounts.SaveAccount(ctx, acc)
}

func (s *Sender) client(ctx context.Context) (Client, error) {
	if s.Client == nil {
		return Client{}, noClient()
	}
	c, err := s.Client(ctx)
	if err == nil && c.ID == "" {
		err = noClient()
	}
	return c, err
}

// refresh returns the account with a living token that is not the dead one,
// asking Google for one if need be, and saves it.
func (s *Sender) refresh(ctx context.Context, c Client, path, dead string) (flow.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.Accounts.Account(ctx, path) // another mail may have refreshed it
	if err != nil || fresh(acc) && acc.Token != dead {
		return acc, err
	}
	tok, err := s.exchange(ctx, c, acc)
	if err != nil {
		return acc, err
	}
	acc = withToken(acc, tok)
	if err := s.Accounts.SaveAccount(ctx, acc); err != nil {
		return acc, fmt.Errorf("save the account %s: %w", path, err)
	}
	return acc, nil
}

// exchange trades the refresh token for an access token.
func (s *Sender) exchange(ctx context.Context, c Client, acc flow.Account) (*oauth2.Token, error) {
	if acc.Refresh == "" {
		return nil, signIn(acc.Email, errors.New("the account has no refresh token"))
	}
	ctx, cancel := s.bound(ctx)
	defer cancel()
	tok, err := c.config("").TokenSource(staying(ctx), &oauth2.Token{RefreshToken: acc.Refresh}).Token()
	if err != nil {
		return nil, classifyToken(err, acc.Email)
	}
	return tok, nil
}

func (s *Sender) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	timeout := s.Timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	return context.WithTimeout(ctx, timeout)
}

// stay follows no redirect: the transport puts the token on whatever it sends,
// and secrets of the sign-in stand in bodies, so that they would go wherever an
// answer points. Google's services do not redirect.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// staying has package oauth2 follow no redirect.
func staying(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{CheckRedirect: stay})
}

// post hands the message to Google once.
func (s *Sender) post(ctx context.Context, c Client, token string, raw []byte, thread string) (string, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	client := &http.Client{Transport: &oauth2.Transport{
		Source: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token}), Base: afresh,
	}, CheckRedirect: stay}
	svc, err := gmail.NewService(ctx, option.WithHTTPClient(client), option.WithEndpoint(c.Endpoints.filled().Gmail))
	if err != nil {
		return "", fmt.Errorf("prepare gmail: %w", err)
	}
	// From the first byte on, Google may have taken the mail.
	var written atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaderField: func(string, []string) { written.Store(true) }})
	out, err := svc.Users.Messages.Send("me", &gmail.Message{
		Raw: base64.URLEncoding.EncodeToString(raw), ThreadId: thread,
	}).Fields("id", "threadId").Context(ctx).Do()
	if err != nil {
		if _, ok := errors.AsType[*googleapi.Error](err); !ok && written.Load() {
			return "", &unanswered{err}
		}
		return "", err
	}
	if out.ThreadId != "" {
		return out.ThreadId, nil
	}
	return out.Id, nil
}

// afresh opens a connection for every mail. A kept one may have died unnoticed,
// for example while a laptop slept, and a mail written to it would have to be
// told as unknown.
var afresh = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	return t
}()

// unanswered is the error of a request that was written and got no answer.
type unanswered struct{ err error }

func (u *unanswered) Error() string { return "no answer: " + u.err.Error() }
func (u *unanswered) Unwrap() error { return u.err }

// status returns the HTTP status that Google answered, 0 if it did not.
func status(err error) int {
	if e, ok := errors.AsType[*googleapi.Error](err); ok {
		return e.Code
	}
	return 0
}
