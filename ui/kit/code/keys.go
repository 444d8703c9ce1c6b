package code

import (
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
)

// selection is the ends of what is selected, in order.
func (c *Editor) selection() (from, to spot) {
	if c.mark.before(c.caret) {
		return c.mark, c.caret
	}
	return c.caret, c.mark
}

// Selected is the text that is selected.
func (c *Editor) Selected() string {
	from, to := c.selection()
	return c.buf.slice(from, to)
}

func (c *Editor) moveTo(p spot, extend bool) {
	c.buf.seal()
	c.caret = c.buf.clamp(p)
	if !extend {
		c.mark = c.caret
	}
	_, c.goal = c.rowOf(c.rows(c.BaseWidget.Size().Width), c.caret)
	c.shown()
}

// shown brings the caret into view and draws.
func (c *Editor) shown() {
	c.reveal()
	if c.beat != nil {
		c.pulse()
	}
	c.draw()
}

func (c *Editor) moveLines(n int, extend bool) {
	goal := c.goal
	rows := c.rows(c.BaseWidget.Size().Width)
	row, _ := c.rowOf(rows, c.caret)
	row = max(0, min(row+n, c.rowCount(rows)-1))
	c.moveTo(c.in(c.rowAt(rows, row), float32(goal)), extend)
	c.goal = goal
}

// put replaces what is selected.
func (c *Editor) put(s string, typing bool) {
	from, to := c.selection()
	c.edit(from, to, s, typing)
}

func (c *Editor) edit(from, to spot, s string, typing bool) {
	if c.readOnly {
		return
	}
	rows := len(c.buf.lines)
	end := c.buf.replace(from, to, s, c.caret, typing)
	c.caret, c.mark = end, end
	_, c.goal = c.rowOf(c.rows(c.BaseWidget.Size().Width), end)
	c.changed(from.line, end.line, rows)
}

func (c *Editor) changed(first, last, rows int) {
	c.colors.update(c.buf.lines, first, last)
	for i := first; i <= min(last, len(c.buf.lines)-1); i++ {
		c.longest = max(c.longest, columns(c.buf.lines[i], len(c.buf.lines[i])))
	}
	if now := c.rowCount(c.rows(c.BaseWidget.Size().Width)); c.maxRows > 0 && (rows != len(c.buf.lines) || now != c.high) && c.frame != nil {
		c.high = now
		c.BaseWidget.Refresh() // its height follows its lines
		kit.Relayout(c)
	}
	c.shown()
	if !c.buf.same() {
		c.step++
	}
	if c.OnChanged != nil {
		c.OnChanged(c.buf.String())
	}
}

func (c *Editor) prev(p spot) spot {
	if p.col > 0 {
		return spot{p.line, p.col - 1}
	}
	if p.line > 0 {
		return spot{p.line - 1, len(c.buf.lines[p.line-1])}
	}
	return p
}

func (c *Editor) next(p spot) spot {
	if p.col < len(c.buf.lines[p.line]) {
		return spot{p.line, p.col + 1}
	}
	if p.line < len(c.buf.lines)-1 {
		return spot{p.line + 1, 0}
	}
	return p
}

// word steps over blanks and then over a word or signs.
func (c *Editor) word(p spot, step func(spot) spot, back bool) spot {
	rune0 := func(p spot) rune {
		if back {
			if p.col == 0 {
				return '\n'
			}
			return c.buf.lines[p.line][p.col-1]
		}
		if p.col == len(c.buf.lines[p.line]) {
			return '\n'
		}
		return c.buf.lines[p.line][p.col]
	}
	if rune0(p) == '\n' {
		return step(p)
	}
	for r := rune0(p); r == ' ' || r == '\t'; r = rune0(p) {
		p = step(p)
	}
	in := isWord(rune0(p))
	for r := rune0(p); r != '\n' && r != ' ' && r != '\t' && isWord(r) == in; r = rune0(p) {
		p = step(p)
	}
	return p
}

// home goes to the first letter of a line, or to its very beginning if it is there.
func (c *Editor) home(p spot) spot {
	n := len(leading(c.buf.lines[p.line]))
	if p.col == n {
		n = 0
	}
	return spot{p.line, n}
}

func leading(line []rune) []rune {
	for i, r := range line {
		if r != ' ' && r != '\t' {
			return line[:i]
		}
	}
	return line
}

// indentUnit is what one step inwards is: tabs where the text has them, or spaces.
func (c *Editor) indentUnit() string {
	if c.colors.g.triple {
		return "    "
	}
	for _, l := range c.buf.lines {
		if len(l) > 0 && l[0] == '\t' {
			return "\t"
		}
	}
	return "  "
}

// newline keeps the indent, and goes one step in after what opens a block.
func (c *Editor) newline() {
	from, _ := c.selection()
	line := c.buf.lines[from.line][:from.col]
	indent := string(leading(line))
	text := strings.TrimRight(string(line), " \t")
	opens := strings.HasSuffix(text, "{") || strings.HasSuffix(text, "[") || strings.HasSuffix(text, "(") ||
		c.colors.g.triple && strings.HasSuffix(text, ":") ||
		c.colors.g.shell && (strings.HasSuffix(text, "then") || strings.HasSuffix(text, " do") || strings.HasSuffix(text, "else"))
	if !opens {
		c.put("\n"+indent, false)
		return
	}
	_, to := c.selection()
	rest := c.buf.lines[to.line][to.col:]
	closes := len(rest) > 0 && strings.ContainsRune("})]", rest[0])
	c.put("\n"+indent+c.indentUnit(), false)
	if closes {
		at := c.caret
		c.buf.replace(at, at, "\n"+indent, at, false)
		c.buf.chain()
		c.changed(at.line, at.line+1, len(c.buf.lines)-1)
	}
}

// shiftLines moves the lines of the selection in or out, or comments them.
func (c *Editor) shiftLines(f func(line string) string) {
	if c.readOnly {
		return
	}
	from, to := c.selection()
	if to.line > from.line && to.col == 0 {
		to.line--
	}
	var out []string
	for i := from.line; i <= to.line; i++ {
		out = append(out, f(string(c.buf.lines[i])))
	}
	a, b := spot{from.line, 0}, spot{to.line, len(c.buf.lines[to.line])}
	caret := c.caret
	c.edit(a, b, strings.Join(out, "\n"), false)
	if from.line == to.line {
		c.caret = c.buf.clamp(spot{caret.line, caret.col + len([]rune(out[0])) - b.col})
		c.mark = c.caret
	} else {
		c.mark, c.caret = a, spot{to.line, len(c.buf.lines[to.line])}
	}
	c.draw()
}

func (c *Editor) tab() {
	unit := c.indentUnit()
	from, to := c.selection()
	switch {
	case c.shift:
		c.shiftLines(func(l string) string {
			if s, ok := strings.CutPrefix(l, unit); ok {
				return s
			}
			return strings.TrimPrefix(strings.TrimPrefix(l, " "), "\t")
		})
	case from.line != to.line:
		c.shiftLines(func(l string) string {
			if l == "" {
				return l
			}
			return unit + l
		})
	default:
		c.put(unit, false)
	}
}

// comment puts the selected lines into comments, or takes them out.
func (c *Editor) comment() {
	sign := c.colors.g.line
	if sign == "" {
		return
	}
	from, to := c.selection()
	all := true
	for i := from.line; i <= to.line; i++ {
		t := strings.TrimSpace(string(c.buf.lines[i]))
		all = all && (t == "" || strings.HasPrefix(t, sign))
	}
	c.shiftLines(func(l string) string {
		in := string(leading([]rune(l)))
		body := l[len(in):]
		switch {
		case body == "":
			return l
		case all:
			return in + strings.TrimPrefix(strings.TrimPrefix(body, sign), " ")
		}
		return in + sign + " " + body
	})
}

// TypedRune is part of fyne.Focusable.
func (c *Editor) TypedRune(r rune) {
	if c.readOnly {
		return
	}
	if strings.ContainsRune("})]", r) && c.caret == c.mark && !c.small {
		c.dedent()
	}
	c.put(string(r), true)
}

// dedent takes one step out when a block is closed on a line of its own.
func (c *Editor) dedent() {
	line := c.buf.lines[c.caret.line][:c.caret.col]
	unit := c.indentUnit()
	if len(line) == 0 || len(leading(line)) != len(line) || !strings.HasSuffix(string(line), unit) {
		return
	}
	c.edit(spot{c.caret.line, c.caret.col - len(unit)}, c.caret, "", false)
}

// TypedKey is part of fyne.Focusable.
func (c *Editor) TypedKey(e *fyne.KeyEvent) {
	from, to := c.selection()
	page := max(1, int(c.BaseWidget.Size().Height/c.char().Height)-1)
	switch e.Name {
	case fyne.KeyLeft:
		if from != to && !c.shift {
			c.moveTo(from, false)
		} else {
			c.moveTo(c.prev(c.caret), c.shift)
		}
	case fyne.KeyRight:
		if from != to && !c.shift {
			c.moveTo(to, false)
		} else {
			c.moveTo(c.next(c.caret), c.shift)
		}
	case fyne.KeyUp:
		c.moveLines(-1, c.shift)
	case fyne.KeyDown:
		c.moveLines(1, c.shift)
	case fyne.KeyPageUp:
		c.moveLines(-page, c.shift)
	case fyne.KeyPageDown:
		c.moveLines(page, c.shift)
	case fyne.KeyHome:
		c.moveTo(c.home(c.caret), c.shift)
	case fyne.KeyEnd:
		c.moveTo(spot{c.caret.line, len(c.buf.lines[c.caret.line])}, c.shift)
	case fyne.KeyReturn, fyne.KeyEnter:
		if !c.readOnly {
			c.newline()
		}
	case fyne.KeyTab:
		c.tab()
	case fyne.KeyBackspace:
		if from == to {
			from = c.prev(to)
		}
		c.erase(from, to)
	case fyne.KeyDelete:
		if from == to {
			to = c.next(from)
		}
		c.erase(from, to)
	case fyne.KeyEscape:
		if from != to {
			c.moveTo(c.caret, false)
		} else {
			kit.EscapeFrom(c)
		}
	}
}

func (c *Editor) erase(from, to spot) {
	if from != to {
		c.edit(from, to, "", false)
	}
}
