package engine

import (
	"context"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// Whoever waits for the mails of a run that is over hears when they were tried,
// and which did not go out.
func TestUnsentWaitsForMailsOfARunThatIsOver(t *testing.T) {
	f := newFixture(t).open()
	let := make(chan struct{})
	f.world.OnMail(func(ctx context.Context, m run.Mail) (string, error) {
		select {
		case <-let:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		switch m.To {
		case "nobody@acme.example":
			return "", fault.New("mail.refused", "The server refused this address", "Look at the address.")
		case "later@acme.example":
			return "", fault.New("mail.later", "The server is busy", "It is tried again.")
		}
		return m.ID, nil
	})
	f.addAccount(false)
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		c, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		if err != nil {
			return nil, err
		}
		return nil, f.SendMail(ctx, c, run.MailRequest{Account: "u/me/gmail", To: []string{"dana@acme.example", "nobody@acme.example", "later@acme.example"}, Subject: "Done"})
	})
	id := f.start(script("a", ""))
	f.untilDone(id)

	short, cancel := context.WithTimeout(bg, time.Nanosecond)
	defer cancel()
	left, err := f.Unsent(short, id)
	if err != nil || len(left) != 3 || left[0].To != "dana@acme.example" || left[0].Title != "" {
		t.Errorf("before they are tried: %+v, %v", left, err)
	}
	close(let)
	left, err = f.Unsent(bg, id)
	if err != nil || len(left) != 2 {
		t.Fatalf("after they were tried: %+v, %v", left, err)
	}
	if m := left[0]; m.To != "nobody@acme.example" || m.State != run.MailFailed || m.Title != "The server refused this address" {
		t.Errorf("refused: %+v", m)
	}
	if m := left[1]; m.To != "later@acme.example" || m.State != run.MailQueued || m.Title != "The server is busy" {
		t.Errorf("put off: %+v", m)
	}
}
