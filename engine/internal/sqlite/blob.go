package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// A blob is a large value that entries name by its hash, and kept results. Its owner is
// the run that stored it; the table blob_ref says which other runs have an entry that
// names it, and kept_ref which results. So an erasure knows who else needs a value
// without reading the journal, and a step whose value is new writes nothing more. All of
// it is noted in the commit of the entry, and goes with the erasure of the last entry of
// a run that names the blob. A blob of an old file has no owner, and only rows.

// blobMark is what an entry, or a kept result, has before each hash.
const blobMark = `"sha256":"`

// BlobsIn lists the hashes that the fields of an entry, or a kept result, name; each
// once. A text that merely looks like a name counts, too.
func BlobsIn(data string) (hashes []string) {
	var seen map[string]bool
	for {
		_, rest, ok := strings.Cut(data, blobMark)
		if !ok {
			return hashes
		}
		data = rest
		if len(rest) > 64 && rest[64] == '"' && !seen[rest[:64]] && strings.Trim(rest[:64], "0123456789abcdef") == "" {
			if seen == nil {
				seen = make(map[string]bool)
			}
			seen[rest[:64]] = true
			hashes = append(hashes, rest[:64])
		}
	}
}

// PutBlob stores a value under its hash, for a run. One that is there stays, and who
// owned it: then the run has to be noted, unless it is that one.
func (tx *Tx) PutBlob(hash string, run int64, data []byte) (stored bool, err error) {
	n, err := tx.change(`INSERT INTO blob (hash, data, owner) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, hash, data, run)
	return n > 0, err
}

// PutBlobRef notes that an entry of a run names a value.
func (tx *Tx) PutBlobRef(hash string, run int64) error {
	return tx.exec(putBlobRef, hash, run)
}

const (
	putBlobRef = `INSERT INTO blob_ref (hash, run) VALUES (?, ?) ON CONFLICT DO NOTHING`
	putKeptRef = `INSERT INTO kept_ref (hash, key) VALUES (?, ?) ON CONFLICT DO NOTHING`
)

// HasBlobRef reports whether it is known that a run names a value.
func (v View) HasBlobRef(hash string, run int64) (bool, error) {
	var n int
	return v.one([]any{&n}, `SELECT 1 FROM blob_ref WHERE hash = ?1 AND run = ?2 UNION ALL SELECT 1 FROM blob WHERE hash = ?1 AND owner = ?2`, hash, run)
}

// DropBlob says that no entry of a run names a value any more. One that no other run
// names is removed, with the kept results that it is part of.
func (tx *Tx) DropBlob(hash string, run int64) error {
	tx.touch()
	if err := tx.exec(`DELETE FROM blob_ref WHERE hash = ? AND run = ?`, hash, run); err != nil {
		return err
	}
	var n int
	if noted, err := tx.one([]any{&n}, `SELECT 1 FROM blob_ref WHERE hash = ? LIMIT 1`, hash); err != nil {
		return err
	} else if noted {
		return tx.exec(`UPDATE blob SET owner = NULL WHERE hash = ? AND owner = ?`, hash, run)
	}
	if owned, err := tx.one([]any{&n}, `SELECT 1 FROM blob WHERE hash = ? AND owner <> ?`, hash, run); owned || err != nil {
		return err
	}
	err := tx.exec(`DELETE FROM kept_result WHERE key IN (SELECT key FROM kept_ref WHERE hash = ?1) AND instr(result, ?1) > 0`, hash)
	if err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM kept_ref WHERE hash = ?`, hash); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM blob WHERE hash = ?`, hash)
}

// Overwriting runs f; what it deletes is overwritten in the file. The setting is the
// connection's, and a rollback does not take it back.
func (tx *Tx) Overwriting(f func() error) (err error) {
	if err := tx.exec(`PRAGMA secure_delete = 1`); err != nil {
		return err
	}
	defer func() {
		if off := tx.exec(`PRAGMA secure_delete = 0`); err == nil {
			err = off
		}
	}()
	return f()
}

// Blob returns a stored value.
func (v View) Blob(hash string) (data []byte, ok bool, err error) {
	ok, err = v.one([]any{&data}, `SELECT data FROM blob WHERE hash = ?`, hash)
	return data, ok, err
}

// BlobPart returns up to n bytes of a stored value from an offset on, and its
// size.
func (v View) BlobPart(hash string, offset int64, n int) (part []byte, size int64, ok bool, err error) {
	ok, err = v.one([]any{&part, &size}, `SELECT substr(data, ?2 + 1, ?3), length(data) FROM blob WHERE hash = ?1`, hash, offset, n)
	return part, size, ok, err
}

// HasBlob reports whether a value is stored.
func (v View) HasBlob(hash string) (bool, error) {
	var n int
	return v.one([]any{&n}, `SELECT 1 FROM blob WHERE hash = ?`, hash)
}

// fillRefs notes for every entry and every kept result of a file which blobs it names.
// What is noted already stays.
func fillRefs(ctx context.Context, db interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}) error {
	const few = 500 // rows at a time: there may be one connection, and it reads or writes
	type ref struct{ hash, by any }
	for _, of := range []struct{ read, put string }{
		{`SELECT id, run, data FROM entry WHERE id > ? AND instr(data, ?) > 0 ORDER BY id LIMIT ?`, putBlobRef},
		{`SELECT rowid, key, result FROM kept_result WHERE rowid > ? AND instr(result, ?) > 0 ORDER BY rowid LIMIT ?`, putKeptRef},
	} {
		for last, more := int64(0), true; more; {
			rows, err := db.QueryContext(ctx, of.read, last, blobMark, few)
			if err != nil {
				return fmt.Errorf("find who names which value: %w", err)
			}
			var refs []ref
			for more = false; rows.Next(); more = true {
				var by any
				var data string
				if err := rows.Scan(&last, &by, &data); err != nil {
					rows.Close()
					return fmt.Errorf("find who names which value: %w", err)
				}
				for _, hash := range BlobsIn(data) {
					refs = append(refs, ref{hash, by})
				}
			}
			rows.Close()
			if err := rows.Err(); err != nil {
				return fmt.Errorf("find who names which value: %w", err)
			}
			for _, r := range refs {
				if _, err := db.ExecContext(ctx, of.put, r.hash, r.by); err != nil {
					return fmt.Errorf("note who names a value: %w", err)
				}
			}
		}
	}
	return nil
}

// mendRefs is fillRefs for a file of which a part is missing.
func mendRefs(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, `UPDATE blob SET owner = NULL WHERE owner NOT IN (SELECT id FROM run)`); err != nil {
		return fmt.Errorf("find the owners of values: %w", err)
	}
	return fillRefs(ctx, db)
}
