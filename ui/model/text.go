package model

import (
	"fmt"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
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

func textBranchOne(n int) string {
	return say.N(n, "Branch one · %d branch", "Branch one · %d branches")
}

func textBranchAll(n int, parallel bool) string {
	if parallel {
		return say.N(n, "%d branch in parallel", "%d branches in parallel")
	}
	return say.N(n, "%d branch one after another", "%d branches one after another")
}

func textBranch(i int) string { return say.F("branch %d", i+1) }

func textApproval(required int, timeout string) string {
	return dots(say.T("Approval"), say.N(required, "%d vote", "%d votes"), timeout)
}

func textWaiting(have, need int, left string) string {
	return dots(say.T(textWaits), say.N(need, "%[2]d of %[1]d approval", "%[2]d of %[1]d approvals", have), left)
}

func textRetrying(attempt int, left string) string {
	return dots(say.F("Attempt %d failed", attempt), left)
}

func textSleepsOn(left string) string {
	return dots(say.T(textDone), say.T("the next step waits"), left)
}

func textFailed(message string) string { return dots(say.T("Failed"), message) }
func textSleepFor(s string) string     { return say.F("Then waits %s", s) }
func textLanguage(name string) string  { return say.F("%s script", name) }
func textForked(name string) string    { return say.F("%s, forked", name) }
func textWaitingFor(who string) string { return say.F("Waiting for %s", who) }

// textRun says what a run was started by, and when.
func textRun(by run.Trigger, started string) string {
	switch by.Kind {
	case run.TriggerSchedule, run.TriggerWebhook:
		if by.Kind == run.TriggerWebhook {
			return dots(say.F("Run by the webhook %s", by.By), started)
		}
		return dots(say.F("Run by the schedule %s", by.By), started)
	case run.TriggerForm:
		if by.Person != "" {
			return dots(say.F("Run by the form %s, %s", by.By, by.Person), started)
		}
		return dots(say.F("Run by the form %s", by.By), started)
	case run.TriggerHandler:
		return dots(say.F("Run to tell of the schedule %s", by.By), started)
	case run.TriggerRestart:
		if _, step, ok := by.Restarted(); ok {
			return dots(say.F("Run from step %s", string(step)), started)
		}
	case "command line", "api":
		return dots(say.T("Run"), started)
	}
	return dots(say.T("Test run"), started)
}

func textTook(time string) string   { return say.F("Took %s", time) }
func textWaited(time string) string { return say.F("waited %s", time) }
func textLasted(time, waited string) string {
	return say.F("Lasted %s, %s of it waiting for people", time, waited)
}
func textStepTest(flow, step string) string { return say.F("%s · step %s", flow, step) }

func textJobFailed(message string) string { return say.F("the step failed: %s", message) }

func textAnyone(votes int) string { return say.N(votes, "%d approval", "%d approvals") }

func textApprovedBy(who string) string {
	if who == "" {
		return say.T(textApproved)
	}
	return say.F("Approved by %s", who)
}

func textDeniedBy(who, why string) string {
	s := say.T(textDenied)
	if who != "" {
		s = say.F("Denied by %s", who)
	}
	if why != "" {
		s += ": " + oneLine(why)
	}
	return s
}

func textCanceledBy(who, why string) string {
	s := say.T(textCanceled)
	if who != "" {
		s = say.F("Canceled by %s", who)
	}
	if why != "" {
		s += ": " + oneLine(why)
	}
	return s
}

func textNow(votes int, until string, never bool) string {
	if !never {
		return say.N(votes, "waiting for %d more approval until %s", "waiting for %d more approvals until %s", until)
	}
	return say.N(votes, "waiting for %d more approval", "waiting for %d more approvals")
}

// textIterations tells how far a loop or the branches of a step have come.
func textIterations(s *flow.Module, t *run.Iterations, going bool) string {
	failed := ""
	if t.Failed > 0 {
		failed = say.F("%d failed", t.Failed)
	}
	switch {
	case !going:
		if _, ok := s.Value.(*flow.BranchAll); ok {
			return dots(say.N(t.Ended, "%d branch", "%d branches"), failed)
		}
		return dots(say.N(t.Ended, "%d iteration", "%d iterations"), failed)
	case t.Total < 0:
		return dots(say.F("Iteration %d", t.Begun), failed)
	}
	return dots(say.F("%d of %d done", t.Ended, t.Total), failed)
}

// textFirstProblem says what to mend before a test.
func textFirstProblem(step, title string, n int) string {
	if step != "" {
		title = say.F("Step %s: %s", step, title)
	}
	if n > 1 {
		title += " " + say.N(n-1, "(and %d more problem)", "(and %d more problems)")
	}
	return title
}

// textEdit names an edit for the history: "Delete step c".
func textEdit(what, id string) string {
	if id == "" {
		return what
	}
	return fmt.Sprintf(say.In("edit", "%s of %s"), what, id)
}

// textSteps names an edit of several steps: "Delete 3 steps".
func textSteps(what string, ids []string) string {
	if len(ids) == 1 {
		return fmt.Sprintf(say.In("edit", "%s step %s"), what, ids[0])
	}
	return fmt.Sprintf(say.In("edit", "%s %d steps"), what, len(ids))
}

const textAtTheEnd = "at the end"

func textAfter(id string) string   { return say.F("after “%s”", id) }
func textFirstOf(of string) string { return say.F("as the first step of %s", of) }

// textWrapped names what is done where steps are wrapped.
func textWrapped(in Wrapper, ids []string) string {
	return fmt.Sprintf(say.In("edit", "%s in %s"), textSteps(say.In("edit", "Wrap"), ids), map[Wrapper]string{InForLoop: say.In("wrap", "a for loop"), InWhileLoop: say.In("wrap", "a while loop"), InBranch: say.In("wrap", "a branch"), InBranchAll: say.In("wrap", "branches")}[in])
}

// textWrapper is the name of a new loop or branch around steps.
func textWrapper(in Wrapper) string {
	return map[Wrapper]string{InForLoop: say.T("For each item"), InWhileLoop: say.T("Repeat"), InBranch: say.T("Which way?"), InBranchAll: say.T("Do all of these")}[in]
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
	return say.N(len(names)-shown+1, "%[2]s and %[1]d other", "%[2]s and %[1]d others", strings.Join(names[:shown-1], ", "))
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
		return say.F("Values of the run of %s; ‹…› stands for what was not in it", at)
	}
	return say.F("Values of the run of %s", at)
}

// What the editor tells of the values of a run.

func textValuesOf(when string) string { return say.F("values of the run of %s", when) }

func textHad(value, when string) string { return say.F("was %s in the run of %s", value, when) }

// TextGives tells what an expression gives.
func TextGives(value string) string { return "= " + value }

// TextNoValue tells why an expression gives nothing with the values of a run.
func TextNoValue(why string) string { return say.F("= no value: %s", why) }

// TextFails tells that an expression fails with the values of a run.
func TextFails(why string) string { return say.F("With these values it fails: %s", why) }

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
func TextPickFor(field string) string { return say.F("Put a value into %s", field) }

// TextNotReached tells that a value cannot be read where it was dropped.
func TextNotReached(path, field string) string {
	return say.F("%s cannot read %s: that comes later, or on another branch", field, path)
}

// TextStray tells of a name that means nothing where it stands.
func TextStray(s flow.Stray) string {
	what := say.F("%s is not known here", s.Name)
	switch {
	case strings.HasPrefix(s.Name, "flow_input."):
		what = say.F("The flow has no input %s", strings.TrimPrefix(s.Name, "flow_input."))
	case strings.HasPrefix(s.Name, "results."):
		what = say.F("There is no step %s", strings.TrimPrefix(s.Name, "results."))
	}
	if s.Meant != "" {
		return what + ". " + say.F("Did you mean %s?", s.Meant)
	}
	return what
}

// TextUse offers to put in what was meant.
func TextUse(name string) string { return say.F("Use %s", name) }

// TextKindAndRun tells what sort of step it is and whose values are offered.
func TextKindAndRun(kind, values string) string { return dots(kind, values) }

// Words of the editor of forms.
const (
	textTimeWanted   = "Write a time like 14:30"
	textChangeInputs = "Change the inputs"
)

func textRenameInput(name, to string) string { return say.F("Rename the input %s to %s", name, to) }

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
	TextRenameHow       = "Flows, scripts and schedules of the library that name it follow. Runs that wait go on naming the old one."
	TextNoFields        = "The form of this type is not known, so only its name can be changed. To change its value, add it again under its name."
)

func textRenameResource(path string) string { return say.F("Rename resource %s", path) }

// TextEditOf names the dialog in which a resource is changed.
func TextEditOf(path string) string { return say.F("Edit %s", path) }

// TextRenamed tells what became of a rename.
func TextRenamed(to string, follow int) string {
	return say.N(follow, "It is %[2]s now; what names it follows in %[1]d place of the library", "It is %[2]s now; what names it follows in %[1]d places of the library", to)
}
