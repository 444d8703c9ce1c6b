package journal

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Problem is something that Verify found wrong.
type Problem struct {
	Run  run.ID // "" for the file as a whole
	What string
}

// String tells the problem on one line.
func (p Problem) String() string {
	if p.Run == "" {
		return p.What
	}
	return fmt.Sprintf("run %s: %s", p.Run, p.What)
}

// Verify folds every run and compares the tables that index it with what its
// state says. Everything is seen at one moment, so it may be called at any time.
func (r *Reader) Verify(ctx context.Context) ([]Problem, error) {
	var out []Problem
	err := r.db.Snapshot(func(v sqlite.View) error {
		if bad, err := v.Check(); err != nil {
			return err
		} else if bad != "" {
			out = append(out, Problem{What: "the file is damaged: " + bad})
		}
		differs, missing, err := v.ForeignSchema()
		if err != nil {
			return err
		}
		for _, what := range differs {
			out = append(out, Problem{What: what})
		}
		if missing {
			out = append(out, Problem{What: "the runs were not looked at, as a part of the file that tells of them may not be there"})
			return nil
		}
		orphans, err := v.Orphans()
		if err != nil {
			return err
		}
		for table, n := range orphans {
			out = append(out, Problem{What: fmt.Sprintf("%d rows of the table %s belong to something that is not there", n, table)})
		}
		changed, err := changedLibrary(v)
		if err != nil {
			return err
		}
		for _, what := range changed {
			out = append(out, Problem{What: what})
		}
		rows, err := v.Runs(sqlite.RunQuery{})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := ctx.Err(); err != nil {
				return err
			}
			found, err := r.verifyRun(v, row)
			if err != nil {
				return err
			}
			for _, what := range found {
				out = append(out, Problem{Run: run.ID(row.UUID), What: what})
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Run, b.Run), cmp.Compare(a.What, b.What)) })
	return out, Unexpected(err)
}

func (r *Reader) verifyRun(v sqlite.View, row sqlite.Run) (found []string, err error) {
	if row.Damaged != "" {
		return []string{"damaged: " + row.Damaged}, nil
	}
	c, err := r.Load(v, row)
	if damage, ok := errors.AsType[*Damage](err); ok {
		found, err := changed(v, row)
		if err != nil || len(found) == 0 {
			found = []string{damage.Error()}
		}
		for i, what := range found {
			found[i] = "damaged: " + what
		}
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	if got, want := row.Status, string(c.State.Status()); got != want {
		found = append(found, fmt.Sprintf("its row says %s, its journal %s", got, want))
	}
	if outcome, _, _ := c.State.Outcome(); c.State.Status() == run.StatusDone && row.Outcome != string(outcome) {
		found = append(found, fmt.Sprintf("its row says %s, its journal %s", row.Outcome, outcome))
	}
	found = append(found, wrongRow(row, c.State)...)
	wrong, err := wrongLinks(v, row, c.State)
	if err != nil {
		return nil, err
	}
	found = append(found, wrong...)
	have, err := indexed(v, row.Key)
	if err != nil {
		return nil, err
	}
	want := outstanding(c.State)
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if !have[k] {
			found = append(found, k+" is outstanding and has no row")
		}
	}
	for _, k := range slices.Sorted(maps.Keys(have)) {
		if !want[k] {
			found = append(found, k+" has a row and is not outstanding")
		}
	}
	seen := make(map[string]bool)
	for line, err := range v.Journal(row.Key, row.UUID) {
		if err != nil {
			return nil, err
		}
		if len(sqlite.BlobsIn(line.Data)) == 0 {
			continue
		}
		ev, err := Decode(line.Type, line.Data)
		if err != nil {
			return nil, err // it was folded a moment ago
		}
		for hash := range BlobsOf(ev) {
			if seen[hash] {
				continue
			}
			seen[hash] = true
			data, ok, err := v.Blob(hash)
			if err != nil {
				return nil, err
			}
			if !ok {
				found = append(found, fmt.Sprintf("entry %d names value %s, which is not stored", line.Seq, hash))
				continue
			}
			if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hash {
				found = append(found, fmt.Sprintf("entry %d names value %s, which is not as it was stored", line.Seq, hash))
			}
			if noted, err := v.HasBlobRef(hash, row.Key); err != nil {
				return nil, err
			} else if !noted {
				found = append(found, fmt.Sprintf("entry %d names value %s, which an erasure would not know", line.Seq, hash))
			}
		}
	}
	return found, nil
}

// wrongRow names what a run's row says otherwise than the first entry of its journal.
func wrongRow(row sqlite.Run, s *run.State) (found []string) {
	first := s.Start()
	for what, is := range map[string][2]string{
		"name": {row.Name, first.Name}, "path": {row.Path, first.Path}, "flow": {row.Flow, first.Flow},
		"trigger": {row.TriggerKind, first.Trigger.Kind}, "starter": {row.TriggerBy, first.Trigger.By},
		"person who started it": {row.Person, first.Trigger.Person},
	} {
		if is[0] != is[1] {
			found = append(found, fmt.Sprintf("its row says the %s %q, its journal %q", what, is[0], is[1]))
		}
	}
	return found
}

// wrongLinks names the links of a run that are not as its journal says they were made.
func wrongLinks(v sqlite.View, row sqlite.Run, s *run.State) (found []string, err error) {
	rows, err := v.Links(row.Key)
	if err != nil {
		return nil, err
	}
	have := make(map[int64]bool, len(rows))
	for _, l := range rows {
		have[l.ID] = true
		if !s.Minted(l.ID, run.StepID(l.Step), l.Person) {
			found = append(found, fmt.Sprintf("link %d of step %s for %s is not as it was made", l.ID, l.Step, l.Person))
		}
	}
	for _, id := range s.Links() {
		if !have[id] {
			found = append(found, fmt.Sprintf("link %d was made and has no row", id))
		}
	}
	return found, nil
}

// outstanding names what a state waits for and what should have a row.
func outstanding(s *run.State) map[string]bool {
	out := make(map[string]bool)
	for _, cmd := range s.Outstanding() {
		switch cmd := cmd.(type) {
		case run.StartTimer:
			out[fmt.Sprintf("timer %s %s at %s", cmd.Step, cmd.Kind, cmd.At.UTC().Format(time.RFC3339Nano))] = true
		case run.OpenGate:
			out[gateWords(string(cmd.Step), cmd.Required, cmd.Deadline.UnixNano())] = true
		case run.Admit, run.Drop, run.Evaluate, run.Finish, run.Recall, run.StartJob:
			// They have no row.
		}
	}
	return out
}

func gateWords(step string, required int, deadline int64) string {
	return fmt.Sprintf("gate %s for %d until %s", step, required, FromNano(deadline).UTC().Format(time.RFC3339Nano))
}

func indexed(v sqlite.View, key int64) (map[string]bool, error) {
	out := make(map[string]bool)
	timers, err := v.Timers(key)
	if err != nil {
		return nil, err
	}
	for _, t := range timers {
		out[fmt.Sprintf("timer %s %s at %s", t.Step, t.Kind, FromNano(t.At).UTC().Format(time.RFC3339Nano))] = true
	}
	gates, err := v.Gates(key)
	if err != nil {
		return nil, err
	}
	for _, g := range gates {
		out[gateWords(g.Step, g.Required, g.Deadline)] = true
	}
	return out, nil
}
