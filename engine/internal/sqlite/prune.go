package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// EndedRuns lists runs behind a key, in the order in which they began: open ones are left
// out. last is the key behind which to go on, began when the last run that was looked at
// began; more is false at the end.
func (v View) EndedRuns(after int64, limit int) (ended []Run, last, began int64, more bool, err error) {
	rows, err := v.runs(`SELECT `+runColumns+` FROM run WHERE id > ? ORDER BY id LIMIT 0 + ?`, after, limit)
	if err != nil || len(rows) == 0 {
		return nil, after, 0, false, err
	}
	for _, r := range rows {
		if r.Ended != 0 && r.Damaged == "" {
			ended = append(ended, r)
		}
	}
	end := rows[len(rows)-1]
	return ended, end.Key, end.Started, true, nil
}

// Wanted reports whether something of a run that is over is still to be done, or told
// apart by: a mail that waits to go, somebody who is to be told how it ended, or the newest
// entry of all, whose number must not be given to another.
func (v View) Wanted(r Run) (bool, error) {
	var n int
	return v.one([]any{&n}, `SELECT 1 FROM mail WHERE run = ?1 AND state IN ('queued', 'sending')
		UNION ALL SELECT 1 FROM entry WHERE run = ?1 AND id = (SELECT MAX(id) FROM entry)
		UNION ALL SELECT 1 FROM fire WHERE schedule = ?2 AND state = 'started' AND run = ?1
		UNION ALL SELECT 1 FROM fire WHERE state = 'ended' AND run = ?1`, r.Key, r.TriggerBy)
}

// Answering lists the keys of the runs that answer the repeat of a delivery after a time.
func (v View) Answering(now int64) (map[int64]bool, error) {
	out := make(map[int64]bool)
	err := v.each(func(rows *sql.Rows) error {
		var key int64
		err := rows.Scan(&key)
		out[key] = true
		return err
	}, `SELECT run FROM delivery WHERE until > ?`, now)
	return out, err
}

// OpenStarters lists who started the runs that are not over, as far as their names begin
// so.
func (v View) OpenStarters(begins string) (by []string, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		by = append(by, s)
		return err
	}, `SELECT DISTINCT trigger_by FROM run WHERE ended IS NULL AND substr(trigger_by, 1, length(?1)) = ?1`, begins)
	return by, err
}

// FlowsSaying lists the paths of all flows of the library, with what runs of those that
// have a piece of text in it.
func (v View) FlowsSaying(piece string) (map[string][]byte, error) {
	out := make(map[string][]byte)
	err := v.each(func(rows *sql.Rows) error {
		var path string
		var doc []byte
		err := rows.Scan(&path, &doc)
		out[path] = doc
		return err
	}, `SELECT path, CASE WHEN instr(runs, CAST(? AS BLOB)) > 0 THEN runs END FROM (SELECT flow.path, COALESCE(n.json, flow.json) AS runs
		FROM flow LEFT JOIN flow_named n ON n.path = flow.path AND n.number = flow.live)`, piece)
	return out, err
}

// VersionsSaying is FlowsSaying for the versions with which runs were started, by hash.
func (v View) VersionsSaying(piece string) (map[string][]byte, error) {
	out := make(map[string][]byte)
	err := v.each(func(rows *sql.Rows) error {
		var hash string
		var data []byte
		err := rows.Scan(&hash, &data)
		out[hash] = data
		return err
	}, `SELECT hash, data FROM flow_version WHERE instr(data, CAST(? AS BLOB)) > 0`, piece)
	return out, err
}

// DeleteRun removes a run with all that belongs to it, its journal and its values too,
// unless another names them.
func (tx *Tx) DeleteRun(r Run) error {
	tx.touch()
	hashes := make(map[string]bool)
	for line, err := range tx.Journal(r.Key, r.UUID) {
		if err != nil {
			return err
		}
		for _, hash := range BlobsIn(line.Data) {
			hashes[hash] = true
		}
	}
	for hash := range hashes {
		if err := tx.DropBlob(hash, r.Key); err != nil {
			return err
		}
	}
	if err := tx.exec(`DELETE FROM fire WHERE schedule = ? AND run = ?`, r.TriggerBy, r.Key); err != nil {
		return err
	}
	if r.TriggerKind == "form" {
		if err := tx.exec(`DELETE FROM submission WHERE run = ?`, r.Key); err != nil {
			return err
		}
	}
	for _, q := range []string{
		`DELETE FROM entry WHERE run = ?`, `DELETE FROM timer WHERE run = ?`, `DELETE FROM gate WHERE run = ?`, `DELETE FROM link WHERE run = ?`,
		`DELETE FROM mail WHERE run = ?`, `DELETE FROM user_state WHERE run = ?`, `DELETE FROM slot WHERE run = ?`, `DELETE FROM erasure WHERE run = ?`,
		`DELETE FROM blob_ref WHERE run = ?`, `DELETE FROM run WHERE id = ?`,
	} {
		if err := tx.exec(q, r.Key); err != nil {
			return err
		}
	}
	return nil
}

// UnusedVersions lists the versions of flows that hold something, and with which no run was
// started up to the one whose key is last. It looks through the runs some at a time, so that
// the log can be written back meanwhile.
func (v View) UnusedVersions(ctx context.Context) (hashes []string, last int64, err error) {
	unused := make(map[string]bool)
	err = v.each(func(rows *sql.Rows) error {
		var hash string
		err := rows.Scan(&hash)
		unused[hash] = true
		return err
	}, `SELECT hash FROM flow_version WHERE length(data) > 0`)
	const some = 20_000
	for more := true; more && err == nil && len(unused) > 0; err = ctx.Err() {
		more = false
		err := v.each(func(rows *sql.Rows) error {
			var hash string
			var key int64
			err := rows.Scan(&hash, &key)
			delete(unused, hash)
			last, more = max(last, key), true
			return err
		}, `SELECT flow, MAX(id) FROM (SELECT flow, id FROM run WHERE id > ? ORDER BY id LIMIT 0 + ?) GROUP BY flow`, last, some)
		if err != nil {
			return nil, 0, err
		}
	}
	for hash := range unused {
		hashes = append(hashes, hash)
	}
	return hashes, last, err
}

// EmptyVersion empties a version that no run behind a key was started with either. Its row
// stays: to see that nothing refers to it SQLite would read all runs.
func (tx *Tx) EmptyVersion(hash string, last int64) error {
	return tx.exec(`UPDATE flow_version SET data = x'' WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE id > ?2 AND flow = ?1)`, hash, last)
}

// GiveBack moves the last pages of the file into free ones, some at most, and cuts it. The
// file itself becomes shorter when the log is written back.
func (tx *Tx) GiveBack(pages int) error {
	tx.touch()
	tx.rows++ // the count of commits is to know of it
	return tx.exec(fmt.Sprintf(`PRAGMA incremental_vacuum(%d)`, pages))
}
