package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Relayout lays out what is around an object whose height has changed, and a column
// itself.
func Relayout(o fyne.CanvasObject) {
	relayout(o)
	if x, ok := o.(*fyne.Container); ok && x.Layout != nil {
		x.Layout.Layout(x.Objects, x.Size())
	}
}

// Reveal scrolls to what has got the keyboard, such as by Tab.
func Reveal(o fyne.CanvasObject) {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil || o.Size().Height == 0 {
		return
	}
	roots := append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...)
	for i := len(roots) - 1; i >= 0; i-- {
		y := float32(0)
		for _, x := range pathTo(roots[i], o) {
			s, ok := x.(*container.Scroll)
			if !ok {
				y += x.Position().Y
				continue
			}
			y -= s.Content.Position().Y // that moves as it is scrolled
			const margin = 12
			h, view, at := o.Size().Height, s.Size().Height, s.Offset.Y
			switch {
			case view == 0 || h > view && y < at+view && y+h > at, y >= at && y+h <= at+view:
			case y < at || h > view:
				s.ScrollToOffset(fyne.NewPos(s.Offset.X, max(0, y-margin)))
			default:
				s.ScrollToOffset(fyne.NewPos(s.Offset.X, min(y+h+margin, s.Content.MinSize().Height)-view))
			}
			return
		}
	}
}

// relayout lays out what is around an object whose height has changed, from the
// window inwards.
func relayout(o fyne.CanvasObject) {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil {
		return
	}
	roots := append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...)
	for i := len(roots) - 1; i >= 0; i-- {
		if path := pathTo(roots[i], o); path != nil {
			for j := len(path) - 1; j > 0; j-- { // the object itself is first
				if x, ok := path[j].(*fyne.Container); ok {
					if x.Layout != nil {
						x.Layout.Layout(x.Objects, x.Size())
					}
				} else {
					path[j].Refresh()
				}
			}
			return
		}
	}
}

// scrollAround turns the wheel for the nearest scroll around an object.
func scrollAround(o fyne.CanvasObject, dx, dy float32) {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil {
		return
	}
	roots := append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...)
	for i := len(roots) - 1; i >= 0; i-- {
		for _, x := range pathTo(roots[i], o) {
			if s, ok := x.(*container.Scroll); ok {
				s.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(dx, dy)})
				return
			}
		}
	}
}

// Wheel lies above a widget and takes only the mouse wheel.
type Wheel struct {
	widget.BaseWidget
	iteration func(dx, dy float32)
}

// NewWheel returns a wheel that tells how far it was turned.
func NewWheel(iteration func(dx, dy float32)) *Wheel {
	w := &Wheel{iteration: iteration}
	w.ExtendBaseWidget(w)
	return w
}

// Scrolled is part of fyne.Scrollable.
func (w *Wheel) Scrolled(e *fyne.ScrollEvent) { w.iteration(e.Scrolled.DX, e.Scrolled.DY) }

// CreateRenderer is part of fyne.Widget.
func (w *Wheel) CreateRenderer() fyne.WidgetRenderer { return &Painted{Of: w} }

// pathTo is what leads to an object, innermost first; nil if it is not inside.
func pathTo(in, o fyne.CanvasObject) []fyne.CanvasObject {
	if in == o {
		return []fyne.CanvasObject{o}
	}
	for _, c := range inside(in) {
		if c != nil {
			if path := pathTo(c, o); path != nil {
				return append(path, in)
			}
		}
	}
	return nil
}

func inside(o fyne.CanvasObject) []fyne.CanvasObject {
	switch x := o.(type) {
	case *fyne.Container:
		return x.Objects
	case *Box:
		return []fyne.CanvasObject{x.Content}
	case *Banner:
		return []fyne.CanvasObject{x.Content}
	case *Field:
		return []fyne.CanvasObject{x.Control}
	case *Row:
		return []fyne.CanvasObject{x.Content}
	case *MovableRow:
		return []fyne.CanvasObject{x.Content}
	case *Suggest:
		return []fyne.CanvasObject{x.column}
	case *container.Scroll:
		return []fyne.CanvasObject{x.Content}
	case *Split:
		return []fyne.CanvasObject{x.First, x.Second}
	case *Host:
		return []fyne.CanvasObject{x.Content}
	case *Modal:
		return []fyne.CanvasObject{x.host}
	case *backdrop:
		return []fyne.CanvasObject{x.m.panel}
	}
	return nil
}
