package engine

import (
	"encoding/json"
	"testing"

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
