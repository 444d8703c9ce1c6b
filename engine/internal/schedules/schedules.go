package schedules

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/background"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
	"sluice/engine/schedule"
)

// Config is what schedules are made of; all of it is needed.
type Config struct {
	Writer *writer.Writer
	DB     *sqlite.DB
	// Request asks for a run of a flow or script of the library with arguments, and with
	// the time at which it was due, if there is one, where its schema asks for scheduled_at.
	Request func(ctx context.Context, path string, isFlow bool, args json.RawMessage, due time.Time) (run.Request, error)
	// Fits says why a request could not be started.
	Fits func(ctx context.Context, req run.Request) error
	// Begin starts a run, and does more in the same commit; an error of that undoes all.
	Begin func(ctx context.Context, req run.Request, also func(tx *writer.Tx, key int64) error) (run.Begun, error)
	// End reads how a run that is over ended.
	End  func(ctx context.Context, id run.ID) (End, error)
	Wall func() time.Time
	Book *health.Book
	Log  *slog.Logger
}

// End is how a run ended.
type End struct {
	Outcome run.Outcome
	Started time.Time
	Result  json.RawMessage // of one that succeeded
	Error   json.RawMessage // of one that did not: an object with name and message
}

// good reports whether a run ended as it was meant to.
func good(o run.Outcome) bool { return o == run.Succeeded || o == run.Skipped || o == run.Approved }

const (
	wakeAtLeast = 30 * time.Second // Go timers stand still while a laptop sleeps
	firesKept   = 2000             // of a schedule; a time that comes again, as the clock was set back, is known by them
	pruneEach   = 64               // times that are noted between two looks at what is older than those
	dueMost     = 1000             // schedules that are looked at in a row
	setBackBy   = time.Minute      // from which on a clock counts as set back
	late        = time.Minute      // from which on a run was missed
	spreadMost  = time.Second      // between runs that were missed
	spreadAll   = time.Minute      // in which all of them are started
)

// settingPaused is the name under which it is kept that all schedules stand still.
const settingPaused = "schedules.paused"

// Timetable keeps when the schedules of the library are due, and starts what is.
type Timetable struct {
	cfg     Config
	r       *Listing
	loops   background.Loops
	settled int // times so far; the writer's
	wake    chan struct{}

	mu     sync.Mutex // of what follows
	paused bool
}

// New makes them, which Start sets going.
func New(cfg Config) *Timetable {
	return &Timetable{cfg: cfg, r: NewListing(cfg.DB), wake: make(chan struct{}, 1)}
}

// Start lets them begin runs.
func (s *Timetable) Start() { s.loops.Go(s.loop) }

// Stop tells them to end.
func (s *Timetable) Stop() { s.loops.Stop() }

// Wait waits until they have.
func (s *Timetable) Wait() { s.loops.Wait() }

// Ended hears, in the commit that ends a run, that one has ended.
func (s *Timetable) Ended(tx *writer.Tx, r *writer.Run) error {
	t := r.State.Trigger()
	if t.Kind != run.TriggerSchedule || t.Due.IsZero() {
		return nil
	}
	tx.After(s.poke)
	return tx.EndFire(t.By, t.Due.UnixNano(), r.Key)
}

// Woke hears that the computer has woken: what fell due is dealt with at once.
func (s *Timetable) Woke() { s.poke() }

func (s *Timetable) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// loop deals with what is due.
func (s *Timetable) loop(ctx context.Context) {
	last := s.cfg.Wall()
	if err := s.begin(ctx); err != nil && ctx.Err() == nil {
		s.cfg.Log.Error("take up the schedules", "err", err)
	}
	for ctx.Err() == nil {
		now := s.cfg.Wall()
		var err error
		if now.Sub(last) < -setBackBy {
			err = s.renew(ctx, now)
		}
		last = now
		wait := health.RetryGap
		if err == nil {
			wait, err = s.pass(ctx, now)
		}
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("start what is scheduled", "err", err)
			wait = health.RetryGap
		}
		t := time.NewTimer(min(wait, wakeAtLeast))
		select {
		case <-t.C:
		case <-s.wake:
			t.Stop()
		case <-ctx.Done():
			t.Stop()
			return
		}
	}
}

// begin takes up what an earlier process left.
func (s *Timetable) begin(ctx context.Context) error {
	paused, err := s.r.readPaused()
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.paused = paused
	s.mu.Unlock()
	return s.renew(ctx, s.cfg.Wall())
}

// renew corrects what is due later than it would be from now on: the clock was set back,
// or another version read the text otherwise. Where a time comes that was dealt with, its
// row tells.
func (s *Timetable) renew(ctx context.Context, now time.Time) error {
	rows, err := s.cfg.DB.Schedules()
	if err != nil {
		return fmt.Errorf("list the schedules: %w", err)
	}
	sooner := make(map[string]int64)
	for _, row := range rows {
		if !row.Enabled {
			continue
		}
		if t, err := timing(row); err == nil {
			if next := nano(t.Next(now)); next != 0 && (row.Next == 0 || row.Next > next) {
				sooner[row.Path] = next
			}
		}
	}
	if len(sooner) == 0 {
		return nil
	}
	return s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		for path, next := range sooner {
			if err := tx.SetNext(path, next); err != nil {
				return err
			}
		}
		return nil
	})
}

func timing(row sqlite.Schedule) (schedule.Timing, error) {
	sch, err := schedule.Read(row.Path, row.JSON)
	if err != nil {
		return schedule.Timing{}, err
	}
	return sch.Timing()
}

func nano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// pass deals with what is due now, and says how long nothing is.
func (s *Timetable) pass(ctx context.Context, now time.Time) (wait time.Duration, err error) {
	if err := s.tellAll(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	paused := s.paused
	s.mu.Unlock()
	if paused {
		return wakeAtLeast, nil
	}
	if err := s.startWaiting(ctx, now); err != nil {
		return 0, err
	}
	rows, err := s.cfg.DB.DueSchedules(now.UnixNano(), dueMost)
	if err != nil {
		return 0, fmt.Errorf("read what is due: %w", err)
	}
	var missed []sqlite.Schedule
	for _, row := range rows {
		if now.Sub(journal.FromNano(row.Next)) >= late {
			missed = append(missed, row)
			continue
		}
		if err := s.deal(ctx, row, now); err != nil {
			return 0, err
		}
	}
	if len(missed) > 0 { // they are told and started one after the other
		if err := s.makeUp(ctx, missed, now); err != nil {
			return 0, err
		}
	}
	at, ok, err := s.cfg.DB.NextSchedule()
	switch {
	case err != nil:
		return 0, fmt.Errorf("read when a schedule is due: %w", err)
	case !ok:
		return wakeAtLeast, nil
	case len(rows) == dueMost:
		return 0, nil
	}
	return max(0, journal.FromNano(at).Sub(s.cfg.Wall())), nil
}

// makeUp deals with schedules that were due while nothing could start them. What is due in
// time meanwhile does not wait for them.
func (s *Timetable) makeUp(ctx context.Context, missed []sqlite.Schedule, now time.Time) error {
	gap := min(spreadMost, spreadAll/time.Duration(len(missed)))
	var lines []string
	for i, row := range missed {
		if i > 0 {
			select {
			case <-time.After(gap):
			case <-ctx.Done():
				return nil
			}
			soon, err := s.cfg.DB.DueSchedules(s.cfg.Wall().UnixNano(), dueMost)
			if err != nil {
				return err
			}
			for _, other := range soon {
				if at := s.cfg.Wall(); at.Sub(journal.FromNano(other.Next)) < late {
					if err := s.deal(ctx, other, at); err != nil {
						return err
					}
				}
			}
		}
		line, err := s.dealMissed(ctx, row)
		if err != nil {
			return err
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	title := "A schedule was due while this computer slept or Sluice was off"
	if len(lines) > 1 {
		title = fmt.Sprintf("%d schedules were due while this computer slept or Sluice was off", len(lines))
	}
	if len(lines) > 5 {
		lines = append(lines[:5], "and others")
	}
	s.cfg.Book.Notice(fault.Condition{Code: "schedule.late", Title: title, Hint: strings.Join(lines, "; ") + "."}, now.Add(health.NoticeFor))
	return nil
}

// dealMissed deals with one that was missed, and returns what there is to tell of it.
func (s *Timetable) dealMissed(ctx context.Context, row sqlite.Schedule) (line string, err error) {
	now := s.cfg.Wall()
	if err := s.deal(ctx, row, now); err != nil {
		return "", err
	}
	fires, err := s.cfg.DB.Fires(row.Path, 0, toldMost)
	if err != nil {
		return "", fmt.Errorf("read the times of schedule %s: %w", row.Path, err)
	}
	sch, err := schedule.Read(row.Path, row.JSON)
	if err != nil {
		return "", nil // it was told
	}
	t, err := sch.Timing()
	if err != nil {
		return "", nil
	}
	if words := madeUp(fires, now, t.Zone()); words != "" {
		return sch.Called() + ": " + words, nil
	}
	return "", nil
}

// madeUp says what became of the times that were dealt with from now on, the newest of
// them first; "" if none was missed after all.
func madeUp(fires []sqlite.Fire, now time.Time, zone *time.Location) string {
	ran, left := 0, 0
	words := ""
	for _, f := range fires {
		if f.At < now.UnixNano() {
			break
		}
		due := journal.FromNano(f.Due)
		left += f.Left
		if f.Run == 0 {
			return "not run, due " + due.In(zone).Format("2 Jan 15:04")
		}
		if ran++; ran == 1 {
			words = schedule.Late(due, journal.FromNano(f.At), zone)
		}
	}
	switch {
	case ran > 1 && left > 0:
		return fmt.Sprintf("%d runs made up for; earlier times left out: %d", ran, left)
	case ran > 1:
		return fmt.Sprintf("%d runs made up for", ran)
	case left > 0 && words != "":
		return fmt.Sprintf("%s; earlier times left out: %d", words, left)
	case left > 0:
		return fmt.Sprintf("times left out: %d", left)
	}
	return words
}

// errStale says that a schedule is not as it was read any more.
var errStale = errors.New("the schedule has changed")

// deal does what a schedule is to do now.
func (s *Timetable) deal(ctx context.Context, row sqlite.Schedule, now time.Time) error {
	sch, err := schedule.Read(row.Path, row.JSON)
	var t schedule.Timing
	if err == nil {
		t, err = sch.Timing()
	}
	if err != nil { // it was read when it was saved
		s.trouble(sch, err)
		return s.note(ctx, row, sqlite.Fire{Due: row.Next, State: "failed", Note: titleOf(err)}, 0)
	}
	due := t.Due(journal.FromNano(row.Next), now)
	if len(due.Fire) == 0 {
		return s.note(ctx, row, sqlite.Fire{Due: row.Next, State: "missed", Left: due.Left - 1}, nano(due.Next))
	}
	for i, at := range due.Fire {
		next, left := nano(due.Next), 0
		if i+1 < len(due.Fire) {
			next = nano(due.Fire[i+1])
		}
		if i == 0 {
			left = due.Left
		}
		err := s.fire(ctx, row, sch, nano(at), next, left)
		if errors.Is(err, errStale) {
			return nil // whoever changed it set when it is due
		}
		if err != nil {
			return err
		}
		row.Next = next
	}
	return nil
}

// fire starts the run of one time, if nothing is in its way.
func (s *Timetable) fire(ctx context.Context, row sqlite.Schedule, sch schedule.Schedule, at, next int64, left int) error {
	if sch.NoOverlap {
		open, is, err := s.cfg.DB.OpenFire(row.Path)
		if err != nil {
			return fmt.Errorf("read what runs of schedule %s: %w", row.Path, err)
		}
		if is {
			f := sqlite.Fire{Due: at, State: "overlapped", Left: left, Note: openBefore + open.UUID + openAfter}
			return s.noteAnd(ctx, row, f, next, func(tx *writer.Tx) error {
				if !sch.Own.QueueOne {
					return nil
				}
				return tx.SetWaiting(row.Path, at)
			})
		}
	}
	return s.begun(ctx, row, sch, at, func(tx *writer.Tx, key int64) error {
		f := sqlite.Fire{Schedule: row.Path, Due: at, At: tx.Now.UnixNano(), State: "started", Run: key, Left: left}
		return s.settle(tx, row, f, next)
	}, func(err error) error {
		return s.note(ctx, row, sqlite.Fire{Due: at, State: "failed", Left: left, Note: titleOf(err)}, next)
	})
}

// begun starts a run, and has noted what came in its way.
func (s *Timetable) begun(ctx context.Context, row sqlite.Schedule, sch schedule.Schedule, at int64, also func(tx *writer.Tx, key int64) error, failed func(err error) error) error {
	req, err := s.cfg.Request(ctx, sch.Target, sch.IsFlow, sch.Args, journal.FromNano(at))
	if err == nil {
		req.Trigger = run.Trigger{Kind: run.TriggerSchedule, By: row.Path, Due: journal.FromNano(at)}
		_, err = s.cfg.Begin(ctx, req, also)
	}
	switch {
	case err == nil:
		s.cfg.Book.CureCondition(codeTrouble, row.Path)
		return nil
	case errors.Is(err, errKnown):
		return s.advance(ctx, row, at)
	case errors.Is(err, errStale), ctx.Err() != nil, ours(err):
		return err
	}
	s.trouble(sch, err)
	return failed(err)
}

// errKnown says that a time was dealt with before.
var errKnown = errors.New("the time was dealt with before")

// settle notes, in the commit that does it, what became of a time.
func (s *Timetable) settle(tx *writer.Tx, row sqlite.Schedule, f sqlite.Fire, next int64) error {
	now, ok, err := tx.Schedule(row.Path)
	if err != nil {
		return err
	}
	if !ok || !now.Enabled || now.Next != row.Next || now.Updated != row.Updated {
		return errStale
	}
	f.Schedule, f.At = row.Path, tx.Now.UnixNano()
	if fresh, err := tx.PutFire(f); err != nil || !fresh {
		return errors.Join(err, errKnown)
	}
	if s.settled++; s.settled%pruneEach == 0 {
		if err := tx.PruneFires(row.Path, firesKept); err != nil {
			return err
		}
	}
	return tx.SetNext(row.Path, next)
}

// note notes what became of a time for which nothing is started.
func (s *Timetable) note(ctx context.Context, row sqlite.Schedule, f sqlite.Fire, next int64) error {
	return s.noteAnd(ctx, row, f, next, func(*writer.Tx) error { return nil })
}

func (s *Timetable) noteAnd(ctx context.Context, row sqlite.Schedule, f sqlite.Fire, next int64, and func(tx *writer.Tx) error) error {
	err := s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		if err := s.settle(tx, row, f, next); err != nil {
			return err
		}
		return and(tx)
	})
	switch {
	case errors.Is(err, errStale):
		return nil
	case errors.Is(err, errKnown):
		return s.advance(ctx, row, f.Due)
	}
	return err
}

// advance leaves a time behind that was dealt with before: the clock was set back.
func (s *Timetable) advance(ctx context.Context, row sqlite.Schedule, at int64) error {
	t, err := timing(row)
	if err != nil {
		return err
	}
	next := nano(t.Next(journal.FromNano(at)))
	return s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		now, ok, err := tx.Schedule(row.Path)
		if err != nil || !ok || now.Next > at {
			return err
		}
		return tx.SetNext(row.Path, next)
	})
}

// startWaiting starts what waited for an earlier run of its schedule.
func (s *Timetable) startWaiting(ctx context.Context, now time.Time) error {
	rows, err := s.cfg.DB.WaitingSchedules()
	if err != nil {
		return fmt.Errorf("read what waits: %w", err)
	}
	for _, row := range rows {
		if _, open, err := s.cfg.DB.OpenFire(row.Path); err != nil || open {
			if err != nil {
				return err
			}
			continue
		}
		sch, err := schedule.Read(row.Path, row.JSON)
		if err != nil {
			continue // it was told when it was due
		}
		at := row.Waiting
		err = s.begun(ctx, row, sch, at, func(tx *writer.Tx, key int64) error {
			is, ok, err := tx.Schedule(row.Path)
			if err != nil {
				return err
			}
			if !ok || is.Waiting != at {
				return errStale
			}
			if err := tx.StartFire(row.Path, at, tx.Now.UnixNano(), key); err != nil {
				return err
			}
			return tx.SetWaiting(row.Path, 0)
		}, func(error) error {
			return s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error { return tx.SetWaiting(row.Path, 0) })
		})
		if err != nil && !errors.Is(err, errStale) {
			return err
		}
	}
	return nil
}

// codeTrouble is the code of a schedule whose run could not be started.
const codeTrouble fault.Code = "schedule.failed"

// trouble tells that a schedule cannot start what it is to start.
func (s *Timetable) trouble(sch schedule.Schedule, err error) {
	f := fault.From(err)
	s.cfg.Log.Warn("a schedule could not start its run", "schedule", sch.Path, "err", err)
	s.cfg.Book.SetCondition(fault.Condition{
		Code: codeTrouble, Subject: sch.Path, Severity: fault.Warning,
		Title: fmt.Sprintf("The schedule %s could not start %s: %s", sch.Called(), sch.Target, f.Title),
		Hint:  "It stays on, and tries again when it is due next. " + f.Hint,
	})
}

func titleOf(err error) string { return fault.From(err).Title }

// ours reports whether an error is of Sluice's own, and says nothing about the schedule.
func ours(err error) bool {
	return errors.Is(err, context.Canceled) || strings.HasPrefix(string(fault.From(err).Code), "engine.") || health.Transient(err)
}
