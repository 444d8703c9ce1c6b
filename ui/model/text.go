package model

import (
	"fmt"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// The texts that a person reads are in this file, to be reviewed as prose; which of them
// tells how a run or step stands is chosen in panel.go, where short words such as Failed
// stand too.

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

	textStoppedEarly = "Stopped early" // a run; a step is skipped
	textRunSleeps    = "Sleeping"

	textStarting    = "Starting"
	textWaits       = "Waiting"
	textForApproval = "Waiting for approval"
	textRetries     = "Trying again"
	textSucceeded   = "Succeeded"
	textDenied      = "Denied"
	textTimeRanOut  = "Time ran out"
	textDamaged     = "Set aside"
	hintDamaged     = "The journal of this run cannot be followed any further. Other runs are not touched."

	textLinkFor     = "link made for"
	textLinkTaken   = "link taken at this computer for"
	textTaken       = "by a link that was taken at this computer"
	textMailQueued  = "mail waits in the outbox for"
	textMailSending = "mail is being sent to"
	textMailSent    = "mail sent to"
	textMailKept    = "mail kept here, in the outbox, for"
	textMailFailed  = "mail could not be sent to"
	textMailUnknown = "mail may have been sent to"
	textVoted       = "approved"
	textRefusedIt   = "denied"
	textDeadline    = "time ran out"

	textGroup      = "Group"
	textNoTest     = "no condition yet"
	textWrap       = "Wrap"
	textUnwrap     = "Unwrap the steps"
	textReplace    = "Replace the step"
	textAddNote    = "Add a note"
	textMoveNote   = "Move a note"
	textWriteNote  = "Write a note"
	textColorNote  = "Color a note"
	textDeleteNote = "Delete a note"
	textUngroup    = "Take a group away"

	textOff        = "off"
	textCannotRun  = "cannot run"
	textAllPaused  = "all are paused"
	textNeverAgain = "not due again"

	textPasteScript = "Paste a Windmill script"

	whyNoFlow    = "Open a flow first"
	whyNoSteps   = "Add a step first"
	whyReadOnly  = "This is the flow as it was when it ran"
	hintReadOnly = "Open the flow to change it."
)

func textBranchOne(n int) string { return "Branch one · " + Count(n, "branch", "branches") }

func textBranchAll(n int, parallel bool) string {
	if parallel {
		return Count(n, "branch", "branches") + " in parallel"
	}
	return Count(n, "branch", "branches") + " one after another"
}

func textBranch(i int) string { return fmt.Sprintf("branch %d", i+1) }

func textApproval(required int, timeout string) string {
	return fmt.Sprintf("Approval · %s · %s", Count(required, "vote", "votes"), timeout)
}

func textWaiting(have, need int, left string) string {
	return dots(textWaits, fmt.Sprintf("%d of %s", have, Count(need, "approval", "approvals")), left)
}

func textRetrying(attempt int, left string) string {
	return dots(fmt.Sprintf("Attempt %d failed", attempt), left)
}

func textSleepsOn(left string) string { return dots(textDone, "the next step waits", left) }

func textFailed(message string) string { return dots("Failed", message) }
func textSleepFor(s string) string     { return "Then waits " + s }
func textLanguage(name string) string  { return name + " script" }
func textForked(name string) string    { return name + ", forked" }
func textWaitingFor(who string) string { return "Waiting for " + who }

// textRun says what a run was started by, and when.
func textRun(by run.Trigger, started string) string {
	switch by.Kind {
	case run.TriggerSchedule, run.TriggerWebhook:
		return dots("Run by the "+by.Kind+" "+by.By, started)
	case run.TriggerForm:
		if by.Person != "" {
			return dots("Run by the form "+by.By+", "+by.Person, started)
		}
		return dots("Run by the form "+by.By, started)
	case run.TriggerHandler:
		return dots("Run to tell of the schedule "+by.By, started)
	case run.TriggerRestart:
		if _, step, ok := by.Restarted(); ok {
			return dots("Run from step "+string(step), started)
		}
	case "command line", "api":
		return dots("Run", started)
	}
	return dots("Test run", started)
}

func textTook(time string) string   { return "Took " + time }
func textWaited(time string) string { return "waited " + time }
func textLasted(time, waited string) string {
	return "Lasted " + time + ", " + waited + " of it waiting for people"
}
func textStepTest(flow, step string) string { return flow + " · step " + step }

func textJobFailed(message string) string { return "the step failed: " + message }

func textAnyone(votes int) string { return Count(votes, "approval", "approvals") }

func textApprovedBy(who string) string {
	if who == "" {
		return textApproved
	}
	return "Approved by " + who
}

func textDeniedBy(who, why string) string {
	s := textDenied
	if who != "" {
		s += " by " + who
	}
	if why != "" {
		s += ": " + oneLine(why)
	}
	return s
}

func textCanceledBy(who, why string) string {
	s := textCanceled
	if who != "" {
		s += " by " + who
	}
	if why != "" {
		s += ": " + oneLine(why)
	}
	return s
}

func textNow(votes int, until string, never bool) string {
	s := "waiting for " + Count(votes, "more approval", "more approvals")
	if !never {
		s += " until " + until
	}
	return s
}

// textIterations tells how far a loop or the branches of a step have come.
func textIterations(s *flow.Module, t *run.Iterations, going bool) string {
	failed := ""
	if t.Failed > 0 {
		failed = fmt.Sprintf("%d failed", t.Failed)
	}
	switch {
	case !going:
		if _, ok := s.Value.(*flow.BranchAll); ok {
			return dots(Count(t.Ended, "branch", "branches"), failed)
		}
		return dots(Count(t.Ended, "iteration", "iterations"), failed)
	case t.Total < 0:
		return dots(fmt.Sprintf("Iteration %d", t.Begun), failed)
	}
	return dots(fmt.Sprintf("%d of %d done", t.Ended, t.Total), failed)
}

// textFirstProblem says what to mend before a test.
func textFirstProblem(step, title string, n int) string {
	if step != "" {
		title = "Step " + step + ": " + title
	}
	if n > 1 {
		title += fmt.Sprintf(" (and %s)", Count(n-1, "more problem", "more problems"))
	}
	return title
}

// textEdit names an edit for the history: "Delete step c".
func textEdit(what, id string) string {
	if id == "" {
		return what
	}
	return what + " of " + id
}

// textSteps names an edit of several steps: "Delete 3 steps".
func textSteps(what string, ids []string) string {
	if len(ids) == 1 {
		return what + " step " + ids[0]
	}
	return what + " " + Count(len(ids), "step", "steps")
}

const textAtTheEnd = "at the end"

func textAfter(id string) string   { return "after “" + id + "”" }
func textFirstOf(of string) string { return "as the first step of " + of }

// textWrapped names what is done where steps are wrapped.
func textWrapped(in Wrapper, ids []string) string {
	return textSteps("Wrap", ids) + " in " + map[Wrapper]string{InForLoop: "a for loop", InWhileLoop: "a while loop", InBranch: "a branch", InBranchAll: "branches"}[in]
}

// textWrapper is the name of a new loop or branch around steps.
func textWrapper(in Wrapper) string {
	return map[Wrapper]string{InForLoop: "For each item", InWhileLoop: "Repeat", InBranch: "Which way?", InBranchAll: "Do all of these"}[in]
}

// Count writes a number with its noun: "1 step", "3 steps".
func Count(n int, one, many string) string {
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
	return strings.Join(names[:shown-1], ", ") + " and " + Count(len(names)-shown+1, "other", "others")
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

// Where the values of a preview are from.
const textValuesSampled = "Sample values: ‹…› stands for what a run knows"

func textValuesOfRun(at string, sampled bool) string {
	if sampled {
		return "Values of the run of " + at + "; ‹…› stands for what was not in it"
	}
	return "Values of the run of " + at
}

// What the editor tells of the values of a run.

func textValuesOf(when string) string { return "values of the run of " + when }

func textHad(value, when string) string { return "was " + value + " in the run of " + when }

// TextGives tells what an expression gives.
func TextGives(value string) string { return "= " + value }

// TextNoValue tells why an expression gives nothing with the values of a run.
func TextNoValue(why string) string { return "= no value: " + why }

// TextFails tells that an expression fails with the values of a run.
func TextFails(why string) string { return "With these values it fails: " + why }

// Words of picking a value.
const (
	TextPick        = "Put in a value of an earlier step"
	TextPickNoRun   = "the flow has not run yet: names without values"
	TextPickHow     = "Press a value, or Enter on it"
	TextPressValue  = "press a value to put it into"
	TextPickNothing = "Put values nowhere"
	TextOtherRun    = "Values of another run"
)

// TextPickFor names the dialog in which a value for a field is picked.
func TextPickFor(field string) string { return "Put a value into " + field }

// TextNotReached tells that a value cannot be read where it was dropped.
func TextNotReached(path, field string) string {
	return field + " cannot read " + path + ": that comes later, or on another branch"
}

// TextStray tells of a name that means nothing where it stands.
func TextStray(s flow.Stray) string {
	what := s.Name + " is not known here"
	switch {
	case strings.HasPrefix(s.Name, "flow_input."):
		what = "The flow has no input " + strings.TrimPrefix(s.Name, "flow_input.")
	case strings.HasPrefix(s.Name, "results."):
		what = "There is no step " + strings.TrimPrefix(s.Name, "results.")
	}
	if s.Meant != "" {
		return what + ". Did you mean " + s.Meant + "?"
	}
	return what
}

// TextUse offers to put in what was meant.
func TextUse(name string) string { return "Use " + name }

// TextKindAndRun tells what sort of step it is and whose values are offered.
func TextKindAndRun(kind, values string) string { return dots(kind, values) }

// Words of the editor of forms.
const (
	textTimeWanted   = "Write a time like 14:30"
	textChangeInputs = "Change the inputs"
)

func textRenameInput(name, to string) string { return "Rename the input " + name + " to " + to }

func textReadBy(steps, name string, several bool) string {
	if several {
		return steps + " read flow_input." + name
	}
	return steps + " reads flow_input." + name
}

// Words of resources.
const (
	textSecretKept = "kept; type to change it"

	TextResourceName    = "Name"
	TextResourceType    = "Type"
	TextResourceTypeHow = "Types that came with an import are here, too. Of another one, the value is asked for as JSON."
	TextOtherType       = "another type…"
	TextSealed          = "It is kept sealed on this computer."
	TextSave            = "Save"
	TextSaveAndTest     = "Save and test"
	TextEditResource    = "Edit…"
	TextRenameTo        = "Rename…"
	TextRename          = "Rename"
	TextRenameHow       = "Flows of the library that name it follow. Scripts of the library and runs that wait go on naming the old one."
	TextNoFields        = "The form of this type is not known, so only its name can be changed. To change its value, add it again under its name."
)

func textRenameResource(path string) string { return "Rename resource " + path }

// TextEditOf names the dialog in which a resource is changed.
func TextEditOf(path string) string { return "Edit " + path }

// TextRenamed tells what became of a rename.
func TextRenamed(to string, flows int) string {
	return "It is " + to + " now; " + Count(flows, "flow follows", "flows follow")
}
