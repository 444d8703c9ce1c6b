package canvas

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// The ladder of zoom: 1.1 to the power of a rung.
const (
	lowestRung  = -31 // 5 %; lower where a flow is so long that it takes that to see it whole
	leastRung   = -80
	highestRung = 9  // 236 %
	topMargin   = 26 // above the first card, where a view begins
	sideMargin  = 40
	builtMargin = 200 // pixels around the view that have objects, too
)

func scaleOf(rung int) float32 { return float32(math.Pow(1.1, float64(rung))) }

// Zoom returns the scale: 1 is 100 %.
func (c *FlowCanvas) Zoom() float32 { return scaleOf(c.rung) }

// toWorld turns a place in the widget into one of the scene.
func (c *FlowCanvas) toWorld(p fyne.Position) model.Point {
	z := c.Zoom()
	return model.Point{X: (p.X - c.offset.X) / z, Y: (p.Y - c.offset.Y) / z}
}

// toView turns a place of the scene into one in the widget.
func (c *FlowCanvas) toView(p model.Point) fyne.Position {
	z := c.Zoom()
	return fyne.NewPos(p.X*z+c.offset.X, p.Y*z+c.offset.Y)
}

// view is the part of the world that can be seen.
func (c *FlowCanvas) view() model.Rect {
	a, s, z := c.toWorld(fyne.Position{}), c.Size(), c.Zoom()
	return model.Rect{X: a.X, Y: a.Y, W: s.Width / z, H: s.Height / z}
}

// ZoomTo sets the rung and keeps what lies under the place p where it is.
func (c *FlowCanvas) zoomTo(rung int, p fyne.Position) {
	rung = max(c.lowest(), min(highestRung, rung))
	if rung == c.rung {
		return
	}
	w := c.toWorld(p)
	c.rung = rung
	z := c.Zoom()
	c.offset = fyne.NewPos(p.X-w.X*z, p.Y-w.Y*z)
	c.touched, c.fitted, c.stale = true, false, true
	c.show()
	c.tellView()
}

// lowest is how far one can go away.
func (c *FlowCanvas) lowest() int {
	return min(lowestRung, c.fitting(c.Size().Width-2*sideMargin, c.Size().Height-2*topMargin))
}

func (c *FlowCanvas) middle() fyne.Position {
	return fyne.NewPos(c.Size().Width/2, c.Size().Height/2)
}

// ZoomIn goes one step nearer, about the middle.
func (c *FlowCanvas) ZoomIn() { c.zoomTo(c.rung+1, c.middle()) }

// ZoomOut goes one step away.
func (c *FlowCanvas) ZoomOut() { c.zoomTo(c.rung-1, c.middle()) }

// ZoomReset shows 100 %.
func (c *FlowCanvas) ZoomReset() { c.zoomTo(0, c.middle()) }

// Fit shows the whole flow, at 100 % at most.
func (c *FlowCanvas) Fit() {
	c.fit()
	c.show()
	c.tellView()
}

func (c *FlowCanvas) fit() {
	c.rung = c.fitting(c.Size().Width-2*sideMargin, c.Size().Height-2*topMargin)
	c.center()
	if h := c.scene.Bounds.H * c.Zoom(); h > 0 {
		c.offset.Y = max(topMargin, (c.Size().Height-h)/2) - c.scene.Bounds.Y*c.Zoom()
	}
	c.touched, c.fitted, c.stale = true, true, true
}

// resized keeps a view that somebody chose when the widget's size changes: the whole
// flow stays the whole flow; else what stood in the middle of the width stays there,
// and a flow that could be seen whole still can, where there is room.
func (c *FlowCanvas) resized(before fyne.Size) {
	if c.fitted {
		c.fit()
		return
	}
	s, b, z := c.Size(), c.scene.Bounds, c.Zoom()
	left, top, w, h := b.X*z+c.offset.X, b.Y*z+c.offset.Y, b.W*z, b.H*z
	c.offset.X += (s.Width - before.Width) / 2
	if top >= 0 && top+h <= before.Height && h+topMargin <= s.Height {
		c.offset.Y -= max(0, top+h-s.Height)
	}
	if left >= 0 && left+w <= before.Width && w <= s.Width {
		left += (s.Width - before.Width) / 2
		c.offset.X += max(0, -left) - max(0, left+w-s.Width)
	}
	c.keepNear()
}

// fitting returns the highest rung, at most 0, at which the scene fits a size.
func (c *FlowCanvas) fitting(w, h float32) int {
	b := c.scene.Bounds
	rung := 0
	for rung > leastRung && (b.W*scaleOf(rung) > w || b.H*scaleOf(rung) > h) {
		rung--
	}
	return rung
}

// center puts the scene's top at the view's top and its middle at the middle.
func (c *FlowCanvas) center() {
	b, z := c.scene.Bounds, c.Zoom()
	c.offset = fyne.NewPos(c.Size().Width/2-(b.X+b.W/2)*z, topMargin-b.Y*z)
}

// place chooses the first view of a scene: 100 %, or a little less where that
// makes it fit, else as much as makes the width fit, from the top.
func (c *FlowCanvas) place() {
	if c.placed || len(c.scene.Boxes) == 0 || c.Size().Width < 1 {
		return
	}
	w, h := c.Size().Width-2*sideMargin, c.Size().Height-2*topMargin
	if c.rung = c.fitting(w, h); c.rung < -3 { // too small to read at a glance
		c.rung = max(-7, c.fitting(w, math.MaxFloat32))
	}
	c.center()
	if c.scene.Bounds.W*c.Zoom() > c.Size().Width {
		c.offset.X = c.Size().Width / 2 // the trunk, rather than the middle of all
	}
	c.placed = true
}

func (c *FlowCanvas) pan(dx, dy float32) {
	c.offset = c.offset.AddXY(dx, dy)
	c.keepNear()
	c.touched, c.fitted = true, false
	c.show()
	c.tellView()
}

// keepNear keeps a piece of the scene in the view, so that it cannot be lost.
func (c *FlowCanvas) keepNear() {
	const rest = 60
	b, z, s := c.scene.Bounds, c.Zoom(), c.Size()
	if b.W == 0 {
		return
	}
	left, top := b.X*z+c.offset.X, b.Y*z+c.offset.Y
	c.offset.X += max(0, rest-(left+b.W*z)) - max(0, left-(s.Width-rest))
	c.offset.Y += max(0, rest-(top+b.H*z)) - max(0, top-(s.Height-rest))
}

// Reveal moves the view as little as it takes to show a card in full.
func (c *FlowCanvas) Reveal(id string) {
	b, ok := c.scene.Box(id)
	if !ok || c.Size().Width < 1 {
		return
	}
	const margin = 24
	z, s := c.Zoom(), c.Size()
	p := c.toView(model.Point{X: b.X, Y: b.Y})
	shift := func(at, size, room float32) float32 {
		if at < margin {
			return margin - at
		}
		if over := at + size + margin - room; over > 0 {
			return -min(over, at-margin)
		}
		return 0
	}
	dx := shift(p.X, b.W*z, s.Width)
	if p.X+dx < barMargin+c.bar.width() {
		s.Height -= barMargin + barHeight // the zoom bar would cover it
	}
	if dy := shift(p.Y, b.H*z, s.Height); dx != 0 || dy != 0 {
		chosen, fitted := c.touched, c.fitted
		c.pan(dx, dy)
		c.touched, c.fitted = chosen, fitted // the view was moved, but by nobody
	}
}

func (c *FlowCanvas) tellView() {
	if c.OnView != nil {
		c.OnView(c.Zoom(), c.offset)
	}
}

// show brings the objects in line with scene and view. It is cheap where only
// the offset has changed.
func (c *FlowCanvas) show() {
	if c.Size().Width < 1 || !c.rendered {
		return
	}
	c.place()
	off := fyne.NewPos(kit.Round(c.offset.X), kit.Round(c.offset.Y))
	if c.stale || !covers(c.built, c.view()) {
		c.build()
	}
	c.world.Move(off)
	c.dots.show(c.Size(), off, c.Zoom())
	if c.far {
		canvas.Refresh(c.farView)
	}
	c.bar.show(c)
	c.minimap.show()
	c.showRing()
	canvas.Refresh(c.ground) // marks the window dirty; the pooled objects need no more
}

func covers(outer, inner model.Rect) bool { return outer.Union(inner) == outer }

// showRing draws the mark of the keyboard around the canvas where no card bears it.
func (c *FlowCanvas) showRing() {
	s := c.Size()
	const width = 2
	for i, r := range [4]model.Rect{{W: s.Width, H: width}, {Y: s.Height - width, W: s.Width, H: width}, {W: width, H: s.Height}, {X: s.Width - width, W: width, H: s.Height}} {
		edge := c.ring[i]
		if !c.focused || c.selected != "" {
			edge.Hide()
			continue
		}
		edge.FillColor = kit.Colors().Focus
		kit.Place(edge, r.X, r.Y, r.W, r.H)
		edge.Show()
	}
}

// Follow moves the view so that a card stands well inside of it, where it does not yet.
func (c *FlowCanvas) Follow(id string) {
	b, ok := c.scene.Box(id)
	if !ok || c.Size().Width < 1 {
		return
	}
	view := c.view()
	inner := view.Grow(-min(view.W, view.H) / 8)
	if inner.Union(b.Rect) == inner {
		return
	}
	at, mid := c.toView(b.Center()), c.middle()
	chosen, fitted := c.touched, c.fitted
	c.pan(mid.X-at.X, mid.Y-at.Y)
	c.touched, c.fitted = chosen, fitted
}

// Center returns the place of the scene in the middle of the view.
func (c *FlowCanvas) Center() model.Point { return c.toWorld(c.middle()) }

// PlaceAt returns the place of the scene at a place in the widget.
func (c *FlowCanvas) PlaceAt(p fyne.Position) model.Point { return c.toWorld(p) }
