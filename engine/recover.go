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

// takeUp takes up what an earlier process left. It looks only at the runs
// to which something was to happen at once; those that wait for people or time
// cost nothing. It runs before the writer is started.
func (p *parts) takeUp(ctx context.Context) error {
	if p.cfg.Held != nil {
		if err := p.cfg.Held(p.cfg.Dir); err != nil { // a full disk is no reason not to start
			p.log.Warn("end what an earlier process left", "err", err)
		}
	}
	if err := p.jobs.Recover(); err != nil {
		return err
	}
	damaged, err := p.file.DamagedRuns()
	if err != nil {
		return fmt.Errorf("list the damaged runs: %w", err)
	}
	for _, row := range damaged {
		p.book.SetCondition(writer.Damaged(run.ID(row.UUID), row.Damaged))
	}
	rows, err := p.file.RunningRuns()
	if err != nil {
		return fmt.Errorf("list the running runs: %w", err)
	}
	for len(rows) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		var batch []func(tx *writer.Tx) error
		for _, row := range rows[:min(len(rows), writer.BatchMax)] {
			batch = append(batch, func(tx *writer.Tx) error { return p.takeUpRun(tx, row) })
		}
		var failed error
		for i, err := range p.writer.Inline(batch...) {
			if err != nil && !fault.HasCode(err, journal.CodeDamaged) {
				failed = errors.Join(failed, fmt.Errorf("take up run %s: %w", rows[i].UUID, err))
			}
		}
		if failed != nil {
			return failed
		}
		rows = rows[len(batch):]
	}
	if err := p.sender.Recover(); err != nil {
		return err
	}
	noted := p.writer.Inline(func(tx *writer.Tx) error { return library.NoteOldFlows(tx.Tx) })
	if err := errors.Join(noted...); err != nil {
		return fmt.Errorf("note the versions of flows: %w", err)
	}
	pruned := p.writer.Inline(func(tx *writer.Tx) error { return tx.PruneResults(tx.Now.UnixNano()) })
	if err := errors.Join(pruned...); err != nil {
		return fmt.Errorf("forget the results that have expired: %w", err)
	}
	return errors.Join(p.maintenance.Recover(), p.clock.Recover())
}

// takeUpRun takes up one run: what a worker had is lost, what was only queued
// is queued again, and expressions are computed anew.
func (p *parts) takeUpRun(tx *writer.Tx, row sqlite.Run) error {
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
			if p.jobs.Made(tx, id, cmd) {
				continue // made a moment ago, by what followed a loss
			}
			more, err := p.jobs.StartJob(tx, r, cmd)
			if err != nil {
				return err
			}
			for _, ev := range more {
				if err := tx.Apply(r, ev); err != nil && !errors.Is(err, run.ErrStale) {
					return err
				}
			}
		case run.Evaluate, run.Admit, run.Recall:
			if ask, ok := cmd.(run.Evaluate); ok && p.evals.Asked(tx, id, ask) {
				continue
			}
			more, err := tx.Carry(r, cmd)
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
	if proc, err := os.FindProcess(os.Getpid()); err == nil {
		_ = proc.Kill() // what follows is for systems where it takes a moment
	}
	os.Exit(137)
}
