package schedule

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"sluice/engine/fault"
)

// Dialect is one of the two ways in which Windmill reads a cron text.
type Dialect int

// The dialects, as schedule files number them. V2 is that of new schedules, and of a
// file that says nothing. In V1 Sunday is 1, both day fields must match, and a seventh
// field holds years.
const (
	V1 Dialect = 1
	V2 Dialect = 2
)

// Cron is a cron text that was read. The zero value is none.
type Cron struct {
	text    string
	dialect Dialect

	second, minute uint64 // bit n: the value n
	hour, month    uint32
	day            uint32 // of the month
	weekday        uint8  // bit 0: Sunday
	year           []int  // in V1, nil for any

	lastDay     bool     // L
	near        uint32   // W: the weekday nearest to that day
	nth         [7]uint8 // of a weekday, bit n: its n-th in the month
	lastOf      uint8    // of a weekday, its last in the month
	anyDay      bool     // the day of the month is free
	anyWeekday  bool
	runningHour bool // the hour is a star, or a step over one
	once        bool // a repeated hour counts once all the same, as in Windmill; tests compare by it
}

// String is the text.
func (c *Cron) String() string { return c.text }

// field is one of a text's.
type field struct {
	name     string
	from, to int
	names    []string // of the values from first on
	first    int
	long     bool // the names may be written out
}

var (
	monthNames   = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	weekdayNames = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
)

// fieldsOf are the fields of a dialect's texts, in their order.
func fieldsOf(d Dialect) []field {
	f := []field{
		{name: "second", to: 59}, {name: "minute", to: 59}, {name: "hour", to: 23}, {name: "day of the month", from: 1, to: 31},
		{name: "month", from: 1, to: 12, names: monthNames, first: 1}, {name: "day of the week", to: 7, names: weekdayNames},
	}
	if d == V1 {
		f[4].long = true
		f[5] = field{name: "day of the week", from: 1, to: 7, names: weekdayNames, first: 1, long: true}
		f = append(f, field{name: "year", from: 1970, to: lastYear})
	}
	return f
}

// lastYear ends V1's time.
const lastYear = 2100

var nicknames = map[string]string{
	"@yearly": "0 0 0 1 1 *", "@annually": "0 0 0 1 1 *", "@monthly": "0 0 0 1 * *", "@weekly": "0 0 0 * * SUN", "@daily": "0 0 0 * * *", "@hourly": "0 0 * * * *",
}

// Parse reads a cron text. Codes: schedule.cron, whose title names the field.
func Parse(text string, d Dialect) (*Cron, error) {
	if d != V1 && d != V2 {
		return nil, fault.Newf("schedule.cron", "Write v1 or v2; v2 is that of new schedules.", "There is no such cron dialect")
	}
	c := &Cron{text: text, dialect: d}
	full := text
	if nick := strings.TrimSpace(text); strings.HasPrefix(nick, "@") {
		if d == V2 {
			nick = strings.ToLower(nick)
		}
		var ok bool
		if full, ok = nicknames[nick]; !ok || d == V1 && nick == "@annually" {
			return nil, fault.Newf("schedule.cron", "These are known: @hourly, @daily, @weekly, @monthly, @yearly. An interval is written as 0 */5 * * * * (every five minutes).", "%q is none of the short forms", text)
		}
	}
	parts := strings.Fields(full)
	if err := count(text, parts, d); err != nil {
		return nil, err
	}
	for i, f := range fieldsOf(d)[:len(parts)] {
		if err := c.read(i, f, parts[i]); err != nil {
			return nil, fault.Because(err, "schedule.cron", fmt.Sprintf("The %s cannot be read: %q", f.name, parts[i]), "It "+err.Error()+".")
		}
	}
	star := func(s string) bool { return s == "*" || s == "?" }
	c.anyDay, c.anyWeekday = star(parts[3]), star(parts[5])
	c.runningHour = star(parts[2]) || strings.HasPrefix(parts[2], "*/") || strings.HasPrefix(parts[2], "?/")
	return c, nil
}

// count says what is wrong with the number of fields.
func count(text string, parts []string, d Dialect) error {
	switch n := len(parts); {
	case n == 6, n == 7 && d == V1:
		return nil
	case n == 5:
		return fault.Newf("schedule.cron", "The first field is the second. You probably mean: 0 "+strings.Join(parts, " "), "A cron text has six fields, and this one has five: %q", text)
	case n == 7:
		return fault.Newf("schedule.cron", "Take the last one away: years are known only in the dialect v1.", "A cron text has six fields, and this one has seven: %q", text)
	default:
		return fault.Newf("schedule.cron", "They are second, minute, hour, day of the month, month, day of the week; every day at nine is 0 0 9 * * *.", "A cron text has six fields, and this one has %d: %q", n, text)
	}
}

// read reads one field. Its error is the rest of a sentence that begins with "It".
func (c *Cron) read(i int, f field, text string) error {
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			if c.dialect == V2 {
				continue // as croner does; what is left may never be due
			}
			return fmt.Errorf("ends or begins with a comma")
		}
		if c.dialect == V2 && text != part && (part[0] == '*' || part[0] == '?') {
			return fmt.Errorf("holds a star beside other values")
		}
		if done, err := c.special(i, f, part); err != nil || done {
			if err != nil {
				return err
			}
			continue
		}
		from, to, step, err := c.span(i, f, part)
		if err != nil {
			return err
		}
		for n := from; n <= to; n += step {
			c.set(i, n)
		}
	}
	return nil
}

// set notes a value of a field.
func (c *Cron) set(i, n int) {
	switch i {
	case 0:
		c.second |= 1 << n
	case 1:
		c.minute |= 1 << n
	case 2:
		c.hour |= 1 << n
	case 3:
		c.day |= 1 << n
	case 4:
		c.month |= 1 << n
	case 5:
		if c.dialect == V1 {
			n--
		}
		c.weekday |= 1 << (n % 7)
	case 6:
		c.year = append(c.year, n)
	}
}

// span reads a value, a range, a star, and a step of one.
func (c *Cron) span(i int, f field, part string) (from, to, step int, err error) {
	base, every, stepped := strings.Cut(part, "/")
	step = 1
	if stepped {
		if step, err = number(every); err != nil || step == 0 {
			return 0, 0, 0, fmt.Errorf("has a step that is no number above 0: %q", every)
		}
		if c.dialect == V1 && step > f.to {
			return 0, 0, 0, fmt.Errorf("has a step of %d, above its greatest value, %d", step, f.to)
		}
	}
	switch {
	case base == "*", base == "?" && c.dialect == V2, base == "?" && (i == 3 || i == 5):
		to = f.to
		if i == 5 && c.dialect == V2 {
			to = 6
		}
		return f.from, to, step, nil
	case base == "?":
		return 0, 0, 0, fmt.Errorf("holds a question mark, which stands only for the days")
	}
	low, high, ranged := strings.Cut(base, "-")
	if from, err = c.value(f, low, false); err != nil {
		return 0, 0, 0, err
	}
	switch {
	case ranged:
		if to, err = c.value(f, high, true); err != nil {
			return 0, 0, 0, err
		}
		if from > to {
			return 0, 0, 0, fmt.Errorf("holds a range that runs backwards, %s; write it as two: %s-%d,%d-%s", base, low, f.to, f.from, high)
		}
	case stepped:
		to = f.to
	default:
		to = from
	}
	return from, to, step, nil
}

// value reads a number or a name. As the end of a range, Sunday comes after Saturday.
func (c *Cron) value(f field, text string, end bool) (int, error) {
	if n, err := number(text); err == nil {
		if n < f.from || n > f.to {
			return 0, fmt.Errorf("holds %d, and goes from %d to %d", n, f.from, f.to)
		}
		return n, nil
	}
	name := strings.ToLower(text)
	for i, full := range f.names {
		if name == full[:3] || f.long && (name == full || name == "tues" && i == 2 || name == "thurs" && i == 4) && len(name) > 3 {
			if n := i + f.first; n > 0 || !end {
				return n, nil
			}
			return 7, nil
		}
	}
	if f.names != nil {
		return 0, fmt.Errorf("holds %q, which is neither a number from %d to %d nor a name like %s", text, f.from, f.to, strings.ToUpper(f.names[1][:3]))
	}
	return 0, fmt.Errorf("holds %q, which is no number from %d to %d", text, f.from, f.to)
}

// number reads digits alone: no sign, no point.
func number(text string) (int, error) {
	if text == "" || strings.Trim(text, "0123456789") != "" || len(text) > 9 {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(text)
}

// special reads what only V2 knows of days: L, 15W, 5L, 5#2, +FRI.
func (c *Cron) special(i int, f field, part string) (done bool, err error) {
	if c.dialect != V2 || i != 3 && i != 5 {
		return false, nil
	}
	upper := strings.ToUpper(part)
	if i == 3 {
		switch day, nearest := strings.CutSuffix(upper, "W"); {
		case upper == "L":
			c.lastDay = true
			return true, nil
		case upper == "LW", strings.HasPrefix(upper, "L-"):
			return false, fmt.Errorf("holds %s, which Windmill does not know", part)
		case nearest:
			n, err := c.value(f, day, false)
			if err != nil {
				return false, err
			}
			c.near |= 1 << n
			return true, nil
		}
		return false, nil
	}
	upper = strings.TrimPrefix(upper, "+") // croner 2.2.0 takes it, and it changes nothing
	if upper == "L" {
		return true, nil // of no weekday: it is never due
	}
	if day, which, ok := strings.Cut(upper, "#"); ok {
		n, err := number(which)
		if which != "L" && (err != nil || n < 1 || n > 5) {
			return false, fmt.Errorf("holds %s: after # stands 1 to 5, or L", part)
		}
		from, to, _, err := c.span(i, f, day)
		if err != nil {
			return false, err
		}
		for d := from; d <= to; d++ {
			if which == "L" {
				c.lastOf |= 1 << (d % 7)
			} else {
				c.nth[d%7] |= 1 << n
			}
		}
		return true, nil
	}
	if day, ok := strings.CutSuffix(upper, "L"); ok {
		n, err := c.value(f, day, false)
		if err != nil {
			return false, err
		}
		if n < 7 { // 7L is taken by croner, and never due
			c.lastOf |= 1 << n
		}
		return true, nil
	}
	if upper != strings.ToUpper(part) {
		n, err := c.value(f, upper, false)
		if err != nil {
			return false, err
		}
		c.set(i, n)
		return true, nil
	}
	return false, nil
}

// days are the days of a month that match, as bits from 1 on.
func (c *Cron) days(year, month int) uint32 {
	if c.month&(1<<month) == 0 {
		return 0
	}
	length := daysIn(year, month)
	all := uint32(1)<<(length+1) - 2
	first := weekdayOf(year, month, 1)
	of := c.day & all
	if c.lastDay {
		of |= 1 << length
	}
	if c.near != 0 {
		of |= c.nearest(year, month, length, first)
	}
	var on uint32
	for w := range 7 {
		if c.weekday&(1<<w) == 0 && c.nth[w] == 0 && c.lastOf&(1<<w) == 0 {
			continue
		}
		at, each := each(w, first, all)
		if c.weekday&(1<<w) != 0 {
			on |= each
		}
		for n := c.nth[w]; n != 0; n &= n - 1 {
			on |= 1 << (at + 7*(bits.TrailingZeros8(n)-1)) & all
		}
		if c.lastOf&(1<<w) != 0 {
			on |= 1 << (31 - bits.LeadingZeros32(each))
		}
	}
	switch {
	case c.dialect == V1:
		return of & on
	case c.anyDay && !c.anyWeekday:
		return on
	case !c.anyWeekday:
		return of | on
	}
	return of
}

// each are the days of a month that are one day of the week, and the first of them.
func each(weekday, first int, all uint32) (at int, days uint32) {
	at = 1 + (weekday-first+7)%7
	return at, uint32(1|1<<7|1<<14|1<<21|1<<28) << at & all
}

// nearest are the days from Monday to Friday that are nearest to the days with a W: such a
// day itself, the Monday behind a Sunday, the Friday before a Saturday. As in croner it
// may be one of the month beside: 31W in a month that ends on a Sunday is the 1st.
func (c *Cron) nearest(year, month, length, first int) uint32 {
	all := uint32(1)<<(length+1) - 2
	_, mondays := each(1, first, all)
	_, fridays := each(5, first, all)
	_, saturdays := each(6, first, all)
	_, sundays := each(0, first, all)
	before := daysIn(year, month-1)
	behind := (c.near & all) << 1
	if c.near&(1<<before) != 0 {
		behind |= 1 << 1
	}
	ahead := (c.near & all) >> 1
	if c.near&(1<<1) != 0 {
		ahead |= 1 << length
	}
	return c.near&all&^(saturdays|sundays) | behind&mondays | ahead&fridays
}

// daysIn takes 0 for the month before January.
func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// weekdayOf counts from Sunday, 0.
func weekdayOf(year, month, day int) int {
	return int(((daysBefore(year, month, day)+4)%7 + 7) % 7) // 1 January 1970 was a Thursday
}

// daysBefore counts the days from 1 January 1970, by eras of 400 years that begin in March.
func daysBefore(year, month, day int) int64 {
	y := int64(year)
	if month <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	ofEra := y - era*400
	ofYear := int64((153*((month+9)%12)+2)/5 + day - 1)
	return era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719468
}
