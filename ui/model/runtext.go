package model

import "fmt"

// Starting a run in the middle.
const (
	whyNoRun      = "There is no run yet whose results could be used"
	whyGoesOn     = "The run is going on: wait for its end, or cancel it"
	whyNotReached = "The run has not come to this step"
	whyBeside     = "This step stands beside the way of the flow"
	textAllAgain  = "All steps are done again, with the same input."
	textFlowOfNow = "The flow runs as it is now; the steps before are the same."
)

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
