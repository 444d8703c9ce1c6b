package schedules

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
	"sluice/engine/schedule"
)

// Who a schedule names is told how its runs ended, by a run of its own. The commit that
// starts it notes that it was told.

// toldMost is how many ends are dealt with at a time.
const toldMost = 100

// tellAll tells of the runs that have ended.
func (s *Timetable) tellAll(ctx context.Context) error {
	for {
		fires, err := s.cfg.DB.EndedFires(toldMost)
		if err != nil {
			return fmt.Errorf("read which runs of schedules ended: %w", err)
		}
		for _, f := range fires {
			if err := s.tell(ctx, f); err != nil {
				return err
			}
		}
		if len(fires) < toldMost {
			return nil
		}
	}
}

// tell tells of one.
func (s *Timetable) tell(ctx context.Context, f sqlite.Fire) error {
	told := func(tx *writer.Tx, _ int64) error { return tx.ToldFire(f.Schedule, f.Due, "") }
	note := func(why string) error {
		return s.cfg.Writer.Do(ctx, func(tx *writer.Tx) error { return tx.ToldFire(f.Schedule, f.Due, why) })
	}
	quiet := func() error { return note("") }
	row, ok, err := s.cfg.DB.Schedule(f.Schedule)
	if err != nil {
		return fmt.Errorf("read schedule %s: %w", f.Schedule, err)
	}
	sch, err := schedule.Read(row.Path, row.JSON)
	if !ok || err != nil {
		return quiet()
	}
	end, err := s.cfg.End(ctx, run.ID(f.UUID))
	if fault.HasCode(err, journal.CodeDamaged) {
		return quiet() // it is told as a run that is damaged
	}
	if err != nil {
		return err
	}
	name, args, err := s.handler(ctx, sch, f, end)
	if err != nil {
		return err
	}
	h, ok, err := schedule.HandlerOf(name)
	if !ok && err == nil {
		return quiet()
	}
	if err == nil {
		var req run.Request
		if req, err = s.cfg.Request(ctx, h.Path, h.IsFlow, args, time.Time{}); err == nil {
			req.Trigger = run.Trigger{Kind: run.TriggerHandler, By: f.Schedule}
			_, err = s.cfg.Begin(ctx, req, told)
		}
	}
	switch {
	case err == nil:
		s.cfg.Book.CureCondition(codeHandler, f.Schedule)
		return nil
	case ctx.Err() != nil, ours(err):
		return err
	}
	s.cfg.Log.Warn("a schedule could not tell how its run ended", "schedule", sch.Path, "handler", name, "err", err)
	s.cfg.Book.Notice(fault.Condition{
		Code: codeHandler, Subject: f.Schedule, Severity: fault.Warning,
		Title: fmt.Sprintf("The schedule %s could not start %s, which is to be told how its run ended: %s", sch.Called(), name, titleOf(err)),
		Hint:  "The run " + f.UUID + " ended as " + string(end.Outcome) + ". " + fault.From(err).Hint,
	}, s.cfg.Wall().Add(health.NoticeFor))
	return note(fmt.Sprintf("%s could not be told how it ended: %s", name, titleOf(err)))
}

// codeHandler is the code of a schedule that could not tell how its run ended.
const codeHandler fault.Code = "schedule.untold"

// handler says who is to be told how a run ended, "" for nobody, and what.
func (s *Timetable) handler(ctx context.Context, sch schedule.Schedule, f sqlite.Fire, end End) (name string, args json.RawMessage, err error) {
	told := map[string]any{
		"schedule_path": sch.Path, "workspace_id": "main", "job_id": f.UUID, "path": sch.Target, "is_flow": sch.IsFlow,
		"started_at": end.Started.UTC().Format(time.RFC3339Nano), "scheduled_for": journal.FromNano(f.Due).UTC().Format(time.RFC3339),
	}
	var extra json.RawMessage
	switch before := (streak{s: s, sch: sch, f: f}); {
	case !good(end.Outcome):
		if sch.OnFailure == "" {
			return "", nil, nil
		}
		failed, err := before.failures()
		if err != nil || failed+1 < max(sch.OnFailureTimes, 1) || sch.OnFailureExact && failed+1 != max(sch.OnFailureTimes, 1) {
			return "", nil, err
		}
		name, extra = sch.OnFailure, sch.OnFailureArgs
		told["failed_times"], told["error"] = failed+1, end.Error
	default:
		if sch.OnRecovery != "" {
			times := max(sch.OnRecoveryTimes, 1)
			failed, err := before.recovered(ctx, times)
			if err != nil {
				return "", nil, err
			}
			if failed != nil {
				name, extra = sch.OnRecovery, sch.OnRecoveryArgs
				told["error"], told["error_started_at"] = failed.Error, failed.Started.UTC().Format(time.RFC3339Nano)
				told["success_times"], told["success_result"], told["success_started_at"] = times, end.Result, told["started_at"]
				break
			}
		}
		name, extra = sch.OnSuccess, sch.OnSuccessArgs
		told["success_result"], told["success_started_at"] = end.Result, told["started_at"]
	}
	if name == "" {
		return "", nil, nil
	}
	var more map[string]any
	if len(extra) > 0 && json.Unmarshal(extra, &more) == nil {
		maps.Copy(told, more)
	}
	args, err = json.Marshal(told)
	return name, args, err
}

// A streak looks back from a time of a schedule.
type streak struct {
	s   *Timetable
	sch schedule.Schedule
	f   sqlite.Fire
}

// back calls see for the runs before, the newest first, until it returns false.
func (k streak) back(see func(f sqlite.Fire, row sqlite.Run) bool) error {
	for at := k.f.Due; ; {
		fires, err := k.s.cfg.DB.Fires(k.f.Schedule, at, toldMost)
		if err != nil {
			return fmt.Errorf("read the times of schedule %s: %w", k.f.Schedule, err)
		}
		for _, f := range fires {
			at = f.Due
			if f.Run == 0 || f.State == "started" {
				continue
			}
			row, ok, err := k.s.cfg.DB.RunByKey(f.Run)
			if err != nil {
				return fmt.Errorf("read run %s: %w", f.UUID, err)
			}
			if ok && !see(f, row) {
				return nil
			}
		}
		if len(fires) < toldMost {
			return nil
		}
	}
}

// failures counts the runs that failed right before.
func (k streak) failures() (n int, err error) {
	err = k.back(func(_ sqlite.Fire, row sqlite.Run) bool {
		if good(run.Outcome(row.Outcome)) {
			return false
		}
		n++
		return true
	})
	return n, err
}

// recovered returns the failure after which this is success number n in a row, nil if
// there is none.
func (k streak) recovered(ctx context.Context, n int) (*End, error) {
	seen, failed := 1, ""
	err := k.back(func(f sqlite.Fire, row sqlite.Run) bool {
		if !good(run.Outcome(row.Outcome)) {
			failed = f.UUID
			return false
		}
		seen++
		return seen <= n
	})
	if err != nil || failed == "" || seen != n {
		return nil, err
	}
	end, err := k.s.cfg.End(ctx, run.ID(failed))
	if fault.HasCode(err, journal.CodeDamaged) {
		return nil, nil
	}
	return &end, err
}
