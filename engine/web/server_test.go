package web

import (
	"net/http"
	"testing"
	"time"
)

// Server bounds everything a stranger can stretch.
func TestServer(t *testing.T) {
	s := Server(http.NotFoundHandler())
	for name, d := range map[string]time.Duration{"read": s.ReadTimeout, "header": s.ReadHeaderTimeout, "write": s.WriteTimeout, "idle": s.IdleTimeout} {
		if d <= 0 || d > 2*time.Minute {
			t.Errorf("%s timeout %v", name, d)
		}
	}
	if s.WriteTimeout <= s.ReadTimeout || s.MaxHeaderBytes <= 0 {
		t.Errorf("write %v must leave time after read %v; headers %d", s.WriteTimeout, s.ReadTimeout, s.MaxHeaderBytes)
	}
}
