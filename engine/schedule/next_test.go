package schedule

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
)

// Where the hour runs on, a repeated hour is time like any other; a fixed hour comes once.
func TestARepeatedHour(t *testing.T) {
	for _, tt := range []struct{ text, zone, from, want string }{
		{"0 */30 * * * *", "Europe/Berlin", "2025-10-25T23:10:00Z", "2025-10-25T23:30:00Z 2025-10-26T00:00:00Z 2025-10-26T00:30:00Z 2025-10-26T01:00:00Z 2025-10-26T01:30:00Z 2025-10-26T02:00:00Z"},
		{"0 0 */2 * * *", "Europe/Berlin", "2025-10-25T21:00:00Z", "2025-10-25T22:00:00Z 2025-10-26T00:00:00Z 2025-10-26T01:00:00Z 2025-10-26T03:00:00Z"},
		{"0 30 2 * * *", "Europe/Berlin", "2025-10-25T23:10:00Z", "2025-10-26T00:30:00Z 2025-10-27T01:30:00Z"},
		{"0 30 2 * * *", "Europe/Berlin", "2025-10-26T01:10:00Z", "2025-10-27T01:30:00Z"},
		{"0 */15 * * * *", "Australia/Lord_Howe", "2025-04-05T14:40:00Z", "2025-04-05T14:45:00Z 2025-04-05T15:00:00Z 2025-04-05T15:15:00Z 2025-04-05T15:30:00Z"},
		{"0 0 * * * *", "Antarctica/Troll", "2025-10-25T23:30:00Z", "2025-10-26T00:00:00Z 2025-10-26T01:00:00Z 2025-10-26T02:00:00Z 2025-10-26T03:00:00Z"},
	} {
		for _, d := range []Dialect{V1, V2} {
			c, err := Parse(tt.text, d)
			if err != nil {
				t.Fatal(err)
			}
			zone, err := Zone(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Fields(tt.want)
			if got := c.upTo(len(want), instant(t, tt.from), zone); !slices.Equal(got, want) {
				t.Errorf("V%d %q in %s from %s\n got %s\nwant %s", d, tt.text, tt.zone, tt.from, got, want)
			}
		}
	}
}

// plan is a cron text and, by itself, the minutes on the wall that it means.
type plan struct {
	cron    *Cron
	runs    bool // the hour
	matches func(year, month, day, weekday, hour, minute int) bool
}

// someOf is a random list of a field's values, and its text.
func someOf(r *rand.Rand, from, to, most int) (in map[int]bool, text string) {
	in = make(map[int]bool)
	for range 1 + r.IntN(most) {
		in[from+r.IntN(to-from+1)] = true
	}
	var values []string
	for n := from; n <= to; n++ {
		if in[n] {
			values = append(values, fmt.Sprint(n))
		}
	}
	return in, strings.Join(values, ",")
}

func randomPlan(t *testing.T, r *rand.Rand, d Dialect) plan {
	minutes, minuteText := someOf(r, 0, 59, 6)
	hours, hourText := someOf(r, 0, 4, 3) // where clocks change
	step := 0
	if r.IntN(3) == 0 {
		step = 1 + r.IntN(3)
		hourText = "*"
		if step > 1 {
			hourText = fmt.Sprintf("*/%d", step)
		}
	}
	days, dayText := map[int]bool(nil), "*"
	if r.IntN(3) == 0 {
		days, dayText = someOf(r, 1, 31, 12)
	}
	weekdays, weekdayText := map[int]bool(nil), "*"
	if r.IntN(3) == 0 {
		weekdays, weekdayText = someOf(r, 0, 6, 3)
		if d == V1 {
			var shifted []string
			for n := range 7 {
				if weekdays[n] {
					shifted = append(shifted, fmt.Sprint(n+1))
				}
			}
			weekdayText = strings.Join(shifted, ",")
		}
	}
	text := fmt.Sprintf("0 %s %s %s * %s", minuteText, hourText, dayText, weekdayText)
	c, err := Parse(text, d)
	if err != nil {
		t.Fatal(err)
	}
	return plan{cron: c, runs: step > 0, matches: func(year, month, day, weekday, hour, minute int) bool {
		if step > 0 && hour%step != 0 || step == 0 && !hours[hour] || !minutes[minute] {
			return false
		}
		switch {
		case days == nil && weekdays == nil:
			return true
		case days == nil:
			return weekdays[weekday]
		case weekdays == nil:
			return days[day]
		case d == V1:
			return days[day] && weekdays[weekday]
		}
		return days[day] || weekdays[weekday]
	}}
}

// scan is the answer of looking at the clock each minute of a window.
func (p plan) scan(zone *time.Location, from, to time.Time, d Dialect) (out []string) {
	at := func(wall int64) bool {
		t := time.Unix(wall*60, 0).UTC()
		return p.matches(t.Year(), int(t.Month()), t.Day(), int(t.Weekday()), t.Hour(), t.Minute())
	}
	wallAt := func(t time.Time) int64 {
		_, offset := t.In(zone).Zone()
		return (t.Unix() + int64(offset)) / 60
	}
	t := from.Add(-3 * 24 * time.Hour)
	shown := wallAt(t)
	for ; t.Before(to); t = t.Add(time.Minute) {
		now := wallAt(t)
		due := false
		for skipped := shown + 1; skipped < now && d == V2; skipped++ {
			due = due || at(skipped)
		}
		if at(now) && (now > shown || p.runs) {
			due = true
		}
		shown = max(shown, now)
		if due && t.After(from) {
			out = append(out, t.UTC().Format(time.RFC3339))
		}
	}
	return out
}

// Around every change of the clock in ten years, in twenty zones, the answers are those of
// a look at the clock each minute.
func TestNextIsWhatALookEachMinuteFinds(t *testing.T) {
	zones := []string{
		"UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Santiago", "America/Havana", "America/Sao_Paulo", "America/Scoresbysund",
		"Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Tehran", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Antarctica/Troll", "Asia/Gaza",
	}
	r := rand.New(rand.NewPCG(1, 2))
	windows, found := 0, 0
	for _, name := range zones {
		zone, err := Zone(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, years := range []int{2011, 2021} { // Samoa lost a day at the end of 2011
			at := time.Date(years, 1, 1, 0, 0, 0, 0, time.UTC)
			until := at.AddDate(5, 0, 0)
			for at.Before(until) {
				_, change := at.In(zone).ZoneBounds()
				if change.IsZero() || change.After(until) {
					break
				}
				if !change.After(at) { // see spanAt: with the zones that Go itself brings
					change = at.AddDate(0, 0, 1)
				}
				at = change
				windows++
				d := V1 + Dialect(r.IntN(2))
				p := randomPlan(t, r, d)
				from, to := change.Add(-7*time.Hour), change.Add(5*time.Hour)
				want := p.scan(zone, from, to, d)
				var got []string
				for next := p.cron.Next(from, zone); !next.IsZero() && next.Before(to); next = p.cron.Next(next, zone) {
					got = append(got, next.UTC().Format(time.RFC3339))
				}
				found += len(want)
				if !slices.Equal(got, want) {
					t.Fatalf("V%d %q in %s around %s\n got %s\nwant %s", d, p.cron, name, change, got, want)
				}
			}
		}
	}
	if windows < 250 || found < 1000 {
		t.Errorf("%d windows, %d times: too few to tell", windows, found)
	}
}

// Asked at any moment, the answer lies behind it, and is the same as asked a moment later
// up to it.
func TestAnswersGrow(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range []string{"Europe/Berlin", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Apia"} {
		zone, err := Zone(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			d := V1 + Dialect(r.IntN(2))
			p := randomPlan(t, r, d)
			from := time.Unix(1_300_000_000+r.Int64N(500_000_000), r.Int64N(1e9))
			next := p.cron.Next(from, zone)
			if next.IsZero() || !next.After(from) {
				t.Fatalf("V%d %q in %s from %s: %s", d, p.cron, name, from, next)
			}
			between := from.Add(time.Duration(r.Int64N(int64(next.Sub(from)))))
			if again := p.cron.Next(between, zone); !again.Equal(next) {
				t.Fatalf("V%d %q in %s: %s from %s, but %s from %s", d, p.cron, name, next, from, again, between)
			}
		}
	}
}

// What cannot be read says which field and what would be right.
func TestBadTextsAreNamed(t *testing.T) {
	for _, tt := range []struct {
		text  string
		d     Dialect
		title string
		hint  string
	}{
		{"*/5 * * * *", V2, "has six fields, and this one has five", "You probably mean: 0 */5 * * * *"},
		{"0 0 9 * * * 2027", V2, "this one has seven", "v1"},
		{"", V2, "this one has 0", "0 0 9 * * *"},
		{"@every 5m", V2, "none of the short forms", "0 */5 * * * *"},
		{"0 61 * * * *", V2, "The minute cannot be read", "It holds 61, and goes from 0 to 59"},
		{"0 0 25 * * *", V2, "The hour cannot be read", "It holds 25, and goes from 0 to 23"},
		{"0 0 0 * Foo *", V2, "The month cannot be read", "a name like FEB"},
		{"0 0 22-2 * * *", V2, "The hour cannot be read", "22-23,0-2"},
		{"0 */0 * * * *", V2, "The minute cannot be read", "above 0"},
		{"0 */60 * * * *", V1, "The minute cannot be read", "greatest value, 59"},
		{"0 0 0 * * 0", V1, "The day of the week cannot be read", "from 1 to 7"},
		{"0 0 0 * * 5#6", V2, "The day of the week cannot be read", "1 to 5, or L"},
		{"0 0 0 LW * *", V2, "The day of the month cannot be read", "does not know"},
		{"0 0 0 * * *,1", V2, "The day of the week cannot be read", "star beside other values"},
	} {
		_, err := Parse(tt.text, tt.d)
		if !fault.HasCode(err, "schedule.cron") || !strings.Contains(fault.From(err).Title, tt.title) || !strings.Contains(fault.From(err).Hint, tt.hint) {
			t.Errorf("%q: %v", tt.text, err)
		}
	}
}

func TestZonesThatOnlySomeTake(t *testing.T) {
	for _, name := range []string{"", "Local", "localtime", "Factory", "posixrules", "utc", "europe/berlin", "GMT+2", "+02:00", "Mars/Base", "../etc/passwd", "posix/Europe/Berlin", "Europe/"} {
		if _, err := Zone(name); !fault.HasCode(err, "schedule.zone") {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"UTC", "Europe/Berlin", "US/Pacific", "EST", "CET", "Zulu", "Etc/GMT+2", "America/Port_of_Spain", "America/Port-au-Prince"} {
		if _, err := Zone(name); err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	for _, bm := range []struct{ name, text, zone string }{
		{"usual", "0 0 9 * * 1-5", "Europe/Berlin"},
		{"minutes", "0 */15 * * * *", "Europe/Berlin"},
		{"utc", "0 0 9 * * 1-5", "UTC"},
		{"rarest", "0 30 2 29 2 2", "Antarctica/Troll"},
		{"never", "0 0 0 30 2 *", "Africa/Casablanca"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			d := V2
			if bm.name == "rarest" {
				d = V1 // both days must match
			}
			c, err := Parse(bm.text, d)
			if err != nil {
				b.Fatal(err)
			}
			zone, err := Zone(bm.zone)
			if err != nil {
				b.Fatal(err)
			}
			at := instant(b, "2026-11-28T06:00:00Z")
			for b.Loop() {
				c.Next(at, zone)
			}
		})
	}
}

// Go's tables of zones end; behind them lie leap years, too.
func TestTheEndOfALeapYearFarAhead(t *testing.T) {
	for _, name := range []string{"Antarctica/Troll", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"} {
		zone, err := Zone(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Parse("0 30 2 * * *", V2)
		if err != nil {
			t.Fatal(err)
		}
		at := instant(t, "2080-12-29T12:00:00Z")
		for range 6 {
			next := c.Next(at, zone)
			if gap := next.Sub(at); gap <= 0 || gap > 25*time.Hour {
				t.Fatalf("%s: %s after %s", name, next, at)
			}
			at = next
		}
	}
}
