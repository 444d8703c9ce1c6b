package canvas

import (
	"testing"

	"fyne.io/fyne/v2"

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
