package page

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// note is a page, or the box on top of one: what is the case, and what to do.
type note struct {
	Kind  string // good, bad, waiting, quiet: the color, beside the words
	Mark  string // a sign for it, hidden from screen readers
	Title string
	Lines []string
}

// Pages without a request.
var (
	textNowhere  = note{"quiet", "?", "There is nothing here", []string{"If you came by a link in a mail, open it again from there; some programs cut long addresses."}}
	textUnknown  = note{"quiet", "?", "This link is not known", []string{"It may have been cut when it was copied. Open it again from the mail, as a whole.", "If it still does not open, ask the person who sent it. Nothing was decided by opening it."}}
	textRevoked  = note{"quiet", "–", "This link was withdrawn", []string{"It was taken back or replaced by a newer one. Look for a later mail about the same request.", "Nothing was decided by opening it."}}
	textNoAsk    = note{"quiet", "–", "Nobody is asked here", []string{"The step that this link belongs to does not wait for an answer.", "Nothing was decided. Ask the person who sent the link."}}
	textDamaged  = note{"bad", "!", "This request cannot be shown", []string{"What is stored about it is damaged and was set aside; nothing was decided by opening it.", "Tell the person who sent the link."}}
	textBusy     = note{"waiting", "…", "Sluice is busy", []string{"Nothing was decided. Try again in a few seconds."}}
	textUnread   = note{"bad", "!", "This request cannot be shown now", []string{"The computer that keeps it cannot read or write its file. Nothing was decided by opening it.", "Try again later. If it stays so, tell the person who sent the link."}}
	textMethod   = note{"quiet", "?", "This address can only be opened or sent a form", []string{"Nothing was decided."}}
	textTooLarge = note{"bad", "!", "What you sent is too large", []string{"The limit is 1 MB. Nothing was decided.", "Go back, shorten it, and send it again."}}
	textCut      = note{"bad", "!", "What you sent did not arrive whole", []string{"Nothing was decided. Go back and send it again."}}
	textKind     = note{"bad", "!", "This was not sent by the form of this page", []string{"Nothing was decided. Open the link again and use its form."}}
	textRetry    = note{"waiting", "…", "Sluice is busy", []string{"Your answer is not recorded yet, and nothing you typed is lost.", "Wait a few seconds and press the button."}}
)

func textUnexpected(code string) note {
	return note{"bad", "!", "Something unexpected happened", []string{"If you pressed a button, open the link again: it shows whether your answer was recorded.", "If it comes back, tell the person who sent the link this code: " + code}}
}

// Notes above a form that is shown again.
const (
	textStale     = "This page was too old or had been sent before, so nothing was recorded. What you typed is still here: check it and press again."
	textForeign   = "Your browser says that this was sent from another site, so nothing was recorded. If it was you, check it and press again."
	textNoAction  = "Nothing was recorded. Press Approve or Deny."
	textDisk      = "Your answer could not be recorded: the computer that keeps it has no room, or its disk has a problem. Nothing was decided. What you typed is still here: press again in a while."
	textBusyAgain = "Sluice is busy, so your answer may not be recorded yet. What you typed is still here: press again in a few seconds. It counts once."
	textVoted     = "You had answered before. This answer was not counted: your first one stands."
	textLate      = "Your answer came after this was settled, and was not counted."
)

func textUnexpectedAgain(code string) string {
	return "Something unexpected happened and your answer may not be recorded. What you typed is still here: press again, it counts once. Code: " + code
}

// Behind Deny, as the page has them.
const (
	textDenyNote   = "Denying ends this request, whatever the others answer."
	textDenyReason = "Reason for denying"
	textDenyDo     = "Deny this request"
)

// In which role somebody fills in a form; their name follows.
const (
	textAnsweringAs = "You are answering as"
	textFillingAs   = "You are filling this in as"
)

// Words beside fields.
const (
	textNotObject  = "Enter one JSON object, such as {\"amount\": 12}."
	textNoChoice   = "Pick one of the choices."
	textWord       = "Type the word “" + run.ConfirmWord + "” here, then press the button."
	textLongReason = "Keep the reason under 2000 characters."
	textOnePerLine = "One per line."
	textTypedJSON  = "Typed as JSON."
	textBrokenForm = "The form of this request could not be read. Enter its values as one JSON object, or leave it empty."
)

func textMissing(fd flow.Field) string {
	switch fd.Kind {
	case flow.FieldEnum:
		return "Pick one."
	case flow.FieldStrings:
		return "Enter at least one."
	}
	return "Fill this in."
}

func textInZone(names ...string) string { return "Time in " + strings.Join(names, " or ") + "." }

// textUnfit is about a field that no answer could satisfy.
func textUnfit(e flow.FieldError) string {
	return "Nobody can fill this in: " + strings.Join(e.Path, ".") + " " + e.Message + ". Tell the person who sent the link."
}

func textResource(typ string) string {
	if typ == "" {
		return "Path of a resource, or its value as JSON."
	}
	return "Path of a resource of type " + typ + ", or its value as JSON."
}

// clock is a time as told to somebody who reads it at now, in now's zone.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan, 15:04")
	}
	return t.Format("2 Jan 2006, 15:04")
}

// moment is a time in full, with its zone.
func moment(t, now time.Time) string {
	t = t.In(now.Location())
	return t.Format("2 Jan 2006, 15:04 ") + flow.ZoneName(t)
}

// names lists people in a sentence.
func names(list []string) string {
	switch n := len(list); n {
	case 0:
		return "nobody"
	case 1:
		return list[0]
	case 2:
		return list[0] + " and " + list[1]
	default:
		if n > 5 {
			return strings.Join(list[:4], ", ") + fmt.Sprintf(" and %d others", n-4)
		}
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
}

// status says where a request stands, to the one who looks at it. It is nil
// where the form says it all.
func status(a run.Approval, now time.Time) *note {
	mine := a.MyVote
	switch a.State {
	case run.ApprovalApproved:
		return approvedNote(a, now)
	case run.ApprovalRefused:
		return refusedNote(a, now)
	case run.ApprovalExpired:
		n := &note{Kind: "quiet", Mark: "–", Title: "The time to answer is over", Lines: []string{"Not enough people answered" + at(" by ", a.Deadline, a.Ended, now) + ". There is nothing left to decide here."}}
		if mine != nil {
			n.Lines = append(n.Lines, recorded(*mine, now))
		}
		return n
	case run.ApprovalCanceled:
		n := &note{Kind: "quiet", Mark: "–", Title: "This request was canceled", Lines: []string{"Canceled" + by(a.EndedBy) + at(" at ", a.Ended, a.Ended, now) + reason(a.Reason) + ". There is nothing left to decide here."}}
		if mine != nil {
			n.Lines = append(n.Lines, recorded(*mine, now))
		}
		return n
	case run.ApprovalFailed:
		return &note{Kind: "bad", Mark: "!", Title: "The step that asked did not finish", Lines: []string{"So this request is void. There is nothing to decide here; the owner of the flow sees why."}}
	}
	if mine == nil {
		if a.State == run.ApprovalEarly {
			return &note{Kind: "waiting", Mark: "…", Title: "You can answer already", Lines: []string{"The step that asks you is still at work. Your answer is kept and counts as soon as it is done."}}
		}
		return nil
	}
	n := &note{Kind: "good", Mark: "✓", Title: "Thank you. Your approval is recorded."}
	if !mine.Approve {
		n = &note{Kind: "bad", Mark: "✕", Title: "Your refusal is recorded."}
	}
	n.Lines = []string{recorded(*mine, now), missing(a)}
	return n
}

func approvedNote(a run.Approval, now time.Time) *note {
	n := &note{Kind: "good", Mark: "✓", Title: "Approved"}
	switch {
	case a.MyVote == nil:
		n.Lines = []string{"Approved by " + names(voters(a, true)) + at(" at ", a.Ended, a.Ended, now) + ". There is nothing left to do for you."}
	case a.MyVote.Approve:
		n.Title = "Thank you. You approved this."
		n.Lines = []string{recorded(*a.MyVote, now), "All that was needed is there. " + cmp.Or(a.Next, "The flow goes on.")}
	default:
		n.Lines = []string{"Approved by " + names(voters(a, true)) + ".", recorded(*a.MyVote, now)}
	}
	return n
}

func refusedNote(a run.Approval, now time.Time) *note {
	n := &note{Kind: "bad", Mark: "✕", Title: "Denied" + by(a.EndedBy)}
	told := "Denied" + by(a.EndedBy) + at(" at ", a.Ended, a.Ended, now) + reason(a.Reason) + "."
	switch {
	case a.MyVote == nil:
		n.Lines = []string{told + " There is nothing left to do for you."}
	case a.MyVote.Approve:
		n.Lines = []string{told, recorded(*a.MyVote, now)}
	default:
		n.Title = "You denied this"
		n.Lines = []string{recorded(*a.MyVote, now)}
	}
	return n
}

// recorded is the receipt of one vote.
func recorded(v run.Vote, now time.Time) string {
	who := "You"
	if v.Via == run.ViaScript {
		who = "A script"
	}
	if v.Approve {
		return who + " approved on " + moment(v.At, now) + "."
	}
	return who + " denied on " + moment(v.At, now) + reason(v.Reason) + "."
}

// missing says how many are still needed, and who could be they.
func missing(a run.Approval) string {
	if a.State == run.ApprovalEarly {
		return "It counts as soon as the step that asked is done."
	}
	var open []string
	for _, p := range a.People {
		if p.Vote == nil && run.PersonOf(p.Person) != run.PersonOf(a.Person) {
			open = append(open, p.Person)
		}
	}
	s := tally(a) + " so far."
	if len(open) > 0 {
		s += " Waiting for " + names(open) + "."
	}
	return s
}

// tally is "1 of 2 approvals".
func tally(a run.Approval) string {
	n := len(voters(a, true))
	if a.Required == 1 {
		return fmt.Sprintf("%d of 1 approval", n)
	}
	return fmt.Sprintf("%d of %d approvals", n, max(a.Required, 1))
}

func voters(a run.Approval, approve bool) []string {
	var out []string
	for _, v := range a.Votes {
		if v.Approve == approve {
			out = append(out, v.Person)
		}
	}
	return out
}

func by(person string) string {
	if person == "" {
		return ""
	}
	return " by " + person
}

func at(word string, t, instead, now time.Time) string {
	if t.IsZero() {
		t = instead
	}
	if t.IsZero() {
		return ""
	}
	return word + moment(t, now)
}

func reason(s string) string {
	if s == "" {
		return ""
	}
	return ": “" + strings.TrimSuffix(s, ".") + "”"
}

// What previews say.
const (
	textPreview      = "Preview: nothing can be decided here."
	textNextApproved = "What happens next when it is approved:" // as in the template
	textNextAlways   = "What happens next:"
	textPreviewMail  = "Preview: no mail was sent, and its link leads nowhere."
)

var textPreviewGone = note{"quiet", "–", "This preview is over", []string{"Open it again from the Approval tab of the step."}}
