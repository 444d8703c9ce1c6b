package engine

import (
	"context"
	"fmt"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/sqlite"
)

// Flows lists the library by path.
func (r *Reader) Flows(ctx context.Context) ([]flow.Stored, error) {
	rows, err := r.db.Flows()
	if err != nil {
		return nil, unexpected(fmt.Errorf("list flows: %w", err))
	}
	out := make([]flow.Stored, len(rows))
	for i, f := range rows {
		out[i] = stored(f)
	}
	return out, nil
}

// Flow returns a flow of the library; code flow.unknown.
func (r *Reader) Flow(ctx context.Context, path string) (flow.Stored, error) {
	f, ok, err := r.db.Flow(path)
	if err != nil {
		return flow.Stored{}, unexpected(fmt.Errorf("read flow %s: %w", path, err))
	}
	if !ok {
		return flow.Stored{}, fault.Newf("flow.unknown", "Look for it under Flows.", "There is no flow %s", path)
	}
	return stored(f), nil
}

func stored(f sqlite.Flow) flow.Stored {
	return flow.Stored{Path: f.Path, Summary: f.Summary, Steps: f.Steps, JSON: f.JSON, Updated: fromNano(f.Updated), Problem: f.Problem}
}

// SaveFlow stores a flow under a path. What can not be read is kept as it is,
// with the reason beside it.
func (e *Engine) SaveFlow(ctx context.Context, path string, file []byte) error {
	if err := checkPath(path); err != nil {
		return err
	}
	row := sqlite.Flow{Path: path, JSON: file}
	if row.JSON == nil {
		row.JSON = []byte{}
	}
	if fl, err := parseFlow(file); err != nil {
		row.Problem = fault.From(err).Title
	} else {
		row.Summary = fl.Summary
		row.Steps = len(modules(fl))
	}
	return unexpected(e.do(ctx, func(t *turn) error {
		row.Updated = t.now.UnixNano()
		return t.tx.PutFlow(row)
	}))
}

// DeleteFlow removes a flow from the library. Its runs keep the versions that
// they were started with.
func (e *Engine) DeleteFlow(ctx context.Context, path string) error {
	return unexpected(e.do(ctx, func(t *turn) error { return t.tx.DeleteFlow(path) }))
}
