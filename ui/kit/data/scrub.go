package data

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/kit"
)

// Scrub is a line of time with a knob: it is dragged, pressed, or moved with the keys.
type Scrub struct {
	widget.BaseWidget
	// OnSeek is called with a place from 0 to 1.
	OnSeek func(x float64)
	// OnKey is called for the keys that move, with how far: 1 and -1 for the arrows, 2 and -2
	// for Page Up and Down, 3 and -3 for Home and End; OnPlay for Space.
	OnKey  func(by int)
	OnPlay func()

	at      float64
	marks   []ScrubMark
	focused bool
	track   *canvas.Rectangle
	past    *canvas.Rectangle
	knob    *canvas.Circle
	halo    *canvas.Rectangle
	lines   []*canvas.Rectangle
}

// ScrubMark is a moment that is worth finding.
type ScrubMark struct {
	X    float64
	Role kit.Role
}

const scrubKnob = 14

// NewScrub returns a line of time.
func NewScrub() *Scrub {
	s := &Scrub{track: canvas.NewRectangle(color.Transparent), past: canvas.NewRectangle(color.Transparent), knob: canvas.NewCircle(color.Transparent), halo: canvas.NewRectangle(color.Transparent)}
	s.track.CornerRadius, s.past.CornerRadius = 1.5, 1.5
	s.ExtendBaseWidget(s)
	return s
}

// Set puts the knob to a place, and says what is worth finding.
func (s *Scrub) Set(at float64, marks []ScrubMark) {
	s.at, s.marks = at, marks
	s.Refresh()
}

// At is where the knob is.
func (s *Scrub) At() float64 { return s.at }

func (s *Scrub) seek(x float32) {
	w := s.Size().Width - scrubKnob
	if s.OnSeek != nil && w > 0 {
		s.OnSeek(max(0, min(1, float64((x-scrubKnob/2)/w))))
	}
}

// Tapped goes to a place.
func (s *Scrub) Tapped(e *fyne.PointEvent) { s.seek(e.Position.X) }

// MouseDown is part of desktop.Mouseable.
func (s *Scrub) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonPrimary {
		kit.Focus(s)
		s.seek(e.Position.X)
	}
}

// MouseUp is part of desktop.Mouseable.
func (s *Scrub) MouseUp(*desktop.MouseEvent) {}

// Dragged is part of fyne.Draggable.
func (s *Scrub) Dragged(e *fyne.DragEvent) { s.seek(e.Position.X) }

// DragEnd is part of fyne.Draggable.
func (s *Scrub) DragEnd() {}

// FocusGained is part of fyne.Focusable.
func (s *Scrub) FocusGained() { s.focused = true; s.Refresh() }

// FocusLost is part of fyne.Focusable.
func (s *Scrub) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune is part of fyne.Focusable.
func (s *Scrub) TypedRune(rune) {}

// TypedKey moves the knob.
func (s *Scrub) TypedKey(e *fyne.KeyEvent) {
	by := map[fyne.KeyName]int{fyne.KeyLeft: -1, fyne.KeyRight: 1, fyne.KeyPageUp: -2, fyne.KeyPageDown: 2, fyne.KeyHome: -3, fyne.KeyEnd: 3}[e.Name]
	switch {
	case by != 0 && s.OnKey != nil:
		s.OnKey(by)
	case e.Name == fyne.KeySpace && s.OnPlay != nil:
		s.OnPlay()
	case e.Name == fyne.KeyEscape:
		kit.EscapeFrom(s)
	}
}

// Cursor is part of desktop.Cursorable.
func (s *Scrub) Cursor() desktop.Cursor { return desktop.PointerCursor }

// MinSize is part of fyne.CanvasObject.
func (s *Scrub) MinSize() fyne.Size { return fyne.NewSize(80, 24) }

func (s *Scrub) paint() {
	p := kit.Colors()
	s.track.FillColor, s.past.FillColor, s.knob.FillColor = p.Line, p.Accent, p.Accent
	kit.Ring(s.halo, s.focused, 6)
	for len(s.lines) < len(s.marks) {
		s.lines = append(s.lines, canvas.NewRectangle(color.Transparent))
	}
	for i, m := range s.marks {
		s.lines[i].FillColor, s.lines[i].CornerRadius = dotColor(m.Role), 1.5
	}
	s.lay(s.Size())
	for _, o := range s.objects() {
		o.Refresh()
	}
}

func (s *Scrub) lay(z fyne.Size) {
	w, mid := z.Width-scrubKnob, kit.Round(z.Height/2)
	kit.Place(s.halo, 0, 0, z.Width, z.Height)
	kit.Place(s.track, scrubKnob/2, mid-1.5, w, 3)
	x := kit.Round(float32(s.at) * w)
	kit.Place(s.past, scrubKnob/2, mid-1.5, x, 3)
	for i, m := range s.marks {
		if i < len(s.lines) {
			kit.Place(s.lines[i], scrubKnob/2+kit.Round(float32(m.X)*w)-1.5, mid-5, 3, 10)
		}
	}
	kit.Place(s.knob, x, mid-scrubKnob/2, scrubKnob, scrubKnob)
}

func (s *Scrub) objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{s.halo, s.track, s.past}
	for _, l := range s.lines[:min(len(s.lines), len(s.marks))] {
		out = append(out, l)
	}
	return append(out, s.knob)
}

// CreateRenderer is for Fyne.
func (s *Scrub) CreateRenderer() fyne.WidgetRenderer {
	s.paint()
	return &kit.Painted{Of: s, Vary: s.objects, Place: s.lay, Least: s.MinSize, Paint: s.paint}
}
