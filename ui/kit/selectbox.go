package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/say"
)

// SelectBox chooses one of a list from a menu.
type SelectBox struct {
	press
	Options     []string
	Placeholder string
	// OnChanged is called with the index when a person chooses.
	OnChanged func(i int)
	// Act is a last entry of the menu that is no value, such as "Add an account…".
	Act   string
	OnAct func()

	chosen       int
	bad          bool
	box          *canvas.Rectangle
	label, arrow *canvas.Text
	menu         *widget.PopUpMenu

	least    float32 // width, of the options and the size of letters that it was measured for
	measured []string
	at       float32
}

// NewSelectBox returns a box; selected -1 shows the placeholder.
func NewSelectBox(options []string, selected int, changed func(int)) *SelectBox {
	s := &SelectBox{Options: options, chosen: selected, OnChanged: changed, Placeholder: say.T("Choose…")}
	s.OnTapped = s.open
	s.init(s)
	return s
}

// Selected is the index of what is chosen, or -1.
func (s *SelectBox) Selected() int { return s.chosen }

// Value is the option chosen, or "".
func (s *SelectBox) Value() string {
	if s.chosen < 0 || s.chosen >= len(s.Options) {
		return ""
	}
	return s.Options[s.chosen]
}

// Select shows another option as chosen without calling OnChanged.
func (s *SelectBox) Select(i int) { s.chosen = i; s.Refresh() }

// SelectValue shows an option as chosen; one that is not in the list chooses none.
func (s *SelectBox) SelectValue(v string) {
	s.chosen = -1
	for i, o := range s.Options {
		if o == v {
			s.chosen = i
		}
	}
	s.Refresh()
}

// SetOptions changes the list and keeps the chosen value if it is still there.
func (s *SelectBox) SetOptions(o []string) {
	v := s.Value()
	s.Options = o
	s.SelectValue(v)
}

// SetBad shows that the value cannot be taken.
func (s *SelectBox) SetBad(bad bool) { s.bad = bad; s.Refresh() }

func (s *SelectBox) choose(i int) {
	if i == s.chosen || i < 0 || i >= len(s.Options) {
		return
	}
	s.chosen = i
	s.Refresh()
	if s.OnChanged != nil {
		s.OnChanged(i)
	}
}

func (s *SelectBox) open() {
	c := fyne.CurrentApp().Driver().CanvasForObject(s)
	if c == nil {
		return
	}
	var items []*fyne.MenuItem
	for i, o := range s.Options {
		it := fyne.NewMenuItem(o, func() { s.choose(i) })
		it.Checked = i == s.chosen
		items = append(items, it)
	}
	if s.Act != "" {
		if len(items) > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		items = append(items, fyne.NewMenuItem(s.Act, s.OnAct))
	}
	if len(items) == 0 {
		return
	}
	s.menu = widget.NewPopUpMenu(fyne.NewMenu("", items...), c)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(s)
	size := s.BaseWidget.Size()
	s.menu.ShowAtPosition(at.Add(fyne.NewPos(0, size.Height+4)))
	s.menu.Resize(fyne.NewSize(max(size.Width, s.menu.MinSize().Width), s.menu.MinSize().Height))
}

// TypedKey opens with Space, Enter or Alt+Down and steps with the arrow keys.
func (s *SelectBox) TypedKey(e *fyne.KeyEvent) {
	if s.off {
		return
	}
	switch e.Name {
	case fyne.KeyUp:
		s.choose(max(0, s.chosen-1))
	case fyne.KeyDown:
		s.choose(min(len(s.Options)-1, s.chosen+1))
	default:
		s.press.TypedKey(e)
	}
}

// MinSize is one control high.
func (s *SelectBox) MinSize() fyne.Size {
	if s.least == 0 || s.at != TextBase || !slices.Equal(s.Options, s.measured) { // Fyne asks in each frame
		s.measured, s.at, s.least = slices.Clone(s.Options), TextBase, 80
		for _, o := range s.Options {
			s.least = max(s.least, min(220, Measure(o, TextBase, fyne.TextStyle{}, nil).Width+46))
		}
	}
	return fyne.NewSize(s.least, ControlHeight)
}

func (s *SelectBox) paint() {
	p := Colors()
	stroke, width, fill := p.Line, float32(1), p.Field
	switch {
	case s.bad:
		stroke = p.Bad
	case s.focused:
		stroke, width = p.Accent, 1.5
	case s.hovered && !s.off:
		stroke = p.LineStrong
	}
	if s.off {
		fill = p.Well
	}
	fillRect(s.box, fill, stroke, width, Radius)
	s.label.Color, s.arrow.Color = p.Ink, p.Muted
	if s.Value() == "" {
		s.label.Color = p.Muted
	}
	if s.off {
		s.label.Color = p.Faint
	}
	s.lay(s.BaseWidget.Size())
	s.label.Refresh()
	s.arrow.Refresh()
}

func (s *SelectBox) lay(z fyne.Size) {
	Place(s.box, 0, 0, z.Width, z.Height)
	text := s.Value()
	if text == "" {
		text = s.Placeholder
	}
	s.label.Text = Shorten(text, z.Width-40, TextBase, fyne.TextStyle{}, nil)
	leftText(s.label, 10, 0, z.Height)
	centerText(s.arrow, z.Width-26, 0, 16, z.Height)
}

// CreateRenderer is part of fyne.Widget.
func (s *SelectBox) CreateRenderer() fyne.WidgetRenderer {
	s.box, s.label, s.arrow = canvas.NewRectangle(nil), canvas.NewText("", nil), newIconText(IconChevronDown, 16)
	s.label.TextSize = TextBase
	s.paint()
	return &Painted{Of: s, Parts: []fyne.CanvasObject{s.box, s.label, s.arrow}, Place: s.lay, Least: s.MinSize, Paint: s.paint}
}

// ShowMenu opens a menu below an object, such as a button with more acts.
func ShowMenu(under fyne.CanvasObject, items ...*fyne.MenuItem) {
	d := fyne.CurrentApp().Driver()
	if c := d.CanvasForObject(under); c != nil {
		at := d.AbsolutePositionForObject(under).Add(fyne.NewPos(0, under.Size().Height+4))
		widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, at)
	}
}

// ShowMenuAt opens a menu at a point of a window, such as where the pointer is.
func ShowMenuAt(c fyne.Canvas, at fyne.Position, items ...*fyne.MenuItem) {
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, at)
}
