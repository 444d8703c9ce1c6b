package flow

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// jsonToYAML writes JSON as YAML: block style, two blanks a level, literal
// blocks for texts of several lines. The module yaml can write nodes too, but it
// escapes emoji and gives up on literal blocks whose lines end in a blank, which
// scripts often have; a text that one only looked at would come out changed.
func jsonToYAML(text Raw) ([]byte, error) {
	n, err := readTree(text)
	if err != nil {
		return nil, err
	}
	var w yamlWriter
	w.value(n, 0, true)
	if out := w.out.Bytes(); len(out) > 0 && out[len(out)-1] != '\n' {
		w.out.WriteByte('\n')
	}
	return w.out.Bytes(), nil
}

type yamlWriter struct{ out bytes.Buffer }

func (w *yamlWriter) indent(level int) {
	for range level {
		w.out.WriteString("  ")
	}
}

// value writes n. level is that of its members; atStart says that the line is
// still empty up to that level, so the first member may begin on it.
func (w *yamlWriter) value(n *node, level int, atStart bool) {
	switch {
	case n.kind() == '{' && len(n.kids) > 0:
		for i, kid := range n.kids {
			if i > 0 || !atStart {
				w.newline(level)
			}
			w.key(n.keys[i], level)
			w.member(kid, level)
		}
	case n.kind() == '[' && len(n.kids) > 0:
		for i, kid := range n.kids {
			if i > 0 || !atStart {
				w.newline(level)
			}
			w.out.WriteString("- ")
			w.item(kid, level)
		}
	case n.kind() == '{':
		w.out.WriteString("{}")
	case n.kind() == '[':
		w.out.WriteString("[]")
	case n.kind() == '"':
		s, _ := n.text()
		w.text(s, level)
	default:
		w.out.Write(n.src)
	}
}

func (w *yamlWriter) newline(level int) {
	if out := w.out.Bytes(); len(out) > 0 && out[len(out)-1] != '\n' {
		w.out.WriteByte('\n')
	}
	w.indent(level)
}

func (w *yamlWriter) key(key string, level int) {
	// A key longer than this needs the long form, says the standard.
	if len(key) > 900 {
		w.out.WriteString("? ")
		w.out.WriteString(scalar(key))
		w.newline(level)
		w.out.WriteByte(':')
		return
	}
	w.out.WriteString(scalar(key))
	w.out.WriteByte(':')
}

// member writes what follows "key:".
func (w *yamlWriter) member(n *node, level int) {
	if len(n.kids) > 0 {
		w.value(n, level+1, false)
		return
	}
	w.out.WriteByte(' ')
	w.value(n, level+1, true)
}

// item writes what follows "- ".
func (w *yamlWriter) item(n *node, level int) { w.value(n, level+1, true) }

func (w *yamlWriter) text(s string, level int) {
	if !literal(s) {
		w.out.WriteString(scalar(s))
		return
	}
	w.out.WriteByte('|')
	first := strings.TrimLeft(s, "\n")
	if first[0] == ' ' || first[0] == '\t' || s[0] == '\n' {
		w.out.WriteByte('2') // the reader cannot tell the indentation from the first line
	}
	body := strings.TrimRight(s, "\n")
	switch len(s) - len(body) {
	case 0:
		w.out.WriteByte('-')
	case 1:
	default:
		w.out.WriteByte('+')
	}
	for line := range strings.SplitSeq(body, "\n") {
		w.out.WriteByte('\n')
		if line != "" {
			w.indent(level)
			w.out.WriteString(line)
		}
	}
	w.out.WriteByte('\n')
	if n := len(s) - len(body); n > 1 {
		w.out.WriteString(strings.Repeat("\n", n-1))
	}
}

// literal reports whether s can stand as a literal block. One of blanks alone
// cannot: readers take it for empty.
func literal(s string) bool {
	if !strings.Contains(s, "\n") || strings.Trim(s, " \t\n") == "" {
		return false
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && mustEscape(r) {
			return false
		}
	}
	return true
}

// mustEscape reports whether r is not readable, or a line end to some readers.
func mustEscape(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r == 0xfffe, r == 0xffff:
		return true
	}
	return false
}

// Words that YAML 1.1 or 1.2 reads as something other than a text.
var yamlWord = regexp.MustCompile(`(?i)^(y|yes|n|no|on|off|true|false|null|~|=|<<)$`)

// scalar writes a text on one line: bare if every reader takes it for a text.
func scalar(s string) string {
	bare, quoted := s != "" && !yamlWord.MatchString(s), true
	for _, r := range s {
		if mustEscape(r) {
			bare, quoted = false, false
			break
		}
	}
	if bare {
		switch c := s[0]; {
		case strings.IndexByte("-?:,[]{}#&*!|>'\"%@`+.= ", c) >= 0, c >= '0' && c <= '9':
			bare = false
		case strings.HasSuffix(s, " "), strings.HasSuffix(s, ":"),
			strings.Contains(s, ": "), strings.Contains(s, " #"):
			bare = false
		}
	}
	switch {
	case bare:
		return s
	case quoted:
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case mustEscape(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
