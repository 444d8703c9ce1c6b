package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	driver "modernc.org/sqlite"
)

// ErrNewer says that the file was written by a later version of Sluice.
var ErrNewer = errors.New("the file was written by a newer version")

// ErrOlder says that a file opened for reading only needs a migration first.
var ErrOlder = errors.New("the file was written by an older version")

// DB is the open file.
type DB struct {
	View // reads through the pool, each query for itself

	path  string
	pool  *sql.DB
	wpool *sql.DB // one connection
	w     *sql.Conn

	mu    sync.Mutex // the writer's
	stmts map[string]*sql.Stmt
	stamp Stamp
	parts [2]os.FileInfo // the file and its log as they were opened

	noted, notedAgain func(Stamp)

	commits int          // of the run tables
	grown   atomic.Int64 // changes since the WAL was last written back
	hook    func(before bool, n int) error
}

// Open opens the file for reading and writing, makes it if there is none, and
// brings it to the present schema. It leaves a backup beside it where it
// migrates. The caller holds the lock.
func Open(path string) (*DB, error) {
	if err := ours(path); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := private(path); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db := &DB{path: path, stmts: make(map[string]*sql.Stmt)}
	wpool, err := sql.Open("sqlite", dsn(path, "rwc", "synchronous(full)", "foreign_keys(on)", "wal_autocheckpoint(0)"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	wpool.SetMaxOpenConns(1)
	db.wpool = wpool
	if db.w, err = wpool.Conn(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), wpool.Close())
	}
	if err := db.begin(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.openPool("rw"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// ours says why a file is not one that Open may take, without changing it: a connection
// that can write would write its log back when it closes.
func ours(path string) error {
	if empty(path) {
		return nil
	}
	db, err := sql.Open("sqlite", dsn(path, "ro"))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := own(db.QueryRow(ownQuery)); err != nil {
		return err
	}
	return asMade(db)
}

// begin makes the file ready to be written.
func (db *DB) begin() error {
	if _, err := db.w.ExecContext(context.Background(), `PRAGMA journal_mode = wal`); err != nil {
		return fmt.Errorf("open %s: %w", db.path, err)
	}
	if err := db.migrate(); err != nil {
		return err
	}
	if err := db.shrinks(); err != nil {
		return err
	}
	return db.stampOpen()
}

// ownQuery asks for the version, for how many things there are, and for how many of
// the tables that every version has.
const ownQuery = `SELECT (SELECT user_version FROM pragma_user_version), COUNT(*), COUNT(*) FILTER (WHERE type = 'table' AND name IN ('run', 'entry', 'flow')) FROM sqlite_schema`

// own says ErrForeign of a file that is not Sluice's.
func own(row *sql.Row) error {
	var version, all, ours int
	if err := row.Scan(&version, &all, &ours); err != nil {
		return err
	}
	if version < 0 || version == 0 && all > 0 || version > 0 && version <= Version && ours < 3 {
		return ErrForeign
	}
	return nil
}

// foreign reports whether a file is another program's, without touching what lies beside it.
func foreign(path string) bool {
	db, err := sql.Open("sqlite", dsn(path, "ro")+"&immutable=1")
	if err != nil {
		return false
	}
	defer db.Close()
	return errors.Is(own(db.QueryRow(ownQuery)), ErrForeign)
}

// private makes a file that only its owner can read, unless there is one: a
// journal tells what people asked and answered, and its folder may be open to
// others. SQLite gives the files beside it the same rights.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// OpenReader opens an existing file for reading, also while another process
// writes it.
func OpenReader(path string) (*DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db := &DB{path: path}
	if err := db.openPool("rw"); err != nil {
		return nil, err
	}
	var v int
	err := own(db.pool.QueryRow(ownQuery))
	if err == nil {
		err = db.pool.QueryRow(`PRAGMA user_version`).Scan(&v)
	}
	switch {
	case err != nil:
	case v == 0:
		err = os.ErrNotExist // it was made, and nothing was written
	case v > Version:
		err = ErrNewer
	case v < Version:
		err = ErrOlder
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return db, nil
}

// Readers leave the write-ahead log where it is: that it is there tells the next start
// that nothing of it was lost.
func init() {
	driver.RegisterConnectionHook(func(c driver.ExecQuerierContext, dsn string) error {
		if !strings.Contains(dsn, url.QueryEscape("query_only(on)")) {
			return nil
		}
		_, err := c.(driver.FileControl).FileControlPersistWAL("main", 1)
		return err
	})
}

// openPool opens the reading connections. They may create the files of the WAL,
// and query_only keeps them from anything else.
func (db *DB) openPool(mode string) error {
	pool, err := sql.Open("sqlite", dsn(db.path, mode, "query_only(on)"))
	if err != nil {
		return fmt.Errorf("open %s: %w", db.path, err)
	}
	pool.SetMaxOpenConns(4)
	pool.SetMaxIdleConns(4)
	db.pool = pool
	db.View = View{q: &poolReader{pool: pool}}
	return nil
}

// Close closes all connections. The last one to close writes the WAL back.
func (db *DB) Close() error {
	var errs []error
	if r, ok := db.View.q.(*poolReader); ok {
		errs = append(errs, r.close())
	}
	if db.pool != nil {
		errs = append(errs, db.pool.Close())
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.w != nil {
		db.stampClosed()
	}
	for _, s := range db.stmts {
		errs = append(errs, s.Close())
	}
	db.stmts = nil
	if db.w != nil {
		errs = append(errs, db.w.Close())
		db.w = nil
	}
	if db.wpool != nil {
		errs = append(errs, db.wpool.Close())
	}
	return errors.Join(errs...)
}

// dsn writes path as a URI, so that no character of it is taken for a parameter.
func dsn(path, mode string, pragmas ...string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") && filepath.IsAbs(path) {
		p = "/" + p // C:/…
	}
	q := url.Values{"mode": {mode}}
	q.Add("_pragma", "busy_timeout(5000)")
	q.Add("_pragma", "trusted_schema(off)") // a file may come from elsewhere
	for _, pragma := range pragmas {
		q.Add("_pragma", pragma)
	}
	return "file:" + (&url.URL{Path: p}).EscapedPath() + "?" + q.Encode()
}
