package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sluice/engine/plain"
)

// Paragraph is text that wraps at words. Its height follows its width.
type Paragraph struct {
	widget.BaseWidget
	Text     string
	Role     Role
	TextSize float32
	Style    fyne.TextStyle
	// Max is the most lines shown; 0 means all.
	Max int
	// Centered sets each line in the middle.
	Centered bool

	width float32 // that lines were made for
	of    string  // text that lines were made of
	lines []string
	texts []*canvas.Text
	objs  []fyne.CanvasObject
}

// NewParagraph returns a paragraph.
func NewParagraph(text string, r Role) *Paragraph {
	p := &Paragraph{Text: text, Role: r, TextSize: TextBase}
	p.ExtendBaseWidget(p)
	return p
}

// Sized sets the size of type.
func (p *Paragraph) Sized(s float32) *Paragraph { p.TextSize = s; return p }

// Bold makes it bold, as Text's does.
func (p *Paragraph) Bold() *Paragraph { p.Style.Bold = true; return p }

// SetText changes the text.
func (p *Paragraph) SetText(s string) {
	if p.Text != s {
		p.Text = s
		p.Refresh()
	}
}

// HeightFor tells how high the paragraph is at a width.
func (p *Paragraph) HeightFor(w float32) float32 {
	p.wrap(w)
	return p.lineHeight() * float32(max(1, len(p.lines)))
}

// MinSize is a narrow width and the height at the present width.
func (p *Paragraph) MinSize() fyne.Size {
	w := p.BaseWidget.Size().Width
	if w <= 0 {
		w = 320
	}
	return fyne.NewSize(40, p.HeightFor(w))
}

func (p *Paragraph) lineHeight() float32 { return Round(p.TextSize * 1.5) }

func (p *Paragraph) wrap(w float32) {
	w = max(w, 24)
	if p.lines != nil && p.width == w && p.of == p.Text {
		return
	}
	p.width, p.of = w, p.Text
	p.lines = p.lines[:0]
	for _, part := range strings.Split(plain.Text(p.Text), "\n") {
		p.lines = append(p.lines, p.wrapLine(part, w)...)
	}
	if p.Max > 0 && len(p.lines) > p.Max {
		last := p.lines[p.Max-1] + " …"
		p.lines = append(p.lines[:p.Max-1], Shorten(last, w, p.TextSize, p.Style, nil))
	}
}

func (p *Paragraph) wrapLine(s string, w float32) []string {
	if Measure(s, p.TextSize, p.Style, nil).Width <= w {
		return []string{s}
	}
	space := Measure(" ", p.TextSize, p.Style, nil).Width
	var out []string
	var line []string
	var x float32
	flush := func() {
		if len(line) > 0 {
			out = append(out, strings.Join(line, " "))
		}
		line, x = nil, 0
	}
	for _, word := range strings.Fields(s) {
		ww := Measure(word, p.TextSize, p.Style, nil).Width
		if x > 0 && x+space+ww > w {
			flush()
		}
		for ww > w && word != "" { // a word longer than the line, such as an address
			n := p.fit(word, w)
			flush()
			out = append(out, word[:n])
			word = word[n:]
			ww = Measure(word, p.TextSize, p.Style, nil).Width
		}
		if x > 0 {
			x += space
		}
		line, x = append(line, word), x+ww
	}
	flush()
	return out
}

// fit tells how many bytes of a word go into a width, one rune at least.
func (p *Paragraph) fit(word string, w float32) int {
	n := 0
	for i := range word {
		if i > 0 && Measure(word[:i], p.TextSize, p.Style, nil).Width > w {
			break
		}
		n = i
	}
	if n == 0 {
		n = len(string([]rune(word)[:1]))
	}
	return n
}

func (p *Paragraph) paint() {
	p.wrap(p.BaseWidget.Size().Width)
	for len(p.texts) < len(p.lines) {
		t := canvas.NewText("", nil)
		p.texts = append(p.texts, t)
		p.objs = append(p.objs, t)
	}
	lh := p.lineHeight()
	for i, t := range p.texts {
		t.Hidden = i >= len(p.lines)
		if t.Hidden {
			continue
		}
		t.Text, t.TextSize, t.TextStyle, t.Color = p.lines[i], p.TextSize, p.Style, Colors().Of(p.Role)
		x := float32(0)
		if p.Centered {
			x = (p.width - t.MinSize().Width) / 2
		}
		leftText(t, x, float32(i)*lh, lh)
		t.Refresh()
	}
}

// AccessibilityLabel is the text itself.
func (p *Paragraph) AccessibilityLabel() string { return p.Text }

// AccessibilityRole says that this is text.
func (p *Paragraph) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is part of fyne.Widget.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	p.texts, p.objs = nil, nil
	p.paint()
	return &Painted{Vary: func() []fyne.CanvasObject { return p.objs }, Paint: p.paint, Least: p.MinSize, Place: func(fyne.Size) { p.paint() }}
}
