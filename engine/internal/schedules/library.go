package schedules

import (
	"context"
	"fmt"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
	"sluice/engine/schedule"
)

// Listing reads the schedules of a library.
type Listing struct{ db *sqlite.DB }

// NewListing returns a Listing of an open file.
func NewListing(db *sqlite.DB) *Listing { return &Listing{db} }

// Schedules lists the library's schedules by path, as they stand.
func (c *Listing) Schedules(ctx context.Context) ([]schedule.State, error) {
	rows, err := c.db.Schedules()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list the schedules: %w", err))
	}
	out := make([]schedule.State, len(rows))
	for i, row := range rows {
		if out[i], err = c.state(row); err != nil {
			return nil, journal.Unexpected(err)
		}
	}
	return out, nil
}

// Schedule returns a schedule as it stands; code schedule.unknown.
func (c *Listing) Schedule(ctx context.Context, path string) (schedule.State, error) {
	row, err := c.row(path)
	if err != nil {
		return schedule.State{}, err
	}
	st, err := c.state(row)
	return st, journal.Unexpected(err)
}

func (c *Listing) row(path string) (sqlite.Schedule, error) {
	row, ok, err := c.db.Schedule(path)
	if err != nil {
		return row, journal.Unexpected(fmt.Errorf("read schedule %s: %w", path, err))
	}
	if !ok {
		return row, unknown(path)
	}
	return row, nil
}

func unknown(path string) error {
	return fault.Newf("schedule.unknown", "Look for it under Triggers.", "There is no schedule %s", path)
}

func (c *Listing) state(row sqlite.Schedule) (schedule.State, error) {
	sch, err := schedule.Read(row.Path, row.JSON)
	st := schedule.State{Schedule: sch, Problem: err, Updated: journal.FromNano(row.Updated), Doc: row.JSON}
	st.Enabled = row.Enabled
	if err == nil {
		st.Problem = sch.Check()
	}
	if row.Next != 0 {
		st.Next = journal.FromNano(row.Next)
	}
	if row.Waiting != 0 {
		st.Waiting = journal.FromNano(row.Waiting)
	}
	fires, err := c.db.Fires(row.Path, 0, 1)
	if err != nil {
		return st, fmt.Errorf("read the times of schedule %s: %w", row.Path, err)
	}
	if len(fires) > 0 {
		st.Last = fireOf(fires[0])
		run, _, err := c.db.RunByKey(fires[0].Run)
		if err != nil {
			return st, fmt.Errorf("read run %s: %w", fires[0].UUID, err)
		}
		st.Last.Outcome = run.Outcome
	}
	return st, nil
}

func fireOf(f sqlite.Fire) schedule.Fire {
	what := schedule.What(f.State)
	if f.State == "told" {
		what = schedule.Ended
	}
	is := schedule.Fire{Due: journal.FromNano(f.Due), At: journal.FromNano(f.At), What: what, Run: f.UUID, Left: f.Left, Note: f.Note}
	if what == schedule.Overlapped {
		is.Open = strings.TrimSuffix(strings.TrimPrefix(f.Note, openBefore), openAfter)
	}
	return is
}

// What is noted of a time at which an earlier run was open stands around the id of that.
const openBefore, openAfter = "Run ", " had not ended."

// Fires lists what became of the last times of a schedule, newest first.
func (c *Listing) Fires(ctx context.Context, path string, limit int) ([]schedule.Fire, error) {
	fires, err := c.db.Fires(path, 0, limit)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("read the times of schedule %s: %w", path, err))
	}
	out := make([]schedule.Fire, len(fires))
	for i, f := range fires {
		out[i] = fireOf(f)
	}
	return out, nil
}

// SaveSchedule stores a schedule under its path. One whose times are as they were keeps
// its next one; else, and when it is switched on, it is due from now on. One that is on
// must be able to start what it names. Codes: those of schedule.Check, of a path, and of
// starting its flow or script.
func (s *Timetable) SaveSchedule(ctx context.Context, sch schedule.Schedule) error {
	if err := flow.CheckPath(sch.Path); err != nil {
		return err
	}
	if err := sch.Check(); err != nil {
		return err
	}
	if sch.Enabled {
		if err := s.fits(ctx, sch); err != nil {
			return notOn(err)
		}
	}
	return s.put(ctx, sch)
}

// notOn says of what a schedule could not start what became of the schedule.
func notOn(err error) error {
	f := fault.From(err)
	if f.Code == fault.Unexpected {
		return err
	}
	return fault.Because(err, f.Code, f.Title, "Nothing was saved, and the schedule stays as it was. Correct what it starts, or the arguments in it; switched off it can be saved as it is.")
}

// KeepSchedule stores a schedule as it came, switched off: somebody else's may be for
// another computer. What is wrong with it is told by its Problem.
func (s *Timetable) KeepSchedule(ctx context.Context, path string, doc []byte) error {
	return journal.Unexpected(s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		return tx.PutSchedule(sqlite.Schedule{Path: path, JSON: doc, Updated: s.stamp(tx)})
	}))
}

// fits says why a schedule could not start what it names.
func (s *Timetable) fits(ctx context.Context, sch schedule.Schedule) error {
	req, err := s.cfg.Request(ctx, sch.Target, sch.IsFlow, sch.Args, s.cfg.Wall())
	if err != nil {
		return err
	}
	req.Trigger = run.Trigger{Kind: run.TriggerSchedule, By: sch.Path}
	return s.cfg.Fits(ctx, req)
}

func (s *Timetable) put(ctx context.Context, sch schedule.Schedule) error {
	doc, err := sch.JSON()
	if err != nil {
		return journal.Unexpected(fmt.Errorf("write schedule %s: %w", sch.Path, err))
	}
	t, err := sch.Timing()
	if err != nil {
		return err
	}
	err = s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		row := sqlite.Schedule{Path: sch.Path, JSON: doc, Enabled: sch.Enabled, Updated: s.stamp(tx)}
		old, ok, err := tx.Schedule(sch.Path)
		if err != nil {
			return err
		}
		if sch.Enabled {
			if row.Next = nano(t.Next(tx.Now)); row.Next == 0 {
				return t.Never()
			}
			if ok && old.Enabled && old.Next != 0 && sameTimes(old, sch) {
				row.Next = old.Next
			}
			if ok && sch.Own.QueueOne {
				row.Waiting = old.Waiting
			}
		}
		tx.After(func() {
			s.cfg.Book.CureCondition(codeTrouble, sch.Path)
			s.poke()
		})
		return tx.PutSchedule(row)
	})
	return journal.Unexpected(err)
}

// stamp tells a schedule's states apart, also two of one instant.
func (s *Timetable) stamp(tx *writer.Tx) int64 { return tx.Now.UnixNano() }

// sameTimes reports whether a schedule is due as an earlier state of it.
func sameTimes(old sqlite.Schedule, sch schedule.Schedule) bool {
	was, err := schedule.Read(old.Path, old.JSON)
	return err == nil && was.Cron == sch.Cron && was.Zone == sch.Zone && was.Version == sch.Version && was.PausedUntil.Equal(sch.PausedUntil)
}

// SwitchSchedule switches a schedule on, from now on, or off.
func (s *Timetable) SwitchSchedule(ctx context.Context, path string, on bool) error {
	row, err := s.r.row(path)
	if err != nil {
		return err
	}
	sch, err := schedule.Read(path, row.JSON)
	if err != nil {
		return err
	}
	if sch.Enabled = on; on {
		return s.SaveSchedule(ctx, sch)
	}
	doc, err := sch.JSON()
	if err != nil {
		return journal.Unexpected(fmt.Errorf("write schedule %s: %w", path, err))
	}
	return journal.Unexpected(s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		tx.After(func() { s.cfg.Book.CureCondition(codeTrouble, path) })
		return tx.PutSchedule(sqlite.Schedule{Path: path, JSON: doc, Updated: s.stamp(tx)})
	}))
}

// DeleteSchedule removes a schedule; its runs stay. Code schedule.unknown.
func (s *Timetable) DeleteSchedule(ctx context.Context, path string) error {
	return journal.Unexpected(s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		n, err := tx.DeleteSchedule(path)
		if err == nil && n == 0 {
			return unknown(path)
		}
		tx.After(func() { s.cfg.Book.CureCondition(codeTrouble, path) })
		return err
	}))
}

// RunSchedule starts now what a schedule names, whatever its times are. Codes:
// schedule.unknown, and those of starting.
func (s *Timetable) RunSchedule(ctx context.Context, path string) (run.Begun, error) {
	row, err := s.r.row(path)
	if err != nil {
		return run.Begun{}, err
	}
	sch, err := schedule.Read(path, row.JSON)
	if err != nil {
		return run.Begun{}, err
	}
	req, err := s.cfg.Request(ctx, sch.Target, sch.IsFlow, sch.Args, s.cfg.Wall())
	if err != nil {
		return run.Begun{}, err
	}
	req.Trigger = run.Trigger{Kind: run.TriggerSchedule, By: path}
	return s.cfg.Begin(ctx, req, nil)
}

// PauseSchedules lets no schedule start anything until it is called again. What is due
// meanwhile is not made up for.
func (s *Timetable) PauseSchedules(ctx context.Context, pause bool) error {
	err := s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		rows, err := tx.Schedules()
		if err != nil {
			return err
		}
		value := []byte("false")
		if pause {
			value = []byte("true")
		}
		tx.After(func() {
			s.mu.Lock()
			s.paused = pause
			s.mu.Unlock()
			s.poke()
		})
		if err := tx.PutSetting(settingPaused, value); err != nil || pause {
			return err
		}
		for _, row := range rows {
			if t, err := timing(row); err == nil && row.Enabled {
				if err := tx.SetNext(row.Path, nano(t.Next(tx.Now))); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return journal.Unexpected(err)
}

// SchedulesPaused reports whether all schedules stand still.
func (c *Listing) SchedulesPaused(context.Context) (bool, error) {
	paused, err := c.readPaused()
	return paused, journal.Unexpected(err)
}

func (c *Listing) readPaused() (bool, error) {
	b, _, err := c.db.Setting(settingPaused)
	if err != nil {
		return false, fmt.Errorf("read whether the schedules stand still: %w", err)
	}
	return string(b) == "true", nil
}

// FitsSchedule says why a schedule could not be switched on; nil if it could.
func (s *Timetable) FitsSchedule(ctx context.Context, sch schedule.Schedule) error {
	if err := sch.Check(); err != nil {
		return err
	}
	return s.fits(ctx, sch)
}
