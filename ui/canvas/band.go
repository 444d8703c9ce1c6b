package canvas

import (
	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// band is the frame that is drawn over what shall be selected.
type band struct {
	from, to fyne.Position
	add      bool            // to what is selected already
	over     map[string]bool // the boxes that it touches
}

// bandTo draws the frame to a place.
func (c *FlowCanvas) bandTo(at fyne.Position) {
	b := c.band
	b.to, b.over = at, map[string]bool{}
	r := c.bandRect()
	boxes, _, _, _ := c.scene.Within(r)
	for _, i := range boxes {
		if box := &c.scene.Boxes[i]; selectable(box) && box.Overlaps(r) {
			b.over[box.ID] = true
		}
	}
	c.stale = true
	c.show()
}

// selectable reports whether a box can be one of several.
func selectable(b *model.Box) bool {
	return b.Kind == model.BoxStep && !b.Inner || b.Kind == model.BoxNote && !b.Around
}

// bandRect is where the frame lies in the scene.
func (c *FlowCanvas) bandRect() model.Rect {
	a, b := c.toWorld(c.band.from), c.toWorld(c.band.to)
	return model.Rect{X: min(a.X, b.X), Y: min(a.Y, b.Y), W: max(a.X, b.X) - min(a.X, b.X), H: max(a.Y, b.Y) - min(a.Y, b.Y)}
}

// endBand selects what the frame touches.
func (c *FlowCanvas) endBand() {
	b := c.band
	c.band, c.stale = nil, true
	var ids []string
	for i := range c.scene.Boxes {
		if box := &c.scene.Boxes[i]; b.over[box.ID] || b.add && box.Chosen() && selectable(box) {
			ids = append(ids, box.ID)
		}
	}
	c.show()
	if c.OnSelectMany != nil && len(ids) > 0 {
		c.OnSelectMany(ids)
	}
}

func (c *FlowCanvas) drawBand(z float32) {
	r, k := c.bandRect(), kit.Colors()
	box := c.pool.rect(kit.Round(r.X*z), kit.Round(r.Y*z), max(1, kit.Round(r.W*z)), max(1, kit.Round(r.H*z)), alpha(k.Accent, 28), 2)
	box.StrokeColor, box.StrokeWidth = k.Accent, 1
}
