// Package plain shows text from elsewhere to people as it is: what would move a
// cursor, color a terminal, end a line or turn the order of letters around is
// written as an escape instead.
package plain

import (
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s so that it stays on one line. Control characters (C0, DEL, C1),
// the line and paragraph separators, and the marks, embeddings, overrides and
// isolates of the bidirectional algorithm (Unicode TR 9, section 2) become
// escapes as Go writes them: \n, \x1b, \u202e. Bytes that are not UTF-8 become
// \xNN. A backslash stays one: the result is for eyes, not for a program that
// would turn it back.
func Line(s string) string { return escape(s, "") }

// Text is Line for text of several lines: line breaks and tabs stay, and a
// carriage return before a line break goes.
func Text(s string) string {
	return escape(strings.ReplaceAll(s, "\r\n", "\n"), "\n\t")
}

// color is a terminal's order to color or underline what follows (ECMA-48,
// SGR): it says nothing.
var color = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// Log is Text for what a program printed: orders to color it are left out, all
// others are shown.
func Log(s string) string {
	if strings.Contains(s, "\x1b[") {
		s = color.ReplaceAllString(s, "")
	}
	return Text(s)
}

// Hang indents the lines of a text after its first, so that no line of it can be
// taken for one of ours.
func Hang(s, indent string) Lines {
	return Lines(strings.ReplaceAll(strings.TrimRight(Text(s), "\n"), "\n", "\n"+indent))
}

// Lines marks an argument of Fprintf whose line breaks are meant.
type Lines string

// Fprintf formats for people: each argument that is text, an error or anything
// that tells itself in words stays on one line, as Line shows it; Lines keep
// theirs. The format is ours and written as it is. An error of w is not told, as
// with fmt.Fprintf on a terminal that is gone.
func Fprintf(w io.Writer, format string, args ...any) {
	shown := make([]any, len(args))
	for i, a := range args {
		shown[i] = show(a)
	}
	fmt.Fprintf(w, format, shown...)
}

func show(a any) any {
	switch v := a.(type) {
	case nil:
		return a
	case Lines:
		return Text(string(v))
	case string:
		return line(v)
	case []byte:
		return line(v)
	case error:
		return line(v.Error())
	case fmt.Stringer:
		return line(v.String())
	}
	if v := reflect.ValueOf(a); v.Kind() == reflect.String {
		return line(v.String())
	}
	return a
}

// line is text that is escaped once, by the verb %q or else by Line.
type line string

// Format is part of fmt.Formatter.
func (l line) Format(f fmt.State, verb rune) {
	text := string(l)
	if verb != 'q' {
		text = Line(text)
	}
	fmt.Fprintf(f, fmt.FormatString(f, verb), text)
}

// escape writes what Acts as an escape, unless it is in keep.
func escape(s, keep string) string {
	safe := true
	for _, r := range s {
		if r == utf8.RuneError || Acts(r) {
			safe = false
			break
		}
	}
	if safe {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case Acts(r) && !strings.ContainsRune(keep, r):
			b.WriteString(name(r))
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// Acts reports whether a character does something to the text around it when it
// is printed, instead of being seen.
func Acts(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

func name(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	if r < ' ' {
		return fmt.Sprintf(`\x%02x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
