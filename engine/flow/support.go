package flow

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// runnable are the languages that this version runs.
var runnable = []string{"bun", "deno", "nativets", "bunnative", "javascript", "python3", "bash"}

// Runnable reports whether scripts of a language can run here.
func Runnable(language string) bool { return slices.Contains(runnable, language) }

// contained are those whose scripts run in Sluice's own engine, which gives them no way
// to the system.
var contained = []string{"bun", "deno", "nativets", "bunnative", "javascript"}

// Contained reports whether scripts of a language have no way to the system.
func Contained(language string) bool { return slices.Contains(contained, language) }

// Uncontained names a language of the flow's own scripts that is not Contained, "" if
// there is none.
func Uncontained(f *Flow) (language string) {
	EveryScript(f, func(_ *Module, code *RawScript) {
		if !Contained(code.Language) {
			language = code.Language
		}
	})
	return language
}

// Unsupported names the steps that this version cannot run. Such a flow can be
// read, shown, edited and written, but not started. Among them are approvals
// whose file says who may give them: to run one and not ask would let people
// decide who may not.
func Unsupported(f *Flow) []Problem {
	var found []Problem
	Every(f, func(m *Module) {
		if fields := limits(m.Suspend); fields != nil {
			found = append(found, Problem{
				Code: ProblemCannotRun, Severity: SeverityError, Step: m.ID, Field: "suspend." + fields[0],
				Title: "Step " + quoteName(m.ID) + " limits who may approve (" + strings.Join(fields, ", ") + "), which this version cannot check",
				Hint:  "Here, whoever has a link may answer. If that will do, remove the limit; the flow is kept as it is.",
			})
		}
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
			Title: step + " is " + what + ", which this version cannot run",
			Hint:  "The flow is kept as it is. Replace the step to run the flow here.",
		})
	})
	return found
}

func unsupported(v ModuleValue) string {
	switch v := v.(type) {
	case nil:
		return "empty"
	case *Agent:
		return "an AI agent"
	case *Unknown:
		if v.Type == "" {
			return "of no type"
		}
		return "of the type " + quoteName(v.Type)
	case *RawScript:
		if !Runnable(v.Language) {
			return "a script in " + quoteName(v.Language)
		}
	case *BranchAll, *BranchOne, *ForLoop, *Identity, *Script, *Subflow, *WhileLoop:
		// They run.
	}
	return ""
}

// limits names the fields of an approval that say who may give it. A list of no
// groups limits nobody.
func limits(s *Suspend) (fields []string) {
	if s == nil || s.RequiredEvents <= 0 {
		return nil
	}
	if s.UserAuthRequired {
		fields = append(fields, "user_auth_required")
	}
	if g := s.UserGroups; g != nil && !(g.Kind == Static && none(g.Value)) {
		fields = append(fields, "user_groups_required")
	}
	if s.SelfApprovalOff {
		fields = append(fields, "self_approval_disabled")
	}
	return fields
}

func none(v Raw) bool {
	var b bytes.Buffer
	if len(v) == 0 || json.Compact(&b, v) != nil {
		return len(v) == 0
	}
	return b.String() == "null" || b.String() == "[]"
}
