package model

import (
	"fmt"
	"math"
	"time"

	"sluice/ui/say"
)

// Took tells how long something lasted: "42 ms", "1.3 s", "72 s", "4 min",
// "2 h 14 min", "3 d".
func Took(d time.Duration) string { return took(d) }

func took(d time.Duration) string {
	switch {
	case d < 0:
		return "0 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return say.Decimal(math.Floor(d.Seconds()*10)/10, 1) + " s"
	case d < 90*time.Second:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		h, m := int(d.Hours()), int(d.Minutes())%60
		if m == 0 {
			return fmt.Sprintf("%d h", h)
		}
		return fmt.Sprintf("%d h %d min", h, m)
	}
	days, h := int(d.Hours())/24, int(d.Hours())%24
	if h == 0 || days >= 3 {
		return fmt.Sprintf("%d d", days)
	}
	return fmt.Sprintf("%d d %d h", days, h)
}

// roughly is took with one unit only: "23 h", "12 min".
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours())/24)
}

// left tells the time until a deadline: "23 h left". A deadline that has just
// passed is about to be noted in the journal.
func left(now, deadline time.Time) string {
	if deadline.IsZero() {
		return ""
	}
	if d := deadline.Sub(now); d > 0 {
		return say.F("%s left", roughly(begun(d)))
	}
	return say.T("time is up")
}

// begun counts the minute that has begun as a whole one: of a day a day is left a moment
// after it began. The last minute counts in seconds.
func begun(d time.Duration) time.Duration {
	if d <= time.Minute {
		return d
	}
	return (d + time.Minute - 1).Truncate(time.Minute)
}

// TimeLeft tells in a list how long a deadline is away: "23 h left", "no end".
func TimeLeft(now, deadline time.Time) string {
	d := begun(deadline.Sub(now))
	switch {
	case deadline.IsZero():
		return say.T("no end")
	case d <= 0:
		return say.T("over")
	case d < time.Hour:
		return say.F("%d min left", max(1, int(d.Minutes())))
	case d < 48*time.Hour:
		return say.F("%d h left", int(d.Hours()))
	}
	return say.N(int(d.Hours()/24), "%d day left", "%d days left")
}

// Ago tells a past time as people do, in the zone of this computer: "4 min ago",
// "today 14:02".
func Ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return say.T("just now")
	case d < time.Hour:
		return say.F("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour && t.Local().Day() == now.Local().Day():
		return say.F("today %s", t.Local().Format("15:04"))
	case d < 7*24*time.Hour:
		return say.Time(t.Local(), "Mon 15:04")
	}
	return say.Time(t.Local(), "2 Jan 2006")
}

// when tells a moment to the minute, by the day as people say it: "14:02",
// "tomorrow 14:02", "yesterday 14:02", "Thu 14:02", "22 Nov 14:02",
// "22 Nov 2025 14:02". It speaks in the zone of now.
func when(now, t time.Time) string {
	t = t.In(now.Location())
	clock := t.Format("15:04")
	switch days := daysBetween(now, t); {
	case days == 0:
		return clock
	case days == 1:
		return say.F("tomorrow %s", clock)
	case days == -1:
		return say.F("yesterday %s", clock)
	case days > 1 && days < 7:
		return say.Time(t, "Mon 15:04")
	}
	if t.Year() == now.Year() {
		return say.Time(t, "2 Jan 15:04")
	}
	return say.Time(t, "2 Jan 2006 15:04")
}

// clock tells a moment to the second, with the day unless it is today.
func clock(now, t time.Time) string {
	t = t.In(now.Location())
	if daysBetween(now, t) == 0 {
		return t.Format("15:04:05")
	}
	return say.Time(t, "2 Jan 15:04:05")
}

// daysBetween counts midnights from a to b.
func daysBetween(a, b time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(b).Sub(day(a)).Hours() / 24)
}
