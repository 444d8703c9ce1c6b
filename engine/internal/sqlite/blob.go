package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// A blob is a large value that entries name by its hash, and kept results. The table
// blob_ref says which runs do, and kept_ref which results, so that an erasure knows who
// else needs a value without reading the journal. A row comes with the first entry of a
// run that names the blob, in the same commit; it goes with the erasure of the last.
// Both name the blob by its key: an index of whole hashes would take more room than some
// of the values. Of two blobs that share a key none goes before both are free.

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

// BlobKey is what the tables of references know a blob by: the first eight bytes of its
// hash, a SHA-256 in hexadecimal.
func BlobKey(hash string) int64 {
	n, _ := strconv.ParseUint(hash[:min(16, len(hash))], 16, 64) // what is no hash is no blob's
	return int64(n)
}

// PutBlob stores a value under its hash; one that is there stays.
func (tx *Tx) PutBlob(hash string, data []byte) error {
	return tx.exec(`INSERT INTO blob (hash, data) VALUES (?, ?) ON CONFLICT DO NOTHING`, hash, data)
}

// PutBlobRef notes that an entry of a run names a value.
func (tx *Tx) PutBlobRef(hash string, run int64) error {
	return tx.exec(putBlobRef, BlobKey(hash), run)
}

const (
	putBlobRef = `INSERT INTO blob_ref (blob, run) VALUES (?, ?) ON CONFLICT DO NOTHING`
	putKeptRef = `INSERT INTO kept_ref (blob, key) VALUES (?, ?) ON CONFLICT DO NOTHING`
)

// HasBlobRef reports whether it is noted that a run names a value.
func (v View) HasBlobRef(hash string, run int64) (bool, error) {
	var n int
	return v.one([]any{&n}, `SELECT 1 FROM blob_ref WHERE blob = ? AND run = ?`, BlobKey(hash), run)
}

// DropBlob says that no entry of a run names a value any more. One that no other run
// names is removed, with the kept results that it is part of.
func (tx *Tx) DropBlob(hash string, run int64) error {
	tx.touch()
	key := BlobKey(hash)
	if err := tx.exec(`DELETE FROM blob_ref WHERE blob = ? AND run = ?`, key, run); err != nil {
		return err
	}
	var n int
	if used, err := tx.one([]any{&n}, `SELECT 1 FROM blob_ref WHERE blob = ? LIMIT 1`, key); used || err != nil {
		return err
	}
	err := tx.exec(`DELETE FROM kept_result WHERE key IN (SELECT key FROM kept_ref WHERE blob = ?) AND instr(result, ?) > 0`, key, hash)
	if err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM kept_ref WHERE blob = ?`, key); err != nil {
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
	type ref struct{ blob, by any }
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
					refs = append(refs, ref{BlobKey(hash), by})
				}
			}
			rows.Close()
			if err := rows.Err(); err != nil {
				return fmt.Errorf("find who names which value: %w", err)
			}
			for _, r := range refs {
				if _, err := db.ExecContext(ctx, of.put, r.blob, r.by); err != nil {
					return fmt.Errorf("note who names a value: %w", err)
				}
			}
		}
	}
	return nil
}
