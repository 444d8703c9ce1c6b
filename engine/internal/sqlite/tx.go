package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Full reports whether err means that the disk, or the file's bound, is full.
func Full(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_FULL
}

// Trouble reports whether err comes from SQLite or the disk below it and so
// says nothing about what was being written.
func Trouble(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return errors.Is(err, sql.ErrConnDone) || errors.Is(err, errHook) || errors.Is(err, ErrReplaced)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		return false
	}
	return true
}

// Corrupt reports whether err means that what was to be read is spoiled. Trying
// again does not help, and what lies elsewhere in the file may be sound.
func Corrupt(err error) bool {
	if _, ok := errors.AsType[unsound](err); ok {
		return true
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_CORRUPT
}

// Garbled reports whether err means that a file is no database at all.
func Garbled(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_NOTADB
}

var errHook = errors.New("the commit hook stopped it")

// SetCommitHook has f called right before and right after every commit that
// touched the tables of runs, with the number of that commit from 1 on. An error
// undoes the commit (before) or hides it (after). Crash tests use it.
func (db *DB) SetCommitHook(f func(before bool, n int) error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.hook = f
}

// LimitPages bounds the file, so that a test can fill the disk; 0 lifts the bound.
func (db *DB) LimitPages(extra int) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	ctx := context.Background()
	n := 1 << 30
	if extra > 0 {
		var pages int
		if err := db.w.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
			return err
		}
		n = pages + extra
	}
	_, err := db.w.ExecContext(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, n))
	return err
}

// Write runs f in a transaction and commits it. After an error nothing of it is
// on disk. A transaction that changed nothing costs no flush.
func (db *DB) Write(f func(tx *Tx) error) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.w == nil {
		return sql.ErrConnDone
	}
	tx := &Tx{db: db}
	tx.View = View{q: tx}
	if err := tx.exec(`BEGIN IMMEDIATE`); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx.Changes, tx.rows = 0, 0
	done := false
	defer func() {
		if !done {
			_ = tx.exec(`ROLLBACK`) // it may have been rolled back by the error itself
		}
	}()
	if err := db.same(); err != nil {
		db.replaced()
		return err
	}
	if err := f(tx); err != nil {
		return err
	}
	var stamp Stamp
	if tx.rows > 0 {
		s, err := db.next()
		if err != nil {
			return fmt.Errorf("stamp: %w", err)
		}
		stamp = s
	}
	counted := tx.runs && db.hook != nil
	if counted {
		db.commits++
		if err := db.hook(true, db.commits); err != nil {
			return fmt.Errorf("%w: %w", errHook, err)
		}
	}
	if err := tx.exec(`COMMIT`); err != nil {
		db.stamp = 0 // it is read anew
		return fmt.Errorf("commit: %w", err)
	}
	done = true
	if stamp != 0 {
		db.stamp = stamp
		if db.noted != nil {
			db.noted(stamp)
		}
	}
	db.grown.Add(int64(tx.Changes))
	if counted {
		if err := db.hook(false, db.commits); err != nil {
			return fmt.Errorf("%w: %w", errHook, err)
		}
	}
	return nil
}

// Tx is a transaction in progress. It reads what it wrote.
type Tx struct {
	View
	Changes int   // statements that changed something so far
	rows    int64 // that were changed
	db      *DB
	runs    bool // a table of runs was touched
}

// touch marks the transaction as one about runs.
func (tx *Tx) touch() { tx.runs = true }

func (tx *Tx) stmt(query string) (*sql.Stmt, error) { return tx.db.stmt(query) }

// stmt prepares a statement of the writer's once.
func (db *DB) stmt(query string) (*sql.Stmt, error) {
	if s, ok := db.stmts[query]; ok {
		return s, nil
	}
	s, err := db.w.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	db.stmts[query] = s
	return s, nil
}

func (tx *Tx) exec(query string, args ...any) error {
	_, err := tx.run(query, args...)
	return err
}

// change is exec that tells how many rows it changed.
func (tx *Tx) change(query string, args ...any) (n int64, err error) {
	r, err := tx.run(query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (tx *Tx) run(query string, args ...any) (sql.Result, error) {
	s, err := tx.stmt(query)
	if err != nil {
		return nil, err
	}
	tx.Changes++
	r, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return nil, err
	}
	n, err := r.RowsAffected()
	tx.rows += n
	return r, err
}

func (tx *Tx) insert(query string, args ...any) (id int64, err error) {
	r, err := tx.run(query, args...)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

func (tx *Tx) query(query string, args ...any) (*sql.Rows, error) {
	s, err := tx.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.Background(), args...)
}

// reader is what a View reads through: the writer's transaction, a snapshot, or
// the pool.
type reader interface {
	query(query string, args ...any) (*sql.Rows, error)
}

// View is the reading half.
type View struct{ q reader }

// Snapshot runs f on a View that sees one moment of the file.
func (db *DB) Snapshot(f func(v View) error) error {
	tx, err := db.pool.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	s := &snapshot{tx: tx}
	s.pool, _ = db.View.q.(*poolReader)
	defer func() {
		_ = tx.Rollback()
		s.prepareMissing()
	}()
	return f(View{q: s})
}

// snapshot reads through one connection. A query that is new to the pool is
// prepared only after the snapshot: preparing asks for a connection, too, and
// snapshots that hold them all would wait for each other for ever.
type snapshot struct {
	tx      *sql.Tx
	pool    *poolReader
	missing []string
}

func (s *snapshot) query(query string, args ...any) (*sql.Rows, error) {
	if s.pool != nil {
		if p, ok := s.pool.stmts.Load(query); ok {
			return s.tx.Stmt(p.(*sql.Stmt)).Query(args...)
		}
		s.missing = append(s.missing, query)
	}
	return s.tx.Query(query, args...)
}

func (s *snapshot) prepareMissing() {
	for _, q := range s.missing {
		_, _ = s.pool.stmt(q) // who needs it next sees the error
	}
}

type poolReader struct {
	pool  *sql.DB
	stmts sync.Map // query → *sql.Stmt
}

func (p *poolReader) query(query string, args ...any) (*sql.Rows, error) {
	s, err := p.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.Query(args...)
}

func (p *poolReader) stmt(query string) (*sql.Stmt, error) {
	if s, ok := p.stmts.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := p.pool.Prepare(query)
	if err != nil {
		return nil, err
	}
	if old, ok := p.stmts.LoadOrStore(query, s); ok {
		_ = s.Close() // another reader was first
		s = old.(*sql.Stmt)
	}
	return s, nil
}

func (p *poolReader) close() error {
	var errs []error
	p.stmts.Range(func(_, s any) bool {
		errs = append(errs, s.(*sql.Stmt).Close())
		return true
	})
	return errors.Join(errs...)
}

// one scans the only row of a query; ok is false if there is none.
func (v View) one(dest []any, query string, args ...any) (ok bool, err error) {
	rows, err := v.q.query(query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return false, rows.Err()
	}
	if err := rows.Scan(dest...); err != nil {
		return false, err
	}
	return true, rows.Close()
}

// each calls scan for every row of a query.
func (v View) each(scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := v.q.query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
