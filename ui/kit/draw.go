package kit

import (
	"image/color"
	"math"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/engine/plain"
)

// Painted is the renderer of nearly all widgets: the widget owns its parts and
// knows how to place and color them.
type Painted struct {
	Of    fyne.CanvasObject // the widget
	Parts []fyne.CanvasObject
	Vary  func() []fyne.CanvasObject // instead of Parts, where they change
	Place func(fyne.Size)            // lays the parts out
	Least func() fyne.Size           // the least size
	Paint func()                     // gives the parts their colors and texts anew

	laid bool
}

// Layout is part of fyne.WidgetRenderer.
func (p *Painted) Layout(s fyne.Size) {
	p.laid = true
	if p.Place != nil {
		p.Place(s)
	}
}

// MinSize is part of fyne.WidgetRenderer.
func (p *Painted) MinSize() fyne.Size {
	if p.Least != nil {
		return p.Least()
	}
	return fyne.Size{}
}

// Refresh is part of fyne.WidgetRenderer.
func (p *Painted) Refresh() {
	if p.Paint != nil {
		p.Paint()
	}
}

// Objects is part of fyne.WidgetRenderer. It lays the parts out if nobody has: Fyne drops
// the renderer of what was out of sight for a minute, and lays the one that it makes
// afterwards out only when the widget gets another size.
func (p *Painted) Objects() []fyne.CanvasObject {
	if s := p.Of.Size(); !p.laid && !s.IsZero() {
		p.Layout(s)
	}
	if p.Vary != nil {
		return p.Vary()
	}
	return p.Parts
}

// Destroy is part of fyne.WidgetRenderer.
func (p *Painted) Destroy() {}

// Place gives an object its corner and its size.
func Place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// centerText puts a text into the middle of a box, on whole units so that lines
// side by side do not jitter.
func centerText(t *canvas.Text, x, y, w, h float32) {
	m := Extent(t)
	Place(t, Round(x+(w-m.Width)/2), Round(y+(h-m.Height)/2), m.Width, m.Height)
}

func leftText(t *canvas.Text, x, y, h float32) {
	m := Extent(t)
	Place(t, Round(x), Round(y+(h-m.Height)/2), m.Width, m.Height)
}

// Extent is the room a text takes. An icon takes a square: the line it is set in
// is a little higher, with all of the surplus below.
func Extent(t *canvas.Text) fyne.Size {
	if t.FontSource == faceIcons {
		return fyne.NewSquareSize(t.TextSize)
	}
	return t.MinSize()
}

// Round is the nearest whole unit: between two, edges and letters blur.
func Round(v float32) float32 { return float32(math.Round(float64(v))) }

// measured holds what Measure found for the texts of one theme. Fyne asks each part of a
// window for its least size in each frame, and looks a text up ten times as long.
var measured struct {
	sync.Mutex
	theme *look
	sizes map[inFace]fyne.Size
}

// inFace is a text in a face.
type inFace struct {
	text  string
	size  float32
	style fyne.TextStyle
	face  string
}

// measuredMax is how many sizes are kept: a window full of text has a tenth of it.
const measuredMax = 10_000

// Measure is the size of a text in a face; a nil face is that of the theme.
func Measure(s string, size float32, style fyne.TextStyle, face fyne.Resource) fyne.Size {
	theme, ok := fyne.CurrentApp().Settings().Theme().(*look)
	if !ok {
		return measure(s, size, style, face)
	}
	key := inFace{text: s, size: size, style: style}
	if face != nil {
		key.face = face.Name()
	}
	m := &measured
	m.Lock()
	defer m.Unlock()
	if m.theme != theme || len(m.sizes) >= measuredMax {
		m.theme, m.sizes = theme, map[inFace]fyne.Size{}
	}
	out, ok := m.sizes[key]
	if !ok {
		out = measure(s, size, style, face)
		m.sizes[key] = out
	}
	return out
}

func measure(s string, size float32, style fyne.TextStyle, face fyne.Resource) fyne.Size {
	m, _ := fyne.CurrentApp().Driver().RenderedTextSize(s, size, style, face)
	return m
}

// Shorten cuts a text so that it fits into a width, ending it with an ellipsis. It
// is shown as [plain.Line] shows it.
func Shorten(s string, width, size float32, style fyne.TextStyle, face fyne.Resource) string {
	s = plain.Line(s)
	if s == "" || width <= 0 || Measure(s, size, style, face).Width <= width {
		return s
	}
	r := []rune(s)
	lo, hi := 0, len(r)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if Measure(string(r[:mid])+"…", size, style, face).Width <= width {
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
