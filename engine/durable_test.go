package engine

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// ahead of the journal, so the person can vote again.
func TestVoteThatCanNotBeWrittenIsNotRemembered(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate2))
	f.untilWaiting(id)
	broken := run.Ref{Inline: json.RawMessage(`{"half":`)}
	err := f.writer.Do(bg, func(t *writer.Tx) error {
		return t.ApplyTo(id, run.DecisionMade{Step: "a", Person: "dana", Approve: true, Payload: broken, Via: run.ViaLink})
	})
	if err == nil {
		t.Fatal("a vote with half a payload was written")
	}
	if n := f.count(id, "DecisionMade"); n != 0 {
		t.Fatalf("%d votes are in the journal", n)
	}
	if a, err := f.Vote(bg, f.link(id, "a", "dana"), run.Decision{Approve: true}); err != nil || len(a.Votes) != 1 {
		t.Errorf("the same person's vote afterwards: %+v, %v", a.Votes, err)
	}
}

// read back.
func TestRecordedVoteIsAcknowledgedEvenIfItCanNotBeShown(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate2))
	f.untilWaiting(id)
	s := f.link(id, "a", "dana")
	f.db.SetCommitHook(func(before bool, n int) error {
		if !before {
			damage(t, f.cfg.Dir, `UPDATE run SET damaged = 'set aside a moment after the vote'`)
		}
		return nil
	})
	a, err := f.Vote(bg, s, run.Decision{Approve: true})
	f.db.SetCommitHook(nil)
	damage(t, f.cfg.Dir, `UPDATE run SET damaged = NULL`)
	if err != nil {
		t.Errorf("the vote is recorded, yet Vote says %v", err)
	}
	if a.Run != id || a.Step != "a" {
		t.Errorf("Vote = %+v", a)
	}
	if n := f.count(id, "DecisionMade"); n != 1 {
		t.Errorf("%d votes are in the journal", n)
	}
}

// as further people, or two clicks by one person would make a quorum.
func TestLinksOfARetryAreNoFurtherPeople(t *testing.T) {
	f := newFixture(t).open()
	var people [][]string
	f.world.Script("a", func(ctx context.Context, j run.Job) (any, error) {
		caller, err := f.Caller(ctx, j.Env["WM_TOKEN"])
		if err != nil {
			return nil, err
		}
		var names []string
		for i := range 2 {
			l, err := f.ResumeLinks(ctx, caller, uint32(100*j.Attempt+i), "")
			if err != nil {
				return nil, err
			}
			names = append(names, l.Person)
			if i > 0 {
				continue
			}
			// One person answers the first link of each attempt.
			_, err = f.Vote(ctx, secretOf(l.Page), run.Decision{Approve: true})
			if want := j.Attempt > 1; fault.HasCode(err, "approval.voted") != want || err != nil && !want {
				t.Errorf("attempt %d: vote = %v", j.Attempt, err)
			}
		}
		people = append(people, names)
		if j.Attempt == 1 {
			return nil, &run.Failure{Name: "Error", Message: "the chat was down"}
		}
		return 1, nil
	})
	id := f.start(script("a", `|"retry":{"constant":{"attempts":1,"seconds":0}},"suspend":{"required_events":2}`))
	s := f.until(id, "waiting or over", func(s run.Summary) bool { return s.Status != run.StatusRunning })
	if s.Status != run.StatusSuspended {
		t.Errorf("one person's two clicks ended it as %s", s.Outcome)
	}
	f.diff("people of the two attempts", [][]string{{"approver 1", "approver 2"}, {"approver 1", "approver 2"}}, people)
	l, err := f.MintLink(bg, id, "a", "")
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(people[0], l.Person) {
		t.Errorf("a fresh link without a name is %q, who has one already", l.Person)
	}
}

// One person under several spellings is one person.
func TestPersonUnderOtherSpellings(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate2))
	f.untilWaiting(id)
	if _, err := f.Vote(bg, f.link(id, "a", "dana@acme.example"), run.Decision{Approve: true}); err != nil {
		t.Fatal(err)
	}
	for _, same := range []string{
		" Dana@Acme.example\t", "Dana Scully <dana@acme.example>", "<DANA@acme.example>", `"Scully, Dana" <dana@acme.example>`,
		"dana@acme\u200b.example", "\ufeffdana@acme.example", "mailto:dana@acme.example",
	} {
		if _, err := f.Vote(bg, f.link(id, "a", same), run.Decision{Approve: true}); !fault.HasCode(err, "approval.voted") {
			t.Errorf("%q votes beside dana@acme.example: %v", same, err)
		}
	}
	for _, other := range []string{"dana", "dana@acme.example.org", "dan@acme.example"} {
		if p := run.PersonOf(other); p == "dana@acme.example" {
			t.Errorf("%q is taken for somebody else", other)
		}
	}
	if n := f.count(id, "DecisionMade"); n != 1 {
		t.Errorf("%d votes", n)
	}
}

// A disk that takes nothing takes no vote. Whoever votes is told so, the trouble
// is shown while it lasts, and the vote can be cast again, once.
func TestVoteWhileNothingCanBeWritten(t *testing.T) {
	for _, test := range []struct {
		name   string
		strike func(*fixture) func()
		code   fault.Code
	}{
		{"full", fullDisk, "engine.disk_full"},
		{"broken", brokenDisk, "engine.disk"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t).open()
			id := f.start(script("a", gate2))
			f.untilWaiting(id)
			s := f.link(id, "a", "dana")
			vote := run.Decision{Approve: true, Payload: json.RawMessage(`{"why":"` + strings.Repeat("because ", 5000) + `"}`)}
			heal := test.strike(f)
			for range 3 {
				_, err := f.Vote(bg, s, vote)
				if !fault.HasCode(err, test.code) || fault.From(err).Title == "" || fault.From(err).Hint == "" {
					t.Errorf("Vote = %v", err)
				}
			}
			if c := f.Conditions(); len(c) != 1 || c[0].Code != test.code || c[0].Title == "" || c[0].Hint == "" || c[0].Severity != fault.Alarm {
				t.Errorf("the troubles shown are %+v", c)
			}
			if a, err := f.Approval(bg, s); err != nil || a.MyVote != nil {
				t.Errorf("the page shows %+v, %v", a.MyVote, err)
			}
			heal()
			if n := f.count(id, "DecisionMade"); n != 0 {
				t.Errorf("%d votes are in the journal", n)
			}
			if _, err := f.Vote(bg, s, vote); err != nil {
				t.Errorf("once it can be written: %v", err)
			}
			if _, err := f.Vote(bg, s, vote); !fault.HasCode(err, "approval.voted") {
				t.Errorf("a second time: %v", err)
			}
			if c := f.Conditions(); len(c) != 0 {
				t.Errorf("the troubles shown afterwards are %+v", c)
			}
			f.check()
		})
	}
}

// What a step made while nothing could be written is kept and written later; it
// does not run again.
func TestResultIsKeptUntilTheDiskTakesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 24 * time.Hour
		f.open()
		began, end := make(chan bool), make(chan bool)
		f.world.Script("a", func(context.Context, run.Job) (any, error) {
			began <- true
			<-end
			return "made once", nil
		})
		id := f.start(script("a", ""), script("b", ""))
		<-began
		heal := brokenDisk(f)
		close(end)
		time.Sleep(time.Hour)
		if c := f.Conditions(); len(c) != 1 || c[0].Code != "engine.disk" {
			t.Errorf("the troubles shown are %+v", c)
		}
		if n := f.count(id, "JobSucceeded"); n != 0 {
			t.Errorf("%d results were written to a disk that takes nothing", n)
		}
		heal()
		if s := f.untilDone(id); s.Outcome != run.Succeeded || f.result(id, "a") != `"made once"` {
			t.Errorf("the run %s", s.Outcome)
		}
		f.diff("what began", []string{"a#1", "b#1"}, f.world.Began())
		f.check()
		f.stop()
	})
}

// What a step and an expression need cannot be read. They wait for it and do not
// fail, and nobody is told of a trouble that is over.
func TestStepsWaitForADiskThatCanNotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.patience = 24 * time.Hour
		f.open()
		large := strings.Repeat("x", 300_000)
		began, end := make(chan bool), make(chan bool)
		f.world.Script("a", func(context.Context, run.Job) (any, error) {
			began <- true
			<-end
			return large, nil
		})
		f.world.Script("b", func(_ context.Context, j run.Job) (any, error) { return len(j.Args), nil })
		f.world.Expr("large", func(lookup func(string) (json.RawMessage, error)) (any, error) {
			v, err := lookup("results.a")
			if err != nil {
				return nil, &run.Failure{Name: run.NameExpr, Message: err.Error()}
			}
			return len(v), nil
		})
		f.world.Expr("results.a", func(lookup func(string) (json.RawMessage, error)) (any, error) { return lookup("results.a") })
		id := f.start(script("a", ""), script("b", `"x":{"type":"javascript","expr":"results.a"},"y":{"type":"javascript","expr":"large"}`))
		<-began
		heal := blindDisk(f)
		close(end)
		time.Sleep(time.Hour)
		heal()
		if s := f.untilDone(id); s.Outcome != run.Succeeded {
			t.Errorf("the run %s: %v", s.Outcome, f.events(id))
		}
		if c := f.Conditions(); len(c) != 0 {
			t.Errorf("the troubles shown afterwards are %+v", c)
		}
		f.diff("what began", []string{"a#1", "b#1"}, f.world.Began())
		f.check()
		f.stop()
	})
}

// The person at this computer is one person, whoever they say they are.
func TestDesktopUserHasOneVote(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate2))
	f.untilWaiting(id)
	if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true, Person: "dana"}); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"", "desktop user", " Desktop User", "li"} {
		if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true, Person: p}); !fault.HasCode(err, "approval.voted") {
			t.Errorf("Decide as %q = %v", p, err)
		}
	}
	a, err := f.ApprovalOf(bg, id, "a")
	if err != nil || len(a.Votes) != 1 || a.Votes[0].Person != run.DesktopUser || a.Votes[0].Via != run.ViaDesktop {
		t.Errorf("votes %+v, %v", a.Votes, err)
	}
}

// A gate may wait as long as a flow says; the mail that asks says the same time
// as the page will.
func TestDeadlineOfAVeryLongGate(t *testing.T) {
	f := newFixture(t).open()
	f.asksByMail()
	f.addAccount(true)
	id := f.start(script("a", `|"suspend":{"required_events":1,"timeout":1e12}`))
	f.untilWaiting(id)
	a, err := f.ApprovalOf(bg, id, "a")
	if err != nil {
		t.Fatal(err)
	}
	items, err := f.Outbox(bg, 1000)
	if err != nil || len(items) == 0 {
		t.Fatalf("outbox: %v, %v", items, err)
	}
	for _, m := range items {
		if d := a.Deadline.Sub(m.Deadline); d < 0 || d > time.Minute {
			t.Errorf("the mail says %v, the page %v", m.Deadline, a.Deadline)
		}
	}
}

// A vote that the disk did not take is not shown as given, also where the state of
// its run had run ahead of the disk; sent again it counts once.
func TestVoteThatWasNotWritten(t *testing.T) {
	var fails atomic.Bool
	f := newFixture(t)
	f.openWith(func(before bool, _ int) error {
		if before && fails.Load() {
			return errors.New("no room")
		}
		return nil
	})
	id := f.start(script("a", gate2))
	f.untilWaiting(id)
	l, err := f.Link(bg, f.link(id, "a", "dana"))
	if err != nil {
		t.Fatal(err)
	}
	fails.Store(true)
	if a, err := f.Engine.Vote(bg, l, run.Decision{Approve: true}); err == nil || a.MyVote != nil || len(a.Votes) > 0 {
		t.Errorf("a vote that was not written: %+v, %v", a, err)
	}
	fails.Store(false)
	if a, err := f.Engine.Vote(bg, l, run.Decision{Approve: true}); err != nil || a.MyVote == nil || len(a.Votes) != 1 {
		t.Errorf("sent again: %+v, %v", a, err)
	}
	if a, err := f.Engine.Vote(bg, l, run.Decision{}); !fault.HasCode(err, "approval.voted") || a.MyVote == nil || !a.MyVote.Approve || len(a.Votes) != 1 {
		t.Errorf("once more: %+v, %v", a, err)
	}
	if n := f.count(id, "DecisionMade"); n != 1 {
		t.Errorf("%d votes are in the journal", n)
	}
}

// What an engine that closes or is closed is asked, it does not answer with
// something unexpected, and never with yes.
func TestVoteOnAClosedEngine(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate2))
	f.untilWaiting(id)
	s, e := f.link(id, "a", "dana"), f.Engine
	f.stop()
	if _, err := voteBy(bg, e, s, run.Decision{Approve: true}); !fault.HasCode(err, "engine.busy") {
		t.Errorf("Vote = %v", err)
	}
	if _, err := e.Approval(bg, s); !fault.HasCode(err, "engine.busy") {
		t.Errorf("Approval = %v", err)
	}
	if err := e.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); !fault.HasCode(err, "engine.busy") {
		t.Errorf("Decide = %v", err)
	}
	f.open()
	if n := f.count(id, "DecisionMade"); n != 0 {
		t.Errorf("%d votes are in the journal", n)
	}
}

// Nobody is asked whose answer would not be waited for.
func TestNobodyIsAskedWithoutAGate(t *testing.T) {
	f := newFixture(t).open()
	f.asksByMail()
	f.addAccount(true)
	id := f.start(script("a", ""), script("b", ""))
	if s := f.untilDone(id); s.Outcome != run.Failed {
		t.Errorf("the run is %+v", s)
	}
	if items, err := f.Outbox(bg, 1000); err != nil || len(items) != 0 {
		t.Errorf("%d mails, %v", len(items), err)
	}
	log, err := f.Log(bg, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range log {
		if ev, ok := entry.Event.(run.JobFailed); ok && ev.Err.Code != "mail.nobody_waits" {
			t.Errorf("the step failed with %+v", ev.Err)
		}
	}
}

// A step that fails by itself while Sluice closes has failed; it is not one that
// was cut off and runs again.
func TestFailureDuringCloseIsAFailure(t *testing.T) {
	f := newFixture(t).open()
	began := make(chan bool, 2)
	f.world.Script("a", func(ctx context.Context, _ run.Job) (any, error) {
		began <- true
		<-ctx.Done()
		return nil, &run.Failure{Name: "Error", Message: "the card was declined"}
	})
	id := f.start(script("a", ""))
	<-began
	f.stop()
	f.open()
	if s := f.untilDone(id); s.Outcome != run.Failed || len(began) != 0 {
		t.Errorf("it began %d times more: %+v", len(began), s)
	}
	f.diff("journal", []string{"Started", "JobStarted", "JobFailed"}, f.events(id))
}
