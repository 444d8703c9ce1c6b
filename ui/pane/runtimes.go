package pane

import (
	"fyne.io/fyne/v2"

	"sluice/ui/canvas"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// makeTimeline makes what looks at a run in time, and starts another one from it.
func (p *RunPanel) makeTimeline() {
	p.restart = kit.NewButton(say.T(textRestartMenu), kit.Outline, func() { kit.ShowMenu(p.restart, p.RestartItems()...) }).With(kit.IconChevronDown).After().AsSmall()
	p.old = kit.NewButton(say.T(textAsItRan), kit.Outline, func() { p.AsItRan() }).WithTip(say.T(textChangedFlow)).AsSmall()
	p.compare = kit.NewButton(say.T(textCompare), kit.Ghost, func() { p.Compare() }).AsSmall()
	p.clock = kit.IconButton(kit.IconClock, say.T(textTimeline), kit.Ghost, func() { p.Timed(!p.timed) }).AsSmall()
	p.replay = newReplayBar(p.h)
	p.replay.object.Hide()
	p.times = newTimelineView(p.h, p.replay.seek)
	for _, o := range []fyne.CanvasObject{p.restart, p.old, p.compare, p.clock} {
		o.Hide()
	}
}

// Sizes of the left half of the panel, of the list and of the timeline.
const (
	listWidth     = 460
	timelineWidth = 760
	detailLeast   = 520 // of the right half: the tabs of a loop, and the buttons beside them
)

// Timed shows the timeline and the bar of moments, or the plain list of steps.
func (p *RunPanel) Timed(on bool) {
	if p.timed == on {
		return
	}
	p.timed = on
	if !on {
		p.replay.stop()
		if at, ok := p.h.Model.Moment(); ok {
			p.h.Changed(p.h.Model.ReplayTo(at.Of))
		}
	}
	host.Show(p.replay.object, on)
	width := float32(listWidth)
	var list fyne.CanvasObject = p.scroll
	kind := kit.Ghost
	if on {
		width, list, kind = timelineWidth, kit.Dock(kit.Pad(5, 14, 3, 14, kit.Fixed(0, 16, p.times.head)), nil, nil, nil, p.times.box), kit.Outline
	}
	p.clock.SetKind(kind)
	p.split.SetSideSize(width)
	p.steps.Objects = []fyne.CanvasObject{list}
	p.steps.Refresh()
	p.object.Refresh()
	p.Refresh()
	if p.Tall != nil {
		p.Tall(on)
	}
	if on {
		p.h.Later(showPause, func() { kit.Focus(p.replay.scrub) }) // it has its place by then
	}
}

// refreshTimeline shows what can be done with the run, and the moment that is looked at.
func (p *RunPanel) refreshTimeline(h model.RunHeader) {
	_, any := p.h.Model.Moment()
	changed := host.Lines(h.State) // how wide the head is
	restart := len(p.h.Model.RestartPlaces()) > 0
	if p.restart.Visible() != restart || p.old.Visible() != h.Changed || changed != p.headed {
		p.headed = changed
		host.Show(p.restart, restart)
		host.Show(p.old, h.Changed)
		p.left.Refresh()
	}
	host.Show(p.clock, any)
	host.Show(p.compare, any && h.CanCompare)
	p.bar.Refresh()
	if p.timed {
		p.replay.show()
		p.times.show()
	}
}

// flashTime is how long the state of the run stands out as a vote comes.
const flashTime = canvas.PulseTime

// flash lets the state of the run stand out for a moment.
func (p *RunPanel) flash() {
	p.flashes++
	mine := p.flashes
	p.state.With(kit.IconCheck)
	p.state.Refresh()
	p.head.Refresh()
	p.h.Later(flashTime, func() {
		if p.flashes == mine {
			p.state.With("")
			p.state.Refresh()
			p.head.Refresh()
		}
	})
}
