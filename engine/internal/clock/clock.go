// Package clock fires what falls due: deadlines of runs, the ends of windows that
// limits count in, and the times at which values are to be erased.
package clock

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/background"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

const (
	wakeAtLeast = 30 * time.Second // Go timers stand still while a laptop sleeps
	sleptFor    = 60 * time.Second // a gap in the wall clock that means sleep
)

// Limits are what waits for windows to end.
type Limits interface {
	FreeDue(tx *writer.Tx) error // begins what waits for windows that have ended
	TryAll(tx *writer.Tx) error  // looks at all that waits: the clock was set back
}

// Config is what a clock is made of; all of it is needed.
type Config struct {
	Writer   *writer.Writer
	DB       *sqlite.DB
	Limits   Limits
	EraseDue func() // values are to be erased
	Wall     func() time.Time
	Book     *health.Book
	Log      *slog.Logger
}

// Clock fires what falls due. It knows the earliest deadline. Deadlines are times on the wall: those of
// people, who were told them. A clock that is set forward makes them pass, at
// the latest wakeAtLeast after; one that is set back makes them wait until it
// shows their time again, and the journal's time stands still meanwhile: so do
// the pauses and retries of runs that are under way, and kept results live that
// much longer. Only limits do not wait for a time that was set back. It is said
// when the clock was set back, because what waits would else seem stuck.
type Clock struct {
	cfg   Config
	loops background.Loops

	mu   sync.Mutex
	next time.Time // zero: none
	wake chan struct{}

	release time.Time // when a window ends that something held waits for; zero: none
	erasure time.Time // when values are to be erased; zero: none
}

// New makes a clock, which Start sets going.
func New(cfg Config) *Clock { return &Clock{cfg: cfg, wake: make(chan struct{}, 1)} }

// Start sets the clock going.
func (c *Clock) Start() { c.loops.Go(c.loop) }

// Stop tells it to end.
func (c *Clock) Stop() { c.loops.Stop() }

// Wait waits until it has.
func (c *Clock) Wait() { c.loops.Wait() }

// Set carries the command out: a run is to be told when a time has come.
func (c *Clock) Set(tx *writer.Tx, r *writer.Run, cmd run.StartTimer) error {
	tx.After(func() { c.Note(cmd.At) })
	return tx.PutTimer(sqlite.Timer{Run: r.Key, Step: string(cmd.Step), Kind: string(cmd.Kind), At: cmd.At.UnixNano()})
}

// Recover takes up the deadlines that an earlier process left.
func (c *Clock) Recover() error {
	at, ok, err := c.cfg.DB.NextTimer()
	if err != nil {
		return fmt.Errorf("read the timers: %w", err)
	}
	if ok {
		c.Note(journal.FromNano(at))
	}
	return nil
}

// NoteErasure hears of a time at which values are to be erased.
func (c *Clock) NoteErasure(at time.Time) { c.sooner(&c.erasure, at) }

// Until is how long to sleep before something is due, at most wakeAtLeast.
func (c *Clock) Until(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait := wakeAtLeast
	for _, at := range []time.Time{c.next, c.release, c.erasure} {
		if !at.IsZero() {
			wait = min(wait, max(0, at.Sub(now)))
		}
	}
	return wait
}

// NoteRelease hears of the end of a window.
func (c *Clock) NoteRelease(at time.Time) { c.sooner(&c.release, at) }

// sooner moves one of the times forward and wakes the loop, if at comes before it.
func (c *Clock) sooner(next *time.Time, at time.Time) {
	c.mu.Lock()
	moved := next.IsZero() || at.Before(*next)
	if moved {
		*next = at
	}
	c.mu.Unlock()
	if moved {
		c.poke()
	}
}

// Woke hears that the computer has woken: what fell due is dealt with at once.
func (c *Clock) Woke() { c.poke() }

func (c *Clock) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// passed reports which of the two have come, and forgets them.
func (c *Clock) passed(now time.Time) (release, erasure bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if release = !c.release.IsZero() && !c.release.After(now); release {
		c.release = time.Time{}
	}
	if erasure = !c.erasure.IsZero() && !c.erasure.After(now); erasure {
		c.erasure = time.Time{}
	}
	return release, erasure
}

// Note hears of a deadline.
func (c *Clock) Note(at time.Time) { c.sooner(&c.next, at) }

// due reports whether the earliest deadline has come.
func (c *Clock) due(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.next.IsZero() && !c.next.After(now)
}

// loop fires what falls due, in order.
func (c *Clock) loop(ctx context.Context) {
	last, lastWall := time.Now(), c.cfg.Wall()
	for ctx.Err() == nil { // what is due while Sluice closes is due at the next start
		wait := c.Until(c.cfg.Wall())
		if wait > 0 {
			t := time.NewTimer(wait)
			select {
			case <-t.C:
			case <-c.wake:
				t.Stop()
			case <-ctx.Done():
				t.Stop()
				return
			}
		}
		now := c.cfg.Wall()
		slept := now.Sub(lastWall) - time.Since(last)
		last, lastWall = time.Now(), now
		if slept < -sleptFor {
			c.setBack(ctx, -slept)
		}
		release, erasure := c.passed(now)
		if release {
			if err := c.cfg.Writer.Do(ctx, c.cfg.Limits.FreeDue); err != nil && ctx.Err() == nil {
				c.cfg.Log.Error("begin what a limit held", "err", err)
				c.NoteRelease(now.Add(health.RetryGap))
			}
		}
		if erasure {
			c.cfg.EraseDue()
		}
		if !c.due(now) {
			continue
		}
		fired, err := c.FireDue(ctx)
		if slept > sleptFor {
			c.cfg.Log.Info("the computer slept", "for", slept, "deadlines", fired)
		}
		if slept > sleptFor && fired > 0 {
			c.cfg.Book.Notice(fault.Condition{
				Code:  "engine.slept",
				Title: fmt.Sprintf("%d deadlines passed while this computer slept", fired),
				Hint:  "They were dealt with in order. Nothing else was missed.",
			}, now.Add(health.NoticeFor))
		}
		if err != nil && ctx.Err() == nil {
			c.cfg.Log.Error("fire timers", "err", err)
			select {
			case <-time.After(5 * time.Second):
			case <-ctx.Done():
				return
			}
		}
	}
}

// setBack deals with a clock that was set back.
func (c *Clock) setBack(ctx context.Context, by time.Duration) {
	c.cfg.Log.Info("the clock was set back", "by", by)
	c.cfg.Book.Notice(fault.Condition{
		Code:  "engine.clock",
		Title: fmt.Sprintf("The clock of this computer was set back by %s", by.Round(time.Minute)),
		Hint:  "Deadlines, pauses and retries that were set before wait until it shows their time. Votes and steps go on as always.",
	}, c.cfg.Wall().Add(by))
	err := c.cfg.Writer.Do(ctx, c.cfg.Limits.TryAll)
	if err != nil && ctx.Err() == nil {
		c.cfg.Log.Error("begin what a limit held", "err", err)
	}
}

// ReadNext reads the earliest deadline from the disk and reports whether it is
// due. A deadline that is set meanwhile is noted before or found here.
func (c *Clock) ReadNext() (due bool, err error) {
	c.mu.Lock()
	before := c.next
	c.next = time.Time{} // what is noted from here on comes on top
	c.mu.Unlock()
	at, ok, err := c.cfg.DB.NextTimer() // without the lock: the writer notes deadlines
	if err != nil {
		if !before.IsZero() {
			c.Note(before)
		}
		return false, err
	}
	if ok {
		c.Note(journal.FromNano(at))
	}
	return ok && at <= c.cfg.Wall().UnixNano(), nil
}

// dropStale removes the row of a timer that its run does not wait for.
func dropStale(tx *writer.Tx, id run.ID, row sqlite.Timer) error {
	r, err := tx.Load(id)
	if err != nil {
		return err
	}
	for _, cmd := range r.State.Outstanding() {
		if w, ok := cmd.(run.StartTimer); ok && string(w.Step) == row.Step && string(w.Kind) == row.Kind {
			return nil
		}
	}
	return tx.DeleteTimer(row.Run, row.Step, row.Kind)
}

// FireDue fires the timers that are due and finds the next deadline.
func (c *Clock) FireDue(ctx context.Context) (fired int, err error) {
	for {
		var n, looked int // that were fired or put aside, and that were due
		err := c.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
			n = 0
			due, err := tx.DueTimers(tx.Now.UnixNano(), writer.BatchMax)
			if err != nil {
				return err
			}
			looked = len(due)
			for _, row := range due {
				r, ok, err := tx.RunByKey(row.Run)
				if err != nil {
					return err
				}
				if !ok {
					continue
				}
				err = tx.ApplyTo(run.ID(r.UUID), run.TimerFired{Step: run.StepID(row.Step), Kind: run.TimerKind(row.Kind)})
				switch {
				case err == nil:
					n++
				case errors.Is(err, run.ErrStale):
					if err := dropStale(tx, run.ID(r.UUID), row); err != nil {
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
		due, err := c.ReadNext()
		switch {
		case err != nil || !due:
			return fired, err
		case n == 0 && looked > 0: // else it has become due since
			return fired, errors.New("timers are due and cannot be fired")
		}
	}
}
