package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Spot is what a guide points at: an object, or a part of it.
type Spot struct {
	Of   fyne.CanvasObject // nil: nothing
	At   fyne.Position     // of the part in the object
	Size fyne.Size         // zero: the whole object
}

// Guide points at a control with a ring, and tells beside it what to do there. Everything
// around it goes on working.
type Guide struct {
	ring, halo *canvas.Rectangle
	note       *guideNote
	host       *Host
	at         fyne.Position // of what it points at, in the host
	size       fyne.Size     // zero: it points at nothing
	of         fyne.Size     // of the host
}

const (
	guideWidth = 340
	guideGap   = 14 // between the ring and the words
	guideEdge  = 12 // from the edge of the window
)

// NewGuide makes a guide that is not shown yet.
func NewGuide() *Guide {
	g := &Guide{ring: canvas.NewRectangle(nil), halo: canvas.NewRectangle(nil), note: &guideNote{}}
	g.note.box = NewBox(OnPanel, AccentLine, CardRadius, nil)
	g.note.box.Shadow = 24
	g.note.ExtendBaseWidget(g.note)
	return g
}

// Say sets what stands beside the spot.
func (g *Guide) Say(o fyne.CanvasObject) {
	g.note.box.Content = PadAll(14, o)
	g.note.box.Refresh()
	g.of = fyne.Size{} // it may be higher now
}

// Point shows the guide beside a spot; without one it stands at the bottom of the window.
// While a dialog is open that the spot is not in, it is not shown.
func (g *Guide) Point(c fyne.Canvas, s Spot) {
	h := hostOf(c)
	at, size, ok := placeOf(s)
	if h != nil && !ok && c.Overlays().Top() != nil {
		h = nil
	}
	if h != g.host {
		g.Hide()
		if g.host = h; h != nil {
			h.guide, g.of = g, fyne.Size{}
		}
	}
	if h == nil {
		return
	}
	if !ok {
		at, size = fyne.Position{}, fyne.Size{}
	} else {
		at = at.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(h))
	}
	if full := h.BaseWidget.Size(); at != g.at || size != g.size || full != g.of {
		g.at, g.size, g.of = at, size, full
		h.Refresh()
	}
}

// placeOf finds a spot in the window.
func placeOf(s Spot) (at fyne.Position, size fyne.Size, ok bool) {
	if s.Of == nil || !s.Of.Visible() {
		return at, size, false
	}
	if at = fyne.CurrentApp().Driver().AbsolutePositionForObject(s.Of); at.IsZero() {
		return at, size, false // it is not in the window now
	}
	if size = s.Size; size.IsZero() {
		size = s.Of.Size()
	}
	return at.Add(s.At), size, true
}

// Hide takes the guide away.
func (g *Guide) Hide() {
	if h := g.host; h != nil {
		g.host, h.guide = nil, nil
		h.Refresh()
	}
}

// Pointing tells what part of the window it points at; ok where it does.
func (g *Guide) Pointing() (at fyne.Position, size fyne.Size, ok bool) {
	return g.at, g.size, g.host != nil && !g.size.IsZero()
}

func (g *Guide) objects() []fyne.CanvasObject {
	if g.size.IsZero() {
		return []fyne.CanvasObject{g.note}
	}
	return []fyne.CanvasObject{g.halo, g.ring, g.note}
}

// lay places the ring and the words in a host.
func (g *Guide) lay(full fyne.Size) {
	p := Colors()
	g.ring.FillColor, g.ring.StrokeColor, g.ring.StrokeWidth, g.ring.CornerRadius = nil, p.Accent, 2, Radius+3
	soft := p.Accent
	soft.A = 70
	g.halo.FillColor, g.halo.StrokeColor, g.halo.StrokeWidth, g.halo.CornerRadius = nil, soft, 4, Radius+6
	const out = 4
	at := g.at
	Place(g.ring, at.X-out, at.Y-out, g.size.Width+2*out, g.size.Height+2*out)
	Place(g.halo, at.X-out-3, at.Y-out-3, g.size.Width+2*out+6, g.size.Height+2*out+6)
	g.ring.Refresh()
	g.halo.Refresh()
	w := min(guideWidth, full.Width-2*guideEdge)
	size := fyne.NewSize(w, heightAt(g.note.box, w))
	to := g.beside(full, size)
	Place(g.note, Round(to.X), Round(to.Y), size.Width, size.Height)
	g.note.Refresh()
}

// beside is where the words stand: where they cover neither the spot nor leave the window.
func (g *Guide) beside(full, note fyne.Size) fyne.Position {
	bottom := fyne.NewPos((full.Width-note.Width)/2, full.Height-note.Height-guideEdge)
	if g.size.IsZero() {
		return bottom
	}
	x := max(guideEdge, min(g.at.X, full.Width-note.Width-guideEdge))
	y := max(guideEdge, min(g.at.Y, full.Height-note.Height-guideEdge))
	right, below := g.at.X+g.size.Width+guideGap, g.at.Y+g.size.Height+guideGap
	left, above := g.at.X-guideGap-note.Width, g.at.Y-guideGap-note.Height
	fitsLeft := left >= guideEdge
	switch {
	case len(modals) > 0:
		return bottom // what a dialog offers stays in sight
	case g.at.Y > full.Height*3/4 && above >= guideEdge: // not over the bar that it is in
		return fyne.NewPos(x, above)
	case right+note.Width+guideEdge <= full.Width:
		return fyne.NewPos(right, y)
	case fitsLeft && g.at.Y > full.Height/5: // not over a bar
		return fyne.NewPos(left, y)
	case below+note.Height+guideEdge <= full.Height:
		return fyne.NewPos(x, below)
	case fitsLeft:
		return fyne.NewPos(left, y)
	case above >= guideEdge:
		return fyne.NewPos(x, above)
	}
	return bottom
}

// guideNote is the words of a guide. A press on it does not go through to what is below;
// a turn of the wheel does, as Fyne cuts what can be scrolled at its edge.
type guideNote struct {
	widget.BaseWidget
	box *Box
}

// Tapped is part of fyne.Tappable.
func (n *guideNote) Tapped(*fyne.PointEvent) {}

// MouseIn is part of desktop.Hoverable.
func (n *guideNote) MouseIn(*desktop.MouseEvent) {}

// MouseMoved is part of desktop.Hoverable.
func (n *guideNote) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (n *guideNote) MouseOut() {}

// MouseDown is part of desktop.Mouseable.
func (n *guideNote) MouseDown(*desktop.MouseEvent) {}

// MouseUp is part of desktop.Mouseable.
func (n *guideNote) MouseUp(*desktop.MouseEvent) {}

// Dragged is part of fyne.Draggable.
func (n *guideNote) Dragged(*fyne.DragEvent) {}

// DragEnd is part of fyne.Draggable.
func (n *guideNote) DragEnd() {}

// CreateRenderer is part of fyne.Widget.
func (n *guideNote) CreateRenderer() fyne.WidgetRenderer {
	return &Painted{Of: n, Parts: []fyne.CanvasObject{n.box}, Paint: n.box.Refresh, Place: func(s fyne.Size) { Place(n.box, 0, 0, s.Width, s.Height) }}
}
