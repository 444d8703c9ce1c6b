package engine

import (
	"context"
	"encoding/json"
	"errors"

	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// Try computes an expression for somebody who looks on while it is typed, with values of
// a run that the command's scope names. It belongs to no run, records nothing, is
// stopped soon, and reads no resource and no variable. A mistake in the expression is a
// *run.Failure.
func (e *Engine) Try(ctx context.Context, cmd run.Evaluate) (json.RawMessage, error) {
	v, err := e.evals.Try(ctx, cmd)
	if _, mistake := errors.AsType[*run.Failure](err); mistake {
		return nil, err
	}
	return v, journal.Unexpected(err)
}
