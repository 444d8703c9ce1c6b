package data

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// Board is a list of any length whose lines have an icon, three columns of two lines, a
// state and a switch. Only the lines in view are drawn, and only they are asked for.
type Board struct {
	choices
	// Line returns what a line says.
	Line func(i int) BoardLine
	// OnOpen is called when a person goes into a line by Enter, OnDelete for Delete.
	OnOpen, OnDelete func(i int)
	// OnSwitch is called when a person switches a line.
	OnSwitch func(i int, on bool)
	// OnMenu is called for the secondary button.
	OnMenu func(i int, at fyne.Position)
	// OnLeave is called when the pointer leaves the list.
	OnLeave func()

	pointed bool
}

// BoardLine is one line of a Board.
type BoardLine struct {
	Tile  kit.TileKind
	Icon  kit.Icon
	Cells [3]BoardCell
	Word  string // the state; "" for none
	Role  kit.Role
	On    bool
}

// BoardCell are the two lines of a column.
type BoardCell struct {
	Text, Sub string
	Role      kit.Role // of Text
}

const (
	boardRow  = 60
	boardSide = 18 // room at the left and at the right
	boardPill = 164
)

// NewBoard returns an empty list.
func NewBoard(line func(i int) BoardLine) *Board {
	b := &Board{Line: line}
	b.rowHeight, b.row = boardRow, b.drawRow
	b.init(b)
	return b
}

// Reset is Set for lines that were read again: the one that stood at was stands at is now,
// and stays where it is in view. What is chosen is as before, and is not brought there.
func (b *Board) Reset(length, chosen, was, is int) {
	b.top += float32(is-was) * boardRow
	b.length, b.chosen = length, chosen
	b.draw()
}

// Draw asks again for the lines in view.
func (b *Board) Draw() { b.draw() }

// Pointed reports whether the pointer is on the list.
func (b *Board) Pointed() bool { return b.pointed }

// InView are the first line in view and the one behind the last.
func (b *Board) InView() (from, to int) {
	h := b.BaseWidget.Size().Height
	from = max(0, int(b.top/boardRow))
	return from, min(b.length, int((b.top+h)/boardRow)+1)
}

// Full is the height at which all lines are in view.
func (b *Board) Full() float32 { return float32(b.length) * boardRow }

func (b *Board) drawRow(i int, y float32) {
	p, w := kit.Colors(), b.BaseWidget.Size().Width
	var ground color.Color
	switch i {
	case b.chosen:
		ground = p.AccentSoft
	case b.hover:
		ground = p.Well
	}
	if ground != nil {
		b.fill(0, y, w, boardRow, ground, 0)
		r := b.rect[b.rects-1]
		const round = kit.CardRadius - 1
		if i == 0 {
			r.TopLeftCornerRadius, r.TopRightCornerRadius = round, round
		}
		if i == b.length-1 {
			r.BottomLeftCornerRadius, r.BottomRightCornerRadius = round, round
		}
	}
	if i < b.length-1 {
		b.fill(0, y+boardRow-1, w, 1, p.Line, 0)
	}
	line, bold := b.Line(i), fyne.TextStyle{Bold: true}
	tile, ink := kit.TileColors(line.Tile)
	if tile == ground { // on which it would not be seen
		tile = p.Panel
	}
	b.fill(boardSide, y+14, 32, 32, tile, 8)
	b.write(string(line.Icon), boardSide+8, y, ink, false, kit.IconFont(), 16)

	pill := w - boardSide - 44 - boardPill
	room := max(0, pill-68-16)
	x := float32(68)
	for c, part := range []float32{0.27, 0.43, 0.3} {
		wide := room * part
		cell := line.Cells[c]
		b.writeIn(bold, kit.Shorten(cell.Text, wide-14, kit.TextBase, bold, nil), x, y-9, p.Of(cell.Role), nil, kit.TextBase)
		b.write(kit.Shorten(cell.Sub, wide-14, kit.TextCaption, fyne.TextStyle{}, nil), x, y+10, p.Muted, false, nil, kit.TextCaption)
		x += wide
	}
	if line.Word != "" {
		word := kit.Shorten(line.Word, boardPill-26, kit.TextCaption, bold, nil)
		b.fill(pill, y+20, kit.Round(kit.Measure(word, kit.TextCaption, bold, nil).Width)+18, 20, p.Soft(line.Role), 10)
		b.writeIn(bold, word, pill+9, y, p.Of(line.Role), nil, kit.TextCaption)
	}
	b.toggle(w-boardSide-32, y+21, line.On)
}

// toggle draws a switch.
func (b *Board) toggle(x, y float32, on bool) {
	p := kit.Colors()
	if on {
		b.fill(x, y, 32, 18, p.Accent, 9)
		b.fill(x+18, y+4, 10, 10, p.OnAccent, 5)
		return
	}
	b.fill(x, y, 32, 18, p.LineStrong, 9)
	b.fill(x+1.2, y+1.2, 29.6, 15.6, p.Field, 7.8)
	b.fill(x+4, y+4, 10, 10, p.LineStrong, 5)
}

func (b *Board) flip(i int) {
	if i >= 0 && i < b.length && b.OnSwitch != nil {
		b.OnSwitch(i, !b.Line(i).On)
	}
}

// onSwitch reports whether a point is on the switch of a line.
func (b *Board) onSwitch(x float32) bool {
	w := b.BaseWidget.Size().Width
	return x > w-boardSide-42 && x < w-boardSide+10
}

// Tapped chooses a line, or switches it.
func (b *Board) Tapped(e *fyne.PointEvent) {
	if b.onSwitch(e.Position.X) {
		kit.Focus(b)
		b.flip(b.rowAt(e.Position.Y))
		return
	}
	b.choices.Tapped(e)
}

// TappedSecondary is part of fyne.SecondaryTappable.
func (b *Board) TappedSecondary(e *fyne.PointEvent) {
	if i := b.rowAt(e.Position.Y); i >= 0 && b.OnMenu != nil {
		b.pick(i)
		b.OnMenu(i, e.AbsolutePosition)
	}
}

// MouseIn is part of desktop.Hoverable.
func (b *Board) MouseIn(e *desktop.MouseEvent) {
	b.pointed = true
	b.choices.MouseIn(e)
}

// MouseOut is part of desktop.Hoverable.
func (b *Board) MouseOut() {
	b.pointed = false
	b.choices.MouseOut()
	if b.OnLeave != nil {
		b.OnLeave()
	}
}

// Cursor is part of desktop.Cursorable.
func (b *Board) Cursor() desktop.Cursor { return desktop.PointerCursor }

// TypedKey walks with the arrow keys, switches with Space, goes into a line with Enter and
// asks with Delete to delete it.
func (b *Board) TypedKey(e *fyne.KeyEvent) {
	act := b.OnOpen
	switch e.Name {
	case fyne.KeySpace:
		b.flip(b.chosen)
		return
	case fyne.KeyReturn, fyne.KeyEnter:
	case fyne.KeyDelete:
		act = b.OnDelete
	default:
		b.choices.TypedKey(e)
		return
	}
	if b.chosen >= 0 && act != nil {
		act(b.chosen)
	}
}
