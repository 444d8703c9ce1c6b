package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// UserState returns a value that the scripts of a run share, null if unset.
func (e *Engine) UserState(ctx context.Context, id run.ID, key string) (json.RawMessage, error) {
	s, ok, err := e.db.UserState(string(id), key)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("read state %s of run %s: %w", key, id, err))
	}
	if !ok {
		return json.RawMessage("null"), nil
	}
	return json.RawMessage(s), nil
}

// SetUserState stores a value that the scripts of a run share.
func (e *Engine) SetUserState(ctx context.Context, id run.ID, key string, v json.RawMessage) error {
	if !json.Valid(v) {
		return fault.New("api.value", "The value is not JSON", "Nothing was stored.")
	}
	return journal.Unexpected(e.writer.Do(ctx, func(tx *writer.Tx) error {
		row, ok, err := tx.Run(string(id))
		if err != nil {
			return err
		}
		if !ok {
			return journal.NoRun()
		}
		return tx.PutUserState(row.Key, key, string(v))
	}))
}
