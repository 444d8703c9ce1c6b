package code

import (
	"strings"
	"unicode/utf8"
)

// block is lines that a caret, or several, stand in.
type block struct{ first, last int }

// blocks are the lines of all carets. A selection that ends at the beginning of a line
// leaves that line out.
func (c *Editor) blocks() (out []block) {
	list, _ := c.carets()
	for _, s := range list {
		from, to := s.ends()
		if to.line > from.line && to.col == 0 {
			to.line--
		}
		if n := len(out); n > 0 && from.line <= out[n-1].last+1 {
			out[n-1].last = max(out[n-1].last, to.line)
		} else {
			out = append(out, block{from.line, to.line})
		}
	}
	return out
}

// eachLine changes the beginning of each line of the carets: what stands before cut
// goes, and put comes in its place.
func (c *Editor) eachLine(change func(line string) (at int, cut, put string)) {
	var edits []edit
	for _, b := range c.blocks() {
		for i := b.first; i <= b.last; i++ {
			at, cut, put := change(string(c.buf.lines[i]))
			if cut != put {
				edits = append(edits, edit{from: spot{i, at}, to: spot{i, at + utf8.RuneCountInString(cut)}, pre: put})
			}
		}
	}
	c.apply(edits, false, nil)
}

// tab moves the lines of the selection in, or out with Shift; with nothing selected it
// puts a step where the caret is.
func (c *Editor) tab() {
	unit := c.indentUnit()
	from, to := c.selection()
	switch {
	case c.shift:
		c.indent(-1)
	case from.line != to.line:
		c.indent(1)
	default:
		c.put(unit, false)
	}
}

// indent moves the lines of the carets in by a step, or out.
func (c *Editor) indent(by int) {
	unit := c.indentUnit()
	c.eachLine(func(l string) (int, string, string) {
		switch {
		case by > 0 && l == "":
			return 0, "", ""
		case by > 0:
			return 0, "", unit
		case strings.HasPrefix(l, unit):
			return 0, unit, ""
		case strings.HasPrefix(l, " "), strings.HasPrefix(l, "\t"):
			return 0, l[:1], ""
		}
		return 0, "", ""
	})
}

// comment puts the lines of the carets into comments, or takes them out.
func (c *Editor) comment() {
	open, shut := c.colors.g.line, ""
	if open == "" {
		open, shut = c.colors.g.around[0], c.colors.g.around[1]
	}
	if open == "" {
		return
	}
	all, some := true, false
	for _, b := range c.blocks() {
		for i := b.first; i <= b.last; i++ {
			if t := strings.TrimSpace(string(c.buf.lines[i])); t != "" {
				some, all = true, all && strings.HasPrefix(t, open)
			}
		}
	}
	if !some {
		return
	}
	if shut != "" {
		c.surround(open, shut, all)
		return
	}
	c.eachLine(func(l string) (int, string, string) {
		if strings.TrimSpace(l) == "" {
			return 0, "", ""
		}
		n := len(leading([]rune(l)))
		if !all {
			return n, "", open + " "
		}
		if strings.HasPrefix(l[n:], open+" ") {
			return n, open + " ", ""
		}
		return n, open, ""
	})
}

// surround puts each line of the carets between two signs, or takes them away.
func (c *Editor) surround(open, shut string, off bool) {
	var edits []edit
	for _, b := range c.blocks() {
		for i := b.first; i <= b.last; i++ {
			l := string(c.buf.lines[i])
			n, end := len(leading(c.buf.lines[i])), len([]rune(strings.TrimRight(l, " \t")))
			if n == end {
				continue
			}
			a, z := edit{from: spot{i, n}, to: spot{i, n}}, edit{from: spot{i, end}, to: spot{i, end}}
			if off {
				cut := func(s string) int { return utf8.RuneCountInString(s) }
				body := string(c.buf.lines[i][n:end])
				if strings.HasPrefix(body, open+" ") {
					a.to.col += cut(open) + 1
				} else {
					a.to.col += cut(open)
				}
				if strings.HasSuffix(body, " "+shut) {
					z.from.col -= cut(shut) + 1
				} else if strings.HasSuffix(body, shut) {
					z.from.col -= cut(shut)
				}
			} else {
				a.pre, z.pre = open+" ", " "+shut
			}
			edits = append(edits, a, z)
		}
	}
	c.apply(edits, false, nil)
}

// moveBlocks moves the lines of the carets up or down by one.
func (c *Editor) moveBlocks(by int) {
	blocks := c.blocks()
	if by < 0 && blocks[0].first == 0 || by > 0 && blocks[len(blocks)-1].last == len(c.buf.lines)-1 {
		return
	}
	var edits []edit
	for _, b := range blocks {
		whole := c.buf.slice(spot{b.first, 0}, spot{b.last, len(c.buf.lines[b.last])})
		if by < 0 {
			above := string(c.buf.lines[b.first-1])
			edits = append(edits, edit{from: spot{b.first - 1, 0}, to: spot{b.last, len(c.buf.lines[b.last])}, pre: whole + "\n" + above})
		} else {
			below := string(c.buf.lines[b.last+1])
			edits = append(edits, edit{from: spot{b.first, 0}, to: spot{b.last + 1, len(c.buf.lines[b.last+1])}, pre: below + "\n" + whole})
		}
	}
	c.keepColumns(edits, func(p spot) spot { return spot{p.line + by, p.col} })
}

// keepColumns makes edits of whole lines and puts the carets where a function says.
func (c *Editor) keepColumns(edits []edit, to func(spot) spot) {
	list, own := c.carets()
	c.apply(edits, false, func(func(spot) spot) {
		for i, s := range list {
			list[i].caret, list[i].mark = c.buf.clamp(to(s.caret)), c.buf.clamp(to(s.mark))
		}
		c.setCarets(list, own)
	})
}

// duplicate puts a copy of the lines of the carets below them, or above.
func (c *Editor) duplicate(above bool) {
	blocks := c.blocks()
	var edits []edit
	for _, b := range blocks {
		end := spot{b.last, len(c.buf.lines[b.last])}
		edits = append(edits, edit{from: end, to: end, pre: "\n" + c.buf.slice(spot{b.first, 0}, end)})
	}
	c.keepColumns(edits, func(p spot) spot {
		by := 0
		for _, b := range blocks { // below the copies of the blocks above, and on one's own copy
			if p.line > b.last || p.line >= b.first && !above {
				by += b.last - b.first + 1
			}
		}
		return spot{p.line + by, p.col}
	})
}

// deleteLines takes the lines of the carets out.
func (c *Editor) deleteLines() {
	var edits []edit
	for _, b := range c.blocks() {
		e := edit{from: spot{b.first, 0}, to: spot{b.last + 1, 0}}
		if b.last == len(c.buf.lines)-1 {
			e.to = c.buf.end()
			if b.first > 0 {
				e.from = spot{b.first - 1, len(c.buf.lines[b.first-1])}
				if n := len(edits); n > 0 && e.from.before(edits[n-1].to) {
					e.from = edits[n-1].to
				}
			}
		}
		edits = append(edits, e)
	}
	c.apply(edits, false, func(move func(spot) spot) {
		list, own := c.carets()
		for i, s := range list {
			p := move(s.caret)
			list[i].caret = c.buf.clamp(spot{p.line, s.caret.col})
			list[i].mark = list[i].caret
		}
		c.setCarets(list, own)
	})
}
