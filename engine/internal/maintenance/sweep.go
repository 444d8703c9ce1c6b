package maintenance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"sluice/engine/disk"
	"sluice/engine/run"
)

// Files lie beside the file of the runs: a kill may leave them when their run has gone.
// Also, logs may go sooner than their runs.

// sweepEvery is how often the folders are looked through, unless what says for how long
// things are kept has changed.
const sweepEvery = 24 * time.Hour

// sweep removes files that are kept no longer.
func (p *pass) sweep(ctx context.Context, young int64) error {
	err := disk.EachName(ctx, filepath.Join(p.cfg.Dir, "logs"), func(name string) error {
		id, err := uuid.Parse(name)
		if err != nil || id.String() != name {
			return nil // it is not ours
		}
		row, ok, err := p.cfg.DB.Run(name)
		switch {
		case err != nil:
			return fmt.Errorf("find the run of a log: %w", err)
		case !ok:
			if sec, nsec := id.Time().UnixTime(); id.Version() != 7 || time.Unix(sec, nsec).UnixNano() >= young {
				return nil
			}
		default:
			days := p.rules.of(row).Logs
			if days == 0 || row.Ended == 0 || row.Ended >= p.before(days) || p.family[name] {
				return nil
			}
			if open, err := fromOpen(p.cfg.DB.View, row); open || err != nil {
				return err
			}
		}
		p.removeLogs(run.ID(name))
		return nil
	})
	if err != nil || p.cfg.Outbox == "" {
		return err
	}
	return disk.EachName(ctx, p.cfg.Outbox, func(name string) error {
		stem, mail := strings.CutSuffix(name, ".eml")
		day, id, named := strings.Cut(stem, "-")
		at, err := time.Parse("20060102T150405.000Z", day)
		if !mail || !named || err != nil || at.UnixNano() >= young || uuid.Validate(id) != nil {
			return nil // it is not ours, or young
		}
		_, ok, err := p.cfg.DB.Mail(id)
		if ok || err != nil {
			return err
		}
		if err := os.Remove(filepath.Join(p.cfg.Outbox, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			p.cfg.Log.Warn("remove a mail of the outbox folder", "file", name, "err", err)
		}
		return nil
	})
}
