package ui

import (
	"context"
	"os"
	"slices"
	"strconv"
	"sync"

	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
)

// scaleKey is where Fyne 2.8 looks for the scale of windows, each time it needs it. It rounds
// the scale to tenths.
const scaleKey = "FYNE_SCALE"

// ownScale is what was there before Sluice put its own.
var ownScale = sync.OnceValue(func() string { return os.Getenv(scaleKey) })

// Enlarge makes all in the window as large as a setting says: percent of the size that the
// system, or FYNE_SCALE, asks for. "" and what is no size are 100.
func Enlarge(setting string) {
	own := ownScale()
	if scale := scaled(own, fyne.CurrentApp().Settings().Scale(), percentOf(setting)); scale != "" {
		os.Setenv(scaleKey, scale)
	} else {
		os.Unsetenv(scaleKey)
	}
}

// scaled is what FYNE_SCALE has to be for a size in percent; own is what it was, asked the
// scale that Fyne's own settings ask for. "" is nothing.
func scaled(own string, asked float32, percent int) string {
	if percent == 100 {
		return own
	}
	base, err := strconv.ParseFloat(own, 32)
	if err != nil || base <= 0 {
		base = 1
		if own == "" && asked > 0 {
			base = float64(asked)
		}
	}
	return strconv.FormatFloat(base*float64(percent)/100, 'f', 2, 32)
}

func percentOf(setting string) int {
	if !slices.Contains(host.Sizes, setting) {
		return 100
	}
	n, _ := strconv.Atoi(setting)
	return n
}

// keepSize keeps the setting of the size, and shows it. The window stays as large on the
// screen as it is, as far as its panes let it.
func (u *UI) keepSize(setting string) {
	u.ask(func(ctx context.Context) (func(), error) {
		return func() {
			u.size = setting
			was, size := u.win.Canvas().Scale(), u.win.Canvas().Size()
			Enlarge(setting)
			u.cfg.App.Settings().SetTheme(kit.NewTheme(u.dark))
			later(func() {
				if now := u.win.Canvas().Scale(); now > 0 && now != was {
					u.win.Resize(fyne.NewSize(size.Width*was/now, size.Height*was/now))
				}
			})
		}, u.cfg.Library.SetSetting(ctx, host.SettingSize, setting)
	})
}

// resize goes some sizes up or down.
func (u *UI) resize(by int) {
	at := max(0, slices.Index(host.Sizes, strconv.Itoa(percentOf(u.size))))
	if to := at + by; to >= 0 && to < len(host.Sizes) {
		u.keepSize(host.Sizes[to])
	}
}
