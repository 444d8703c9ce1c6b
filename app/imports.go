package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sluice/engine"
	"sluice/engine/expr"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/script"
)

// imports asks compilers and interpreters which scripts of a flow import what is not
// there. The library is not looked at: what is of it may be there.
func imports(ctx context.Context, f *flow.Flow) (found []flow.Problem) {
	set := script.Executors()
	defer set.Close()
	flow.Every(f, func(m *flow.Module) {
		v, ok := m.Value.(*flow.RawScript)
		if !ok || m.Mock != nil && m.Mock.Enabled {
			return
		}
		c, ok := set.By[v.Language].(engine.Checker)
		if !ok {
			return
		}
		code := run.Code{Language: v.Language, Content: v.Content, Imports: map[string]string{}}
		stand := "module.exports = {}" // for a module of any names
		if v.Language == "python3" {
			stand = ""
		}
		list, _ := flow.Imports(v.Language, v.Content)
		for _, im := range list {
			for _, p := range flow.ImportPaths(v.Language, "", im) {
				code.Imports[p] = stand
			}
		}
		var bad *run.Failure
		if errors.As(c.Check(ctx, code, f.Value.SameWorker), &bad) {
			found = append(found, flow.Problem{
				Code: codeOfTrouble(bad), Severity: flow.SeverityError, Step: m.ID, Field: fmt.Sprintf("value.content, line %d", bad.Line),
				Title: bad.Message, Hint: advice(bad.Hint),
			})
		}
	})
	return found
}

// advice is what the hint of a step that was not run says to do: where nothing was to be
// run, it need not be told that nothing was.
func advice(hint string) string {
	rest, _ := strings.CutPrefix(hint, "Nothing was run.")
	return strings.TrimSpace(rest)
}

// codeOfTrouble tells code that cannot be read from code whose imports are not here.
func codeOfTrouble(f *run.Failure) fault.Code {
	if f.Name == "SyntaxError" {
		return flow.ProblemCode
	}
	return flow.ProblemCannotRun
}

// expressions names the expressions of a flow that cannot be read.
func expressions(f *flow.Flow) (found []flow.Problem) {
	checker := expr.New(nil)
	for _, x := range flow.Expressions(f) {
		if bad := checker.CheckSyntax(x.Text, x.Condition); bad != nil {
			found = append(found, flow.Problem{
				Code: flow.ProblemExpression, Severity: flow.SeverityError, Step: x.Step, Field: x.Field, Title: bad.Message, Hint: bad.Hint,
			})
		}
	}
	return found
}
