package canvas

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/ui/kit"
	"sluice/ui/say"
)

// knob is a button of the zoom bar.
type knob int

const (
	noKnob knob = iota
	knobOut
	knobReset
	knobIn
	knobFit
	knobFollow // only while a run can be followed
)

const (
	barMargin = 14
	barHeight = 32
	barGap    = 7
	barPad    = 11
	barWidth  = 34 + 64 + 34 + 46 + 3*barGap
)

// zoomBar is the row of buttons at the lower left: − 100 % + Fit. The canvas
// draws it and finds clicks on it itself.
type zoomBar struct {
	objects []fyne.CanvasObject
	boxes   [5]*canvas.Rectangle
	texts   [5]*canvas.Text
	places  [5]struct{ x, w float32 }
	y       float32
}

func newZoomBar() *zoomBar {
	b := &zoomBar{}
	for i := range b.boxes {
		b.boxes[i] = &canvas.Rectangle{CornerRadius: kit.Radius, StrokeWidth: 1}
		b.texts[i] = &canvas.Text{TextSize: kit.TextBase, TextStyle: fyne.TextStyle{Bold: true}}
		b.objects = append(b.objects, b.boxes[i], b.texts[i])
	}
	return b
}

func (b *zoomBar) show(c *FlowCanvas) {
	k := kit.Colors()
	x := float32(barMargin)
	b.y = c.Size().Height - barMargin - barHeight
	zoom := say.Decimal(float64(c.Zoom())*100, 0) + " %"
	if c.Zoom() < 0.1 {
		zoom = say.Decimal(float64(c.Zoom())*100, 1) + " %"
	}
	labels := [5]string{"−", zoom, "+", say.T(textFit), say.T(textFollow)}
	widths := [5]float32{34, 64, 34, 46, 68}
	for i, text := range labels {
		r, t := b.boxes[i], b.texts[i]
		if knob(i+1) == knobFollow && !c.CanFollow {
			r.Hide()
			t.Hide()
			b.places[i].w = 0
			continue
		}
		r.Show()
		t.Show()
		r.FillColor, r.StrokeColor = k.Panel, k.Line
		if c.knob == knob(i+1) {
			r.FillColor, r.StrokeColor = k.Well, k.LineStrong
		}
		t.Text, t.Color = text, k.Ink
		if knob(i+1) == knobFollow && c.Following {
			r.FillColor, r.StrokeColor, t.Color = k.AccentSoft, k.Accent, k.AccentInk
		}
		m := t.MinSize()
		if knob(i+1) > knobIn { // words are longer in some languages
			widths[i] = max(widths[i], m.Width+2*barPad)
		}
		r.Move(fyne.NewPos(x, b.y))
		r.Resize(fyne.NewSize(widths[i], barHeight))
		t.Resize(m)
		t.Move(fyne.NewPos(kit.Round(x+(widths[i]-m.Width)/2), kit.Round(b.y+(barHeight-m.Height)/2)))
		b.places[i].x, b.places[i].w = x, widths[i]
		x += widths[i] + barGap
	}
}

// width is the room that the buttons take.
func (b *zoomBar) width() (w float32) {
	for _, s := range b.places {
		w = max(w, s.x+s.w-barMargin)
	}
	return max(w, barWidth)
}

// at returns the button under p.
func (b *zoomBar) at(p fyne.Position) knob {
	if p.Y < b.y || p.Y >= b.y+barHeight {
		return noKnob
	}
	for i, s := range b.places {
		if p.X >= s.x && p.X < s.x+s.w {
			return knob(i + 1)
		}
	}
	return noKnob
}

func (c *FlowCanvas) iteration(k knob) {
	switch k {
	case knobOut:
		c.ZoomOut()
	case knobReset:
		c.ZoomReset()
	case knobIn:
		c.ZoomIn()
	case knobFit:
		c.Fit()
	case knobFollow:
		if c.OnCommand != nil {
			c.OnCommand("follow")
		}
	}
}
