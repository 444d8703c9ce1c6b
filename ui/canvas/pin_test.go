package canvas

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// The sign of a pinned result stands on its card; on others it comes with the pointer, and a
// press on either pins, or takes the pin away.
func TestThePinOfACard(t *testing.T) {
	s := scene()
	for i := range s.Boxes {
		b := &s.Boxes[i]
		b.Pins, b.Mocked = b.ID == "a" || b.ID == "d", b.ID == "d"
	}
	c, _ := stage(t, false, 990, 640, s)
	log := told(c)
	c.OnPin = func(id string) { *log = append(*log, "pin "+id) }
	pins := func() (n int) {
		for _, o := range c.world.Objects {
			if text, ok := o.(*canvas.Text); ok && text.Text == string(kit.IconPin) {
				n++
			}
		}
		return n
	}
	edge := func(id string) fyne.Position {
		b, _ := c.scene.Box(id)
		return c.toView(b.PinAt())
	}
	over := func(p fyne.Position) {
		c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p, AbsolutePosition: p}})
	}
	if n := pins(); n != 1 {
		t.Errorf("%d pins at rest", n)
	}
	for _, p := range []fyne.Position{c.placeOf(t, "a"), edge("a")} {
		if over(p); pins() != 2 {
			t.Errorf("%d pins with the pointer at %v", pins(), p)
		}
	}
	if over(c.placeOf(t, "b")); pins() != 1 {
		t.Error("a pin on a step without a result")
	}
	clickAt(c, edge("a"), desktop.MouseButtonPrimary)
	clickAt(c, edge("d"), desktop.MouseButtonPrimary)
	expect(t, log, "pin a", "pin d")
	clickAt(c, edge("b").SubtractXY(2, 0), desktop.MouseButtonPrimary)
	expect(t, log, "select b")
	s.ReadOnly = true
	c.SetScene(s)
	if clickAt(c, edge("a"), desktop.MouseButtonPrimary); len(*log) > 0 && (*log)[0] == "pin a" {
		t.Error("a run's own flow was pinned")
	}
}
