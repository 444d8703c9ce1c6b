package model

// Words of the list of problems.
const (
	textCmdProblems      = "Problems"
	textCmdNextProblem   = "Next problem"
	textCmdProblemBefore = "Previous problem"

	textMissingResource = "The step fails when it is asked for. Choose one that is there, or add it."
	textMissingScript   = "A run of this flow is refused. Import the script, or replace the step."
	textMissingFlow     = "A run of this flow is refused. Choose another flow, or import it."
)
