package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sluice/engine/run"
)

// Votes tells how far a request has come: "1 of 2".
func Votes(a *run.Approval) string { return fmt.Sprintf("%d of %d", len(approvedBy(*a)), a.Required) }

// VotesOfAll is Votes with its noun: "1 of 2 approvals".
func VotesOfAll(a *run.Approval) string {
	return fmt.Sprintf("%d of %s", len(approvedBy(*a)), Count(a.Required, "approval", "approvals"))
}

// Mark tells requests apart that ask the same: when they were opened, and the end of the
// run's id, as the list of runs has it.
func Mark(now time.Time, a *run.Approval) string {
	if a.Opened.IsZero() {
		return ShortID(a.Run)
	}
	return clock(now, a.Opened) + " · " + ShortID(a.Run)
}

// ShortID is the end of a run's id, which differs from run to run; its start is the time.
func ShortID(id run.ID) string { return "…" + string(id[max(0, len(id)-6):]) }

// WaitsFor tells whose answers a request waits for: "waiting for you".
func WaitsFor(a *run.Approval) string {
	names := missing(*a)
	switch {
	case len(names) == 0:
		return "waiting"
	case len(names) == 1 && names[0] == run.DesktopUser:
		return "waiting for you"
	case len(names) > 2:
		return fmt.Sprintf("waiting for %s and %d others", names[0], len(names)-1)
	}
	return "waiting for " + strings.Join(names, ", ")
}

// Standing tells in one line how far a request has come, and whether the person at the
// desk has answered it: "1 of 2 · you have answered · waiting for li@acme.example".
func Standing(a *run.Approval) string {
	mine := ""
	if a.MyVote != nil {
		mine = "you have answered"
	}
	return dots(Votes(a), mine, WaitsFor(a))
}

// Unanswered lists the people who were asked and have not answered.
func Unanswered(a *run.Approval) (people []run.AskedPerson) {
	for _, p := range a.People {
		if p.Vote == nil {
			people = append(people, p)
		}
	}
	return people
}

// Everyone lists who was asked, and then who has answered unasked, such as the person
// at the desk.
func Everyone(a *run.Approval) []run.AskedPerson {
	everyone := slices.Clone(a.People)
	for _, v := range a.Votes {
		if !slices.ContainsFunc(a.People, func(w run.AskedPerson) bool { return run.PersonOf(w.Person) == run.PersonOf(v.Person) }) {
			everyone = append(everyone, run.AskedPerson{Person: v.Person, Vote: &v})
		}
	}
	return everyone
}

// Mine tells the person at the desk, who has answered, how they did and what is still
// awaited.
func Mine(a *run.Approval) string {
	word := "denied"
	if a.MyVote.Approve {
		word = "approved"
	}
	text := "You " + word + " this at " + a.MyVote.At.Local().Format("15:04") + "."
	if more := a.Required - len(approvedBy(*a)); more > 0 && a.MyVote.Approve {
		text += " It waits for " + Count(more, "more approval", "more approvals") + "."
	}
	return text
}

// Answer tells what a person who was asked has answered.
func Answer(w run.AskedPerson) (text string, role Role) {
	switch {
	case w.Vote != nil && w.Vote.Approve:
		return "approved " + w.Vote.At.Local().Format("15:04") + w.Vote.Via.ByNoHand(), Good
	case w.Vote != nil:
		return "denied " + w.Vote.At.Local().Format("15:04") + w.Vote.Via.ByNoHand(), Bad
	case w.Mail == run.MailKept:
		return "mail kept here, in the outbox, no answer yet", AwaitsPeople
	case w.Mail != "":
		return "mail " + string(w.Mail) + ", no answer yet", AwaitsPeople
	}
	return "no answer yet", AwaitsPeople
}

// About tells requests of one step apart: by what the step says of it, by the iteration
// of its loop, or by its name.
func About(a *run.Approval) string {
	if text, _ := Description(a); text != "" {
		line, _, _ := strings.Cut(text, "\n")
		return line
	}
	if facts := a.Ask.Facts; strings.Contains(string(a.Step), "/") && len(facts) > 0 {
		return facts[0].Label + " " + facts[0].Value
	}
	return a.StepName
}

// Description is what the step's result says above the form, as far as it is
// text. whole is false if it is something else.
func Description(a *run.Approval) (text string, whole bool) {
	raw := a.Ask.Description
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		return strings.TrimSpace(text), true
	}
	var rich struct {
		Markdown string `json:"markdown"`
	}
	_ = json.Unmarshal(raw, &rich)
	text = strings.TrimSpace(rich.Markdown)
	return text, text != ""
}

// MailTitle is the subject that a mail is sent with: a step may leave it to the
// question, or to the flow's name.
func MailTitle(m *run.MailItem) string {
	if m.Plain {
		return First(m.Subject, "(no subject)")
	}
	return First(m.Subject, m.Ask.Question, "Approval needed: "+m.FlowName)
}

// MailState says where a mail stands.
func MailState(m *run.MailItem) (word string, role Role) {
	switch m.State {
	case run.MailSent:
		if m.Practice {
			return "Kept here", Good
		}
		return "Sent", Good
	case run.MailSending:
		return "Sending", Busy
	case run.MailFailed:
		return "Not sent", Bad
	case run.MailUnknown:
		return "Perhaps sent", AwaitsPeople
	}
	if m.Error != "" {
		return "Waits for another try", AwaitsPeople
	}
	return "Waits", Idle
}

// First is the first text that says something.
func First(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}
