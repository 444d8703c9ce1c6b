package engine

import (
	"context"

	"sluice/engine/internal/endpoint"
	"sluice/engine/run"
)

// toldMost bounds the result of a run that is handed out by the address of a webhook or form, in
// bytes.
const toldMost = 8 << 20

// toldOutside reads how a run that is over ended, as whoever knows the address of its
// webhook or form is told: without links by which somebody could vote.
func (e *Engine) toldOutside(ctx context.Context, id run.ID) (end endpoint.End, err error) {
	r, result, err := e.ended(id)
	if err != nil {
		return end, err
	}
	end = endpoint.End{Outcome: r.outcome}
	if r.failure != nil {
		end.Error, err = e.people.ToldOutside(ctx, r.failure)
		return end, err
	}
	switch {
	case result.IsZero():
		return end, nil
	case result.Items != nil || result.Size > toldMost:
		end.TooLarge = true
		return end, nil
	}
	value, err := e.Value(ctx, result)
	if err != nil {
		return end, err
	}
	end.Result, err = e.people.ToldOutside(ctx, value)
	return end, err
}
