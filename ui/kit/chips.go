package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Chip is a value that can be taken away, such as one address of several.
type Chip struct {
	widget.BaseWidget
	Text string
	Bad  bool // cannot be taken, such as no address
	// OnRemove is called for the cross; nil shows no cross.
	OnRemove func()

	hover       bool
	rect        *canvas.Rectangle
	text, cross *canvas.Text
}

// NewChip returns a chip.
func NewChip(text string, remove func()) *Chip {
	c := &Chip{Text: text, OnRemove: remove}
	c.ExtendBaseWidget(c)
	return c
}

// MinSize fits text and cross.
func (c *Chip) MinSize() fyne.Size {
	w := Measure(c.Text, 12, fyne.TextStyle{}, faceMedium).Width + 16
	if c.OnRemove != nil {
		w += 16
	}
	return fyne.NewSize(Round(w+0.49), 22)
}

// Tapped removes it when the cross is pressed.
func (c *Chip) Tapped(e *fyne.PointEvent) {
	if c.OnRemove != nil && e.Position.X > c.BaseWidget.Size().Width-24 {
		c.OnRemove()
	}
}

// MouseIn is part of desktop.Hoverable.
func (c *Chip) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved is part of desktop.Hoverable.
func (c *Chip) MouseMoved(e *desktop.MouseEvent) {
	if on := e.Position.X > c.BaseWidget.Size().Width-24; on != c.hover {
		c.hover = on
		c.Refresh()
	}
}

// MouseOut is part of desktop.Hoverable.
func (c *Chip) MouseOut() { c.hover = false; c.Refresh() }

func (c *Chip) paint() {
	p := Colors()
	r := Accent
	if c.Bad {
		r = Bad
	}
	fillRect(c.rect, p.Soft(r), nil, 0, 5)
	c.text.Color, c.cross.Color = p.Of(r), p.Of(r)
	if c.hover {
		c.cross.Color = p.Ink
	}
	c.cross.Hidden = c.OnRemove == nil
	c.lay(c.BaseWidget.Size())
	c.text.Refresh()
	c.cross.Refresh()
}

func (c *Chip) lay(s fyne.Size) {
	Place(c.rect, 0, 0, s.Width, s.Height)
	room := s.Width - 16
	if c.OnRemove != nil {
		room -= 16
	}
	c.text.Text = Shorten(c.Text, room+1, 12, fyne.TextStyle{}, faceMedium)
	leftText(c.text, 8, 0, s.Height)
	centerText(c.cross, s.Width-20, 0, 14, s.Height)
}

// CreateRenderer is part of fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	c.rect, c.text, c.cross = canvas.NewRectangle(nil), canvas.NewText("", nil), newIconText(IconClose, 12)
	c.text.TextSize, c.text.FontSource = 12, faceMedium
	c.paint()
	return &Painted{Of: c, Parts: []fyne.CanvasObject{c.rect, c.text, c.cross}, Place: c.lay, Least: c.MinSize, Paint: c.paint}
}

// ChipsEntry is a list of short values, such as addresses, as chips in a field.
// Enter, comma, semicolon and space end one; pasting several adds several.
type ChipsEntry struct {
	widget.BaseWidget
	// OnChanged is called with all values when a person adds or removes one.
	OnChanged func(values []string)
	// Check tells whether a value can be taken; a bad one stays, in red.
	Check func(string) bool

	values []string
	chips  []*Chip
	in     *chipInput
	bad    bool
	off    bool
	hint   string
	box    *canvas.Rectangle
}

type chipInput struct {
	widget.Entry
	owner   *ChipsEntry
	focused bool
}

// NewChipsEntry returns a field with the values in it.
func NewChipsEntry(values []string, placeholder string, changed func([]string)) *ChipsEntry {
	c := &ChipsEntry{OnChanged: changed, hint: placeholder, Check: LooksLikeEmail}
	c.in = &chipInput{owner: c}
	c.in.Wrapping, c.in.Scroll = fyne.TextWrapOff, fyne.ScrollNone
	c.in.ExtendBaseWidget(c.in)
	c.in.OnChanged = c.typed
	c.in.OnSubmitted = func(string) {
		if strings.TrimSpace(c.in.Text) == "" {
			submitFrom(c)
		}
		c.take()
	}
	c.values = append(c.values, values...)
	c.build()
	c.ExtendBaseWidget(c)
	return c
}

// LooksLikeEmail tells whether a text has the shape of an address.
func LooksLikeEmail(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && host != "" && !strings.ContainsAny(s, " \t\"<>(),;") && !strings.Contains(host, "@") &&
		!strings.HasPrefix(host, ".") && !strings.HasSuffix(host, ".")
}

// Values are the values, good and bad.
func (c *ChipsEntry) Values() []string { return append([]string{}, c.values...) }

// SetValues changes the values without calling OnChanged.
func (c *ChipsEntry) SetValues(v []string) {
	c.values = append(c.values[:0:0], v...)
	c.build()
	c.Refresh()
}

// SetBad shows that the values cannot be taken.
func (c *ChipsEntry) SetBad(bad bool) { c.bad = bad; c.Refresh() }

// Focusable returns the part that takes the keyboard.
func (c *ChipsEntry) Focusable() fyne.Focusable { return c.in }

// Disable keeps people from changing the values.
func (c *ChipsEntry) Disable() { c.off = true; c.in.Disable(); c.build(); c.Refresh() }

// Enable lets them again.
func (c *ChipsEntry) Enable() { c.off = false; c.in.Enable(); c.build(); c.Refresh() }

// Disabled tells whether the values cannot be changed.
func (c *ChipsEntry) Disabled() bool { return c.off }

func (c *ChipsEntry) typed(s string) {
	if strings.ContainsAny(s, ",; \n\t") {
		c.take()
	}
	c.lay(c.BaseWidget.Size())
}

// take turns what was typed into chips.
func (c *ChipsEntry) take() {
	parts := strings.FieldsFunc(c.in.Text, func(r rune) bool { return strings.ContainsRune(",; \n\t", r) })
	c.in.OnChanged = nil
	c.in.SetText("")
	c.in.OnChanged = c.typed
	added := false
	for _, p := range parts {
		p = strings.Trim(p, "<>\"'")
		if p == "" || c.has(p) {
			continue
		}
		c.values = append(c.values, p)
		added = true
	}
	if added {
		c.changed()
	}
	c.Refresh()
}

func (c *ChipsEntry) has(s string) bool {
	for _, v := range c.values {
		if strings.EqualFold(v, s) {
			return true
		}
	}
	return false
}

func (c *ChipsEntry) remove(i int) {
	c.values = append(c.values[:i:i], c.values[i+1:]...)
	c.changed()
	Focus(c.in)
}

func (c *ChipsEntry) changed() {
	c.build()
	c.Refresh()
	if s := c.BaseWidget.Size(); s.Width > 0 && c.HeightFor(s.Width) != s.Height {
		relayout(c)
	}
	if c.OnChanged != nil {
		c.OnChanged(c.Values())
	}
}

func (c *ChipsEntry) build() {
	c.chips = c.chips[:0]
	for i, v := range c.values {
		remove := func() { c.remove(i) }
		if c.off {
			remove = nil
		}
		ch := NewChip(v, remove)
		ch.Bad = c.Check != nil && !c.Check(v)
		c.chips = append(c.chips, ch)
	}
	c.in.PlaceHolder = ""
	if len(c.values) == 0 {
		c.in.PlaceHolder = c.hint
	}
	c.in.Refresh()
}

// flow places chips in lines and returns the height needed.
func (c *ChipsEntry) flow(w float32, put bool) float32 {
	const pad, gap = 5, 6
	x, y := float32(pad+1), float32(pad)
	for _, ch := range c.chips {
		cw := min(ch.MinSize().Width, w-2*pad)
		if x > pad+1 && x+cw > w-pad {
			x, y = pad+1, y+22+gap
		}
		if put {
			Place(ch, x, y, cw, 22)
		}
		x += cw + gap
	}
	need := min(w-2*pad, max(90, Measure(c.in.Text, TextBase, fyne.TextStyle{}, nil).Width+24))
	if x > pad+1 && x+need > w-pad {
		x, y = pad+1, y+22+gap
	}
	if put {
		h := c.in.MinSize().Height
		Place(c.in, x-4, y+(22-h)/2, w-x-pad+4, h)
	}
	return y + 22 + pad
}

// HeightFor tells how high the field is at a width.
func (c *ChipsEntry) HeightFor(w float32) float32 { return max(ControlHeight, c.flow(w, false)) }

// MinSize is one line, or as many as the chips take at the present width.
func (c *ChipsEntry) MinSize() fyne.Size {
	w := c.BaseWidget.Size().Width
	if w <= 0 {
		w = 280
	}
	return fyne.NewSize(120, c.HeightFor(w))
}

func (c *ChipsEntry) lay(s fyne.Size) {
	if c.box != nil {
		Place(c.box, 0, 0, s.Width, s.Height)
		c.flow(s.Width, true)
	}
}

func (c *ChipsEntry) paint() {
	p := Colors()
	stroke, width := p.Line, float32(1)
	if c.in.focused {
		stroke, width = p.Accent, 1.5
	}
	if c.bad {
		stroke = p.Bad
	}
	fillRect(c.box, p.Field, stroke, width, Radius)
	c.lay(c.BaseWidget.Size())
}

// Tapped gives the keyboard to the field.
func (c *ChipsEntry) Tapped(*fyne.PointEvent) { Focus(c.in) }

// Cursor is part of desktop.Cursorable.
func (c *ChipsEntry) Cursor() desktop.Cursor { return desktop.TextCursor }

// CreateRenderer is part of fyne.Widget.
func (c *ChipsEntry) CreateRenderer() fyne.WidgetRenderer {
	c.box = canvas.NewRectangle(nil)
	c.paint()
	return &Painted{Of: c, Least: c.MinSize, Place: c.lay, Paint: c.paint, Vary: func() []fyne.CanvasObject {
		o := []fyne.CanvasObject{c.box, c.in}
		for _, ch := range c.chips {
			o = append(o, ch)
		}
		return o
	}}
}

// FocusGained is part of fyne.Focusable.
func (i *chipInput) FocusGained() {
	i.focused = true
	i.Entry.FocusGained()
	i.owner.Refresh()
	Reveal(i.owner)
}

// FocusLost takes what was typed, so that nothing is lost on a press elsewhere.
func (i *chipInput) FocusLost() {
	i.focused = false
	i.Entry.FocusLost()
	i.owner.take()
}

// TypedKey removes the last chip with Backspace in an empty line.
func (i *chipInput) TypedKey(e *fyne.KeyEvent) {
	if Help(e) {
		return
	}
	switch {
	case e.Name == fyne.KeyEscape:
		EscapeFrom(i)
	case e.Name == fyne.KeyBackspace && i.Text == "" && len(i.owner.values) > 0:
		i.owner.remove(len(i.owner.values) - 1)
	default:
		i.Entry.TypedKey(e)
	}
}
