package canvas

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// The motion ends by itself, and nothing is drawn for it afterwards.
func TestThePulseEnds(t *testing.T) {
	c := New()
	c.Resize(fyne.NewSize(400, 300))
	c.SetScene(model.Scene{Boxes: []model.Box{{ID: "a", Rect: model.Rect{W: 252, H: 58}}}, Bounds: model.Rect{W: 252, H: 58}})
	c.Pulse("nothing", model.Good)
	if c.Pulsing() != "" {
		t.Error("what is not there pulses")
	}
	c.Pulse("a", model.Good)
	if c.Pulsing() != "" { // animations of tests end at once
		t.Error("it pulses still")
	}
}

// The ring is drawn around the card that it leaves, and the card has the color of the vote
// meanwhile; only the ring's card does.
func TestThePulseIsDrawnOnItsCard(t *testing.T) {
	c, _ := stage(t, false, 990, 640, scene())
	k := kit.Colors()
	look := func() (rings, grounds int) {
		for _, o := range c.world.Objects {
			r, ok := o.(*canvas.Rectangle)
			if !ok {
				continue
			}
			if r.StrokeColor == alpha(k.Good, 165) && r.Size().Width > model.CardWidth*c.Zoom() {
				rings++
			}
			if r.FillColor == c.pulsed(&model.Box{ID: "b"}, k.WaitingSoft) && r.FillColor != k.WaitingSoft {
				grounds++
			}
		}
		return rings, grounds
	}
	if r, g := look(); r != 0 || g != 0 {
		t.Fatalf("at rest: %d rings, %d grounds", r, g)
	}
	c.pulse = pulse{id: "b", role: model.Good, at: 0.25}
	c.stale = true
	c.show()
	if r, g := look(); r != 1 || g != 1 {
		t.Errorf("while it goes: %d rings, %d grounds", r, g)
	}
}

// Who wants nothing to move sees nothing move.
func TestNothingMovesWhereNothingShall(t *testing.T) {
	c, _ := stage(t, false, 990, 640, scene())
	frames := 0
	c.now = func() time.Time { frames++; return time.Unix(int64(frames), 0) }
	if c.Pulse("b", model.Good); frames == 0 {
		t.Fatal("nothing moves")
	}
	kit.SetMotion(false)
	t.Cleanup(func() { kit.SetMotion(true) })
	frames = 0
	if c.Pulse("b", model.Good); frames != 0 {
		t.Errorf("%d frames", frames)
	}
}
