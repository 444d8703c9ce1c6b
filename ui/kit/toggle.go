package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Toggle is on or off: as a switch, or as a check mark.
type Toggle struct {
	press
	Text string
	// OnChanged is called when a person switches.
	OnChanged func(on bool)

	value bool
	check bool
	track *canvas.Rectangle
	knob  *canvas.Circle
	tick  *canvas.Text
	label *canvas.Text
	halo  *canvas.Rectangle
}

// NewToggle returns a switch.
func NewToggle(text string, on bool, changed func(bool)) *Toggle {
	t := &Toggle{Text: text, value: on, OnChanged: changed}
	t.OnTapped = func() {
		t.value = !t.value
		t.Refresh()
		if t.OnChanged != nil {
			t.OnChanged(t.value)
		}
	}
	t.init(t)
	return t
}

// NewCheck returns a box with a check mark.
func NewCheck(text string, on bool, changed func(bool)) *Toggle {
	t := NewToggle(text, on, changed)
	t.check = true
	return t
}

// Value tells whether it is on.
func (t *Toggle) Value() bool { return t.value }

// Set switches it without calling OnChanged.
func (t *Toggle) Set(on bool) {
	if t.value != on {
		t.value = on
		t.Refresh()
	}
}

func (t *Toggle) mark() fyne.Size {
	if t.check {
		return fyne.NewSize(18, 18)
	}
	return fyne.NewSize(32, 18)
}

// MinSize fits mark and words.
func (t *Toggle) MinSize() fyne.Size {
	w := t.mark().Width
	if t.Text != "" {
		w += 8 + Measure(t.Text, TextBase, fyne.TextStyle{}, nil).Width
	}
	return fyne.NewSize(w, 24)
}

func (t *Toggle) paint() {
	p := Colors()
	fill, stroke, ink := p.Field, p.LineStrong, p.Ink
	knob := p.LineStrong
	if t.hovered && !t.off {
		stroke = p.Muted
	}
	if t.value {
		fill, stroke, knob = p.Accent, p.Accent, p.OnAccent
	}
	if t.off {
		fill, ink = p.Well, p.Faint
		stroke = p.Line
		knob = p.Faint
	}
	radius := t.mark().Height / 2
	if t.check {
		radius = 5
	}
	fillRect(t.track, fill, stroke, 1.2, radius)
	Ring(t.halo, t.focused, radius+3)
	t.knob.FillColor, t.knob.Hidden = knob, t.check
	t.tick.Color, t.tick.Hidden = p.OnAccent, !t.check || !t.value
	if t.off {
		t.tick.Color = p.Faint
	}
	t.label.Text, t.label.Color = t.Text, ink
	t.lay(t.BaseWidget.Size())
	t.knob.Refresh()
	t.tick.Refresh()
	t.label.Refresh()
}

func (t *Toggle) lay(s fyne.Size) {
	m := t.mark()
	y := Round((s.Height - m.Height) / 2)
	Place(t.track, 0, y, m.Width, m.Height)
	Place(t.halo, -3, y-3, m.Width+6, m.Height+6)
	x := float32(4)
	if t.value {
		x = m.Width - 14
	}
	Place(t.knob, x, y+4, 10, 10)
	centerText(t.tick, 0, y, m.Width, m.Height)
	leftText(t.label, m.Width+8, 0, s.Height)
}

// CreateRenderer is part of fyne.Widget.
func (t *Toggle) CreateRenderer() fyne.WidgetRenderer {
	t.track, t.halo, t.knob = canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewCircle(nil)
	t.tick, t.label = newIconText(IconCheck, 14), canvas.NewText("", nil)
	t.label.TextSize = TextBase
	t.paint()
	return &Painted{Of: t, Parts: []fyne.CanvasObject{t.halo, t.track, t.knob, t.tick, t.label}, Place: t.lay, Least: t.MinSize, Paint: t.paint}
}
