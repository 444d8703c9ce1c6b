package flow

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// PlainPath is an expression that only walks into a value, so that it can be
// computed without JavaScript: flow_input.x["y z"][0].
type PlainPath struct {
	Root string // "flow_input", "results", …
	Keys []PathKey
}

// PathKey is one step of a [PlainPath].
type PathKey struct {
	Name  string
	Index bool // it was written as a number
}

// ReadPlainPath reads an expression as a plain path; false for anything else.
func ReadPlainPath(expr string) (PlainPath, bool) {
	s := strings.TrimSpace(expr)
	n := identifierLength(s)
	if n == 0 {
		return PlainPath{}, false
	}
	p := PlainPath{Root: s[:n]}
	for s = s[n:]; s != ""; {
		switch s[0] {
		case '.':
			n := identifierLength(s[1:])
			if n == 0 {
				return PlainPath{}, false
			}
			p.Keys, s = append(p.Keys, PathKey{Name: s[1 : 1+n]}), s[1+n:]
		case '[':
			end := strings.IndexByte(s, ']')
			if end < 2 {
				return PlainPath{}, false
			}
			key, ok := subscript(s[1:end])
			if !ok {
				return PlainPath{}, false
			}
			p.Keys, s = append(p.Keys, key), s[end+1:]
		default:
			return PlainPath{}, false
		}
	}
	return p, true
}

// identifierLength is that of the identifier, of ASCII letters, that s begins with.
func identifierLength(s string) int {
	for i := range len(s) {
		c := s[i]
		if c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9' {
			continue
		}
		return i
	}
	return len(s)
}

// subscript reads what stands between brackets: an index, or a quoted name
// without escapes.
func subscript(s string) (PathKey, bool) {
	if q := s[0]; (q == '"' || q == '\'') && len(s) >= 2 && s[len(s)-1] == q {
		in := s[1 : len(s)-1]
		return PathKey{Name: in}, !strings.ContainsAny(in, "\\\"'\n") && utf8.ValidString(in)
	}
	n, err := strconv.ParseUint(s, 10, 31)
	return PathKey{Name: s, Index: true}, err == nil && strconv.FormatUint(n, 10) == s
}
