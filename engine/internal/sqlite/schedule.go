package sqlite

import "database/sql"

// Schedule is a schedule of the library, and when it is due.
type Schedule struct {
	Path    string
	JSON    []byte
	Enabled bool
	Next    int64 // when it is due; 0 for never
	Waiting int64 // the time of the one that waits for an earlier run to end; 0 for none
	Updated int64
}

// PutSchedule stores a schedule under its path.
func (tx *Tx) PutSchedule(s Schedule) error {
	return tx.exec(`INSERT INTO schedule (path, json, enabled, next, waiting, updated) VALUES (?, ?, ?, NULLIF(?, 0), NULLIF(?, 0), ?)
		ON CONFLICT (path) DO UPDATE SET json = excluded.json, enabled = excluded.enabled, next = excluded.next,
		waiting = excluded.waiting, updated = excluded.updated`, s.Path, s.JSON, s.Enabled, s.Next, s.Waiting, s.Updated)
}

// SetNext notes when a schedule is due next, 0 for never.
func (tx *Tx) SetNext(path string, next int64) error {
	return tx.exec(`UPDATE schedule SET next = NULLIF(?, 0) WHERE path = ? AND enabled = 1`, next, path)
}

// SetWaiting notes the time of a run that waits for an earlier one to end, 0 for none.
func (tx *Tx) SetWaiting(path string, due int64) error {
	return tx.exec(`UPDATE schedule SET waiting = NULLIF(?, 0) WHERE path = ? AND enabled = 1`, due, path)
}

// DeleteSchedule removes a schedule, and what is known of its times; its runs stay.
func (tx *Tx) DeleteSchedule(path string) (n int64, err error) {
	if err := tx.exec(`DELETE FROM fire WHERE schedule = ?`, path); err != nil {
		return 0, err
	}
	return tx.change(`DELETE FROM schedule WHERE path = ?`, path)
}

const scheduleQuery = `SELECT path, json, enabled, COALESCE(next, 0), COALESCE(waiting, 0), updated FROM schedule `

func (s *Schedule) dest() []any {
	return []any{&s.Path, &s.JSON, &s.Enabled, &s.Next, &s.Waiting, &s.Updated}
}

// Schedule returns a schedule of the library.
func (v View) Schedule(path string) (s Schedule, ok bool, err error) {
	ok, err = v.one(s.dest(), scheduleQuery+`WHERE path = ?`, path)
	return s, ok, err
}

// Schedules lists the library's schedules by path.
func (v View) Schedules() ([]Schedule, error) { return v.schedules(`ORDER BY path`) }

// DueSchedules lists schedules that are due at or before now, earliest first.
func (v View) DueSchedules(now int64, limit int) ([]Schedule, error) {
	return v.schedules(`WHERE next <= ? ORDER BY next LIMIT 0 + ?`, now, limit)
}

// WaitingSchedules lists schedules with a time that waits for an earlier run.
func (v View) WaitingSchedules() ([]Schedule, error) {
	return v.schedules(`WHERE waiting IS NOT NULL ORDER BY waiting`)
}

func (v View) schedules(where string, args ...any) (out []Schedule, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var s Schedule
		if err := rows.Scan(s.dest()...); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	}, scheduleQuery+where, args...)
	return out, err
}

// NextSchedule returns when the earliest schedule is due; ok is false if none is.
func (v View) NextSchedule() (at int64, ok bool, err error) {
	ok, err = v.one([]any{&at}, `SELECT next FROM schedule WHERE next IS NOT NULL ORDER BY next LIMIT 1`)
	return at, ok, err
}

// CountStandstill counts what starts something while Sluice runs: the schedules that are
// on, and what listens at an address.
func (v View) CountStandstill() (schedules, hooks, forms int, err error) {
	_, err = v.one([]any{&schedules, &hooks, &forms}, `SELECT (SELECT COUNT(*) FROM schedule WHERE enabled = 1),
		(SELECT COUNT(*) FROM endpoint WHERE enabled = 1 AND kind = 'hook'), (SELECT COUNT(*) FROM endpoint WHERE enabled = 1 AND kind = 'form')`)
	return schedules, hooks, forms, err
}

// Fire is what became of one time at which a schedule was due.
type Fire struct {
	Schedule string
	Due, At  int64
	State    string // see the table
	Run      int64  // key of the run that was started; 0 for none
	UUID     string // of that run
	Left     int    // earlier times that were left out
	Note     string
}

// PutFire notes what became of a time. It reports false if that was noted before.
func (tx *Tx) PutFire(f Fire) (bool, error) {
	tx.touch()
	n, err := tx.change(`INSERT INTO fire (schedule, due, at, state, run, skipped, note) VALUES (?, ?, ?, ?, NULLIF(?, 0), ?, ?) ON CONFLICT DO NOTHING`,
		f.Schedule, f.Due, f.At, f.State, f.Run, f.Left, f.Note)
	return n > 0, err
}

// EndFire notes that the run of a time has ended.
func (tx *Tx) EndFire(schedule string, due, run int64) error {
	return tx.exec(`UPDATE fire SET state = 'ended' WHERE schedule = ? AND due = ? AND run = ? AND state = 'started'`, schedule, due, run)
}

// ToldFire notes that those who are to know how a run ended were told, or in words why they
// could not be.
func (tx *Tx) ToldFire(schedule string, due int64, why string) error {
	return tx.exec(`UPDATE fire SET state = 'told', note = CASE ?1 WHEN '' THEN note ELSE ?1 END WHERE schedule = ?2 AND due = ?3`, why, schedule, due)
}

// PruneFires forgets the times of a schedule but the newest ones.
func (tx *Tx) PruneFires(schedule string, keep int) error {
	return tx.exec(`DELETE FROM fire WHERE schedule = ?1 AND state NOT IN ('started', 'ended') AND due <
		(SELECT due FROM fire WHERE schedule = ?1 ORDER BY due DESC LIMIT 1 OFFSET 0 + ?2)`, schedule, keep)
}

const fireQuery = `SELECT f.schedule, f.due, f.at, f.state, COALESCE(f.run, 0), COALESCE(r.uuid, ''), f.skipped, f.note FROM fire f LEFT JOIN run r ON r.id = f.run `

// Fires lists the last times of a schedule, newest first, those before one if that is
// not 0.
func (v View) Fires(schedule string, before int64, limit int) ([]Fire, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return v.fires(fireQuery+`WHERE f.schedule = ? AND f.due < ? ORDER BY f.due DESC LIMIT 0 + ?`, schedule, before, limit)
}

// HasFire reports whether it is known what became of a time.
func (v View) HasFire(schedule string, due int64) (bool, error) {
	var n int
	_, err := v.one([]any{&n}, `SELECT COUNT(*) FROM fire WHERE schedule = ? AND due = ?`, schedule, due)
	return n > 0, err
}

// EndedFires lists times whose runs have ended, and of which nobody was told yet.
func (v View) EndedFires(limit int) ([]Fire, error) {
	return v.fires(fireQuery+`WHERE f.state = 'ended' ORDER BY f.at LIMIT 0 + ?`, limit)
}

// OpenFire returns a time of a schedule whose run has not ended.
func (v View) OpenFire(schedule string) (f Fire, ok bool, err error) {
	fires, err := v.fires(fireQuery+`WHERE f.schedule = ? AND f.state = 'started' LIMIT 1`, schedule)
	if len(fires) == 0 {
		return f, false, err
	}
	return fires[0], true, nil
}

func (v View) fires(query string, args ...any) (out []Fire, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var f Fire
		if err := rows.Scan(&f.Schedule, &f.Due, &f.At, &f.State, &f.Run, &f.UUID, &f.Left, &f.Note); err != nil {
			return err
		}
		out = append(out, f)
		return nil
	}, query, args...)
	return out, err
}

// StartFire notes that a time which was left out, as an earlier run was open, has a run
// after all.
func (tx *Tx) StartFire(schedule string, due, at, run int64) error {
	tx.touch()
	return tx.exec(`UPDATE fire SET state = 'started', at = ?, run = ?, note = '' WHERE schedule = ? AND due = ?`, at, run, schedule, due)
}
