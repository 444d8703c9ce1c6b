package signature

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// beforeRegexp is text after which a slash begins a pattern, not a division.
var beforeRegexp = regexp.MustCompile(`[=(,:\[!&|?{};>]\s*$`)

// Names reads the names in the head of a JavaScript function, given its
// text: a name, "" for a pattern. It ends at a rest parameter. nil means that
// the function has none. was holds the names that are others in the script as
// written, by where they stand in the text.
func Names(source string, was map[int]string) []string {
	h := head{s: source, was: was}
	for h.skip(); h.more() && h.s[h.i] != '('; h.skip() {
		if h.s[h.i] == '*' {
			h.i++
			continue
		}
		from := h.i
		w := h.word()
		if w == "" {
			return nil
		}
		w = cmp.Or(was[from], w)
		h.skip()
		if strings.HasPrefix(h.s[h.i:], "=>") {
			return []string{w}
		}
	}
	h.i++
	var out []string
	for h.skip(); h.more() && h.s[h.i] != ')'; h.skip() {
		if strings.HasPrefix(h.s[h.i:], "...") {
			return out
		}
		name := ""
		if c := h.s[h.i]; c != '{' && c != '[' {
			from := h.i
			name = h.word()
			name = cmp.Or(was[from], name)
		}
		out = append(out, name)
		for h.skip(); h.more() && h.s[h.i] != ',' && h.s[h.i] != ')'; h.skip() {
			h.past(0)
		}
		if h.more() && h.s[h.i] == ',' {
			h.i++
		}
	}
	return out
}

// MayBeParameter reports whether the name that stands at i looks like a
// function's parameter: after a bracket or comma, or before an arrow.
func MayBeParameter(program string, i int) bool {
	before := strings.TrimRight(program[:i], " \n")
	for _, end := range []string{"(", ",", "*/"} {
		if strings.HasSuffix(before, end) {
			return true
		}
	}
	h := head{s: program, i: i}
	h.word()
	h.skip()
	return strings.HasPrefix(h.s[h.i:], "=>")
}

// head is a function's text and how far it was read.
type head struct {
	s   string
	i   int
	was map[int]string
}

func (h *head) more() bool { return h.i < len(h.s) }

// skip goes over blanks and comments.
func (h *head) skip() {
	for h.more() {
		rest := h.s[h.i:]
		switch r, n := utf8.DecodeRuneInString(rest); {
		case unicode.IsSpace(r) || r == '\ufeff':
			h.i += n
		case strings.HasPrefix(rest, "//"):
			h.i += lineEnd(rest)
		case strings.HasPrefix(rest, "/*"):
			h.i += 2
			h.to("*/")
		default:
			return
		}
	}
}

func lineEnd(s string) int {
	if n := strings.IndexByte(s, '\n'); n >= 0 {
		return n
	}
	return len(s)
}

// to goes behind the next mark, or to the end.
func (h *head) to(mark string) {
	if n := strings.Index(h.s[h.i:], mark); n >= 0 {
		h.i += n + len(mark)
	} else {
		h.i = len(h.s)
	}
}

// word reads an identifier; "" if none stands here.
func (h *head) word() string {
	from := h.i
	for h.more() {
		r, n := utf8.DecodeRuneInString(h.s[h.i:])
		if r != '_' && r != '$' && r != '\u200c' && r != '\u200d' && !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Mc, r) && !unicode.IsDigit(r) {
			break
		}
		h.i += n
	}
	return h.s[from:h.i]
}

const headDepth = 200 // of brackets in a parameter's default

// past goes over one piece: a text, a template, a pattern, brackets, a character.
func (h *head) past(depth int) {
	switch c := h.s[h.i]; c {
	case '"', '\'':
		h.text(c)
	case '`':
		h.template(depth)
	case '(', '[', '{':
		end := map[byte]byte{'(': ')', '[': ']', '{': '}'}[c]
		if depth == headDepth {
			h.i = len(h.s)
			return
		}
		for h.i++; ; {
			if h.skip(); !h.more() || h.s[h.i] == end {
				break
			}
			h.past(depth + 1)
		}
		h.i++
	case '/':
		if beforeRegexp.MatchString(h.s[max(0, h.i-20):h.i]) {
			h.pattern()
		}
		h.i++
	default:
		h.i++
	}
	h.i = min(h.i, len(h.s))
}

func (h *head) text(quote byte) {
	for h.i++; h.more() && h.s[h.i] != quote; h.i++ {
		if h.s[h.i] == '\\' {
			h.i++
		}
	}
	h.i++
}

func (h *head) template(depth int) {
	for h.i++; h.more() && h.s[h.i] != '`'; {
		switch {
		case h.s[h.i] == '\\':
			h.i += 2
		case strings.HasPrefix(h.s[h.i:], "${"):
			h.i++
			h.past(depth)
		default:
			h.i++
		}
	}
	h.i++
}

// pattern goes to the end of a regular expression, if one stands here.
func (h *head) pattern() {
	set := false
	for e := h.i + 1; e < len(h.s) && h.s[e] != '\n'; e++ {
		switch c := h.s[e]; {
		case c == '\\':
			e++
		case c == '[':
			set = true
		case c == ']':
			set = false
		case c == '/' && !set:
			h.i = e
			return
		}
	}
}
