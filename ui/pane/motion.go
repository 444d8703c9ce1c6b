package pane

import (
	"context"

	"sluice/ui/host"
	"sluice/ui/kit"
)

const textMotion = "One short motion when a vote arrives"

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
