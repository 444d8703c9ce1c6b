package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
)

// What a person sees of a value in the input of a field, and what is made of what
// they leave there. The page, the window and the desk ask the same two questions,
// so that one answer means the same everywhere.

// What is wrong with what was typed, for the person who typed it.
const (
	textNotNumber   = "Enter a number, such as 12 or 12.50."
	textThousands   = "With the comma this may be %s or %s. Enter it without the comma, or with a point."
	textNotInteger  = "Enter a whole number, such as 12."
	textNotDate     = "Enter a date as year-month-day, such as 2026-11-23."
	textNotDateAs   = "Enter a date as %s."
	textNotDateTime = "Enter a date and a time, such as 2026-11-23T14:30."
	textNoSuchTime  = "There is no %s on that day: the clocks are set forward then. Enter a time before or after."
	textNotJSON     = "This is not JSON. Text needs quotes, objects need { }."
)

// Shown is a field's default as the text of its input. Times are those of a zone.
func (fd Field) Shown(zone *time.Location) string {
	d := bytes.TrimSpace(fd.Default)
	if len(d) == 0 || string(d) == "null" {
		return ""
	}
	var s string
	isText := json.Unmarshal(d, &s) == nil
	switch fd.Kind {
	case FieldStrings:
		var list []json.RawMessage
		if json.Unmarshal(d, &list) != nil {
			return s
		}
		lines := make([]string, len(list))
		for i, item := range list {
			if json.Unmarshal(item, &lines[i]) != nil {
				lines[i] = string(item)
			}
		}
		return strings.Join(lines, "\n")
	case FieldDate:
		if t, err := time.Parse(fd.dateLayout(), s); err == nil {
			return t.Format(time.DateOnly) // what a browser's calendar takes
		}
	case FieldDateTime:
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			layout := "2006-01-02T15:04"
			if t.Second() != 0 || t.Nanosecond() != 0 {
				layout = "2006-01-02T15:04:05.999"
			}
			return t.In(zone).Format(layout)
		}
	case FieldJSON:
		var b bytes.Buffer
		if json.Indent(&b, d, "", "  ") == nil {
			return b.String()
		}
	}
	if isText {
		return s
	}
	return string(d)
}

// Typed reads what a person left in the input of a field: its JSON, nil if the
// field is left out, and what is wrong with it, if anything. What equals what was
// shown is the default, as it was given: 5.0 stays 5.0, a second stays a second.
// A text that was left empty is "", a list []. Times are those of a zone and
// become UTC.
func (fd Field) Typed(text string, zone *time.Location) (Raw, string) {
	text = lineEnds.Replace(strings.ToValidUTF8(text, "\ufffd"))
	if len(fd.Default) > 0 && string(fd.Default) != "null" && untouched(text, fd.Shown(zone)) {
		return fd.Default, ""
	}
	trimmed := strings.TrimSpace(text)
	switch fd.Kind {
	case FieldText, FieldMultiline, FieldPassword:
		if text == "" || fd.Required && trimmed == "" {
			return fd.none(Raw(`""`)), ""
		}
		return quote(text), ""
	case FieldStrings:
		items := []Raw{}
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); strings.TrimSpace(line) != "" {
				items = append(items, quote(line))
			}
		}
		if len(items) == 0 {
			return fd.none(Raw("[]")), ""
		}
		b, err := json.Marshal(items)
		if err != nil {
			return nil, textNotJSON // never: each item is JSON
		}
		return b, ""
	}
	if trimmed == "" {
		if fd.Kind == FieldEmail {
			return fd.none(Raw(`""`)), ""
		}
		return fd.none(nil), ""
	}
	switch fd.Kind {
	case FieldNumber, FieldInteger:
		return fd.number(trimmed)
	case FieldDate:
		t, err := time.Parse(time.DateOnly, trimmed)
		if err != nil {
			if t, err = time.Parse(fd.dateLayout(), trimmed); err != nil {
				if fd.DateFormat != "" {
					return nil, fmt.Sprintf(textNotDateAs, fd.DateFormat)
				}
				return nil, textNotDate
			}
		}
		return quote(t.Format(fd.dateLayout())), ""
	case FieldDateTime:
		t, wrong := localTime(trimmed, zone)
		if wrong != "" {
			return nil, wrong
		}
		return quote(t.UTC().Format("2006-01-02T15:04:05.000Z")), ""
	case FieldResource, FieldJSON:
		if json.Valid([]byte(trimmed)) {
			return Raw(trimmed), ""
		}
		if fd.Kind == FieldJSON || strings.ContainsAny(trimmed, "{}[]\"\n") {
			return nil, textNotJSON
		}
		return quote("$res:" + strings.TrimPrefix(trimmed, "$res:")), ""
	}
	return quote(trimmed), ""
}

// none is what an empty input means: null where that may be, else otherwise, nil
// where a field must be filled.
func (fd Field) none(otherwise Raw) Raw {
	switch {
	case fd.Nullable:
		return Raw("null")
	case fd.Required:
		return nil
	}
	return otherwise
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// untouched compares what came back with what was shown. A browser's date and time
// may leave out zeros at the end.
func untouched(text, shown string) bool {
	shown = lineEnds.Replace(shown)
	return text == shown || strings.Replace(text, " ", "T", 1) == shown
}

// number reads a number as people type it. A comma is a decimal mark where that is
// the only way to read it; 1,234 may be two numbers, so it is asked about.
func (fd Field) number(text string) (Raw, string) {
	wrong := textNotNumber
	if fd.Kind == FieldInteger {
		wrong = textNotInteger
	}
	if before, after, one := strings.Cut(text, ","); one {
		if thousands.MatchString(text) {
			return nil, fmt.Sprintf(textThousands, strings.ReplaceAll(text, ",", ""), before+"."+strings.ReplaceAll(after, ",", ""))
		}
		if strings.ContainsAny(after, ",.") || strings.Contains(before, ".") {
			return nil, wrong
		}
		text = before + "." + after
	}
	m := numeral.FindStringSubmatch(text)
	if m == nil || m[2] == "" && m[3] == "" {
		return nil, wrong
	}
	whole := strings.TrimLeft(m[2], "0")
	if whole == "" {
		whole = "0"
	}
	out := strings.TrimPrefix(m[1], "+") + whole + strings.TrimSuffix(m[3], ".") + m[4]
	if fd.Kind == FieldInteger && strings.ContainsAny(out, ".eE") {
		// 5.0 and 1e3 are whole; the digits of large ones are kept.
		r, ok := new(big.Rat).SetString(out)
		if !ok || !r.IsInt() || r.Num().BitLen() > 256 {
			return nil, wrong
		}
		out = r.Num().String()
	}
	return Raw(out), ""
}

var (
	thousands = regexp.MustCompile(`^[+-]?\d{1,3}(?:,\d{3})+$`)
	numeral   = regexp.MustCompile(`^([+-]?)(\d*)(\.\d*)?([eE][+-]?\d{1,3})?$`)
)

// dateLayout is how a field's dates are written: as ISO 8601, or as the schema's
// dateFormat says (dd, MM and yyyy, as date-fns writes them).
func (fd Field) dateLayout() string {
	if fd.DateFormat == "" {
		return time.DateOnly
	}
	return dateTokens.Replace(fd.DateFormat)
}

var dateTokens = strings.NewReplacer("yyyy", "2006", "yy", "06", "MMMM", "January", "MMM", "Jan", "MM", "01", "M", "1", "dd", "02", "d", "2")

// localTime reads a time of a zone. One that comes twice, when the clocks are set
// back, is the first of the two.
func localTime(text string, zone *time.Location) (time.Time, string) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"} { // a fraction is read by each
		t, err := time.ParseInLocation(layout, text, zone)
		if err != nil {
			continue
		}
		meant, _ := time.Parse(layout, text)
		if t.Hour() != meant.Hour() || t.Minute() != meant.Minute() {
			return t, fmt.Sprintf(textNoSuchTime, meant.Format("15:04"))
		}
		// Where the same reading comes twice, the earlier lies within a few hours before.
		from, _ := t.ZoneBounds()
		if !from.IsZero() {
			_, now := t.Zone()
			_, before := from.Add(-time.Second).Zone()
			if first := t.Add(time.Duration(now-before) * time.Second); before > now && first.Before(from) {
				t = first
			}
		}
		return t, ""
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, textNotDateTime
	}
	return t, ""
}
