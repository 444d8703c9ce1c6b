package model

import (
	"regexp"
	"strings"
	"testing"

	"sluice/engine/schedule"
	"sluice/ui/say"
)

// TestEachScheduleHasGermanWords goes through all forms that the words of a schedule have.
func TestEachScheduleHasGermanWords(t *testing.T) {
	say.Use("de")
	t.Cleanup(func() { say.Use("en") })
	english := regexp.MustCompile(`\b([Ee]very|[Dd]ay|weekdays?|hours?|minutes?|seconds?|[Tt]he|of|and|or|[Oo]n|[Aa]t|last|to|more|if|that|is|[Nn]ever|month|Monday|January|March)\b`)
	seen := 0
	for _, dialect := range []schedule.Dialect{schedule.V1, schedule.V2} {
		for _, time := range []string{"0 0 9", "0 30 9,17", "5 0 9", "0 */5 *", "0 7 *", "0 0 *", "0 0 */4", "0 */10 9-17", "0 */10 9,12", "*/10 * *", "3,4 * *", "* * *", "3 7,8 *", "0 0,1,2,3,5,7,11,13,17 *", "30 */15 *"} {
			for _, days := range []string{"* *", "1 *", "1,15 *", "L *", "1,2,3,4,5,6,7,8,9,10 1,5", "* 1,3,5", "15W *", "* 12"} {
				for _, week := range []string{"*", "MON-FRI", "MON", "TUE,SAT", "5L", "MON#1", "FRI#2"} {
					c, err := schedule.Parse(time+" "+days+" "+week, dialect)
					if err != nil {
						continue
					}
					seen++
					words := c.Words()
					got := say.When(words)
					if rest := english.FindString(got); got == words || rest != "" && rest != "is" {
						t.Errorf("%s %s %s: %q is %q (%s)", time, days, week, got, words, rest)
					}
					if strings.Contains(got, "  ") {
						t.Errorf("%q has two blanks", got)
					}
				}
			}
		}
	}
	if seen < 500 {
		t.Errorf("%d schedules could be read", seen)
	}
	for cron, want := range map[string]string{
		"0 0 9 * * MON-FRI":   "Jeden Werktag um 09:00",
		"0 */15 * * * *":      "Alle 15 Minuten",
		"0 0 8 1 * *":         "Am 1. des Monats um 08:00",
		"0 30 7 * 1,6 TUE":    "Jeden Dienstag im Januar und Juni um 07:30",
		"0 */10 9-17 * * MON": "Jeden Montag, alle 10 Minuten, von 09:00 bis 17:59",
	} {
		c, err := schedule.Parse(cron, schedule.V2)
		if err != nil {
			t.Fatal(err)
		}
		if got := say.When(c.Words()); got != want {
			t.Errorf("%s: %q, want %q", cron, got, want)
		}
	}
	if got := say.When("Every blue moon"); got != "Every blue moon" {
		t.Errorf("what is not known: %q", got)
	}
}
