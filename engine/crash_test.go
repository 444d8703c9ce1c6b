package engine

import (
	"fmt"
	"strings"
	"testing"

	"sluice/engine/run"
)

// TestCrashAtEveryCommit lets the process die on the way through a flow that asks
// by mail, and expects the same end with nothing done twice unasked.
func TestCrashAtEveryCommit(t *testing.T) {
	t.Parallel()
	crashTest{least: 6, short: 1, ready: (*fixture).asksByMail, walk: (*fixture).crashWalk, end: (*fixture).finishWalk}.run(t)
}

// crashWalk goes as far through the flow as the process lives.
func (f *fixture) crashWalk(hit <-chan bool) {
	f.addAccount(true)
	begun, err := f.Start(bg, run.Request{Flow: walkFlow()})
	id := begun.ID
	if err != nil {
		return
	}
	for _, err := range f.Watch(contextUntil(hit), 0) {
		if err != nil {
			return
		}
		s, err := f.Engine.Run(bg, id)
		switch {
		case err != nil || s.Status == run.StatusDone:
			return
		case s.Status == run.StatusSuspended:
			_ = f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}) // it may die on the way
		}
	}
}

// finishWalk takes up whatever is on disk and expects it to come to its end.
func (f *fixture) finishWalk() {
	f.t.Helper()
	id, ok := f.onlyRun()
	if !ok {
		return
	}
	s := f.until(id, "done or waiting", func(s run.Summary) bool { return s.Status == run.StatusDone || s.Status == run.StatusSuspended })
	if s.Status == run.StatusSuspended {
		if err := f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}); err != nil {
			f.t.Fatal(err)
		}
		s = f.untilDone(id)
	}
	if s.Outcome != run.Succeeded {
		f.t.Errorf("outcome %s: %v", s.Outcome, f.events(id))
	}
	began := f.beganOnce()
	lost := 0
	for _, b := range began {
		if !strings.HasSuffix(b, "#1") {
			lost++
		}
	}
	if n := f.count(id, "JobLost"); n != lost || n > 1 {
		f.t.Errorf("%d lost attempts, second attempts %d: %v", n, lost, began)
	}
	if n := f.count(id, "DecisionMade"); n != 1 {
		f.t.Errorf("%d decisions: %v", n, f.events(id))
	}
	sent := make(map[string]int)
	for _, m := range f.world.Mails() {
		if sent[m.ID]++; sent[m.ID] > 1 {
			f.t.Errorf("mail %s was handed over twice", m.ID)
		}
	}
}

func walkFlow() []byte {
	return flowOf(
		script("s", retry1),
		script("a", `|"retry":{"constant":{"attempts":1,"seconds":0}},"suspend":{"required_events":1}`),
		script("b", `"x":{"type":"javascript","expr":"results.s"},"y":{"type":"static","value":"`+strings.Repeat("z", 3000)+`"}`+retry1),
	)
}

func TestCrashWithAQueueBehindTheWorkers(t *testing.T) {
	f := newFixture(t).open()
	hold := make(chan bool)
	f.world.Script("a", blockUntil(hold))
	var ids []run.ID
	for range 6 {
		ids = append(ids, f.start(script("a", retry1)))
	}
	f.crash()
	close(hold)
	f.open()
	lost := 0
	for _, id := range ids {
		if s := f.untilDone(id); s.Outcome != run.Succeeded {
			t.Errorf("outcome %s: %v", s.Outcome, f.events(id))
		}
		lost += f.count(id, "JobLost")
	}
	if lost != 2 {
		t.Errorf("%d jobs are lost, want those of the two workers", lost)
	}
	if got := len(f.world.Began()); got < 6 || got > 8 {
		t.Errorf("%d jobs began: %s", got, fmt.Sprint(f.world.Began()))
	}
}
