package data

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// PickList is a list of any length of which one line is chosen. Only the lines
// in view are drawn, and only they are asked for.
type PickList struct {
	rolls
	// Line returns what a line says.
	Line func(i int) PickLine
	// OnPick is called when a person chooses a line.
	OnPick func(i int)

	length int
	chosen int
	hover  int
}

// PickLine is one line of a PickList.
type PickLine struct {
	Label string // at the left, in mono
	Text  string
	Role  kit.Role
	Word  string // the state, so that color alone does not tell it
	Note  string // at the right
}

// NewPickList returns an empty list.
func NewPickList(line func(i int) PickLine, pick func(i int)) *PickList {
	l := &PickList{Line: line, OnPick: pick, chosen: -1, hover: -1}
	l.rowHeight, l.pad = 26, 4
	l.count, l.row = func() int { return l.length }, l.drawRow
	l.init(l)
	return l
}

// Set says how many lines there are and which is chosen; one that was chosen
// elsewhere is brought into view.
func (l *PickList) Set(length, chosen int) {
	moved := chosen != l.chosen
	l.length, l.chosen = length, chosen
	if moved && chosen >= 0 {
		l.reveal(chosen)
	}
	l.draw()
}

// Chosen is the line that is chosen, -1 if none is.
func (l *PickList) Chosen() int { return l.chosen }

func (l *PickList) drawRow(i int, y float32) {
	p := kit.Colors()
	w := l.BaseWidget.Size().Width
	switch i {
	case l.chosen:
		l.fill(4, y, w-8, l.rowHeight, p.AccentSoft, 5)
	case l.hover:
		l.fill(4, y, w-8, l.rowHeight, p.Well, 5)
	}
	line := l.Line(i)
	l.fill(14, y+kit.Round((l.rowHeight-8)/2), 8, 8, dotColor(line.Role), 4)
	l.write(line.Label, 32, y, p.Muted, true, nil, 12)
	right := w - 16
	note := kit.Measure(line.Note, 12, fyne.TextStyle{}, nil).Width
	l.write(line.Note, right-note, y, p.Muted, false, nil, 12)
	right -= max(note, 60) + 14
	word := kit.Measure(line.Word, kit.TextCaption, fyne.TextStyle{}, nil).Width
	l.write(line.Word, right-word, y, roleInk(line.Role), false, nil, kit.TextCaption)
	right -= max(word, 70) + 14
	if room := right - 90; room > 30 {
		l.write(kit.Shorten(line.Text, room, 12, fyne.TextStyle{}, nil), 90, y, p.Ink, false, nil, 12)
	}
}

func roleInk(r kit.Role) (c color.Color) {
	p := kit.Colors()
	switch r {
	case kit.Good:
		return p.Good
	case kit.Bad:
		return p.Bad
	case kit.Waiting:
		return p.WaitingInk
	case kit.Accent:
		return p.AccentInk
	}
	return p.Muted
}

func dotColor(r kit.Role) (c color.Color) {
	if r == kit.Waiting {
		return kit.Colors().WaitingLine
	}
	return roleInk(r)
}

func (l *PickList) pick(i int) {
	if i >= 0 && i < l.length && l.OnPick != nil {
		l.OnPick(i)
	}
}

// Tapped chooses a line.
func (l *PickList) Tapped(e *fyne.PointEvent) {
	kit.Focus(l)
	l.pick(l.rowAt(e.Position.Y))
}

// MouseDown is part of desktop.Mouseable.
func (l *PickList) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonPrimary {
		l.grab(e)
	}
}

// MouseUp is part of desktop.Mouseable.
func (l *PickList) MouseUp(*desktop.MouseEvent) { l.held = false }

// Dragged is part of fyne.Draggable.
func (l *PickList) Dragged(e *fyne.DragEvent) {
	if l.held {
		l.pull(e.Dragged.DY)
	}
}

// DragEnd is part of fyne.Draggable.
func (l *PickList) DragEnd() { l.held = false }

// MouseIn is part of desktop.Hoverable.
func (l *PickList) MouseIn(e *desktop.MouseEvent) { l.MouseMoved(e) }

// MouseMoved is part of desktop.Hoverable.
func (l *PickList) MouseMoved(e *desktop.MouseEvent) {
	if i := l.rowAt(e.Position.Y); i != l.hover {
		l.hover = i
		l.draw()
	}
}

// MouseOut is part of desktop.Hoverable.
func (l *PickList) MouseOut() { l.hover = -1; l.draw() }

// TypedKey walks with the arrow keys.
func (l *PickList) TypedKey(e *fyne.KeyEvent) {
	page := max(1, int(l.BaseWidget.Size().Height/l.rowHeight)-1)
	to := l.chosen
	switch e.Name {
	case fyne.KeyDown:
		to++
	case fyne.KeyUp:
		to--
	case fyne.KeyPageDown:
		to += page
	case fyne.KeyPageUp:
		to -= page
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = l.length - 1
	case fyne.KeyEscape:
		kit.EscapeFrom(l)
		return
	default:
		return
	}
	if to = max(0, min(to, l.length-1)); to != l.chosen {
		l.pick(to)
	}
}
