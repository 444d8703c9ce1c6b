package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// days are the members of retention_days.
var days = []string{"succeeded", "others", "logs"}

// marks names what is wrong below the x-sluice of a flow or step, all of it: each slip has
// an effect that its author does not see, as Retention and HighStakes take what is wrong for
// what loses least.
func (c *checker) marks(mark Raw, ofFlow bool) {
	text := bytes.TrimSpace(mark)
	if len(text) == 0 || string(text) == "null" {
		return
	}
	slip := func(field, title, hint string) {
		c.warn(Problem{Code: ProblemField, Field: field, Title: title, Hint: hint})
	}
	var x map[string]json.RawMessage
	if json.Unmarshal(text, &x) != nil {
		slip("x-sluice", "x-sluice is no object", "It says nothing, and was kept. Below it stand names with values.")
		return
	}
	known := []string{markHighStakes, markSkipIf}
	if ofFlow {
		known = []string{markRetention, "script"}
	}
	for _, name := range slices.Sorted(maps.Keys(x)) {
		switch v := bytes.TrimSpace(x[name]); {
		case !slices.Contains(known, name):
			hint := "It has no effect, and was kept. Of a step there is high_stakes."
			if ofFlow {
				hint = "It has no effect, and was kept. Of a flow there is retention_days."
			}
			slip("x-sluice."+name, "Sluice does not know "+quoteName(name)+" below x-sluice here", hint)
		case string(v) == "null":
		case name == markRetention:
			retentionSlips(v, slip)
		case name == markSkipIf && string(v[:1]) != `"`:
			slip("x-sluice."+name, "skip_if below x-sluice is no text", "It is the condition that a skipped step has when it is skipped no more. It counts as none.")
		case name == markHighStakes && string(v) != "true" && string(v) != "false":
			slip("x-sluice."+name, "high_stakes is neither true nor false", "It counts as true: whoever approves types a word first.")
		}
	}
}

// retentionSlips names what is no number of days.
func retentionSlips(text []byte, slip func(field, title, hint string)) {
	const field = "x-sluice." + markRetention
	var by map[string]json.RawMessage
	if json.Unmarshal(text, &by) != nil {
		slip(field, "retention_days is no object", "Runs of this flow are kept for ever. Write {succeeded: 30, others: 365, logs: 7}, or leave it out.")
		return
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		v := bytes.TrimSpace(by[name])
		n := 0
		switch {
		case !slices.Contains(days, name):
			slip(field+"."+name, "Sluice does not know "+quoteName(name)+" below retention_days", "It has no effect. There are "+strings.Join(days, ", ")+".")
		case string(v) == "null":
		case json.Unmarshal(v, &n) != nil || n < 0 || n > MostDays:
			slip(field+"."+name, fmt.Sprintf("%s is no whole number of days from 0 to %d", name, MostDays), "It counts as 0: they are kept for ever.")
		}
	}
}

// Slips are the problems of what only Sluice knows (x-sluice), which an import tells.
func Slips(all []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(all), func(p Problem) bool { return p.Field != "x-sluice" && !strings.HasPrefix(p.Field, "x-sluice.") })
}
