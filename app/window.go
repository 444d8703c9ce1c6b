package main

import (
	"context"

	"sluice/engine"
	"sluice/engine/run"
	"sluice/ui"
)

// lists answers for the engine where the window looks over all runs.
type lists struct{ eng *engine.Engine }

var _ ui.Lists = lists{}

// Runs returns a page of runs, newest first.
func (l lists) Runs(ctx context.Context, q ui.RunQuery) ([]run.Summary, error) {
	return l.eng.Runs(ctx, engine.Filter{Open: q.Open, Path: q.Path, Text: q.Text, Before: q.Before, Limit: q.Limit})
}

// Waiting counts the runs that wait for people.
func (l lists) Waiting(ctx context.Context, limit int) (int, error) {
	list, err := l.eng.Runs(ctx, engine.Filter{Status: run.StatusSuspended, Limit: limit})
	return len(list), err
}
