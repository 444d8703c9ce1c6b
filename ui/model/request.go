package model

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"sluice/engine/run"
	"sluice/ui/say"
)

// Votes tells how far a request has come: "1 of 2".
func Votes(a *run.Approval) string { return say.F("%d of %d", len(approvedBy(*a)), a.Required) }

// VotesOfAll is Votes with its noun: "1 of 2 approvals".
func VotesOfAll(a *run.Approval) string {
	return say.N(a.Required, "%[2]d of %[1]d approval", "%[2]d of %[1]d approvals", len(approvedBy(*a)))
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
		return say.T("waiting")
	case len(names) == 1 && names[0] == run.DesktopUser:
		return say.T("waiting for you")
	case len(names) > 2:
		return say.F("waiting for %s and %d others", names[0], len(names)-1)
	}
	return say.F("waiting for %s", strings.Join(names, ", "))
}

// Standing tells in one line how far a request has come, and whether the person at the
// desk has answered it: "1 of 2 · you have answered · waiting for li@acme.example".
func Standing(a *run.Approval) string {
	mine := ""
	if a.MyVote != nil {
		mine = say.T("you have answered")
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
	at := a.MyVote.At.Local().Format("15:04")
	if !a.MyVote.Approve {
		return say.F("You denied this at %s.", at)
	}
	text := say.F("You approved this at %s.", at)
	if more := a.Required - len(approvedBy(*a)); more > 0 {
		text += " " + say.N(more, "It waits for %d more approval.", "It waits for %d more approvals.")
	}
	return text
}

// Answer tells what a person who was asked has answered.
func Answer(w run.AskedPerson) (text string, role Role) {
	switch {
	case w.Vote != nil && w.Vote.Approve:
		return say.F("approved %s%s", w.Vote.At.Local().Format("15:04"), byNoHand(w.Vote.Via)), Good
	case w.Vote != nil:
		return say.F("denied %s%s", w.Vote.At.Local().Format("15:04"), byNoHand(w.Vote.Via)), Bad
	case w.Mail != "":
		return mailStands(w.Mail), AwaitsPeople
	}
	return say.T("no answer yet"), AwaitsPeople
}

// byNoHand says that no person pressed a button, as run.Via.ByNoHand does.
func byNoHand(v run.Via) string {
	switch v {
	case run.ViaAPI:
		return say.T(" by a program")
	case run.ViaScript:
		return say.T(" by a script")
	}
	return ""
}

// mailStands tells of who has not answered where the mail stands.
func mailStands(s run.MailState) string {
	switch s {
	case run.MailQueued:
		return say.T("mail queued, no answer yet")
	case run.MailSending:
		return say.T("mail sending, no answer yet")
	case run.MailSent:
		return say.T("mail sent, no answer yet")
	case run.MailKept:
		return say.T("mail kept here, in the outbox, no answer yet")
	case run.MailFailed:
		return say.T("mail failed, no answer yet")
	case run.MailUnknown:
		return say.T("mail unknown, no answer yet")
	}
	return say.T("no answer yet")
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
		return First(m.Subject, say.T("(no subject)"))
	}
	return First(m.Subject, m.Ask.Question, say.F("Approval needed: %s", m.FlowName))
}

// MailState says where a mail stands.
func MailState(m *run.MailItem) (word string, role Role) {
	switch m.State {
	case run.MailSent:
		if m.Practice {
			return say.T("Kept here"), Good
		}
		return say.T("Sent"), Good
	case run.MailSending:
		return say.T("Sending"), Busy
	case run.MailFailed:
		return say.T("Not sent"), Bad
	case run.MailUnknown:
		return say.T("Perhaps sent"), AwaitsPeople
	}
	if m.Error != "" {
		return say.T("Waits for another try"), AwaitsPeople
	}
	return say.T("Waits"), Idle
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
