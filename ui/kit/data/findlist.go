package data

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// FindList is what a search has found: a line each, with the letters that match marked.
type FindList struct {
	choices
	// Line returns what a line says.
	Line func(i int) FindLine
	// OnKey takes the keys, here and in the field that is typed into.
	OnKey func(e *fyne.KeyEvent) bool
}

// FindLine is one line of a FindList.
type FindLine struct {
	Icon  kit.Icon
	Text  string
	Marks []int // the letters of the text that match, as runes
	About string
	Note  string // at the right, such as keys
}

const (
	findText  = 44 // where the text begins
	findRight = 18
)

// NewFindList returns an empty list.
func NewFindList(line func(i int) FindLine, pick func(i int)) *FindList {
	l := &FindList{Line: line}
	l.OnPick, l.rowHeight, l.pad, l.row = pick, 32, 6, l.drawRow
	l.init(l)
	return l
}

// Set says how many lines there are and which is chosen, which is brought into view.
func (l *FindList) Set(length, chosen int) {
	l.length, l.chosen = length, max(0, min(chosen, length-1))
	l.reveal(l.chosen)
	l.draw()
}

// Page is how many lines are in view.
func (l *FindList) Page() int { return max(1, int(l.BaseWidget.Size().Height/l.rowHeight)) }

func (l *FindList) drawRow(i int, y float32) {
	p := kit.Colors()
	w := l.BaseWidget.Size().Width
	switch i {
	case l.chosen:
		l.fill(0, y, w, l.rowHeight, p.AccentSoft, 0)
	case l.hover:
		l.fill(0, y, w, l.rowHeight, p.Well, 0)
	}
	line := l.Line(i)
	l.write(string(line.Icon), 18, y, p.Muted, false, kit.IconFont(), 14)
	right := w - findRight
	if i == l.chosen && line.Note == "" {
		l.write("↵", right-14, y, p.Muted, false, nil, kit.TextBase)
		right -= 26
	} else if line.Note != "" {
		note := kit.Measure(line.Note, kit.TextCaption, fyne.TextStyle{}, nil).Width
		l.write(line.Note, right-note, y, p.Muted, false, nil, kit.TextCaption)
		right -= note + 12
	}
	room := right - findText
	about := min(kit.Measure(line.About, kit.TextBase, fyne.TextStyle{}, nil).Width, room*0.6)
	bold := fyne.TextStyle{Bold: true}
	name := kit.Shorten(line.Text, max(40, room-about-8), kit.TextBase, bold, nil)
	x := float32(findText) + l.marked(name, line.Marks, findText, y)
	if line.About != "" && right-x-8 > 24 {
		l.write(kit.Shorten(line.About, right-x-8, kit.TextBase, fyne.TextStyle{}, nil), x+8, y, p.Muted, false, nil, kit.TextBase)
	}
}

// marked writes a text with some of its letters in color, and returns how wide it is.
func (l *FindList) marked(text string, marks []int, x, y float32) float32 {
	p, bold := kit.Colors(), fyne.TextStyle{Bold: true}
	runes := []rune(text)
	start, width := 0, float32(0)
	for start < len(runes) {
		for len(marks) > 0 && marks[0] < start {
			marks = marks[1:]
		}
		end, ink := len(runes), p.Ink
		if len(marks) > 0 && marks[0] == start {
			ink, end = p.AccentInk, start
			for len(marks) > 0 && marks[0] == end {
				end++
				marks = marks[1:]
			}
		} else if len(marks) > 0 {
			end = min(end, marks[0])
		}
		end = min(end, len(runes))
		l.writeIn(bold, string(runes[start:end]), x+width, y, ink, nil, kit.TextBase)
		width = kit.Measure(string(runes[:end]), kit.TextBase, bold, nil).Width // letters stand as in the whole text
		start = end
	}
	return width
}

// Tapped does what a line says; the keyboard stays in the field that is typed into.
func (l *FindList) Tapped(e *fyne.PointEvent) { l.pick(l.rowAt(e.Position.Y)) }

// Cursor is part of desktop.Cursorable.
func (l *FindList) Cursor() desktop.Cursor { return desktop.PointerCursor }

// TypedKey is part of fyne.Focusable.
func (l *FindList) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape:
		kit.EscapeFrom(l)
	case l.OnKey != nil:
		l.OnKey(e)
	}
}
