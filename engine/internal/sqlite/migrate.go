package sqlite

import (
	"context"
	"fmt"
)

// migrate brings the file to Version. Before it changes a file that holds
// something it writes a copy beside it, named after the version it had.
func (db *DB) migrate() error {
	ctx := context.Background()
	var v int
	if err := db.w.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&v); err != nil {
		return fmt.Errorf("read the version of %s: %w", db.path, err)
	}
	if v > Version {
		return fmt.Errorf("open %s: version %d: %w", db.path, v, ErrNewer)
	}
	if v > 0 && v < Version {
		if err := db.backup(fmt.Sprintf("%s.v%d.bak", db.path, v)); err != nil {
			return err
		}
	}
	for ; v < Version; v++ {
		script := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA user_version = %d;\nCOMMIT;", migrations[v], v+1)
		if _, err := db.w.ExecContext(ctx, script); err != nil {
			_, _ = db.w.ExecContext(ctx, `ROLLBACK`) // the script may have got past BEGIN or not
			return fmt.Errorf("migrate %s from version %d: %w", db.path, v, err)
		}
	}
	return nil
}

// backup writes a whole copy to path, replacing an unfinished earlier one.
func (db *DB) backup(path string) error {
	return copyTo(context.Background(), db.w, db.path, path, true)
}
