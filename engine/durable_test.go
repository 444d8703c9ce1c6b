package engine

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// ahead of the journal, so the person can vote again.
func TestVoteThatCanNotBeWrittenIsNotRemembered(t *testing.T) {
	f := newFixture(t).open()
	id := f.start(script("a", gate2))
	f.untilWaiting(id)
	broken := run.Ref{Inline: json.RawMessage(`{"half":`)}
	err := f.do(bg, func(t *turn) error {
		return t.apply(id, run.DecisionMade{Step: "a", Person: "dana", Approve: true, Payload: broken, Via: run.ViaLink})
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
		if p := personName(other); p == "dana@acme.example" {
			t.Errorf("%q is taken for somebody else", other)
		}
	}
	if n := f.count(id, "DecisionMade"); n != 1 {
		t.Errorf("%d votes", n)
	}
}
