package kit

import (
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Entry is a text field with a box of its own around Fyne's.
type Entry struct {
	widget.BaseWidget
	// OnChanged is called for every change a person makes.
	OnChanged func(string)
	// OnSubmitted is called for Enter in a single line.
	OnSubmitted func(string)
	// OnLeave is called when the keyboard goes elsewhere, OnEnter when it comes.
	OnLeave, OnEnter func()
	// OnKey sees keys first, such as the arrows that move through a list below;
	// it tells whether it used the key.
	OnKey func(e *fyne.KeyEvent) bool

	// OnShortcut sees combinations of keys first; it tells whether it used one.
	OnShortcut func(fyne.Shortcut) bool

	edited func() (after func()) // of the field around it, before OnChanged

	in      *input
	whole   string // a text that is too long to be shown, kept as it is; "" if none
	icon    Icon
	bad     bool
	quiet   bool // while SetText runs
	minRows int
	maxRows int
	rows    int
	ruler   wrapped // tells how many lines the text takes
	box     *canvas.Rectangle
	glyph   *canvas.Text
	wheel   *Wheel // of one line: the mouse wheel is for the pane around it
}

// input is Fyne's entry with ears.
type input struct {
	widget.Entry
	owner   *Entry
	focused bool
}

// scrollBare lets Fyne's entry of one line follow its caret without a bar and without
// shadows at its ends, which would lie on the text and on our border: Fyne has none for
// a direction that it does not know.
const scrollBare = fyne.ScrollDirection(-1)

// NewEntry returns a single-line field.
func NewEntry(placeholder string) *Entry { return newEntry(placeholder, false, false) }

// NewPassword returns a field that hides its text.
func NewPassword(placeholder string) *Entry { return newEntry(placeholder, false, true) }

// NewTextArea returns a field of several lines that grows from minRows to maxRows.
func NewTextArea(placeholder string, minRows, maxRows int) *Entry {
	e := newEntry(placeholder, true, false)
	e.minRows, e.maxRows = max(1, minRows), max(minRows, maxRows)
	e.in.SetMinRowsVisible(e.minRows)
	return e
}

// NewSearch returns a field with a magnifier.
func NewSearch(placeholder string) *Entry {
	e := NewEntry(placeholder)
	e.icon = IconSearch
	return e
}

func newEntry(placeholder string, multi, secret bool) *Entry {
	e := &Entry{ruler: wrapped{TextSize: TextBase}}
	in := &input{owner: e}
	in.PlaceHolder, in.MultiLine, in.Password = placeholder, multi, secret
	in.Wrapping, in.Scroll = fyne.TextWrapOff, scrollBare
	if multi {
		in.Wrapping, in.Scroll = fyne.TextWrapWord, fyne.ScrollVerticalOnly
	}
	in.ExtendBaseWidget(in)
	in.OnChanged = func(s string) {
		e.fit()
		if e.edited != nil {
			defer e.edited()()
		}
		if e.OnChanged != nil && !e.quiet {
			e.OnChanged(s)
		}
	}
	in.OnSubmitted = func(s string) {
		if e.OnSubmitted != nil {
			e.OnSubmitted(s)
		} else {
			submitFrom(e)
		}
	}
	e.in = in
	e.wheel = NewWheel(func(dx, dy float32) { scrollAround(e, dx, dy) })
	if multi {
		e.wheel.Hide()
	}
	e.ExtendBaseWidget(e)
	return e
}

// AsMono shows the text in the face of ids and paths.
func (e *Entry) AsMono() *Entry { e.in.TextStyle.Monospace = true; return e }

// What a field takes at most, in bytes: Fyne lays the whole text out for each key.
// A longer text belongs into a code.Code.
const (
	mostOfLine = 4_000
	mostOfArea = 20_000
)

func (e *Entry) most() int {
	if e.in.MultiLine {
		return mostOfArea
	}
	return mostOfLine
}

// Text is what is in the field.
func (e *Entry) Text() string {
	if e.whole != "" {
		return e.whole
	}
	return e.in.Text
}

// SetText changes the text without calling OnChanged. Of one that is too long for a
// field the beginning is shown, and it cannot be changed here.
func (e *Entry) SetText(s string) {
	if s == e.Text() {
		return
	}
	if e.whole != "" {
		e.whole = ""
		e.in.Enable()
	}
	if len(s) > e.most() {
		e.whole = s
		s = fmt.Sprintf("%s… (%s in all, too long to be changed here)", strings.ToValidUTF8(s[:200], ""), sizeOf(len(s)))
		e.in.Disable()
	}
	e.quiet = true
	e.in.SetText(s)
	e.quiet = false
	e.fit()
}

// SetPlaceholder changes the words shown while the field is empty.
func (e *Entry) SetPlaceholder(s string) { e.in.SetPlaceHolder(s) }

// SetBad shows that the value cannot be taken; the words go into a Field.
func (e *Entry) SetBad(bad bool) {
	if e.bad != bad {
		e.bad = bad
		e.Refresh()
	}
}

// Disable makes it read-only and pale.
func (e *Entry) Disable() { e.in.Disable(); e.Refresh() }

// Enable makes it editable.
func (e *Entry) Enable() {
	if e.whole == "" {
		e.in.Enable()
	}
	e.Refresh()
}

// Disabled tells whether it is read-only.
func (e *Entry) Disabled() bool { return e.in.Disabled() }

// Focus gives it the keyboard and selects nothing.
func (e *Entry) Focus() { Focus(e.in) }

// SelectAll selects the text, so that typing replaces it.
func (e *Entry) SelectAll() { e.in.TypedShortcut(&fyne.ShortcutSelectAll{}) }

// Focusable returns the part that takes the keyboard, for Canvas.Focus and tests.
func (e *Entry) Focusable() fyne.Focusable { return e.in }

// Focus gives a field, or what else takes keys, the keyboard.
func Focus(f fyne.Focusable) {
	if o, ok := f.(fyne.CanvasObject); ok {
		if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
			c.Focus(f)
		}
	}
}

// FocusIn gives the first control in an object the keyboard, if one takes it.
func FocusIn(o fyne.CanvasObject) {
	if f := firstFocus(o); f != nil {
		Focus(f)
	}
}

// fit lets a text area grow with its lines, wrapped ones too.
func (e *Entry) fit() {
	if e.maxRows <= e.minRows {
		return
	}
	w := e.BaseWidget.Size().Width - 28
	if w <= 0 {
		w = 280
	}
	e.ruler.Text, e.ruler.Style, e.ruler.lines = e.in.Text, e.in.TextStyle, nil
	e.ruler.wrap(w)
	if rows := max(e.minRows, min(len(e.ruler.lines), e.maxRows)); rows != e.rows {
		e.rows = rows
		e.in.SetMinRowsVisible(rows)
		e.Refresh()
		relayout(e)
	}
}

// MinSize is one control high, or as many rows as are shown.
func (e *Entry) MinSize() fyne.Size {
	h := max(ControlHeight, e.in.MinSize().Height)
	if !e.in.MultiLine {
		h = ControlHeight
	}
	return fyne.NewSize(60, h)
}

// fill is the color behind the text.
func (e *Entry) fill() color.Color {
	if e.in.Disabled() {
		return Colors().Well
	}
	return Colors().Field
}

func (e *Entry) paint() {
	p := Colors()
	stroke, width := p.Line, float32(1)
	switch {
	case e.bad:
		stroke = p.Bad
	case e.in.focused:
		stroke = p.Accent
	}
	if e.in.focused {
		width = 1.5
	}
	fillRect(e.box, e.fill(), stroke, width, Radius)
	e.glyph.Text, e.glyph.Color = string(e.icon), p.Muted
	e.glyph.Hidden = e.icon == NoIcon
	e.glyph.Refresh()
}

func (e *Entry) lay(s fyne.Size) {
	Place(e.box, 0, 0, s.Width, s.Height)
	x := float32(2)
	if e.icon != NoIcon {
		centerText(e.glyph, 10, 0, 15, s.Height)
		x = 22
	}
	h := s.Height
	y := float32(0)
	if !e.in.MultiLine {
		h = e.in.MinSize().Height
		y = Round((s.Height - h) / 2)
	}
	Place(e.in, x, y, s.Width-x-2, h)
	Place(e.wheel, 0, 0, s.Width, s.Height)
}

// Tapped gives the keyboard to the field when its margin is pressed.
func (e *Entry) Tapped(*fyne.PointEvent) { Focus(e.in) }

// Cursor is part of desktop.Cursorable.
func (e *Entry) Cursor() desktop.Cursor { return desktop.TextCursor }

// CreateRenderer is part of fyne.Widget.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	e.box, e.glyph = canvas.NewRectangle(nil), newIconText("", 15)
	e.paint()
	return &Painted{Of: e, Parts: []fyne.CanvasObject{e.box, e.glyph, e.in, e.wheel}, Place: e.lay, Least: e.MinSize, Paint: func() {
		e.paint()
		e.lay(e.BaseWidget.Size())
		e.in.Refresh()
	}}
}

// FocusGained is part of fyne.Focusable.
func (i *input) FocusGained() {
	i.focused = true
	i.Entry.FocusGained()
	i.owner.Refresh()
	Reveal(i.owner)
	if i.owner.OnEnter != nil {
		i.owner.OnEnter()
	}
}

// FocusLost is part of fyne.Focusable.
func (i *input) FocusLost() {
	i.focused = false
	i.Entry.FocusLost()
	i.owner.Refresh()
	if i.owner.OnLeave != nil {
		i.owner.OnLeave()
	}
}

// TypedKey hands Escape on to the dialog or window.
func (i *input) TypedKey(e *fyne.KeyEvent) {
	if i.owner.OnKey != nil && i.owner.OnKey(e) {
		return
	}
	if Help(e) {
		return
	}
	if e.Name == fyne.KeyEscape {
		EscapeFrom(i)
		return
	}
	i.Entry.TypedKey(e)
}

// AcceptsTab lets Tab leave a text area: whoever needs tabs uses Code.
func (i *input) AcceptsTab() bool { return false }
