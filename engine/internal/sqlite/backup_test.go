package sqlite

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// largeFile is a file whose copy takes a while.
func largeFile(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "large.db")
	db, err := sql.Open("sqlite", dsn(path, "rwc", "synchronous(off)"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE large (id INTEGER PRIMARY KEY, data BLOB);
		INSERT INTO large (data) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT zeroblob(3000) FROM n`); err != nil {
		t.Fatal(err)
	}
	return path
}

func onlyThere(t *testing.T, dir string, want ...string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, e := range list {
		have = append(have, e.Name())
	}
	if len(have) != len(want) {
		t.Errorf("there are %v, want %v", have, want)
	}
}

// A copy that is stopped, wherever it is, leaves nothing behind.
func TestACopyThatIsStopped(t *testing.T) {
	from, dir := largeFile(t, t.TempDir()), t.TempDir()
	to := filepath.Join(dir, "copy.db")
	for _, at := range []string{"", to + ".part", to + ".part-journal"} {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		if at == "" {
			cancel()
		}
		go func() { done <- Backup(ctx, from, to) }()
		tick := time.NewTicker(time.Millisecond)
		for err := error(nil); ; {
			select {
			case <-tick.C:
				if st, no := os.Stat(at); no == nil && (at != to+".part" || st.Size() > 0) {
					cancel()
				}
				continue
			case err = <-done:
			}
			if !Stopped(ctx, err) {
				t.Errorf("at %q: %v", at, err)
			}
			break
		}
		tick.Stop()
		cancel()
		onlyThere(t, dir)
	}
}

// What one that was killed left goes with the next: the journal of the one is not played
// back into the other.
func TestACopyAfterOneThatWasKilled(t *testing.T) {
	from, dir := largeFile(t, t.TempDir()), t.TempDir()
	to := filepath.Join(dir, "copy.db")
	for _, end := range []string{"", "-journal", "-wal", "-shm"} {
		if err := os.WriteFile(to+".part"+end, []byte("half of it"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Backup(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	onlyThere(t, dir, "copy.db")
}
