package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Split shows two objects with a line between that can be dragged. One of them,
// the side, has a size in units; the other takes the rest.
type Split struct {
	widget.BaseWidget
	First, Second fyne.CanvasObject
	// Upright puts First above Second.
	Upright bool
	// SideFirst makes First the side; otherwise Second is.
	SideFirst bool
	// The side's size stays between Min and Max (0: no limit).
	Min, Max float32
	// Rest is the least the other keeps.
	Rest float32
	// OnChanged is called when a drag ends, so that the size can be kept.
	OnChanged func(size float32)

	side      float32
	collapsed bool
	grip      *grip
}

// NewSplit puts first left of second; second is the side.
func NewSplit(first, second fyne.CanvasObject, size, lo, hi float32) *Split {
	s := &Split{First: first, Second: second, side: size, Min: lo, Max: hi, Rest: 200}
	s.grip = &grip{split: s}
	s.grip.ExtendBaseWidget(s.grip)
	s.ExtendBaseWidget(s)
	return s
}

// NewVSplit puts first above second; second is the side.
func NewVSplit(first, second fyne.CanvasObject, size, lo, hi float32) *Split {
	s := NewSplit(first, second, size, lo, hi)
	s.Upright = true
	return s
}

// Lead makes First the side that has the size.
func (s *Split) Lead() *Split { s.SideFirst = true; return s }

// SideSize is the size of the side as set, not counting the lack of room.
func (s *Split) SideSize() float32 { return s.side }

// SetSideSize changes the size of the side.
func (s *Split) SetSideSize(v float32) {
	s.side = s.clamp(v)
	s.Refresh()
}

// Collapse hides the side; Collapse(false) shows it again.
func (s *Split) Collapse(yes bool) {
	if s.collapsed != yes {
		s.collapsed = yes
		s.Refresh()
	}
}

// Collapsed tells whether the side is hidden.
func (s *Split) Collapsed() bool { return s.collapsed }

func (s *Split) clamp(v float32) float32 {
	if s.Max > 0 {
		v = min(v, s.Max)
	}
	return max(v, s.Min)
}

func (s *Split) lay(size fyne.Size) {
	total := size.Width
	if s.Upright {
		total = size.Height
	}
	side, main := s.Second, s.First
	if s.SideFirst {
		side, main = main, side
	}
	if s.collapsed {
		side.Hide()
		s.grip.Hide()
		main.Show()
		Place(main, 0, 0, size.Width, size.Height)
		return
	}
	side.Show()
	s.grip.Show()
	v := max(0, min(s.clamp(s.side), total-s.Rest))
	first := total - v
	if s.SideFirst {
		first = v
	}
	first = Round(first)
	const zone = 7
	if s.Upright {
		Place(s.First, 0, 0, size.Width, first)
		Place(s.Second, 0, first, size.Width, total-first)
		Place(s.grip, 0, first-zone/2, size.Width, zone)
	} else {
		Place(s.First, 0, 0, first, size.Height)
		Place(s.Second, first, 0, total-first, size.Height)
		Place(s.grip, first-zone/2, 0, zone, size.Height)
	}
}

func (s *Split) min() fyne.Size {
	a := s.First.MinSize()
	b := s.Second.MinSize()
	if s.collapsed {
		if s.SideFirst {
			return b
		}
		return a
	}
	if s.Upright {
		return fyne.NewSize(max(a.Width, b.Width), 60)
	}
	return fyne.NewSize(60, max(a.Height, b.Height))
}

// CreateRenderer is part of fyne.Widget.
func (s *Split) CreateRenderer() fyne.WidgetRenderer {
	return &Painted{Of: s, Vary: func() []fyne.CanvasObject { return []fyne.CanvasObject{s.First, s.Second, s.grip} },
		Place: s.lay, Least: s.min, Paint: func() {
			s.lay(s.BaseWidget.Size())
			s.grip.Refresh()
		}}
}

// grip is the line of a Split.
type grip struct {
	widget.BaseWidget
	split   *Split
	hovered bool
	held    bool
	from    float32
	moved   float32
	line    *canvas.Rectangle
}

func (g *grip) CreateRenderer() fyne.WidgetRenderer {
	g.line = canvas.NewRectangle(nil)
	g.paint()
	return &Painted{Of: g, Parts: []fyne.CanvasObject{g.line}, Paint: g.paint, Place: func(fyne.Size) { g.paint() }}
}

func (g *grip) paint() {
	c, w := Colors().Line, float32(1)
	if g.hovered || g.held {
		c, w = Colors().Accent, 2
	}
	fillRect(g.line, c, nil, 0, 0)
	s := g.BaseWidget.Size()
	if g.split.Upright {
		Place(g.line, 0, 3, s.Width, w)
	} else {
		Place(g.line, 3, 0, w, s.Height)
	}
}

func (g *grip) Dragged(e *fyne.DragEvent) {
	s := g.split
	if !g.held {
		g.held, g.from, g.moved = true, s.clamp(s.side), 0
	}
	d := e.Dragged.DX
	if s.Upright {
		d = e.Dragged.DY
	}
	if !s.SideFirst {
		d = -d
	}
	g.moved += d
	s.SetSideSize(g.from + g.moved)
}

func (g *grip) DragEnd() {
	g.held = false
	g.Refresh()
	if g.split.OnChanged != nil {
		g.split.OnChanged(g.split.side)
	}
}

func (g *grip) MouseIn(*desktop.MouseEvent)    { g.hovered = true; g.Refresh() }
func (g *grip) MouseMoved(*desktop.MouseEvent) {}
func (g *grip) MouseOut()                      { g.hovered = false; g.Refresh() }

func (g *grip) Cursor() desktop.Cursor {
	if g.split.Upright {
		return desktop.VResizeCursor
	}
	return desktop.HResizeCursor
}
