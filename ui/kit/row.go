package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Row is a line of a list that can be hovered, chosen and pressed. It holds any
// content; things inside that can be pressed get their presses first.
type Row struct {
	press
	Content fyne.CanvasObject
	// Selected shows it as chosen.
	Selected bool
	// Radius rounds its corners; 0 for rows that touch.
	Radius float32
	// Line draws a rule below it.
	Line bool
	// Top and Bottom round the corners there: of the first and last row of a card.
	Top, Bottom float32
	// OnMenu is called for the secondary button.
	OnMenu func(at fyne.Position)
	// OnKey sees keys first while the row has the keyboard, for moving between
	// rows; it tells whether it used the key.
	OnKey func(e *fyne.KeyEvent) bool
	// OnRune is the same for letters.
	OnRune func(r rune)

	bg, rule, halo *canvas.Rectangle
}

// NewRow returns a row.
func NewRow(content fyne.CanvasObject, tapped func()) *Row {
	r := &Row{Content: content}
	r.OnTapped = tapped
	r.init(r)
	return r
}

// Rounded rounds the corners.
func (r *Row) Rounded() *Row { r.Radius = Radius; return r }

// Lined draws a rule below.
func (r *Row) Lined() *Row { r.Line = true; return r }

// Select shows it as chosen or not.
func (r *Row) Select(on bool) {
	if r.Selected != on {
		r.Selected = on
		r.Refresh()
	}
}

// TappedSecondary is part of fyne.SecondaryTappable.
func (r *Row) TappedSecondary(e *fyne.PointEvent) {
	if r.OnMenu != nil {
		r.OnMenu(e.AbsolutePosition)
	}
}

// TypedKey asks OnKey before it presses.
func (r *Row) TypedKey(e *fyne.KeyEvent) {
	if r.OnKey != nil && r.OnKey(e) {
		return
	}
	r.press.TypedKey(e)
}

// TypedRune is part of fyne.Focusable.
func (r *Row) TypedRune(c rune) {
	if r.OnRune != nil {
		r.OnRune(c)
	}
}

// HeightFor passes the question on to the content.
func (r *Row) HeightFor(w float32) float32 { return heightAt(r.Content, w) }

// MinSize is that of the content.
func (r *Row) MinSize() fyne.Size { return r.Content.MinSize() }

func (r *Row) paint() {
	p := Colors()
	fill := p.Panel
	fill.A = 0
	switch {
	case r.Selected:
		fill = p.AccentSoft
	case r.down:
		fill = p.Press
	case r.hovered && !r.off && r.OnTapped != nil:
		fill = p.Well
	}
	fillRect(r.bg, fill, nil, 0, r.Radius)
	r.bg.TopLeftCornerRadius, r.bg.TopRightCornerRadius = r.Top, r.Top
	r.bg.BottomLeftCornerRadius, r.bg.BottomRightCornerRadius = r.Bottom, r.Bottom
	fillRect(r.rule, p.Line, nil, 0, 0)
	r.rule.Hidden = !r.Line
	Ring(r.halo, r.focused, r.Radius)
}

// CreateRenderer is part of fyne.Widget.
func (r *Row) CreateRenderer() fyne.WidgetRenderer {
	r.bg, r.rule, r.halo = canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	r.paint()
	return &Painted{Of: r, Least: r.MinSize, Paint: r.paint, Vary: func() []fyne.CanvasObject {
		return []fyne.CanvasObject{r.bg, r.rule, r.Content, r.halo}
	}, Place: func(s fyne.Size) {
		Place(r.bg, 0, 0, s.Width, s.Height)
		Place(r.rule, 0, s.Height-1, s.Width, 1)
		Place(r.halo, 1, 1, s.Width-2, s.Height-2)
		Place(r.Content, 0, 0, s.Width, s.Height)
	}}
}

// Walked lets the arrow keys, Home and End walk over rows that stand below each other.
func Walked(rows ...*Row) {
	for i, r := range rows {
		r.OnKey = func(e *fyne.KeyEvent) bool {
			var to int
			switch e.Name {
			case fyne.KeyUp:
				to = max(0, i-1)
			case fyne.KeyDown:
				to = min(len(rows)-1, i+1)
			case fyne.KeyHome:
				to = 0
			case fyne.KeyEnd:
				to = len(rows) - 1
			default:
				return false
			}
			if to != i {
				Focus(rows[to])
				Reveal(rows[to])
			}
			return true
		}
	}
}
