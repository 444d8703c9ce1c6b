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
	"sluice/engine/internal/writer"
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
	if err := e.jobs.Recover(); err != nil {
		return err
	}
	damaged, err := e.db.DamagedRuns()
	if err != nil {
		return fmt.Errorf("list the damaged runs: %w", err)
	}
	for _, row := range damaged {
		e.SetCondition(writer.Damaged(run.ID(row.UUID), row.Damaged))
	}
	rows, err := e.db.RunningRuns()
	if err != nil {
		return fmt.Errorf("list the running runs: %w", err)
	}
	for len(rows) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		var batch []func(tx *writer.Tx) error
		for _, row := range rows[:min(len(rows), writer.BatchMax)] {
			batch = append(batch, func(tx *writer.Tx) error { return e.recoverRun(tx, row) })
		}
		var failed error
		for i, err := range e.writer.Inline(batch...) {
			if err != nil && !fault.HasCode(err, journal.CodeDamaged) {
				failed = errors.Join(failed, fmt.Errorf("take up run %s: %w", rows[i].UUID, err))
			}
		}
		if failed != nil {
			return failed
		}
		rows = rows[len(batch):]
	}
	if err := e.sender.Recover(); err != nil {
		return err
	}
	noted := e.writer.Inline(func(tx *writer.Tx) error { return library.NoteOldFlows(tx.Tx) })
	if err := errors.Join(noted...); err != nil {
		return fmt.Errorf("note the versions of flows: %w", err)
	}
	pruned := e.writer.Inline(func(tx *writer.Tx) error { return tx.PruneResults(tx.Now.UnixNano()) })
	if err := errors.Join(pruned...); err != nil {
		return fmt.Errorf("forget the results that have expired: %w", err)
	}
	return errors.Join(e.maintenance.Recover(), e.clock.Recover())
}

// recoverRun takes up one run: what a worker had is lost, what was only queued
// is queued again, and expressions are computed anew.
func (e *Engine) recoverRun(tx *writer.Tx, row sqlite.Run) error {
	id := run.ID(row.UUID)
	r, err := tx.Load(id)
	if err != nil {
		return err
	}
	var begun []run.StartJob
	for _, cmd := range r.State.Outstanding() {
		if cmd, ok := cmd.(run.StartJob); ok && r.State.Began(cmd) {
			begun = append(begun, cmd)
		}
	}
	for _, cmd := range begun {
		err := tx.Apply(r, run.JobLost{Step: cmd.Step, Attempt: cmd.Attempt})
		if err != nil && !errors.Is(err, run.ErrStale) { // the loss of another took it along
			return err
		}
	}
	for _, cmd := range r.State.Outstanding() {
		switch cmd := cmd.(type) {
		case run.StartJob:
			if e.jobs.Made(tx, id, cmd) {
				continue // made a moment ago, by what followed a loss
			}
			more, err := e.jobs.StartJob(tx, r, cmd)
			if err != nil {
				return err
			}
			for _, ev := range more {
				if err := tx.Apply(r, ev); err != nil && !errors.Is(err, run.ErrStale) {
					return err
				}
			}
		case run.Evaluate, run.Admit, run.Recall:
			if ask, ok := cmd.(run.Evaluate); ok && e.evals.Asked(tx, id, ask) {
				continue
			}
			more, err := hands{e}.Carry(tx, r, cmd)
			if err != nil {
				return err
			}
			for _, ev := range more {
				if err := tx.Apply(r, ev); err != nil && !errors.Is(err, run.ErrStale) {
					return err
				}
			}
		case run.Drop, run.Finish, run.OpenGate, run.StartTimer:
			// They are on the disk.
		}
	}
	return nil
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
