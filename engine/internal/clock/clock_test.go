package clock

import (
	"testing"
	"time"
)

// A timer that falls due while Sluice closes must not keep the loop turning.
func TestTheClockStopsWithADeadlinePassed(t *testing.T) {
	c := New(Config{Wall: time.Now})
	c.Note(time.Now().Add(-time.Hour))
	c.Stop()
	c.Start()
	c.Wait()
}
