package say

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// germanLayouts are the German ways to write dates, by the English ones of the window.
var germanLayouts = map[string]string{
	"2 Jan 2006":                   "2. Jan 2006",
	"2 Jan 15:04":                  "2. Jan 15:04",
	"2 Jan 15:04:05":               "2. Jan 15:04:05",
	"2 Jan 2006 15:04":             "2. Jan 2006 15:04",
	"2 Jan 2006 15:04:05 MST":      "2. Jan 2006 15:04:05 MST",
	"2 January 2006":               "2. January 2006",
	"Monday, 2 January":            "Monday, 2. January",
	"Mon 2 Jan":                    "Mon, 2. Jan",
	"Mon 2 Jan 2006":               "Mon, 2. Jan 2006",
	"Mon 2 Jan, 15:04":             "Mon, 2. Jan, 15:04",
	"Mon 2 Jan, 15:04:05":          "Mon, 2. Jan, 15:04:05",
	"Mon 2 Jan 2006, 15:04:05":     "Mon, 2. Jan 2006, 15:04:05",
	"Mon 2 Jan, 15:04 MST":         "Mon, 2. Jan, 15:04 MST",
	"Mon 2 Jan 2006, 15:04":        "Mon, 2. Jan 2006, 15:04",
	"Mon 2 Jan 2006, 15:04 MST":    "Mon, 2. Jan 2006, 15:04 MST",
	"Mon 2 Jan 2006, 15:04:05 MST": "Mon, 2. Jan 2006, 15:04:05 MST",
}

// Number writes a whole number with its thousands apart: 1,234 or 1.234.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + current.Load().thousands + s[i:]
	}
	return sign + s
}

// Decimal writes a number with so many digits after the point: 1.3 or 1,3.
func Decimal(v float64, digits int) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', digits, 64), ".", current.Load().comma, 1)
}

// names are the parts of a layout that are words.
var names = regexp.MustCompile("Monday|Mon|January|Jan")

// Time writes a time as t.Format does, in the language's words and order; layout is the
// English one.
func Time(t time.Time, layout string) string {
	l := current.Load()
	if l.months == nil {
		return t.Format(layout)
	}
	if own, ok := l.layouts[layout]; ok {
		layout = own
	}
	var b strings.Builder
	for layout != "" {
		at := names.FindStringIndex(layout)
		if at == nil {
			b.WriteString(t.Format(layout))
			break
		}
		b.WriteString(t.Format(layout[:at[0]]))
		switch layout[at[0]:at[1]] {
		case "Monday":
			b.WriteString(l.days[t.Weekday()])
		case "Mon":
			b.WriteString(l.shortDays[t.Weekday()])
		case "January":
			b.WriteString(l.months[t.Month()-1])
		case "Jan":
			b.WriteString(l.shortMonths[t.Month()-1])
		}
		layout = layout[at[1]:]
	}
	return b.String()
}
