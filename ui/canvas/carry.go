package canvas

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// carry is a card that is being dragged to another place.
type carry struct {
	box model.Box
	by  fyne.Position // from the card's corner to the pointer
	at  fyne.Position // of the pointer
}

// reach is how near to a plus, in pixels, a card must be dropped.
const reach = 70

// lift begins to carry the card under a press that moves, if it can be moved.
func (c *FlowCanvas) lift(p *press, at fyne.Position) bool {
	if p.hit.Kind != model.HitBox || p.button != desktop.MouseButtonPrimary || c.fixed() || c.far || c.Zoom() < zoomFull || c.OnDrop == nil {
		return false
	}
	b := c.scene.Boxes[p.hit.Index]
	if _, ok := c.scene.PlusAfter(b.ID); b.Kind != model.BoxStep || !ok {
		return false
	}
	c.carry = &carry{box: b, by: p.at.Subtract(c.toView(model.Point{X: b.X, Y: b.Y}))}
	c.carryTo(at)
	return true
}

// carryTo moves the card along and lights up the plus that it would go to.
func (c *FlowCanvas) carryTo(at fyne.Position) {
	c.carry.at = at
	c.hover = model.Hit{}
	w, z := c.toWorld(at), c.Zoom()
	_, _, pluses, _ := c.scene.Within(model.Rect{X: w.X, Y: w.Y}.Grow(reach / z))
	best := float64(reach)
	for _, i := range pluses {
		v := c.toView(c.scene.Pluses[i].At)
		if d := math.Hypot(float64(v.X-at.X), float64(v.Y-at.Y)); d < best {
			best, c.hover = d, model.Hit{Kind: model.HitPlus, Index: i}
		}
	}
	c.stale = true
	c.show()
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
	card := c.pool.rect(x, y, kit.Round(c.carry.box.W*z), kit.Round(c.carry.box.H*z), alpha(k.Panel, 225), kit.CardRadius*z)
	card.StrokeColor, card.StrokeWidth = k.Accent, max(1, kit.Round(2*z))
	card.Shadow = shadowOf(z, true)
	c.drawTile(&c.carry.box, x+kit.Round(13*z), y+kit.Round(13*z), z)
	f := face{size: 13 * z, style: fyne.TextStyle{Bold: true}}
	if c.hover.Kind == model.HitPlus { // where it would go shows through
		defer c.drawPlus(&c.scene.Pluses[c.hover.Index], z, true)
	}
	c.pool.text(c.shorten(c.carry.box.Title, (c.carry.box.W-70)*z, f), f, x+kit.Round(55*z), y+c.carry.box.H*z/2, k.Ink)
}
