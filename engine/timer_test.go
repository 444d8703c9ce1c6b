package engine

import (
	"context"
	"testing"
	"time"
)

// A timer that falls due while Sluice closes must not keep the loop turning.
func TestTimerLoopEndsWithADeadlinePassed(t *testing.T) {
	e := &Engine{cfg: Config{wall: time.Now}}
	e.timers.wake = make(chan struct{}, 1)
	e.timers.next = time.Now().Add(-time.Hour)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e.helpers.Add(1)
	e.timerLoop(ctx)
	e.helpers.Wait()
}
