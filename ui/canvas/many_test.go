package canvas

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/engine/flow"
	"sluice/ui/model"
)

func drag(c *FlowCanvas, from, to fyne.Position, mod fyne.KeyModifier) {
	at := fyne.PointEvent{Position: from}
	c.MouseDown(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary, Modifier: mod})
	for i := range 5 {
		at.Position = from.Add(fyne.NewPos((to.X-from.X)*float32(i+1)/5, (to.Y-from.Y)*float32(i+1)/5))
		c.Dragged(&fyne.DragEvent{PointEvent: at})
	}
	c.MouseUp(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary, Modifier: mod})
	c.DragEnd()
}

// Shift and a drag over the ground select what the frame touches; without Shift the
// same drag moves the view.
func TestAFrameSelectsWhatItTouches(t *testing.T) {
	c, _ := stage(t, false, 990, 900, longScene(4))
	c.ZoomReset()
	var got []string
	c.OnSelectMany = func(ids []string) { got = ids }
	a, b := c.placeOf(t, "s0"), c.placeOf(t, "s2")
	was := c.offset
	drag(c, a.AddXY(-200, -60), b.AddXY(20, 0), fyne.KeyModifierShift)
	if strings.Join(got, " ") != "s0 s1 s2" || c.offset != was {
		t.Errorf("selected %v, the view moved by %v", got, c.offset.Subtract(was))
	}
	got = nil
	drag(c, a.AddXY(-200, -60), b.AddXY(20, 0), 0)
	if got != nil || c.offset == was {
		t.Errorf("without Shift %v was selected", got)
	}
	also := ""
	c.OnAlso = func(id string) { also = id }
	at := fyne.PointEvent{Position: c.placeOf(t, "s1")}
	c.MouseDown(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary, Modifier: fyne.KeyModifierShift})
	c.MouseUp(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary})
	if also != "s1" {
		t.Errorf("Shift and a click chose %q", also)
	}
}

// A card can be dropped anywhere on a wire, not only on its plus; so can what is new.
func TestAStepIsDroppedOnAWire(t *testing.T) {
	c, _ := stage(t, false, 1200, 1600, scene())
	c.ZoomReset()
	var to model.Plus
	c.OnDrop = func(_ string, at model.Plus) { to = at }
	wire := -1
	for i, w := range c.scene.Wires {
		if len(w.Points) == 4 && w.Plus >= 0 && w.From == "c" {
			wire = i
			break
		}
	}
	w := c.scene.Wires[wire]
	mid := model.Point{X: (w.Points[1].X + w.Points[2].X) / 2, Y: w.Points[1].Y}
	drag(c, c.placeOf(t, "a"), c.toView(mid), 0)
	if want := c.scene.Pluses[w.Plus].Place; to.Place != want {
		t.Errorf("dropped at %+v, want %+v", to.Place, want)
	}
	var new model.Plus
	c.Bring("Send a mail", model.TileHub, c.toView(mid), func(at model.Plus) { new = at })
	if !c.Put() || new.Place != c.scene.Pluses[w.Plus].Place || c.carry != nil {
		t.Errorf("what is new went to %+v", new.Place)
	}
	c.Bring("Send a mail", model.TileHub, fyne.NewPos(20, 20), func(model.Plus) { t.Error("it was added") })
	if c.Put() {
		t.Error("it was dropped beside all wires")
	}
}

// The zoom changes only when somebody changes it.
func TestTheZoomNeverJumpsByItself(t *testing.T) {
	c, win := stage(t, false, 990, 640, scene())
	zoom := c.Zoom()
	win.Resize(fyne.NewSize(990, 400)) // the run panel opens
	c.SetScene(longScene(30))          // steps are pasted
	win.Resize(fyne.NewSize(700, 640))
	if c.Zoom() != zoom {
		t.Errorf("the zoom went from %v to %v", zoom, c.Zoom())
	}
}

// Fit shows all of a flow, however long it is.
func TestFitShowsAll(t *testing.T) {
	for _, n := range []int{4, 1000, 3000} {
		c, _ := stage(t, false, 990, 640, longScene(n))
		c.Fit()
		if v := c.view(); v.Union(c.scene.Bounds) != v {
			t.Errorf("%d steps: the view %v shows not all of %v", n, v, c.scene.Bounds)
		}
	}
}

func TestNotesAreMovedAndMadeLarger(t *testing.T) {
	f := refund()
	f.Value.Notes = flow.Raw(`[{"id":"n","text":"Mind","color":"yellow","type":"free","position":{"x":200,"y":100},"size":{"width":120,"height":80}}]`)
	m := model.New()
	m.Open("p", f)
	c, _ := stage(t, false, 990, 900, m.Scene())
	c.ZoomReset()
	var got model.Rect
	c.OnNote = func(_ string, at model.Rect) { got = at }
	p := c.placeOf(t, "#note n")
	drag(c, p, p.AddXY(30, 20), 0)
	if got != (model.Rect{X: 230, Y: 120, W: 120, H: 80}) {
		t.Errorf("moved to %v", got)
	}
	drag(c, p.AddXY(57, 37), p.AddXY(97, 57), 0)
	if got != (model.Rect{X: 200, Y: 100, W: 160, H: 100}) {
		t.Errorf("made %v", got)
	}
}

// A number and its unit stay on one line.
func TestLinesKeepNumbersWithTheirUnits(t *testing.T) {
	c, _ := stage(t, false, 990, 640, scene())
	f := face{size: 11}
	text := "Approval · 1 vote · 8 h"
	for w := float32(60); w < 200; w++ {
		one, two := c.lines(text, w, f)
		if strings.HasSuffix(one, " 8") || strings.HasSuffix(one, " 1") || strings.HasPrefix(two, "h") {
			t.Errorf("at %v: %q and %q", w, one, two)
		}
	}
}

func BenchmarkPan3000(b *testing.B)        { benchmarkFrames(b, 3000, panFrame) }
func BenchmarkFirstFrame3000(b *testing.B) { benchmarkFirst(b, 3000) }

// BenchmarkOpen1000 is all of the model's and the canvas's work from the flow to the first frame.
func BenchmarkOpen1000(b *testing.B) { benchmarkOpen(b, 1000) }
func BenchmarkOpen3000(b *testing.B) { benchmarkOpen(b, 3000) }

func benchmarkOpen(b *testing.B, n int) {
	c, _ := stage(b, false, 1400, 900, longScene(3))
	f := longFlow(n)
	b.ResetTimer()
	for b.Loop() {
		m := model.New()
		m.Open("u/me/long", f)
		c.Reset()
		c.SetScene(m.Scene())
	}
}
