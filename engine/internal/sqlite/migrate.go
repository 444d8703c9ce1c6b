package sqlite

import (
	"context"
	"fmt"
	"os"
)

// migrate brings the file to Version. Before it changes a file that holds
// something it writes a copy beside it, named after the version it had.
func (db *DB) migrate() (err error) {
	ctx := context.Background()
	var v int
	if err := db.w.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&v); err != nil {
		return fmt.Errorf("read the version of %s: %w", db.path, err)
	}
	if v > Version {
		return fmt.Errorf("open %s: version %d: %w", db.path, v, ErrNewer)
	}
	if v > 0 && v < Version {
		kept := FreeName(fmt.Sprintf("%s.v%d.bak", db.path, v))
		if err := db.backup(kept); err != nil {
			return err
		}
		defer func() {
			if err != nil {
				_ = os.Remove(kept) // nothing was changed: the file itself is what the copy was
			}
		}()
	}
	for ; v < Version; v++ {
		if err := db.step(ctx, v); err != nil {
			_, _ = db.w.ExecContext(ctx, `ROLLBACK`) // it may have got past BEGIN or not
			return fmt.Errorf("migrate %s from version %d: %w", db.path, v, err)
		}
	}
	return nil
}

// step leads from a version to the next.
func (db *DB) step(ctx context.Context, v int) error {
	if _, err := db.w.ExecContext(ctx, "BEGIN IMMEDIATE;\n"+migrations[v]); err != nil {
		return err
	}
	if v+1 == refsSince {
		if err := fillRefs(ctx, db.w); err != nil {
			return err
		}
	}
	_, err := db.w.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d;\nCOMMIT;", v+1))
	return err
}

// backup writes a whole copy to path.
func (db *DB) backup(path string) error {
	return copyTo(context.Background(), db.w, db.path, path)
}

// FreeName returns path, or path-2 and so on where there is a file already: what
// was kept once is never replaced.
func FreeName(path string) string {
	free := path
	for i := 2; ; i++ {
		if _, err := os.Lstat(free); err != nil {
			return free
		}
		free = fmt.Sprintf("%s-%d", path, i)
	}
}
