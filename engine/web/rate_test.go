package web

import (
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
