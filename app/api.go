package main

import (
	"context"

	"sluice/engine"
	"sluice/engine/run"
	"sluice/engine/web"
)

// localAPI is the engine as the local listener asks it.
type localAPI struct{ *engine.Engine }

// ListRuns lists runs, newest first.
func (a localAPI) ListRuns(ctx context.Context, q web.RunQuery) ([]run.Summary, error) {
	return a.Runs(ctx, engine.Filter{Open: q.Open, Status: q.Status, Path: q.Path, Before: q.Before, Limit: q.Limit})
}
