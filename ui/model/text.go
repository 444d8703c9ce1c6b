package model

import (
	"fmt"
	"strings"
)

// The texts that a person reads are in this file, to be reviewed as prose.

const (
	textDefault      = "default"
	textOnFailure    = "When a step fails"
	textPreprocessor = "Before the flow"
	textEnd          = "End"
	textInput        = "Flow input"
	textInputChip    = "input"
	textNoInputs     = "No inputs"
	textUntitled     = "Untitled flow"

	textIdentity = "Passes the result on"
	textSleep    = "Waits"
	textAgent    = "AI agent"
	textForLoop  = "For each item"
	textWhile    = "Repeat"
	textBranchTo = "Branch"
	textAll      = "All branches"
	textSubflow  = "Run a flow"
	textUnknown  = "Unknown step"
	textHub      = "Hub"

	textRunning    = "Running"
	textEvaluating = "Preparing"
	textSleeping   = "Holding the next step back"
	textSkipped    = "Skipped"
	textCanceled   = "Canceled"
	textDone       = "Done"
	textApproved   = "Approved"
	textMocked     = "Pinned result"
	textSuspends   = "Suspends the flow"

	textNoRuns      = "Runs show up here. Press Test flow to start one."
	textNoApprovals = "Nobody is being asked at the moment."
	textNoTimeline  = "This step asks nobody."

	whyNoFlow  = "Open a flow first"
	whyNoSteps = "Add a step first"
	whyNoInput = "Fill the inputs first"
)

func textBranchOne(n int) string {
	if n == 1 {
		return "Branch one · 1 branch"
	}
	return fmt.Sprintf("Branch one · %d branches", n)
}

func textBranchAll(n int, parallel bool) string {
	how := "one after another"
	if parallel {
		how = "in parallel"
	}
	return fmt.Sprintf("%s %s", count(n, "branch", "branches"), how)
}

func textBranch(i int) string { return fmt.Sprintf("branch %d", i+1) }

func textApproval(required int, timeout string) string {
	return fmt.Sprintf("Approval · %s · %s", count(required, "vote", "votes"), timeout)
}

func textWaiting(have, need int, left string) string {
	return dots("Waiting", fmt.Sprintf("%d of %s", have, count(need, "approval", "approvals")), left)
}

func textRetrying(attempt int, left string) string {
	return dots(fmt.Sprintf("Attempt %d failed", attempt), "again soon", left)
}

func textFailed(message string) string  { return dots("Failed", message) }
func textRefused(by string) string      { return "Denied by " + by }
func textExpired() string               { return "Time ran out" }
func textSleepFor(s string) string      { return "Then waits " + s }
func textProblems(n int) string         { return count(n, "problem", "problems") }
func textFixFirst(first string) string  { return first }
func textLanguage(name string) string   { return name + " script" }
func textForked(name string) string     { return name + ", forked" }
func textWaitingFor(who string) string  { return "Waiting for " + who }
func textTestRun(started string) string { return "Test run · " + started }

// Undo names, as in "Undo: Delete step c".
func nameOf(verb, id string) string { return verb + " " + id }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// dots joins what is not empty: "TypeScript · 42 ms".
func dots(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" · ")
		}
		b.WriteString(p)
	}
	return b.String()
}

// list joins names: "dana@…, li@…", "dana@…, li@… and 3 others".
func list(names []string) string {
	const shown = 3
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shown-1], ", ") + " and " + count(len(names)-shown+1, "other", "others")
}

// oneLine folds all white space of a text to single blanks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens a text to n runes.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}
