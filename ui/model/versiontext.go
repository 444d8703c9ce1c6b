package model

import (
	"strings"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// The texts of versions and of what compares them.

// What compares two states of a flow.
const (
	textCode        = "Code"
	textStepAdded   = "Added"
	textStepRemoved = "Taken out"
	textStepMoved   = "Moved"
)

func textFlowInput(name string) string { return say.F("Input %s", name) }

// textFlowField names what a flow says of itself, by its key in the file.
func textFlowField(name string) string {
	switch name {
	case "summary":
		return say.T("Name of the flow")
	case "description":
		return say.T("Description")
	case "required":
		return say.T("Required inputs")
	case "order":
		return say.T("Order of the inputs")
	case "same_worker":
		return say.T("Steps share a folder")
	case "x-sluice":
		return say.T("How long its runs are kept, high stakes")
	}
	return readable(name)
}

// textGroupInWords is a group on one line.
func textGroupInWords(g flow.Group) string {
	folded := ""
	if g.Folded {
		folded = say.T("begins folded")
	}
	return dots(say.F("%s: %s to %s", First(oneLine(g.Summary), say.T(textGroup)), g.Start, g.End), g.Color, folded, oneLine(g.Note))
}

// textNoteInWords is a note on one line.
func textNoteInWords(n flow.Note) string {
	at := ""
	if n.Around {
		at = say.F("around %s", list(n.Steps))
	} else if n.X != nil && n.Y != nil {
		at = say.F("at %.0f, %.0f", *n.X, *n.Y)
	}
	size := ""
	if n.W != nil && n.H != nil {
		size = say.F("%.0f by %.0f", *n.W, *n.H)
	}
	return dots("“"+cut(oneLine(n.Text), 80)+"”", n.Color, at, size)
}

// textApprovalField names what an approval says, by its key in the file.
func textApprovalField(name string) string {
	switch name {
	case "required_events":
		return say.T("Approvals required")
	case "timeout":
		return say.T("Time to answer")
	case "resume_form":
		return say.T("Form of the approval")
	case "user_auth_required", "user_groups_required", "self_approval_disabled":
		return say.F("Who may approve (%s)", strings.ReplaceAll(name, "_", " "))
	case "hide_cancel":
		return say.T("Deny is hidden")
	case "continue_on_disapprove_timeout":
		return say.T("Goes on when denied")
	}
	return say.F("Approval: %s", say.Lower(readable(name)))
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
		return say.N(in, "%d line added", "%d lines added")
	case in == 0:
		return say.N(out, "%d line taken out", "%d lines taken out")
	}
	return say.N(in, "%d line added, %d taken out", "%d lines added, %d taken out", out)
}

// Of versions.
const (
	textSaved      = "Saved"
	textSavedState = "Saved"
	textToday      = "Today"
	textYesterday  = "Yesterday"
)

func textSavedRuns(n int) string   { return say.F("Saved · version %d runs", n) }
func textSavedBehind(n int) string { return say.F("Saved · version %d runs, not this", n) }
func textRestore(what string) string {
	return say.F("Bring back %s", say.Lower(what))
}
func textNothingNow(was string) string { return say.F("%s → nothing", was) }
func textUndone(name string) string {
	if again, twice := strings.CutPrefix(name, say.F("Undo: %s", "")); twice {
		return again // what was taken back came again
	}
	return say.F("Undo: %s", name)
}

func textVersion(n int, name string) string {
	if name == "" {
		return say.F("Version %d", n)
	}
	return say.F("Version %d · %s", n, name)
}

func textAndMore(name string, more int) string {
	if more <= 0 {
		return name
	}
	return say.N(more, "%[2]s, and %[1]d change more", "%[2]s, and %[1]d changes more", name)
}
