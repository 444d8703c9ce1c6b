package data

import (
	"image/color"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
)

// PickList is a list of any length of which one line is chosen. Only the lines
// in view are drawn, and only they are asked for.
type PickList struct {
	choices
	// Line returns what a line says.
	Line func(i int) PickLine
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
	l := &PickList{Line: line}
	l.OnPick, l.rowHeight, l.pad, l.row = pick, 26, 4, l.drawRow
	l.init(l)
	return l
}

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
