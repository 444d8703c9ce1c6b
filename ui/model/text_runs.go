package model

import (
	"sluice/engine/run"
	"sluice/ui/say"
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
	return say.F("Restarted already, %s, from %s: %s", when, from, state)
}
func textRestartsMore(n int) string       { return say.N(n, "and %d more restart", "and %d more restarts") }
func textRestartFrom(title string) string { return say.F("Restart from “%s”?", title) }
func textIterationOf(n int, loop string) string {
	return say.F("iteration %d of %s", n, loop)
}
func textNotAgain(steps string) string { return say.F("Not done again: %s", steps) }
func textDoneAgain(steps string) string {
	return say.F("Done again, as people are asked again: %s", steps)
}
func textMoreOf(n int) string { return say.F(" and %d more", n) }
func textFlowOfThen(step string) string {
	return say.F("The flow runs as it was then: step %s is another one now.", step)
}
func textKeptVote(who string, approved bool, title, step, at string, high bool) string {
	vote, stakes := say.F("%s denied “%s” (%s)", who, title, step), ""
	if approved {
		vote = say.F("%s approved “%s” (%s)", who, title, step)
	}
	if high {
		stakes = say.T("high stakes")
	}
	return dots(vote, at, stakes)
}

// What a run shows of a moment.
const (
	textFailedWord = "failed"
	textKeptWord   = "kept"
	textKeptRun    = "kept of the run before"
)

func textWorked(time string) string { return say.F("worked %s", time) }
func textWaitingFor2(n int) string {
	return say.N(n, "waiting for %d approval", "waiting for %d approvals")
}

// momentOf tells what happened, as the line of a moment says it.
func momentOf(ev run.Event) string {
	switch ev := ev.(type) {
	case run.Started:
		if _, step, ok := ev.Trigger.Restarted(); ok {
			return say.F("the run starts at %s", string(step))
		}
		return say.T("the run starts")
	case run.Evaluated:
		if ev.Err != nil {
			return say.F("%s of %s failed: %s", ev.For.Place("", 0), string(ev.Step), oneLine(say.Failure(ev.Err.Message)))
		}
		switch ev.For {
		case run.ForInputs:
			return say.F("inputs of %s", string(ev.Step))
		case run.ForBranch:
			return say.F("%s chooses its branch", string(ev.Step))
		case run.ForIterator:
			return say.F("%s has its list", string(ev.Step))
		}
		return say.F("%s of %s", ev.For.Place("", 0), string(ev.Step))
	case run.Admitted:
		return say.T("the run may begin")
	case run.Recalled:
		return say.T("kept results were looked at")
	case run.JobStarted:
		if ev.Attempt > 1 {
			return say.F("%s begins, attempt %d", string(ev.Step), ev.Attempt)
		}
		return say.F("%s begins", string(ev.Step))
	case run.JobSucceeded:
		return say.F("%s is done", string(ev.Step))
	case run.JobFailed:
		return say.F("%s failed: %s", string(ev.Step), oneLine(say.Failure(ev.Err.Message)))
	case run.JobLost:
		return say.F("%s was lost: Sluice stopped while it ran", string(ev.Step))
	case run.JobInterrupted:
		return say.F("%s was taken back before it began", string(ev.Step))
	case run.TimerFired:
		switch ev.Kind {
		case run.TimerDeadline:
			return say.T(textDeadline)
		case run.TimerRetry:
			return say.F("%s is tried again", string(ev.Step))
		}
		return say.F("the pause of %s is over", string(ev.Step))
	case run.DecisionMade:
		if ev.Approve {
			return say.F("%s approved", ev.Person)
		}
		return say.F("%s denied", ev.Person)
	case run.CancelRequested:
		return textCanceledBy(ev.By, ev.Reason)
	case run.AskNoted:
		return say.F("%s says what it asks", string(ev.Step))
	case run.LinkMinted:
		return say.T(textLinkFor) + " " + ev.Person
	case run.MailNoted:
		n := mailNote(ev)
		return say.Of(n.verb) + " " + ev.To
	}
	return ""
}

// Pinned results.
const (
	textPinEdit   = "Pin the result"
	textUnpinEdit = "Unpin the result"
	whyNoResult   = "This step has no result in the last run"
)

func textRestartOf(who, id string) string {
	return dots(say.F("restarted by %s", who), say.F("from run %s", cut(id, 9)))
}
func textGoesOnFor(time string) string { return say.F("going on for %s", time) }
func textLastedFor(time string) string { return say.F("lasted %s", time) }

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
