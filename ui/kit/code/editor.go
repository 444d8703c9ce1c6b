package code

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/kit"
)

// Editor edits code: colored, with line numbers, undo, and errors beside their
// lines. Only the lines in view are on the screen, so that long texts cost no more
// than short ones.
type Editor struct {
	widget.BaseWidget
	// OnChanged is called for every change a person makes.
	OnChanged func(text string)
	json      bool // what is no JSON is underlined
	// OnHistory takes changes back, or makes them again, in the place of the
	// editor's own undo: for a text that is part of something with one history.
	OnHistory func(redo bool)
	// OnLeave is called when the keyboard goes elsewhere, OnEnter when it comes.
	OnLeave, OnEnter func()
	// Complete is asked what could be typed at a place, in bytes of the text; show takes
	// the proposals, at once or later. asked is set where a person asks for them.
	Complete func(text string, at int, asked bool, show func([]Proposal))
	// OnPaste may take what is pasted in the editor's stead; it tells whether it did.
	OnPaste func(text string) bool
	// OnFormat lays the text out anew; nil: the key for it does nothing.
	OnFormat func()
	// Forward gets the shortcuts that the editor has no use for; nil leaves them to
	// ForwardShortcuts.
	Forward func(fyne.Shortcut)

	buf         *buffer
	colors      colored
	version     int  // counts the changes of the text
	caret, mark spot // mark is the other end of the selection
	goal        int  // column that up and down keep
	more        []sel
	matched     matched
	off         fyne.Position
	errs        map[int]string
	marks       []Mark
	told        string // of a mark, beside the pointer
	note        string
	hint        string
	offer       offer
	bar         *bar
	sought      query                     // when the bar was open last
	keyFirst    func(*fyne.KeyEvent) bool // of what is open above the text, such as a list; it tells whether it used the key

	bare                  bool
	readOnly, small, bad  bool
	minRows, maxRows      int
	focused, shift, blink bool
	thumb, foot           bool
	pressed               press
	dragAt                fyne.Position
	drift                 *fyne.Animation // moves the text while the mouse drags beyond an edge
	longest               int             // columns of the longest line, roughly
	step                  int             // counts what undo would take back at once

	view     *fyne.Container
	clip     *container.Clip
	wheel    *kit.Wheel // none in a small one, so that the pane around it scrolls
	pools    codePools
	frame    *canvas.Rectangle
	lay      func(fyne.Size)
	beat     *fyne.Animation
	charSize fyne.Size
	footLine *canvas.Text
	footText struct {
		of, shown string
		width     float32
	}
	high int // rows, when it was laid out last
}

type codePools struct {
	texts, rects, lines int
	text                []*canvas.Text
	rect                []*canvas.Rectangle
	line                []*canvas.Line
}

// NewEditor returns an editor for a language: ts, js, python, bash, json, or "".
func NewEditor(text, lang string) *Editor {
	c := &Editor{buf: newBuffer(text), errs: map[int]string{}, blink: true}
	c.colors.g = grammarOf(lang)
	c.keyFirst = c.offered
	c.wheel = kit.NewWheel(func(dx, dy float32) { c.scrollBy(-dx, -dy) })
	c.view = container.NewWithoutLayout()
	c.clip = container.NewClip(c.view)
	c.minRows = 3
	c.reread()
	c.ExtendBaseWidget(c)
	if lang == "json" {
		c.json, c.marks = true, jsonMistakes(text)
	}
	return c
}

// NewExpr returns a small editor for an expression: as high as its lines, up to
// six, without line numbers; Tab leaves it.
func NewExpr(text, lang string) *Editor {
	c := NewEditor(text, lang)
	c.small, c.minRows, c.maxRows = true, 1, 6
	c.wheel.Hide()
	return c
}

// Rows sets the least and most lines shown; most 0 means as high as it is made.
func (c *Editor) Rows(least, most int) *Editor { c.minRows, c.maxRows = least, most; return c }

// Placeholder sets the words shown while there is no text.
func (c *Editor) Placeholder(s string) *Editor { c.hint = s; return c }

// ReadOnly keeps people from changing the text; they can still select and copy.
func (c *Editor) ReadOnly(yes bool) *Editor { c.readOnly = yes; c.draw(); return c }

// Bare leaves out the frame, for an editor that fills a pane.
func (c *Editor) Bare() *Editor { c.bare = true; return c }

// Text is the whole text.
func (c *Editor) Text() string { return c.buf.String() }

// SetText exchanges the text without calling OnChanged, and forgets what could be
// undone. The same text changes nothing.
func (c *Editor) SetText(s string) {
	if s == c.buf.String() {
		return
	}
	c.buf = newBuffer(s)
	c.caret, c.mark, c.off, c.more, c.marks = spot{}, spot{}, fyne.Position{}, nil, nil
	c.reread()
	c.markJSON()
	c.Refresh()
}

// SetLang changes the language.
func (c *Editor) SetLang(lang string) {
	c.json = lang == "json"
	c.colors = colored{g: grammarOf(lang)}
	c.reread()
	c.draw()
}

// SetErrors marks lines, counted from 1, with what is wrong with them.
func (c *Editor) SetErrors(errs map[int]string) {
	c.errs = errs
	c.draw()
}

// SetBad gives the frame the color of errors.
func (c *Editor) SetBad(bad bool) {
	if c.bad != bad {
		c.bad = bad
		c.draw()
	}
}

// Insert puts text at the caret, such as a path picked from a tree, in place of
// what is selected.
func (c *Editor) Insert(s string) { c.put(s, false) }

// Focus gives the editor the keyboard.
func (c *Editor) Focus() { kit.Focus(c) }

// Large tells whether it is the editor of a whole script rather than that of an
// expression.
func (c *Editor) Large() bool { return !c.small }

// Step counts what an undo of the editor's own would take back at once: letters
// that are typed into one word are of one step.
func (c *Editor) Step() int { return c.step }

// Resume puts caret and scroll where they were in an editor that this one
// replaces, or where its text has changed since; of none, the caret goes to the end.
func (c *Editor) Resume(old *Editor) {
	if old == nil {
		c.moveTo(c.buf.end(), false)
		return
	}
	at, changed := c.buf.differs(old.buf)
	if !changed {
		at = old.caret
	}
	c.one()
	c.caret = c.buf.clamp(at)
	c.mark, c.off = c.caret, old.off
	c.setGoals()
	c.scrollBy(0, 0)
	if changed {
		c.shown()
	}
	c.draw()
}

// Replace exchanges the text as an undo does: without calling OnChanged, and with
// the caret where it has changed.
func (c *Editor) Replace(s string) {
	old := &Editor{buf: c.buf, caret: c.caret, off: c.off}
	c.buf = newBuffer(s)
	c.reread()
	c.marks = nil
	c.Resume(old)
	c.markJSON()
	c.findAgain()
	c.Refresh()
}

// Rewrite exchanges the text as an edit of the person's: it can be undone, is told to
// OnChanged, and leaves the caret and the view where they are, as far as they are.
func (c *Editor) Rewrite(s string) {
	to := newBuffer(s)
	a, z := c.buf.lines, to.lines
	first := 0
	for first < min(len(a), len(z)) && slices.Equal(a[first], z[first]) {
		first++
	}
	if first == len(a) && first == len(z) {
		return
	}
	i, j := len(a)-1, len(z)-1
	for i > first && j > first && slices.Equal(a[i], z[j]) {
		i, j = i-1, j-1
	}
	if first == len(a) || first == len(z) { // one ends where the other goes on
		first--
	}
	caret, off := c.caret, c.off
	from, end := spot{max(0, first), 0}, spot{j, len(z[j])}
	c.apply([]edit{{from: from, to: spot{i, len(a[i])}, pre: to.slice(from, end)}}, false, func(func(spot) spot) {
		c.one()
		if caret.line > i {
			caret.line += j - i
		}
		c.caret = c.buf.clamp(caret)
		c.mark = c.caret
	})
	c.off = off
	c.scrollBy(0, 0)
	c.shown()
}

// OpenFind, OpenReplace and OpenGoTo show the bar above the text.
func (c *Editor) OpenFind() { c.openBar(barFind) }

// OpenReplace is part of OpenFind.
func (c *Editor) OpenReplace() { c.openBar(barReplace) }

// OpenGoTo is part of OpenFind.
func (c *Editor) OpenGoTo() { c.openBar(barLine) }

// NextMark shows the next thing that is wrong.
func (c *Editor) NextMark() { c.goToMark() }

// Comment puts the lines of the carets into comments, or takes them out.
func (c *Editor) Comment() { c.comment() }

// GoTo puts the caret on a line, counted from 1, and shows it.
func (c *Editor) GoTo(line int) {
	c.moveTo(spot{line - 1, 0}, false)
	s := c.area()
	if y := float32(c.caret.line)*c.char().Height - c.off.Y; s.Height > 0 && (y < c.char().Height || y > s.Height-3*c.char().Height) { // some of what is around it, too
		c.scrollBy(0, y-s.Height/3)
	}
}

func (c *Editor) reread() {
	c.version++
	c.colors.update(c.buf.lines, 0, len(c.buf.lines))
	c.longest = 0
	for _, l := range c.buf.lines {
		c.longest = max(c.longest, columns(l, len(l)))
	}
}

const codePad = 8

func (c *Editor) char() fyne.Size {
	if c.charSize.Width == 0 {
		c.charSize = kit.Measure("MMMMMMMMMM", kit.TextCode, fyne.TextStyle{Monospace: true}, nil)
		c.charSize.Width /= 10
	}
	return fyne.NewSize(c.charSize.Width, 19)
}

func (c *Editor) gutter() float32 {
	if c.small {
		return codePad + 2
	}
	digits := 2
	for n := len(c.buf.lines); n >= 100; n /= 10 {
		digits++
	}
	return kit.Round(float32(digits)*c.char().Width) + 24
}

func (c *Editor) padTop() float32 {
	if c.small {
		return 6.5
	}
	return codePad
}

// top is the room above the text that the bar takes.
func (c *Editor) top() float32 {
	if c.bar == nil {
		return 0
	}
	return c.bar.box.MinSize().Height + 1
}

// area is the size of the part of the editor that shows the text.
func (c *Editor) area() fyne.Size {
	s := c.BaseWidget.Size()
	s.Height -= c.top()
	if c.foot {
		s.Height -= footHeight
	}
	return fyne.NewSize(s.Width, max(0, s.Height))
}

// MinSize is the least number of lines, or all of them for an expression.
func (c *Editor) MinSize() fyne.Size {
	return fyne.NewSize(120, c.HeightFor(c.BaseWidget.Size().Width))
}

func (c *Editor) full() fyne.Size {
	ch, s := c.char(), c.area()
	rows := c.rows(s.Width)
	width := c.gutter() + float32(c.longest+2)*ch.Width
	if rows != nil {
		width = s.Width
	}
	return fyne.NewSize(width, float32(c.rowCount(rows))*ch.Height+2*c.padTop())
}

func (c *Editor) scrollBy(dx, dy float32) {
	s, f := c.area(), c.full()
	x := max(0, min(c.off.X+dx, f.Width-s.Width))
	y := max(0, min(c.off.Y+dy, f.Height-s.Height))
	if x != c.off.X || y != c.off.Y {
		c.off = fyne.NewPos(x, y)
		c.draw()
	}
}

// reveal scrolls so that the caret can be seen.
func (c *Editor) reveal() {
	ch, s := c.char(), c.area()
	if s.Width <= 0 {
		return
	}
	rows := c.rows(s.Width)
	row, col := c.rowOf(rows, c.caret)
	y := float32(row) * ch.Height
	view := s.Height - 2*c.padTop()
	if y < c.off.Y {
		c.off.Y = y
	} else if y+ch.Height > c.off.Y+view {
		c.off.Y = y + ch.Height - view
	}
	if rows != nil {
		c.off.X = 0
		return
	}
	x := float32(col) * ch.Width
	room := s.Width - c.gutter() - 2*ch.Width
	if x < c.off.X {
		c.off.X = max(0, x-4*ch.Width)
	} else if x > c.off.X+room {
		c.off.X = x - room
	}
}

// columns is how many columns the first n runes of a line take: tabs go to the
// next multiple of four, wide letters take two.
func columns(line []rune, n int) int {
	x := 0
	for _, r := range line[:n] {
		x += runeColumns(r, x)
	}
	return x
}

func runeColumns(r rune, at int) int {
	switch {
	case r == '\t':
		return 4 - at%4
	case r < 0x1100:
		return 1
	case r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// at finds the place under a point of the widget.
func (c *Editor) at(p fyne.Position) spot {
	ch := c.char()
	rows := c.rows(c.area().Width)
	p.Y -= c.top()
	row := int((p.Y - c.padTop() + c.off.Y) / ch.Height)
	if p.Y-c.padTop()+c.off.Y < 0 {
		row = 0
	}
	if row >= c.rowCount(rows) {
		return c.buf.end()
	}
	return c.in(c.rowAt(rows, row), (p.X-c.gutter()+c.off.X)/ch.Width)
}

// Refresh draws anew, after a change of theme too.
func (c *Editor) Refresh() {
	c.charSize = fyne.Size{}
	c.BaseWidget.Refresh()
}

// CreateRenderer is part of fyne.Widget.
func (c *Editor) CreateRenderer() fyne.WidgetRenderer {
	c.frame = canvas.NewRectangle(nil)
	c.draw()
	c.lay = func(s fyne.Size) {
		top, area := c.top(), c.area()
		kit.Place(c.frame, 0, 0, s.Width, s.Height)
		if c.bar != nil {
			kit.Place(c.bar.box, 1, 1, s.Width-2, top-1)
		}
		kit.Place(c.clip, 1, 1+top, s.Width-2, s.Height-top-2)
		kit.Place(c.wheel, 0, top, s.Width, area.Height)
		c.high = c.rowCount(c.rows(s.Width))
		c.scrollBy(0, 0)
		c.draw()
	}
	return &kit.Painted{Of: c, Vary: func() []fyne.CanvasObject {
		list := []fyne.CanvasObject{c.frame, c.clip, c.wheel}
		if c.bar != nil {
			list = append(list, c.bar.box)
		}
		return list
	}, Least: c.MinSize, Paint: c.draw, Place: func(s fyne.Size) { c.lay(s) }}
}

// pulse lets the caret blink twice a second, without fading: a fade would repaint
// the window all the time. After some seconds without a key it stands still, for
// each change of it draws the whole window.
func (c *Editor) pulse() {
	c.rest()
	began := false
	c.beat = fyne.NewAnimation(time.Second, func(done float32) {
		if done < 1 {
			began = true
		}
		if on := !began || done < 0.5 || done == 1; on != c.blink {
			c.blink = on
			c.draw()
		}
	})
	c.beat.Curve = fyne.AnimationLinear
	c.beat.RepeatCount = 3
	c.beat.Start()
}

func (c *Editor) rest() {
	if c.beat != nil {
		c.beat.Stop()
		c.beat = nil
	}
	c.blink = true
}

// Cursor is part of desktop.Cursorable.
func (c *Editor) Cursor() desktop.Cursor { return desktop.TextCursor }
