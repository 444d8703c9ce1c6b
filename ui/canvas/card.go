package canvas

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
)

func alpha(c color.NRGBA, a uint8) color.NRGBA { c.A = a; return c }

// dotOf is the color of a state's dot.
func dotOf(r model.Role) color.NRGBA {
	k := kit.Colors()
	switch r {
	case model.Busy:
		return k.Accent
	case model.AwaitsPeople:
		return k.WaitingLine
	case model.Good:
		return k.Good
	case model.Bad:
		return k.Bad
	case model.Passed:
		return k.Faint
	}
	return k.Line
}

// drawCard draws one step. Its corner is put on a whole pixel and everything
// inside on whole pixels from there, or the pieces would jitter while panning.
func (c *FlowCanvas) drawCard(b *model.Box, z float32, hover bool) {
	k, p := kit.Colors(), &c.pool
	x, y, w, h := kit.Round(b.X*z), kit.Round(b.Y*z), kit.Round(b.W*z), kit.Round(b.H*z)
	radius := kit.CardRadius * z
	at := func(v float32) float32 { return kit.Round(v * z) }

	banded := c.band != nil && c.band.over[b.ID]
	c.drawPulse(b, z)
	if b.Chosen() || b.Match || banded {
		c.glow(b, x, y, w, h, radius, z)
	}
	if b.Fold == model.Folded && !b.Opens { // there is more below
		under := p.rect(x+at(4), y+at(4), w, h, k.Panel, radius)
		under.StrokeColor, under.StrokeWidth = k.Line, 1
	}
	ground, line, width := k.Panel, k.Line, float32(1)
	if b.Skipped {
		ground = k.Background
	}
	switch {
	case b.Role == model.AwaitsPeople:
		ground, line, width = k.WaitingSoft, k.WaitingLine, max(1, at(2))
	case b.Chosen() || banded:
		line, width = k.Accent, max(1, at(2))
	case b.Role == model.Bad:
		line, width = k.Bad, max(1, kit.Round(1.5*z))
	case hover:
		line = k.LineStrong
	}
	card := p.rect(x, y, w, h, c.pulsed(b, ground), radius)
	card.StrokeColor, card.StrokeWidth = line, width
	card.Shadow = shadowOf(z, hover)

	c.drawTile(b, x+at(13), y+at(13), z)

	title, head := face{size: 13 * z, style: fyne.TextStyle{Bold: true}}, k.Ink
	if b.Skipped {
		head = k.Muted
	}
	left, right := x+at(55), x+w-at(13)
	if z < zoomFull {
		p.text(c.shorten(b.Title, right-left, title), title, left, y+h/2, head)
		return
	}

	right = c.drawState(b, right, y+h/2, z)
	right = c.drawChip(b, right, y+h/2, z) - at(8)
	p.text(c.shorten(b.Title, right-left, title), title, left, y+at(c.titleAt(b, right-left, z)), head)
	small := face{size: kit.TextCaption * z}
	ink := k.Muted
	switch {
	case b.Role == model.AwaitsPeople:
		ink = k.WaitingInk
	case b.Role == model.Bad || b.Serious && b.Role == model.Idle:
		ink = k.Bad
	case b.Vain && b.Line == b.Problem:
		ink = k.WaitingInk
	}
	switch one, two := c.lines(b.Line, right-left, small); {
	case one == "":
	case two == "":
		p.text(one, small, left, y+at(39), ink)
	default:
		p.text(one, small, left, y+at(30), ink)
		p.text(two, small, left, y+at(44), ink)
	}
}

// titleAt is the height of the title's middle: higher the more lines follow it.
func (c *FlowCanvas) titleAt(b *model.Box, width, z float32) float32 {
	if b.Line == "" {
		return b.H / 2
	}
	if _, two := c.lines(b.Line, width, face{size: kit.TextCaption * z}); two != "" {
		return 13
	}
	return 21
}

// drawState draws the dot at a card's right and returns where the room before it ends.
func (c *FlowCanvas) drawState(b *model.Box, right, y, z float32) float32 {
	p := &c.pool
	d := max(4, kit.Round(9*z))
	switch {
	case b.Problem != "" && b.Role == model.Idle, b.Vain && b.Line == b.Problem:
		f := face{size: 14 * z, icon: true}
		m := f.measure(string(kit.IconWarning))
		ink := kit.Colors().Muted
		switch {
		case b.Serious:
			ink = kit.Colors().Bad
		case b.Vain:
			ink = kit.Colors().WaitingInk
		}
		p.text(string(kit.IconWarning), f, right-m.Width+kit.Round(2*z), y, ink)
		return right - m.Width - kit.Round(4*z)
	case b.Role == model.Busy:
		ring := p.circle(right-d-1, y-d/2-1, d+2, color.Transparent)
		ring.StrokeColor, ring.StrokeWidth = dotOf(b.Role), max(1, kit.Round(2*z))
	default:
		p.circle(right-d, kit.Round(y-d/2), d, dotOf(b.Role))
	}
	right -= d + kit.Round(8*z)
	if b.Vain { // the dot is of the run, the mark of the flow as it is now
		f := face{size: 14 * z, icon: true}
		m := f.measure(string(kit.IconWarning))
		p.text(string(kit.IconWarning), f, right-m.Width+kit.Round(2*z), y, kit.Colors().WaitingInk)
		right -= m.Width + kit.Round(4*z)
	}
	return right
}

// drawChip draws a card's id and returns its left edge.
func (c *FlowCanvas) drawChip(b *model.Box, right, y, z float32) float32 {
	if b.Chip == "" {
		return right
	}
	k := kit.Colors()
	f := face{size: 10.5 * z, style: fyne.TextStyle{Monospace: true}}
	text := c.shorten(b.Chip, 72*z, f)
	w, h := kit.Round(f.measure(text).Width+10*z), kit.Round(18*z)
	c.pool.rect(right-w, kit.Round(y-h/2), w, h, k.Well, 6*z)
	c.pool.centered(text, f, right-w/2, y, k.Muted)
	return right - w
}

// drawEnd draws the small pill at the flow's end.
func (c *FlowCanvas) drawEnd(b *model.Box, z float32, hover bool) {
	k := kit.Colors()
	x, y, w, h := kit.Round(b.X*z), kit.Round(b.Y*z), kit.Round(b.W*z), kit.Round(b.H*z)
	ground, ink, line := k.Panel, k.Muted, k.Line
	switch b.Role {
	case model.Good:
		ground, ink, line = k.GoodSoft, k.Good, k.GoodSoft // with an edge it would be a button
	case model.Bad:
		ground, ink, line = k.BadSoft, k.Bad, k.BadSoft
	}
	if b.Selected {
		out := max(2, kit.Round(3*z))
		glow := k.AccentSoft
		if c.focused {
			glow = k.Focus
		}
		c.pool.rect(x-out, y-out, w+2*out, h+2*out, glow, h/2+out)
		line = k.Accent
	} else if hover {
		line = k.LineStrong
	}
	r := c.pool.rect(x, y, w, h, ground, h/2)
	r.StrokeColor, r.StrokeWidth = line, 1
	f := face{size: kit.TextCaption * z, style: fyne.TextStyle{Bold: true}}
	c.pool.centered(b.Title, f, x+w/2, y+h/2, ink)
}

// cutOf is the title and the line of a card that has no room for one of them, "" if all
// of it can be read.
func (c *FlowCanvas) cutOf(b *model.Box) string {
	if b.Kind != model.BoxStep && b.Kind != model.BoxGroup || c.far {
		return ""
	}
	z := c.Zoom()
	title := face{size: 13 * z, style: fyne.TextStyle{Bold: true}}
	chip := face{size: 10.5 * z, style: fyne.TextStyle{Monospace: true}}
	room := (b.W-55-13-8-17)*z - chip.measure(c.shorten(b.Chip, 72*z, chip)).Width - 10*z
	one, two := c.lines(b.Line, room, face{size: kit.TextCaption * z})
	if title.measure(b.Title).Width <= room && z >= zoomFull && !strings.HasSuffix(one, "…") && !strings.HasSuffix(two, "…") {
		return ""
	}
	return strings.TrimSuffix(b.Title+"\n"+b.Line, "\n")
}
