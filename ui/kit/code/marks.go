package code

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// Mark underlines a part of the text and says what is wrong with it.
type Mark struct {
	Line     int // from 1
	From, To int // columns in runes, from 0; To 0 means up to the end of the word
	Text     string
	Doubt    bool // it may be right all the same
}

// SetMarks underlines what is wrong with the text as it is now. A change of the text
// moves them along until they are set anew.
func (c *Editor) SetMarks(list []Mark) {
	if slices.Equal(list, c.marks) {
		return
	}
	c.marks = slices.Clone(list)
	c.draw()
}

// Marks are the marks as they are now.
func (c *Editor) Marks() []Mark { return slices.Clone(c.marks) }

// shiftMarks moves the marks below a line that changed by lines.
func (c *Editor) shiftMarks(line, by int) {
	for i := range c.marks {
		if c.marks[i].Line-1 > line {
			c.marks[i].Line = max(line+1, c.marks[i].Line+by)
		}
	}
}

// span is what a mark underlines: a word at the least, so that it can be seen.
func (c *Editor) span(m Mark) (from, to spot, ok bool) {
	if m.Line < 1 || m.Line > len(c.buf.lines) {
		return from, to, false
	}
	line := c.buf.lines[m.Line-1]
	a, b := max(0, min(m.From, len(line))), min(m.To, len(line))
	if b <= a {
		for b = a; b < len(line) && isWord(line[b]); b++ {
		}
	}
	if b <= a {
		if b = min(a+1, len(line)); b == a { // at the end of the line
			a = max(0, len(strings.TrimRight(string(line[:a]), " \t"))-1)
			a, b = min(a, max(0, len(line)-1)), len(line)
		}
	}
	return spot{m.Line - 1, a}, spot{m.Line - 1, max(b, a+1)}, true
}

// markAt is the mark whose part of the text lies at a place, -1 if none does.
func (c *Editor) markAt(p spot) int {
	for i, m := range c.marks {
		from, to, ok := c.span(m)
		if ok && !p.before(from) && (p.before(to) || p == to) {
			return i
		}
	}
	return -1
}

// goToMark puts the caret on the next thing that is wrong.
func (c *Editor) goToMark() {
	if len(c.marks) == 0 {
		return
	}
	next := c.marks[0]
	for _, m := range c.marks {
		if from, _, ok := c.span(m); ok && c.caret.before(from) {
			next = m
			break
		}
	}
	if from, _, ok := c.span(next); ok {
		c.moveTo(from, false)
	}
}

// WithFoot adds a line below the text that tells where the caret is and what is wrong.
func (c *Editor) WithFoot() *Editor { c.foot = true; return c }

const footHeight = 24

// footer is what stands below the text.
func (c *Editor) footer() (text string, role kit.Role) {
	tell := func(m Mark) (string, kit.Role) {
		if m.Doubt {
			return textMark(m.Line, m.Text, len(c.marks)-1), kit.Waiting
		}
		return textMark(m.Line, m.Text, len(c.marks)-1), kit.Bad
	}
	if i := c.markAt(c.caret); i >= 0 {
		return tell(c.marks[i])
	}
	if n := len(c.more); n > 0 {
		return textCarets(n + 1), kit.Muted
	}
	if len(c.marks) > 0 {
		return tell(c.marks[0])
	}
	if c.note != "" {
		return c.note, kit.Muted
	}
	if from, to := c.selection(); from != to {
		n := 0
		for i := from.line; i <= to.line; i++ {
			n += len(c.buf.lines[i]) + 1
		}
		return textSelected(n - 1 - from.col - (len(c.buf.lines[to.line]) - to.col)), kit.Muted
	}
	return textPlace(c.caret.line+1, c.caret.col+1), kit.Muted
}

// SetNote sets what the foot says where nothing is wrong, such as why nobody can tell.
func (c *Editor) SetNote(s string) {
	if c.note != s {
		c.note = s
		c.draw()
	}
}

// Note is what SetNote set last.
func (c *Editor) Note() string { return c.note }

func (c *Editor) overFoot(p fyne.Position) bool {
	return c.foot && p.Y > c.BaseWidget.Size().Height-footHeight
}

// MouseIn is part of desktop.Hoverable.
func (c *Editor) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved tells what is wrong with what lies under the pointer.
func (c *Editor) MouseMoved(e *desktop.MouseEvent) {
	i := -1
	if y := e.Position.Y - c.top(); y >= 0 && y < c.area().Height && e.Position.X > c.gutter() {
		i = c.markAt(c.at(e.Position))
	}
	switch {
	case i < 0:
		if c.told != "" {
			c.told = ""
			kit.HideTip()
		}
	case c.marks[i].Text != c.told:
		c.told = c.marks[i].Text
		kit.ShowTip(c, c.told, e.AbsolutePosition)
	}
}

// MouseOut is part of desktop.Hoverable.
func (c *Editor) MouseOut() {
	c.told = ""
	kit.HideTip()
}
