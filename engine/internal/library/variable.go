package library

import (
	"context"
	"fmt"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
)

// Variables lists the variables by path; secret ones without their value.
func (l *Library) Variables(ctx context.Context) ([]flow.Variable, error) {
	rows, err := l.db.Variables()
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
func (l *Library) Variable(ctx context.Context, path string) (string, error) {
	v, ok, err := l.db.Variable(path)
	if err != nil {
		return "", journal.Unexpected(fmt.Errorf("read variable %s: %w", path, err))
	}
	if !ok {
		return "", fault.Newf("variable.unknown", "Add it under Resources, or choose another one in the step.", "There is no variable %s", path)
	}
	if !v.Secret {
		return string(v.Value), nil
	}
	b, err := l.c.Box.Open(v.Value)
	if err != nil {
		return "", fault.Because(fmt.Errorf("open variable %s: %w", path, err), "resource.sealed",
			fmt.Sprintf("The variable %s cannot be opened", path), "Its key is missing on this computer. Enter the variable again.")
	}
	return string(b), nil
}

// VariableExists reports whether there is a variable of that path.
func (l *Library) VariableExists(ctx context.Context, path string) (bool, error) {
	_, ok, err := l.db.Variable(path)
	return ok, journal.Unexpected(err)
}

// SetVariable stores a variable as it is given, its value sealed if it is secret.
func (l *Library) SetVariable(ctx context.Context, v flow.Variable) error {
	if err := flow.CheckPath(v.Path); err != nil {
		return err
	}
	b := []byte(v.Value)
	if v.Secret {
		var err error
		if b, err = l.c.Box.Seal(b); err != nil {
			return journal.Unexpected(fmt.Errorf("seal variable %s: %w", v.Path, err))
		}
	}
	if b == nil {
		b = []byte{}
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		return tx.PutVariable(sqlite.Variable{Path: v.Path, Value: b, Secret: v.Secret, Description: v.Description})
	}))
}

// DeleteVariable removes a variable.
func (l *Library) DeleteVariable(ctx context.Context, path string) error {
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error { return tx.DeleteVariable(path) }))
}

// SettingSecret is the one setting that is sealed.
const SettingSecret = "google_secret"

// Setting returns a setting, "" if it is unset.
func (l *Library) Setting(ctx context.Context, key string) (string, error) {
	b, _, err := l.db.Setting(key)
	if err != nil {
		return "", journal.Unexpected(fmt.Errorf("read setting %s: %w", key, err))
	}
	if key == SettingSecret && len(b) > 0 {
		if b, err = l.c.Box.Open(b); err != nil {
			return "", fault.Because(fmt.Errorf("open setting %s: %w", key, err), "resource.sealed",
				"The Google client secret cannot be opened", "Its key is missing on this computer. Enter the secret again.")
		}
	}
	return string(b), nil
}

// SetSetting stores a setting.
func (l *Library) SetSetting(ctx context.Context, key, text string) error {
	b := []byte(text)
	if key == SettingSecret && text != "" {
		var err error
		if b, err = l.c.Box.Seal(b); err != nil {
			return journal.Unexpected(fmt.Errorf("seal setting %s: %w", key, err))
		}
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error { return tx.PutSetting(key, b) }))
}
