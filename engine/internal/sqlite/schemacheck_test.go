package sqlite

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The sum by which a start compares is that of what the migrations make.
func TestSchemaSum(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var text string
	if err := db.w.QueryRowContext(t.Context(), schemaText).Scan(&text); err != nil {
		t.Fatal(err)
	}
	if sum := sumOf(text); sum != schemaSum {
		t.Errorf("schemaSum is to be %q", sum)
	}
}

// A file whose schema is not what Sluice makes is not opened for writing, and stays as
// it is; each difference is told.
func TestAForeignSchemaIsRefused(t *testing.T) {
	for _, tt := range []struct {
		spoil   string
		differs []string
		missing bool
	}{
		{`CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM link; END`, []string{"the trigger t is not Sluice's"}, false},
		{`CREATE VIEW vv AS SELECT * FROM run`, []string{"the view vv is not Sluice's"}, false},
		{`CREATE TABLE foo (a); CREATE INDEX ix ON entry (data)`, []string{"the index ix is not Sluice's", "the table foo is not Sluice's"}, false},
		{`DROP TABLE setting`, []string{"the table setting is missing"}, true},
		{`ALTER TABLE run ADD COLUMN zz TEXT`, []string{"the table run is not as Sluice makes it"}, true},
		{`ANALYZE`, nil, false},
	} {
		t.Run(tt.spoil, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			db, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			raw, err := sql.Open("sqlite", dsn(path, "rw"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := raw.Exec(tt.spoil); err != nil {
				t.Fatal(err)
			}
			if err := raw.Close(); err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r, err := OpenReader(path)
			if err != nil {
				t.Fatal(err)
			}
			err = r.Snapshot(func(v View) error {
				differs, missing, err := v.ForeignSchema()
				for _, d := range tt.differs {
					if !slices.Contains(differs, d) {
						t.Errorf("told %q, not %q", differs, d)
					}
				}
				if missing != tt.missing || len(tt.differs) == 0 && len(differs) > 0 {
					t.Errorf("told %q, missing %v", differs, missing)
				}
				return err
			})
			if err := errors.Join(err, r.Close()); err != nil {
				t.Fatal(err)
			}
			db, err = Open(path)
			if tt.differs == nil {
				if err != nil {
					t.Fatal(err)
				}
				db.Close()
				return
			}
			if foreign, ok := errors.AsType[*SchemaError](err); !ok || !slices.Contains(foreign.Differs, tt.differs[0]) {
				t.Errorf("Open = %v", err)
			}
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, before) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

// A start compares the schema each time, so that has to cost next to nothing.
func BenchmarkSchemaCheck(b *testing.B) {
	db, err := Open(filepath.Join(b.TempDir(), "a.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for b.Loop() {
		if err := asMade(db.pool); err != nil {
			b.Fatal(err)
		}
	}
}
