package sqlite

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that was made without a map of its pages gets one when it is opened, with all that
// is in it; a large one only where much of it is free.
func TestAFileFromBeforeCanShrink(t *testing.T) {
	for _, tt := range []struct {
		name         string
		rows, delete int // of 64 kB
		shrinks      bool
	}{
		{"small", 10, 0, true},
		{"large and full", 1200, 100, false},
		{"large, and much is free", 1200, 900, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			db, err := sql.Open("sqlite", dsn(path, "rwc", "synchronous(off)"))
			if err != nil {
				t.Fatal(err)
			}
			db.SetMaxOpenConns(1)
			for _, m := range migrations {
				if _, err := db.Exec(m); err != nil {
					t.Fatal(err)
				}
			}
			big := strings.Repeat("x", 64<<10)
			if _, err := db.Exec(`PRAGMA user_version = 7; BEGIN`); err != nil {
				t.Fatal(err)
			}
			for i := range tt.rows {
				if _, err := db.Exec(`INSERT INTO kept_file VALUES (?, ?)`, string(rune('a'+i)), []byte(big)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := db.Exec(`COMMIT; DELETE FROM kept_file WHERE rowid <= ?`, tt.delete); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			before, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time it is as it was
				ours, err := Open(path)
				if err != nil {
					t.Fatal(err)
				}
				room, err := ours.Room()
				if err != nil || room.Shrinks != tt.shrinks || tt.shrinks && room.Free > 0 {
					t.Errorf("%+v, %v", room, err)
				}
				if bad, err := ours.Check(); bad != "" || err != nil {
					t.Errorf("%s, %v", bad, err)
				}
				var n int
				if _, err := ours.one([]any{&n}, `SELECT COUNT(*) FROM kept_file WHERE length(data) = 65536`); err != nil || n != tt.rows-tt.delete {
					t.Errorf("%d rows, %v", n, err)
				}
				if err := ours.Close(); err != nil {
					t.Fatal(err)
				}
			}
			after, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if freed := before.Size() - after.Size(); tt.delete == 900 && freed < 50<<20 {
				t.Errorf("%d bytes were given back", freed)
			}
		})
	}
}
