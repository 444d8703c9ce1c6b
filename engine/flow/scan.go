package flow

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokKind is a kind of JavaScript token, as coarse as references need.
type tokKind byte

const (
	tokName tokKind = iota
	tokText         // a string, or a template without substitutions
	tokMark         // punctuation: one character, or ?. ... =>
	tokElse         // numbers, regular expressions, the start of a template
)

// tok is one token. text is the token as written, but the content of a tokText.
type tok struct {
	kind       tokKind
	text       string
	start, end int
}

// scanner splits an expression into tokens. It is no parser: where it cannot
// tell, sure is false and the reader must assume the worst.
type scanner struct {
	src  string
	at   int
	toks []tok
	sure bool
}

func scan(src string) ([]tok, bool) {
	s := scanner{src: src, sure: true}
	s.run(false)
	return s.toks, s.sure
}

func (s *scanner) add(k tokKind, text string, start int) {
	s.toks = append(s.toks, tok{k, text, start, s.at})
}

func nameStart(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) }
func namePart(r rune) bool {
	return nameStart(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || r == 0x200c || r == 0x200d
}

// run scans to the end, or, inside a template, to the brace that closes it.
func (s *scanner) run(inTemplate bool) {
	braces := 0
	for s.at < len(s.src) {
		start := s.at
		r, n := utf8.DecodeRuneInString(s.src[s.at:])
		rest := s.src[s.at:]
		switch {
		case unicode.IsSpace(r) || r == 0xfeff:
			s.at += n
		case strings.HasPrefix(rest, "//"):
			s.lineComment()
		case strings.HasPrefix(rest, "/*"):
			i := strings.Index(rest[2:], "*/")
			if i < 0 {
				s.sure, s.at = false, len(s.src)
				return
			}
			s.at += i + 4
		case nameStart(r):
			for s.at < len(s.src) {
				r, n := utf8.DecodeRuneInString(s.src[s.at:])
				if !namePart(r) {
					break
				}
				s.at += n
			}
			s.add(tokName, s.src[start:s.at], start)
		case r >= '0' && r <= '9':
			for s.at < len(s.src) && (s.src[s.at] == '.' || namePart(rune(s.src[s.at]))) {
				s.at++
			}
			s.add(tokElse, s.src[start:s.at], start)
		case r == '"' || r == '\'':
			s.str(byte(r))
		case r == '`':
			s.template()
		case r == '/' && s.operandNext():
			s.regexp()
		case r == '\\' || r == utf8.RuneError:
			s.sure = false // an escaped name: not worth reading
			s.at += n
		default:
			if inTemplate && r == '}' && braces == 0 {
				return
			}
			switch r {
			case '{':
				braces++
			case '}':
				braces--
			}
			s.mark(rest, n)
		}
	}
	if inTemplate {
		s.sure = false
	}
}

// lineComment skips to the end of the line. JavaScript ends lines in four ways.
func (s *scanner) lineComment() {
	if i := strings.IndexAny(s.src[s.at:], "\n\r\u2028\u2029"); i >= 0 {
		s.at += i
		return
	}
	s.at = len(s.src)
}

func (s *scanner) mark(rest string, n int) {
	start := s.at
	for _, long := range []string{"...", "?.", "=>", "++", "--"} {
		if strings.HasPrefix(rest, long) {
			n = len(long)
			break
		}
	}
	s.at += n
	s.add(tokMark, rest[:n], start)
}

func (s *scanner) str(quote byte) {
	start := s.at
	var b strings.Builder
	for s.at++; s.at < len(s.src); s.at++ {
		switch c := s.src[s.at]; c {
		case quote:
			s.at++
			s.add(tokText, b.String(), start)
			return
		case '\\':
			s.at++
			if s.at < len(s.src) {
				s.escape(&b)
			}
		case '\n', '\r':
			s.sure = false
			return
		default:
			b.WriteByte(c)
		}
	}
	s.sure = false
}

// escape reads the escapes that stand for themselves; the rest makes the text
// unlike any id, which is noted as unsure.
func (s *scanner) escape(b *strings.Builder) {
	switch c := s.src[s.at]; c {
	case '"', '\'', '`', '\\', '/', '$', '{', '}':
		b.WriteByte(c)
	case 'n', 't', 'r', 'b', 'f', 'v':
		b.WriteByte(' ')
	case '\n':
	default:
		s.sure = false
	}
}

func (s *scanner) template() {
	start := s.at
	var b strings.Builder
	parts := 0
	for s.at++; s.at < len(s.src); s.at++ {
		switch c := s.src[s.at]; {
		case c == '`':
			s.at++
			if parts == 0 {
				s.add(tokText, b.String(), start)
			} else {
				s.add(tokElse, "`", s.at-1)
			}
			return
		case c == '\\':
			s.at++
			if s.at < len(s.src) {
				s.escape(&b)
			}
		case c == '$' && strings.HasPrefix(s.src[s.at:], "${"):
			parts++
			s.at += 2
			s.add(tokMark, "${", s.at-2)
			s.run(true)
			if s.at < len(s.src) {
				s.toks = append(s.toks, tok{tokMark, "}", s.at, s.at + 1})
			}
		default:
			b.WriteByte(c)
		}
	}
	s.sure = false
}

// operandNext reports whether a slash here begins a regular expression.
func (s *scanner) operandNext() bool {
	if len(s.toks) == 0 {
		return true
	}
	switch t := s.toks[len(s.toks)-1]; t.kind {
	case tokMark:
		switch t.text {
		case ")", "}", "++", "--":
			s.sure = false // if (x) /re/, or a division: both happen
			return false
		}
		return t.text != "]"
	case tokName:
		switch t.text {
		case "return", "typeof", "case", "in", "of", "void", "delete", "new", "do", "else", "throw", "instanceof", "yield", "await":
			return true
		}
	}
	return false
}

func (s *scanner) regexp() {
	start, class := s.at, false
	for s.at++; s.at < len(s.src); s.at++ {
		switch c := s.src[s.at]; {
		case c == '\\':
			s.at++
		case c == '\n':
			s.sure = false
			return
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			s.at++
			s.add(tokElse, s.src[start:s.at], start)
			return
		}
	}
	s.at = min(s.at, len(s.src))
	s.sure = false
}
