package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"time"

	"sluice/ui"
	"sluice/ui/model"
)

// updateURL is where it stands which version is the newest, as {"version","url","notes"}.
// The build sets it (-X main.updateURL=…); without one nothing is ever asked.
var updateURL = ""

const (
	updateEvery = 24 * time.Hour
	updateTime  = 10 * time.Second
	updateMost  = 64 << 10 // bytes of the answer
)

// updates looks for a newer version, once a day at most, and notes what it found in the
// settings. It installs nothing. What does not answer is passed over in silence.
type updates struct {
	url, own string
	settings interface {
		Setting(ctx context.Context, key string) (string, error)
		SetSetting(ctx context.Context, key, value string) error
	}
	now func() time.Time
	log *slog.Logger
}

// keep looks from time to time, until ctx ends.
func (u updates) keep(ctx context.Context) {
	for ctx.Err() == nil {
		u.look(ctx)
		t := time.NewTimer(updateEvery)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
		}
	}
}

// look looks once, unless it is switched off or was done within a day.
func (u updates) look(ctx context.Context) {
	if u.url == "" {
		return
	}
	if off, err := u.settings.Setting(ctx, ui.SettingUpdates); off != "" || err != nil {
		return
	}
	last, err := u.settings.Setting(ctx, ui.SettingUpdateLooked)
	if err != nil {
		return
	}
	now := u.now()
	if at, err := time.Parse(time.RFC3339, last); err == nil && now.Sub(at).Abs() < updateEvery {
		return
	}
	if u.settings.SetSetting(ctx, ui.SettingUpdateLooked, now.UTC().Format(time.RFC3339)) != nil {
		return // else it would be asked again and again
	}
	text, err := u.ask(ctx)
	if err != nil {
		u.log.Info("look for a newer version", "err", err)
		return
	}
	found := ""
	if is, ok := model.ReadUpdate(text); ok && model.Newer(is.Version, u.own) {
		if b, err := json.Marshal(is); err == nil {
			found = string(b)
		}
	}
	if err := u.settings.SetSetting(ctx, ui.SettingUpdateFound, found); err != nil {
		u.log.Info("note a newer version", "err", err)
	}
}

// ask reads the answer, in bounded time and length.
func (u updates) ask(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, updateTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "Sluice") // not which one, nor whose
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &statusError{resp.Status}
	}
	return io.ReadAll(io.LimitReader(resp.Body, updateMost))
}

type statusError struct{ status string }

func (e *statusError) Error() string { return "the server says " + e.status }
