package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
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

// A value goes with the last run that names it, whoever stored it, and the kept results
// with it.
func TestBlobStaysWhileARunNamesIt(t *testing.T) {
	for _, ownerGoesFirst := range []bool{true, false} {
		db := open(t)
		var owner, other int64
		write(t, db, func(tx *Tx) (err error) {
			if owner, err = addRun(tx, uuidA); err != nil {
				return err
			}
			if other, err = addRun(tx, uuidB); err != nil {
				return err
			}
			if stored, err := tx.PutBlob(hashA, owner, []byte("x")); !stored || err != nil {
				t.Errorf("the value is stored: %v, %v", stored, err)
			}
			if stored, err := tx.PutBlob(hashA, other, []byte("x")); stored || err != nil {
				t.Errorf("the value is stored again: %v, %v", stored, err)
			}
			return errors.Join(tx.PutBlobRef(hashA, other), tx.PutBlobRef(hashA, other),
				tx.KeepResult(hashB, `{"sha256":"`+hashA+`"}`, 99, 1), tx.KeepResult(hashA, `{"v":1}`, 99, 1))
		})
		named := func(run int64, want bool) {
			t.Helper()
			if ok, err := db.HasBlobRef(hashA, run); ok != want || err != nil {
				t.Errorf("run %d names it: %v, %v", run, ok, err)
			}
		}
		stays := func(want bool) {
			t.Helper()
			if ok, err := db.HasBlob(hashA); ok != want || err != nil {
				t.Errorf("the value is there: %v, %v", ok, err)
			}
			if _, ok, err := db.KeptResult(hashB, 1); ok != want || err != nil {
				t.Errorf("the kept result is there: %v, %v", ok, err)
			}
		}
		named(owner, true)
		named(other, true)
		first, last := owner, other
		if !ownerGoesFirst {
			first, last = other, owner
		}
		for range 2 { // a drop of nothing changes nothing
			write(t, db, func(tx *Tx) error { return tx.DropBlob(hashA, first) })
			stays(true)
			named(first, false)
			named(last, true)
		}
		write(t, db, func(tx *Tx) error { return tx.DropBlob(hashA, last) })
		stays(false)
		if _, ok, err := db.KeptResult(hashA, 1); !ok || err != nil {
			t.Errorf("another kept result is there: %v, %v", ok, err)
		}
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
		other, err := addRun(tx, uuidB)
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
		if _, err := tx.PutBlob(hashA, key, []byte("x")); err != nil {
			return err
		}
		if _, err := tx.HasBlobRef(hashA, key); err != nil {
			return err
		}
		return errors.Join(tx.PutErasure(Erasure{Run: key}), tx.RewriteEntry(key, 1, "{}"), tx.SetSum(key, 1, 1), tx.SetEndSum(key, 1),
			tx.PutBlobRef(hashA, other), tx.DropBlob(hashA, key), tx.DropBlob(hashA, other), tx.DeleteErasure(Erasure{Run: key}), tx.DeleteUserStates(key))
	})
	for _, q := range []string{"UPDATE blob ", "DELETE FROM blob ", "DELETE FROM kept_result"} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(db.stmts)), func(s string) bool { return strings.HasPrefix(s, q) }) {
			t.Errorf("nothing begins with %s", q)
		}
	}
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
	want := []string{"aaaa run 1", "aaaa run 2", "bbbb run 2", "bbbb result " + hashA}
	refs := func(db *DB) (out []string) {
		t.Helper()
		err := db.each(func(rows *sql.Rows) error {
			var hash, by string
			err := rows.Scan(&hash, &by)
			out = append(out, hash[:4]+by)
			return err
		}, `SELECT hash, ' run ' || run FROM blob_ref UNION ALL SELECT hash, ' result ' || key FROM kept_ref`)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if d := cmp.Diff(want, refs(db)); d != "" {
		t.Error(d)
	}
	write(t, db, func(tx *Tx) error {
		return errors.Join(tx.exec(`DELETE FROM blob_ref`), tx.exec(`DELETE FROM kept_ref`), tx.exec(`UPDATE blob SET owner = 99`))
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "salvaged.db")
	if _, err := Salvage(context.Background(), path, to, t.TempDir(), nil); err != nil {
		t.Fatal(err)
	}
	if db, err = OpenReader(to); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if d := cmp.Diff(want, refs(db)); d != "" {
		t.Error("salvaged", d)
	}
	for _, hash := range []string{hashA, hashB} {
		if ok, err := db.HasBlobRef(hash, 99); ok || err != nil {
			t.Errorf("a run that is not there owns a value: %v, %v", ok, err)
		}
	}
}
