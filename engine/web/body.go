package web

import (
	"errors"
	"io"
	"net/http"
	"time"
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
)

// Bodies are read at most so many at a time, and fewer large ones; see Places.
type Bodies struct {
	all, large *Places
	// Drain is how much is read past the limit, so that the answer arrives.
	Drain int64
}

// NewBodies returns room for most bodies, large of them large, of which those of one key
// get at most each.
func NewBodies(most, large, each int) *Bodies {
	return &Bodies{all: NewPlaces(most, each), large: NewPlaces(large, each)}
}

// Read reads the whole body of a request within the limit. It needs a place for that
// which another may take over: then, as when the rest does not come in time, the body is
// incomplete.
func (p *Bodies) Read(w http.ResponseWriter, r *http.Request, key string) ([]byte, error) {
	cut := func() { http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) } // fails for a writer of a test
	place := p.all.Take(key, cut)
	defer place.Leave()
	in := place.Reader(r.Body)
	b, err := io.ReadAll(io.LimitReader(in, SmallBody))
	if err == nil && len(b) == SmallBody {
		large := p.large.Take(key, cut)
		defer large.Leave()
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(large.Reader(in), MaxBody+1-SmallBody))
		b = append(b, rest...)
		if !large.Leave() {
			return nil, ErrIncomplete
		}
	}
	if err == nil && len(b) > MaxBody {
		io.CopyN(io.Discard, in, p.Drain)
		return nil, ErrTooLarge
	}
	// Who was cut off when all had just come in is no exception: the server takes the
	// connection for lost.
	if !place.Leave() || err != nil {
		return nil, ErrIncomplete
	}
	w.Header().Del("Connection")
	return b, nil
}
