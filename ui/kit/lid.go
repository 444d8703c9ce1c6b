package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// lid covers the bar with which Fyne's entry of one line scrolls: it would lie on the
// text, and the caret moves the text anyhow. It takes the pointer, too, under which
// the bar would grow.
type lid struct {
	widget.BaseWidget
	owner *Entry
	cover *canvas.Rectangle
}

// Heights of the lid, and of what it covers: the bar before the pointer comes near.
const (
	lidHeight = 8
	barHeight = 4
)

func newLid(owner *Entry) *lid {
	l := &lid{owner: owner, cover: canvas.NewRectangle(nil)}
	l.ExtendBaseWidget(l)
	return l
}

// MouseIn is part of desktop.Hoverable.
func (l *lid) MouseIn(*desktop.MouseEvent) {}

// MouseMoved is part of desktop.Hoverable.
func (l *lid) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (l *lid) MouseOut() {}

// Cursor is part of desktop.Cursorable.
func (l *lid) Cursor() desktop.Cursor { return desktop.TextCursor }

// Tapped gives the keyboard to the field.
func (l *lid) Tapped(e *fyne.PointEvent) { l.owner.Tapped(e) }

// CreateRenderer is part of fyne.Widget.
func (l *lid) CreateRenderer() fyne.WidgetRenderer {
	paint := func() { fillRect(l.cover, l.owner.fill(), nil, 0, 0) }
	paint()
	return &Painted{Parts: []fyne.CanvasObject{l.cover}, Paint: paint, Place: func(s fyne.Size) {
		Place(l.cover, 0, s.Height-barHeight, s.Width, barHeight)
	}}
}
