package sqlite

import (
	"path/filepath"
	"strings"
	"testing"
)

// However many schedules there are, what is due, and what became of it, is looked up.
func TestSchedulesAreLookedUp(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{
		scheduleQuery + `WHERE next <= 1 ORDER BY next LIMIT 0 + 1`,
		scheduleQuery + `WHERE waiting IS NOT NULL ORDER BY waiting`,
		`SELECT next FROM schedule WHERE next IS NOT NULL ORDER BY next LIMIT 1`,
		fireQuery + `WHERE f.state = 'ended' ORDER BY f.at LIMIT 0 + 1`,
		fireQuery + `WHERE f.schedule = 'x' AND f.state = 'started' LIMIT 1`,
		fireQuery + `WHERE f.schedule = 'x' AND f.due < 1 ORDER BY f.due DESC LIMIT 0 + 1`,
	} {
		rows, err := db.pool.Query(`EXPLAIN QUERY PLAN ` + query)
		if err != nil {
			t.Fatal(query, err)
		}
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(detail, "TEMP B-TREE") || strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "USING") {
				t.Errorf("%s: %s", query, detail)
			}
		}
		rows.Close()
	}
}
