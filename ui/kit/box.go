package kit

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Surface names a ground or border of a Box without fixing its color.
type Surface int

// The surfaces.
const (
	None Surface = iota
	OnBackground
	OnPanel
	OnWell
	OnRailDark
	OnField
	LineColor
	AccentLine
	WaitingEdge
	SoftAccent
	SoftWaiting
	SoftGood
	SoftBad
	SoftBranch
	AccentFill
)

func (s Surface) color() color.Color {
	p := Colors()
	switch s {
	case OnBackground:
		return p.Background
	case OnPanel:
		return p.Panel
	case OnWell:
		return p.Well
	case OnRailDark:
		return p.Rail
	case OnField:
		return p.Field
	case LineColor:
		return p.Line
	case AccentLine, AccentFill:
		return p.Accent
	case WaitingEdge:
		return p.WaitingLine
	case SoftAccent:
		return p.AccentSoft
	case SoftWaiting:
		return p.WaitingSoft
	case SoftGood:
		return p.GoodSoft
	case SoftBad:
		return p.BadSoft
	case SoftBranch:
		return p.BranchSoft
	}
	return nil
}

// Box is a rounded rectangle behind an object.
type Box struct {
	widget.BaseWidget
	Fill    Surface
	Stroke  Surface
	Radius  float32
	Shadow  float32 // blur; 0 is none
	Content fyne.CanvasObject

	rect *canvas.Rectangle
}

// NewBox returns a box of one surface; content may be nil.
func NewBox(fill, stroke Surface, radius float32, content fyne.CanvasObject) *Box {
	b := &Box{Fill: fill, Stroke: stroke, Radius: radius, Content: content}
	b.ExtendBaseWidget(b)
	return b
}

// Card is a panel with a border and room inside.
func Card(content fyne.CanvasObject) *Box {
	return NewBox(OnPanel, LineColor, CardRadius, PadAll(16, content))
}

// Well is a quiet block that explains something.
func Well(content fyne.CanvasObject) *Box {
	return NewBox(OnWell, None, Radius, PadAll(14, content))
}

// flashFor is how long a box that somebody was led to is marked.
const flashFor = 1500 * time.Millisecond

// Flash marks the box for a moment, for who was led to it. later runs a function after a
// pause.
func (b *Box) Flash(later func(time.Duration, func())) {
	if b.Stroke == AccentLine {
		return
	}
	before := b.Stroke
	b.Stroke = AccentLine
	b.Refresh()
	later(flashFor, func() { b.Stroke = before; b.Refresh() })
}

// MinSize is that of the content.
func (b *Box) MinSize() fyne.Size {
	if b.Content == nil {
		return fyne.Size{}
	}
	return b.Content.MinSize()
}

// HeightFor passes the question on to the content.
func (b *Box) HeightFor(w float32) float32 {
	if b.Content == nil {
		return 0
	}
	return heightAt(b.Content, w)
}

func (b *Box) paint() {
	width := float32(0)
	if b.Stroke != None {
		width = 1
	}
	b.rect.Shadow = canvas.Shadow{}
	if b.Shadow > 0 {
		b.rect.Shadow = softShadow(b.Shadow)
	}
	fillRect(b.rect, b.Fill.color(), b.Stroke.color(), width, b.Radius)
}

// CreateRenderer is part of fyne.Widget.
func (b *Box) CreateRenderer() fyne.WidgetRenderer {
	b.rect = canvas.NewRectangle(nil)
	b.paint()
	return &Painted{Of: b, Least: b.MinSize, Paint: b.paint, Vary: func() []fyne.CanvasObject {
		if b.Content == nil {
			return []fyne.CanvasObject{b.rect}
		}
		return []fyne.CanvasObject{b.rect, b.Content}
	}, Place: func(s fyne.Size) {
		Place(b.rect, 0, 0, s.Width, s.Height)
		if b.Content != nil {
			Place(b.Content, 0, 0, s.Width, s.Height)
		}
	}}
}

// Rule is a line of one unit: horizontal between rows of a VBox, vertical between
// columns of an HBox inside Grow or a Fill.
type Rule struct {
	widget.BaseWidget
	upright bool
	rect    *canvas.Rectangle
}

// HLine is a horizontal rule.
func HLine() *Rule { r := &Rule{}; r.ExtendBaseWidget(r); return r }

// VLine is a vertical rule.
func VLine() *Rule { r := &Rule{upright: true}; r.ExtendBaseWidget(r); return r }

// CreateRenderer is part of fyne.Widget.
func (r *Rule) CreateRenderer() fyne.WidgetRenderer {
	r.rect = canvas.NewRectangle(Colors().Line)
	return &Painted{Of: r, Parts: []fyne.CanvasObject{r.rect}, Paint: func() { fillRect(r.rect, Colors().Line, nil, 0, 0) },
		Least: func() fyne.Size { return fyne.NewSize(1, 1) },
		Place: func(s fyne.Size) {
			if r.upright {
				Place(r.rect, 0, 0, 1, s.Height)
			} else {
				Place(r.rect, 0, 0, s.Width, 1)
			}
		}}
}
