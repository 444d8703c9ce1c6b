package code

import (
	"slices"
	"strings"
	"unicode"

	"sluice/ui/kit"
)

// Reindent gives the lines of a script the indents that its brackets ask for, and takes
// blanks at their ends away. It changes nothing else: no line is broken or joined, and
// what lies in strings and comments of several lines stays as it is. ok is false for a
// language whose blocks are not in brackets, or whose indents mean something.
func Reindent(text, lang string) (out string, ok bool) {
	g := grammarOf(lang)
	if !g.known() || g.colon || g.shell || g.blocks != "" || g.json || g.around == [2]string{} && g.line == "" || g == sql || g.folded && g.line == "-- " {
		return text, false
	}
	b := newBuffer(text)
	c := &Editor{buf: b}
	c.colors.g = g
	c.colors.update(b.lines, 0, len(b.lines))
	unit := c.indentUnit()
	if g.indent == "" || !strings.Contains("\n"+text, "\n\t") {
		unit = c.spaces()
	}
	r := reindenter{g: g, unit: unit}
	lines := make([]string, len(b.lines))
	for i, line := range b.lines {
		lines[i] = r.line(line, c.colors.lines[i])
	}
	return strings.Join(lines, "\n"), true
}

// spaces is the step that most of the text has: that of its first line that is indented.
func (c *Editor) spaces() string {
	for i, l := range c.buf.lines {
		if c.colors.lines[i].begin.mode != inCode || len(l) == 0 {
			continue
		}
		if in := leading(l); len(in) > 0 && len(in) < len(l) && i > 0 && c.colors.g.opens(strings.TrimRight(string(c.buf.lines[i-1]), " \t")) {
			if in[0] == '\t' {
				return "\t"
			}
			if len(in) == 4 || len(in) == 3 || len(in) == 2 {
				return strings.Repeat(" ", len(in))
			}
		}
	}
	if c.colors.g.indent != "" {
		return c.colors.g.indent
	}
	return "  "
}

// reindenter walks over the lines of a text.
type reindenter struct {
	g      *grammar
	unit   string
	open   []opened
	depth  int    // of the line that was begun last
	before string // how the last line of code ended
}

// opened is a bracket that is open.
type opened struct {
	depth int  // of the line on which it stands
	cases bool // its lines are those of a switch
}

func (r *reindenter) line(line []rune, l coloredLine) string {
	whole := string(line)
	text := strings.TrimLeft(whole, " \t")
	if l.end.mode == inCode || l.end.mode == inBlock {
		text = strings.TrimRight(text, " \t")
	}
	if l.begin.mode != inCode { // it begins in a string or comment
		r.read(line, l)
		if l.begin.mode == inBlock && strings.HasPrefix(text, "*") {
			return r.in(r.depth) + " " + text
		}
		if l.end.mode == inCode {
			return strings.TrimRight(whole, " \t")
		}
		return whole
	}
	shut := 0 // brackets that end before anything else on the line
	for _, s := range text {
		if !strings.ContainsRune(")]}", s) {
			break
		}
		shut++
	}
	n, depth := max(0, len(r.open)-shut), 0
	switch {
	case n < len(r.open): // below the line that opened it
		depth = r.open[n].depth
	case n > 0:
		depth = r.open[n-1].depth + 1
		if r.open[n-1].cases && !strings.HasPrefix(text, "case ") && !strings.HasPrefix(text, "default:") {
			depth++
		}
	}
	if shut == 0 && r.goesOn(text) {
		depth++
	}
	r.depth = depth
	r.read(line, l)
	if text == "" {
		return ""
	}
	return r.in(depth) + text
}

func (r *reindenter) in(n int) string { return strings.Repeat(r.unit, max(0, n)) }

// goesOn reports whether a line goes on with what the line above it began.
func (r *reindenter) goesOn(text string) bool {
	if r.before == "" {
		return false
	}
	for _, s := range []string{".", "?.", "&&", "||", "??", "? ", ": ", "| ", "+ ", "- ", "* ", "/ ", "=> "} {
		if strings.HasPrefix(text, s) && !strings.HasPrefix(text, "...") {
			return !strings.HasSuffix(r.before, ";")
		}
	}
	for _, s := range []string{" =", "=>", "&&", "||", "??", " +", " -", " ?"} {
		if strings.HasSuffix(r.before, s) {
			return true
		}
	}
	return false
}

// read takes in the brackets of a line.
func (r *reindenter) read(line []rune, l coloredLine) {
	code := ""
	isSwitch := false
	for _, t := range l.tokens {
		part := line[t.from:t.to]
		switch t.kind {
		case kit.TokenComment:
			continue
		case kit.TokenKeyword:
			isSwitch = isSwitch || string(part) == "switch"
		case kit.TokenPunct, kit.TokenPlain:
			for _, s := range part {
				switch {
				case strings.ContainsRune("([{", s):
					r.open = append(r.open, opened{r.depth, isSwitch && s == '{'})
				case strings.ContainsRune(")]}", s) && len(r.open) > 0:
					r.open = r.open[:len(r.open)-1]
				}
			}
		}
		code += string(part)
	}
	if code = strings.TrimRightFunc(code, unicode.IsSpace); strings.TrimSpace(code) != "" {
		r.before = code
	}
	if slices.Contains([]lexMode{inTemplate, inRaw, inTripleDouble, inTripleSingle}, l.end.mode) {
		r.before = ""
	}
}
