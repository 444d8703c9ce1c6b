package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// recoverAll takes up what an earlier process left. It looks only at the runs
// to which something was to happen at once; those that wait for people or time
// cost nothing. It runs before the loop does.
func (e *Engine) recoverAll(ctx context.Context) error {
	if e.cfg.Held != nil {
		if err := e.cfg.Held(e.cfg.Dir); err != nil { // a full disk is no reason not to start
			e.log.Warn("end what an earlier process left", "err", err)
		}
	}
	if err := e.clearWork(); err != nil {
		return err
	}
	damaged, err := e.db.DamagedRuns()
	if err != nil {
		return fmt.Errorf("list the damaged runs: %w", err)
	}
	for _, row := range damaged {
		e.SetCondition(damagedCondition(run.ID(row.UUID), row.Damaged))
	}
	rows, err := e.db.RunningRuns()
	if err != nil {
		return fmt.Errorf("list the running runs: %w", err)
	}
	for len(rows) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		var batch []*input
		var failed error
		for _, row := range rows[:min(len(rows), batchMax)] {
			batch = append(batch, &input{
				apply: func(t *turn) error { return t.recoverRun(row) },
				done: func(err error) {
					if err != nil && !fault.HasCode(err, journal.CodeDamaged) {
						failed = errors.Join(failed, fmt.Errorf("take up run %s: %w", row.UUID, err))
					}
				},
			})
		}
		rows = rows[len(batch):]
		if e.process(batch); failed != nil {
			return failed
		}
	}
	if err := e.recoverMail(); err != nil {
		return err
	}
	if err := e.now(func(t *turn) error { return library.NoteOldFlows(t.tx) }); err != nil {
		return fmt.Errorf("note the versions of flows: %w", err)
	}
	if err := e.clearShared(); err != nil {
		return err
	}
	if err := e.now(func(t *turn) error { return t.tx.PruneResults(t.now.UnixNano()) }); err != nil {
		return fmt.Errorf("forget the results that have expired: %w", err)
	}
	if next, ok, err := e.db.NextErasure(); err != nil {
		return fmt.Errorf("read the erasures: %w", err)
	} else if ok {
		e.timers.noteErasure(journal.FromNano(next.At))
	}
	at, ok, err := e.db.NextTimer()
	if err != nil {
		return fmt.Errorf("read the timers: %w", err)
	}
	if ok {
		e.timers.note(journal.FromNano(at))
	}
	return nil
}

// recoverRun takes up one run: what a worker had is lost, what was only queued
// is queued again, and expressions are computed anew.
func (t *turn) recoverRun(row sqlite.Run) error {
	id := run.ID(row.UUID)
	c, err := t.state(id)
	if err != nil {
		return err
	}
	var begun []run.StartJob
	for _, cmd := range c.State.Outstanding() {
		if cmd, ok := cmd.(run.StartJob); ok && c.State.Began(cmd) {
			begun = append(begun, cmd)
		}
	}
	for _, cmd := range begun {
		err := t.applyTo(c, run.JobLost{Step: cmd.Step, Attempt: cmd.Attempt})
		if err != nil && !errors.Is(err, run.ErrStale) { // the loss of another took it along
			return err
		}
	}
	for _, cmd := range c.State.Outstanding() {
		switch cmd := cmd.(type) {
		case run.StartJob:
			key := jobKey{id, cmd.Step, cmd.Attempt}
			if t.jobs[key] != nil {
				continue // made a moment ago, by what followed a loss
			}
			more, err := t.startJob(c, cmd)
			if err != nil {
				return err
			}
			for _, ev := range more {
				if err := t.applyTo(c, ev); err != nil && !errors.Is(err, run.ErrStale) {
					return err
				}
			}
		case run.Evaluate, run.Admit, run.Recall:
			if ask, ok := cmd.(run.Evaluate); ok && t.asked(id, ask) {
				continue
			}
			more, err := t.carry(c, cmd)
			if err != nil {
				return err
			}
			for _, ev := range more {
				if err := t.applyTo(c, ev); err != nil && !errors.Is(err, run.ErrStale) {
					return err
				}
			}
		case run.Drop, run.Finish, run.OpenGate, run.StartTimer:
			// They are on the disk.
		}
	}
	return nil
}

// asked reports whether an evaluation is already on its way out of this turn.
func (t *turn) asked(id run.ID, cmd run.Evaluate) bool {
	key := evaluation{run: id, cmd: cmd}.key()
	for _, ev := range t.evals {
		if ev.key() == key {
			return true
		}
	}
	return false
}

// crashHook makes the process kill itself right before or right after its n-th
// commit about runs, as SLUICE_CRASH_AT says: "before:7", "after:7". Crash tests
// set it; nothing else does.
func crashHook(at string) func(before bool, n int) error {
	when, num, ok := strings.Cut(at, ":")
	n, err := strconv.Atoi(num)
	if !ok || err != nil || when != "before" && when != "after" {
		return nil
	}
	return func(before bool, commit int) error {
		if commit == n && before == (when == "before") {
			killSelf()
		}
		return nil
	}
}

// killSelf ends the process as kill -9 does: nothing is flushed or deferred.
func killSelf() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		_ = p.Kill() // what follows is for systems where it takes a moment
	}
	os.Exit(137)
}
