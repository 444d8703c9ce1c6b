package code

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/engine/plain"
	"sluice/ui/kit"
)

// Proposal is something that could be typed at the caret.
type Proposal struct {
	Label string // shown at the left
	Note  string // shown at the right, muted
	Text  string // what is put in
	From  int    // where it begins to take the place of what was typed, in bytes of the text
}

// offer is what is proposed below the caret.
type offer struct {
	list   *offerList
	asks   int // counts questions: only the answer to the last one counts
	found  []Proposal
	chosen int
}

func (o *offer) open() bool { return len(o.found) > 0 }

// Proposals are those that are shown.
func (c *Editor) Proposals() []Proposal { return c.offer.found }

// typed proposes what goes with what was just typed.
func (c *Editor) typed(r rune) {
	if isWord(r) || r == '.' || r == '$' || (r == '"' || r == '\'') && c.offer.open() {
		c.propose(false)
		return
	}
	c.withdraw(true)
}

// propose asks what could be typed at the caret.
func (c *Editor) propose(asked bool) {
	if c.Complete == nil || c.readOnly || c.caret != c.mark || len(c.more) > 0 {
		return
	}
	c.offer.asks++
	nth, at := c.offer.asks, c.caret
	c.Complete(c.buf.String(), c.offset(c.caret), asked, func(found []Proposal) {
		if nth != c.offer.asks || c.caret != at || !c.focused {
			return // something else was typed since
		}
		c.offer.found, c.offer.chosen = found, 0
		c.showOffer()
	})
}

// withdraw proposes nothing any more. Where the pointer is on a proposal, a press on it
// has taken the keyboard for a moment.
func (c *Editor) withdraw(always bool) {
	if !always && c.offer.list != nil && c.offer.list.over {
		return
	}
	c.offer.asks++
	if c.offer.open() {
		c.offer.found = nil
		c.showOffer()
	}
}

// offered does what a key means while something is proposed, and tells whether it meant
// something.
func (c *Editor) offered(e *fyne.KeyEvent) bool {
	key := e.Name
	if !c.offer.open() {
		return false
	}
	n := len(c.offer.found)
	switch key {
	case fyne.KeyDown:
		c.offer.chosen = (c.offer.chosen + 1) % n
	case fyne.KeyUp:
		c.offer.chosen = (c.offer.chosen + n - 1) % n
	case fyne.KeyPageDown:
		c.offer.chosen = min(c.offer.chosen+offerRows, n-1)
	case fyne.KeyPageUp:
		c.offer.chosen = max(c.offer.chosen-offerRows, 0)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyTab:
		c.TakeProposal(c.offer.chosen)
		return true
	case fyne.KeyEscape:
		c.withdraw(true)
		return true
	case fyne.KeyBackspace:
		c.erase(func(p spot) (spot, spot) { return c.prev(p), p })
		c.propose(false)
		return true
	default:
		c.withdraw(true)
		return false
	}
	c.showOffer()
	return true
}

// TakeProposal puts a proposal in.
func (c *Editor) TakeProposal(i int) {
	if i < 0 || i >= len(c.offer.found) {
		return
	}
	p := c.offer.found[i]
	c.withdraw(true)
	c.edit(c.spotAt(p.From), c.caret, p.Text, false)
}

// offerRows is how many proposals are seen at a time.
const offerRows = 8

const (
	offerRow  = 26
	offerPad  = 4
	offerNote = 180 // the most room of the notes
)

func (c *Editor) showOffer() {
	if c.offer.list == nil {
		c.offer.list = newOfferList(c)
	}
	l := c.offer.list
	if !c.offer.open() {
		kit.DropFloat(l)
		l.over = false
		return
	}
	rows := c.rows(c.BaseWidget.Size().Width)
	row, col := c.rowOf(rows, c.spotAt(c.offer.found[0].From))
	if now, _ := c.rowOf(rows, c.caret); now != row {
		row, col = c.rowOf(rows, c.caret)
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c)
	at = at.AddXY(c.colX(col)-8, c.top()+c.lineTop(row)+c.char().Height+4)
	label, note := 0, float32(0)
	for _, p := range c.offer.found {
		label = max(label, columns([]rune(p.Label), len([]rune(p.Label))))
		note = max(note, kit.Measure(p.Note, kit.TextCaption, fyne.TextStyle{Monospace: true}, nil).Width)
	}
	width := max(180, min(float32(label), 40)*c.char().Width+min(note, offerNote)+44)
	height := float32(min(len(c.offer.found), offerRows))*offerRow + 2*offerPad
	if !kit.Float(c, l, at, c.char().Height+8, fyne.NewSize(width, height)) {
		c.offer.found = nil
		return
	}
	l.Refresh()
}

// offerList draws proposals. It does not take the keyboard, which stays in the editor.
type offerList struct {
	widget.BaseWidget
	of   *Editor
	over bool // the pointer is on it
	top  int  // the first one that is seen
	bg   *kit.Box
	objs []fyne.CanvasObject
}

func newOfferList(of *Editor) *offerList {
	l := &offerList{of: of, bg: kit.NewBox(kit.OnPanel, kit.LineColor, kit.Radius, kit.Space())}
	l.bg.Shadow = 24
	l.ExtendBaseWidget(l)
	return l
}

func (l *offerList) draw() {
	o, p, s := &l.of.offer, kit.Colors(), l.BaseWidget.Size()
	l.bg.Resize(s)
	l.objs = append(l.objs[:0], l.bg)
	if o.chosen < l.top {
		l.top = o.chosen
	}
	if o.chosen >= l.top+offerRows {
		l.top = o.chosen - offerRows + 1
	}
	l.top = max(0, min(l.top, len(o.found)-offerRows))
	for i := l.top; i < min(len(o.found), l.top+offerRows); i++ {
		y := float32(i-l.top)*offerRow + offerPad
		if i == o.chosen {
			r := canvas.NewRectangle(p.AccentSoft)
			r.CornerRadius = 5
			kit.Place(r, offerPad, y, s.Width-2*offerPad, offerRow)
			l.objs = append(l.objs, r)
		}
		name := o.found[i].Label
		room := s.Width - 24
		t := l.text(name, kit.TextCode, p.Ink)
		t.Text = kit.Shorten(plain.Line(name), room, t.TextSize, t.TextStyle, nil)
		m := kit.Extent(t)
		kit.Place(t, 12, kit.Round(y+(offerRow-m.Height)/2), m.Width, m.Height)
		if left := room - m.Width - 16; left > 24 && o.found[i].Note != "" {
			n := l.text("", kit.TextCaption, p.Muted)
			n.Text = kit.Shorten(plain.Line(o.found[i].Note), left, n.TextSize, n.TextStyle, nil)
			m := kit.Extent(n)
			kit.Place(n, s.Width-12-m.Width, kit.Round(y+(offerRow-m.Height)/2), m.Width, m.Height)
		}
	}
}

func (l *offerList) text(s string, size float32, ink color.Color) *canvas.Text {
	t := canvas.NewText(s, ink)
	t.TextSize, t.TextStyle.Monospace = size, true
	l.objs = append(l.objs, t)
	return t
}

func (l *offerList) at(y float32) int {
	return max(0, min(int((y-offerPad)/offerRow)+l.top, len(l.of.offer.found)-1))
}

// Tapped takes a proposal.
func (l *offerList) Tapped(e *fyne.PointEvent) {
	i := l.at(e.Position.Y)
	kit.Focus(l.of)
	l.of.TakeProposal(i)
}

// Scrolled is part of fyne.Scrollable.
func (l *offerList) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DY < 0 {
		l.of.offered(&fyne.KeyEvent{Name: fyne.KeyDown})
	} else if e.Scrolled.DY > 0 {
		l.of.offered(&fyne.KeyEvent{Name: fyne.KeyUp})
	}
}

// MouseIn is part of desktop.Hoverable.
func (l *offerList) MouseIn(e *desktop.MouseEvent) { l.MouseMoved(e) }

// MouseMoved is part of desktop.Hoverable.
func (l *offerList) MouseMoved(e *desktop.MouseEvent) {
	l.over = true
	if i := l.at(e.Position.Y); i != l.of.offer.chosen && l.of.offer.open() {
		l.of.offer.chosen = i
		l.Refresh()
	}
}

// MouseOut is part of desktop.Hoverable.
func (l *offerList) MouseOut() {
	l.over = false
	if !l.of.focused {
		l.of.withdraw(true)
	}
}

// Cursor is part of desktop.Cursorable.
func (l *offerList) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is part of fyne.Widget.
func (l *offerList) CreateRenderer() fyne.WidgetRenderer {
	l.draw()
	return &kit.Painted{Of: l, Least: func() fyne.Size { return fyne.NewSize(80, offerRow) }, Vary: func() []fyne.CanvasObject { return l.objs }, Paint: l.draw, Place: func(fyne.Size) { l.draw() }}
}
