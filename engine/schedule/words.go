package schedule

import (
	"fmt"
	"math/bits"
	"strings"
)

// Words says when c is due: "Every weekday at 09:00". It is a sentence without its stop.
func (c *Cron) Words() string {
	s := c.dayWords() + c.timeWords()
	if c.year != nil && len(c.year) < lastYear-1970 {
		years := make([]string, len(c.year))
		for i, y := range c.year {
			years[i] = fmt.Sprint(y)
		}
		s += ", in " + list(years, "and")
	}
	s = strings.TrimPrefix(s, " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// values are the set bits.
func values(set uint64) (out []int) {
	for ; set != 0; set &= set - 1 {
		out = append(out, bits.TrailingZeros64(set))
	}
	return out
}

// stepOf is n where set is every n-th value from 0 up to the end; 0 where it is not.
func stepOf(set uint64, size int) int {
	v := values(set)
	if len(v) < 2 || v[0] != 0 {
		return 0
	}
	for i, n := range v {
		if n != i*v[1] {
			return 0
		}
	}
	if (len(v)-1)*v[1]+v[1] < size {
		return 0
	}
	return v[1]
}

// list writes a, b and c; of many it tells how many more there are.
func list(items []string, last string) string {
	const most = 8
	if len(items) > most {
		items = append(items[:most-1:most-1], fmt.Sprintf("%d more", len(items)-most+1))
	}
	if len(items) == 1 {
		return items[0]
	}
	return strings.Join(items[:len(items)-1], ", ") + " " + last + " " + items[len(items)-1]
}

// timeWords says when in a day.
func (c *Cron) timeWords() string {
	seconds, minutes, hours := values(c.second), values(c.minute), values(uint64(c.hour))
	allHours := len(hours) == 24
	switch {
	case len(seconds)*len(minutes)*len(hours) == 0:
		return " never"
	case len(seconds) == 1 && len(minutes) == 1 && !allHours && stepOf(uint64(c.hour), 24) == 0:
		at := make([]string, len(hours))
		for i, h := range hours {
			at[i] = clock(h, minutes[0], seconds[0])
		}
		return " at " + list(at, "and")
	}
	s := c.pace(seconds, minutes)
	step := stepOf(uint64(c.hour), 24)
	switch {
	case allHours:
	case step > 1 && s == " every full hour":
		s = fmt.Sprintf(" every %d hours", step)
	case step > 1:
		s += fmt.Sprintf(", every %d hours", step)
	case hours[len(hours)-1]-hours[0] == len(hours)-1:
		s += fmt.Sprintf(", from %s to %s", clock(hours[0], 0, 0), clock(hours[len(hours)-1], 59, 59))
	default:
		at := make([]string, len(hours))
		for i, h := range hours {
			at[i] = fmt.Sprint(h)
		}
		s += ", in the hours " + list(at, "and")
	}
	return s
}

// pace says when in an hour.
func (c *Cron) pace(seconds, minutes []int) string {
	every := func(set uint64, size int, unit string) string {
		switch n := stepOf(set, size); {
		case n == 1:
			return " every " + unit
		case n > 1 && size%n == 0:
			return fmt.Sprintf(" every %d %ss", n, unit)
		}
		return ""
	}
	at := func(v []int, unit string) string {
		s := make([]string, len(v))
		for i, n := range v {
			s[i] = fmt.Sprint(n)
		}
		return fmt.Sprintf(" at %s %s", unit, list(s, "and"))
	}
	if len(seconds) == 1 && seconds[0] == 0 {
		if s := every(c.minute, 60, "minute"); s != "" {
			return s
		}
		if len(minutes) == 1 && minutes[0] == 0 {
			return " every full hour"
		}
		return at(minutes, "minute") + " of every hour"
	}
	s := every(c.second, 60, "second")
	if s == "" {
		s = at(seconds, "second")
	}
	switch m := every(c.minute, 60, "minute"); {
	case m == " every minute" && strings.HasPrefix(s, " every"):
		return s
	case m != "":
		return s + " of" + m
	}
	return s + " of" + strings.TrimPrefix(at(minutes, "minute"), " at")
}

func clock(h, m, s int) string {
	if s == 0 || s == 59 && m == 59 {
		return fmt.Sprintf("%02d:%02d", h, m)
	}
	return fmt.Sprintf("%02d:%02d:%02d", h, m, s)
}

// dayWords says on which days; "" for all of them where the times come often.
func (c *Cron) dayWords() string {
	of, on := c.monthDays(), c.weekdayWords()
	anyDay := of == ""
	var s string
	switch {
	case anyDay && on == "":
		s = ""
		if len(values(uint64(c.hour)))*len(values(c.minute)) < 24 && !c.runningHour {
			s = " every day"
		}
	case anyDay:
		s = on
	case on == "":
		s = of
	case c.dialect == V1:
		s = of + ", if that is" + strings.ReplaceAll(strings.TrimPrefix(on, " every"), " and ", " or ")
	default:
		s = of + ", and" + on
	}
	if months := values(uint64(c.month)); len(months) < 12 && len(months) > 0 {
		names := make([]string, len(months))
		for i, m := range months {
			names[i] = titled(monthNames[m-1])
		}
		s += " in " + list(names, "and")
	}
	if s != "" && strings.HasPrefix(c.timeWords(), " every") {
		s += ","
	}
	return s
}

// monthDays says which days of the month; "" for all.
func (c *Cron) monthDays() string {
	days := values(uint64(c.day))
	if c.anyDay || len(days) == 31 {
		return ""
	}
	var parts []string
	for _, d := range days {
		parts = append(parts, ordinal(d))
	}
	for _, d := range values(uint64(c.near)) {
		parts = append(parts, "weekday nearest to the "+ordinal(d))
	}
	if c.lastDay {
		parts = append(parts, "last day")
	}
	if parts == nil {
		return " on no day of the month"
	}
	return " on the " + list(parts, "and") + " of the month"
}

// weekdayWords says which days of the week; "" for all.
func (c *Cron) weekdayWords() string {
	if c.anyWeekday || c.weekday == 1<<7-1 {
		return ""
	}
	var days, parts []string
	for i := range 7 { // Monday first
		if d := (i + 1) % 7; c.weekday&(1<<d) != 0 {
			days = append(days, titled(weekdayNames[d]))
		}
	}
	switch {
	case c.weekday == 0b0111110:
		days = []string{"weekday"}
	case c.weekday == 0:
		days = nil
	}
	if days != nil {
		parts = append(parts, "every "+list(days, "and"))
	}
	for d, name := range weekdayNames {
		for _, n := range values(uint64(c.nth[d])) {
			parts = append(parts, fmt.Sprintf("on the %s %s of the month", ordinal(n), titled(name)))
		}
		if c.lastOf&(1<<d) != 0 {
			parts = append(parts, "on the last "+titled(name)+" of the month")
		}
	}
	if parts == nil {
		return " on no day of the week"
	}
	return " " + list(parts, "and")
}

func titled(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func ordinal(n int) string {
	end := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprint(n, end)
}
