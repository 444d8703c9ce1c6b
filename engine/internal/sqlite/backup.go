package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"sluice/engine/disk"
)

// ErrForeign says that a file is none of Sluice's, or is damaged.
var ErrForeign = errors.New("the file is not a sound file of Sluice")

// Missing tells how much of a file is missing at its end, by what its head says: 0 if
// it is whole, or does not say.
func Missing(path string) (missing, size int64) {
	f, err := disk.Open(path)
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	st, err := f.Stat()
	var head [100]byte
	if _, rerr := io.ReadFull(f, head[:]); err != nil || rerr != nil || string(head[:16]) != "SQLite format 3\x00" {
		return 0, 0
	}
	page := int64(binary.BigEndian.Uint16(head[16:]))
	if page == 1 {
		page = 1 << 16
	}
	size = page * int64(binary.BigEndian.Uint32(head[28:]))
	return max(0, size-st.Size()), size
}

// regular says why a file, or one of those that belong to it, is none: SQLite would wait
// for a pipe.
func regular(path string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := disk.Regular(path + end); err != nil && (end == "" || errors.Is(err, disk.ErrNotFile)) {
			return err
		}
	}
	return nil
}

// Backup writes a whole copy of the file at path to another one, which must not
// exist. It may be called while another process writes: the copy is the file at
// one moment.
func Backup(ctx context.Context, path, to string) error {
	if err := regular(path); err != nil {
		return fmt.Errorf("back up %s: %w", path, err)
	}
	db, err := sql.Open("sqlite", dsn(path, "ro"))
	if err != nil {
		return fmt.Errorf("back up %s: %w", path, err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_schema`).Scan(&n); err != nil {
		return fmt.Errorf("back up %s: %w: %w", path, ErrSource, err)
	}
	return copyTo(ctx, db, path, to)
}

// ErrSource says that a copy was not begun, as the file itself cannot be read.
var ErrSource = errors.New("it cannot be read")

// NoAccess reports whether err means that SQLite may not open a file, or not what it
// needs beside it: a file with a write-ahead log cannot even be read in a folder where
// nothing can be written.
func NoAccess(err error) bool {
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return errors.Is(err, os.ErrPermission)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return true
	}
	return false
}

// Stopped reports whether err means that ctx was canceled meanwhile.
func Stopped(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() == nil {
		return false
	}
	e, ok := errors.AsType[*driver.Error](err)
	return errors.Is(err, context.Canceled) || ok && e.Code()&0xff == sqlite3.SQLITE_INTERRUPT
}

// RemoveAll removes a file, if it is there, with what SQLite keeps beside it: the journal of
// one that was cut off would be played back into the next file of that name.
func RemoveAll(path string) error {
	for _, end := range []string{"", "-journal", "-wal", "-shm"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// copyTo writes a whole copy of a file to another one, which is there only when
// it is complete and on the disk.
func copyTo(ctx context.Context, db interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, path, to string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("back up %s: %w", path, err)
		}
	}()
	tmp := to + ".part"
	if err := RemoveAll(tmp); err != nil { // of one that was cut off
		return err
	}
	if err := private(tmp); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = RemoveAll(tmp)
		}
	}()
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, tmp); err != nil {
		return err
	}
	if err := closeCopy(ctx, tmp); err != nil {
		return err
	}
	if err := flush(tmp); err != nil {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s: %w", to, os.ErrExist)
	}
	if err := os.Rename(tmp, to); err != nil {
		return err
	}
	return flushDir(filepath.Dir(to))
}

// closeCopy marks the copy of a file that is open as one that was closed: no log belongs
// to it.
func closeCopy(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		return err
	}
	s, err := getStamp(ctx, db)
	if err == nil {
		err = putStamp(ctx, db, s.closed())
	}
	return errors.Join(err, db.Close())
}

// flush makes sure that a file is on the disk.
func flush(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Inspect says whether a file can take the place of Sluice's: its schema is
// exactly what Sluice makes, without a trigger or view that would act later, and
// its pages are sound. It changes nothing.
func Inspect(path string) error {
	if err := regular(path); err != nil {
		return fmt.Errorf("inspect %s: %w", path, err)
	}
	db, err := sql.Open("sqlite", dsn(path, "ro", "cell_size_check(on)"))
	if err != nil {
		return fmt.Errorf("inspect %s: %w", path, err)
	}
	defer db.Close()
	var v int
	err = db.QueryRow(`PRAGMA user_version`).Scan(&v)
	switch {
	case err != nil:
		return fmt.Errorf("inspect %s: %w: %w", path, ErrForeign, err)
	case v > Version:
		return fmt.Errorf("inspect %s: version %d: %w", path, v, ErrNewer)
	case v < 1:
		return fmt.Errorf("inspect %s: %w: it has other tables", path, ErrForeign)
	}
	if err := ownSchema(func(q string) (*sql.Rows, error) { return db.Query(q) }, v); err != nil {
		return fmt.Errorf("inspect %s: %w: %w", path, ErrForeign, err)
	}
	var sound string
	if err := db.QueryRow(`PRAGMA quick_check(1)`).Scan(&sound); err != nil {
		return fmt.Errorf("inspect %s: %w: %w", path, ErrForeign, err)
	}
	if sound != "ok" {
		return fmt.Errorf("inspect %s: %w: %s", path, ErrForeign, sound)
	}
	return nil
}

// Adopt makes a copy ready to take the place of a file: it is given a stamp of its own, so
// that no log of another file is taken for its own, and the messages that were still to be
// sent are marked as ones that may have been. Since the copy was made they probably were.
// The pages of forms get another key: what was sent by those that are open may not be in
// the copy, and would be taken twice.
func Adopt(ctx context.Context, path, title string) error {
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		return fmt.Errorf("adopt %s: %w", path, err)
	}
	_, err = db.ExecContext(ctx, `UPDATE mail SET state = 'sending', next = NULL, title = ? WHERE state = 'queued'`, title)
	if err == nil {
		_, err = db.ExecContext(ctx, `UPDATE setting SET value = ? WHERE key = ?`, newPageKey(), pageKey)
	}
	if err == nil {
		err = putStamp(ctx, db, firstStamp())
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("adopt %s: %w", path, err)
	}
	return flush(path)
}

// Replace puts a file in the place of another, which is kept with all that lies beside it
// under a name of its own. sound says that SQLite may be trusted with that one: else it
// is not opened, since SQLite would remove what it cannot read. It tells whether there
// was anything to keep, by its name. The caller holds the lock of the folder, and nobody has either
// open.
func Replace(path, with, aside string, sound bool) (kept string, err error) {
	if sound && !empty(path) {
		mergeLog(path)
	}
	kept, err = setAside(path, aside)
	if err != nil {
		return "", fmt.Errorf("set %s aside: %w", path, err)
	}
	if err := os.Rename(with, path); err != nil {
		return kept, err
	}
	return kept, flushDir(filepath.Dir(path))
}

// mergeLog writes the log of a sound file back, so that one file holds it all. What
// cannot be written back stays where it is.
func mergeLog(path string) {
	if regular(path) != nil {
		return
	}
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		return
	}
	if s, err := getStamp(context.Background(), db); err == nil { // without its log it is whole
		_ = putStamp(context.Background(), db, s.closed())
	}
	_, _ = db.Exec(`PRAGMA wal_checkpoint(truncate)`)
	_ = db.Close()
	if st, err := os.Stat(path + "-wal"); err == nil && st.Size() == 0 {
		_ = os.Remove(path + "-wal")
	}
	if _, err := os.Stat(path + "-wal"); errors.Is(err, os.ErrNotExist) {
		_ = os.Remove(path + "-shm")
	}
}

// setAside moves a file and what lies beside it. Where the file is all there is, it gets
// a further name, so that it is there at every moment.
func setAside(path, aside string) (kept string, err error) {
	var parts []string
	for _, part := range []string{"-wal", "-shm", ""} { // the file last: alone it tells that its log is gone
		switch _, err := os.Lstat(path + part); {
		case err == nil:
			parts = append(parts, part)
		case !errors.Is(err, os.ErrNotExist):
			return "", err
		}
	}
	if len(parts) == 1 && parts[0] == "" && os.Link(path, aside) == nil {
		return aside, nil
	}
	for _, part := range parts {
		if _, err := os.Lstat(aside + part); err == nil {
			return "", fmt.Errorf("%s: %w", aside+part, os.ErrExist)
		}
		if err := os.Rename(path+part, aside+part); err != nil {
			return "", err
		}
		if kept == "" || part == "" {
			kept = aside + part
		}
	}
	return kept, nil
}
