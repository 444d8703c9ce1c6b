package flow

import "slices"

// runnable are the languages that this version runs.
var runnable = []string{"bun", "deno", "nativets", "bunnative", "javascript", "python3", "bash"}

// Runnable reports whether scripts of a language can run here.
func Runnable(language string) bool { return slices.Contains(runnable, language) }

// Unsupported names the steps that this version can not run. Such a flow can be
// read, shown, edited and written, but not started.
func Unsupported(f *Flow) []Problem {
	var found []Problem
	Every(f, func(m *Module) {
		what := unsupported(m.Value)
		if what == "" {
			return
		}
		step := "A step"
		if m.ID != "" {
			step = "Step " + quoteName(m.ID)
		}
		found = append(found, Problem{
			Code: ProblemCannotRun, Severity: SeverityError, Step: m.ID, Field: "value.type",
			Title: step + " is " + what + ", which this version can not run",
			Hint:  "The flow is kept as it is. Replace the step to run the flow here.",
		})
	})
	return found
}

func unsupported(v ModuleValue) string {
	switch v := v.(type) {
	case nil:
		return "empty"
	case *ForLoop:
		return "a for loop"
	case *WhileLoop:
		return "a while loop"
	case *BranchAll:
		return "a branch to all"
	case *Subflow:
		return "a subflow"
	case *Agent:
		return "an AI agent"
	case *Unknown:
		return "of the type " + quoteName(v.Type)
	case *RawScript:
		if !Runnable(v.Language) {
			return "a script in " + quoteName(v.Language)
		}
	}
	return ""
}
