package main

import (
	"context"

	"sluice/engine"
	"sluice/engine/run"
	"sluice/engine/web/windmill"
)

// localAPI is the engine as the local listener asks it.
type localAPI struct{ *engine.Engine }

// ListRuns lists runs, newest first.
func (a localAPI) ListRuns(ctx context.Context, q windmill.RunQuery) ([]run.Summary, error) {
	return a.Runs(ctx, filterOf(q))
}

// CountRuns counts runs.
func (a localAPI) CountRuns(ctx context.Context, q windmill.RunQuery) (all, suspended int, err error) {
	return a.Engine.CountRuns(ctx, filterOf(q))
}

func filterOf(q windmill.RunQuery) engine.Filter {
	return engine.Filter{Open: q.Open, Status: q.Status, Path: q.Path, Before: q.Before, Limit: q.Limit, Near: (*engine.Near)(q.Near)}
}
