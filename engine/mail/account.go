package mail

import (
	"context"
	"time"

	"golang.org/x/oauth2"
	gmail "google.golang.org/api/gmail/v1"

	"sluice/engine/flow"
)

// Accounts keeps the accounts that mails go out from.
type Accounts interface {
	Account(ctx context.Context, path string) (flow.Account, error)
	SaveAccount(ctx context.Context, a flow.Account) error
}

// Client is the OAuth client, of type Desktop, that Google knows Sluice by.
type Client struct {
	ID, Secret string
	Endpoints  Endpoints
}

// Endpoints are the addresses of Google's services; an empty one means the
// real one.
type Endpoints struct {
	Auth, Token, UserInfo string
	Gmail                 string // base address of the API
}

func (e Endpoints) filled() Endpoints {
	fill := func(s *string, real string) {
		if *s == "" {
			*s = real
		}
	}
	fill(&e.Auth, "https://accounts.google.com/o/oauth2/v2/auth")
	fill(&e.Token, "https://oauth2.googleapis.com/token")
	fill(&e.UserInfo, "https://openidconnect.googleapis.com/v1/userinfo")
	fill(&e.Gmail, "https://gmail.googleapis.com/")
	return e
}

// scopes ask for no more than sending and knowing whose account it is.
var scopes = []string{gmail.GmailSendScope, "openid", "email"}

// config is c as the oauth2 package wants it.
func (c Client) config(redirect string) *oauth2.Config {
	e := c.Endpoints.filled()
	return &oauth2.Config{
		ClientID: c.ID, ClientSecret: c.Secret, RedirectURL: redirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: e.Auth, TokenURL: e.Token, AuthStyle: oauth2.AuthStyleInParams},
	}
}

// practiceAddress is where practice mails come from; the domain exists nowhere.
const practiceAddress = "practice@sluice.example"

// Practice returns the account of a practice resource: its mails stay on this
// computer.
func Practice(path string) flow.Account {
	return flow.Account{Path: path, Email: practiceAddress, Token: "practice", Practice: true}
}

// fresh reports whether an access token will live through the next request.
func fresh(a flow.Account) bool {
	return a.Token != "" && !a.Expiry.IsZero() && time.Until(a.Expiry) > time.Minute
}

// withToken returns a with a token that was just given.
func withToken(a flow.Account, t *oauth2.Token) flow.Account {
	a.Token, a.Expiry = t.AccessToken, t.Expiry
	if t.RefreshToken != "" {
		a.Refresh = t.RefreshToken
	}
	return a
}
