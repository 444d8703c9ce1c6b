package schedule

import "time"

// What counts as missed. The clock is looked at every half a minute at least, since
// timers stand still while a computer sleeps: what is found within a minute was not
// missed. Of several at once, though, only those of the last moment are wanted for
// themselves.
const (
	inTime   = time.Minute
	prompt   = 5 * time.Second
	mostLate = 100 // that a schedule makes up for at once
	mostTold = 10_000
)

// Due is what a schedule is to do at a moment.
type Due struct {
	Fire []time.Time // runs to start, for the times at which they were due, in order
	Left int         // times that are left out; mostTold stands for that many or more
	Next time.Time   // when it is due next; zero for never
}

// Next is the first time after one at which a schedule is due, zero for never.
func (t Timing) Next(after time.Time) time.Time {
	if t.paused.After(after) {
		after = t.paused.Add(-1)
	}
	return t.cron.Next(after, t.zone)
}

// Never is the error of a schedule that is not due any more.
func (t Timing) Never() error { return t.cron.Never() }

// Times lists the next times after one at which a schedule is due, up to most.
func (t Timing) Times(after time.Time, most int) (out []time.Time) {
	for at := t.Next(after); !at.IsZero() && len(out) < most; at = t.Next(at) {
		out = append(out, at)
	}
	return out
}

// Zone is the zone in which a schedule is due.
func (t Timing) Zone() *time.Location { return t.zone }

// Words says when it is due.
func (t Timing) Words() string { return t.cron.Words() }

// Due says what is to be started at now by a schedule that was to be due at next.
func (t Timing) Due(next, now time.Time) Due {
	d := Due{Next: t.Next(now)}
	if next.After(now) {
		return d
	}
	var all []time.Time // the last mostLate
	count := 0
	add := func(at time.Time) {
		if count++; len(all) == mostLate {
			all = all[1:]
		}
		all = append(all, at)
	}
	add(next)
	for at := t.Next(next); !at.IsZero() && !at.After(now); at = t.Next(at) {
		if add(at); count == mostTold {
			all = t.last(next, now) // the rest need not be counted
			break
		}
	}
	d.Fire = t.choose(all, now)
	d.Left = count - len(d.Fire)
	return d
}

// last are the last mostLate times up to now at which a schedule was due, those after
// from.
func (t Timing) last(from, now time.Time) (all []time.Time) {
	for back := time.Minute; ; back *= 8 { // a text that is due that often has them near
		begin := now.Add(-back)
		if begin.Before(from) {
			begin = from
		}
		all = all[:0]
		for at := t.Next(begin); !at.IsZero() && !at.After(now); at = t.Next(at) {
			all = append(all, at)
		}
		if len(all) >= mostLate || begin.Equal(from) {
			return all[max(0, len(all)-mostLate):]
		}
	}
}

// choose says which of the times that have come are to be started.
func (t Timing) choose(all []time.Time, now time.Time) []time.Time {
	young := func(age time.Duration) []time.Time {
		for i, at := range all {
			if now.Sub(at) <= age {
				return all[i:]
			}
		}
		return nil
	}
	if now := young(prompt); len(now) > 0 && t.missed != MissedAll {
		return now
	}
	age := t.maxAge
	if t.missed == MissedSkip {
		age = inTime
	}
	late := young(age)
	if len(late) > 1 && t.missed != MissedAll {
		late = late[len(late)-1:]
	}
	return late
}
