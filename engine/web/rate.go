package web

import (
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
}

// Take takes a token, or says how long there is none.
func (r *Rates) Take(key string, rate float64, burst int, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = make(map[string]bucket)
	}
	b, ok := r.by[key]
	if !ok {
		b = bucket{float64(burst), now}
	}
	if d := now.Sub(b.at); d > 0 { // a clock that was set back gives none
		b.tokens += d.Seconds() * rate
	}
	b.tokens, b.at = min(b.tokens, float64(burst)), now
	if b.tokens < 1 {
		r.by[key] = b
		return time.Duration((1 - b.tokens) / rate * float64(time.Second))
	}
	b.tokens--
	r.by[key] = b
	return 0
}
