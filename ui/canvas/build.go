package canvas

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// From these zooms on, more is shown.
const (
	zoomFull  = 0.45 // all of a card
	zoomNames = 0.22 // tile and title; below, one picture of everything
	manyBoxes = 300  // more on the screen become one picture as well
)

// build sets up the objects of what the view shows, and a margin around it.
func (c *FlowCanvas) build() {
	z := c.Zoom()
	c.built = c.view().Grow(builtMargin / z)
	c.stale = false
	p := &c.pool
	p.reset()
	boxes, wires, pluses, pills := c.scene.Within(c.built)
	c.far = z < zoomNames || len(boxes) > manyBoxes
	if c.far {
		c.farView.Show()
		c.world.Objects = nil
		return
	}
	c.farView.Hide()
	for _, i := range boxes { // what lies free lies below all else
		if b := &c.scene.Boxes[i]; b.Kind == model.BoxNote && !b.Around {
			c.drawNote(b, z, c.hover == model.Hit{Kind: model.HitBox, Index: i})
		}
	}
	for i := range c.scene.Frames {
		if f := &c.scene.Frames[i]; f.Overlaps(c.built) {
			c.drawFrame(f, z)
		}
	}
	for _, taken := range []bool{false, true} { // the way that was taken lies on top
		for _, i := range wires {
			if c.scene.Wires[i].Taken == taken {
				c.drawWire(&c.scene.Wires[i], z)
			}
		}
	}
	if z >= zoomFull {
		for _, i := range pluses {
			if !c.fixed() {
				c.drawPlus(&c.scene.Pluses[i], z, c.hover == model.Hit{Kind: model.HitPlus, Index: i})
			}
		}
	}
	if z >= zoomNames {
		for _, i := range pills {
			c.drawPill(&c.scene.Pills[i], z, c.hover == model.Hit{Kind: model.HitPill, Index: i})
		}
	}
	for _, i := range boxes {
		b := &c.scene.Boxes[i]
		hover := c.hover == model.Hit{Kind: model.HitBox, Index: i}
		switch {
		case b.Kind == model.BoxEnd:
			c.drawEnd(b, z, hover)
		case b.Kind == model.BoxPlace:
			c.drawStop(b, z)
		case b.Kind == model.BoxNote && b.Around:
			c.drawNote(b, z, hover)
		case b.Kind == model.BoxNote:
		case b.Kind == model.BoxGroup && b.Fold == model.Open:
			c.drawGroup(b, z, hover)
		case b.Kind == model.BoxGroup:
			c.drawFoldedGroup(b, z, c.lit(i))
		default:
			c.drawCard(b, z, hover)
			c.drawPin(b, z, c.hover.Index == i && c.hover.Kind == model.HitBox, c.hover == model.Hit{Kind: model.HitPin, Index: i})
			c.drawFold(b, z, c.hover == model.Hit{Kind: model.HitFold, Index: i})
		}
	}
	if c.band != nil {
		c.drawBand(z)
	}
	if c.carry != nil {
		c.drawCarry(z)
	}
	c.world.Objects = p.out
}

func (c *FlowCanvas) drawFrame(f *model.Frame, z float32) {
	k := kit.Colors()
	fill, line := alpha(k.BranchSoft, 110), k.Branch
	if f.Bad {
		fill, line = alpha(k.BadSoft, 110), k.Bad
	}
	stroke := alpha(line, 70)
	switch {
	case f.Group:
		fill, stroke = alpha(k.NoteGround(f.Color), 150), k.NoteLine(f.Color)
	case f.Inner:
		fill, stroke = alpha(k.Well, 160), k.LineStrong
	}
	r := c.pool.rect(kit.Round(f.X*z), kit.Round(f.Y*z), kit.Round(f.W*z), kit.Round(f.H*z), fill, 14*z)
	r.StrokeColor, r.StrokeWidth = stroke, 1
}

// drawWire draws straight pieces as bars and corners as quarters of a ring.
func (c *FlowCanvas) drawWire(w *model.Wire, z float32) {
	ink := kit.Colors().LineStrong
	if w.Taken {
		ink = kit.Colors().Good
	}
	width := float32(1)
	if z > 0.7 {
		width = kit.Round(2 * z)
	}
	half := width / 2
	pts := make([]fyne.Position, len(w.Points))
	for i, p := range w.Points {
		pts[i] = fyne.NewPos(kit.Round(p.X*z), kit.Round(p.Y*z))
	}
	// bar draws from a to b, which lie on a level or upright line.
	bar := func(a, b fyne.Position) {
		x, y := min(a.X, b.X), min(a.Y, b.Y)
		if a.X == b.X {
			c.pool.rect(x-half, y, width, max(a.Y, b.Y)-y, ink, 0)
		} else {
			c.pool.rect(x, y-half, max(a.X, b.X)-x, width, ink, 0)
		}
	}
	at := pts[0]
	for i := 1; i < len(pts)-1; i++ {
		in, out := direction(pts[i-1], pts[i]), direction(pts[i], pts[i+1])
		r := kit.Round(10 * z)
		if z < zoomFull {
			r = 0 // too small to be seen as round
		}
		r = min(r, distance(pts[i-1], pts[i])/2, distance(pts[i], pts[i+1])/2)
		r = float32(int(r))
		start := pts[i].AddXY(-in.DX*r, -in.DY*r)
		bar(at, start)
		if r > 0 {
			mid := start.AddXY(out.DX*r, out.DY*r)
			from, to := quarter(in, out)
			c.pool.arc(mid.X-r-half, mid.Y-r-half, 2*r+width, from, to, (r-half)/(r+half), ink)
		}
		at = pts[i].AddXY(out.DX*r, out.DY*r)
	}
	bar(at, pts[len(pts)-1])
}

func direction(a, b fyne.Position) fyne.Delta {
	switch {
	case b.X > a.X:
		return fyne.NewDelta(1, 0)
	case b.X < a.X:
		return fyne.NewDelta(-1, 0)
	case b.Y < a.Y:
		return fyne.NewDelta(0, -1)
	}
	return fyne.NewDelta(0, 1)
}

func distance(a, b fyne.Position) float32 {
	return max(a.X-b.X, b.X-a.X) + max(a.Y-b.Y, b.Y-a.Y)
}

// quarter returns the angles of the ring's quarter at a corner, seen from the
// ring's middle; 0 is up, 90 right.
func quarter(in, out fyne.Delta) (from, to float32) {
	angle := func(d fyne.Delta) float32 {
		switch {
		case d.DX > 0:
			return 90
		case d.DX < 0:
			return 270
		case d.DY > 0:
			return 180
		}
		return 0
	}
	a, b := angle(fyne.NewDelta(-out.DX, -out.DY)), angle(in)
	from, to = min(a, b), max(a, b)
	if to-from > 90 { // between left and up
		from, to = 270, 360
	}
	return from, to
}

// lit reports whether the pointer is over a box or its button.
func (c *FlowCanvas) lit(i int) bool {
	return c.hover.Index == i && (c.hover.Kind == model.HitBox || c.hover.Kind == model.HitFold)
}

// drawStop draws the mark of the keyboard around the plus of an empty sequence.
func (c *FlowCanvas) drawStop(b *model.Box, z float32) {
	if !b.Selected || z < zoomFull {
		return
	}
	k, at := kit.Colors(), b.Center()
	r := kit.Round((model.PlusRadius + 4) * z)
	ring := c.pool.circle(kit.Round(at.X*z)-r, kit.Round(at.Y*z)-r, 2*r, color.Transparent)
	ring.StrokeColor, ring.StrokeWidth = k.Accent, max(2, kit.Round(2*z))
}

func (c *FlowCanvas) drawPlus(p *model.Plus, z float32, hover bool) {
	k := kit.Colors()
	r := kit.Round(model.PlusRadius * z)
	x, y := kit.Round(p.At.X*z), kit.Round(p.At.Y*z)
	circle := c.pool.circle(x-r, y-r, 2*r, k.Panel)
	circle.StrokeColor, circle.StrokeWidth = k.Line, 1
	ink := k.Muted
	if hover {
		circle.FillColor, circle.StrokeColor, ink = k.Accent, k.Accent, k.OnAccent
	}
	arm, thick := kit.Round(4*z), max(1, kit.Round(1.4*z))
	c.pool.rect(x-arm, y-thick/2, 2*arm, thick, ink, 0)
	c.pool.rect(x-thick/2, y-arm, thick, 2*arm, ink, 0)
}

func (c *FlowCanvas) drawPill(p *model.Pill, z float32, hover bool) {
	k := kit.Colors()
	f := face{size: 11 * z, style: fyne.TextStyle{Bold: !p.Code, Monospace: p.Code}}
	fill, ink := k.Panel, k.Muted
	if p.Code {
		fill, ink = k.AccentSoft, k.AccentInk
	}
	if p.Empty {
		fill, ink = k.WaitingSoft, k.WaitingInk
	}
	pad := 9 * z
	text := c.shorten(p.Text, p.W*z-2*pad, f)
	w := kit.Round(f.measure(text).Width + 2*pad)
	h := kit.Round((model.PillHeight - 2) * z)
	x, y := kit.Round((p.X+p.W/2)*z), kit.Round((p.Y+p.H/2)*z)
	r := c.pool.rect(x-kit.Round(w/2), y-kit.Round(h/2), w, h, fill, h/2)
	r.StrokeColor, r.StrokeWidth = k.Line, 1
	if hover {
		r.StrokeColor = k.AccentInk
	}
	c.pool.centered(text, f, x, y, ink)
}

// shadowOf is the soft shadow under a card.
func shadowOf(z float32, lifted bool) canvas.Shadow {
	s := canvas.Shadow{Color: kit.Colors().Shadow, BlurRadius: 5 * z, Offset: fyne.NewPos(0, max(1, kit.Round(1.5*z))), Variant: canvas.DropShadow}
	if lifted {
		s.BlurRadius, s.Offset.Y = 10*z, max(1, kit.Round(3*z))
	}
	return s
}
