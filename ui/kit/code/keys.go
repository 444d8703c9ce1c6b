package code

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
)

// selection is the ends of what is selected, in order.
func (c *Editor) selection() (from, to spot) { return sel{caret: c.caret, mark: c.mark}.ends() }

// Selected is the text that is selected; of several carets, a line for each.
func (c *Editor) Selected() string {
	list, _ := c.carets()
	var out []string
	for _, s := range list {
		if from, to := s.ends(); from != to {
			out = append(out, c.buf.slice(from, to))
		}
	}
	return strings.Join(out, "\n")
}

// moveTo leaves one caret, at a place.
func (c *Editor) moveTo(p spot, extend bool) {
	c.one()
	c.moveEach(extend, func(sel) spot { return p })
}

// shown brings the caret into view and draws.
func (c *Editor) shown() {
	c.reveal()
	if c.beat != nil {
		c.pulse()
	}
	c.draw()
}

// moveLines moves the carets up or down by rows.
func (c *Editor) moveLines(n int, extend bool) {
	c.buf.seal()
	rows := c.rows(c.area().Width)
	list, own := c.carets()
	for i, s := range list {
		row, _ := c.rowOf(rows, s.caret)
		row = max(0, min(row+n, c.rowCount(rows)-1))
		list[i].caret = c.in(c.rowAt(rows, row), float32(s.goal))
		if !extend {
			list[i].mark = list[i].caret
		}
	}
	c.setCarets(list, own)
	c.shown()
}

// put replaces what is selected. Lines that are as many as the carets go to one each.
func (c *Editor) put(s string, typing bool) {
	lines := []string{}
	if n := len(c.more) + 1; n > 1 && strings.Count(s, "\n") == n-1 {
		lines = strings.Split(s, "\n")
	}
	i := 0
	c.each(typing, func(at sel) edit {
		text := s
		if len(lines) > 0 {
			text = lines[i]
		}
		i++
		from, to := at.ends()
		return edit{from: from, to: to, pre: text}
	})
}

// edit replaces a range; the caret stands behind it then.
func (c *Editor) edit(from, to spot, s string, typing bool) {
	c.apply([]edit{{from: from, to: to, pre: s}}, typing, func(move func(spot) spot) {
		c.one()
		c.caret = move(to)
		c.mark = c.caret
	})
}

func (c *Editor) changed(first, last, rows int) {
	c.version++
	if d := len(c.buf.lines) - rows; d != 0 {
		c.shiftMarks(first, d)
	}
	c.colors.update(c.buf.lines, first, last)
	for i := first; i <= min(last, len(c.buf.lines)-1); i++ {
		c.longest = max(c.longest, columns(c.buf.lines[i], len(c.buf.lines[i])))
	}
	if now := c.rowCount(c.rows(c.area().Width)); c.maxRows > 0 && (rows != len(c.buf.lines) || now != c.high) && c.frame != nil {
		c.high = now
		c.BaseWidget.Refresh() // its height follows its lines
		kit.Relayout(c)
	}
	c.findAgain()
	c.shown()
	c.markJSON()
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
	for _, l := range c.buf.lines {
		if len(l) > 0 && l[0] == '\t' {
			return "\t"
		}
	}
	if c.colors.g.indent != "" {
		return c.colors.g.indent
	}
	return "  "
}

// newline keeps the indent, and goes one step in after what opens a block.
func (c *Editor) newline() {
	unit := c.indentUnit()
	c.each(false, func(s sel) edit {
		from, to := s.ends()
		line := c.buf.lines[from.line][:from.col]
		indent := string(leading(line))
		e := edit{from: from, to: to, pre: "\n" + indent}
		if !c.colors.g.opens(strings.TrimRight(string(line), " \t")) {
			return e
		}
		e.pre += unit
		if rest := c.buf.lines[to.line][to.col:]; len(rest) > 0 && strings.ContainsRune("})]", rest[0]) {
			e.post = "\n" + indent
		}
		return e
	})
}

// pairs are the signs that come with their other half, where that helps.
var pairs = map[rune]rune{'(': ')', '[': ']', '{': '}', '"': '"', '\'': '\'', '`': '`'}

// TypedRune is part of fyne.Focusable.
func (c *Editor) TypedRune(r rune) {
	if c.readOnly {
		return
	}
	defer c.typed(r)
	if c.small {
		c.put(string(r), true)
		return
	}
	if c.steps(r) {
		return
	}
	unit := c.indentUnit()
	c.each(true, func(s sel) edit {
		from, to := s.ends()
		e := edit{from: from, to: to, pre: string(r)}
		switch {
		case from == to && strings.ContainsRune("})]", r): // a block that ends on a line of its own is one step out
			before := c.buf.lines[from.line][:from.col]
			if len(before) > 0 && len(leading(before)) == len(before) && strings.HasSuffix(string(before), unit) {
				e.from.col -= len(unit)
			}
		case from != to && pairs[r] != 0 && r != '\'': // around what is selected
			e.pre, e.post = string(r)+c.buf.slice(from, to), string(pairs[r])
		case from == to && c.closes(r, from):
			e.post = string(pairs[r])
		}
		return e
	})
}

// closes reports whether a sign that was typed at a place brings its other half: what
// follows must be the end of something.
func (c *Editor) closes(r rune, at spot) bool {
	half, ok := pairs[r]
	line := c.buf.lines[at.line]
	if !ok || !c.colors.g.known() || c.inText(at) || at.col < len(line) && !strings.ContainsRune(" \t)]},;:", line[at.col]) {
		return false
	}
	if half != r {
		return true
	}
	if r == '`' && !c.colors.g.template || r == '\'' && c.colors.g.lone {
		return false
	}
	return at.col == 0 || !isWord(line[at.col-1]) && line[at.col-1] != r
}

// inText reports whether a place lies in a string or a comment.
func (c *Editor) inText(at spot) bool {
	l := c.colors.lines[at.line]
	for _, t := range l.tokens {
		if t.from < at.col && at.col <= t.to {
			return (t.kind == kit.TokenString || t.kind == kit.TokenComment) && (at.col < t.to || t.to == len(c.buf.lines[at.line]) && (t.kind == kit.TokenComment || l.end.mode != inCode))
		}
	}
	return l.begin.mode != inCode && at.col == 0
}

// steps lets the carets step over a closing sign that stands there, instead of typing
// a second one, where the line has as many of both halves.
func (c *Editor) steps(r rune) bool {
	if !slices.Contains([]rune{')', ']', '}', '"', '\'', '`'}, r) {
		return false
	}
	list, _ := c.carets()
	for _, s := range list {
		line := c.buf.lines[s.caret.line]
		if s.caret != s.mark || s.caret.col == len(line) || line[s.caret.col] != r {
			return false
		}
		open, shut := 0, 0
		for _, x := range line {
			if pairs[x] == r {
				open++
			}
			if x == r {
				shut++
			}
		}
		if pairs[r] == r && open%2 != 0 || pairs[r] != r && open != shut {
			return false
		}
	}
	c.moveEach(false, func(s sel) spot { return c.next(s.caret) })
	return true
}

// TypedKey is part of fyne.Focusable.
func (c *Editor) TypedKey(e *fyne.KeyEvent) {
	if own := e.Name == fyne.KeyF8 && c.Large() && len(c.marks) > 0; !own && kit.Help(e) {
		return
	}
	if c.keyFirst != nil && c.keyFirst(e) {
		return
	}
	page := max(1, int(c.area().Height/c.char().Height)-1)
	across := func(step func(spot) spot, end func(from, to spot) spot) {
		c.moveEach(c.shift, func(s sel) spot {
			if from, to := s.ends(); from != to && !c.shift {
				return end(from, to)
			}
			return step(s.caret)
		})
	}
	switch e.Name {
	case fyne.KeyLeft:
		across(c.prev, func(from, _ spot) spot { return from })
	case fyne.KeyRight:
		across(c.next, func(_, to spot) spot { return to })
	case fyne.KeyUp:
		c.moveLines(-1, c.shift)
	case fyne.KeyDown:
		c.moveLines(1, c.shift)
	case fyne.KeyPageUp:
		c.moveLines(-page, c.shift)
	case fyne.KeyPageDown:
		c.moveLines(page, c.shift)
	case fyne.KeyHome:
		c.moveEach(c.shift, func(s sel) spot { return c.home(s.caret) })
	case fyne.KeyEnd:
		c.moveEach(c.shift, func(s sel) spot { return spot{s.caret.line, len(c.buf.lines[s.caret.line])} })
	case fyne.KeyReturn, fyne.KeyEnter:
		if !c.readOnly {
			c.newline()
		}
	case fyne.KeyTab:
		c.tab()
	case fyne.KeyBackspace:
		c.backspace()
	case fyne.KeyDelete:
		c.erase(func(p spot) (spot, spot) { return p, c.next(p) })
	case fyne.KeyF3:
		c.step3(c.shift)
	case fyne.KeyF8:
		c.goToMark()
	case fyne.KeyEscape:
		c.escape()
	}
}

// escape goes back by one: further carets, the bar, what is selected, the keyboard.
func (c *Editor) escape() {
	switch {
	case len(c.more) > 0:
		c.one()
		c.draw()
	case c.bar != nil:
		c.closeBar()
	case c.caret != c.mark:
		c.moveTo(c.caret, false)
	default:
		kit.EscapeFrom(c)
	}
}

// backspace erases the sign before each caret, between two halves both.
func (c *Editor) backspace() {
	c.erase(func(p spot) (from, to spot) {
		if line := c.buf.lines[p.line]; !c.small && p.col > 0 && p.col < len(line) && pairs[line[p.col-1]] == line[p.col] {
			return c.prev(p), c.next(p)
		}
		return c.prev(p), p
	})
}

// erase takes out what is selected, and where nothing is what a function names.
func (c *Editor) erase(span func(caret spot) (from, to spot)) {
	some := false
	what := func(s sel) edit {
		from, to := s.ends()
		if from == to {
			from, to = span(from)
		}
		some = some || from != to
		return edit{from: from, to: to}
	}
	list, _ := c.carets()
	for _, s := range list {
		what(s)
	}
	if some {
		c.each(false, what)
	}
}
