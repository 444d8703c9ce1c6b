package expr

import (
	"fmt"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"modernc.org/quickjs"

	"sluice/engine/run"
)

// Check reads an expression without running it and returns what is wrong with
// its syntax, with line and column; nil if nothing is. It takes well under a
// millisecond, so that an editor may call it at every key.
func Check(expr string) *run.Failure { return check(expr, asBody) }

// CheckCondition is Check for the places that take one expression only:
// conditions of branches, stops, skips and retries.
func CheckCondition(expr string) *run.Failure { return check(expr, asExpression) }

// CheckSyntax is Check, or CheckCondition.
func (e *Evaluator) CheckSyntax(text string, condition bool) *run.Failure {
	if condition {
		return CheckCondition(text)
	}
	return Check(text)
}

// check tries the ways to read an expression up to the last one.
func check(expr string, last int) *run.Failure {
	if len(expr) > maxText {
		return &run.Failure{Name: run.NameExpr, Message: "The expression " + tooLong, Hint: tooLongHint}
	}
	if _, ok := plainPath(strings.TrimSpace(expr)); ok {
		return nil
	}
	key := sound{expr, last}
	if checked.Contains(key) {
		return nil
	}
	f := checkAll(expr, last)
	if f == nil {
		checked.Add(key, true)
	}
	return f
}

// sound is an expression that can be read.
type sound struct {
	text string
	last int // the last way to read it that may be tried
}

// checked are the expressions that were found sound last: a flow is tested again and
// again, and most of it is as it was.
var checked = func() *lru.Cache[sound, bool] {
	c, err := lru.New[sound, bool](1024)
	if err != nil {
		panic(err) // the size is not positive
	}
	return c
}()

func checkAll(expr string, last int) *run.Failure {
	s := read(expr)
	if s.empty {
		return nil
	}
	if _, ok := plainPath(s.text); ok {
		return nil
	}
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil // nothing is known against the expression
	}
	defer vm.Close()
	vm.SetMemoryLimit(memoryLimit)
	vm.SetMaxStackSize(stackFrames)
	_ = vm.SetEvalTimeout(DefaultTimeout)

	var worst error
	for way := asExpression; way <= last; way++ {
		flags := quickjs.EvalGlobal
		if way == asStatements {
			flags = s.statementFlags()
		}
		_, err := vm.Compile(s.code(way), flags)
		if err == nil && s.open {
			_, err = vm.Compile(s.fence(way), flags)
		}
		if err == nil {
			return nil
		}
		if worst == nil {
			worst = err
		} else if way == asBody {
			worst = further(worst, err)
		}
	}
	f := s.failure(worst)
	f.Name = run.NameExpr
	if e, ok := worst.(*quickjs.Error); ok && e.LineNumber > 0 {
		message, _ := strings.CutPrefix(f.Message, "SyntaxError: ")
		f.Message = fmt.Sprintf("%s (line %d, column %d)", message, f.Line, s.column(e))
	}
	return f
}
