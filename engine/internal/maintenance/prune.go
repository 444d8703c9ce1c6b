package maintenance

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"sluice/engine/internal/logs"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Runs that have ended are kept for ever, unless a setting says for how many days: then
// they go, with their journals, values, mails, links and logs. An open run never does, nor
// what is still to be sent.

// SettingKeep is the name of the setting: a number of days, "" for ever.
const SettingKeep = "runs.keep_days"

const (
	pruneEvery = 6 * time.Hour
	pruneBatch = 40 // runs of one commit
	pruneLook  = 500
	// pruneRest is how much longer than a batch takes the next one waits: votes and steps
	// come first.
	pruneRest = 3
)

// prune lets old runs go, from time to time.
func (m *Maintenance) prune(ctx context.Context) {
	for ctx.Err() == nil {
		if err := m.pruneOld(ctx); err != nil && ctx.Err() == nil {
			m.cfg.Log.Error("let old runs go", "err", err)
		}
		t := time.NewTimer(pruneEvery)
		select {
		case <-t.C:
		case <-m.pruneNow:
			t.Stop()
		case <-ctx.Done():
			t.Stop()
		}
	}
}

// PruneSoon has old runs go now, as the setting has changed.
func (m *Maintenance) PruneSoon() {
	select {
	case m.pruneNow <- struct{}{}:
	default:
	}
}

// keep is for how long runs are kept; ok is false for ever.
func (m *Maintenance) keep() (d time.Duration, ok bool, err error) {
	b, _, err := m.cfg.DB.Setting(SettingKeep)
	if err != nil {
		return 0, false, fmt.Errorf("read for how long runs are kept: %w", err)
	}
	days, err := strconv.Atoi(string(b))
	if err != nil || days < 1 {
		return 0, false, nil
	}
	return time.Duration(days) * 24 * time.Hour, true, nil
}

// pruneOld goes through the runs once, the oldest first.
func (m *Maintenance) pruneOld(ctx context.Context) error {
	keep, ok, err := m.keep()
	if err != nil || !ok {
		return err
	}
	before := m.cfg.Wall().Add(-keep).UnixNano()
	gone := 0
	for after := int64(0); ctx.Err() == nil; {
		rows, last, began, more, err := m.cfg.DB.EndedRuns(after, pruneLook)
		if err != nil {
			return fmt.Errorf("list the runs that have ended: %w", err)
		}
		after = last
		for len(rows) > 0 && ctx.Err() == nil {
			batch := rows[:min(len(rows), pruneBatch)]
			rows = rows[len(batch):]
			n, err := m.pruneRuns(ctx, batch, before)
			if err != nil {
				return err
			}
			gone += n
		}
		if !more || began > before { // who began later has not ended before
			break
		}
	}
	if gone == 0 || ctx.Err() != nil {
		return nil
	}
	m.cfg.Log.Info("old runs went", "runs", gone, "days", int(keep/(24*time.Hour)))
	return m.cfg.Writer.Do(ctx, func(tx *writer.Tx) error { return tx.DropVersions() })
}

// pruneRuns lets those of a batch go that ended before a time.
func (m *Maintenance) pruneRuns(ctx context.Context, batch []sqlite.Run, before int64) (n int, err error) {
	var old []sqlite.Run
	for _, r := range batch {
		if r.Ended < before {
			old = append(old, r)
		}
	}
	if len(old) == 0 {
		return 0, nil
	}
	begun := time.Now()
	var gone []string
	err = m.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		gone = gone[:0]
		for _, r := range old {
			if wanted, err := tx.Wanted(r.Key, tx.Now.UnixNano()); err != nil {
				return err
			} else if wanted {
				continue
			}
			if err := tx.DeleteRun(r); err != nil {
				return fmt.Errorf("let run %s go: %w", r.UUID, err)
			}
			tx.Forget(run.ID(r.UUID))
			gone = append(gone, r.UUID)
		}
		tx.After(m.cfg.Gone)
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(gone) > 0 {
		m.cfg.Writer.Rewritten()
	}
	for _, id := range gone {
		m.cfg.Journal.Forget(run.ID(id))
		if dir, err := logs.Folder(m.cfg.Dir, run.ID(id)); err == nil {
			if err := os.RemoveAll(dir); err != nil {
				m.cfg.Log.Warn("remove the logs of a run", "run", id, "err", err)
			}
		}
	}
	rest := time.NewTimer(pruneRest * time.Since(begun))
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
	}
	return len(gone), nil
}
