package engine

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/enginetest"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// asksByMail makes script "a" ask two people by mail.
func (f *fixture) asksByMail() {
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		c, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		if err != nil {
			return nil, err
		}
		req := run.MailRequest{
			Account: "u/me/gmail", To: []string{"Dana@acme.example", "li@acme.example", "dana@acme.example "},
			Subject: "Refund 120?", Ask: run.Ask{Question: "Refund 120 to Ann?"},
		}
		for range 2 { // the second time it is asked already
			if err := f.AskByMail(ctx, c, req); err != nil {
				return nil, err
			}
		}
		return 1, nil
	})
}

// untilMail waits until the outbox is as ok says.
func (f *fixture) untilMail(ok func(items []run.MailItem) bool) []run.MailItem {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(bg, 20*time.Second)
	defer cancel()
	for _, err := range f.Watch(ctx, 0) {
		if err != nil {
			f.t.Fatal(err)
		}
		items, err := f.Outbox(ctx, 1000)
		if err != nil {
			f.t.Fatal(err)
		}
		if ok(items) {
			return items
		}
	}
	f.t.Fatal("the outbox never came to be so")
	return nil
}

func all(items []run.MailItem, state run.MailState) bool {
	for _, m := range items {
		if m.State != state {
			return false
		}
	}
	return len(items) > 0
}

func TestAskByMailSendsEachPersonTheirOwnLink(t *testing.T) {
	f := newFixture(t)
	f.open()
	f.addAccount(false)
	f.asksByMail()
	id := f.start(script("a", gate1))
	f.untilWaiting(id)
	items := f.untilMail(func(items []run.MailItem) bool { return all(items, run.MailSent) })
	mails := f.world.Mails()
	if len(mails) != 2 || len(items) != 2 {
		t.Fatalf("%d mails were sent and %d are in the outbox, want 2", len(mails), len(items))
	}
	for i, to := range []string{"dana@acme.example", "li@acme.example"} {
		m := mails[i]
		if m.To != to || m.FlowName != "Refund" || m.Ask.Question != "Refund 120 to Ann?" || m.MessageID != "<"+m.ID+"@sluice.local>" || m.Deadline.IsZero() {
			t.Errorf("mail %+v", m)
		}
		a, err := f.Approval(bg, secretOf(m.Page))
		if err != nil || a.Person != to || a.Ask.Question != "Refund 120 to Ann?" {
			t.Errorf("the page of %s shows %+v, %v", to, a, err)
		}
		if item := items[1-i]; item.Page != m.Page || item.SentAt.IsZero() {
			t.Errorf("outbox %+v", item)
		}
		for _, file := range []string{datadir.FileName, datadir.FileName + "-wal"} {
			if b, err := os.ReadFile(f.cfg.Dir + "/" + file); err == nil && bytes.Contains(b, []byte(secretOf(m.Page))) {
				t.Errorf("%s holds a link in the open", file)
			}
		}
	}
	a, err := f.ApprovalOf(bg, id, "a")
	if err != nil || len(a.People) != 2 || a.People[0].Mail != run.MailSent {
		t.Errorf("people %+v, %v", a.People, err)
	}
	if err := f.SendAgain(bg, id, "a", "LI@acme.example"); err != nil {
		t.Fatal(err)
	}
	f.untilMail(func(items []run.MailItem) bool { return len(items) == 3 && all(items, run.MailSent) })
	again := f.world.Mails()[2]
	if again.To != "li@acme.example" || again.Page == mails[1].Page || again.Thread != "thread-"+mails[1].ID {
		t.Errorf("the second mail is %+v", again)
	}
	if err := f.SendAgain(bg, id, "a", "nobody@acme.example"); !fault.HasCode(err, "mail.none") {
		t.Errorf("SendAgain to a stranger = %v", err)
	}
	if _, err := f.Vote(bg, secretOf(again.Page), run.Decision{Approve: true}); err != nil {
		t.Error(err)
	}
	f.untilDone(id)
	if err := f.RetryMail(bg, again.ID); !fault.HasCode(err, "mail.sent") {
		t.Errorf("RetryMail of a sent mail = %v", err)
	}
}

func TestAskByMailNeedsAnAccountAndAnAddress(t *testing.T) {
	f := newFixture(t).open()
	var missing, nobody error
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		c, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		missing = f.AskByMail(ctx, c, run.MailRequest{Account: "u/me/none", To: []string{"ann@acme.example"}})
		nobody = f.AskByMail(ctx, c, run.MailRequest{Account: "u/me/none", To: []string{" "}})
		return 1, err
	})
	id := f.start(script("a", gate1))
	f.untilWaiting(id)
	if !fault.HasCode(missing, "resource.unknown") || !fault.HasCode(nobody, "mail.to") {
		t.Errorf("AskByMail = %v and %v", missing, nobody)
	}
	if n := f.count(id, "AskNoted") + f.count(id, "MailNoted") + f.count(id, "LinkMinted"); n != 1 { // the desktop user's link
		t.Errorf("a refused request left %v", f.events(id))
	}
}

func TestMailThatWasBeingSentIsUnknownAfterACrash(t *testing.T) {
	f := newFixture(t).open()
	f.addAccount(false)
	f.asksByMail()
	sending := make(chan bool, 1)
	f.world.OnMail(func(ctx context.Context, m run.Mail) (string, error) {
		sending <- true
		<-ctx.Done()
		return "", ctx.Err()
	})
	id := f.start(script("a", gate1))
	f.untilWaiting(id)
	<-sending
	f.crash()
	f.world.OnMail(nil)
	f.open()
	items := f.untilMail(func(items []run.MailItem) bool { return items[0].State == run.MailSent })
	first := items[1]
	if first.State != run.MailUnknown || first.Hint == "" {
		t.Fatalf("the mail that was being sent is %+v", first)
	}
	if n := len(f.world.Mails()); n != 2 {
		t.Errorf("%d mails were handed over, want 2: none twice unasked", n)
	}
	if err := f.RetryMail(bg, first.ID); err != nil {
		t.Fatal(err)
	}
	f.untilMail(func(items []run.MailItem) bool { return all(items, run.MailSent) })
	if n := len(f.world.Mails()); n != 3 {
		t.Errorf("%d mails were handed over after the retry, want 3", n)
	}
	if err := f.RetryMail(bg, journal.NewID()); !fault.HasCode(err, "mail.missing") {
		t.Errorf("RetryMail of nothing = %v", err)
	}
}

func TestMailIsTriedAgainWithPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.addAccount(false)
		f.asksByMail()
		begin := time.Now()
		var at []time.Duration
		f.world.OnMail(func(ctx context.Context, m run.Mail) (string, error) {
			if strings.HasPrefix(m.To, "li@") {
				return "", fault.New("mail.refused", "Google refused this address", "Correct it in the step.")
			}
			at = append(at, time.Since(begin).Round(time.Second))
			if len(at) < 5 {
				return "", fault.New("mail.later", "Google asks to wait", "It is tried again.")
			}
			return "t", nil
		})
		id := f.start(script("a", `|"suspend":{"required_events":1,"timeout":100000}`))
		f.untilWaiting(id)
		time.Sleep(time.Second)
		synctest.Wait()
		items, err := f.Outbox(bg, 1000)
		if err != nil || items[0].State != run.MailFailed || items[0].Error != "Google refused this address" || items[1].State != run.MailQueued || items[1].NextTry.IsZero() {
			t.Errorf("outbox %+v, %v", items, err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		s := time.Second
		f.diff("tries", []time.Duration{0, 30 * s, 90 * s, 210 * s, 450 * s}, at)
		a, err := f.ApprovalOf(bg, id, "a")
		if err != nil || a.People[0].Mail != run.MailSent || a.People[1].Mail != run.MailFailed {
			t.Errorf("people %+v, %v", a.People, err)
		}
		f.check()
		f.stop()
	})
}

func TestMailsWaitForSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.addAccount(false)
		f.asksByMail()
		f.world.OnMail(func(context.Context, run.Mail) (string, error) {
			return "", fault.New("mail.signin", "Google needs you to sign in again", "Your mails wait.")
		})
		id := f.start(script("a", gate1))
		f.untilWaiting(id)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(f.world.Mails()); n != 2 {
			t.Errorf("%d tries without a sign-in, want one for each mail", n)
		}
		items, err := f.Outbox(bg, 1000)
		if err != nil || !all(items, run.MailQueued) {
			t.Errorf("outbox %+v, %v", items, err)
		}
		if c := f.Conditions(); len(c) != 1 || c[0].Code != "mail.signin" || c[0].Subject != "u/me/gmail" {
			t.Errorf("conditions %+v", c)
		}
		f.world.OnMail(nil)
		if err := f.PutResource(bg, flow.Resource{Path: "u/me/gmail", Type: "gmail", Value: flow.Raw(`{"path":"u/me/gmail","email":"ops@acme.example","token":"new"}`)}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if items, err := f.Outbox(bg, 1000); err != nil || !all(items, run.MailSent) {
			t.Errorf("outbox after sign-in %+v, %v", items, err)
		}
		if c := f.Conditions(); len(c) != 0 {
			t.Errorf("conditions after sign-in %+v", c)
		}
		f.check()
		f.stop()
	})
}

func TestALaterAttemptMailsOnlyWhoHasNone(t *testing.T) {
	f := newFixture(t).open()
	f.addAccount(true)
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		c, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		if err != nil {
			return nil, err
		}
		to := []string{"dana@acme.example"}
		if j.Attempt == 2 {
			to = append(to, "li@acme.example")
		}
		if err := f.AskByMail(ctx, c, run.MailRequest{Account: "u/me/gmail", To: to}); err != nil {
			return nil, err
		}
		if j.Attempt == 1 {
			return nil, &run.Failure{Name: "Error", Message: "after the mail"}
		}
		return 1, nil
	})
	id := f.start(script("a", `|"retry":{"constant":{"attempts":1,"seconds":0}},"suspend":{"required_events":1}`))
	f.untilWaiting(id)
	items := f.untilMail(func(items []run.MailItem) bool { return all(items, run.MailSent) })
	if len(items) != 2 || items[0].To != "li@acme.example" || items[1].To != "dana@acme.example" || !items[0].Practice {
		t.Errorf("outbox %+v", items)
	}
	if a, err := f.ApprovalOf(bg, id, "a"); err != nil || a.People[0].Mail != run.MailKept { // nobody got it
		t.Errorf("people %+v, %v", a.People, err)
	}
	if _, err := f.Vote(bg, secretOf(items[1].Page), run.Decision{Approve: true}); err != nil {
		t.Errorf("the link of the first attempt: %v", err)
	}
	f.untilDone(id)
}

// A step may ask twice: whoever is new is asked, each with a link of their own.
func TestAStepAsksTwice(t *testing.T) {
	f := newFixture(t).open()
	f.addAccount(false)
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		c, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		for _, to := range []string{"dana@acme.example", "Li <li@acme.example>, Dana@acme.example.", "ann@acme.example"} {
			if err == nil {
				err = f.AskByMail(ctx, c, run.MailRequest{Account: "u/me/gmail", To: []string{to}})
			}
		}
		return 1, err
	})
	id := f.start(script("a", gate2))
	f.untilWaiting(id)
	f.untilMail(func(items []run.MailItem) bool { return len(items) == 3 && all(items, run.MailSent) })
	a, err := f.ApprovalOf(bg, id, "a")
	if err != nil || len(a.People) != 3 {
		t.Fatalf("people %+v, %v", a.People, err)
	}
	for _, person := range []string{"dana@acme.example.", "DANA@acme.example"} { // one person, whatever the spelling
		_, err = f.Vote(bg, f.link(id, "a", person), run.Decision{Approve: true})
	}
	if !fault.HasCode(err, "approval.voted") {
		t.Errorf("the second spelling votes again: %v", err)
	}
	if n := f.count(id, "DecisionMade"); n != 1 {
		t.Errorf("%d votes were counted", n)
	}
}

// Whoever answers by a link that was made for nobody is anonymous to the steps
// after it, and two such links are two people.
func TestAnonymousApprovers(t *testing.T) {
	f := newFixture(t).open()
	var got string
	f.world.Script("b", func(_ context.Context, j run.Job) (any, error) { got = string(j.Args); return 1, nil })
	id := f.start(script("a", gate2), script("b", `"x":{"type":"javascript","expr":"approvers"}`))
	f.untilWaiting(id)
	for range 2 {
		if _, err := f.Vote(bg, f.link(id, "a", ""), run.Decision{Approve: true}); err != nil {
			t.Fatal(err)
		}
	}
	f.untilDone(id)
	if got != `{"x":["anonymous","anonymous"]}` {
		t.Errorf("the step got %s", got)
	}
}

// countingBox counts what is opened.
type countingBox struct {
	enginetest.Box
	opened *atomic.Int64
}

func (b countingBox) Open(sealed []byte) ([]byte, error) {
	b.opened.Add(1)
	return b.Box.Open(sealed)
}

// A list of mails that is shown again and again opens each mail once, and no more of
// them than it shows.
func TestTheOutboxOpensAMailOnce(t *testing.T) {
	f := newFixture(t)
	var n atomic.Int64
	f.cfg.Box = countingBox{opened: &n}
	f.open()
	f.addAccount(false)
	f.asksByMail()
	for range 3 { // two mails each
		f.untilWaiting(f.start(script("a", gate1)))
	}
	all := f.untilMail(func(items []run.MailItem) bool { return len(items) == 6 && all(items, run.MailSent) })
	if _, err := f.Outbox(bg, 0); err != nil { // what was shown last is forgotten
		t.Fatal(err)
	}
	for _, tt := range []struct{ limit, want int }{{2, 2}, {2, 0}, {5, 3}, {6, 1}, {6, 0}} {
		before := n.Load()
		items, err := f.Outbox(bg, tt.limit)
		if err != nil {
			t.Fatal(err)
		}
		f.diff("the mails", all[:tt.limit], items)
		if got := n.Load() - before; got != int64(tt.want) {
			t.Errorf("%d mails: %d were opened, want %d", tt.limit, got, tt.want)
		}
	}
}
