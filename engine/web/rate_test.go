package web

import (
	"strconv"
	"testing"
	"time"
)

// A bucket lets so much through at once and then at its rate, whatever the clock does.
func TestRates(t *testing.T) {
	var r Rates
	now := time.Unix(1_800_000_000, 0)
	for i := range 3 {
		if wait := r.Take("a", 2, 3, now); wait != 0 {
			t.Errorf("token %d: %v", i, wait)
		}
	}
	if wait := r.Take("a", 2, 3, now); wait != time.Second/2 {
		t.Errorf("one more: %v", wait)
	}
	if wait := r.Take("b", 2, 3, now); wait != 0 {
		t.Errorf("another: %v", wait)
	}
	if wait := r.Take("a", 2, 3, now.Add(-time.Hour)); wait == 0 {
		t.Error("a clock that was set back gives tokens")
	}
	now = now.Add(-time.Hour).Add(time.Second / 2)
	if wait := r.Take("a", 2, 3, now); wait != 0 {
		t.Errorf("half a second later: %v", wait)
	}
	now = now.Add(time.Hour)
	for range 3 {
		r.Take("a", 2, 3, now)
	}
	if r.Take("a", 2, 3, now) == 0 {
		t.Error("it holds more than its burst")
	}
}

// Of keys that nobody counts only so many are kept, and first those that matter least.
func TestRatesAreForgotten(t *testing.T) {
	var r Rates
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	for range 100 {
		r.Take("empty", 0.001, 100, now)
	}
	for i := range 5 * ratesKept {
		r.Take(strconv.Itoa(i), 1, 10, now)
	}
	if len(r.by) > 2*ratesKept {
		t.Errorf("%d are kept", len(r.by))
	}
	if r.Take("empty", 0.001, 100, now) == 0 {
		t.Error("one that is empty was forgotten before those that are nearly full")
	}
	now = now.Add(time.Minute)
	for i := range 5 * ratesKept {
		r.Take("b"+strconv.Itoa(i), 1, 10, now.Add(time.Duration(i)*time.Minute))
	}
	if len(r.by) > 2*ratesKept {
		t.Errorf("%d are kept", len(r.by))
	}
}
