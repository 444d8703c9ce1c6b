package session

import (
	"strings"

	"sluice/engine/plain"
)

// plainLine is a text from elsewhere on one line, without what would act on what stands
// around it: nobody looks for escapes in a notification.
func plainLine(s string) string { return strings.Join(strings.Fields(strip(s)), " ") }

// plainText is plainLine for several lines.
func plainText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = plainLine(l)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// strip leaves out what is not seen, and puts a space where it parted words.
func strip(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case plain.Acts(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}

// markup hides from a service that reads markup what would be taken for it.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
