package run

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"strconv"
	"time"

	"sluice/engine/flow"
)

// maxWait bounds the wait between two attempts.
const maxWait = 6 * time.Hour

// wait returns how long to wait after the given number of failed attempts, and
// whether there is a further attempt. The constant attempts come first; the
// power of the exponential ones counts them, too, as in the reference.
//
// The jitter of random_factor is not random: it is drawn from a hash of run,
// step and attempt, so that a journal replays. Different runs still spread.
func wait(r *flow.Retry, failed int, id ID, step StepID) (time.Duration, bool) {
	if r == nil || failed < 1 {
		return 0, false
	}
	k := failed - 1
	constants := 0
	if c := r.Constant; c != nil && c.Attempts > 0 {
		if k < c.Attempts {
			return bounded(c.Seconds), true
		}
		constants = c.Attempts
	}
	e := r.Exponential
	if e == nil || k-constants >= e.Attempts {
		return 0, false
	}
	multiplier := 1.0
	if e.Multiplier != nil {
		multiplier = *e.Multiplier
	}
	seconds := multiplier * math.Pow(e.Seconds, float64(k+1))
	if f := min(max(e.RandomFactor, 0), 100); f > 0 {
		seconds *= 1 + f/100*spread(id, step, failed)
	}
	return bounded(seconds), true
}

// bounded turns seconds into a duration between 0 and maxWait.
func bounded(seconds float64) time.Duration {
	switch {
	case math.IsNaN(seconds) || seconds <= 0:
		return 0
	case seconds >= maxWait.Seconds():
		return maxWait
	}
	return time.Duration(seconds * float64(time.Second))
}

// spread returns a number in [-1, 1) that belongs to an attempt for ever.
func spread(id ID, step StepID, attempt int) float64 {
	h := sha256.Sum256([]byte(string(id) + "\x00" + string(step) + "\x00" + strconv.Itoa(attempt)))
	return float64(binary.BigEndian.Uint64(h[:8])>>11)/float64(1<<52) - 1
}

// longest bounds gates and pauses; beyond it a duration would overflow.
const longest = 100 * 365 * 24 * time.Hour

// seconds turns a number of seconds into a duration between 0 and longest.
func seconds(n float64) time.Duration {
	switch {
	case math.IsNaN(n) || n <= 0:
		return 0
	case n >= longest.Seconds():
		return longest
	}
	return time.Duration(n * float64(time.Second))
}

// due returns the time that is d after at, whole milliseconds: a shell that
// keeps times in milliseconds fires neither early nor late.
func due(at time.Time, d time.Duration) time.Time {
	return at.Add(d).Truncate(time.Millisecond)
}
