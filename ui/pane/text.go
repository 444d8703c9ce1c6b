package pane

import "fmt"

// What the palette and the lists say.
const (
	textPaletteAsk  = "Find steps, flows, runs, requests, resources, settings, commands…"
	textPaletteKey  = "Ctrl+K"
	textFindSetting = "Find a setting"
	textPaletteNote = "↑ ↓ chooses · ↵ does it · Esc closes"
)

func textPaletteNone(text string) string {
	if text == "" {
		return "There is nothing to be found yet."
	}
	return fmt.Sprintf("Nothing matches %q.", text)
}
