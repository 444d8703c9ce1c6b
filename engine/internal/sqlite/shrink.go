package sqlite

import (
	"context"
	"fmt"
)

// What is deleted leaves free pages in the file, which later commits take first. A file
// that can shrink (auto_vacuum = incremental) has a map of which page points to which, so
// that its last pages can be moved into free ones, a few at a time, and the file be cut. A
// file gets the map by being written anew as a whole: a new one when it is made, so that
// all have their tables in the same places, and one of an earlier version at a start.

const (
	// rewriteSmall is up to how many pages a file without a map is written anew at a start:
	// it takes no time that shows.
	rewriteSmall = 64 << 20 / pageSize
	// rewriteShare is which share of the pages of a larger one must be free for that.
	rewriteShare = 4
)

// rewrite writes a file anew as one that can shrink.
func rewrite(ctx context.Context, db execer) error {
	if _, err := db.ExecContext(ctx, `PRAGMA auto_vacuum = incremental`); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, `VACUUM`)
	return err
}

// shrinks makes a file one that can shrink, if that takes no time or gives much room back.
// One for which there is no room to be written anew stays as it was.
func (db *DB) shrinks() error {
	ctx := context.Background()
	var r Room
	if err := db.w.QueryRowContext(ctx, roomQuery).Scan(&r.Pages, &r.Free, &r.Shrinks); err != nil {
		return fmt.Errorf("open %s: %w", db.path, err)
	}
	if r.Shrinks || r.Pages > rewriteSmall && r.Free < r.Pages/rewriteShare {
		return nil
	}
	if rewrite(ctx, db.w) == nil {
		_, _ = db.w.ExecContext(ctx, `PRAGMA wal_checkpoint(truncate)`) // all of it lies in the log
	}
	return nil
}

// Room is what the file takes, in pages of PageSize bytes.
type Room struct {
	Pages, Free int64
	Shrinks     bool // it gives free pages back
}

// PageSize is the size of a page.
const PageSize = pageSize

// Room tells what the file takes.
func (v View) Room() (r Room, err error) {
	_, err = v.one([]any{&r.Pages, &r.Free, &r.Shrinks}, roomQuery)
	return r, err
}

const roomQuery = `SELECT page_count, freelist_count, auto_vacuum = 2 FROM pragma_page_count, pragma_freelist_count, pragma_auto_vacuum`
