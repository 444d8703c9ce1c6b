package sqlite

import "database/sql"

// Timer is a moment at which something is due.
type Timer struct {
	Run  int64
	Step string
	Kind string
	At   int64
}

// PutTimer notes a timer; one of the same key moves.
func (tx *Tx) PutTimer(t Timer) error {
	tx.touch()
	return tx.exec(`INSERT INTO timer (run, step, kind, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (run, step, kind) DO UPDATE SET at = excluded.at`, t.Run, t.Step, t.Kind, t.At)
}

// DeleteTimer removes a timer that fired or is no longer wanted.
func (tx *Tx) DeleteTimer(run int64, step, kind string) error {
	tx.touch()
	return tx.exec(`DELETE FROM timer WHERE run = ? AND step = ? AND kind = ?`, run, step, kind)
}

const soundRun = `run NOT IN (SELECT id FROM run WHERE damaged IS NOT NULL)`

// DueTimers lists the timers due at or before now, earliest first.
func (v View) DueTimers(now int64, limit int) ([]Timer, error) {
	return v.timers(`SELECT run, step, kind, at FROM timer WHERE at <= ? AND `+soundRun+` ORDER BY at, run, step, kind LIMIT 0 + ?`, now, limit)
}

// Timers lists the timers of a run.
func (v View) Timers(run int64) ([]Timer, error) {
	return v.timers(`SELECT run, step, kind, at FROM timer WHERE run = ? ORDER BY at, step, kind`, run)
}

func (v View) timers(query string, args ...any) (out []Timer, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var t Timer
		if err := rows.Scan(&t.Run, &t.Step, &t.Kind, &t.At); err != nil {
			return err
		}
		out = append(out, t)
		return nil
	}, query, args...)
	return out, err
}

// NextTimer returns when the earliest timer is due; ok is false if there is none.
func (v View) NextTimer() (at int64, ok bool, err error) {
	ok, err = v.one([]any{&at}, `SELECT at FROM timer WHERE `+soundRun+` ORDER BY at LIMIT 1`)
	return at, ok, err
}

// Gate is a request that waits for people.
type Gate struct {
	Run      int64
	UUID     string // of the run
	Step     string
	Required int
	Opened   int64
	Deadline int64
}

// PutGate notes an open gate.
func (tx *Tx) PutGate(g Gate) error {
	tx.touch()
	return tx.exec(`INSERT INTO gate (run, step, required, opened, deadline) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (run, step) DO UPDATE SET required = excluded.required, deadline = excluded.deadline`,
		g.Run, g.Step, g.Required, g.Opened, g.Deadline)
}

// DeleteGate removes a gate that closed.
func (tx *Tx) DeleteGate(run int64, step string) error {
	tx.touch()
	return tx.exec(`DELETE FROM gate WHERE run = ? AND step = ?`, run, step)
}

const openGatesQuery = gateQuery + `WHERE g.` + soundRun + ` ORDER BY g.opened, g.run, length(g.step), g.step LIMIT 0 + ?`

const gateQuery = `SELECT g.run, r.uuid, g.step, g.required, g.opened, g.deadline FROM gate g JOIN run r ON r.id = g.run `

// Gates lists the open gates of one run, oldest first.
func (v View) Gates(run int64) ([]Gate, error) {
	return v.gates(gateQuery+`WHERE g.run = ? ORDER BY g.opened, length(g.step), g.step`, run)
}

// OpenGates lists the open gates of all sound runs, oldest first, up to limit of
// them.
func (v View) OpenGates(limit int) ([]Gate, error) {
	return v.gates(openGatesQuery, limit)
}

// GatesSince lists the open gates of sound runs that were opened at a time or after it,
// oldest first, up to limit of them.
func (v View) GatesSince(opened int64, limit int) ([]Gate, error) {
	return v.gates(gatesSinceQuery, opened, limit)
}

const gatesSinceQuery = gateQuery + `WHERE g.opened >= ? AND g.` + soundRun + ` ORDER BY g.opened, g.run, length(g.step), g.step LIMIT 0 + ?`

func (v View) gates(query string, args ...any) (out []Gate, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var g Gate
		if err := rows.Scan(&g.Run, &g.UUID, &g.Step, &g.Required, &g.Opened, &g.Deadline); err != nil {
			return err
		}
		out = append(out, g)
		return nil
	}, query, args...)
	return out, err
}

// CountGates counts the open gates of all sound runs, up to limit.
func (v View) CountGates(limit int) (n int, err error) {
	_, err = v.one([]any{&n}, `SELECT COUNT(*) FROM (SELECT 1 FROM gate WHERE `+soundRun+` LIMIT 0 + ?)`, limit)
	return n, err
}

// ClearRun removes what is still noted as outstanding for a run that is over.
func (tx *Tx) ClearRun(run int64) error {
	for _, q := range []string{`DELETE FROM timer WHERE run = ?`, `DELETE FROM gate WHERE run = ?`} {
		if err := tx.exec(q, run); err != nil {
			return err
		}
	}
	return nil
}

// Link is one person's secret address for one request. The secret is not here.
type Link struct {
	ID      int64
	Run     int64
	UUID    string // of the run
	Step    string
	Person  string
	Job     string // UUID of the job that asked for it, or ""
	Nonce   uint32
	Created int64
	Revoked bool
}

// InsertLink adds a link under the hash of its secret and returns its id.
func (tx *Tx) InsertLink(hash []byte, l Link) (int64, error) {
	tx.touch()
	return tx.insert(`INSERT INTO link (hash, run, step, person, job, nonce, created) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		hash, l.Run, l.Step, l.Person, l.Job, int64(l.Nonce), l.Created)
}

// Links lists the links of a run.
func (v View) Links(run int64) (out []Link, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var l Link
		if err := rows.Scan(l.dest()...); err != nil {
			return err
		}
		out = append(out, l)
		return nil
	}, linkQuery+`WHERE l.run = ? ORDER BY l.id`, run)
	return out, err
}

// RevokeLink makes a link useless.
func (tx *Tx) RevokeLink(id, at int64) error {
	tx.touch()
	return tx.exec(`UPDATE link SET revoked = ? WHERE id = ? AND revoked IS NULL`, at, id)
}

const linkQuery = `SELECT l.id, l.run, r.uuid, l.step, l.person, l.job, l.nonce, l.created, l.revoked IS NOT NULL
	FROM link l JOIN run r ON r.id = l.run `

func (l *Link) dest() []any {
	return []any{&l.ID, &l.Run, &l.UUID, &l.Step, &l.Person, &l.Job, &l.Nonce, &l.Created, &l.Revoked}
}

// LinkByHash finds a link by the hash of its secret.
func (v View) LinkByHash(hash []byte) (l Link, ok bool, err error) {
	ok, err = v.one(l.dest(), linkQuery+`WHERE l.hash = ?`, hash)
	return l, ok, err
}

// CountAllLinks counts the links of all runs.
func (v View) CountAllLinks() (n int, err error) {
	_, err = v.one([]any{&n}, `SELECT COUNT(*) FROM link`)
	return n, err
}

// LinkHashes visits the hashes of the secrets of all links. A hash is overwritten by the
// next.
func (v View) LinkHashes(visit func(hash []byte)) error {
	return v.each(func(rows *sql.Rows) error {
		var hash sql.RawBytes
		if err := rows.Scan(&hash); err != nil {
			return err
		}
		visit(hash)
		return nil
	}, `SELECT hash FROM link`)
}

// LinkByNonce finds the link that a job minted under a nonce.
func (v View) LinkByNonce(job string, nonce uint32) (l Link, ok bool, err error) {
	ok, err = v.one(l.dest(), linkQuery+`WHERE l.job = ? AND l.nonce = ?`, job, int64(nonce))
	return l, ok, err
}

// CountLinks counts the links ever made for a step.
func (v View) CountLinks(run int64, step string) (n int, err error) {
	_, err = v.one([]any{&n}, `SELECT COUNT(*) FROM link WHERE run = ? AND step = ?`, run, step)
	return n, err
}

// LinkGiven reports whether a step has a link besides the one that its gate made
// for itself.
func (v View) LinkGiven(run, step string) (given bool, err error) {
	_, err = v.one([]any{&given}, `SELECT COUNT(*) > 1 OR COALESCE(MAX(l.job), '') <> '' FROM link l JOIN run r ON r.id = l.run WHERE r.uuid = ? AND l.step = ?`, run, step)
	return given, err
}

// CountJobLinks counts the links that a job made.
func (v View) CountJobLinks(job string) (n int, err error) {
	_, err = v.one([]any{&n}, `SELECT COUNT(*) FROM link WHERE job = ? AND job <> ''`, job)
	return n, err
}

// LinkByID finds a link by its number.
func (v View) LinkByID(id int64) (l Link, ok bool, err error) {
	ok, err = v.one(l.dest(), linkQuery+`WHERE l.id = ?`, id)
	return l, ok, err
}
