package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// Whatever of a journal was changed on the disk is found, by its entry, and nothing
// is done by what it says.
func TestChangedEntriesAreFound(t *testing.T) {
	for name, c := range map[string]struct{ change, says string }{
		"a byte":                  {`UPDATE entry SET data = replace(data, '{', '{ ') WHERE seq = 4`, "entry 4"},
		"a time":                  {`UPDATE entry SET at = at + 1 WHERE seq = 4`, "entry 4"},
		"the sum":                 {`UPDATE entry SET sum = sum + 1 WHERE seq = 4`, "entry 4"},
		"no sum":                  {`UPDATE entry SET sum = NULL WHERE seq = 4`, "entry 4"},
		"two in another order":    {`UPDATE entry SET seq = CASE seq WHEN 4 THEN 5 WHEN 5 THEN 4 ELSE seq END + 1000 WHERE seq > 3; UPDATE entry SET seq = seq - 1000 WHERE seq > 1000`, "entry 4"},
		"one of another run":      {`UPDATE entry SET data = (SELECT e.data FROM entry e WHERE e.run <> entry.run AND e.seq = 4) WHERE seq = 4`, "entry 4"},
		"the last entry":          {`DELETE FROM entry WHERE seq = (SELECT MAX(seq) FROM entry)`, "its journal ends at entry"},
		"all sums":                {`UPDATE entry SET sum = NULL WHERE seq > 0`, "has lost its sum"},
		"its own row":             {`PRAGMA foreign_keys = off; DELETE FROM run WHERE uuid = 'ID'`, "5 rows of the table entry belong to"},
		"the version of the flow": {`UPDATE flow_version SET data = CAST(replace(CAST(data AS TEXT), '"a"', '"b"') AS BLOB)`, "flow version"},
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
			one := strings.ReplaceAll(c.change, "WHERE seq", "WHERE run = (SELECT id FROM run WHERE uuid = '"+string(id)+"') AND seq")
			damage(t, dir, strings.ReplaceAll(one, "'ID'", "'"+string(id)+"'"))
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
			if name != "its own row" && !strings.Contains(all, string(id)) || !strings.Contains(all, c.says) || name != "the version of the flow" && strings.Contains(all, string(other)) {
				t.Errorf("found %s", all)
			}
		})
	}
}

// A vote that is missing is noticed also while nothing else came of it, and each changed
// entry is named, not only the first.
func TestMissingVoteIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		want   []string
	}{
		"the vote is gone":    {`DELETE FROM entry WHERE type = 'DecisionMade'`, []string{"there were at least"}},
		"it says another way": {`UPDATE entry SET data = replace(data, 'true', 'false') WHERE type = 'DecisionMade'`, []string{"is not as it was written"}},
		"two entries":         {`UPDATE entry SET at = at + 1 WHERE seq IN (2, 4)`, []string{"entry 2 is not", "entry 4 is not"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t).open()
			id := f.start(script("a", gate2), script("b", ""))
			f.untilWaiting(id)
			erik := f.link(id, "a", "erik@acme.example")
			if _, err := f.Vote(bg, f.link(id, "a", "dana@acme.example"), run.Decision{Approve: true}); err != nil {
				t.Fatal(err)
			}
			dir := f.cfg.Dir
			f.crash()
			damage(t, dir, c.change)
			f.open()
			defer func() { f.stop(); f.Engine = nil }() // what is damaged was told
			found, err := f.Verify(bg)
			if err != nil {
				t.Fatal(err)
			}
			all := fmt.Sprint(found)
			for _, want := range c.want {
				if !strings.Contains(all, want) || !strings.Contains(all, string(id)) {
					t.Errorf("found %s, want %q", all, want)
				}
			}
			if _, err := f.Vote(bg, erik, run.Decision{Approve: true}); !fault.HasCode(err, journal.CodeDamaged) {
				t.Errorf("a vote in a run of which a vote is missing: %v", err)
			}
		})
	}
}

// A row of a link that was changed, or is gone, is told; and nobody votes by it in the
// name of somebody who was never asked.
func TestLinksThatWereChanged(t *testing.T) {
	for name, c := range map[string]struct{ change, says string }{
		"for another person": {`UPDATE link SET person = 'boss@acme.example' WHERE person LIKE 'dana%'`, "is not as it was made"},
		"of another step":    {`UPDATE link SET step = 'b' WHERE person LIKE 'dana%'`, "is not as it was made"},
		"gone":               {`DELETE FROM link WHERE person LIKE 'dana%'`, "was made and has no row"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t).open()
			id := f.start(script("a", gate1), script("b", gate1))
			f.untilWaiting(id)
			dana := f.link(id, "a", "dana@acme.example")
			dir := f.cfg.Dir
			f.crash()
			damage(t, dir, c.change)
			f.open()
			defer func() { f.stop(); f.Engine = nil }() // what is damaged was told
			found, err := f.Verify(bg)
			if err != nil {
				t.Fatal(err)
			}
			if all := fmt.Sprint(found); !strings.Contains(all, c.says) || !strings.Contains(all, string(id)) {
				t.Errorf("found %s", all)
			}
			if _, err := f.Vote(bg, dana, run.Decision{Approve: true}); !fault.HasCode(err, "link.unknown") {
				t.Errorf("a vote by it: %v", err)
			}
			if n := f.count(id, "DecisionMade"); n != 0 {
				t.Errorf("%d votes", n)
			}
		})
	}
}
