package say

import (
	"regexp"
	"strings"
)

// tokens are the parts of which the engine builds the words of a schedule, such as “Every
// weekday at 09:00”, in the order in which they are tried.
type tokens []struct {
	from *regexp.Regexp
	to   string
}

func newTokens(pairs ...string) (t tokens) {
	for i := 0; i < len(pairs); i += 2 {
		t = append(t, struct {
			from *regexp.Regexp
			to   string
		}{regexp.MustCompile(`^(?:` + pairs[i] + `)`), pairs[i+1]})
	}
	return t
}

var germanWhen = newTokens(
	`every weekday\b`, "jeden Werktag",
	`every day\b`, "jeden Tag",
	`every full hour\b`, "jede volle Stunde",
	`of every hour\b`, "jeder Stunde",
	`of every minute\b`, "jeder Minute",
	`of every (\d+) minutes\b`, "in jeder $1. Minute",
	`of minute `, "der Minute ",
	`every (\d+) seconds\b`, "alle $1 Sekunden",
	`every (\d+) minutes\b`, "alle $1 Minuten",
	`every (\d+) hours\b`, "alle $1 Stunden",
	`every second\b`, "jede Sekunde",
	`every minute\b`, "jede Minute",
	`every `, "jeden ",
	`Monday\b`, "Montag", `Tuesday\b`, "Dienstag", `Wednesday\b`, "Mittwoch", `Thursday\b`, "Donnerstag", `Friday\b`, "Freitag", `Saturday\b`, "Samstag", `Sunday\b`, "Sonntag",
	`in January\b`, "im Januar", `in February\b`, "im Februar", `in March\b`, "im März", `in April\b`, "im April", `in May\b`, "im Mai", `in June\b`, "im Juni",
	`in July\b`, "im Juli", `in August\b`, "im August", `in September\b`, "im September", `in October\b`, "im Oktober", `in November\b`, "im November", `in December\b`, "im Dezember",
	`January\b`, "Januar", `February\b`, "Februar", `March\b`, "März", `April\b`, "April", `May\b`, "Mai", `June\b`, "Juni",
	`July\b`, "Juli", `August\b`, "August", `September\b`, "September", `October\b`, "Oktober", `November\b`, "November", `December\b`, "Dezember",
	`at second `, "in Sekunde ",
	`at minute `, "in Minute ",
	`at `, "um ",
	`from (\d\d:\d\d) to (\d\d:\d\d)`, "von $1 bis $2",
	`in the hours `, "in den Stunden ",
	`in (\d{4})`, "im Jahr $1",
	`on no day of the month\b`, "an keinem Tag des Monats",
	`on no day of the week\b`, "an keinem Wochentag",
	`on the `, "am ",
	`of the month\b`, "des Monats",
	`weekday nearest to the `, "nächsten Werktag zum ",
	`last day\b`, "letzten Tag",
	`last `, "letzten ",
	`(\d+)(?:st|nd|rd|th)\b`, "$1.",
	`(\d+) more\b`, "$1 weitere",
	`if that is `, "sofern ",
	`weekday\b`, "Werktag",
	`and `, "und ",
	`or `, "oder ",
	`never\b`, "nie",
	`\d[\d:]*`, "$0",
	`, `, ", ",
	` `, " ",
)

// When translates the words of a schedule. What it does not know all of it leaves as it is.
func When(words string) string {
	if current.Load().when == nil || words == "" {
		return words
	}
	var b strings.Builder
	rest := strings.ToLower(words[:1]) + words[1:]
next:
	for rest != "" {
		for _, t := range current.Load().when {
			if at := t.from.FindStringSubmatchIndex(rest); at != nil {
				b.Write(t.from.ExpandString(nil, t.to, rest, at))
				rest = rest[at[1]:]
				continue next
			}
		}
		return words
	}
	said := b.String()
	return strings.ToUpper(said[:1]) + said[1:]
}
