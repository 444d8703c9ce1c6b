package schedule

import (
	"os"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
)

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// upTo lists the next times as their texts.
func (c *Cron) upTo(n int, after time.Time, zone *time.Location) (out []string) {
	for range n {
		next := c.Next(after, zone)
		if next.IsZero() {
			return append(out, "never")
		}
		out = append(out, next.UTC().Format(time.RFC3339))
		after = next
	}
	return out
}

// What Windmill's own libraries answer, with a repeated hour counted once as they do.
func TestDialectsAreWindmills(t *testing.T) {
	table, err := os.ReadFile("testdata/dialects.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(table)) {
		col := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		d, text, want := V1, col[1], strings.Fields(col[4])
		if col[0] == "v2" {
			d = V2
		}
		zone, err := Zone(col[2])
		if err != nil {
			t.Fatal(err)
		}
		c, err := Parse(text, d)
		if want[0] == "ERROR" {
			if !fault.HasCode(err, "schedule.cron") {
				t.Errorf("%s %q: %v, want an error", col[0], text, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s %q: %v", col[0], text, err)
			continue
		}
		c.once = true
		if got := c.upTo(len(want), instant(t, col[3]), zone); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s %q in %s from %s\n got %s\nwant %s", col[0], text, col[2], col[3], got, want)
		}
	}
	if rows < 318 {
		t.Errorf("only %d rows were tried", rows)
	}
}
