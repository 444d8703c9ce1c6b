package canvas

import (
	"strings"

	"fyne.io/fyne/v2"

	"sluice/engine/plain"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// noteGrip is the size of the corner by which a note is made larger.
const noteGrip = 16

// noteDrag is a note that is being moved, or made larger.
type noteDrag struct {
	box  model.Box
	size bool
	from model.Point
	now  model.Rect
}

// liftNote begins to move the note under a press, if it can be moved.
func (c *FlowCanvas) liftNote(p *press, at fyne.Position) bool {
	if p.hit.Kind != model.HitBox || c.fixed() || c.OnNote == nil {
		return false
	}
	b := c.scene.Boxes[p.hit.Index]
	if b.Kind != model.BoxNote || b.Around || b.Locked {
		return false
	}
	from := c.toWorld(p.at)
	grip := noteGrip / c.Zoom()
	c.note = &noteDrag{box: b, from: from, now: b.Rect, size: from.X > b.X+b.W-grip && from.Y > b.Y+b.H-grip}
	c.noteTo(at)
	return true
}

func (c *FlowCanvas) noteTo(at fyne.Position) {
	n, w := c.note, c.toWorld(at)
	dx, dy := w.X-n.from.X, w.Y-n.from.Y
	n.now = n.box.Rect
	if n.size {
		n.now.W, n.now.H = max(60, n.now.W+dx), max(60, n.now.H+dy)
	} else {
		n.now.X, n.now.Y = n.now.X+dx, n.now.Y+dy
	}
	c.stale = true
	c.show()
}

func (c *FlowCanvas) endNote() {
	n := c.note
	c.note, c.stale = nil, true
	c.show()
	c.OnNote(n.box.ID, n.now)
}

// drawNote draws a note: its text on its color, or as the head of what it surrounds.
func (c *FlowCanvas) drawNote(b *model.Box, z float32, hover bool) {
	k, p := kit.Colors(), &c.pool
	r := b.Rect
	if c.note != nil && c.note.box.ID == b.ID {
		r = c.note.now
	}
	x, y, w, h := kit.Round(r.X*z), kit.Round(r.Y*z), kit.Round(r.W*z), kit.Round(r.H*z)
	if b.Chosen() || b.Match {
		c.glow(b, x, y, w, h, 8*z, z)
	}
	f := face{size: 12 * z}
	if b.Around {
		f.style.Bold = true
		p.text(c.shorten(b.Title, w-20*z, f), f, x+kit.Round(10*z), y+h/2, k.Ink)
		return
	}
	ground := p.rect(x, y, w, h, k.NoteGround(b.Color), 8*z)
	ground.StrokeColor, ground.StrokeWidth = k.NoteLine(b.Color), 1
	if b.Selected {
		ground.StrokeColor, ground.StrokeWidth = k.Accent, max(1, kit.Round(2*z))
	}
	if z < zoomFull {
		return
	}
	pad, step := kit.Round(10*z), kit.Round(17*z)
	text := b.Title
	ink := k.Ink
	if strings.TrimSpace(text) == "" {
		text, ink = say.T(textEmptyNote), k.Muted
	}
	at := y + pad + step/2
	for _, line := range c.wrap(text, w-2*pad, f, max(1, int((h-2*pad)/step))) {
		p.text(line, f, x+pad, at, ink)
		at += step
	}
	if hover && !c.fixed() && !b.Locked {
		for i := range 3 {
			d := kit.Round(float32(4+3*i) * z)
			p.rect(x+w-d-3, y+h-4, d, 1, k.NoteLine(b.Color), 0)
			p.rect(x+w-4, y+h-d-3, 1, d, k.NoteLine(b.Color), 0)
			break
		}
	}
}

// wrap breaks a text into at most so many lines of a width.
func (c *FlowCanvas) wrap(s string, width float32, f face, most int) []string {
	key := wrapKey{s, int(width), most, f}
	if got, ok := c.wraps[key]; ok {
		return got
	}
	if len(c.wraps) > 4000 {
		clear(c.wraps)
	}
	var out []string
	for part := range strings.SplitSeq(s, "\n") {
		line := ""
		for _, word := range strings.Fields(plain.Line(part)) {
			next := strings.TrimSpace(line + " " + word)
			if line != "" && f.measure(next).Width > width {
				out = append(out, line)
				next = word
			}
			if line = next; len(out) > most {
				break
			}
		}
		out = append(out, c.shorten(line, width, f))
		if len(out) > most {
			break
		}
	}
	if len(out) > most {
		out = out[:most]
		out[most-1] = c.shorten(out[most-1]+" …", width, f)
	}
	c.wraps[key] = out
	return out
}

type wrapKey struct {
	text        string
	width, most int
	face        face
}

// drawGroup draws the head of a group that is open.
func (c *FlowCanvas) drawGroup(b *model.Box, z float32, hover bool) {
	k, p := kit.Colors(), &c.pool
	if z < zoomNames {
		return
	}
	f := face{size: 11 * z, style: fyne.TextStyle{Bold: true}}
	small := face{size: 11 * z}
	pad, icon := 10*z, 18*z
	title := c.shorten(b.Title, b.W*z-2*pad-icon, f)
	w := f.measure(title).Width + 2*pad + icon
	more := ""
	if room := b.W*z - w - 6*z; b.Line != "" && room > 40*z {
		more = c.shorten("· "+b.Line, room, small)
		w += small.measure(more).Width + 5*z
	}
	w, h := kit.Round(w), kit.Round(b.H*z)
	x, y := kit.Round((b.X+b.W/2)*z-w/2), kit.Round(b.Y*z)
	if b.Selected || b.Match {
		c.glow(b, x, y, w, h, h/2, z)
	}
	box := p.rect(x, y, w, h, k.NoteGround(b.Color), h/2)
	box.StrokeColor, box.StrokeWidth = k.NoteLine(b.Color), 1
	if hover || b.Selected {
		box.StrokeColor = k.Accent
	}
	p.text(string(kit.IconChevronDown), face{size: 13 * z, icon: true}, x+kit.Round(8*z), y+h/2, k.Muted)
	p.text(title, f, x+kit.Round(pad+14*z), y+h/2, k.Ink)
	if more != "" {
		p.text(more, small, x+kit.Round(pad+18*z)+f.measure(title).Width, y+h/2, k.Muted)
	}
}

// drawFoldedGroup draws the card that stands for a group.
func (c *FlowCanvas) drawFoldedGroup(b *model.Box, z float32, hover bool) {
	k, p := kit.Colors(), &c.pool
	x, y, w, h := kit.Round(b.X*z), kit.Round(b.Y*z), kit.Round(b.W*z), kit.Round(b.H*z)
	radius := kit.CardRadius * z
	under := p.rect(x+kit.Round(4*z), y+kit.Round(4*z), w, h, k.NoteGround(b.Color), radius) // there is more below
	under.StrokeColor, under.StrokeWidth = k.NoteLine(b.Color), 1
	if b.Selected || b.Match {
		c.glow(b, x, y, w, h, radius, z)
	}
	card := p.rect(x, y, w, h, k.NoteGround(b.Color), radius)
	card.StrokeColor, card.StrokeWidth = k.NoteLine(b.Color), 1
	if b.Selected || hover {
		card.StrokeColor, card.StrokeWidth = k.Accent, max(1, kit.Round(float32(1+btoi(b.Selected))*z))
	}
	f := face{size: 13 * z, style: fyne.TextStyle{Bold: true}}
	left := x + kit.Round(20*z)
	if z < zoomFull {
		p.text(c.shorten(b.Title, w-40*z, f), f, left, y+h/2, k.Ink)
		return
	}
	right := c.drawState(b, x+w-kit.Round(13*z), y+h/2, z) - kit.Round(6*z)
	small := face{size: kit.TextCaption * z}
	p.text(c.shorten(b.Title, right-left, f), f, left, y+kit.Round(21*z), k.Ink)
	p.text(c.shorten(b.Line, right-left, small), small, left, y+kit.Round(39*z), k.Muted)
	c.drawFold(b, z, hover)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// drawFold draws the small button by which what a card holds is folded or shown.
func (c *FlowCanvas) drawFold(b *model.Box, z float32, hover bool) {
	if b.Fold == model.NoFold || z < zoomFull {
		return
	}
	k := kit.Colors()
	at := b.FoldAt()
	r := kit.Round(9 * z)
	x, y := kit.Round(at.X*z), kit.Round(at.Y*z)
	circle := c.pool.circle(x-r, y-r, 2*r, k.Panel)
	circle.StrokeColor, circle.StrokeWidth = k.LineStrong, 1
	ink := k.Muted
	if hover {
		circle.StrokeColor, ink = k.Accent, k.AccentInk
	}
	icon := kit.IconChevronRight
	if b.Fold == model.Open {
		icon = kit.IconChevronDown
	}
	c.pool.centered(string(icon), face{size: 13 * z, icon: true}, x, y, ink)
}

// drawPin draws the sign of a result that is pinned; over other cards it is there while the
// pointer is, to pin by.
func (c *FlowCanvas) drawPin(b *model.Box, z float32, near, hover bool) {
	if z < zoomFull || !b.Mocked && (!b.Pins || !near && !hover || c.fixed()) {
		return
	}
	k := kit.Colors()
	at, r := b.PinAt(), kit.Round(10*z)
	x, y := kit.Round(at.X*z), kit.Round(at.Y*z)
	circle := c.pool.circle(x-r, y-r, 2*r, k.Panel)
	circle.StrokeColor, circle.StrokeWidth = k.LineStrong, 1
	ink := k.Muted
	if b.Mocked {
		circle.FillColor, circle.StrokeColor, ink = k.AccentSoft, k.Accent, k.AccentInk
	}
	if hover {
		circle.StrokeColor, ink = k.Accent, k.AccentInk
	}
	c.pool.centered(string(kit.IconPin), face{size: 12 * z, icon: true}, x, y, ink)
}

// glow draws the ring around what is selected, found or has the keyboard.
func (c *FlowCanvas) glow(b *model.Box, x, y, w, h, radius, z float32) {
	k := kit.Colors()
	ring, out := alpha(k.Accent, 50), max(2, kit.Round(4*z)) // the way is seen through it
	switch {
	case b.Selected && c.focused:
		ring, out = k.Focus, max(2, kit.Round(3*z))
	case b.Match:
		ring = k.Select
	}
	c.pool.rect(x-out, y-out, w+2*out, h+2*out, ring, radius+out)
}
