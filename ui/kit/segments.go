package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Segments chooses one of a few: as a segmented control, or as underlined tabs.
type Segments struct {
	widget.BaseWidget
	Labels   []string
	Selected int
	// OnChanged is called when a person chooses another.
	OnChanged func(i int)

	tabs    bool
	small   bool
	hover   int
	focused bool
	off     bool
	objs    []fyne.CanvasObject
	edges   []float32 // right edge of each label
}

// NewSegments returns a segmented control.
func NewSegments(labels []string, selected int, changed func(int)) *Segments {
	s := &Segments{Labels: labels, Selected: selected, OnChanged: changed, hover: -1}
	s.ExtendBaseWidget(s)
	return s
}

// Tabs returns a tab header with an underline.
func Tabs(labels []string, selected int, changed func(int)) *Segments {
	s := NewSegments(labels, selected, changed)
	s.tabs = true
	return s
}

// AsSmall makes a segmented control as low as a label, for use above a field.
func (s *Segments) AsSmall() *Segments { s.small = true; return s }

// Select shows another as chosen, without calling OnChanged.
func (s *Segments) Select(i int) {
	if s.Selected != i {
		s.Selected = i
		s.Refresh()
	}
}

// SetLabels changes the words, such as a count in them.
func (s *Segments) SetLabels(labels []string) {
	s.Labels = labels
	s.Selected = max(0, min(s.Selected, len(labels)-1))
	s.Refresh()
}

// Disable switches it off.
func (s *Segments) Disable() { s.off = true; s.Refresh() }

// Enable switches it on.
func (s *Segments) Enable() { s.off = false; s.Refresh() }

// Disabled tells whether it is off.
func (s *Segments) Disabled() bool { return s.off }

func (s *Segments) metrics() (height, pad, size, gap float32) {
	switch {
	case s.tabs:
		return 36, 0, TextBase, 20
	case s.small:
		return 20, 8, TextCaption, 0
	}
	return ControlHeight, 12, 12, 0
}

func (s *Segments) style(i int) (fyne.TextStyle, fyne.Resource) {
	if i == s.Selected {
		return fyne.TextStyle{Bold: true}, nil
	}
	return fyne.TextStyle{}, faceMedium
}

// place computes the right edges.
func (s *Segments) measureEdges() {
	_, pad, size, gap := s.metrics()
	s.edges = s.edges[:0]
	var x float32
	for _, l := range s.Labels {
		// The bold width is kept free always, so that choosing moves nothing.
		x += Round(Measure(l, size, fyne.TextStyle{Bold: true}, nil).Width+0.49) + 2*pad
		s.edges = append(s.edges, x)
		x += gap
	}
}

// MinSize fits all labels.
func (s *Segments) MinSize() fyne.Size {
	s.measureEdges()
	h, _, _, _ := s.metrics()
	if len(s.edges) == 0 {
		return fyne.NewSize(0, h)
	}
	return fyne.NewSize(s.edges[len(s.edges)-1], h)
}

func (s *Segments) at(x float32) int {
	_, _, _, gap := s.metrics()
	for i, e := range s.edges {
		if x <= e+gap/2 {
			return i
		}
	}
	return -1
}

func (s *Segments) choose(i int) {
	if s.off || i < 0 || i >= len(s.Labels) || i == s.Selected {
		return
	}
	s.Selected = i
	s.Refresh()
	if s.OnChanged != nil {
		s.OnChanged(i)
	}
}

// Tapped is part of fyne.Tappable.
func (s *Segments) Tapped(e *fyne.PointEvent) { s.choose(s.at(e.Position.X)) }

// MouseIn is part of desktop.Hoverable.
func (s *Segments) MouseIn(e *desktop.MouseEvent) { s.MouseMoved(e) }

// MouseMoved is part of desktop.Hoverable.
func (s *Segments) MouseMoved(e *desktop.MouseEvent) {
	if i := s.at(e.Position.X); i != s.hover {
		s.hover = i
		s.Refresh()
	}
}

// MouseOut is part of desktop.Hoverable.
func (s *Segments) MouseOut() { s.hover = -1; s.Refresh() }

// Cursor is part of desktop.Cursorable.
func (s *Segments) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained is part of fyne.Focusable.
func (s *Segments) FocusGained() { s.focused = true; s.Refresh(); Reveal(s) }

// FocusLost is part of fyne.Focusable.
func (s *Segments) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune is part of fyne.Focusable.
func (s *Segments) TypedRune(rune) {}

// TypedKey moves the choice with the arrow keys.
func (s *Segments) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft, fyne.KeyUp:
		s.choose(s.Selected - 1)
	case fyne.KeyRight, fyne.KeyDown:
		s.choose(s.Selected + 1)
	case fyne.KeyHome:
		s.choose(0)
	case fyne.KeyEnd:
		s.choose(len(s.Labels) - 1)
	case fyne.KeyEscape:
		EscapeFrom(s)
	}
}

func (s *Segments) paint() {
	s.measureEdges()
	s.objs = s.objs[:0]
	p := Colors()
	full := s.BaseWidget.Size()
	h, pad, size, gap := s.metrics()
	y := Round((full.Height - h) / 2)
	if s.tabs {
		y = full.Height - h
	} else if n := len(s.edges); n > 0 {
		frame := canvas.NewRectangle(p.Panel)
		fillRect(frame, p.Panel, p.Line, 1, s.radius())
		Place(frame, 0, y, s.edges[n-1], h)
		s.objs = append(s.objs, frame)
	}
	left := float32(0)
	for i, l := range s.Labels {
		w := s.edges[i] - left
		ink := p.Muted
		if i == s.hover && !s.off {
			ink = p.Ink
		}
		if i == s.Selected {
			ink = p.AccentInk
			if s.tabs {
				ink = p.Ink
			}
			s.objs = append(s.objs, s.mark(i, left, y, w, h))
		}
		if s.off {
			ink = p.Faint
		}
		t := canvas.NewText(l, ink)
		t.TextSize = size
		t.TextStyle, t.FontSource = s.style(i)
		if s.tabs {
			leftText(t, left+(w-t.MinSize().Width)/2, y, h-2)
		} else {
			centerText(t, left+pad, y, w-2*pad, h)
		}
		s.objs = append(s.objs, t)
		left = s.edges[i] + gap
	}
	if s.focused && s.Selected < len(s.edges) && len(s.edges) > 0 {
		halo := canvas.NewRectangle(nil)
		Ring(halo, true, s.radius())
		l, r := s.span(s.Selected)
		if s.tabs {
			Place(halo, l-5, y+4, r-l+10, h-9)
		} else {
			Place(halo, l-1, y-1, r-l+2, h+2)
		}
		s.objs = append(s.objs, halo)
	}
}

func (s *Segments) radius() float32 {
	if s.small {
		return 5
	}
	return Radius - 1
}

func (s *Segments) span(i int) (l, r float32) {
	_, _, _, gap := s.metrics()
	if i > 0 {
		l = s.edges[i-1] + gap
	}
	return l, s.edges[i]
}

// mark is what shows the chosen one: the tab's underline or the segment's fill.
func (s *Segments) mark(i int, left, y, w, h float32) *canvas.Rectangle {
	p := Colors()
	if s.tabs {
		r := canvas.NewRectangle(p.Accent)
		Place(r, left, y+h-2, w, 2)
		return r
	}
	r := canvas.NewRectangle(p.AccentSoft)
	rad := s.radius() - 1
	if i == 0 {
		r.TopLeftCornerRadius, r.BottomLeftCornerRadius = rad, rad
	}
	if i == len(s.Labels)-1 {
		r.TopRightCornerRadius, r.BottomRightCornerRadius = rad, rad
	}
	Place(r, left+1, y+1, w-2, h-2)
	return r
}

// CreateRenderer is part of fyne.Widget.
func (s *Segments) CreateRenderer() fyne.WidgetRenderer {
	s.paint()
	return &Painted{Of: s, Vary: func() []fyne.CanvasObject { return s.objs }, Least: s.MinSize, Paint: s.paint, Place: func(fyne.Size) { s.paint() }}
}
