package kit

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sluice/engine/plain"
)

// wrapped is text that wraps at words. Its height follows its width. It is deaf to
// the mouse, which a tip must be.
type wrapped struct {
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
	shown string  // of, as plain shows it
	lines []string
	at    []int // where in shown each line begins
	texts []*canvas.Text
	objs  []fyne.CanvasObject
}

// SetText changes the text.
func (p *wrapped) SetText(s string) {
	if p.Text != s {
		p.Text = s
		p.Refresh()
	}
}

// HeightFor tells how high the paragraph is at a width.
func (p *wrapped) HeightFor(w float32) float32 {
	p.wrap(w)
	return p.lineHeight() * float32(max(1, len(p.lines)))
}

// MinSize is a narrow width and the height at the present width.
func (p *wrapped) MinSize() fyne.Size {
	w := p.BaseWidget.Size().Width
	if w <= 0 {
		w = 320
	}
	return fyne.NewSize(40, p.HeightFor(w))
}

func (p *wrapped) lineHeight() float32 { return Round(p.TextSize * 1.5) }

func (p *wrapped) wrap(w float32) {
	w = max(w, 24)
	if p.lines != nil && p.width == w && p.of == p.Text {
		return
	}
	p.width, p.of, p.shown = w, p.Text, plain.Text(p.Text)
	p.lines, p.at = p.lines[:0], p.at[:0]
	from := 0
	for part := range strings.SplitSeq(p.shown, "\n") {
		p.wrapLine(from, from+len(part), w)
		from += len(part) + 1
	}
	if p.Max > 0 && len(p.lines) > p.Max {
		last := p.lines[p.Max-1] + " …"
		p.lines, p.at = append(p.lines[:p.Max-1], Shorten(last, w, p.TextSize, p.Style, nil)), p.at[:p.Max]
	}
}

func (p *wrapped) line(from, to int) {
	p.lines, p.at = append(p.lines, p.shown[from:to]), append(p.at, from)
}

func (p *wrapped) measure(s string) float32 { return Measure(s, p.TextSize, p.Style, nil).Width }

// wrapLine cuts what lies between two line breaks. Blanks stay in the middle of a
// line; where a line is broken they are left out.
func (p *wrapped) wrapLine(from, to int, w float32) {
	if p.measure(p.shown[from:to]) <= w {
		p.line(from, to)
		return
	}
	blank := p.measure(" ")
	begin, end := from, from // of the line
	var x float32
	for at := from; at < to; {
		word := at + blanks(p.shown[at:to])
		next := word + letters(p.shown[word:to])
		if word == next {
			break
		}
		gap := blank
		if s := p.shown[end:word]; s != " " {
			gap = p.measure(s)
		}
		ww := p.measure(p.shown[word:next])
		if x+gap+ww > w {
			if end > begin {
				p.line(begin, end)
			}
			begin, x, gap = word, 0, 0
		}
		for ww > w { // longer than the line, such as an address
			n := p.fit(p.shown[word:next], w)
			p.line(word, word+n)
			word += n
			begin, ww = word, p.measure(p.shown[word:next])
		}
		x, end, at = x+gap+ww, next, next
	}
	if end > begin || end == from {
		p.line(begin, end)
	}
}

// blanks is how many bytes of blanks a text begins with.
func blanks(s string) int { return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace)) }

// letters is how many bytes lie before the first blank.
func letters(s string) int {
	if n := strings.IndexFunc(s, unicode.IsSpace); n >= 0 {
		return n
	}
	return len(s)
}

// fit tells how many bytes of a word go into a width, one rune at least.
func (p *wrapped) fit(word string, w float32) int {
	n := 0
	for i := range word {
		if i > 0 && p.measure(word[:i]) > w {
			break
		}
		n = i
	}
	if n == 0 {
		n = len(string([]rune(word)[:1]))
	}
	return n
}

func (p *wrapped) paint() {
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
		leftText(t, p.leftOf(i), float32(i)*lh, lh)
		t.Refresh()
	}
}

// leftOf is where a line begins.
func (p *wrapped) leftOf(i int) float32 {
	if p.Centered {
		return (p.width - p.measure(p.lines[i])) / 2
	}
	return 0
}

// AccessibilityLabel is the text itself.
func (p *wrapped) AccessibilityLabel() string { return p.Text }

// AccessibilityRole says that this is text.
func (p *wrapped) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is part of fyne.Widget.
func (p *wrapped) CreateRenderer() fyne.WidgetRenderer {
	p.texts, p.objs = nil, nil
	p.paint()
	return &Painted{Of: p, Vary: func() []fyne.CanvasObject { return p.objs }, Paint: p.paint, Least: p.MinSize, Place: func(fyne.Size) { p.paint() }}
}
