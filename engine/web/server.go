package web

import (
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Limits of what a stranger can make us hold.
const (
	maxBody   = 1 << 20  // bytes of a form or a payload
	maxDrain  = 16 << 20 // bytes read past the limit, so that the answer arrives
	maxBusy   = 96       // requests at work at once
	maxBodies = 32       // large bodies being read at once
	smallBody = 64 << 10 // bytes of a body that is not large
	linkMany  = 4        // bodies being read at once that come by one link
)

// Server returns an HTTP server for h with limits on time and header size that
// no request of a person or of a job exceeds.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      40 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), // strangers' TLS and parse errors
	}
}

// slots bounds how many may do something at once. A full one refuses at once
// instead of queueing: a queue in front of a slow engine only grows.
type slots chan struct{}

func (s slots) take() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s slots) free() { <-s }

// linkSlots bounds how many bodies come by one link at once.
type linkSlots struct {
	mu sync.Mutex
	by map[string]int
}

func (s *linkSlots) take(link string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by[link] >= linkMany {
		return false
	}
	if s.by == nil {
		s.by = map[string]int{}
	}
	s.by[link]++
	return true
}

func (s *linkSlots) free(link string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by[link]--; s.by[link] <= 0 {
		delete(s.by, link)
	}
}
