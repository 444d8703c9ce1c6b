package engine

import (
	"context"
	"fmt"

	"sluice/engine/internal/journal"
)

// Standstill is what stands still while Sluice does not run.
type Standstill struct {
	Waiting   int  // requests that wait for people
	Schedules int  // that are on
	Webhooks  int  // that are on
	Forms     int  // that are on
	Paused    bool // all schedules stand still anyway
}

// Standstill counts what stands still while Sluice does not run.
func (r *Reader) Standstill(ctx context.Context) (s Standstill, err error) {
	if s.Waiting, err = r.Waiting(ctx, 0); err != nil {
		return s, err
	}
	if s.Schedules, s.Webhooks, s.Forms, err = r.db.CountStandstill(); err != nil {
		return s, journal.Unexpected(fmt.Errorf("count what starts by itself: %w", err))
	}
	s.Paused, err = r.SchedulesPaused(ctx)
	return s, err
}

// Woke is told that the computer has woken: what fell due meanwhile is dealt with at once,
// instead of within half a minute.
func (e *Engine) Woke() {
	e.clock.Woke()
	e.schedules.Woke()
}
