package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Suggest is a field of one line that proposes below it, while one types, what it could
// hold. Arrow keys and Enter, or a press, take a proposal.
type Suggest struct {
	widget.BaseWidget
	// Find returns what goes with a text, the best first.
	Find func(text string) []Suggestion
	// OnChanged is called for every change a person makes.
	OnChanged func(text string)

	in     *Entry
	found  []Suggestion
	chosen int // -1: what is typed
	over   bool
	list   *fyne.Container
	column *fyne.Container
}

// Suggestion is one proposal.
type Suggestion struct {
	Text string // what the field then holds
	Note string // said beside it
}

// suggestMost is how many proposals are shown.
const suggestMost = 6

// NewSuggest returns a field that holds a text.
func NewSuggest(text, placeholder string, find func(string) []Suggestion, changed func(string)) *Suggest {
	s := &Suggest{in: NewEntry(placeholder), Find: find, OnChanged: changed, chosen: -1, list: VBox(0)}
	s.in.SetText(text)
	box := NewBox(OnPanel, LineColor, Radius, PadAll(4, s.list))
	s.column = VBox(4, s.in, box)
	box.Hide()
	s.in.OnChanged = func(t string) {
		s.propose(t)
		s.changed(t)
	}
	s.in.OnKey = s.key
	s.in.OnLeave = func() {
		if !s.over { // a press on a proposal takes the keyboard first
			s.close()
		}
	}
	s.ExtendBaseWidget(s)
	return s
}

func (s *Suggest) changed(t string) {
	if s.OnChanged != nil {
		s.OnChanged(t)
	}
}

// Text is what is in the field.
func (s *Suggest) Text() string { return s.in.Text() }

// SetText changes the text without calling OnChanged.
func (s *Suggest) SetText(text string) { s.in.SetText(text) }

// SetBad shows that the text cannot be taken.
func (s *Suggest) SetBad(bad bool) { s.in.SetBad(bad) }

// Focusable returns the part that takes the keyboard.
func (s *Suggest) Focusable() fyne.Focusable { return s.in.Focusable() }

// Proposals are those that are shown.
func (s *Suggest) Proposals() []Suggestion { return s.found }

// Take takes a proposal.
func (s *Suggest) Take(i int) {
	if i < 0 || i >= len(s.found) {
		return
	}
	text := s.found[i].Text
	s.close()
	s.in.SetText(text)
	s.in.in.CursorColumn = len([]rune(text))
	s.changed(text)
}

func (s *Suggest) propose(text string) {
	found := s.Find(text)
	if len(found) == 1 && found[0].Text == text {
		found = nil // it is there
	}
	s.found, s.chosen, s.over = found[:min(len(found), suggestMost)], -1, false
	s.show()
}

func (s *Suggest) close() {
	s.found, s.chosen, s.over = nil, -1, false
	s.show()
}

func (s *Suggest) show() {
	box := s.column.Objects[1]
	was := s.column.MinSize().Height
	s.list.Objects = nil
	for i, f := range s.found {
		s.list.Add(newProposal(s, i, f))
	}
	if len(s.found) == 0 {
		box.Hide()
	} else {
		box.Show()
	}
	s.column.Refresh()
	if s.column.MinSize().Height != was {
		relayout(s)
	}
}

// key walks through the proposals.
func (s *Suggest) key(e *fyne.KeyEvent) bool {
	n := len(s.found)
	switch {
	case e.Name == fyne.KeyDown && n == 0:
		s.propose(s.in.Text())
	case e.Name == fyne.KeyDown:
		s.chosen = min(s.chosen+1, n-1)
		s.list.Refresh()
	case e.Name == fyne.KeyUp && n > 0:
		s.chosen = max(s.chosen-1, -1)
		s.list.Refresh()
	case (e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter) && n > 0:
		s.Take(max(0, s.chosen))
	case e.Name == fyne.KeyEscape && n > 0:
		s.close()
	default:
		return false
	}
	return true
}

// HeightFor tells how high it is at a width.
func (s *Suggest) HeightFor(w float32) float32 { return heightAt(s.column, w) }

// MinSize is that of the field, and of the proposals while they are shown.
func (s *Suggest) MinSize() fyne.Size { return s.column.MinSize() }

// CreateRenderer is part of fyne.Widget.
func (s *Suggest) CreateRenderer() fyne.WidgetRenderer {
	return &Painted{Of: s, Parts: []fyne.CanvasObject{s.column}, Least: s.MinSize, Paint: s.column.Refresh, Place: func(z fyne.Size) { Place(s.column, 0, 0, z.Width, z.Height) }}
}

// proposal is one line below the field. It does not take the keyboard, which stays in
// the field.
type proposal struct {
	widget.BaseWidget
	of         *Suggest
	i          int
	what       Suggestion
	bg         *canvas.Rectangle
	text, note *canvas.Text
}

func newProposal(of *Suggest, i int, what Suggestion) *proposal {
	p := &proposal{of: of, i: i, what: what}
	p.ExtendBaseWidget(p)
	return p
}

// Tapped takes it.
func (p *proposal) Tapped(*fyne.PointEvent) {
	p.of.Take(p.i)
	p.of.in.Focus()
}

// MouseIn is part of desktop.Hoverable.
func (p *proposal) MouseIn(*desktop.MouseEvent) {
	p.of.over, p.of.chosen = true, p.i
	p.of.list.Refresh()
}

// MouseMoved is part of desktop.Hoverable.
func (p *proposal) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (p *proposal) MouseOut() { p.of.over = false }

// Cursor is part of desktop.Cursorable.
func (p *proposal) Cursor() desktop.Cursor { return desktop.PointerCursor }

// MinSize is one line high.
func (p *proposal) MinSize() fyne.Size { return fyne.NewSize(80, 26) }

func (p *proposal) paint() {
	c := Colors()
	fill := c.Panel
	if p.of.chosen == p.i {
		fill = c.AccentSoft
	}
	fillRect(p.bg, fill, nil, 0, 5)
	p.text.Color, p.note.Color = c.Ink, c.Muted
	p.lay(p.BaseWidget.Size())
	p.text.Refresh()
	p.note.Refresh()
}

func (p *proposal) lay(s fyne.Size) {
	Place(p.bg, 0, 0, s.Width, s.Height)
	p.text.Text = Shorten(p.what.Text, s.Width-16, TextBase, fyne.TextStyle{}, nil)
	leftText(p.text, 8, 0, s.Height)
	x := 8 + p.text.MinSize().Width + 12
	p.note.Text = ""
	if room := s.Width - x - 8; room > 30 {
		p.note.Text = Shorten(p.what.Note, room, TextCaption, fyne.TextStyle{}, nil)
	}
	leftText(p.note, x, 0, s.Height)
}

// CreateRenderer is part of fyne.Widget.
func (p *proposal) CreateRenderer() fyne.WidgetRenderer {
	p.bg, p.text, p.note = canvas.NewRectangle(nil), canvas.NewText("", nil), canvas.NewText("", nil)
	p.text.TextSize, p.note.TextSize = TextBase, TextCaption
	p.paint()
	return &Painted{Of: p, Parts: []fyne.CanvasObject{p.bg, p.text, p.note}, Place: p.lay, Least: p.MinSize, Paint: p.paint}
}
