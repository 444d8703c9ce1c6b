package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Variables lists the variables by path; secret ones without their value.
func (e *Engine) Variables(ctx context.Context) ([]flow.Variable, error) {
	rows, err := e.db.Variables()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list variables: %w", err))
	}
	out := make([]flow.Variable, len(rows))
	for i, v := range rows {
		out[i] = flow.Variable{Path: v.Path, Secret: v.Secret, Description: v.Description}
		if !v.Secret {
			out[i].Value = string(v.Value)
		}
	}
	return out, nil
}

// Variable returns a variable's text; code variable.unknown.
func (e *Engine) Variable(ctx context.Context, path string) (string, error) {
	v, ok, err := e.db.Variable(path)
	if err != nil {
		return "", journal.Unexpected(fmt.Errorf("read variable %s: %w", path, err))
	}
	if !ok {
		return "", fault.Newf("variable.unknown", "Add it under Resources, or choose another one in the step.", "There is no variable %s", path)
	}
	if !v.Secret {
		return string(v.Value), nil
	}
	b, err := e.cfg.Box.Open(v.Value)
	if err != nil {
		return "", fault.Because(fmt.Errorf("open variable %s: %w", path, err), "resource.sealed",
			fmt.Sprintf("The variable %s cannot be opened", path), "Its key is missing on this computer. Enter the variable again.")
	}
	return string(b), nil
}

// VariableExists reports whether there is a variable of that path.
func (e *Engine) VariableExists(ctx context.Context, path string) (bool, error) {
	_, ok, err := e.db.Variable(path)
	return ok, journal.Unexpected(err)
}

// SetVariable stores a variable as it is given, its value sealed if it is secret.
func (e *Engine) SetVariable(ctx context.Context, v flow.Variable) error {
	if err := flow.CheckPath(v.Path); err != nil {
		return err
	}
	b := []byte(v.Value)
	if v.Secret {
		var err error
		if b, err = e.cfg.Box.Seal(b); err != nil {
			return journal.Unexpected(fmt.Errorf("seal variable %s: %w", v.Path, err))
		}
	}
	if b == nil {
		b = []byte{}
	}
	return journal.Unexpected(e.do(ctx, func(t *turn) error {
		return t.tx.PutVariable(sqlite.Variable{Path: v.Path, Value: b, Secret: v.Secret, Description: v.Description})
	}))
}

// DeleteVariable removes a variable.
func (e *Engine) DeleteVariable(ctx context.Context, path string) error {
	return journal.Unexpected(e.do(ctx, func(t *turn) error { return t.tx.DeleteVariable(path) }))
}

// settingSecret is the one setting that is sealed.
const settingSecret = "google_secret"

// Setting returns a setting, "" if it is unset.
func (e *Engine) Setting(ctx context.Context, key string) (string, error) {
	b, _, err := e.db.Setting(key)
	if err != nil {
		return "", journal.Unexpected(fmt.Errorf("read setting %s: %w", key, err))
	}
	if key == settingSecret && len(b) > 0 {
		if b, err = e.cfg.Box.Open(b); err != nil {
			return "", fault.Because(fmt.Errorf("open setting %s: %w", key, err), "resource.sealed",
				"The Google client secret cannot be opened", "Its key is missing on this computer. Enter the secret again.")
		}
	}
	return string(b), nil
}

// SetSetting stores a setting.
func (e *Engine) SetSetting(ctx context.Context, key, text string) error {
	b := []byte(text)
	if key == settingSecret && text != "" {
		var err error
		if b, err = e.cfg.Box.Seal(b); err != nil {
			return journal.Unexpected(fmt.Errorf("seal setting %s: %w", key, err))
		}
	}
	return journal.Unexpected(e.do(ctx, func(t *turn) error { return t.tx.PutSetting(key, b) }))
}

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
	return journal.Unexpected(e.do(ctx, func(t *turn) error {
		row, ok, err := t.tx.Run(string(id))
		if err != nil {
			return err
		}
		if !ok {
			return journal.NoRun()
		}
		return t.tx.PutUserState(row.Key, key, string(v))
	}))
}
