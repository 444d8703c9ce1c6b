package model

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
	"sluice/engine/run"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func nobody(Target) bool { return false }

func asked(id run.ID, opened time.Time) run.Approval {
	return run.Approval{Run: id, Step: "a", FlowName: "Refund", Ask: run.Ask{Question: "Pay " + string(id) + "?"}, Opened: opened, Deadline: opened.Add(3 * time.Hour), State: run.ApprovalWaiting}
}

func titles(list []Notice) (out []string) {
	for _, n := range list {
		out = append(out, n.Title+" | "+n.Body)
	}
	return out
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// A request is told once, also where several were opened at the same instant, and what
// was open before is not told.
func TestEachRequestIsToldOnce(t *testing.T) {
	var o Outside
	o.SkipTo(noon, []run.Approval{asked("old", noon)})
	tell := func(want []string, list ...run.Approval) {
		t.Helper()
		got, _ := o.Tell(Found{Now: noon.Add(time.Hour), Requests: list}, nobody)
		same(t, "told", want, titles(got))
	}
	at := noon.Add(time.Second)
	tell([]string{"Pay r1? | Refund waits for an answer · 2 h left"}, asked("old", noon), asked("r1", at))
	tell([]string{"Pay r2? | Refund waits for an answer · 2 h left"}, asked("r1", at), asked("r2", at))
	tell(nil, asked("r1", at), asked("r2", at))
	mine := asked("r3", at.Add(1))
	mine.MyVote = &run.Vote{}
	tell(nil, mine)
	if w := o.Want(); !w.Since.Equal(at.Add(1)) || len(w.Open) != 2 {
		t.Errorf("wanted: %+v", w)
	}
	var many []run.Approval
	for i := range 12 {
		many = append(many, asked(run.ID(fmt.Sprint("m", i)), at.Add(time.Duration(2+i))))
	}
	tell([]string{"12 requests wait for an answer | The oldest: Pay m0?"}, many...)
}

func TestWhoLooksAtItIsNotTold(t *testing.T) {
	var o Outside
	o.SkipTo(noon, nil)
	looks := func(want Target) func(Target) bool { return func(to Target) bool { return to == want } }
	got, _ := o.Tell(Found{Requests: []run.Approval{asked("r1", noon.Add(1)), asked("r2", noon.Add(2))}}, looks(Target{"r1", "a"}))
	if len(got) != 1 || got[0].To.Run != "r2" {
		t.Errorf("%+v", got)
	}
	got, _ = o.Tell(Found{Ended: []run.Summary{{ID: "r1", Path: "u/me/refund", Outcome: run.Failed}}, Answers: []Answered{{Run: "r1"}}}, looks(Target{Run: "r1"}))
	if len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestARequestThatIsOverIsTakenBack(t *testing.T) {
	var o Outside
	o.SkipTo(noon, nil)
	tell, _ := o.Tell(Found{Requests: []run.Approval{asked("r1", noon.Add(1))}}, nobody)
	open := o.Want().Open
	if len(tell) != 1 || len(open) != 1 {
		t.Fatal(tell, open)
	}
	_, back := o.Tell(Found{Over: open}, nobody)
	same(t, "taken back", []string{tell[0].Key}, back)
	if open := o.Want().Open; len(open) != 0 {
		t.Errorf("still looked at: %v", open)
	}
}

// Answers that came from elsewhere are told; the person's own are not.
func TestAnswersAreTold(t *testing.T) {
	var o Outside
	entry := func(ev run.Event) run.Entry { return run.Entry{Run: "r1", Event: ev} }
	if !o.Hear([]run.Entry{entry(run.DecisionMade{Step: "a", Person: run.DesktopUser, Via: run.ViaDesktop, Approve: true}),
		entry(run.DecisionMade{Step: "a", Person: "dana@acme.example", Via: run.ViaLink, Approve: true}),
		entry(run.DecisionMade{Step: "b", Person: "li@acme.example", Via: run.ViaLink, Reason: "too\nmuch"})}) {
		t.Error("nothing to look at")
	}
	w := o.Want()
	for i := range w.Answers {
		w.Answers[i].Asked, w.Answers[i].Flow = "Pay?", "Refund"
	}
	got, _ := o.Tell(Found{Answers: w.Answers}, nobody)
	same(t, "told", []string{"dana@acme.example approved | Refund · Pay?", "li@acme.example denied | Refund · Pay?\ntoo much"}, titles(got))
	if got[0].To != (Target{Run: "r1"}) {
		t.Errorf("a press leads to %+v", got[0].To)
	}
	if o.Hear([]run.Entry{entry(run.Started{}), entry(run.MailNoted{})}) {
		t.Error("it looks for what cannot have changed")
	}
}

// A flow that fails again and again is told of once, until it has succeeded or somebody
// has looked.
func TestAFailureIsToldOnce(t *testing.T) {
	var o Outside
	n := 0
	fail := func(seen func(Target) bool) []string {
		n++
		id := run.ID(fmt.Sprint("r", n))
		o.Hear([]run.Entry{{Run: id, Event: run.JobFailed{Err: run.Failure{Message: "no\nmoney"}}}})
		w := o.Want()
		got, _ := o.Tell(Found{Why: w.Failed, Ended: []run.Summary{{ID: id, FlowName: "Refund", Path: "u/me/refund", Outcome: run.Failed}}}, seen)
		return titles(got)
	}
	told := []string{"Refund failed | no money"}
	same(t, "first", told, fail(nobody))
	same(t, "second", []string(nil), fail(nobody))
	same(t, "asked about", []string{"u/me/refund"}, o.Want().Failing)
	o.Tell(Found{Recovered: []string{"u/me/refund"}}, nobody)
	same(t, "after it succeeded", told, fail(nobody))
	same(t, "somebody looks", []string(nil), fail(func(Target) bool { return true }))
	same(t, "after that", told, fail(nobody))
	o.Hear([]run.Entry{{Run: "x", Event: run.JobFailed{}}})
	got, _ := o.Tell(Found{Ended: []run.Summary{{ID: "x", FlowName: "Other"}, {ID: "y", FlowName: "Third", Outcome: run.Succeeded}}}, nobody)
	same(t, "a run that goes on, and one that succeeded", []string(nil), titles(got))
}

// A trouble is told once, when it has lasted, and taken back when it is over.
func TestATroubleIsToldOnce(t *testing.T) {
	var o Outside
	c := fault.Condition{Code: "mail.signin", Subject: "u/me/gmail", Title: "Sign in again", Hint: "Mails wait.", Since: noon}
	told := func(at time.Duration, seen bool, list ...fault.Condition) string {
		tell, back := o.Troubles(noon.Add(at), list, seen)
		return strings.Join(append(titles(tell), back...), "; ")
	}
	same(t, "at first", "", told(time.Second, false, c))
	same(t, "then", "Sign in again · u/me/gmail | Mails wait.", told(5*time.Second, false, c))
	same(t, "again", "", told(10*time.Second, false, c))
	same(t, "cured", "trouble mail.signin u/me/gmail", told(15*time.Second, false))
	same(t, "nothing", "", told(20*time.Second, false))
	c.Since = noon.Add(time.Minute)
	same(t, "to who sees it", "", told(2*time.Minute, true, c))
	same(t, "later", "", told(3*time.Minute, false, c))
}
