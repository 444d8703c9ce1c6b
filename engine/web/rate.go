package web

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Rates are token buckets, by what is limited.
type Rates struct {
	mu sync.Mutex
	by map[string]bucket
}

// bucket fills up by rate tokens a second.
type bucket struct {
	tokens float64
	at     time.Time
	full   time.Time // from when on it is as one that was never taken of
}

// ratesKept is how many buckets are kept at least: of what strangers ask for there is no end.
const ratesKept = 1 << 13

// Take takes a token, or says how long there is none.
func (r *Rates) Take(key string, rate float64, burst int, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = make(map[string]bucket)
	}
	b, ok := r.by[key]
	if !ok {
		if len(r.by) >= 2*ratesKept {
			r.forget(now)
		}
		b = bucket{tokens: float64(burst), at: now}
	}
	if d := now.Sub(b.at); d > 0 { // a clock that was set back gives none
		b.tokens += d.Seconds() * rate
	}
	b.tokens, b.at = min(b.tokens, float64(burst)), now
	wait := time.Duration(0)
	if b.tokens < 1 {
		wait = time.Duration((1 - b.tokens) / rate * float64(time.Second))
	} else {
		b.tokens--
	}
	b.full = now.Add(time.Duration((float64(burst) - b.tokens) / rate * float64(time.Second)))
	r.by[key] = b
	return wait
}

// forget forgets the buckets that are full, and so many of those that are nearest to it that
// there is room.
func (r *Rates) forget(now time.Time) {
	maps.DeleteFunc(r.by, func(_ string, b bucket) bool { return !now.Before(b.full) })
	if len(r.by) < ratesKept {
		return
	}
	keys := slices.SortedFunc(maps.Keys(r.by), func(a, b string) int { return r.by[a].full.Compare(r.by[b].full) })
	for _, key := range keys[:len(keys)-ratesKept+1] {
		delete(r.by, key)
	}
}
