package data

import (
	"image/color"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
)

// BarList is a list of any length whose lines have a name and stretches of time on one
// line of time that all share. Only the lines in view are drawn.
type BarList struct {
	choices
	// Line returns what a line says.
	Line func(i int) BarLine
	// OnSeek is called when a person presses on the line of time.
	OnSeek func(x float64)

	cursor float64 // the moment that is looked at, from 0 to 1; below 0: none
}

// BarLine is one line of a BarList.
type BarLine struct {
	Label string // in mono
	Text  string
	Note  string // at the right
	Depth int
	Faint bool
	Bars  []Stretch
}

// Stretch is a piece of the line of time, from 0 to 1.
type Stretch struct {
	From, To float64
	Role     kit.Role
	Thin     bool
}

// NewBarList returns an empty list.
func NewBarList(line func(i int) BarLine, pick func(i int), seek func(x float64)) *BarList {
	l := &BarList{Line: line, OnSeek: seek, cursor: -1}
	l.OnPick, l.rowHeight, l.pad, l.row = pick, 28, 6, l.drawRow
	l.init(l)
	return l
}

// Set says how many lines there are, which is chosen, and the moment that is looked at.
func (l *BarList) Set(length, chosen int, cursor float64) {
	l.cursor = cursor
	l.choices.Set(length, chosen)
}

// bars are where the line of time begins and ends.
func (l *BarList) bars() (from, width float32) {
	w := l.BaseWidget.Size().Width
	from = kit.Round(max(230, w*0.38))
	return from, max(40, w-from-110)
}

func (l *BarList) drawRow(i int, y float32) {
	p := kit.Colors()
	w := l.BaseWidget.Size().Width
	switch i {
	case l.chosen:
		l.fill(0, y, w, l.rowHeight, p.AccentSoft, 0)
	case l.hover:
		l.fill(0, y, w, l.rowHeight, p.Well, 0)
	}
	line := l.Line(i)
	x := 14 + float32(min(line.Depth, 6))*12
	from, width := l.bars()
	ink := p.Ink
	if line.Faint {
		ink = p.Muted
	}
	if line.Label != "" {
		label := kit.Shorten(line.Label, 46, kit.TextCaption, fyne.TextStyle{Monospace: true}, nil)
		l.fill(x, y+kit.Round((l.rowHeight-18)/2), kit.Measure(label, kit.TextCaption, fyne.TextStyle{Monospace: true}, nil).Width+12, 18, p.Well, 6)
		l.write(label, x+6, y, p.Muted, true, nil, kit.TextCaption)
	}
	if room := from - x - 66; room > 20 {
		l.write(kit.Shorten(line.Text, room, kit.TextBase, fyne.TextStyle{}, nil), x+58, y, ink, false, nil, kit.TextBase)
	}
	for _, b := range line.Bars {
		h := float32(8)
		if b.Thin {
			h = 4
		}
		at := from + kit.Round(float32(b.From)*width)
		long := max(4, kit.Round(float32(b.To-b.From)*width))
		l.fill(at, y+kit.Round((l.rowHeight-h)/2), long, h, barColor(b.Role), h/2)
	}
	if l.cursor >= 0 {
		l.fill(from+kit.Round(float32(l.cursor)*width), y, 1, l.rowHeight, p.Accent, 0)
	}
	note := kit.Shorten(line.Note, 90, 12, fyne.TextStyle{}, nil)
	l.write(note, w-14-kit.Measure(note, 12, fyne.TextStyle{}, nil).Width, y, p.Muted, false, nil, 12)
}

func barColor(r kit.Role) color.Color { return dotColor(r) }

// Tapped chooses a line; on the line of time it goes to the moment, too.
func (l *BarList) Tapped(e *fyne.PointEvent) {
	l.choices.Tapped(e)
	if from, width := l.bars(); l.OnSeek != nil && e.Position.X >= from && e.Position.X <= from+width {
		l.OnSeek(float64((e.Position.X - from) / width))
	}
}
