package sqlite

import (
	"context"
	"fmt"
)

// unsound is what SQLite found in a file; Corrupt knows it.
type unsound string

func (u unsound) Error() string { return "the file is damaged: " + string(u) }

// Sound has SQLite go through all pages of the file, some two milliseconds for each
// megabyte, and returns what it finds first; nil if all is well. It compares no index
// with its table, and no value with its sum.
func (db *DB) Sound(ctx context.Context) error {
	var found string
	if err := db.pool.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&found); err != nil {
		return fmt.Errorf("look through the file: %w", err)
	}
	if found != "ok" {
		return unsound(found)
	}
	return nil
}
