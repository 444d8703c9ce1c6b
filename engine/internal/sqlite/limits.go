package sqlite

import "database/sql"

// Slot says that a job, or with step "" a run, counts against a limit: while it
// is under way, and until a time.
type Slot struct {
	Key     string
	Run     int64
	Step    string
	Attempt int
	Began   int64
	Until   int64
}

// soundSlot leaves out the slots of runs that were set aside: they never end.
const soundSlot = `run NOT IN (SELECT id FROM run WHERE damaged IS NOT NULL)`

// CountSlots counts the slots of a key that are taken, those of s itself left
// out, and tells when the first of those that only wait for their time becomes
// free; 0 if there is none. What began later than now, before the clock was set
// back, does not count any more once it is over: nobody is to wait for days.
func (v View) CountSlots(s Slot, now int64) (n int, free int64, err error) {
	_, err = v.one([]any{&n, &free}, `SELECT COUNT(*), COALESCE(MIN(CASE WHEN over = 1 THEN until END), 0) FROM slot
		WHERE key = ? AND (over = 0 OR until > ? AND began <= ?) AND NOT (run = ? AND step = ? AND attempt = ?) AND `+soundSlot,
		s.Key, now, now, s.Run, s.Step, s.Attempt)
	return n, free, err
}

// TakeSlot takes a slot, or takes it again.
func (tx *Tx) TakeSlot(s Slot) error {
	tx.touch()
	return tx.exec(`INSERT INTO slot (key, run, step, attempt, began, until) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (run, step, attempt) DO UPDATE SET key = excluded.key, began = excluded.began, until = excluded.until, over = 0`, s.Key, s.Run, s.Step, s.Attempt, s.Began, s.Until)
}

// EndSlot says that a job or run is no longer under way, and returns the keys of
// the slots that it had. With step "*" these are all slots of the run.
func (tx *Tx) EndSlot(run int64, step string, attempt int) (keys []string, err error) {
	const which = ` WHERE run = ?1 AND (?2 = '*' OR step = ?2 AND attempt = ?3) AND over = 0`
	err = tx.each(func(rows *sql.Rows) error {
		var k string
		if err := rows.Scan(&k); err != nil {
			return err
		}
		keys = append(keys, k)
		return nil
	}, `SELECT key FROM slot`+which, run, step, attempt)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	tx.touch()
	return keys, tx.exec(`UPDATE slot SET over = 1`+which, run, step, attempt)
}

// PruneSlots forgets the slots whose time has come.
func (tx *Tx) PruneSlots(now int64) error {
	return tx.exec(`DELETE FROM slot WHERE over = 1 AND until <= ?`, now)
}

// KeptResult returns a result that may stand in for a job or run; ok is false if
// there is none, or it has expired.
func (v View) KeptResult(key string, now int64) (result string, ok bool, err error) {
	ok, err = v.one([]any{&result}, `SELECT result FROM kept_result WHERE key = ? AND expires > ?`, key, now)
	return result, ok, err
}

// KeepResult keeps a result until it expires, and forgets some that have.
func (tx *Tx) KeepResult(key, result string, expires, now int64) error {
	err := tx.exec(`DELETE FROM kept_result WHERE key IN (SELECT key FROM kept_result WHERE expires <= ? LIMIT 16)`, now)
	if err != nil {
		return err
	}
	for _, hash := range BlobsIn(result) {
		if err := tx.exec(putKeptRef, hash, key); err != nil {
			return err
		}
	}
	return tx.exec(`INSERT INTO kept_result (key, result, expires) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET result = excluded.result, expires = excluded.expires`, key, result, expires)
}

// PruneResults forgets the results that have expired.
func (tx *Tx) PruneResults(now int64) error {
	if err := tx.exec(`DELETE FROM kept_result WHERE expires <= ?`, now); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM kept_ref WHERE key NOT IN (SELECT key FROM kept_result)`)
}

// Erasure says that the values of some steps of a run are to be erased: of those
// that ask for it so many seconds after the end of the run.
type Erasure struct {
	Run     int64
	UUID    string // of the run
	Seconds float64
	At      int64
}

// PutErasure notes an erasure.
func (tx *Tx) PutErasure(e Erasure) error {
	tx.touch()
	return tx.exec(`INSERT INTO erasure (run, seconds, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at`, e.Run, e.Seconds, e.At)
}

// DeleteErasure removes an erasure that was carried out.
func (tx *Tx) DeleteErasure(e Erasure) error {
	tx.touch()
	return tx.exec(`DELETE FROM erasure WHERE run = ? AND seconds = ?`, e.Run, e.Seconds)
}

// NextErasure returns the erasure that is due first; ok is false if there is none.
func (v View) NextErasure() (e Erasure, ok bool, err error) {
	ok, err = v.one([]any{&e.Run, &e.UUID, &e.Seconds, &e.At}, `SELECT e.run, r.uuid, e.seconds, e.at FROM erasure e JOIN run r ON r.id = e.run
		WHERE r.damaged IS NULL ORDER BY e.at LIMIT 1`)
	return e, ok, err
}

// RewriteEntry replaces the fields of one entry. Only an erasure may do that.
func (tx *Tx) RewriteEntry(run int64, seq int, data string) error {
	tx.touch()
	return tx.exec(`UPDATE entry SET data = ? WHERE run = ? AND seq = ?`, data, run, seq)
}

// SetSum replaces the sum of one entry. Only an erasure may do that.
func (tx *Tx) SetSum(run int64, seq int, sum int64) error {
	tx.touch()
	return tx.exec(`UPDATE entry SET sum = ? WHERE run = ? AND seq = ?`, sum, run, seq)
}
