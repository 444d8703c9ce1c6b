package flow

import "sluice/engine/fault"

// Severity tells whether a problem stops a flow from running.
type Severity string

// The severities of problems.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Problem is something about a flow that its author should know.
type Problem struct {
	Code     fault.Code
	Severity Severity
	Step     string // module id, "" for the flow itself
	Field    string // as in the file: "retry.exponential.seconds"; may be empty
	Title    string // one line, no period
	Hint     string // what to do
	// Reads is the id of the step whose result is read in vain, and Why says why
	// it has none there: "which runs after it". Empty for all other problems.
	Reads, Why string
}

// Codes of problems.
const (
	ProblemID         fault.Code = "flow.id"          // missing, double or reserved
	ProblemExpression fault.Code = "flow.expression"  // an expression that cannot be read
	ProblemCode       fault.Code = "flow.code"        // code that cannot be read
	ProblemField      fault.Code = "flow.field"       // a known field of an unreadable form
	ProblemPlace      fault.Code = "flow.place"       // a field that has no effect where it stands
	ProblemRequired   fault.Code = "flow.required"    // something needed is not there
	ProblemType       fault.Code = "flow.type"        // a step of an unknown type
	ProblemLanguage   fault.Code = "flow.language"    // a language nobody knows
	ProblemPath       fault.Code = "flow.path"        // not u/, f/, g/ or hub/
	ProblemRetry      fault.Code = "flow.retry"       // a retry policy that cannot work
	ProblemSuspend    fault.Code = "flow.suspend"     // an approval that makes no sense
	ProblemSchema     fault.Code = "flow.schema"      // a schema that is none
	ProblemForm       fault.Code = "flow.form"        // a form that nobody can fill in
	ProblemFailure    fault.Code = "flow.failure"     // a failure or preprocessor module of a wrong kind
	ProblemInline     fault.Code = "flow.inline"      // a reference to a file that was not read
	ProblemReference  fault.Code = "flow.reference"   // results of a step that is not there
	ProblemOrder      fault.Code = "flow.order"       // results of a step that runs later
	ProblemRange      fault.Code = "flow.range"       // a number out of its range
	ProblemList       fault.Code = "flow.list"        // a loop over something that is not a list
	ProblemEndless    fault.Code = "flow.endless"     // a while loop that nothing ends
	ProblemConstant   fault.Code = "flow.constant"    // a condition that is the same in every run
	ProblemUnreached  fault.Code = "flow.unreached"   // a step that no run comes to
	ProblemCycle      fault.Code = "flow.cycle"       // flows that run each other in a circle
	ProblemCannotRun  fault.Code = "flow.unsupported" // valid, but this version cannot run it
)

// NoLanguage says that nothing here runs the language of a step.
func NoLanguage(step, language string) *fault.Error {
	return fault.Newf("flow.language", "Install what runs this language, or rewrite the step in one that runs here.",
		"Step %s is written in %s, which cannot run here", step, language)
}
