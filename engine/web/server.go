package web

import (
	"log/slog"
	"net/http"
	"time"
)

// Limits of what a stranger can make us hold.
const (
	maxBody   = 1 << 20  // bytes of a form or a payload
	maxDrain  = 16 << 20 // bytes read past the limit, so that the answer arrives
	maxBusy   = 96       // requests at work at once
	maxBodies = 32       // bodies being read at once
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
