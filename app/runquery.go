package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/engine/run"
)

// runQuery is what sluice runs selects runs by.
type runQuery struct {
	words, status, since, by string
	limit                    int
}

func (q *runQuery) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&q.words, "search", "", "only runs with these words in their flow's name, inputs, results, questions or errors, each as the beginning of one")
	f.StringVar(&q.status, "status", "", "only those that stand so: running, waiting, sleeping, open, done, succeeded, skipped, failed, denied, expired or canceled")
	f.StringVar(&q.since, "since", "", "only those that began since: 2h, 7d, 2026-11-28, 2026-11-28T09:00:00Z")
	f.StringVar(&q.by, "by", "", "only those that this person started by a form or a restart, answered or ended, or that asked this person")
	f.IntVar(&q.limit, "limit", 0, "so many at most")
}

// asked reports whether anything is looked for.
func (q *runQuery) asked() bool { return q.words+q.status+q.since+q.by != "" }

// filter is the query for the engine.
func (q *runQuery) filter(now time.Time) (engine.Filter, error) {
	f := engine.Filter{Words: q.words, Person: q.by, Limit: q.limit}
	switch q.status {
	case "":
	case "open":
		f.Open = true
	case "waiting":
		f.Status = run.StatusSuspended
	case "denied":
		f.Outcome = run.Refused
	case string(run.StatusRunning), string(run.StatusSleeping), string(run.StatusSuspended), string(run.StatusDone):
		f.Status = run.Status(q.status)
	case string(run.Succeeded), string(run.Skipped), string(run.Failed), string(run.Refused), string(run.Expired), string(run.Canceled):
		f.Outcome = run.Outcome(q.status)
	default:
		return f, usage(fmt.Errorf("%q is no state of a run. There are running, waiting, sleeping, open, done, succeeded, skipped, failed, denied, expired and canceled.", q.status))
	}
	if q.limit < 0 {
		return f, usage(fmt.Errorf("--limit %d is less than none.", q.limit))
	}
	var err error
	if q.since != "" {
		f.Since, err = sinceOf(q.since, now)
	}
	return f, err
}

// sinceOf reads a time of the past.
func sinceOf(text string, now time.Time) (time.Time, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n < 100_000 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.DateTime} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usage(fmt.Errorf("%q is no time such as 2h, 7d, 2026-11-28 or 2026-11-28T09:00:00Z.", text))
}
