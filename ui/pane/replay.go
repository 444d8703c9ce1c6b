package pane

import (
	"time"

	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// replayBar goes through the moments of the shown run.
type replayBar struct {
	h       *host.Host
	scrub   *data.Scrub
	play    *kit.Button
	text    *kit.Text
	playing int // which play it is; 0: none
	plays   int
	object  fyne.CanvasObject
	asked   float64 // where the knob was dragged to last, while a frame is awaited
	waits   bool
}

func newReplayBar(h *host.Host) *replayBar {
	b := &replayBar{h: h, scrub: data.NewScrub(), text: kit.NewText("").In(kit.Muted).Ellipsis()}
	b.play = kit.IconButton(kit.IconPlay, say.T(textPlay), kit.Outline, b.toggle).AsSmall()
	first := kit.IconButton(kit.IconSkipBack, say.T(textFirst), kit.Outline, func() { b.to(1) }).AsSmall()
	b.scrub.OnSeek = b.seek
	b.scrub.OnPlay = b.toggle
	b.scrub.OnKey = func(by int) {
		b.stop()
		m := h.Model
		at, ok := m.Moment()
		switch {
		case !ok:
		case by == 3:
			h.Changed(m.ReplayTo(at.Of))
		case by == -3:
			h.Changed(m.ReplayTo(1))
		case by == 2 || by == -2:
			h.Changed(m.ReplayToMark(by))
		default:
			h.Changed(m.ReplayBy(by))
		}
	}
	b.object = kit.VBox(0, kit.Pad(5, 14, 5, 14, kit.HBox(10, host.Middle(first), host.Middle(b.play), kit.Grow(host.Middle(b.scrub)),
		host.Middle(host.Width(330, b.text)))), kit.HLine())
	return b
}

func (b *replayBar) to(entry int) {
	b.stop()
	b.h.Changed(b.h.Model.ReplayTo(entry))
}

// seekPause is the least time between two moments that are shown while the knob is dragged.
const seekPause = 15 * time.Millisecond

// seek goes to a place of the line. Of places that come faster than they can be shown the last
// counts.
func (b *replayBar) seek(x float64) {
	b.stop()
	b.asked = x
	if b.waits {
		return
	}
	b.waits = true
	b.scrub.Set(x, b.marks())
	b.h.Later(seekPause, func() {
		b.waits = false
		b.h.Changed(b.h.Model.ReplayTo(b.h.Model.MomentAt(b.asked)))
	})
}

func (b *replayBar) toggle() {
	if b.playing != 0 {
		b.stop()
		return
	}
	if at, ok := b.h.Model.Moment(); ok && at.Live {
		b.h.Changed(b.h.Model.ReplayTo(1))
	}
	b.plays++
	b.playing = b.plays
	b.show()
	b.next(b.playing)
}

func (b *replayBar) stop() {
	if b.playing != 0 {
		b.playing = 0
		b.show()
	}
}

func (b *replayBar) next(play int) {
	pause, entry := b.h.Model.ReplayPause()
	if entry == 0 {
		b.stop()
		return
	}
	b.h.Later(pause, func() {
		if b.playing == play {
			b.h.Changed(b.h.Model.ReplayTo(entry))
			b.next(play)
		}
	})
}

func (b *replayBar) marks() (out []data.ScrubMark) {
	for _, k := range b.h.Model.Marks() {
		out = append(out, data.ScrubMark{X: k.X, Role: host.RoleOf(k.Role)})
	}
	return out
}

// show puts the knob to the moment that is looked at.
func (b *replayBar) show() {
	at, ok := b.h.Model.Moment()
	if !ok {
		b.stop()
		b.text.SetText("")
		return
	}
	if !b.waits {
		b.scrub.Set(at.X, b.marks())
	}
	b.text.SetText(at.When + " · " + at.Text)
	icon, tip := kit.IconPlay, say.T(textPlay)
	if b.playing != 0 {
		icon, tip = kit.IconPause, say.T(textPause)
	}
	b.play.SetIcon(icon)
	b.play.Tip = tip
}

// timelineView is the list of steps with their times.
type timelineView struct {
	h    *host.Host
	list *data.BarList
	rows []model.BarRow
	head *kit.Text
	box  fyne.CanvasObject
}

func newTimelineView(h *host.Host, seek func(float64)) *timelineView {
	v := &timelineView{h: h, head: kit.Caption("")}
	v.list = data.NewBarList(v.line, func(i int) { h.Changed(h.Model.SelectRow(v.rows[i].StepRow)) }, seek)
	v.box = v.list
	return v
}

func (v *timelineView) line(i int) data.BarLine {
	r := v.rows[i]
	l := data.BarLine{Label: r.Name, Text: r.Title, Note: r.Time, Depth: r.Depth, Faint: r.Faint || r.Wait}
	if r.Wait {
		l.Label = ""
	}
	for _, b := range r.Bars {
		l.Bars = append(l.Bars, data.Stretch{From: b.From, To: b.To, Role: host.RoleOf(b.Role), Thin: b.Wait})
	}
	return l
}

func (v *timelineView) show() {
	rows, working, waiting := v.h.Model.Timeline()
	v.rows = rows
	chosen := -1
	for i, r := range rows {
		if r.Selected && !r.Wait {
			chosen = i
		}
	}
	cursor := -1.0
	if at, ok := v.h.Model.Moment(); ok && !at.Live {
		cursor = at.X
	}
	v.head.SetText(textTotals(working, waiting))
	v.list.Set(len(rows), chosen, cursor)
}
