package engine

import (
	"context"
	"strconv"

	"sluice/engine/fault"
	"sluice/engine/internal/maintenance"
)

// KeepRuns says for how many days runs are kept that have ended; 0 is for ever, as it is
// at first. Older ones go in the background, with all that belongs to them. Open runs
// stay, and what is still to be sent. Code settings.days.
func (e *Engine) KeepRuns(ctx context.Context, days int) error {
	text := ""
	switch {
	case days < 0 || days > 36500:
		return fault.New("settings.days", "Runs can be kept for 1 to 36,500 days, or for ever", "Nothing was changed.")
	case days > 0:
		text = strconv.Itoa(days)
	}
	if err := e.SetSetting(ctx, maintenance.SettingKeep, text); err != nil {
		return err
	}
	e.maintenance.PruneSoon()
	return nil
}

// KeptDays is for how many days runs are kept that have ended; 0 for ever.
func (e *Engine) KeptDays(ctx context.Context) (int, error) {
	text, err := e.Setting(ctx, maintenance.SettingKeep)
	days, bad := strconv.Atoi(text)
	if bad != nil {
		return 0, err
	}
	return days, err
}
