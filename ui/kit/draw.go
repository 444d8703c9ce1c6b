package kit

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/engine/plain"
)

// painted is the renderer of nearly all widgets here: the widget owns the objects
// and knows how to place and color them.
type painted struct {
	objects []fyne.CanvasObject
	layout  func(fyne.Size)
	min     func() fyne.Size
	refresh func()
	list    func() []fyne.CanvasObject // instead of objects, when they vary
}

func (p *painted) Layout(s fyne.Size) {
	if p.layout != nil {
		p.layout(s)
	}
}

func (p *painted) MinSize() fyne.Size {
	if p.min != nil {
		return p.min()
	}
	return fyne.Size{}
}

func (p *painted) Refresh() {
	if p.refresh != nil {
		p.refresh()
	}
}

func (p *painted) Objects() []fyne.CanvasObject {
	if p.list != nil {
		return p.list()
	}
	return p.objects
}

func (p *painted) Destroy() {}

func place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// centerText puts a text into the middle of a box, on whole units so that lines
// side by side do not jitter.
func centerText(t *canvas.Text, x, y, w, h float32) {
	m := extent(t)
	place(t, round(x+(w-m.Width)/2), round(y+(h-m.Height)/2), m.Width, m.Height)
}

func leftText(t *canvas.Text, x, y, h float32) {
	m := extent(t)
	place(t, round(x), round(y+(h-m.Height)/2), m.Width, m.Height)
}

// extent is the room a text takes. An icon takes a square: the line it is set in
// is a little higher, with all of the surplus below.
func extent(t *canvas.Text) fyne.Size {
	if t.FontSource == faceIcons {
		return fyne.NewSquareSize(t.TextSize)
	}
	return t.MinSize()
}

func round(v float32) float32 { return float32(math.Round(float64(v))) }

func measure(s string, size float32, style fyne.TextStyle, face fyne.Resource) fyne.Size {
	m, _ := fyne.CurrentApp().Driver().RenderedTextSize(s, size, style, face)
	return m
}

// Shorten cuts a text so that it fits into a width, ending it with an ellipsis. It
// is shown as [plain.Line] shows it.
func Shorten(s string, width, size float32, style fyne.TextStyle, face fyne.Resource) string {
	s = plain.Line(s)
	if s == "" || width <= 0 || measure(s, size, style, face).Width <= width {
		return s
	}
	r := []rune(s)
	lo, hi := 0, len(r)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if measure(string(r[:mid])+"…", size, style, face).Width <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	for lo > 0 && r[lo-1] == ' ' {
		lo--
	}
	return string(r[:lo]) + "…"
}

// fillRect sets a rectangle's look and repaints it.
func fillRect(r *canvas.Rectangle, fill, stroke color.Color, width, radius float32) {
	r.FillColor, r.StrokeColor, r.StrokeWidth, r.CornerRadius = fill, stroke, width, radius
	r.Refresh()
}

// softShadow is the shadow of panels that float.
func softShadow(depth float32) canvas.Shadow {
	return canvas.Shadow{Color: Colors().Shadow, BlurRadius: depth, Offset: fyne.NewPos(0, depth/4), Variant: canvas.DropShadow}
}
