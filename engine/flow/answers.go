package flow

import (
	"slices"
	"strings"
)

// answerNames are the names by which an expression reads what people answered.
var answerNames = []string{"resume", "resumes", "approvers"}

// ReadsAnswer reports whether a problem is of a field that reads what people answered.
func ReadsAnswer(p Problem) bool { return slices.Contains(answerNames, p.Reads) }

// answerIn returns the first of answerNames that an expression reads, "" if none: a name
// that it gives itself, or that is a key of an object, does not count.
func answerIn(expr string) string {
	if !slices.ContainsFunc(answerNames, func(name string) bool { return strings.Contains(expr, name) }) {
		return "" // most do not, and scanning takes its time
	}
	toks, _ := scan(expr)
	mark := func(i int, text string) bool {
		return i >= 0 && i < len(toks) && toks[i].kind == tokMark && toks[i].text == text
	}
	for i, t := range toks {
		own := i > 0 && toks[i-1].kind == tokName && slices.Contains([]string{"const", "let", "var", "function"}, toks[i-1].text)
		if t.kind != tokName || !slices.Contains(answerNames, t.text) || property(toks, i) || own || mark(i+1, ":") && !mark(i-1, "?") || mark(i+1, "=>") {
			continue
		}
		return t.text
	}
	return ""
}

// AnswerRead says that a field reads what people answered at the approval of a step.
type AnswerRead struct {
	Step, Field string
	Name        string // resume, resumes or approvers
	Gate        string // the step that asks them, "" if none does
}

// AnswerReads lists the fields of a flow that read answers. An edit that changes the Gate
// of one makes it read the answers to another question, or none.
func AnswerReads(f *Flow) []AnswerRead {
	c := newChecker(f)
	c.all()
	return c.answers
}

// answer notes that an expression reads the answers of an approval, and warns where
// there is none right before it.
func (c *checker) answer(field, expr string) {
	name := answerIn(expr)
	if name == "" || c.order.way[c.step] == nil || !slices.ContainsFunc([]string{"input_transforms.", "skip_if", "iterator", "branches["}, func(s string) bool { return strings.HasPrefix(field, s) }) {
		return // what is worked out after a step hears of no answers
	}
	read := AnswerRead{Step: c.step, Field: field, Name: name, Gate: c.order.gate(c.step)}
	c.answers = append(c.answers, read)
	if read.Gate == "" {
		c.warn(read.Unanswered())
	}
}

// Unanswered is the problem of reading answers where nobody is asked.
func (r AnswerRead) Unanswered() Problem {
	why := "but no approval comes right before it"
	return Problem{Code: ProblemReference, Severity: SeverityWarning, Step: r.Step, Field: r.Field, Title: r.Field + " reads " + r.Name + ", " + why,
		Hint: "There is no answer there. Ask for approval in the step before, or read another value.", Reads: r.Name, Why: why}
}
