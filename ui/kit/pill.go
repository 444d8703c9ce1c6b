package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Pill is a word with a role on a soft ground: a state, a kind, a count.
type Pill struct {
	widget.BaseWidget
	Text string
	Role Role
	Icon Icon
	Mono bool // for ids

	rect       *canvas.Rectangle
	text, icon *canvas.Text
}

// NewPill returns a pill.
func NewPill(text string, r Role) *Pill {
	p := &Pill{Text: text, Role: r}
	p.ExtendBaseWidget(p)
	return p
}

// IDPill returns a small mono pill for a step's id.
func IDPill(id string) *Pill {
	p := NewPill(id, Neutral)
	p.Mono = true
	return p
}

// With sets an icon before the word.
func (p *Pill) With(i Icon) *Pill { p.Icon = i; return p }

// Set changes word and role.
func (p *Pill) Set(text string, r Role) {
	if p.Text != text || p.Role != r {
		p.Text, p.Role = text, r
		p.Refresh()
	}
}

func (p *Pill) style() fyne.TextStyle {
	return fyne.TextStyle{Bold: !p.Mono, Monospace: p.Mono}
}

// MinSize fits the word.
func (p *Pill) MinSize() fyne.Size {
	w := Measure(p.Text, TextCaption, p.style(), nil).Width + 16
	if p.Icon != NoIcon {
		w += 15
	}
	if p.Mono {
		w -= 4
	}
	return fyne.NewSize(Round(w+0.49), 20)
}

func (p *Pill) paint() {
	c := Colors()
	radius := float32(10)
	if p.Mono {
		radius = 5
	}
	fillRect(p.rect, c.Soft(p.Role), nil, 0, radius)
	p.text.Text, p.text.TextStyle, p.text.Color = p.Text, p.style(), c.Of(p.Role)
	p.icon.Text, p.icon.Color, p.icon.Hidden = string(p.Icon), c.Of(p.Role), p.Icon == NoIcon
	p.lay(p.BaseWidget.Size())
	p.text.Refresh()
	p.icon.Refresh()
}

func (p *Pill) lay(s fyne.Size) {
	y := Round((s.Height - 20) / 2)
	Place(p.rect, 0, y, s.Width, 20)
	x, w := float32(0), s.Width
	if p.Icon != NoIcon {
		centerText(p.icon, 7, y, 12, 20)
		x, w = 15, w-15
	}
	p.text.Text = Shorten(p.Text, w-8, TextCaption, p.style(), nil)
	centerText(p.text, x, y, w, 20)
}

// CreateRenderer is part of fyne.Widget.
func (p *Pill) CreateRenderer() fyne.WidgetRenderer {
	p.rect, p.text, p.icon = canvas.NewRectangle(nil), canvas.NewText("", nil), newIconText("", 12)
	p.text.TextSize = TextCaption
	p.paint()
	return &Painted{Of: p, Parts: []fyne.CanvasObject{p.rect, p.icon, p.text}, Place: p.lay, Least: p.MinSize, Paint: p.paint}
}

// Dot is a small state: a disc, or a ring for what has not begun. A word or icon
// stands beside it always.
type Dot struct {
	widget.BaseWidget
	Role   Role
	Hollow bool
	disc   *canvas.Circle
}

// NewDot returns a disc.
func NewDot(r Role) *Dot {
	d := &Dot{Role: r}
	d.ExtendBaseWidget(d)
	return d
}

// SetRole changes the state.
func (d *Dot) SetRole(r Role) {
	if d.Role != r {
		d.Role = r
		d.Refresh()
	}
}

// MinSize is a small square.
func (d *Dot) MinSize() fyne.Size { return fyne.NewSize(10, 10) }

// CreateRenderer is part of fyne.Widget.
func (d *Dot) CreateRenderer() fyne.WidgetRenderer {
	d.disc = canvas.NewCircle(nil)
	paint := func() {
		c := Colors().Strong(d.Role)
		d.disc.FillColor, d.disc.StrokeColor, d.disc.StrokeWidth = c, c, 0
		if d.Hollow {
			d.disc.FillColor, d.disc.StrokeWidth = nil, 1.5
		}
		d.disc.Refresh()
	}
	paint()
	return &Painted{Of: d, Parts: []fyne.CanvasObject{d.disc}, Paint: paint, Least: d.MinSize, Place: func(s fyne.Size) {
		Place(d.disc, Round((s.Width-9)/2), Round((s.Height-9)/2), 9, 9)
	}}
}
