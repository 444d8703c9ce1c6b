package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

const (
	wakeAtLeast = 30 * time.Second // Go timers stand still while a laptop sleeps
	sleptFor    = 60 * time.Second // a gap in the wall clock that means sleep
)

// timers knows the earliest deadline. Deadlines are times on the wall: those of
// people, who were told them. A clock that is set forward makes them pass, at
// the latest wakeAtLeast after; one that is set back makes them wait until it
// shows their time again, and the journal's time stands still meanwhile: so do
// the pauses and retries of runs that are under way, and kept results live that
// much longer. Only limits do not wait for a time that was set back. It is said
// when the clock was set back, because what waits would else seem stuck.
type timers struct {
	mu   sync.Mutex
	next time.Time // zero: none
	wake chan struct{}

	release time.Time // when a window ends that something held waits for; zero: none
	erasure time.Time // when values are to be erased; zero: none
}

// noteErasure hears of a time at which values are to be erased.
func (t *timers) noteErasure(at time.Time) { t.sooner(&t.erasure, at) }

// wait is how long to sleep before something is due, at most wakeAtLeast.
func (t *timers) wait(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	wait := wakeAtLeast
	for _, at := range []time.Time{t.next, t.release, t.erasure} {
		if !at.IsZero() {
			wait = min(wait, max(0, at.Sub(now)))
		}
	}
	return wait
}

// noteRelease hears of the end of a window.
func (t *timers) noteRelease(at time.Time) { t.sooner(&t.release, at) }

// sooner moves one of the times forward and wakes the loop, if at comes before it.
func (t *timers) sooner(next *time.Time, at time.Time) {
	t.mu.Lock()
	moved := next.IsZero() || at.Before(*next)
	if moved {
		*next = at
	}
	t.mu.Unlock()
	if moved {
		t.poke()
	}
}

func (t *timers) poke() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// passed reports which of the two have come, and forgets them.
func (t *timers) passed(now time.Time) (release, erasure bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if release = !t.release.IsZero() && !t.release.After(now); release {
		t.release = time.Time{}
	}
	if erasure = !t.erasure.IsZero() && !t.erasure.After(now); erasure {
		t.erasure = time.Time{}
	}
	return release, erasure
}

// note hears of a deadline.
func (t *timers) note(at time.Time) { t.sooner(&t.next, at) }

// due reports whether the earliest deadline has come.
func (t *timers) due(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.next.IsZero() && !t.next.After(now)
}

// timerLoop fires what falls due, in order.
func (e *Engine) timerLoop(ctx context.Context) {
	defer e.helpers.Done()
	last, lastWall := time.Now(), e.cfg.wall()
	for ctx.Err() == nil { // what is due while Sluice closes is due at the next start
		wait := e.timers.wait(e.cfg.wall())
		if wait > 0 {
			t := time.NewTimer(wait)
			select {
			case <-t.C:
			case <-e.timers.wake:
				t.Stop()
			case <-ctx.Done():
				t.Stop()
				return
			}
		}
		now := e.cfg.wall()
		slept := now.Sub(lastWall) - time.Since(last)
		last, lastWall = time.Now(), now
		if slept < -sleptFor {
			e.setBack(ctx, -slept)
		}
		release, erasure := e.timers.passed(now)
		if release {
			if err := e.do(ctx, (*turn).freeDue); err != nil && ctx.Err() == nil {
				e.log.Error("begin what a limit held", "err", err)
				e.timers.noteRelease(now.Add(health.RetryGap))
			}
		}
		if erasure {
			e.tidy.Put(func() { e.eraseDue(ctx) })
		}
		if !e.timers.due(now) {
			continue
		}
		fired, err := e.fireDue(ctx)
		if slept > sleptFor {
			e.log.Info("the computer slept", "for", slept, "deadlines", fired)
		}
		if slept > sleptFor && fired > 0 {
			e.Notice(fault.Condition{
				Code:  "engine.slept",
				Title: fmt.Sprintf("%d deadlines passed while this computer slept", fired),
				Hint:  "They were dealt with in order. Nothing else was missed.",
			}, now.Add(health.NoticeFor))
		}
		if err != nil && ctx.Err() == nil {
			e.log.Error("fire timers", "err", err)
			select {
			case <-time.After(5 * time.Second):
			case <-ctx.Done():
				return
			}
		}
	}
}

// setBack deals with a clock that was set back.
func (e *Engine) setBack(ctx context.Context, by time.Duration) {
	e.log.Info("the clock was set back", "by", by)
	e.Notice(fault.Condition{
		Code:  "engine.clock",
		Title: fmt.Sprintf("The clock of this computer was set back by %s", by.Round(time.Minute)),
		Hint:  "Deadlines, pauses and retries that were set before wait until it shows their time. Votes and steps go on as always.",
	}, e.cfg.wall().Add(by))
	err := e.do(ctx, func(t *turn) error {
		for key := range t.e.held {
			t.freed[key] = true
		}
		return t.unhold()
	})
	if err != nil && ctx.Err() == nil {
		e.log.Error("begin what a limit held", "err", err)
	}
}

// nextTimer reads the earliest deadline from the disk and reports whether it is
// due. A deadline that is set meanwhile is noted before or found here.
func (e *Engine) nextTimer() (due bool, err error) {
	e.timers.mu.Lock()
	before := e.timers.next
	e.timers.next = time.Time{} // what is noted from here on comes on top
	e.timers.mu.Unlock()
	at, ok, err := e.db.NextTimer() // without the lock: the writer notes deadlines
	if err != nil {
		if !before.IsZero() {
			e.timers.note(before)
		}
		return false, err
	}
	if ok {
		e.timers.note(journal.FromNano(at))
	}
	return ok && at <= e.cfg.wall().UnixNano(), nil
}

// dropStale removes the row of a timer that its run does not wait for.
func (t *turn) dropStale(id run.ID, row sqlite.Timer) error {
	c, err := t.state(id)
	if err != nil {
		return err
	}
	for _, cmd := range c.State.Outstanding() {
		if w, ok := cmd.(run.StartTimer); ok && string(w.Step) == row.Step && string(w.Kind) == row.Kind {
			return nil
		}
	}
	return t.tx.DeleteTimer(row.Run, row.Step, row.Kind)
}

// fireDue fires the timers that are due and finds the next deadline.
func (e *Engine) fireDue(ctx context.Context) (fired int, err error) {
	for {
		var n, looked int // that were fired or put aside, and that were due
		err := e.do(ctx, func(t *turn) error {
			n = 0
			due, err := t.tx.DueTimers(t.now.UnixNano(), batchMax)
			if err != nil {
				return err
			}
			looked = len(due)
			for _, row := range due {
				r, ok, err := t.tx.RunByKey(row.Run)
				if err != nil {
					return err
				}
				if !ok {
					continue
				}
				err = t.apply(run.ID(r.UUID), run.TimerFired{Step: run.StepID(row.Step), Kind: run.TimerKind(row.Kind)})
				switch {
				case err == nil:
					n++
				case errors.Is(err, run.ErrStale):
					if err := t.dropStale(run.ID(r.UUID), row); err != nil {
						return err
					}
					n++
				case fault.HasCode(err, journal.CodeDamaged):
				default:
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fired, err
		}
		fired += n
		due, err := e.nextTimer()
		switch {
		case err != nil || !due:
			return fired, err
		case n == 0 && looked > 0: // else it has become due since
			return fired, errors.New("timers are due and cannot be fired")
		}
	}
}
