package mail

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// A header line has 78 characters at most, and an encoded word 75 (RFC 5322,
// 2.1.1; RFC 2047, 2).
const (
	lineMost = 78
	wordMost = 75
)

// subjectField writes a subject of one line as the value of its header field. Text
// that is not ASCII, that a reader would take for an encoded word, or that has a
// word too long for a line, is encoded whole, so that every reader shows the text
// itself. The first part stands on the first line: some readers see a line break
// right after the colon as a blank.
func subjectField(s string) string {
	const name = len("Subject: ")
	plain := !strings.Contains(s, "=?")
	for word := range strings.SplitSeq(s, " ") {
		plain = plain && len(word) < lineMost-name
	}
	for _, r := range s {
		plain = plain && r >= ' ' && r < 0x7f
	}
	var b strings.Builder
	if plain {
		at := name
		for i, word := range strings.Split(s, " ") {
			switch {
			case i > 0 && at+1+len(word) > lineMost:
				b.WriteString("\r\n ")
				at = 1
			case i > 0:
				b.WriteByte(' ')
				at++
			}
			b.WriteString(word)
			at += len(word)
		}
		return b.String()
	}
	const start, end = "=?UTF-8?B?", "?="
	room := func(most int) int { return (most - len(start) - len(end)) / 4 * 3 }
	for first := true; s != "" || first; first = false {
		most := wordMost
		if first {
			most = lineMost - name
		} else {
			b.WriteString("\r\n ")
		}
		n := min(len(s), room(most))
		for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
			n-- // a character is not divided
		}
		b.WriteString(start + base64.StdEncoding.EncodeToString([]byte(s[:n])) + end)
		s = s[n:]
	}
	return b.String()
}
