package model

import (
	"fmt"
	"strings"

	"sluice/engine/flow"
)

// The texts of versions and of what compares them.

// What compares two states of a flow.
const (
	textCode        = "Code"
	textStepAdded   = "Added"
	textStepRemoved = "Taken out"
	textStepMoved   = "Moved"
)

func textFlowInput(name string) string { return "Input " + name }

// textFlowField names what a flow says of itself, by its key in the file.
func textFlowField(name string) string {
	switch name {
	case "summary":
		return "Name of the flow"
	case "description":
		return "Description"
	case "required":
		return "Required inputs"
	case "order":
		return "Order of the inputs"
	case "same_worker":
		return "Steps share a folder"
	case "x-sluice":
		return "How long its runs are kept, high stakes"
	}
	return readable(name)
}

// textGroupInWords is a group on one line.
func textGroupInWords(g flow.Group) string {
	folded := ""
	if g.Folded {
		folded = "begins folded"
	}
	return dots(First(oneLine(g.Summary), textGroup)+": "+g.Start+" to "+g.End, g.Color, folded, oneLine(g.Note))
}

// textNoteInWords is a note on one line.
func textNoteInWords(n flow.Note) string {
	at := ""
	if n.Around {
		at = "around " + list(n.Steps)
	} else if n.X != nil && n.Y != nil {
		at = fmt.Sprintf("at %.0f, %.0f", *n.X, *n.Y)
	}
	size := ""
	if n.W != nil && n.H != nil {
		size = fmt.Sprintf("%.0f by %.0f", *n.W, *n.H)
	}
	return dots("“"+cut(oneLine(n.Text), 80)+"”", n.Color, at, size)
}

// textApprovalField names what an approval says, by its key in the file.
func textApprovalField(name string) string {
	switch name {
	case "required_events":
		return "Approvals required"
	case "timeout":
		return "Time to answer"
	case "resume_form":
		return "Form of the approval"
	case "user_auth_required", "user_groups_required", "self_approval_disabled":
		return "Who may approve (" + strings.ReplaceAll(name, "_", " ") + ")"
	case "hide_cancel":
		return "Deny is hidden"
	case "continue_on_disapprove_timeout":
		return "Goes on when denied"
	}
	return "Approval: " + strings.ToLower(readable(name))
}

// textLinesChanged sums up what changed in a text: "3 lines added, 1 taken out".
func textLinesChanged(lines []DiffLine) string {
	in, out := 0, 0
	for _, l := range lines {
		switch {
		case l.Was == 0:
			in++
		case l.Now == 0:
			out++
		}
	}
	switch {
	case out == 0:
		return Count(in, "line added", "lines added")
	case in == 0:
		return Count(out, "line taken out", "lines taken out")
	}
	return Count(in, "line added", "lines added") + ", " + fmt.Sprint(out) + " taken out"
}

// Of versions.
const (
	textSaved      = "Saved"
	textSavedState = "Saved"
	textToday      = "Today"
	textYesterday  = "Yesterday"
)

func textSavedRuns(n int) string   { return fmt.Sprintf("Saved · version %d runs", n) }
func textSavedBehind(n int) string { return fmt.Sprintf("Saved · version %d runs, not this", n) }
func textRestore(what string) string {
	return "Bring back " + strings.ToLower(what[:1]) + what[1:]
}
func textNothingNow(was string) string { return was + " → nothing" }
func textUndone(name string) string    { return "Undo: " + name }

func textVersion(n int, name string) string {
	if name == "" {
		return fmt.Sprintf("Version %d", n)
	}
	return fmt.Sprintf("Version %d · %s", n, name)
}

func textAndMore(name string, more int) string {
	if more <= 0 {
		return name
	}
	return fmt.Sprintf("%s, and %s", name, Count(more, "change more", "changes more"))
}
