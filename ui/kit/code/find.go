package code

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// query is what is looked for in a text.
type query struct {
	text    string
	exact   bool // capitals count
	word    bool // whole words only
	pattern bool // text is a regular expression
}

// match is a place that was found; groups are its parts, for a replacement.
type match struct {
	from, to spot
	groups   []string
}

// mostMatches is how many places are looked for.
const mostMatches = 100_000

// all finds every place, in order. An error says why the expression cannot be read.
func (q query) all(b *buffer) ([]match, error) { return q.again(b, nil) }

// again is all for who asks again and again: before keeps what was found before.
func (q query) again(b *buffer, before **lineFinder) ([]match, error) {
	if q.text == "" {
		return nil, nil
	}
	if q.pattern {
		return q.matches(b, before)
	}
	want := strings.Split(q.text, "\n")
	lines := make([][]rune, len(want))
	for i, w := range want {
		lines[i] = []rune(w)
		q.fold(lines[i])
	}
	var out []match
	for i := 0; i+len(lines) <= len(b.lines) && len(out) < mostMatches; i++ {
		for at := 0; ; {
			col := q.in(b.lines[i], lines[0], at, len(lines) > 1)
			if col < 0 {
				break
			}
			at = col + 1
			end := spot{i, col + len(lines[0])}
			if len(lines) > 1 {
				if !q.goesOn(b, i, lines) {
					continue
				}
				end = spot{i + len(lines) - 1, len(lines[len(lines)-1])}
			}
			if m := (match{from: spot{i, col}, to: end}); !q.word || whole(b, m) {
				out = append(out, m)
				at = max(at, col+len(lines[0]))
			}
			if len(lines) > 1 {
				break
			}
		}
	}
	return out, nil
}

func (q query) fold(r []rune) {
	if q.exact {
		return
	}
	for i := range r {
		r[i] = lower(r[i])
	}
}

func lower(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}

func (q query) equal(a, folded rune) bool {
	return a == folded || !q.exact && lower(a) == folded
}

// in finds folded letters in a line, at its end only where asked for.
func (q query) in(line, want []rune, from int, atEnd bool) int {
	if atEnd {
		if at := len(line) - len(want); at >= from && q.begins(line[at:], want) {
			return at
		}
		return -1
	}
	first, other := want[0], want[0]
	if !q.exact {
		if other = unicode.ToUpper(first); first >= utf8.RuneSelf || first == 'k' || first == 's' { // of which there are more than two
			other = -1
		}
	}
	for i := from; i+len(want) <= len(line); i++ {
		if r := line[i]; (r == first || r == other || other < 0 && q.equal(r, first)) && q.begins(line[i:], want) {
			return i
		}
	}
	return -1
}

func (q query) begins(line, want []rune) bool {
	if len(line) < len(want) {
		return false
	}
	for k, r := range want {
		if !q.equal(line[k], r) {
			return false
		}
	}
	return true
}

// goesOn reports whether the lines below read as the rest of several.
func (q query) goesOn(b *buffer, line int, lines [][]rune) bool {
	for k, want := range lines[1:] {
		have := b.lines[line+k+1]
		if k+2 < len(lines) && len(have) != len(want) || !q.begins(have, want) {
			return false
		}
	}
	return true
}

// whole reports whether a place is not a part of a longer word.
func whole(b *buffer, m match) bool {
	a, z := b.lines[m.from.line], b.lines[m.to.line]
	in := func(line []rune, i int) bool { return i >= 0 && i < len(line) && isWord(line[i]) }
	return !(in(a, m.from.col-1) && in(a, m.from.col)) && !(in(z, m.to.col-1) && in(z, m.to.col))
}

// matches finds the places of a regular expression, which may span lines.
func (q query) matches(b *buffer, before **lineFinder) ([]match, error) {
	if before != nil && *before != nil && (*before).of == q {
		return (*before).all(b), nil
	}
	flags := "(?m)"
	if !q.exact {
		flags = "(?mi)"
	}
	re, err := regexp.Compile(flags + q.text)
	if err != nil {
		return nil, err
	}
	if !spans(flags + q.text) {
		f := newLineFinder(q, re)
		if before != nil {
			*before = f
		}
		return f.all(b), nil
	}
	text := b.String()
	var out []match
	at, line, begin := 0, 0, 0 // walks along: a byte, the line it is in, where that begins
	place := func(to int) spot {
		for {
			n := strings.IndexByte(text[at:to], '\n')
			if n < 0 {
				break
			}
			at += n + 1
			line, begin = line+1, at
		}
		at = to
		return spot{line, utf8.RuneCountInString(text[begin:to])}
	}
	for _, m := range re.FindAllStringSubmatchIndex(text, mostMatches) {
		if m[0] == m[1] {
			continue
		}
		if found := (match{from: place(m[0]), to: place(m[1]), groups: groups(text, m)}); !q.word || whole(b, found) {
			out = append(out, found)
		}
	}
	return out, nil
}

func groups(text string, m []int) (list []string) {
	for i := 0; i < len(m); i += 2 {
		if m[i] < 0 {
			list = append(list, "")
		} else {
			list = append(list, text[m[i]:m[i+1]])
		}
	}
	return list
}

// spans reports whether an expression may match over the end of a line, or asks where
// the whole text begins or ends.
func spans(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return true
	}
	var may func(*syntax.Regexp) bool
	may = func(re *syntax.Regexp) bool {
		switch re.Op {
		case syntax.OpAnyChar, syntax.OpBeginText, syntax.OpEndText:
			return true
		case syntax.OpLiteral:
			return slices.Contains(re.Rune, '\n')
		case syntax.OpCharClass:
			for i := 0; i+1 < len(re.Rune); i += 2 {
				if re.Rune[i] <= '\n' && '\n' <= re.Rune[i+1] {
					return true
				}
			}
		}
		return slices.ContainsFunc(re.Sub, may)
	}
	return may(re)
}

// replacement is what takes the place of a match: of a regular expression with $1 for
// its first group, $& for all of it, $$ for the sign itself, \n and \t.
func (q query) replacement(m match, with string) string {
	if !q.pattern {
		return with
	}
	var b strings.Builder
	for i := 0; i < len(with); i++ {
		next := byte(0)
		if i+1 < len(with) {
			next = with[i+1]
		}
		switch {
		case with[i] == '\\' && next == 'n':
			b.WriteByte('\n')
			i++
		case with[i] == '\\' && next == 't':
			b.WriteByte('\t')
			i++
		case with[i] == '\\' && next == '\\', with[i] == '$' && next == '$':
			b.WriteByte(next)
			i++
		case with[i] == '$' && next == '&':
			b.WriteString(m.groups[0])
			i++
		case with[i] == '$' && next >= '0' && next <= '9':
			n, _ := strconv.Atoi(string(next))
			if i++; i+1 < len(with) && with[i+1] >= '0' && with[i+1] <= '9' && n*10+int(with[i+1]-'0') < len(m.groups) {
				n = n*10 + int(with[i+1]-'0')
				i++
			}
			if n < len(m.groups) {
				b.WriteString(m.groups[n])
			}
		default:
			b.WriteByte(with[i])
		}
	}
	return b.String()
}
