package pane

import "sluice/ui/say"

// Words of the list of problems.
const (
	textProblems       = "Problems"
	textNoProblems     = "Nothing is wrong with this flow"
	textOfTheFlow      = "The flow itself"
	textProblemNext    = "The next problem (F8)"
	textFindIterations = "Find an iteration"
	textAllIterations  = "All states"
	textWaits          = "Waiting for approval"
	textGoesOn         = "Running"
	textDone           = "Done"
	textProblemBefore  = "The problem before (Shift+F8)"
)

// textProblemCounts tells of how many errors and warnings.
func textProblemCounts(errors, warnings int) string {
	e, w := say.N(errors, "%d error", "%d errors"), say.N(warnings, "%d warning", "%d warnings")
	switch {
	case errors == 0:
		return w
	case warnings == 0:
		return e
	}
	return e + " · " + w
}
