package model

import (
	"testing"
	"time"

	"sluice/engine/run"
)

// A mail whose step gave no subject stands under the one that it is sent with.
func TestMailsHaveTheTitleTheyAreSentWith(t *testing.T) {
	for _, tt := range []struct{ subject, question, want string }{
		{"Refund?", "q", "Refund?"}, {" ", "May this flow go on?", "May this flow go on?"}, {"", "", "Approval needed: Refunds"},
	} {
		m := &run.MailItem{Mail: run.Mail{Subject: tt.subject, Ask: run.Ask{Question: tt.question}, FlowName: "Refunds"}}
		if got := MailTitle(m); got != tt.want {
			t.Errorf("%q, %q: %q", tt.subject, tt.question, got)
		}
	}
}

// What the step says of a request stands in the inbox, and tells its requests
// apart.
func TestRequestsAreToldApart(t *testing.T) {
	for _, tt := range []struct {
		a           run.Approval
		about, text string
		whole       bool
	}{
		{run.Approval{StepName: "Ask", Step: "a"}, "Ask", "", true},
		{run.Approval{StepName: "Ask", Step: "l/2/a", Ask: run.Ask{Facts: []run.Fact{{Label: "Each order", Value: "3 of 9"}, {Label: "id", Value: "R"}}}}, "Each order 3 of 9", "", true},
		{run.Approval{StepName: "Ask", Step: "a", Ask: run.Ask{Description: []byte(`"Refund 9?\nTo Ann."`)}}, "Refund 9?", "Refund 9?\nTo Ann.", true},
		{run.Approval{StepName: "Ask", Step: "a", Ask: run.Ask{Description: []byte(`{"markdown":"**Refund** 9?"}`)}}, "**Refund** 9?", "**Refund** 9?", true},
		{run.Approval{StepName: "Ask", Step: "a", Ask: run.Ask{Description: []byte(`[{"a":1}]`)}}, "Ask", "", false},
		{run.Approval{StepName: "Ask", Step: "a", Ask: run.Ask{Description: []byte(`null`)}}, "Ask", "", true},
	} {
		text, whole := Description(&tt.a)
		if got := About(&tt.a); got != tt.about || text != tt.text || whole != tt.whole {
			t.Errorf("%s: about %q, text %q, whole %v", tt.a.Ask.Description, got, text, whole)
		}
	}
}

// The list of runs says where a run stands; what cannot be followed comes first.
func TestTheStateOfARunInTheList(t *testing.T) {
	for _, tt := range []struct {
		s    run.Summary
		word string
		role Role
	}{
		{run.Summary{Status: run.StatusRunning}, "Running", Busy},
		{run.Summary{Status: run.StatusSuspended}, "Waiting for approval", AwaitsPeople},
		{run.Summary{Status: run.StatusSleeping}, "Sleeping", Busy},
		{run.Summary{Status: run.StatusDone, Outcome: run.Succeeded}, "Succeeded", Good},
		{run.Summary{Status: run.StatusDone, Outcome: run.Refused}, "Denied", Bad},
		{run.Summary{Status: run.StatusDone, Outcome: run.Expired}, "Time ran out", Bad},
		{run.Summary{Status: run.StatusDone, Outcome: run.Skipped}, "Stopped early", Passed},
		{run.Summary{Status: run.StatusDone, Outcome: run.Succeeded, Damaged: "x"}, "Set aside", Bad},
	} {
		if word, role := RunState(tt.s); word != tt.word || role != tt.role {
			t.Errorf("%+v: %q, %v", tt.s, word, role)
		}
	}
}

func TestTimesInLists(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.Local) // a Sunday
	for back, want := range map[time.Duration]string{30 * time.Second: "just now", 4 * time.Minute: "4 min ago", 2 * time.Hour: "today 12:00", 15 * time.Hour: "Sat 23:00", 240 * time.Hour: "12 Nov 2026"} {
		if got := Ago(now, now.Add(-back)); got != want {
			t.Errorf("%v ago: %q, want %q", back, got, want)
		}
	}
	for ahead, want := range map[time.Duration]string{-time.Second: "over", 59 * time.Second: "1 min left", 23*time.Hour + 59*time.Minute: "23 h left", 72 * time.Hour: "3 days left",
		30*time.Minute - time.Second: "30 min left", time.Hour - time.Second: "1 h left", 24*time.Hour - time.Second: "24 h left", 48*time.Hour - time.Second: "2 days left", 72*time.Hour - time.Second: "3 days left"} {
		if got := TimeLeft(now, now.Add(ahead)); got != want {
			t.Errorf("a deadline in %v: %q, want %q", ahead, got, want)
		}
	}
	for ahead, want := range map[time.Duration]string{-time.Second: "time is up", time.Second: "1 s left", 59 * time.Second: "59 s left", 30*time.Minute - time.Second: "30 min left",
		24*time.Hour - time.Second: "24 h left", 48*time.Hour - time.Second: "2 d left", 23*time.Hour + 59*time.Minute: "23 h left"} {
		if got := left(now, now.Add(ahead)); got != want {
			t.Errorf("a wait that ends in %v: %q, want %q", ahead, got, want)
		}
	}
	if got := TimeLeft(now, time.Time{}); got != "no end" {
		t.Errorf("no deadline: %q", got)
	}
}
