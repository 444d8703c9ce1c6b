package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/mail"
	"sluice/ui"
)

// accounts gives the mail adapter the gmail resources of the engine.
type accounts struct{ h *server }

// Account reads a gmail resource with its tokens.
func (a accounts) Account(ctx context.Context, path string) (flow.Account, error) {
	var acc flow.Account
	r, err := a.h.eng.FullResource(ctx, path)
	if err != nil {
		return acc, err
	}
	if err := json.Unmarshal(r.Value, &acc); err != nil {
		return acc, fault.Because(err, "resource.form", fmt.Sprintf("The resource %s is not a Gmail account", path), "Delete it and sign in again under Resources.")
	}
	acc.Path = path
	return acc, nil
}

// SaveAccount stores refreshed tokens.
func (a accounts) SaveAccount(ctx context.Context, acc flow.Account) error {
	v, err := json.Marshal(acc)
	if err != nil {
		return err
	}
	r := flow.Resource{Path: acc.Path, Type: "gmail", Value: v, Summary: acc.Email + ", may send mail", State: flow.ResourceConnected}
	if acc.Practice {
		r.Summary, r.State = "Practice account, mails go to the Outbox", flow.ResourcePractice
	}
	return a.h.eng.PutResource(ctx, r)
}

// SignIn is ui.Accounts: it opens the browser for Google's sign-in and stores
// the account.
func (h *server) SignIn(ctx context.Context, path string, opened func(again func())) error {
	c, err := h.client(ctx)
	if err != nil {
		return err
	}
	acc, err := mail.SignIn(ctx, c, func(authURL string) error {
		if opened != nil {
			opened(func() {
				if err := mail.OpenBrowser(authURL); err != nil {
					h.log.Error("open browser", "err", err)
				}
			})
		}
		return mail.OpenBrowser(authURL)
	})
	if err != nil {
		return err
	}
	acc.Path = path
	return accounts{h}.SaveAccount(ctx, acc)
}

// client is the OAuth client of the settings. SLUICE_GOOGLE names another server
// that speaks Google's protocol, for tests: its addresses are /auth, /token,
// /userinfo and the Gmail API at its root.
func (h *server) client(ctx context.Context) (c mail.Client, err error) {
	if c.ID, err = h.eng.Setting(ctx, ui.SettingClientID); err != nil {
		return c, err
	}
	if c.Secret, err = h.eng.Setting(ctx, ui.SettingClientSecret); err != nil {
		return c, err
	}
	if base := os.Getenv("SLUICE_GOOGLE"); base != "" {
		c.Endpoints = mail.Endpoints{Auth: base + "/auth", Token: base + "/token", UserInfo: base + "/userinfo", Gmail: base + "/"}
	}
	return c, nil
}

// testResource tries a resource out. Only accounts can be tried so far.
func (h *server) testResource(ctx context.Context, r flow.Resource) error {
	if r.Type != "gmail" {
		return fault.Newf("resource.untested", "It is used as it stands. A step that uses it shows whether it works.", "There is no test for resources of type %q", r.Type)
	}
	acc, err := accounts{h}.Account(ctx, r.Path)
	if err != nil || acc.Practice {
		return err
	}
	return h.sender.Test(ctx, acc)
}

// refreshResource gives a script a Gmail token that works now. Where Google
// refuses one, the script gets the old one: a step that only asks by mail must
// not fail for it, its mails wait in the outbox until the person signs in.
func (h *server) refreshResource(ctx context.Context, r flow.Resource) (flow.Raw, error) {
	var acc flow.Account
	if r.Type != "gmail" || json.Unmarshal(r.Value, &acc) != nil || acc.Practice {
		return nil, nil
	}
	if _, err := h.sender.FreshToken(ctx, r.Path); err != nil {
		h.log.Warn("no fresh token", "resource", r.Path, "err", err)
		return nil, nil
	}
	fresh, err := h.eng.FullResource(ctx, r.Path)
	if err != nil || bytes.Equal(fresh.Value, r.Value) {
		return nil, err
	}
	return fresh.Value, nil
}
