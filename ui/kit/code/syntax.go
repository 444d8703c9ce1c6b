package code

import (
	"strings"
	"unicode"

	"sluice/ui/kit"
)

// token is a piece of a line, in runes.
type token struct {
	from, to int
	kind     kit.Token
}

// lexMode is what a line begins inside of.
type lexMode uint8

const (
	inCode lexMode = iota
	inBlock
	inTemplate
	inTripleSingle
	inTripleDouble
	inSingle
	inDouble
	inRaw
)

// lexState is all a lexer carries from line to line, so that a change re-reads
// lines only until the state is what it was before. depth counts the braces open
// in each level of a template string's holes.
type lexState struct {
	mode  lexMode
	level uint8
	depth [4]uint8
}

// lexer reads one line.
type lexer struct {
	g   *grammar
	in  []rune
	i   int
	st  lexState
	out []token
}

// lex colors one line that begins in a state, and returns the state of the next.
func (g *grammar) lex(line []rune, st lexState, into []token) ([]token, lexState) {
	l := &lexer{g: g, in: line, st: st, out: into}
	for l.i < len(line) {
		switch l.st.mode {
		case inBlock:
			l.until(g.around[1], kit.TokenComment, inCode)
		case inTemplate:
			l.templateText()
		case inTripleSingle:
			l.until("'''", kit.TokenString, inCode)
		case inTripleDouble:
			l.until(`"""`, kit.TokenString, inCode)
		case inRaw:
			l.until("`", kit.TokenString, inCode)
		case inSingle, inDouble:
			l.shellText()
		default:
			l.code()
		}
	}
	return l.out, l.st
}

func (l *lexer) add(from int, k kit.Token) {
	if n := len(l.out); n > 0 && l.out[n-1].kind == k && l.out[n-1].to == from {
		l.out[n-1].to = l.i
		return
	}
	if l.i > from {
		l.out = append(l.out, token{from, l.i, k})
	}
}

func (l *lexer) has(s string) bool {
	for k, r := range s {
		if l.i+k >= len(l.in) || l.in[l.i+k] != r {
			return false
		}
	}
	return true
}

// until reads up to the end of something that may span lines.
func (l *lexer) until(end string, k kit.Token, then lexMode) {
	from := l.i
	for l.i < len(l.in) {
		if k == kit.TokenString && l.in[l.i] == '\\' && l.st.mode != inRaw {
			l.i = min(len(l.in), l.i+2)
			continue
		}
		if l.has(end) {
			l.i += len(end)
			l.st.mode = then
			break
		}
		l.i++
	}
	l.add(from, k)
}

func (l *lexer) templateText() {
	from := l.i
	for l.i < len(l.in) {
		switch {
		case l.in[l.i] == '\\':
			l.i = min(len(l.in), l.i+2)
			continue
		case l.in[l.i] == '`':
			l.i++
			l.add(from, kit.TokenString)
			l.st.mode = inCode
			return
		case l.has("${") && int(l.st.level) < len(l.st.depth):
			l.add(from, kit.TokenString)
			from = l.i
			l.i += 2
			l.add(from, kit.TokenPunct)
			l.st.depth[l.st.level] = 1
			l.st.level++
			l.st.mode = inCode
			return
		}
		l.i++
	}
	l.add(from, kit.TokenString)
}

func (l *lexer) shellText() {
	from, end := l.i, '"'
	if l.st.mode == inSingle {
		end = '\''
	}
	for l.i < len(l.in) {
		r := l.in[l.i]
		if r == '\\' && end == '"' {
			l.i = min(len(l.in), l.i+2)
			continue
		}
		l.i++
		if r == end {
			l.st.mode = inCode
			break
		}
		if r == '$' && end == '"' && l.i < len(l.in) {
			l.i--
			l.add(from, kit.TokenString)
			l.shellName()
			from = l.i
		}
	}
	l.add(from, kit.TokenString)
}

func (l *lexer) shellName() {
	from := l.i
	l.i++
	if l.i < len(l.in) && l.in[l.i] == '{' {
		for l.i < len(l.in) && l.in[l.i] != '}' {
			l.i++
		}
		l.i = min(len(l.in), l.i+1)
	} else {
		for l.i < len(l.in) && isWord(l.in[l.i]) {
			l.i++
		}
		if l.i == from+1 && l.i < len(l.in) && strings.ContainsRune("?#@*!$-", l.in[l.i]) {
			l.i++
		}
	}
	l.add(from, kit.TokenName)
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// code reads one token outside of strings and comments.
func (l *lexer) code() {
	from, r := l.i, l.in[l.i]
	switch {
	case r == ' ' || r == '\t':
		for l.i < len(l.in) && (l.in[l.i] == ' ' || l.in[l.i] == '\t') {
			l.i++
		}
		l.add(from, kit.TokenPlain)
	case l.comments(from):
		l.i = len(l.in)
		l.add(from, kit.TokenComment)
	case l.g.around[0] != "" && l.has(l.g.around[0]) && (l.g.around[0][0] != '=' || from == 0):
		l.i += len(l.g.around[0])
		l.st.mode = inBlock
		l.add(from, kit.TokenComment)
	case l.g.template && r == '`':
		l.i++
		l.st.mode = inTemplate
		l.add(from, kit.TokenString)
	case l.g.raw && r == '`':
		l.i++
		l.st.mode = inRaw
		l.add(from, kit.TokenString)
	case strings.ContainsRune(l.g.triples, r) && l.has(strings.Repeat(string(r), 3)):
		l.st.mode = inTripleDouble
		if r == '\'' {
			l.st.mode = inTripleSingle
		}
		l.i += 3
		l.add(from, kit.TokenString)
	case l.g.shell && (r == '"' || r == '\''):
		l.st.mode = inDouble
		if r == '\'' {
			l.st.mode = inSingle
		}
		l.i++
		l.add(from, kit.TokenString)
	case l.g.shell && r == '$':
		l.shellName()
	case l.g.lone && r == '\'' && !l.g.yaml && (l.at(1) == '\\' || l.at(2) == '\''):
		l.quoted(r)
	case l.g.yaml && r == '\'' && l.i > 0 && isWord(l.in[l.i-1]): // an apostrophe
		l.i++
		l.add(from, kit.TokenPlain)
	case l.g.known() && l.g.quotes == "" && (l.g.yaml || !l.g.lone) && (r == '"' || r == '\''), l.g.quotes != "" && strings.ContainsRune(l.g.quotes, r):
		l.quoted(r)
	case unicode.IsDigit(r):
		for l.i < len(l.in) && (isWord(l.in[l.i]) || l.in[l.i] == '.') {
			l.i++
		}
		l.add(from, kit.TokenNumber)
	case isWord(r), l.g.sigils != "" && strings.ContainsRune(l.g.sigils, r) && (isWord(l.at(1)) || r == '@'):
		l.word()
	default:
		l.i++
		l.brace(r)
		l.add(from, kit.TokenPunct)
	}
}

// at is a rune further on in the line.
func (l *lexer) at(n int) rune {
	if l.i+n < len(l.in) {
		return l.in[l.i+n]
	}
	return 0
}

// comments reports whether a comment begins here that goes on to the end of the line.
func (l *lexer) comments(from int) bool {
	for _, sign := range []string{l.g.line, l.g.line2} {
		if sign == "" || !l.has(sign) && !(l.has(strings.TrimRight(sign, " ")) && from+len(sign)-1 == len(l.in)) {
			continue
		}
		if !l.g.spaced || from == 0 || strings.ContainsRune(" \t;", l.in[from-1]) {
			return true
		}
	}
	return false
}

// brace watches for the end of a hole in a template string.
func (l *lexer) brace(r rune) {
	if l.st.level == 0 {
		return
	}
	d := &l.st.depth[l.st.level-1]
	switch r {
	case '{':
		*d++
	case '}':
		if *d--; *d == 0 {
			l.st.level--
			l.st.mode = inTemplate
		}
	}
}

func (l *lexer) quoted(q rune) {
	from := l.i
	l.i++
	for l.i < len(l.in) {
		r := l.in[l.i]
		l.i++
		if r == '\\' && !l.g.doubled {
			l.i = min(len(l.in), l.i+1)
		} else if r == q {
			break
		}
	}
	k := kit.TokenString
	if (l.g.json || l.g.yaml) && l.next() == ':' {
		k = kit.TokenName
	}
	l.add(from, k)
}

// next is the next rune that is not a blank.
func (l *lexer) next() rune {
	for j := l.i; j < len(l.in); j++ {
		if l.in[j] != ' ' {
			return l.in[j]
		}
	}
	return 0
}

func (l *lexer) word() {
	from := l.i
	l.i++
	for l.i < len(l.in) && (isWord(l.in[l.i]) || l.g.dashed && l.in[l.i] == '-' && isWord(l.at(1)) || l.i == from+1 && l.in[from] == '@' && l.in[l.i] == '@') {
		l.i++
	}
	w := string(l.in[from:l.i])
	if l.g.folded {
		w = strings.ToLower(w)
	}
	member := from > 0 && l.in[from-1] == '.'
	k := kit.TokenPlain
	switch {
	case !isWord(l.in[from]):
		k = kit.TokenName
	case l.g.yaml:
		if l.next() == ':' {
			k = kit.TokenName
		} else if l.g.keywords[w] {
			k = kit.TokenKeyword
		}
	case l.g.keywords[w] && !member:
		k = kit.TokenKeyword
	case l.g.types[w] && !member, l.g.types != nil && !l.g.folded && unicode.IsUpper(l.in[from]):
		k = kit.TokenType
	case l.g.known() && l.next() == '(', l.g.dashed && l.g.folded && strings.Contains(w, "-"):
		k = kit.TokenName
	}
	l.add(from, k)
}

// colored keeps the tokens of each line of a text.
type colored struct {
	g     *grammar
	lines []coloredLine
}

type coloredLine struct {
	begin, end lexState
	tokens     []token
}

// update reads lines again after a change: from the first one changed, for as many
// lines as differ in number, until the state is as before.
func (c *colored) update(text [][]rune, first, lastChanged int) {
	if d := len(text) - len(c.lines); d > 0 {
		at := min(first, len(c.lines))
		grown := make([]coloredLine, 0, len(text)+16)
		grown = append(grown, c.lines[:at]...)
		grown = append(grown, make([]coloredLine, d)...)
		c.lines = append(grown, c.lines[at:]...)
	} else if d < 0 {
		at := min(first, len(text))
		c.lines = append(c.lines[:at:at], c.lines[at-d:]...)
	}
	st := lexState{}
	if first > 0 && first <= len(c.lines) {
		st = c.lines[first-1].end
	}
	for i := first; i < len(text); i++ {
		l := &c.lines[i]
		if i > lastChanged && l.begin == st && l.tokens != nil {
			return
		}
		l.begin = st
		l.tokens, l.end = c.g.lex(text[i], st, make([]token, 0, max(4, len(text[i])/5)))
		st = l.end
	}
}
