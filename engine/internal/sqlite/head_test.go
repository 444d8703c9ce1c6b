package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
)

// Which version made a file is told by its tables, whatever number its head has.
func TestTablesTellTheVersion(t *testing.T) {
	for want := 1; want <= Version; want++ {
		for _, said := range []int{want, 0, -1, want - 1, want ^ 1, want + 256} {
			db, err := sql.Open("sqlite", dsn(filepath.Join(t.TempDir(), "made.db"), "rwc"))
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range append(migrations[:want:want], fmt.Sprintf(`PRAGMA user_version = %d`, said)) {
				if _, err := db.Exec(q); err != nil {
					t.Fatal(err)
				}
			}
			if got, listed, err := whose(context.Background(), db); got != want || !listed || err != nil {
				t.Errorf("version %d that says %d: %d, %t, %v", want, said, got, listed, err)
			}
			db.Close()
		}
	}
}
