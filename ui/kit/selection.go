package kit

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/say"
)

// Paragraph is text that wraps at words and can be copied: a drag selects, a double
// click selects a word and a triple click what lies between two line breaks.
type Paragraph struct {
	wrapped
	from, to int    // bytes of what is shown that were selected, in the order they were
	chosen   string // what they were selected in
	focused  bool
	pressed  fyne.Position // last
	when     time.Time
	presses  int // one after the other at the same place
	marks    []*canvas.Rectangle
	parts    []fyne.CanvasObject
}

// NewParagraph returns a paragraph.
func NewParagraph(text string, r Role) *Paragraph {
	p := &Paragraph{wrapped: wrapped{Text: text, Role: r, TextSize: TextBase}}
	p.ExtendBaseWidget(p)
	return p
}

// Sized sets the size of type.
func (p *Paragraph) Sized(s float32) *Paragraph { p.TextSize = s; return p }

// Bold makes it bold, as Text's does.
func (p *Paragraph) Bold() *Paragraph { p.Style.Bold = true; return p }

// Mono sets it in the face of ids and paths, as Text's does.
func (p *Paragraph) Mono() *Paragraph { p.Style.Monospace, p.TextSize = true, 12; return p }

// SelectedText is what is selected, without the breaks that wrapping made.
func (p *Paragraph) SelectedText() string {
	a, b := p.selected()
	return p.shown[a:b]
}

// selected is the selection from its first to its last byte; of another text than
// the present one there is none.
func (p *Paragraph) selected() (from, to int) {
	p.wrap(p.BaseWidget.Size().Width)
	if p.chosen != p.shown {
		p.from, p.to = 0, 0
	}
	return min(p.from, p.to), max(p.from, p.to)
}

func (p *Paragraph) choose(from, to int) {
	p.from, p.to, p.chosen = from, to, p.shown
	p.Refresh()
}

// byteAt is the place between two letters that is nearest to a point.
func (p *Paragraph) byteAt(at fyne.Position) int {
	p.wrap(p.BaseWidget.Size().Width)
	i := max(0, min(int(at.Y/p.lineHeight()), len(p.lines)-1))
	line, left := p.lines[i], float32(0)
	x := at.X - p.leftOf(i)
	n := len(line)
	for j, c := range line {
		right := p.measure(line[:j+len(string(c))])
		if x < (left+right)/2 {
			n = j
			break
		}
		left = right
	}
	return min(p.at[i]+n, len(p.shown))
}

// MouseDown begins a selection, or with Shift extends it. The second of presses in a
// row selects a word, the third all between two line breaks; they are counted here, as
// Fyne tells of no double click where a slow screen lets the third come first.
func (p *Paragraph) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	Focus(p)
	at := p.byteAt(e.Position)
	off := e.Position.Subtract(p.pressed)
	if time.Since(p.when) > fyne.CurrentApp().Driver().DoubleTapDelay() || max(off.X, -off.X, off.Y, -off.Y) > 3 {
		p.presses = 0
	}
	p.pressed, p.when = e.Position, time.Now()
	p.presses = p.presses%3 + 1
	switch {
	case p.presses == 2:
		p.chooseWord(at)
	case p.presses == 3:
		p.chooseAround(at, func(r rune) bool { return r == '\n' })
	case e.Modifier&fyne.KeyModifierShift != 0 && p.chosen == p.shown:
		p.choose(p.from, at)
	default:
		p.choose(at, at)
	}
}

// MouseUp is part of desktop.Mouseable.
func (p *Paragraph) MouseUp(*desktop.MouseEvent) {}

// Dragged extends the selection.
func (p *Paragraph) Dragged(e *fyne.DragEvent) {
	p.selected()
	p.choose(p.from, p.byteAt(e.Position))
}

// DragEnd is part of fyne.Draggable.
func (p *Paragraph) DragEnd() {}

// chooseWord selects a word without the marks around it. An address is one word.
func (p *Paragraph) chooseWord(at int) {
	p.chooseAround(at, func(r rune) bool { return strings.ContainsRune(" \t\n", r) })
	const marks = "“”„‘’\"'`(){}[]<>.,;:!?…"
	a, b := p.selected()
	word := p.shown[a:b]
	left := len(word) - len(strings.TrimLeft(word, marks))
	if bare := strings.Trim(word, marks); bare != "" {
		p.choose(a+left, a+left+len(bare))
	}
}

// chooseAround selects what lies between two ends.
func (p *Paragraph) chooseAround(at int, end func(rune) bool) {
	a, b := 0, len(p.shown)
	if i := strings.LastIndexFunc(p.shown[:at], end); i >= 0 {
		a = i + 1 // all ends are of one byte
	}
	if i := strings.IndexFunc(p.shown[at:], end); i >= 0 {
		b = at + i
	}
	p.choose(a, b)
}

// TappedSecondary offers to copy.
func (p *Paragraph) TappedSecondary(e *fyne.PointEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(p)
	if c == nil {
		return
	}
	part := fyne.NewMenuItem(say.T("Copy"), p.copySelected)
	part.Disabled = p.SelectedText() == ""
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", part,
		fyne.NewMenuItem(say.T("Copy all"), func() { fyne.CurrentApp().Clipboard().SetContent(p.shown) })), c, e.AbsolutePosition)
}

func (p *Paragraph) copySelected() {
	if s := p.SelectedText(); s != "" {
		fyne.CurrentApp().Clipboard().SetContent(s)
	}
}

// Cursor is part of desktop.Cursorable.
func (p *Paragraph) Cursor() desktop.Cursor { return desktop.TextCursor }

// FocusGained is part of fyne.Focusable.
func (p *Paragraph) FocusGained() { p.focused = true; p.Refresh() }

// FocusLost is part of fyne.Focusable.
func (p *Paragraph) FocusLost() { p.focused = false; p.Refresh() }

// Disabled is how Fyne is told that Tab passes a text by and a press does not.
func (p *Paragraph) Disabled() bool { return !p.focused }

// Disable is part of fyne.Disableable.
func (p *Paragraph) Disable() {}

// Enable is part of fyne.Disableable.
func (p *Paragraph) Enable() {}

// TypedKey leaves keys to the window or dialog, as if nothing had the keyboard.
func (p *Paragraph) TypedKey(e *fyne.KeyEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(p)
	switch {
	case e.Name == fyne.KeyEscape:
		EscapeFrom(p)
	case c != nil && c.OnTypedKey() != nil:
		c.OnTypedKey()(e)
	}
}

// TypedRune is part of fyne.Focusable.
func (p *Paragraph) TypedRune(rune) {}

// TypedShortcut copies what is selected, or selects all.
func (p *Paragraph) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy:
		p.copySelected()
	case *fyne.ShortcutSelectAll:
		p.choose(0, len(p.shown))
	default:
		Forward(s)
	}
}

func (p *Paragraph) paint() {
	p.wrapped.paint()
	p.marks = p.marks[:0]
	a, b := p.selected()
	if p.focused && a < b {
		p.mark(a, b)
	}
	p.parts = p.parts[:0]
	for _, m := range p.marks {
		p.parts = append(p.parts, m)
	}
	p.parts = append(p.parts, p.objs...)
}

// mark lays the color of selected text behind the lines.
func (p *Paragraph) mark(from, to int) {
	h := p.lineHeight()
	for i, line := range p.lines {
		a, b := max(from-p.at[i], 0), min(to-p.at[i], len(line))
		if a >= b {
			continue
		}
		r := canvas.NewRectangle(Colors().Select)
		x := p.leftOf(i) + p.measure(line[:a])
		Place(r, x, float32(i)*h, p.leftOf(i)+p.measure(line[:b])-x, h)
		p.marks = append(p.marks, r)
	}
}

// CreateRenderer is part of fyne.Widget.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	p.texts, p.objs = nil, nil
	p.paint()
	return &Painted{Of: p, Vary: func() []fyne.CanvasObject { return p.parts }, Paint: p.paint, Least: p.MinSize, Place: func(fyne.Size) { p.paint() }}
}
