package script

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a piece of TypeScript, as far as finding parameters needs it.
type token struct {
	kind byte   // 'w' word, 's' string, 'n' number, 't' template or pattern, else the character itself
	text string // of a string: its value
}

// lex cuts a source into tokens. It never fails: what it does not know is a
// character.
func lex(src string) []token {
	var out []token
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
		case strings.HasPrefix(src[i:], "//"):
			i = until(src, i, "\n")
		case strings.HasPrefix(src[i:], "/*"):
			i = until(src, i+2, "*/")
		case c == '"' || c == '\'':
			text, end := quoted(src, i)
			out = append(out, token{'s', text})
			i = end
		case c == '`':
			end := template(src, i, 0)
			out = append(out, token{'t', src[i:end]})
			i = end
		case c == '/' && patternMayFollow(out):
			end := pattern(src, i)
			out = append(out, token{'t', src[i:end]})
			i = end
		case c >= '0' && c <= '9':
			end := i + 1
			for end < len(src) && (src[end] == '.' || src[end] == '_' || isWord(rune(src[end]), false)) {
				end++
			}
			out = append(out, token{'n', src[i:end]})
			i = end
		case strings.HasPrefix(src[i:], "=>"):
			out = append(out, token{'>', "=>"})
			i += 2
		default:
			r, n := utf8.DecodeRuneInString(src[i:])
			if !isWord(r, true) {
				out = append(out, token{src[i], src[i : i+n]})
				i += n
				continue
			}
			end := i + n
			for end < len(src) {
				r, n := utf8.DecodeRuneInString(src[end:])
				if !isWord(r, false) {
					break
				}
				end += n
			}
			out = append(out, token{'w', src[i:end]})
			i = end
		}
	}
	return out
}

func isWord(r rune, first bool) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) || !first && unicode.IsDigit(r)
}

// until returns where the text after the next mark begins.
func until(src string, i int, mark string) int {
	if n := strings.Index(src[min(i, len(src)):], mark); n >= 0 {
		return min(i, len(src)) + n + len(mark)
	}
	return len(src)
}

// quoted reads a string in quotes.
func quoted(src string, i int) (string, int) {
	q := src[i]
	var s strings.Builder
	for i++; i < len(src) && src[i] != q && src[i] != '\n'; i++ {
		if src[i] == '\\' && i+1 < len(src) {
			i++
			switch src[i] {
			case 'n':
				s.WriteByte('\n')
			case 't':
				s.WriteByte('\t')
			default:
				s.WriteByte(src[i])
			}
			continue
		}
		s.WriteByte(src[i])
	}
	return s.String(), min(i+1, len(src))
}

// template returns the end of a template literal.
func template(src string, i, depth int) int {
	for i++; i < len(src); i++ {
		switch {
		case src[i] == '\\':
			i++
		case src[i] == '`':
			return i + 1
		case strings.HasPrefix(src[i:], "${"):
			braces := 1
			for i += 2; i < len(src) && braces > 0; i++ {
				switch src[i] {
				case '{':
					braces++
				case '}':
					braces--
				case '"', '\'':
					_, end := quoted(src, i)
					i = end - 1
				case '`':
					if depth > 20 {
						return len(src)
					}
					i = template(src, i, depth+1) - 1
				}
			}
			i--
		}
	}
	return len(src)
}

// patternMayFollow tells a regular expression from a division by what stands
// before it.
func patternMayFollow(before []token) bool {
	if len(before) == 0 {
		return true
	}
	switch t := before[len(before)-1]; t.kind {
	case 'w':
		return t.text == "return" || t.text == "typeof" || t.text == "case"
	case 's', 'n', 't', ')', ']', '}':
		return false
	}
	return true
}

// pattern returns the end of a regular expression.
func pattern(src string, i int) int {
	set := false
	for j := i + 1; j < len(src) && src[j] != '\n'; j++ {
		switch {
		case src[j] == '\\':
			j++
		case src[j] == '[':
			set = true
		case src[j] == ']':
			set = false
		case src[j] == '/' && !set:
			for j++; j < len(src) && isWord(rune(src[j]), false); j++ {
			}
			return j
		}
	}
	return i + 1
}
