package code

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// lineFinder finds an expression that stays in its line. It remembers what it found in each
// line, so that after a key only the lines that changed are looked through.
type lineFinder struct {
	of    query
	re    *regexp.Regexp
	quick *regexp.Regexp // finds in a line of small letters what re finds in the line; nil: nothing does
	lines [][]rune
	found [][]match // of each line
	text  []byte
}

// newLineFinder returns a finder for the places of a query.
func newLineFinder(q query, re *regexp.Regexp) *lineFinder {
	f := &lineFinder{of: q, re: re}
	if !q.exact {
		f.quick = smallLetters("(?mi)" + q.text)
	}
	return f
}

// all finds every place, in order.
func (f *lineFinder) all(b *buffer) (out []match) {
	same, end := 0, 0 // lines at the beginning and at the end that are as they were
	most := min(len(f.lines), len(b.lines))
	for same < most && slices.Equal(f.lines[same], b.lines[same]) {
		same++
	}
	for end < most-same && slices.Equal(f.lines[len(f.lines)-1-end], b.lines[len(b.lines)-1-end]) {
		end++
	}
	lines, found := make([][]rune, len(b.lines)), make([][]match, len(b.lines))
	copy(lines, f.lines[:same])
	copy(found, f.found[:same])
	copy(lines[len(lines)-end:], f.lines[len(f.lines)-end:])
	copy(found[len(lines)-end:], f.found[len(f.lines)-end:])
	n := 0
	for i := range found {
		if i >= same && i < len(lines)-end {
			lines[i] = slices.Clone(b.lines[i])
			found[i] = f.in(b.lines[i])
		}
		n += len(found[i])
	}
	f.lines, f.found = lines, found
	out = make([]match, 0, min(n, mostMatches))
	for i, list := range found {
		for _, m := range list {
			m.from.line, m.to.line = i, i
			if !f.of.word || whole(b, m) {
				out = append(out, m)
			}
		}
		if len(out) >= mostMatches {
			break
		}
	}
	return out
}

// in finds the places of a line.
func (f *lineFinder) in(l []rune) (out []match) {
	plain := true
	f.text = f.text[:0]
	for _, r := range l {
		if r >= utf8.RuneSelf {
			plain = false
			break
		}
		f.text = append(f.text, byte(r))
	}
	if !plain {
		return f.inAny(string(l))
	}
	text := string(f.text)
	add := func(m []int) {
		if m[0] < m[1] {
			out = append(out, match{from: spot{0, m[0]}, to: spot{0, m[1]}, groups: groups(text, m)})
		}
	}
	if f.quick != nil {
		for i, c := range f.text {
			if 'A' <= c && c <= 'Z' {
				f.text[i] = c + 'a' - 'A'
			}
		}
		if f.re.NumSubexp() == 0 {
			for _, m := range f.quick.FindAllIndex(f.text, -1) {
				add(m)
			}
			return out
		}
		if !f.quick.Match(f.text) {
			return nil
		}
	}
	for _, m := range f.re.FindAllStringSubmatchIndex(text, -1) {
		add(m)
	}
	return out
}

// inAny is in for a line of any letters.
func (f *lineFinder) inAny(line string) (out []match) {
	for _, m := range f.re.FindAllStringSubmatchIndex(line, -1) {
		if m[0] == m[1] {
			continue
		}
		from := utf8.RuneCountInString(line[:m[0]])
		out = append(out, match{from: spot{0, from}, to: spot{0, from + utf8.RuneCountInString(line[m[0]:m[1]])}, groups: groups(line, m)})
	}
	return out
}

// smallLetters makes of an expression for which capitals do not count one that finds the
// same in a text of small letters, and finds it sooner: it may begin with letters that can
// be looked for. nil where capitals count in a part of it.
func smallLetters(pattern string) *regexp.Regexp {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	ok := true
	var small func(*syntax.Regexp)
	small = func(re *syntax.Regexp) {
		switch re.Op {
		case syntax.OpLiteral:
			for i, r := range re.Rune {
				if low := unicode.ToLower(r); re.Flags&syntax.FoldCase != 0 {
					re.Rune[i] = low
				} else if low != unicode.ToUpper(r) {
					ok = false
				}
			}
			re.Flags &^= syntax.FoldCase
		case syntax.OpCharClass:
			has := func(c rune) bool {
				for i := 0; i+1 < len(re.Rune); i += 2 {
					if re.Rune[i] <= c && c <= re.Rune[i+1] {
						return true
					}
				}
				return false
			}
			for c := 'a'; c <= 'z'; c++ {
				ok = ok && has(c) == has(c-'a'+'A')
			}
		}
		for _, sub := range re.Sub {
			small(sub)
		}
	}
	small(tree)
	if !ok {
		return nil
	}
	re, err := regexp.Compile(tree.String())
	if err != nil {
		return nil
	}
	return re
}
