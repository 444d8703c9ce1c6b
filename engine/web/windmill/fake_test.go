package windmill

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

// noon is when the tests take place.
var noon = time.Date(2026, 11, 23, 14, 30, 0, 0, time.FixedZone("CET", 3600))

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// contains checks for every fragment.
func contains(t testing.TB, where, text string, fragments ...string) {
	t.Helper()
	for _, f := range fragments {
		if !strings.Contains(text, f) {
			t.Errorf("%s: no %q in\n%s", where, f, brief(text))
		}
	}
}

func lacks(t testing.TB, where, text string, fragments ...string) {
	t.Helper()
	for _, f := range fragments {
		if strings.Contains(text, f) {
			t.Errorf("%s: found %q in\n%s", where, f, brief(text))
		}
	}
}

func brief(text string) string { return text[:min(len(text), 6000)] }
