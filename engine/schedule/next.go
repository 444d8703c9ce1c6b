package schedule

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"sluice/engine/fault"
)

// mostYears is how far Next looks: the calendar comes again after 400 years.
const mostYears = 401

// wall is a time on the wall: seconds since 1970 as if there were no zones.
type wall int64

// lookBack is how long before an instant a clock may have shown a later time than at it,
// in seconds; no zone's clock was ever set by more than a day.
const lookBack = 48 * 3600

// span is a time of one offset: from one change of the clock to the next.
type span struct{ begins, ends, offset int64 }

// spanAt is the span around an instant, in seconds.
func spanAt(at int64, zone *time.Location) span {
	t := time.Unix(at, 0).In(zone)
	start, end := t.ZoneBounds()
	_, offset := t.Zone()
	s := span{begins: math.MinInt64, ends: math.MaxInt64, offset: int64(offset)}
	if !start.IsZero() {
		s.begins = start.Unix()
	}
	if !end.IsZero() {
		s.ends = end.Unix()
	}
	if s.ends <= at { // Go 1.26 says so of the last day of leap years that lie behind its tables
		s.ends = at + 24*3600
	}
	return s
}

// Next is the first time behind after at which c is due in a zone; the zero time if there
// is none.
func (c *Cron) Next(after time.Time, zone *time.Location) time.Time {
	from := after.Unix() + 1
	last := c.lastInstant(after)
	at := from - lookBack
	shown := wall(math.MinInt64) // the latest time that the clock has shown so far
	for {
		s := spanAt(at, zone)
		if s.begins > last {
			return time.Time{}
		}
		if s.ends > from {
			if t, ok := c.within(from, min(s.ends, last+1), s, shown); ok {
				return time.Unix(t, 0).In(zone)
			}
			// What the calendar does not hold need not be looked for from change to change.
			w, ok := c.match(wall(from-lookBack), wall(last+lookBack))
			if !ok {
				return time.Time{}
			}
			from = max(from, min(s.ends, int64(w)-lookBack))
		}
		if s.ends > last {
			return time.Time{}
		}
		shown = max(shown, wall(s.ends+s.offset))
		at = s.ends
		if from-lookBack > at {
			at, shown = from-lookBack, math.MinInt64
		}
	}
}

// lastInstant bounds the search.
func (c *Cron) lastInstant(after time.Time) int64 {
	if c.dialect == V1 {
		return time.Date(lastYear+1, 1, 2, 0, 0, 0, 0, time.UTC).Unix()
	}
	return after.AddDate(mostYears, 0, 0).Unix()
}

// within looks for an instant from from on and before ends in a span. shown is the latest
// time that the clock has shown before the span.
func (c *Cron) within(from, ends int64, s span, shown wall) (int64, bool) {
	first := max(from, s.begins)
	if begins := wall(s.begins + s.offset); s.begins >= from && shown != math.MinInt64 && begins > shown && c.dialect == V2 {
		if _, ok := c.match(shown, begins); ok {
			return s.begins, true // what was passed over is due at once
		}
	}
	low := wall(first + s.offset)
	if !c.runningHour || c.once {
		low = max(low, shown)
	}
	w, ok := c.match(low, wall(ends+s.offset))
	return int64(w) - s.offset, ok
}

// match is the first time on the wall that matches, from low on and before high.
func (c *Cron) match(low, high wall) (wall, bool) {
	if low >= high {
		return 0, false
	}
	const day = 86400
	t := time.Unix(int64(low), 0).UTC()
	year, month, dom := t.Date()
	y, m := year, int(month)
	inDay := int64(low) - daysBefore(y, m, dom)*day
	days := c.days(y, m) &^ (1<<dom - 1)
	for {
		for ; days != 0; days &= days - 1 {
			d := bits.TrailingZeros32(days)
			at := wall(daysBefore(y, m, d) * day)
			if at >= high {
				return 0, false
			}
			if d != dom {
				inDay = 0
			}
			if c.year == nil || slices.Contains(c.year, y) {
				if s, ok := c.time(inDay); ok {
					at += wall(s)
					return at, at < high
				}
			}
			inDay = 0
		}
		if m++; m > 12 {
			m, y = 1, y+1
		}
		if wall(daysBefore(y, m, 1)*day) >= high || c.dialect == V1 && y > lastYear {
			return 0, false
		}
		dom, inDay = 0, 0
		days = c.days(y, m)
	}
}

// time is the first time of a day that matches, in seconds, from a second on.
func (c *Cron) time(from int64) (int64, bool) {
	h, m, s := int(from/3600), int(from/60%60), int(from%60)
	for hours := uint64(c.hour) >> h << h; hours != 0; hours &= hours - 1 {
		if hour := bits.TrailingZeros64(hours); hour > h {
			h, m, s = hour, 0, 0
		}
		for minutes := c.minute >> m << m; minutes != 0; minutes &= minutes - 1 {
			if minute := bits.TrailingZeros64(minutes); minute > m {
				m, s = minute, 0
			}
			if seconds := c.second >> s << s; seconds != 0 {
				return int64(h*3600 + m*60 + bits.TrailingZeros64(seconds)), true
			}
		}
	}
	return 0, false
}

// Never is the error of a text that is not due any more, or never: Next knows no time.
// Code schedule.never.
func (c *Cron) Never() error {
	hint := "No day is both: look at the day of the month, the month and the day of the week."
	switch {
	case c.second == 0 || c.minute == 0 || c.hour == 0 || c.month == 0:
		hint = "A field holds no value."
	case c.year != nil:
		hint = "Its years are over, or no day of them fits."
	case c.day == 0 && !c.lastDay && c.near == 0 && c.anyWeekday:
		hint = "The day of the month holds no value."
	case c.weekday == 0 && c.lastOf == 0 && c.nth == [7]uint8{} && c.anyDay:
		hint = "The day of the week holds no day: L stands behind one, as in 5L, the last Friday."
	}
	return fault.Newf("schedule.never", hint, "%q is never due", c.text)
}
