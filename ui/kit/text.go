package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sluice/engine/plain"
)

// Text is one line of text with a role instead of a color. Set its fields and call
// Refresh, or use the chainable setters while building.
type Text struct {
	widget.BaseWidget
	Text     string
	Role     Role
	TextSize float32
	Style    fyne.TextStyle
	Align    fyne.TextAlign
	// Short lets the text be cut with an ellipsis; its minimum width is then small.
	Short bool

	medium bool
	line   *canvas.Text
}

// NewText returns text of base size in ink.
func NewText(text string) *Text {
	t := &Text{Text: text, TextSize: TextBase}
	t.ExtendBaseWidget(t)
	return t
}

// Title returns text of the largest size.
func Title(text string) *Text { return NewText(text).Bold().Sized(TextTitle) }

// Heading returns the title of a pane or card.
func Heading(text string) *Text { return NewText(text).Bold().Sized(TextHeading) }

// Strong returns emphasized text of base size.
func Strong(text string) *Text { return NewText(text).Bold() }

// Caption returns small secondary text.
func Caption(text string) *Text { return NewText(text).In(Muted).Sized(TextCaption) }

// Mono returns text in the face of ids and paths.
func Mono(text string) *Text {
	t := NewText(text).Sized(12)
	t.Style.Monospace = true
	return t
}

// In sets the role.
func (t *Text) In(r Role) *Text { t.Role = r; return t }

// Sized sets the size.
func (t *Text) Sized(s float32) *Text { t.TextSize = s; return t }

// Bold makes it semibold.
func (t *Text) Bold() *Text { t.Style.Bold = true; return t }

// Italic slants it.
func (t *Text) Italic() *Text { t.Style.Italic = true; return t }

// Medium makes it a little heavier than regular; for words of our own only.
func (t *Text) Medium() *Text { t.medium = true; return t }

// Aligned sets the alignment.
func (t *Text) Aligned(a fyne.TextAlign) *Text { t.Align = a; return t }

// Ellipsis lets the text be cut when there is no room.
func (t *Text) Ellipsis() *Text { t.Short = true; return t }

// SetText changes the text.
func (t *Text) SetText(s string) {
	if t.Text != s {
		t.Text = s
		t.Refresh()
	}
}

// SetRole changes the role.
func (t *Text) SetRole(r Role) {
	if t.Role != r {
		t.Role = r
		t.Refresh()
	}
}

// Resize re-cuts the text to the new width.
func (t *Text) Resize(s fyne.Size) {
	if s == t.BaseWidget.Size() {
		return
	}
	t.BaseWidget.Resize(s)
	if t.Short {
		t.paint()
	}
}

// MinSize is the size of the text, or of a few letters if it may be cut.
func (t *Text) MinSize() fyne.Size {
	s := Measure(plain.Line(t.Text), t.TextSize, t.Style, t.face())
	if t.Text == "" {
		s.Height = Measure("x", t.TextSize, t.Style, t.face()).Height
	}
	if t.Short {
		s.Width = min(s.Width, t.TextSize*2)
	}
	return s
}

func (t *Text) face() fyne.Resource {
	if t.medium && !t.Style.Bold {
		return faceMedium
	}
	return nil
}

func (t *Text) paint() {
	if t.line == nil {
		return
	}
	t.line.TextSize, t.line.TextStyle, t.line.FontSource = t.TextSize, t.Style, t.face()
	t.line.Alignment = t.Align
	t.line.Color = Colors().Of(t.Role)
	t.line.Text = plain.Line(t.Text)
	if t.Short {
		t.line.Text = Shorten(t.Text, t.BaseWidget.Size().Width, t.TextSize, t.Style, t.face())
	}
	t.line.Refresh()
}

// AccessibilityLabel is the text itself.
func (t *Text) AccessibilityLabel() string { return t.Text }

// AccessibilityRole says that this is text.
func (t *Text) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is part of fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	t.line = canvas.NewText("", nil)
	t.paint()
	return &Painted{Of: t, Parts: []fyne.CanvasObject{t.line}, Paint: t.paint, Least: t.MinSize, Place: func(s fyne.Size) {
		h := t.line.MinSize().Height
		Place(t.line, 0, (s.Height-h)/2, s.Width, h)
	}}
}

// Glyph is an icon as a widget, square, drawn from the icon font.
type Glyph struct {
	widget.BaseWidget
	Icon Icon
	Role Role
	Edge float32
	text *canvas.Text
}

// NewGlyphSized returns an icon of any size.
func NewGlyphSized(i Icon, r Role, size float32) *Glyph {
	g := &Glyph{Icon: i, Role: r, Edge: size}
	g.ExtendBaseWidget(g)
	return g
}

// SetIcon changes picture and role.
func (g *Glyph) SetIcon(i Icon, r Role) {
	if g.Icon != i || g.Role != r {
		g.Icon, g.Role = i, r
		g.Refresh()
	}
}

// MinSize is a square.
func (g *Glyph) MinSize() fyne.Size { return fyne.NewSquareSize(g.Edge) }

// CreateRenderer is part of fyne.Widget.
func (g *Glyph) CreateRenderer() fyne.WidgetRenderer {
	g.text = newIconText(g.Icon, g.Edge)
	paint := func() {
		g.text.Text, g.text.TextSize, g.text.Color = string(g.Icon), g.Edge, Colors().Of(g.Role)
		g.text.Refresh()
	}
	paint()
	return &Painted{Of: g, Parts: []fyne.CanvasObject{g.text}, Paint: paint, Least: g.MinSize, Place: func(s fyne.Size) {
		centerText(g.text, 0, 0, s.Width, s.Height)
	}}
}

func newIconText(i Icon, size float32) *canvas.Text {
	t := canvas.NewText(string(i), nil)
	t.TextSize, t.FontSource = size, faceIcons
	return t
}
