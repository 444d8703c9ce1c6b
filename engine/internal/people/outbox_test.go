package people

import (
	"os"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/health"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

type waitLonger struct{}

func (waitLonger) Error() string             { return "slow down" }
func (waitLonger) RetryAfter() time.Duration { return 10 * time.Minute }

func TestWhereAMailStandsAfterATry(t *testing.T) {
	now := time.Unix(1000, 0)
	for _, test := range []struct {
		reason string
		err    error
		state  run.MailState
		wait   time.Duration
		held   bool
	}{
		{"sent", nil, run.MailSent, 0, false},
		{"the first back-off", fault.New(codeLater, "Later", ""), run.MailQueued, 30 * time.Second, false},
		{"the provider says how long", fault.Because(waitLonger{}, codeLater, "Later", ""), run.MailQueued, 10 * time.Minute, false},
		{"the keyring is shut", fault.New(codeLocked, "Locked", ""), run.MailQueued, 30 * time.Second, false},
		{"the person must sign in", fault.New(health.CodeSignIn, "Sign in", ""), run.MailQueued, 0, true},
		{"it may have arrived", fault.New(codeUnknown, "Unknown", ""), run.MailUnknown, 0, false},
		{"refused", fault.New("mail.refused", "No", ""), run.MailFailed, 0, false},
		{"an error without words", os.ErrInvalid, run.MailFailed, 0, false},
	} {
		m := afterSend(sqlite.Mail{State: string(run.MailSending), Tries: 1}, now, "thread", test.err)
		if m.State != string(test.state) || m.Held != test.held || test.wait > 0 && m.Next != now.Add(test.wait).UnixNano() {
			t.Errorf("%s: %+v", test.reason, m)
		}
		if (m.State == string(run.MailSent)) != (m.Sent != 0) || test.err != nil && m.Title == "" {
			t.Errorf("%s: %+v", test.reason, m)
		}
	}
	if d := backOff(100); d != backOffMost {
		t.Errorf("backOff(100) = %v", d)
	}
}
