package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var hashB = strings.Repeat("b", 64)

func TestBlobsIn(t *testing.T) {
	name := func(h string) string { return `{"sha256":"` + h + `","size":2000}` }
	for _, tt := range []struct {
		data string
		want []string
	}{
		{`{}`, nil},
		{name(hashA), []string{hashA}},
		{`[` + name(hashB) + `,` + name(hashA) + `,` + name(hashB) + `]`, []string{hashB, hashA}},
		{`{"v":"\"sha256\":\"` + hashA + `\""}`, nil}, // a text
		{name(hashA[1:]), nil},
		{name(hashA + "a"), nil},
		{name(strings.ToUpper(hashA)), nil},
		{`{"sha256":"` + hashA, nil},
	} {
		if d := cmp.Diff(tt.want, BlobsIn(tt.data)); d != "" {
			t.Errorf("%s\n%s", tt.data, d)
		}
	}
}

// A value goes with the last run that names it, and the kept results with it.
func TestBlobStaysWhileARunNamesIt(t *testing.T) {
	db := open(t)
	var a, b int64
	write(t, db, func(tx *Tx) (err error) {
		if a, err = addRun(tx, uuidA); err != nil {
			return err
		}
		if b, err = addRun(tx, uuidB); err != nil {
			return err
		}
		return errors.Join(tx.PutBlob(hashA, []byte("x")), tx.PutBlobRef(hashA, a), tx.PutBlobRef(hashA, b), tx.PutBlobRef(hashA, b),
			tx.KeepResult(hashB, `{"sha256":"`+hashA+`"}`, 99, 1), tx.KeepResult(hashA, `{"v":1}`, 99, 1))
	})
	stays := func(blob, kept bool) {
		t.Helper()
		if ok, err := db.HasBlob(hashA); ok != blob || err != nil {
			t.Errorf("the value is there: %v, %v", ok, err)
		}
		if _, ok, err := db.KeptResult(hashB, 1); ok != kept || err != nil {
			t.Errorf("the kept result is there: %v, %v", ok, err)
		}
	}
	write(t, db, func(tx *Tx) error { return tx.DropBlob(hashA, b) })
	stays(true, true)
	write(t, db, func(tx *Tx) error { return tx.DropBlob(hashA, a) })
	stays(false, false)
	if _, ok, err := db.KeptResult(hashA, 1); !ok || err != nil {
		t.Errorf("another kept result is there: %v, %v", ok, err)
	}
}

// What an erasure asks of the file is found by an index, however much else there is.
func TestErasureLooksNothingThrough(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *Tx) error {
		key, err := addRun(tx, uuidA)
		if err != nil {
			return err
		}
		if _, _, err := tx.NextErasure(); err != nil {
			return err
		}
		if _, _, err := tx.RunByKey(key); err != nil {
			return err
		}
		for _, err := range tx.JournalFrom(key, uuidA, 1) {
			if err != nil {
				return err
			}
		}
		return errors.Join(tx.PutErasure(Erasure{Run: key}), tx.RewriteEntry(key, 1, "{}"), tx.SetSum(key, 1, 1), tx.SetEndSum(key, 1),
			tx.PutBlobRef(hashA, key), tx.DropBlob(hashA, key), tx.DeleteErasure(Erasure{Run: key}), tx.DeleteUserStates(key))
	})
	for query := range db.stmts {
		if strings.HasPrefix(query, "BEGIN") || strings.HasPrefix(query, "COMMIT") {
			continue
		}
		for _, line := range plan(t, db, query) {
			// The erasure that is due first is the first of its index.
			if strings.HasPrefix(line, "SCAN") && line != "SCAN e USING INDEX erasure_at" {
				t.Errorf("%s\nlooks through a table: %s", query, line)
			}
		}
	}
}

// plan tells how SQLite would carry a query out.
func plan(t *testing.T, db *DB, query string) (lines []string) {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	rows, err := db.w.QueryContext(context.Background(), `EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, detail)
	}
	return lines
}

// Deletes cost more while they overwrite: that ends with the erasure, also with one
// that failed.
func TestOverwritingEnds(t *testing.T) {
	boom := errors.New("boom")
	for _, fails := range []error{nil, boom} {
		db := open(t)
		setting := func() (n int) {
			if err := db.w.QueryRowContext(context.Background(), `PRAGMA secure_delete`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for range 2 { // the second time its statements are prepared
			err := db.Write(func(tx *Tx) error {
				if _, err := addRun(tx, uuidA); err != nil && fails != nil {
					return err
				}
				return tx.Overwriting(func() error {
					if setting() != 1 {
						t.Error("nothing is overwritten")
					}
					return fails
				})
			})
			if !errors.Is(err, fails) {
				t.Fatal(err)
			}
			if n := setting(); n != 0 {
				t.Errorf("after an erasure that ended with %v secure_delete is %d", fails, n)
			}
		}
	}
}

// In a file of before, who names which value is noted when it is brought up to date,
// also of an entry that cannot be read otherwise; and in a salvaged one once more.
func TestWhoNamesABlobIsNotedInOldFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	old, err := sql.Open("sqlite", dsn(path, "rwc"))
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	for _, q := range append(migrations[:refsSince-1:refsSince-1],
		fmt.Sprintf(`PRAGMA user_version = %d`, refsSince-1),
		fmt.Sprintf(`INSERT INTO flow_version VALUES ('%s', x'7b7d', 1)`, hashA),
		fmt.Sprintf(`INSERT INTO run VALUES (1, '%s', '%s', 'A flow', '', 'sleeping', '', 1, NULL, 'test', '', NULL)`, uuidA, hashA),
		fmt.Sprintf(`INSERT INTO run VALUES (2, '%s', '%s', 'A flow', '', 'sleeping', '', 1, NULL, 'test', '', NULL)`, uuidB, hashA),
		fmt.Sprintf(`INSERT INTO entry (run, seq, at, type, data) VALUES (1, 1, 5, 'Started', '{"sha256":"%s"}')`, hashA),
		fmt.Sprintf(`INSERT INTO entry (run, seq, at, type, data) VALUES (2, 1, 5, 'Started', '{"sha256":"%s"} spoiled')`, hashA),
		fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) INSERT INTO entry (run, seq, at, type, data)
			SELECT 1, i, 5, 'Noted', '{"sha256":"%s","n":' || i || '}' FROM n`, hashA),
		fmt.Sprintf(`INSERT INTO entry (run, seq, at, type, data) VALUES (2, 2, 5, 'Noted', '[{"sha256":"%s"},{"sha256":"%s"}]')`, hashA, hashB),
		fmt.Sprintf(`INSERT INTO blob VALUES ('%s', x'00'), ('%s', x'01')`, hashA, hashB),
		fmt.Sprintf(`INSERT INTO kept_result VALUES ('%s', '{"sha256":"%s"}', 9)`, hashA, hashB),
	) {
		if _, err := old.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a run 1", "a run 2", "b run 2", "b result " + hashA}
	refs := func(db *DB) (out []string) {
		t.Helper()
		err := db.each(func(rows *sql.Rows) error {
			var key int64
			var by string
			err := rows.Scan(&key, &by)
			out = append(out, fmt.Sprintf("%x", uint64(key))[:1]+by)
			return err
		}, `SELECT blob, ' run ' || run FROM blob_ref UNION ALL SELECT blob, ' result ' || key FROM kept_ref`)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if d := cmp.Diff(want, refs(db)); d != "" {
		t.Error(d)
	}
	write(t, db, func(tx *Tx) error {
		return errors.Join(tx.exec(`DELETE FROM blob_ref`), tx.exec(`DELETE FROM kept_ref`))
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "salvaged.db")
	if _, err := Salvage(context.Background(), path, to); err != nil {
		t.Fatal(err)
	}
	if db, err = OpenReader(to); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if d := cmp.Diff(want, refs(db)); d != "" {
		t.Error("salvaged", d)
	}
}
