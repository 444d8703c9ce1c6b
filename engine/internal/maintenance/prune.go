package maintenance

import (
	"context"
	"fmt"
	"os"
	"time"

	"sluice/engine/internal/logs"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// Runs that have ended are kept for ever, unless the settings or their flows say for how
// many days: then they go, with their journals, values, mails, links and logs, and the file
// becomes smaller. An open run never does, nor what it came from, nor what it started, nor
// what is still to be sent.

const (
	pruneEvery = 6 * time.Hour
	pruneLook  = 500 // runs that are read at a time
	pruneBatch = 40  // runs of one commit
	// pruneMost is how long a commit may take to be made. Where others wait for it, it ends
	// with what it has begun.
	pruneMost = 3 * time.Millisecond
	// pruneRest is how much longer than a commit the next one waits: votes and steps come
	// first.
	pruneRest = 3

	// spare is how many free pages stay in the file: what is written next takes them. With
	// few of them, too, the next one to be cut off is soon found among them.
	spare = 256
	// giveStep is how many pages are given back between two looks at the clock.
	giveStep = 8
)

// prune lets old runs go, from time to time.
func (m *Maintenance) prune(ctx context.Context) {
	for ctx.Err() == nil {
		err := m.pruneOld(ctx)
		if err == nil {
			err = m.giveBack(ctx)
		}
		if err != nil && ctx.Err() == nil {
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

// PruneSoon has old runs go now, or no more of them, as what says so has changed.
func (m *Maintenance) PruneSoon() {
	m.changed.Add(1)
	select {
	case m.pruneNow <- struct{}{}:
	default:
	}
}

// pass goes through the runs once, the oldest first.
type pass struct {
	*Maintenance
	rules     rules
	family    family
	answering map[int64]bool
	now       time.Time
	gone      int
}

// before is the time before which what has ended goes, if it is kept for some days.
func (p *pass) before(days int) int64 { return p.now.AddDate(0, 0, -days).UnixNano() }

// pageDays is for how long the run of a form is kept at least: by it what was sent is known
// when it comes again, from a page that may be sent for a day.
const pageDays = 2

// due reports whether a run is kept no longer.
func (p *pass) due(row sqlite.Run) bool {
	if row.TriggerKind == run.TriggerForm && row.Started >= p.before(pageDays) {
		return false
	}
	days := p.rules.of(row).Of(succeeded(row))
	return days > 0 && row.Ended < p.before(days) && !p.family[row.UUID] && !p.answering[row.Key]
}

// pruneOld goes through the runs once.
func (m *Maintenance) pruneOld(ctx context.Context) error {
	began := m.changed.Load()
	p := pass{Maintenance: m, now: m.cfg.Wall()}
	var err error
	if p.rules, err = readRules(m.cfg.DB.View); err != nil {
		return err
	}
	shortest := p.rules.shortest()
	if shortest == 0 {
		return nil
	}
	if p.family, err = readFamily(m.cfg.DB.View); err != nil {
		return err
	}
	if p.answering, err = m.cfg.DB.Answering(p.now.UnixNano()); err != nil {
		return fmt.Errorf("find what answers deliveries: %w", err)
	}
	young := p.before(shortest)
	for after := int64(0); ctx.Err() == nil && m.changed.Load() == began; {
		rows, last, begun, more, err := m.cfg.DB.EndedRuns(after, pruneLook)
		if err != nil {
			return fmt.Errorf("list the runs that have ended: %w", err)
		}
		after = last
		old := rows[:0]
		for _, r := range rows {
			if p.due(r) {
				old = append(old, r)
			}
		}
		for len(old) > 0 && ctx.Err() == nil && m.changed.Load() == began {
			n, err := p.some(ctx, old)
			if err != nil {
				return err
			}
			old = old[n:]
		}
		if !more || begun > young { // who began later has not ended before
			break
		}
	}
	if p.gone > 0 {
		m.cfg.Log.Info("old runs went", "runs", p.gone)
		m.unnamed = true
	}
	if ctx.Err() != nil || m.changed.Load() != began {
		return nil
	}
	if m.swept.IsZero() || p.now.Sub(m.swept).Abs() >= sweepEvery || m.sweptAt != began {
		if err := p.sweep(ctx, young); err != nil {
			return err
		}
		m.swept, m.sweptAt = p.now, began
	}
	if m.unnamed {
		if err := m.emptyVersions(ctx); err != nil {
			return err
		}
		m.unnamed = false
	}
	return nil
}

// some lets the first of some runs go, as many as one commit may hold, and tells of how
// many that was decided.
func (p *pass) some(ctx context.Context, old []sqlite.Run) (n int, err error) {
	begun := time.Now()
	var gone []string
	err = p.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		begun, gone, n = time.Now(), gone[:0], 0
		if err := give(tx, begun, pruneMost/2); err != nil {
			return err
		}
		for n < min(len(old), pruneBatch) && (n == 0 || !late(tx, begun, pruneMost)) {
			r := old[n]
			n++
			if wanted, err := tx.Wanted(r); wanted || err != nil {
				if err != nil {
					return err
				}
				continue
			}
			if open, err := fromOpen(tx.View, r); open || err != nil {
				if err != nil {
					return err
				}
				continue
			}
			if err := tx.DeleteRun(r); err != nil {
				return fmt.Errorf("let run %s go: %w", r.UUID, err)
			}
			tx.Forget(run.ID(r.UUID))
			gone = append(gone, r.UUID)
		}
		tx.After(p.cfg.Gone)
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(gone) > 0 {
		p.cfg.Writer.Rewritten()
	}
	for _, id := range gone {
		p.cfg.Journal.Forget(run.ID(id))
		p.removeLogs(run.ID(id))
	}
	p.gone += len(gone)
	rest(ctx, begun)
	return n, nil
}

// removeLogs removes what the steps of a run printed.
func (m *Maintenance) removeLogs(id run.ID) {
	dir, err := logs.Folder(m.cfg.Dir, id)
	if err == nil {
		err = os.RemoveAll(dir)
	}
	if err != nil {
		m.cfg.Log.Warn("remove the logs of a run", "run", id, "err", err)
	}
}

// late reports whether a commit should end.
func late(tx *writer.Tx, begun time.Time, most time.Duration) bool {
	return tx.Awaited() || time.Since(begun) > most
}

// rest waits after a commit.
func rest(ctx context.Context, begun time.Time) {
	t := time.NewTimer(pruneRest * time.Since(begun))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// give gives free pages back for some time.
func give(tx *writer.Tx, begun time.Time, most time.Duration) error {
	room, err := tx.Room()
	if err != nil || !room.Shrinks {
		return err
	}
	for free := room.Free; free > spare && !late(tx, begun, most); free -= giveStep {
		if err := tx.GiveBack(giveStep); err != nil {
			return fmt.Errorf("make the file smaller: %w", err)
		}
	}
	return nil
}

// giveBack gives all free pages back but some.
func (m *Maintenance) giveBack(ctx context.Context) error {
	first := int64(0)
	for ctx.Err() == nil {
		room, err := m.cfg.DB.Room()
		if err != nil || !room.Shrinks {
			return err
		}
		first = max(first, room.Pages)
		if room.Free <= spare {
			if room.Pages < first {
				m.cfg.Log.Info("the file became smaller", "pages", first-room.Pages)
			}
			return nil
		}
		begun := time.Now()
		err = m.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
			begun = time.Now()
			if err := tx.GiveBack(giveStep); err != nil {
				return fmt.Errorf("make the file smaller: %w", err)
			}
			return give(tx, begun, pruneMost)
		})
		if err != nil {
			return err
		}
		rest(ctx, begun)
	}
	return nil
}

// emptyVersions empties the versions of flows with which no run was started any more.
func (m *Maintenance) emptyVersions(ctx context.Context) error {
	unused, last, err := m.cfg.DB.UnusedVersions(ctx)
	if err != nil {
		return fmt.Errorf("find the versions that no run has: %w", err)
	}
	for _, hash := range unused {
		begun := time.Now()
		if err := m.cfg.Writer.Do(ctx, func(tx *writer.Tx) error { return tx.EmptyVersion(hash, last) }); err != nil {
			return err
		}
		rest(ctx, begun)
	}
	return nil
}
