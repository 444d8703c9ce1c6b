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
