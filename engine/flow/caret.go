package flow

import (
	"slices"
	"strings"
)

// AtCaret is the path that somebody is typing in an expression: results.a.cu.
type AtCaret struct {
	Path    []PathKey // what stands before the last dot, its first key being a name; empty for a name of its own
	Prefix  string    // what was typed of the next name
	From    int       // where Prefix begins, in bytes
	Bracket bool      // it is typed between brackets, as a text whose quote is open
}

// ReadCaret reads what is typed before a place of an expression. ok is false where no
// name can stand, such as in a text or a comment.
func ReadCaret(expr string, caret int) (at AtCaret, ok bool) {
	toks, _ := scan(expr[:caret])
	n := len(toks)
	mark := func(i int, text string) bool { return i >= 0 && toks[i].kind == tokMark && toks[i].text == text }
	dot := func(i int) bool { return mark(i, ".") || mark(i, "?.") }
	switch {
	case n == 0:
		return AtCaret{From: caret}, emptyBefore(expr[:caret])
	case toks[n-1].kind == tokName && toks[n-1].end == caret:
		at.Prefix, at.From = toks[n-1].text, toks[n-1].start
		if n--; !dot(n - 1) {
			return at, true
		}
		n--
	case dot(n-1) && toks[n-1].end == caret:
		at.From = caret
		n--
	case mark(n-1, "[") && caret-toks[n-1].end >= 1 && (expr[toks[n-1].end] == '"' || expr[toks[n-1].end] == '\''):
		at.Prefix, at.From, at.Bracket = expr[toks[n-1].end+1:caret], toks[n-1].end+1, true
		n--
	case toks[n-1].kind == tokMark && emptyBefore(expr[toks[n-1].end:caret]) && !slices.Contains([]string{")", "]", "}", "++", "--"}, toks[n-1].text):
		return AtCaret{From: caret}, true
	default:
		return AtCaret{}, false
	}
	at.Path, ok = pathBack(toks[:n])
	return at, ok
}

func emptyBefore(s string) bool {
	for _, r := range s {
		if r != ' ' && r != '\n' && r != '\t' {
			return false
		}
	}
	return true
}

// pathBack reads the path that tokens end with: results.a["x y"][0].
func pathBack(toks []tok) (path []PathKey, ok bool) {
	for i := len(toks) - 1; i >= 0; {
		mark := func(j int, text string) bool { return j >= 0 && toks[j].kind == tokMark && toks[j].text == text }
		switch t := toks[i]; {
		case t.kind == tokName:
			path = append(path, PathKey{Name: t.text})
			if !mark(i-1, ".") && !mark(i-1, "?.") {
				slices.Reverse(path)
				return path, true
			}
			i -= 2
		case mark(i, "]") && mark(i-2, "[") && toks[i-1].kind == tokText:
			path = append(path, PathKey{Name: toks[i-1].text})
			if i -= 3; mark(i, "?.") {
				i--
			}
		case mark(i, "]") && mark(i-2, "[") && toks[i-1].kind == tokElse:
			path = append(path, PathKey{Name: toks[i-1].text, Index: true})
			if i -= 3; mark(i, "?.") {
				i--
			}
		default:
			return nil, false
		}
	}
	return nil, false
}

// Insertion is how the path of a value is put into an expression at a place: inside of a
// template's text it stands in ${…}, beside another value it is added to that. at is
// where it goes: behind a template that is the whole expression, into its end.
func Insertion(expr string, caret int, path string) (at int, text string) {
	end := strings.TrimRight(expr, " \n\t")
	if caret >= len(end) && strings.HasSuffix(end, "`") && inTemplate(end[:len(end)-1]) {
		caret = len(end) - 1
	}
	if inTemplate(expr[:caret]) {
		return caret, "${" + path + "}"
	}
	text = path
	before, _ := scan(expr[:caret])
	after, _ := scan(expr[caret:])
	if n := len(before); n > 0 && (before[n-1].kind != tokMark || slices.Contains([]string{")", "]", "}"}, before[n-1].text)) && !slices.Contains(operatorWords, before[n-1].text) {
		text = " + " + text
	}
	if len(after) > 0 && (after[0].kind != tokMark || after[0].text == "(" || after[0].text == "${" || after[0].text == "[" || after[0].text == "{") || len(after) == 0 && strings.HasPrefix(strings.TrimSpace(expr[caret:]), "`") {
		text += " + "
	}
	return caret, text
}

// operatorWords are words after which a value stands.
var operatorWords = []string{"return", "typeof", "case", "in", "of", "void", "new", "throw", "instanceof", "await"}

// inTemplate reports whether a text ends within the text of a template.
func inTemplate(src string) bool {
	// A scanner of its own: where scan cannot tell any more, this one still knows the
	// quotes that are open.
	var open []byte // ` for the text of a template, { for what stands in one, " and ' for texts
	top := func() byte {
		if len(open) == 0 {
			return 0
		}
		return open[len(open)-1]
	}
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch top() {
		case '`':
			switch {
			case c == '\\':
				i++
			case c == '`':
				open = open[:len(open)-1]
			case c == '$' && i+1 < len(src) && src[i+1] == '{':
				open = append(open, '{')
				i++
			}
		case '"', '\'':
			switch c {
			case '\\':
				i++
			case top():
				open = open[:len(open)-1]
			}
		default:
			switch c {
			case '`', '"', '\'', '{':
				open = append(open, c)
			case '}':
				if top() == '{' {
					open = open[:len(open)-1]
				}
			}
		}
	}
	return top() == '`'
}

// Stray is a name in an expression that means nothing there.
type Stray struct {
	From, To int    // in bytes
	Name     string // as written: "flow_inp", "flow_input.amont", "results.zz"
	Meant    string // what was certainly meant, written the same way; "" where that is not clear
	Last     bool   // only the last part of it is marked: From and To are those of "amont"
}

// Strays finds the names of a step's expression that nothing gives a value: what
// Validate warns of, with their places.
func (o *Order) Strays(f *Flow, step, expr string) (out []Stray) {
	c := &checker{flow: f, step: step, ids: map[string]bool{}, order: o.o, inputs: inputNames(f)}
	Every(f, func(m *Module) { c.ids[m.ID] = true })
	toks, _ := scan(expr)
	free := unknown(expr, c.known)
	for i, t := range toks {
		if t.kind != tokName || property(toks, i) {
			continue
		}
		switch {
		case slices.Contains(free, t.text):
			meant, _ := c.meant(t.text)
			out = append(out, Stray{From: t.start, To: t.end, Name: t.text, Meant: meant})
		case t.text == "flow_input" || t.text == "results":
			name, last, ok := resultID(toks, i)
			if !ok {
				continue
			}
			at := toks[last]
			if at.kind != tokName { // the text before the bracket
				at = toks[last-1]
			}
			s := Stray{From: at.start, To: at.end, Name: t.text + "." + name, Last: true}
			var known []string
			if t.text == "flow_input" {
				if !c.lacksInput(name) {
					continue
				}
				known = c.inputs
			} else {
				if c.ids[name] {
					continue
				}
				known = o.Before(step)
			}
			if s.Meant = nearest(name, known); s.Meant != "" && at.kind == tokText {
				s.Meant = string(quote(s.Meant))
			}
			out = append(out, s)
		}
	}
	return out
}
