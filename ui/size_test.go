package ui

import (
	"testing"

	"sluice/ui/host"
)

// A size is one of that which the system asks for, and 100 % changes nothing.
func TestSizesAreOfWhatTheSystemAsksFor(t *testing.T) {
	for _, tt := range []struct {
		own   string
		asked float32
		size  string
		want  string
	}{
		{"", 1, "150", "1.50"},
		{"", 1.2, "150", "1.80"},
		{"2", 1.2, "110", "2.20"},
		{"auto", 1.2, "200", "2.00"},
		{"nonsense", 1, "80", "0.80"},
		{"2", 1, "", "2"},
		{"", 1.5, "100", ""},
		{"", 1, "7000", ""},
	} {
		if got := scaled(tt.own, tt.asked, percentOf(tt.size)); got != tt.want {
			t.Errorf("FYNE_SCALE %q, asked %g, size %q: %q, want %q", tt.own, tt.asked, tt.size, got, tt.want)
		}
	}
}

// Larger and smaller go through the sizes, are kept, and end at the last.
func TestTheSizeIsKept(t *testing.T) {
	t.Setenv(scaleKey, "")
	w := newWorld()
	s := show(t, w)
	s.until("Pay")
	for range len(host.Sizes) {
		was := s.size
		s.resize(1)
		for was != host.Sizes[len(host.Sizes)-1] && s.size == was {
			(<-s.queue)()
		}
	}
	if kept := *w.size.Load(); s.size != "200" || kept != "200" {
		t.Errorf("the size is %q, kept as %q", s.size, kept)
	}
	s.resize(-1)
	for s.size == "200" {
		(<-s.queue)()
	}
	if s.size != "170" {
		t.Errorf("one less is %q", s.size)
	}
}
