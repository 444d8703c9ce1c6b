package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"sluice/engine/fault"
)

// Limits of a body that a stranger sends.
const (
	MaxBody   = 1 << 20  // bytes of a form, a payload or a delivery
	SmallBody = 64 << 10 // bytes of one that is not large
)

// Errors of reading a body.
var (
	ErrTooLarge   = errors.New("body too large")
	ErrIncomplete = errors.New("body incomplete")
	ErrBusy       = fault.New("engine.busy", "Sluice is busy", "Try again in a few seconds.")
)

// roomTime is how long a large body waits for room; one that has come in for slowTime, slower
// than the pace, is cut off for it.
const (
	roomTime = 10 * time.Second
	slowTime = time.Second
)

// Bodies are read at most so many at a time, and fewer large ones; see Places.
type Bodies struct {
	all, large *Places
	room       *semaphore.Weighted // bytes of large bodies that may be held; nil: any
	waiting    Slots               // for room
	// Drain is how much is read past the limit, so that the answer arrives.
	Drain int64
}

// NewBodies returns room for most bodies, large of them large, of which those of one key
// get at most each.
func NewBodies(most, large, each int) *Bodies {
	return &Bodies{all: NewPlaces(most, each), large: NewPlaces(large, each)}
}

// Within bounds the bytes of large bodies that are held at once: one more waits for room
// until it is as good as given up. Of those that wait there are at most waiting.
func (p *Bodies) Within(bytes int64, waiting int) *Bodies {
	p.room, p.waiting = semaphore.NewWeighted(bytes), make(Slots, waiting)
	return p
}

// Read is Hold of a body that holds no room once it was read.
func (p *Bodies) Read(w http.ResponseWriter, r *http.Request, key string) ([]byte, error) {
	b, free, err := p.Hold(w, r, key)
	free()
	return b, err
}

// Hold reads the whole body of a request within the limit; free gives its room back, once
// what it became is held by nobody. It needs a place for that which another may take over:
// then, as when the rest does not come in time, the body is incomplete. Errors: ErrTooLarge,
// ErrIncomplete, and ErrBusy where there was no room in time.
func (p *Bodies) Hold(w http.ResponseWriter, r *http.Request, key string) (b []byte, free func(), err error) {
	free = func() {}
	cut := func() { http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) } // fails for a writer of a test
	place := p.all.Take(key, cut)
	defer func() { place.Leave() }()
	large := r.ContentLength >= SmallBody
	if !large {
		b, err = io.ReadAll(io.LimitReader(place.Reader(r.Body), SmallBody))
		large = len(b) == SmallBody
	}
	if err == nil && large {
		// Who waits for room does nothing that could be too slow.
		if !place.Leave() {
			return nil, free, ErrIncomplete
		}
		size := int64(MaxBody)
		if r.ContentLength > 0 {
			size = min(size, r.ContentLength)
		}
		if free, err = p.take(r.Context(), size); err != nil {
			io.CopyN(io.Discard, r.Body, MaxBody) // so that the answer arrives
			return nil, free, err
		}
		place = p.large.Take(key, cut)
		b, err = readOn(append(make([]byte, 0, size+1), b...), io.LimitReader(place.Reader(r.Body), int64(MaxBody+1-len(b))))
	}
	if err == nil && len(b) > MaxBody {
		io.CopyN(io.Discard, place.Reader(r.Body), p.Drain)
		return nil, free, ErrTooLarge
	}
	// Who was cut off when all had just come in is no exception: the server takes the
	// connection for lost.
	if !place.Leave() || err != nil {
		return nil, free, ErrIncomplete
	}
	w.Header().Del("Connection")
	return b, free, nil
}

// take takes room for so many bytes, in turn, if there is some in time.
func (p *Bodies) take(ctx context.Context, size int64) (free func(), err error) {
	nothing := func() {}
	if p.room == nil {
		return nothing, nil
	}
	if !p.room.TryAcquire(size) {
		if !p.waiting.Take() {
			return nothing, ErrBusy
		}
		defer p.waiting.Free()
		ctx, cancel := context.WithTimeout(ctx, roomTime)
		defer cancel()
		go p.loseSlow(ctx)
		if p.room.Acquire(ctx, size) != nil {
			return nothing, ErrBusy
		}
	}
	return func() { p.room.Release(size) }, nil
}

// loseSlow cuts off what comes in slowly while somebody waits for its room.
func (p *Bodies) loseSlow(ctx context.Context) {
	each := time.NewTicker(slowTime)
	defer each.Stop()
	for {
		select {
		case <-each.C:
			p.large.LoseSlow(slowTime)
		case <-ctx.Done():
			return
		}
	}
}

// readOn reads what is left behind what was read.
func readOn(b []byte, in io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := in.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch err {
		case nil:
		case io.EOF:
			return b, nil
		default:
			return b, err
		}
	}
}
