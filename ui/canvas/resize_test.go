package canvas

import (
	"testing"

	"fyne.io/fyne/v2"

	"sluice/ui/model"
)

// When the window or a panel changes size, the flow stays in view, whoever chose the
// view: the whole flow stays whole, and what was in the middle stays there.
func TestTheFlowStaysInViewWhenTheRoomChanges(t *testing.T) {
	whole := func(c *FlowCanvas) bool {
		b, z := c.scene.Bounds, c.Zoom()
		p := c.offset.AddXY(b.X*z, b.Y*z)
		return p.X >= -1 && p.Y >= -1 && p.X+b.W*z <= c.Size().Width+1 && p.Y+b.H*z <= c.Size().Height+1
	}
	middle := func(c *FlowCanvas) float32 { return c.toWorld(c.middle()).X }
	for _, room := range []fyne.Size{{Width: 700, Height: 500}, {Width: 1400, Height: 900}, {Width: 500, Height: 640}} {
		c, win := stage(t, false, 990, 640, scene())
		c.Fit()
		win.Resize(room)
		if !whole(c) {
			t.Errorf("%v: the whole flow was asked for, and a part is out of view at %v, %.0f %%", room, c.offset, 100*c.Zoom())
		}
		c, win = stage(t, false, 990, 640, scene())
		c.zoomTo(3, c.middle())
		c.pan(30, -40)
		zoom, at := c.Zoom(), middle(c)
		win.Resize(room)
		if got := middle(c); c.Zoom() != zoom || got < at-1 || got > at+1 {
			t.Errorf("%v: %.0f stands in the middle at %.2f, before it was %.0f at %.2f", room, got, c.Zoom(), at, zoom)
		}
		c, win = stage(t, false, 990, 640, scene())
		c.zoomTo(-9, c.middle())
		c.pan(c.Size().Width/2, 0)
		c.keepNear()
		win.Resize(room)
		win.Resize(fyne.NewSize(990, 640))
		if b, z := c.scene.Bounds, c.Zoom(); c.offset.X+b.X*z > c.Size().Width || c.offset.X+(b.X+b.W)*z < 0 {
			t.Errorf("%v: the flow is out of view", room)
		}
	}
}

func TestTheZoomBarCoversNoStepThatIsSelected(t *testing.T) {
	for _, room := range []fyne.Size{{Width: 700, Height: 340}, {Width: 700, Height: 400}, {Width: 560, Height: 460}} {
		c, _ := stage(t, false, room.Width, room.Height, scene())
		c.CanFollow = true
		c.show()
		for _, b := range c.scene.Boxes {
			if b.Kind != model.BoxStep {
				continue
			}
			c.Reveal(b.ID)
			p := c.toView(model.Point{X: b.X, Y: b.Y + b.H})
			if p.X < barMargin+c.bar.width() && p.Y > room.Height-barMargin-barHeight {
				t.Errorf("%v: %s ends at %v, under the zoom bar", room, b.ID, p)
			}
		}
	}
}
