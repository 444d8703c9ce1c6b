package canvas

import (
	"fyne.io/fyne/v2"

	"sluice/ui/kit"
)

// PlusSpot is where the plus below a box is, for a guide to point at.
func (c *FlowCanvas) PlusSpot(after string) kit.Spot {
	p, ok := c.scene.PlusAfter(after)
	if !ok {
		return kit.Spot{}
	}
	const edge = 26
	z := c.Zoom()
	return c.inSight(c.toView(p.At).SubtractXY(edge*z/2, edge*z/2), fyne.NewSize(edge*z, edge*z))
}

// BoxSpot is where a box is.
func (c *FlowCanvas) BoxSpot(id string) kit.Spot {
	b, ok := c.scene.Box(id)
	if !ok {
		return kit.Spot{}
	}
	z := c.Zoom()
	at := b.Rect
	return c.inSight(fyne.NewPos(at.X*z+c.offset.X, at.Y*z+c.offset.Y), fyne.NewSize(at.W*z, at.H*z))
}

// inSight is a part of the canvas, nothing where it is out of view.
func (c *FlowCanvas) inSight(at fyne.Position, size fyne.Size) kit.Spot {
	s := c.Size()
	if at.X < 0 || at.Y < 0 || at.X+size.Width > s.Width || at.Y+size.Height > s.Height {
		return kit.Spot{}
	}
	return kit.Spot{Of: c, At: at, Size: size}
}
