package canvas

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// carry is a card that is being dragged to another place.
type carry struct {
	box model.Box
	by  fyne.Position // from the card's corner to the pointer
	at  fyne.Position // of the pointer
	n   int           // of the cards that go with it
	new func(to model.Plus)
}

// Beside the plus itself its whole wire takes a card.
const wireReach = 30

// reach is how near to a plus, in pixels, a card must be dropped.
const reach = 70

// lift begins to carry the card under a press that moves, if it can be moved.
func (c *FlowCanvas) lift(p *press, at fyne.Position) bool {
	if p.hit.Kind != model.HitBox || p.button != desktop.MouseButtonPrimary || c.fixed() || c.far || c.Zoom() < zoomFull || c.OnDrop == nil {
		return false
	}
	b := c.scene.Boxes[p.hit.Index]
	if _, ok := c.scene.PlusAfter(b.ID); b.Kind != model.BoxStep || b.Inner || !ok {
		return false
	}
	n := 1
	for i := range c.scene.Boxes {
		if b.Chosen() && c.scene.Boxes[i].ID != b.ID && c.scene.Boxes[i].Chosen() && c.scene.Boxes[i].Kind == model.BoxStep {
			n++
		}
	}
	c.carry = &carry{n: n, box: b, by: p.at.Subtract(c.toView(model.Point{X: b.X, Y: b.Y}))}
	c.carryTo(at)
	return true
}

// carryTo moves the card along and lights up the plus that it would go to.
func (c *FlowCanvas) carryTo(at fyne.Position) {
	c.carry.at = at
	c.hover = model.Hit{}
	w, z := c.toWorld(at), c.Zoom()
	_, wires, pluses, _ := c.scene.Within(model.Rect{X: w.X, Y: w.Y}.Grow(reach / z))
	if c.fixed() || c.far || z < zoomFull {
		wires, pluses = nil, nil
	}
	best := float64(reach)
	for _, i := range pluses {
		v := c.toView(c.scene.Pluses[i].At)
		if d := math.Hypot(float64(v.X-at.X), float64(v.Y-at.Y)); d < best {
			best, c.hover = d, model.Hit{Kind: model.HitPlus, Index: i}
		}
	}
	if c.hover.Kind == model.HitNothing {
		best = wireReach
		for _, i := range wires {
			wire := &c.scene.Wires[i]
			if d := float64(wire.Distance(w) * z); wire.Plus >= 0 && d < best {
				best, c.hover = d, model.Hit{Kind: model.HitPlus, Index: wire.Plus}
			}
		}
	}
	c.stale = true
	c.show()
}

// Bring carries something new over the canvas, such as a script of the picker: at is the
// pointer's place in the widget. Put drops it; then is told where it goes.
func (c *FlowCanvas) Bring(title string, tile model.Tile, at fyne.Position, then func(to model.Plus)) {
	if c.carry == nil {
		z := c.Zoom()
		c.carry = &carry{n: 1, new: then, by: fyne.NewPos(30*z, 20*z), box: model.Box{Title: title, Tile: tile, Rect: model.Rect{W: model.CardWidth, H: model.CardHeight}}}
	}
	c.carryTo(at)
}

// Put drops what Bring brought, and reports whether there was a place for it.
func (c *FlowCanvas) Put() bool {
	if c.carry == nil || c.carry.new == nil {
		return false
	}
	then, to := c.carry.new, c.hover
	c.carry, c.hover, c.stale = nil, model.Hit{}, true
	c.show()
	if to.Kind != model.HitPlus {
		return false
	}
	then(c.scene.Pluses[to.Index])
	return true
}

// put drops the card.
func (c *FlowCanvas) put() {
	id, to := c.carry.box.ID, c.hover
	c.carry, c.hover, c.stale = nil, model.Hit{}, true
	c.show()
	if to.Kind == model.HitPlus {
		c.OnDrop(id, c.scene.Pluses[to.Index])
	}
}

// drawCarry draws the card under the pointer.
func (c *FlowCanvas) drawCarry(z float32) {
	k := kit.Colors()
	at := c.carry.at.Subtract(c.carry.by)
	x, y := kit.Round(at.X-c.offset.X), kit.Round(at.Y-c.offset.Y)
	if c.carry.n > 1 {
		d := kit.Round(5 * z)
		under := c.pool.rect(x+d, y+d, kit.Round(c.carry.box.W*z), kit.Round(c.carry.box.H*z), alpha(k.Panel, 225), kit.CardRadius*z)
		under.StrokeColor, under.StrokeWidth = k.Accent, 1
	}
	card := c.pool.rect(x, y, kit.Round(c.carry.box.W*z), kit.Round(c.carry.box.H*z), alpha(k.Panel, 225), kit.CardRadius*z)
	card.StrokeColor, card.StrokeWidth = k.Accent, max(1, kit.Round(2*z))
	card.Shadow = shadowOf(z, true)
	c.drawTile(&c.carry.box, x+kit.Round(13*z), y+kit.Round(13*z), z)
	f := face{size: 13 * z, style: fyne.TextStyle{Bold: true}}
	if c.hover.Kind == model.HitPlus { // where it would go shows through
		defer c.drawPlus(&c.scene.Pluses[c.hover.Index], z, true)
	}
	title := c.carry.box.Title
	if c.carry.n > 1 {
		title = say.N(c.carry.n, "%d step", "%d steps")
	}
	c.pool.text(c.shorten(title, (c.carry.box.W-70)*z, f), f, x+kit.Round(55*z), y+c.carry.box.H*z/2, k.Ink)
}
