package engine

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// longRun goes through a loop and waits for two people.
func (f *fixture) longRun() run.ID {
	f.t.Helper()
	items, err := json.Marshal(make([]int, foldedFrom))
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
	if n := len(f.folded.runs); n != 1 {
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
	if _, err := f.ApprovalOf(bg, id, "g"); !fault.HasCode(err, codeDamaged) {
		t.Errorf("the request of a damaged run = %v", err)
	}
	damage(t, f.cfg.Dir, `UPDATE run SET damaged = NULL`)
}

func TestKeptStatesAreBounded(t *testing.T) {
	var s folded
	for i := range 10 {
		s.put(&foldedRun{id: run.ID(fmt.Sprint(i)), n: foldedMost / 3})
	}
	if len(s.runs) != 3 || s.get("9") == nil || s.get("0") != nil {
		t.Errorf("%d states are kept", len(s.runs))
	}
	s.put(&foldedRun{id: "huge", n: 2 * foldedMost})
	if len(s.runs) != 1 || s.get("huge") == nil {
		t.Errorf("%d states are kept beside a huge one", len(s.runs)-1)
	}
}

// A run that grows while it is kept takes the room that it has come to need.
func TestKeptStatesThatGrowAreBounded(t *testing.T) {
	var s folded
	for i := range 3 {
		s.put(&foldedRun{id: run.ID(fmt.Sprint(i)), n: 1000})
	}
	s.grew(s.get("2"), foldedMost-1000)
	if len(s.runs) != 2 || s.get("0") != nil || s.get("2") == nil {
		t.Errorf("%d states are kept", len(s.runs))
	}
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
		return f.folded.runs[0].n
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
