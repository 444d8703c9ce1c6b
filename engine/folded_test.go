package engine

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// longRun goes through a loop and waits for two people.
func (f *fixture) longRun() run.ID {
	f.t.Helper()
	items, err := json.Marshal(make([]int, journal.FoldedFrom))
	if err != nil {
		f.t.Fatal(err)
	}
	f.world.Script("a", instant)
	f.world.Script("g", instant)
	id := f.start(fmt.Sprintf(`{"id":"l","value":{"type":"forloopflow","skip_failures":false,"parallel":true,"iterator":{"type":"static","value":%s},"modules":[%s]}}`,
		items, script("a", "")), script("g", gate2))
	f.untilWaiting(id)
	return id
}

// The request of a run with a long journal is read from a state that is kept and
// brought up to date: it tells the same as one that is folded anew.
func TestLongRunsAreKeptFolded(t *testing.T) {
	f := newFixture(t).open()
	id := f.longRun()
	same := func(votes int, state run.ApprovalState) {
		t.Helper()
		got, err := f.ApprovalOf(bg, id, "g")
		if err != nil {
			t.Fatal(err)
		}
		r, err := OpenReader(f.cfg.Dir)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		want, err := r.ApprovalOf(bg, id, "g")
		if err != nil {
			t.Fatal(err)
		}
		f.diff("the request", want, got)
		if len(got.Votes) != votes || got.State != state {
			t.Errorf("%d votes, %s; want %d, %s", len(got.Votes), got.State, votes, state)
		}
	}
	for range 2 {
		same(0, run.ApprovalWaiting)
	}
	if n, _ := f.Kept(); n != 1 {
		t.Fatalf("%d states are kept", n)
	}
	if _, err := f.Vote(bg, f.link(id, "g", "dana"), run.Decision{Approve: true}); err != nil {
		t.Fatal(err)
	}
	same(1, run.ApprovalWaiting)
	if list, err := f.Approvals(bg, 0); err != nil || len(list) != 1 || len(list[0].Votes) != 1 {
		t.Errorf("Approvals = %+v, %v", list, err)
	}
	if err := f.Decide(bg, run.Decision{Run: id, Step: "g", Approve: true}); err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	same(2, run.ApprovalApproved)
	f.check()
	damage(t, f.cfg.Dir, `UPDATE run SET damaged = 'set aside'`)
	if _, err := f.ApprovalOf(bg, id, "g"); !fault.HasCode(err, journal.CodeDamaged) {
		t.Errorf("the request of a damaged run = %v", err)
	}
	damage(t, f.cfg.Dir, `UPDATE run SET damaged = NULL`)
}

// A run that grows while it is kept takes the room that it has come to need.
func TestKeptStatesThatGrowAreBounded(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.world.Script("b", instant)
	id := f.start(`{"id":"l","value":{"type":"forloopflow","parallel":true,"iterator":{"type":"static","value":[`+strings.TrimSuffix(strings.Repeat("1,", 300), ",")+`]},"modules":[`+script("a", "")+`]}}`,
		script("b", gate1))
	f.untilWaiting(id)
	see := func() int {
		if _, err := f.ApprovalOf(bg, id, "b"); err != nil {
			t.Fatal(err)
		}
		_, n := f.Kept()
		return n
	}
	before := see()
	if err := f.Decide(bg, run.Decision{Run: id, Step: "b", Approve: true}); err != nil {
		t.Fatal(err)
	}
	f.untilDone(id)
	if after := see(); after != len(f.events(id)) || after == before {
		t.Errorf("%d entries count of %d", after, len(f.events(id)))
	}
}
