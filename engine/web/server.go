package web

import (
	"log/slog"
	"net/http"
	"time"
)

// MaxBusy is how many requests a listener has at work at once. Who waits for the other
// side, for a body or for an answer to be taken, is not one of them (Places).
const MaxBusy = 96

// EngineTime is how long an answer waits for the engine before it says "busy".
const EngineTime = 15 * time.Second

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

// Slots bounds how many may do something at once. A full one refuses at once
// instead of queueing: a queue in front of a slow engine only grows.
type Slots chan struct{}

// Take takes a slot and reports whether there was one; then Free gives it back.
func (s Slots) Take() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

// Free gives a slot back.
func (s Slots) Free() { <-s }
