package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"sluice/engine/run"
)

// Whatever of a journal was changed on the disk is found, by its entry, and nothing
// is done by what it says.
func TestChangedEntriesAreFound(t *testing.T) {
	for name, change := range map[string]string{
		"a byte":                  `UPDATE entry SET data = replace(data, '{', '{ ') WHERE seq = 4`,
		"a time":                  `UPDATE entry SET at = at + 1 WHERE seq = 4`,
		"the sum":                 `UPDATE entry SET sum = sum + 1 WHERE seq = 4`,
		"no sum":                  `UPDATE entry SET sum = NULL WHERE seq = 4`,
		"two in another order":    `UPDATE entry SET seq = CASE seq WHEN 4 THEN 5 WHEN 5 THEN 4 ELSE seq END + 1000 WHERE seq > 3; UPDATE entry SET seq = seq - 1000 WHERE seq > 1000`,
		"one of another run":      `UPDATE entry SET data = (SELECT e.data FROM entry e WHERE e.run <> entry.run AND e.seq = 4) WHERE seq = 4`,
		"the version of the flow": `UPDATE flow_version SET data = CAST(replace(CAST(data AS TEXT), '"a"', '"b"') AS BLOB)`,
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t).open()
			f.world.Script("a", func(_ context.Context, j run.Job) (any, error) { return "first " + string(j.Run), nil })
			other := f.start(script("a", ""), script("b", ""))
			f.untilDone(other)
			id := f.start(script("a", ""), script("b", ""))
			f.untilDone(id)
			dir := f.cfg.Dir
			f.stop()
			one := strings.ReplaceAll(change, "WHERE seq", "WHERE run = (SELECT id FROM run WHERE uuid = '"+string(id)+"') AND seq")
			damage(t, dir, one)
			f.Engine = nil
			r, err := OpenReader(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			found, err := r.Verify(bg)
			if err != nil {
				t.Fatal(err)
			}
			all := fmt.Sprint(found)
			if !strings.Contains(all, string(id)) || name != "the version of the flow" && (!strings.Contains(all, "entry 4") || strings.Contains(all, string(other))) {
				t.Errorf("found %s", all)
			}
		})
	}
}
