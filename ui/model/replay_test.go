package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// At each moment a run looks as it looked then, whichever way one came there.
func TestReplayShowsEveryMoment(t *testing.T) {
	j := upToGate("r1")
	j.add(60*s, run.DecisionMade{Step: "b", Person: "dana@acme.example", Approve: true, Via: run.ViaLink})
	j.add(90*s, run.DecisionMade{Step: "b", Person: "li@acme.example", Approve: true, Payload: run.Inline(map[string]string{"message": "ok"}), Via: run.ViaLink})
	j.add(90*s, run.Evaluated{Step: "c", For: run.ForBranch, Value: run.Inline(0)})
	j.add(90*s+10*ms, run.JobStarted{Step: "c/0/d", Attempt: 1, Job: "j3"})
	j.add(90*s+80*ms, run.JobFailed{Step: "c/0/d", Attempt: 1, Err: run.Failure{Name: "Error", Message: "no", Line: 6}})

	type look struct {
		Rows   []StepRow
		Header RunHeader
		Boxes  []Box
	}
	see := func(m *Model) look {
		h, _ := m.Header()
		h.CanAgain, h.CanCancel = false, false // depend on the flow that is open, and on how the run stands now
		return look{m.Rows(), h, m.Scene().Boxes}
	}
	show := func(n int) *Model {
		m := New()
		m.Open("u/me/refund", refund())
		m.SetNow(start.Add(2 * time.Hour))
		m.SetPlan(hash, planOf(t, pin(t, refund())))
		m.Follow("r1")
		m.SetRun("r1", j.entries[:n])
		return m
	}
	whole := show(len(j.entries))
	var want []look
	for n := 1; n <= len(j.entries); n++ {
		m := show(n)
		m.SetNow(j.entries[n-1].At)
		want = append(want, see(m))
	}
	order := []int{5, 9, 3, 1, 2, 10, 13, 4, len(j.entries) - 1}
	for _, n := range order {
		whole.ReplayTo(n)
		got := see(whole)
		if got.Header.Title = want[n-1].Header.Title; n < len(j.entries) && !cmp.Equal(want[n-1], got) {
			t.Errorf("at entry %d (-then +now):\n%s", n, cmp.Diff(want[n-1], got))
		}
		at, ok := whole.Moment()
		if !ok || at.Entry != n || at.Live != (n == len(j.entries)) {
			t.Errorf("moment %+v of entry %d", at, n)
		}
		if back := whole.MomentAt(at.X); back != n {
			t.Errorf("entry %d lies at %v, where %d is", n, at.X, back)
		}
	}
	whole.ReplayTo(3)
	if h, _ := whole.Header(); h.CanCancel {
		t.Error("a run that is over can be canceled while a moment of it is looked at")
	}
	whole.ReplayTo(len(j.entries))
	if h, _ := whole.Header(); whole.replay != nil || h.Role != Bad {
		t.Errorf("at the end: %+v", h)
	}
	whole.ReplayToMark(-1)
	whole.ReplayToMark(-1)
	if at, _ := whole.Moment(); at.Text != "dana@acme.example approved" || at.When != "14:03:10" {
		t.Errorf("two marks before: %+v", at)
	}
	rows, working, waiting := whole.Timeline()
	if working != "162 ms" || waiting != "89 s" {
		t.Errorf("working %s, waiting %s", working, waiting)
	}
	var wait *BarRow
	for i := range rows {
		if rows[i].Wait {
			wait = &rows[i]
		}
	}
	if wait == nil || !strings.HasPrefix(wait.Title, "waiting for 2 approvals") || len(wait.Bars) != 1 || wait.Bars[0].To <= wait.Bars[0].From {
		t.Errorf("the waiting: %+v", wait)
	}
	if marks := whole.Marks(); len(marks) != 3 || marks[2].Role != Bad {
		t.Errorf("marks %+v", marks)
	}
}

// What comes while a moment of the past is looked at belongs to the run, not to that moment.
func TestARunGoesOnBehindItsReplay(t *testing.T) {
	j := upToGate("r1")
	m := New()
	m.Open("u/me/refund", refund())
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	m.Follow("r1")
	n := len(j.entries)
	m.SetRun("r1", j.entries)
	m.ReplayTo(3)
	was := m.Rows()
	j.add(60*s, run.DecisionMade{Step: "b", Person: "dana@acme.example", Approve: false, Via: run.ViaLink})
	m.Apply(j.entries[n:])
	if !cmp.Equal(was, m.Rows()) {
		t.Error("the moment moved")
	}
	if at, _ := m.Moment(); at.Of != n+1 || at.Live {
		t.Errorf("moment %+v", at)
	}
	m.ReplayTo(n + 1)
	if h, _ := m.Header(); h.State != textDenied {
		t.Errorf("then %+v", h)
	}
}

// longLoop is the journal of a loop of so many iterations.
func longLoop(t testing.TB, n int) (*flow.Flow, []run.Entry) {
	items := make([]int, n)
	list, _ := json.Marshal(items)
	f := flowOf(&flow.Module{ID: "l", Value: &flow.ForLoop{Iterator: &flow.Input{Kind: flow.Static, Value: list}, Modules: []*flow.Module{ts("a")}}})
	j := &journal{id: "r1"}
	j.add(0, run.Started{Flow: hash, Name: "L", Path: "u/me/l", Rules: run.RulesNow})
	for i := range n {
		id, at := run.StepID(fmt.Sprintf("l/%d/a", i)), time.Duration(i)*10*ms
		j.add(at, run.JobStarted{Step: id, Attempt: 1, Job: "j"})
		j.add(at+5*ms, run.JobSucceeded{Step: id, Attempt: 1, Result: run.Inline(i)})
	}
	return f, j.entries
}

// BenchmarkOpenLongRun opens a run of 10,000 iterations, up to what the panel shows.
func BenchmarkOpenLongRun(b *testing.B) {
	f, entries := longLoop(b, 10_000)
	plan := planOf(b, pin(b, f))
	for b.Loop() {
		m := New()
		m.Open("u/me/l", f)
		m.SetPlan(hash, plan)
		m.Begin(run.Begun{ID: "r1", Flow: hash, Plan: plan, Entries: entries})
		m.Rows()
		m.Scene()
		m.Timeline()
		m.Marks()
	}
}

// BenchmarkScrub goes through such a run in jumps, forth and back, as the bar is drawn: the
// time is that of one moment.
func BenchmarkScrub(b *testing.B) {
	f, entries := longLoop(b, 10_000)
	plan := planOf(b, pin(b, f))
	m := New()
	m.Open("u/me/l", f)
	m.SetPlan(hash, plan)
	m.Begin(run.Begun{ID: "r1", Flow: hash, Plan: plan, Entries: entries})
	m.ReplayTo(len(entries) - 1) // what is kept is made once
	n := len(entries)
	i := 0
	for b.Loop() {
		i++
		at := (i * 7919) % (2 * n)
		if at > n {
			at = 2*n - at
		}
		m.ReplayTo(at)
		m.Rows()
		m.Scene()
		m.Moment()
	}
}

// What waits for people now goes on to the end of the line, and its bar grows.
func TestAWaitThatGoesOnHasALength(t *testing.T) {
	j := upToGate("r1")
	m := New()
	m.Open("u/me/refund", refund())
	m.SetPlan(hash, planOf(t, pin(t, refund())))
	m.Follow("r1")
	m.SetRun("r1", j.entries)
	long := func(after time.Duration) float64 {
		t.Helper()
		m.SetNow(j.entries[len(j.entries)-1].At.Add(after))
		rows, _, _ := m.Timeline()
		for _, r := range rows {
			if r.Wait {
				if b := r.Bars[0]; b.To != 1 {
					t.Errorf("the wait ends at %v", b.To)
				}
				return r.Bars[0].To - r.Bars[0].From
			}
		}
		t.Fatal("nothing waits")
		return 0
	}
	if short, later := long(10*s), long(2*time.Hour); short < 0.1 || later <= short {
		t.Errorf("after ten seconds %v, after two hours %v", short, later)
	}
}

// A run that waits is told to wait up to now, not up to the last that happened.
func TestHowLongARunThatWaitsHasWaited(t *testing.T) {
	f := flowOf(ask("a", 1))
	plan := planOf(t, pin(t, f))
	j := &journal{id: "r1"}
	j.add(0, run.Started{Flow: hash, Path: "u/me/f", Input: run.Inline(nil), Rules: run.RulesNow})
	for i, ev := range did("a") {
		j.add(time.Duration(i+1)*time.Second, ev)
	}
	s, err := run.Fold(plan, "r1", slices.Values(j.entries))
	if err != nil || s.Status() != run.StatusSuspended {
		t.Fatalf("%v, %v", s.Status(), err)
	}
	if worked, waited := WaitedOf(s, start.Add(10*time.Minute)); worked != "worked 2.0 s" || waited != "waited 9 min" {
		t.Errorf("%q, %q", worked, waited)
	}
}

// The totals above the timeline count those who have not answered yet.
func TestTheTimelineCountsWhoStillWaits(t *testing.T) {
	f := flowOf(ask("a", 1), ts("b"))
	m := play(t, pin(t, f), f, did("a")...)
	if _, _, waiting := m.Timeline(); waiting != "59 s" {
		t.Errorf("waiting %q", waiting)
	}
}
