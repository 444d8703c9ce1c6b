package model

import (
	"fmt"

	"sluice/engine/run"
)

// Starting a run in the middle.
const (
	whyNoRun      = "There is no run yet whose results could be used"
	whyGoesOn     = "The run is going on: wait for its end, or cancel it"
	whyNotReached = "The run has not come to this step"
	whyBeside     = "This step stands beside the way of the flow"
	textAllAgain  = "All steps are done again, with the same input."
	textFlowRan   = "The flow runs as it was then: what is open cannot run."
	textFlowOfNow = "The flow runs as it is now; the steps before are the same."
)

func textRestartedBefore(when, from, state string) string {
	return "Restarted already, " + when + ", from " + from + ": " + state
}
func textRestartsMore(n int) string       { return "and " + Count(n, "more restart", "more restarts") }
func textRestartFrom(title string) string { return "Restart from “" + title + "”?" }
func textIterationOf(n int, loop string) string {
	return fmt.Sprintf("iteration %d of %s", n, loop)
}
func textNotAgain(steps string) string  { return "Not done again: " + steps }
func textDoneAgain(steps string) string { return "Done again, as people are asked again: " + steps }
func textMoreOf(n int) string           { return fmt.Sprintf(" and %d more", n) }
func textFlowOfThen(step string) string {
	return "The flow runs as it was then: step " + step + " is another one now."
}
func textKeptVote(who string, approved bool, title, step, at string, high bool) string {
	verb, stakes := "denied", ""
	if approved {
		verb = "approved"
	}
	if high {
		stakes = "high stakes"
	}
	return dots(who+" "+verb+" “"+title+"” ("+step+")", at, stakes)
}

// What a run shows of a moment.
const (
	textFailedWord = "failed"
	textKeptWord   = "kept"
	textKeptRun    = "kept of the run before"
)

func textWorked(time string) string { return "worked " + time }
func textWaitingFor2(n int) string  { return "waiting for " + Count(n, "approval", "approvals") }

// momentOf tells what happened, as the line of a moment says it.
func momentOf(ev run.Event) string {
	switch ev := ev.(type) {
	case run.Started:
		if _, step, ok := ev.Trigger.Restarted(); ok {
			return "the run starts at " + string(step)
		}
		return "the run starts"
	case run.Evaluated:
		if ev.Err != nil {
			return ev.For.Place("", 0) + " of " + string(ev.Step) + " failed: " + oneLine(ev.Err.Message)
		}
		switch ev.For {
		case run.ForInputs:
			return "inputs of " + string(ev.Step)
		case run.ForBranch:
			return string(ev.Step) + " chooses its branch"
		case run.ForIterator:
			return string(ev.Step) + " has its list"
		}
		return ev.For.Place("", 0) + " of " + string(ev.Step)
	case run.Admitted:
		return "the run may begin"
	case run.Recalled:
		return "kept results were looked at"
	case run.JobStarted:
		return string(ev.Step) + " begins" + textAttempt(ev.Attempt)
	case run.JobSucceeded:
		return string(ev.Step) + " is done"
	case run.JobFailed:
		return string(ev.Step) + " failed: " + oneLine(ev.Err.Message)
	case run.JobLost:
		return string(ev.Step) + " was lost: Sluice stopped while it ran"
	case run.JobInterrupted:
		return string(ev.Step) + " was taken back before it began"
	case run.TimerFired:
		switch ev.Kind {
		case run.TimerDeadline:
			return textDeadline
		case run.TimerRetry:
			return string(ev.Step) + " is tried again"
		}
		return "the pause of " + string(ev.Step) + " is over"
	case run.DecisionMade:
		if ev.Approve {
			return ev.Person + " approved"
		}
		return ev.Person + " denied"
	case run.CancelRequested:
		return textCanceledBy(ev.By, ev.Reason)
	case run.AskNoted:
		return string(ev.Step) + " says what it asks"
	case run.LinkMinted:
		return textLinkFor + " " + ev.Person
	case run.MailNoted:
		n := mailNote(ev)
		return n.verb + " " + ev.To
	}
	return ""
}

func textAttempt(n int) string {
	if n > 1 {
		return fmt.Sprintf(", attempt %d", n)
	}
	return ""
}

// Pinned results.
const (
	textPinEdit   = "Pin the result"
	textUnpinEdit = "Unpin the result"
	whyNoResult   = "This step has no result in the last run"
)

func textRestartOf(who, id string) string { return dots("restarted by "+who, "from run "+cut(id, 9)) }
func textGoesOnFor(time string) string    { return "going on for " + time }
func textLastedFor(time string) string    { return "lasted " + time }

const textNotReached = "not reached"

// Commands.
const (
	textCmdTestUpTo    = "Test up to the selected step"
	textCmdRestartRun  = "Restart this run from…"
	textCmdPin         = "Pin or unpin the result"
	textCmdFlowRuns    = "Runs of this flow"
	textCmdTimeline    = "Timeline of the run"
	textCmdCompareRuns = "Compare with another run…"
)
