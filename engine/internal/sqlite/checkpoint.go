package sqlite

import (
	"context"
	"fmt"
)

// Writing the WAL back into the file takes as long as many commits do. SQLite
// would let the commit that fills the WAL wait for it; here it happens beside
// the writer.
const (
	checkpointAfter = 1000     // changes
	walMost         = 4 * 1024 // pages, beyond which the writer waits after all: a WAL that grows is slower to flush than one that is written over
)

// WantsCheckpoint reports whether enough was written to write it back.
func (db *DB) WantsCheckpoint() bool { return db.grown.Load() >= checkpointAfter }

// Checkpoint writes the WAL back into the file. The writer goes on meanwhile,
// unless the WAL has become so long that it must be cut at last. It stops when ctx ends:
// what was not written back stays in the WAL.
func (db *DB) Checkpoint(ctx context.Context) error {
	db.grown.Store(0)
	const query = `PRAGMA wal_checkpoint(passive)`
	var busy, pages, written int
	if err := db.pool.QueryRowContext(ctx, query).Scan(&busy, &pages, &written); err != nil {
		return fmt.Errorf("write the WAL back: %w", err)
	}
	if pages <= walMost || written == pages {
		return nil
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.pool.QueryRowContext(ctx, query).Scan(&busy, &pages, &written); err != nil {
		return fmt.Errorf("write the WAL back: %w", err)
	}
	return nil
}
