package web

import (
	"io"
	"slices"
	"sync"
	"time"
)

// Places are what at most so many hold at once while they wait for the other side:
// for the rest of a body, or for an answer to be taken. Whoever comes always gets
// one. If none is left, the one that holds its place with least right is cut off:
// of those by the key that holds the most, the one that is furthest behind. So
// nobody keeps others out by being slow, with however many connections.
type Places struct {
	most, each int

	mu   sync.Mutex
	held []*Place // the oldest first
}

// NewPlaces returns most places, of which those of one key get at most each.
func NewPlaces(most, each int) *Places { return &Places{most: most, each: each} }

// Place is one of Places.
type Place struct {
	of    *Places
	key   string
	cut   func()
	since time.Time
	moved int64 // bytes
	lost  bool
}

// pace is what nobody who sends or reads in earnest falls behind, in bytes a second.
const pace = 16 << 10

// Take takes a place. cut is called, at most once and not after Leave, when another
// needs it; it must not block, and must end what the place is held for.
func (p *Places) Take(key string, cut func()) *Place {
	p.mu.Lock()
	defer p.mu.Unlock()
	by := map[string]int{}
	for _, h := range p.held {
		by[h.key]++
	}
	now := time.Now()
	switch {
	case by[key] >= p.each:
		p.lose(now, func(h *Place) bool { return h.key == key })
	case len(p.held) >= p.most:
		top := 0
		for _, n := range by {
			top = max(top, n)
		}
		p.lose(now, func(h *Place) bool { return by[h.key] == top })
	}
	h := &Place{of: p, key: key, cut: cut, since: now}
	p.held = append(p.held, h)
	return h
}

// LoseSlow cuts off all that were held for a while and are slower than the pace.
func (p *Places) LoseSlow(after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	slow := func(h *Place) bool { return now.Sub(h.since) >= after && h.behind(now) > 0 }
	for slices.ContainsFunc(p.held, slow) {
		p.lose(now, slow)
	}
}

// behind is by how many bytes a place is behind the pace.
func (h *Place) behind(now time.Time) int64 {
	return now.Sub(h.since).Milliseconds()*pace/1000 - h.moved
}

// lose cuts off who is furthest behind of some.
func (p *Places) lose(now time.Time, of func(*Place) bool) {
	last, most := -1, int64(0)
	for i, h := range p.held {
		if !of(h) {
			continue
		}
		if behind := h.behind(now); last < 0 || behind > most {
			last, most = i, behind
		}
	}
	h := p.held[last]
	p.held = slices.Delete(p.held, last, last+1)
	h.lost = true
	h.cut()
}

// Moved notes that so many bytes came or went.
func (h *Place) Moved(n int) {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.moved += int64(n)
}

// Leave gives the place back and reports whether it was held until now.
func (h *Place) Leave() bool {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	if i := slices.Index(h.of.held, h); i >= 0 {
		h.of.held = slices.Delete(h.of.held, i, i+1)
	}
	return !h.lost
}

// Reader returns r, with what is read of it noted as moved.
func (h *Place) Reader(r io.Reader) io.Reader { return placeReader{h, r} }

type placeReader struct {
	h *Place
	r io.Reader
}

func (p placeReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.h.Moved(n)
	return n, err
}
