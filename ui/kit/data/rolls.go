package data

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/engine/plain"
	"sluice/ui/kit"
)

// rolls is a long list of equal rows of which only those in view are drawn. What
// embeds it says how many rows there are and draws one.
type rolls struct {
	widget.BaseWidget
	rowHeight float32
	pad       float32
	count     func() int
	row       func(i int, y float32)
	self      fyne.Focusable
	top       float32 // how far it is scrolled
	focused   bool
	held      bool // the scroll bar's handle
	awaited   int  // the row after that to be revealed once there is a size; 0: none

	view         *fyne.Container
	clip         *container.Clip
	halo         *canvas.Rectangle
	texts, rects int
	text         []*canvas.Text
	rect         []*canvas.Rectangle
}

func (r *rolls) init(self interface {
	fyne.Widget
	fyne.Focusable
}) {
	r.self = self
	r.view = container.NewWithoutLayout()
	r.clip = container.NewClip(r.view)
	r.ExtendBaseWidget(self)
}

func (r *rolls) height() float32 { return float32(r.count())*r.rowHeight + 2*r.pad }

func (r *rolls) bottom() float32 { return max(0, r.height()-r.BaseWidget.Size().Height) }

func (r *rolls) scrollTo(y float32) bool {
	y = max(0, min(y, r.bottom()))
	if y == r.top {
		return false
	}
	r.top = y
	r.draw()
	return true
}

// Scrolled is part of fyne.Scrollable.
func (r *rolls) Scrolled(e *fyne.ScrollEvent) { r.scrollTo(r.top - e.Scrolled.DY) }

// reveal scrolls a row into view.
func (r *rolls) reveal(i int) {
	y, h := float32(i)*r.rowHeight, r.BaseWidget.Size().Height
	if r.awaited = 0; h <= 0 {
		r.awaited = i + 1
	} else if y < r.top {
		r.scrollTo(y)
	} else if y+r.rowHeight+2*r.pad > r.top+h {
		r.scrollTo(y + r.rowHeight + 2*r.pad - h)
	}
}

// rowAt is the row under a point, or -1.
func (r *rolls) rowAt(y float32) int {
	i := int((y + r.top - r.pad) / r.rowHeight)
	if y+r.top < r.pad || i >= r.count() {
		return -1
	}
	return i
}

// draw puts the rows in view on the screen.
func (r *rolls) draw() {
	if r.halo == nil {
		return
	}
	s := r.BaseWidget.Size()
	r.texts, r.rects = 0, 0
	r.view.Objects = r.view.Objects[:0]
	r.top = max(0, min(r.top, r.bottom()))
	if s.Width > 0 {
		first := max(0, int((r.top-r.pad)/r.rowHeight))
		for i := first; i < r.count(); i++ {
			y := kit.Round(r.pad + float32(i)*r.rowHeight - r.top)
			if y > s.Height {
				break
			}
			r.row(i, y)
		}
		if at, n := r.handle(); n > 0 {
			r.fill(s.Width-8, at, 4, n-4, kit.Colors().LineStrong, 2)
		}
	}
	kit.Ring(r.halo, r.focused, 4)
	canvas.Refresh(r.halo)
}

func (r *rolls) handle() (at, n float32) {
	s := r.BaseWidget.Size()
	if b := r.bottom(); b > 1 && s.Height > 0 {
		n = max(24, s.Height*s.Height/r.height())
		at = (s.Height - n) * r.top / b
	}
	return at, n
}

func (r *rolls) fill(x, y, w, h float32, c color.Color, radius float32) {
	if r.rects == len(r.rect) {
		r.rect = append(r.rect, canvas.NewRectangle(nil))
	}
	o := r.rect[r.rects]
	r.rects++
	o.FillColor, o.CornerRadius = c, radius
	o.TopLeftCornerRadius, o.TopRightCornerRadius, o.BottomLeftCornerRadius, o.BottomRightCornerRadius = 0, 0, 0, 0
	kit.Place(o, x, y, w, h)
	r.view.Objects = append(r.view.Objects, o)
}

// write puts a text into a row and returns how wide it is.
func (r *rolls) write(s string, x, y float32, ink color.Color, mono bool, face fyne.Resource, size float32) float32 {
	return r.writeIn(fyne.TextStyle{Monospace: mono}, s, x, y, ink, face, size)
}

// writeIn is write in a style.
func (r *rolls) writeIn(style fyne.TextStyle, s string, x, y float32, ink color.Color, face fyne.Resource, size float32) float32 {
	if r.texts == len(r.text) {
		r.text = append(r.text, canvas.NewText("", nil))
	}
	t := r.text[r.texts]
	r.texts++
	s = plain.Line(s)
	if t.Text != s || t.Color != ink || t.FontSource != face || t.TextSize != size || t.TextStyle != style {
		t.Text, t.Color, t.FontSource, t.TextSize, t.TextStyle = s, ink, face, size, style
		t.Refresh()
	}
	m := kit.Extent(t)
	kit.Place(t, x, kit.Round(y+(r.rowHeight-m.Height)/2), m.Width, m.Height)
	r.view.Objects = append(r.view.Objects, t)
	return m.Width
}

// CreateRenderer is part of fyne.Widget.
func (r *rolls) CreateRenderer() fyne.WidgetRenderer {
	r.halo = canvas.NewRectangle(nil)
	r.draw()
	return &kit.Painted{Of: r, Parts: []fyne.CanvasObject{r.clip, r.halo}, Paint: r.draw,
		Least: func() fyne.Size { return fyne.NewSize(80, 3*r.rowHeight+2*r.pad) },
		Place: func(s fyne.Size) {
			kit.Place(r.clip, 0, 0, s.Width, s.Height)
			kit.Place(r.halo, 0, 0, s.Width, s.Height)
			if i := r.awaited; i > 0 {
				r.reveal(i - 1)
			}
			r.draw()
		}}
}

// FocusGained is part of fyne.Focusable.
func (r *rolls) FocusGained() { r.focused = true; r.draw() }

// FocusLost is part of fyne.Focusable.
func (r *rolls) FocusLost() { r.focused = false; r.draw() }

// TypedRune is part of fyne.Focusable.
func (r *rolls) TypedRune(rune) {}

// grab takes hold of the scroll bar if the pointer is on it.
func (r *rolls) grab(e *desktop.MouseEvent) bool {
	_, n := r.handle()
	r.held = n > 0 && e.Position.X > r.BaseWidget.Size().Width-12
	return r.held
}

// pull moves the scroll bar's handle.
func (r *rolls) pull(dy float32) {
	if _, n := r.handle(); n > 0 {
		if room := r.BaseWidget.Size().Height - n; room > 0 {
			r.scrollTo(r.top + dy*r.bottom()/room)
		}
	}
}
