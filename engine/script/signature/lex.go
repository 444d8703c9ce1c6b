package signature

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
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
		case c >= '0' && c <= '9', c == '.' && i+1 < len(src) && src[i+1] >= '0' && src[i+1] <= '9':
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
	for i++; i < len(src) && src[i] != q && src[i] != '\n'; {
		if src[i] != '\\' || i+1 == len(src) {
			s.WriteByte(src[i])
			i++
			continue
		}
		text, end := escape(src, i+1)
		s.WriteString(text)
		i = end
	}
	return joinHalves(s.String()), min(i+1, len(src))
}

// escape reads what stands behind a backslash.
func escape(src string, i int) (string, int) {
	digits := func(from, to int) (string, int) {
		if to > len(src) {
			return "", from
		}
		n, err := strconv.ParseUint(src[from:to], 16, 32)
		if err != nil || n > unicode.MaxRune {
			return "", from
		}
		if n >= 0xd800 && n < 0xe000 { // half of a character, in the bytes of one that is none
			return string([]byte{0xed, 0x80 | byte(n>>6&0x3f), 0x80 | byte(n&0x3f)}), to
		}
		return string(rune(n)), to
	}
	switch c := src[i]; c {
	case 'n':
		return "\n", i + 1
	case 't':
		return "\t", i + 1
	case 'r':
		return "\r", i + 1
	case 'b':
		return "\b", i + 1
	case 'f':
		return "\f", i + 1
	case 'v':
		return "\v", i + 1
	case '0':
		return "\x00", i + 1
	case '\n': // the line goes on
		return "", i + 1
	case 'x':
		return digits(i+1, i+3)
	case 'u':
		if i+1 < len(src) && src[i+1] == '{' {
			if n := strings.IndexByte(src[i:], '}'); n > 0 {
				text, _ := digits(i+2, i+n)
				return text, i + n + 1
			}
		}
		return digits(i+1, i+5)
	}
	_, n := utf8.DecodeRuneInString(src[i:])
	return src[i : i+n], i + n
}

// joinHalves makes one character of each two halves; what is left of them alone
// is no text.
func joinHalves(s string) string {
	half := func(i int) rune {
		if i+2 < len(s) && s[i] == 0xed && s[i+1] >= 0xa0 {
			return 0xd000 | rune(s[i+1]&0x3f)<<6 | rune(s[i+2]&0x3f)
		}
		return 0
	}
	if utf8.ValidString(s) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		a := half(i)
		if a == 0 {
			out.WriteByte(s[i])
			i++
			continue
		}
		r := utf16.DecodeRune(a, half(i+3))
		out.WriteRune(r)
		if i += 3; r != utf8.RuneError {
			i += 3
		}
	}
	return out.String()
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
