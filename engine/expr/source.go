package expr

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"modernc.org/quickjs"

	"sluice/engine/run"
)

// source is an expression made ready: what old editors put around it is gone,
// and lines stand where they stood.
type source struct {
	text    string // without semicolons at its end
	whole   string // with them
	line    int    // lines cut off before text
	col     int    // blanks cut off before text in its line
	empty   bool   // nothing but blanks and comments
	awaits  bool   // the word await occurs
	open    bool   // may close what is put around it
	lasting bool   // may leave something behind for the next expression: a changed value, a name
}

var (
	importLine = regexp.MustCompile(`^import(?:(?:\s*[{*]|\s+[\w$])[^;'"(]*?)?\s*(?:'[^'\n]*'|"[^"\n]*")[ \t]*;?`)
	comments   = regexp.MustCompile(`(?s)^(?:\s+|//[^\n]*|/\*.*?\*/)*$`)
	awaitWord  = regexp.MustCompile(`\bawait\b`)
	// What may last: an assignment, a declaration, a method known to change its
	// object, a call that hides its name.
	leaving = regexp.MustCompile(`(?:^|[^=!<>])=(?:[^=>]|$)|[<>]{2,3}=|\+\+|--|\b(?:delete|var|function|class|eval|Function|Reflect|globalThis|constructor)\b|` +
		`\.\s*(?:sort|reverse|push|pop|shift|unshift|splice|fill|copyWithin|assign|defineProperty|defineProperties|setPrototypeOf|freeze|seal|preventExtensions|set\w*|__\w+)\b|\]\s*(?:\?\.\s*)?\(`)
)

var throws = regexp.MustCompile(`\b(?:throw|reject)\b`)

// read prepares an expression as it was typed.
func read(expr string) source {
	text := strings.TrimRight(strings.TrimPrefix(expr, "\ufeff"), " \t\r\n\u00a0")
	s := source{}
	cut := func(n int) {
		s.line += strings.Count(text[:n], "\n")
		s.col = n - strings.LastIndexByte(text[:n], '\n') - 1
		text = text[n:]
	}
	for {
		cut(len(text) - len(strings.TrimLeft(text, " \t\r\n\u00a0")))
		m := importLine.FindString(text)
		if m == "" {
			break
		}
		cut(len(m))
	}
	s.whole = text
	for {
		t := strings.TrimRight(strings.TrimSuffix(text, ";"), " \t\r\n\u00a0")
		if t == text {
			break
		}
		text = t
	}
	s.text = text
	s.empty = text == "" || text[0] == '/' && comments.MatchString(text)
	s.awaits = awaitWord.MatchString(text)
	s.open = closes(s.whole)
	s.lasting = leaving.MatchString(text)
	return s
}

// Three ways to run a text. Each puts it on a line of its own, so that a line
// comment at its end hides nothing and columns stay true.
const (
	asExpression = iota // one expression
	asStatements        // statements, the value of the last one counts
	asBody              // statements with return
)

// code is the text as a program. The value of the program of an expression or
// a body is a function, so that reading it runs nothing.
func (s source) code(way int) string {
	kind := "function"
	if s.awaits {
		kind = "async function"
	}
	switch way {
	case asExpression:
		return "(" + kind + " $expr(){return (\n" + s.text + "\n)})"
	case asBody:
		// An arrow function: after its end nothing but a comma could follow.
		return "(" + strings.TrimSuffix(kind, "function") + "() => {\n" + s.whole + "\n})"
	default:
		return "{\n" + s.whole + "\n}"
	}
}

// fence is a second program around the text, to be read only. A text that is
// right in both closes the brackets around it in neither: "1) + (2" is right in
// the first alone.
func (s source) fence(way int) string {
	kind := ""
	if s.awaits {
		kind = "async "
	}
	switch way {
	case asExpression:
		return "(" + kind + "function(){return [\n" + s.text + "\n]})"
	case asBody:
		return "(" + kind + "function(){if(0){\n" + s.whole + "\n}})"
	default:
		return "do {\n" + s.whole + "\n} while(0)"
	}
}

// closes reports whether a text may hold a bracket that closes more than the
// text opened. Where it is hard to tell, it may.
func closes(text string) bool {
	if strings.ContainsAny(text, "/`") {
		return strings.ContainsAny(text, ")]}")
	}
	var open []byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"', '\'':
			for i++; i < len(text) && text[i] != c; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '(':
			open = append(open, ')')
		case '[':
			open = append(open, ']')
		case '{':
			open = append(open, '}')
		case ')', ']', '}':
			if len(open) == 0 || open[len(open)-1] != c {
				return true
			}
			open = open[:len(open)-1]
		}
	}
	return false
}

// statementFlags are the eval flags for asStatements; with await the value
// comes in a promise of {value}.
func (s source) statementFlags() int {
	if s.awaits {
		return quickjs.EvalGlobal | evalAsync
	}
	return quickjs.EvalGlobal
}

const evalAsync = 1 << 7 // JS_EVAL_FLAG_ASYNC

// position finds positions in the engine's stack traces.
var position = regexp.MustCompile(`at (?:(\S+) )?\(?<eval>:(\d+)(?::(\d+))?`)

// failure words an error of the engine, with the line in the expression as
// it was typed.
func (s source) failure(err error) *run.Failure {
	if f, ok := errors.AsType[*run.Failure](err); ok {
		return f
	}
	e, ok := err.(*quickjs.Error)
	if !ok {
		return &run.Failure{Message: err.Error()}
	}
	f := &run.Failure{Message: e.Error(), Stack: s.stack(e.Stack)}
	if e.LineNumber > 0 {
		f.Line = s.at(e.LineNumber)
		f.Stack = ""
		if e.LineNumber > strings.Count(s.text, "\n")+2 {
			f.Message = "SyntaxError: the expression ends too early"
		}
	} else {
		for _, m := range position.FindAllStringSubmatch(e.Stack, -1) {
			if strings.HasPrefix(m[1], "$") && m[1] != "$expr" {
				continue
			}
			n, _ := strconv.Atoi(m[2])
			f.Line = s.at(n)
			break
		}
	}
	switch {
	// Without memory even for an error object the engine throws null; an expression
	// does it only by one of these words.
	case strings.Contains(f.Message, "out of memory") || f.Message == "null" && e.Stack == "" && !throws.MatchString(s.text):
		f.Message = "needs more memory than an expression may use"
		f.Hint = "Move the work into a script step."
	case strings.Contains(f.Message, "stack overflow"):
		f.Message = "calls itself too deeply"
		f.Hint = "Move the work into a script step, or nest less."
	case e.Stack == "" && json.Valid([]byte(f.Message)) || f.Message == "undefined" || f.Message == "NaN":
		f.Message += " was thrown"
		f.Hint = "Throw an error that says what is wrong."
	}
	return f
}

// stack is the engine's stack trace as far as it lies in the expression, with lines as
// they were typed. The rest is the program around it, which says nothing to its author.
func (s source) stack(trace string) string {
	var b strings.Builder
	last := strings.Count(s.text, "\n") + 2
	for _, m := range position.FindAllStringSubmatch(trace, -1) {
		n, _ := strconv.Atoi(m[2])
		name := m[1]
		if strings.HasPrefix(name, "$") && name != "$expr" || n < 2 || n > last {
			continue
		}
		where := fmt.Sprintf("line %d", s.at(n))
		if m[3] != "" {
			where += ", column " + m[3]
		}
		if name == "" || name[0] == '$' || name[0] == '<' {
			b.WriteString("    at " + where + "\n")
		} else {
			b.WriteString("    at " + name + " (" + where + ")\n")
		}
	}
	return b.String()
}

// at turns a line of the program into a line of the expression as typed.
func (s source) at(line int) int {
	n := strings.Count(s.text, "\n") + 1
	return s.line + max(1, min(line-1, n))
}

// column is where in its line a syntax error stands, as typed.
func (s source) column(e *quickjs.Error) int {
	switch n := e.LineNumber - 1; {
	case n > strings.Count(s.text, "\n")+1:
		return len([]rune(s.text[strings.LastIndexByte(s.text, '\n')+1:])) + 1
	case n == 1:
		return e.ColumnNumber + s.col
	}
	return e.ColumnNumber
}
