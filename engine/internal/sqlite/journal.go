package sqlite

import (
	"database/sql"
	"iter"
	"strings"
)

// Row is one line of the journal as it lies on disk.
type Row struct {
	ID   int64
	Run  string // UUID
	Seq  int
	At   int64
	Type string
	Data string
	Sum  sql.NullInt64 // what chains it to the entry before; none in old files
}

// Run is the row of a run: a projection of its journal, for lists.
type Run struct {
	Key         int64
	UUID        string
	Flow        string
	Name        string
	Path        string
	Status      string
	Outcome     string
	Started     int64
	Ended       int64 // 0 while it is not done
	TriggerKind string
	TriggerBy   string
	Person      string // who sent the form that started it, as far as known
	Damaged     string
	End         End
}

// End is the last entry of a run as its row knows it: the row is not written with
// every entry. It is zero in the row of a run from before there were ends.
type End struct {
	Seq int
	Sum int64
}

// PutVersion stores a flow version under its hash; one that is there stays, unless it was
// emptied.
func (tx *Tx) PutVersion(hash string, data []byte, at int64) error {
	return tx.exec(`INSERT INTO flow_version (hash, data, created) VALUES (?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET data = excluded.data WHERE length(data) = 0`, hash, data, at)
}

// Version returns a stored flow version.
func (v View) Version(hash string) (data []byte, ok bool, err error) {
	ok, err = v.one([]any{&data}, `SELECT data FROM flow_version WHERE hash = ?`, hash)
	return data, ok, err
}

// InsertRun adds a run and returns its key.
func (tx *Tx) InsertRun(r Run) (int64, error) {
	tx.touch()
	return tx.insert(`INSERT INTO run (uuid, flow, name, path, status, outcome, started, ended, trigger_kind, trigger_by, trigger_person)
		VALUES (?, ?, ?, ?, ?, ?, ?, NULLIF(?, 0), ?, ?, ?)`,
		r.UUID, r.Flow, r.Name, r.Path, r.Status, r.Outcome, r.Started, r.Ended, r.TriggerKind, r.TriggerBy, r.Person)
}

// SetStatus updates what a run's row says of its state and of its last entry.
func (tx *Tx) SetStatus(key int64, status, outcome string, ended int64, end End) error {
	tx.touch()
	if ended == 0 { // what is not named is not looked for in the indexes either
		return tx.exec(`UPDATE run SET status = ?, end_seq = ?, end_sum = ? WHERE id = ?`, status, end.Seq, end.Sum, key)
	}
	return tx.exec(`UPDATE run SET status = ?, outcome = ?, ended = ?, end_seq = ?, end_sum = ? WHERE id = ?`,
		status, outcome, ended, end.Seq, end.Sum, key)
}

// SetEndSum corrects the sum of the last entry that a run's row knows, after an
// erasure changed entries before it.
func (tx *Tx) SetEndSum(key, sum int64) error {
	return tx.exec(`UPDATE run SET end_sum = ? WHERE id = ?`, sum, key)
}

// SetDamaged sets a run aside.
func (tx *Tx) SetDamaged(key int64, reason string) error {
	return tx.exec(`UPDATE run SET damaged = ? WHERE id = ?`, reason, key)
}

const runColumns = `id, uuid, flow, name, path, status, outcome, started, COALESCE(ended, 0), trigger_kind, trigger_by, trigger_person, COALESCE(damaged, ''), COALESCE(end_seq, 0), COALESCE(end_sum, 0)`

func (r *Run) dest() []any {
	return []any{&r.Key, &r.UUID, &r.Flow, &r.Name, &r.Path, &r.Status, &r.Outcome, &r.Started, &r.Ended, &r.TriggerKind, &r.TriggerBy, &r.Person, &r.Damaged, &r.End.Seq, &r.End.Sum}
}

// Run returns the row of a run.
func (v View) Run(uuid string) (r Run, ok bool, err error) {
	ok, err = v.one(r.dest(), `SELECT `+runColumns+` FROM run WHERE uuid = ?`, uuid)
	return r, ok, err
}

// RunByKey returns the row of a run.
func (v View) RunByKey(key int64) (r Run, ok bool, err error) {
	ok, err = v.one(r.dest(), `SELECT `+runColumns+` FROM run WHERE id = ?`, key)
	return r, ok, err
}

// RunQuery selects runs, newest first. Zero fields select everything.
type RunQuery struct {
	Open   bool // not done yet
	Status string
	Path   string
	Text   string // part of the name or the path
	Before string // UUID: only runs older than this one

	Outcome string
	Since   int64 // started no earlier
	Limit   int
	Near    *Near // only these
	From    *From // only these
}

// Near are a run, those that somebody started, and those of a flow.
type Near struct {
	UUID string
	By   string
	Path string // "" for none
}

// From are the runs that came from outside by one way: a webhook, form or token.
type From struct {
	Kind, By string
	Since    int64 // started no earlier
}

// where writes the conditions of a query.
func (q RunQuery) where() (cond string, args []any) {
	where := []string{"1"}
	add := func(cond string, arg ...any) {
		where = append(where, cond)
		args = append(args, arg...)
	}
	if q.Open {
		add(`ended IS NULL`)
	}
	if q.Status != "" {
		add(`status = ?`, q.Status)
	}
	if q.Outcome != "" {
		add(`outcome = ?`, q.Outcome)
	}
	if q.Since != 0 {
		add(`started >= ?`, q.Since)
	}
	if q.Path != "" {
		add(`path = ?`, q.Path)
	}
	if q.Text != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q.Text) + "%"
		add(`(name LIKE ? ESCAPE '\' OR path LIKE ? ESCAPE '\')`, like, like)
	}
	if q.Before != "" {
		add(`id < (SELECT id FROM run WHERE uuid = ?)`, q.Before)
	}
	if q.Near != nil {
		add(`(uuid = ? OR trigger_by = ? OR path = ? AND path <> '')`, q.Near.UUID, q.Near.By, q.Near.Path)
	}
	if q.From != nil { // the first term names the index that holds them
		add(`trigger_kind IN ('webhook', 'form', 'token') AND trigger_kind = ? AND trigger_by = ? AND started >= ?`, q.From.Kind, q.From.By, q.From.Since)
	}
	return strings.Join(where, " AND "), args
}

// Runs lists runs.
func (v View) Runs(q RunQuery) ([]Run, error) {
	where, args := q.where()
	if q.Limit <= 0 {
		q.Limit = -1
	}
	args = append(args, q.Limit)
	return v.runs(`SELECT `+runColumns+` FROM run WHERE `+where+` ORDER BY id DESC LIMIT 0 + ?`, args...)
}

// CountRuns counts the runs of a query, whatever its limit, and those of them that wait
// for people.
func (v View) CountRuns(q RunQuery) (all, suspended int, err error) {
	where, args := q.where()
	_, err = v.one([]any{&all, &suspended}, `SELECT COUNT(*), COUNT(*) FILTER (WHERE status = 'suspended') FROM run WHERE `+where, args...)
	return all, suspended, err
}

// CountFrom counts the newest runs of one way from outside that started since, up to most.
func (v View) CountFrom(f From, most int) (n int, err error) {
	where, args := RunQuery{From: &From{Kind: f.Kind, By: f.By}}.where()
	_, err = v.one([]any{&n}, `SELECT COUNT(*) FROM (SELECT started FROM run WHERE `+where+` ORDER BY id DESC LIMIT 0 + ?) WHERE started >= ?`, append(args, most, f.Since)...)
	return n, err
}

// CountOpenBy counts the runs that are not done and were started by somebody whose name
// begins so.
func (v View) CountOpenBy(begins string) (n int, err error) {
	_, err = v.one([]any{&n}, `SELECT COUNT(*) FROM run WHERE ended IS NULL AND substr(trigger_by, 1, length(?1)) = ?1`, begins)
	return n, err
}

// RunningRuns lists the undamaged runs that something was to happen to at once,
// oldest first. Runs that wait for people or time are not among them.
func (v View) RunningRuns() ([]Run, error) {
	return v.runs(`SELECT ` + runColumns + ` FROM run WHERE status = 'running' AND damaged IS NULL ORDER BY id`)
}

// DamagedRuns lists the runs that were set aside.
func (v View) DamagedRuns() ([]Run, error) {
	return v.runs(`SELECT ` + runColumns + ` FROM run WHERE damaged IS NOT NULL ORDER BY id`)
}

func (v View) runs(query string, args ...any) (out []Run, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var r Run
		if err := rows.Scan(r.dest()...); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	}, query, args...)
	return out, err
}

// Append adds a line to the journal and returns its id.
func (tx *Tx) Append(run int64, seq int, at int64, typ, data string, sum int64) (int64, error) {
	tx.touch()
	return tx.insert(`INSERT INTO entry (run, seq, at, type, data, sum) VALUES (?, ?, ?, ?, ?, ?)`, run, seq, at, typ, data, sum)
}

// Journal yields the lines of one run in order, until the caller has enough or
// reading fails.
func (v View) Journal(run int64, uuid string) iter.Seq2[Row, error] {
	return v.JournalFrom(run, uuid, 1)
}

// JournalFrom yields the lines of one run from a number on.
func (v View) JournalFrom(run int64, uuid string, seq int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rows, err := v.q.query(`SELECT id, seq, at, type, data, sum FROM entry WHERE run = ? AND seq >= ? ORDER BY seq`, run, seq)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			r := Row{Run: uuid}
			err := rows.Scan(&r.ID, &r.Seq, &r.At, &r.Type, &r.Data, &r.Sum)
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Row{}, err)
		}
	}
}

// Tail returns up to limit lines of all runs with an id above after.
//
// SQLite plans a bare LIMIT ? anew whenever another number is bound; 0 + ? spares
// it, a third of the cost of a short tail.
func (v View) Tail(after int64, limit int) (out []Row, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var r Row
		if err := rows.Scan(&r.ID, &r.Run, &r.Seq, &r.At, &r.Type, &r.Data); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	}, `SELECT e.id, r.uuid, e.seq, e.at, e.type, e.data FROM entry e JOIN run r ON r.id = e.run WHERE e.id > ? ORDER BY e.id LIMIT 0 + ?`, after, limit)
	return out, err
}

// LastEntry returns the highest id in the journal, 0 if it is empty.
func (v View) LastEntry() (id int64, err error) {
	_, err = v.one([]any{&id}, `SELECT COALESCE(MAX(id), 0) FROM entry`)
	return id, err
}

// Orphans counts the rows of each table that belong to a run, or to a version of a
// flow, that is not there.
func (v View) Orphans() (map[string]int, error) {
	out := make(map[string]int)
	err := v.each(func(rows *sql.Rows) error {
		var table, parent string
		var row sql.NullInt64
		var key int
		if err := rows.Scan(&table, &row, &parent, &key); err != nil {
			return err
		}
		out[table]++
		return nil
	}, `PRAGMA foreign_key_check`)
	return out, err
}

// Check asks SQLite whether the file is sound, its indexes too; "" means that it is.
func (v View) Check() (string, error) {
	var s string
	_, err := v.one([]any{&s}, `PRAGMA integrity_check(1)`)
	if s == "ok" {
		s = ""
	}
	return s, err
}
