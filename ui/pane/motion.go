package pane

import (
	"context"

	"sluice/ui/host"
	"sluice/ui/kit"
)

const (
	textMotion = "One short motion when a vote arrives"
	textSize   = "Size of text and buttons"
)

// sizeNames are the sizes as people read them.
func sizeNames() []string {
	names := make([]string, len(host.Sizes))
	for i, s := range host.Sizes {
		names[i] = s + " %"
	}
	return names
}

// motionOff is the setting by which nothing moves.
const motionOff = "off"

// setMotion keeps whether things may move.
func (p *Settings) setMotion(on bool) {
	kit.SetMotion(on)
	value := ""
	if !on {
		value = motionOff
	}
	p.save(host.SettingMotion, value)
}

// ReadMotion reads whether things may move.
func (p *Settings) ReadMotion() {
	host.AskThen(p.h, func(ctx context.Context) (string, error) { return p.h.Library.Setting(ctx, host.SettingMotion) }, func(v string) { kit.SetMotion(v != motionOff) })
}
