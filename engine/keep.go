package engine

import (
	"context"
	"strconv"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/maintenance"
	"sluice/engine/internal/usage"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Retain says for how many days what runs leave is kept after their end; for ever, as it
// is at first, where that is 0. A flow may say otherwise for its own runs. What is older
// goes in the background, with all that belongs to it. Open runs stay, what they came from
// and what they started, and what is still to be sent. Code settings.days.
func (e *Engine) Retain(ctx context.Context, r flow.Retention) error {
	texts := make(map[string][]byte)
	for key, days := range map[string]int{maintenance.SettingSucceeded: r.Succeeded, maintenance.SettingOthers: r.Others, maintenance.SettingLogs: r.Logs} {
		switch {
		case days < 0 || days > flow.MostDays:
			return fault.New("settings.days", "Runs can be kept for 1 to 36,500 days, or for ever", "Nothing was changed.")
		case days > 0:
			texts[key] = []byte(strconv.Itoa(days))
		default:
			texts[key] = []byte{}
		}
	}
	err := e.writer.Do(ctx, func(tx *writer.Tx) error {
		for key, text := range texts {
			if err := tx.PutSetting(key, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return journal.Unexpected(err)
	}
	e.maintenance.PruneSoon()
	return nil
}

// Retention is for how many days what runs leave is kept, unless their flows say otherwise.
func (r *Reader) Retention(ctx context.Context) (flow.Retention, error) {
	kept, err := maintenance.Retention(r.db.View)
	return kept, journal.Unexpected(err)
}

// Usage tells what takes how much room in the folder. It takes some seconds where there is
// very much.
func (r *Reader) Usage(ctx context.Context) (run.Usage, error) {
	u, err := usage.Measure(ctx, r.dir, datadir.FileName, r.db.View, time.Now())
	return u, journal.Unexpected(err)
}
