package code

import (
	"cmp"
	"slices"
	"strings"
)

// sel is a caret with what it has selected. The editor's own caret is the one that
// the view follows; further ones stand in more.
type sel struct {
	caret, mark spot
	goal        int // column that up and down keep
}

func (s sel) ends() (from, to spot) {
	if s.mark.before(s.caret) {
		return s.mark, s.caret
	}
	return s.caret, s.mark
}

// carets are all carets, in the order of the text; own is the index of the one that
// the view follows.
func (c *Editor) carets() (list []sel, own int) {
	list = append(append(make([]sel, 0, len(c.more)+1), c.more...), sel{c.caret, c.mark, c.goal})
	slices.SortStableFunc(list, func(a, b sel) int { return a.caret.compare(b.caret) })
	for i, s := range list {
		if s.caret == c.caret && s.mark == c.mark {
			own = i
		}
	}
	return list, own
}

// setCarets puts the carets where they are to be; those that met become one.
func (c *Editor) setCarets(list []sel, own int) {
	me := list[own]
	c.caret, c.mark, c.goal = me.caret, me.mark, me.goal
	rest := append(slices.Clone(list[:own]), list[own+1:]...)
	slices.SortStableFunc(rest, func(a, b sel) int { return a.caret.compare(b.caret) })
	c.more = c.more[:0]
	meets := func(a, b sel) bool {
		af, at := a.ends()
		bf, bt := b.ends()
		return af == bf && at == bt || af.before(bt) && bf.before(at) || (af == at || bf == bt) && !bt.before(af) && !at.before(bf)
	}
	for _, s := range rest {
		if !meets(s, me) && (len(c.more) == 0 || !meets(s, c.more[len(c.more)-1])) {
			c.more = append(c.more, s)
		}
	}
}

// one lets go of all carets but the one that the view follows.
func (c *Editor) one() { c.more = c.more[:0] }

// Carets counts the carets.
func (c *Editor) Carets() int { return len(c.more) + 1 }

func (a spot) compare(b spot) int {
	return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.col, b.col))
}

// edit is one piece of a change: pre and post take the place of a range, and the
// caret that made it stands between them afterwards.
type edit struct {
	from, to  spot
	pre, post string
}

// coalesced is how many pieces a change may have before it becomes one that spans all
// of them: each is a line of the undo log, and costs a look at the lines below it.
const coalesced = 100

// apply changes the text at several places in one step of undo. The edits are in the
// order of the text and do not overlap. place puts the carets where they belong then;
// move tells it where a place has gone. Without it they move with the text. typing is
// as in buffer.replace.
func (c *Editor) apply(edits []edit, typing bool, place func(move func(spot) spot)) {
	if c.readOnly || len(edits) == 0 {
		return
	}
	move := moved(edits)
	rows, first := len(c.buf.lines), edits[0].from
	last := move(edits[len(edits)-1].to)
	several := len(edits) > 1
	if len(edits) > coalesced {
		edits = []edit{c.joined(edits)}
	}
	going := typing && several && c.buf.group // letters at several carets join as those at one do
	for i := len(edits) - 1; i >= 0; i-- {
		e := edits[i]
		c.buf.replace(e.from, e.to, e.pre+e.post, c.caret, typing && !several)
		if i < len(edits)-1 || going {
			c.buf.chain()
		}
	}
	if !going && !c.buf.joined {
		c.step++
	}
	c.buf.group = typing && several && !strings.ContainsAny(edits[0].pre, " \n\t")
	if place == nil {
		place = func(move func(spot) spot) {
			list, own := c.carets()
			for i, s := range list {
				list[i].caret, list[i].mark = move(s.caret), move(s.mark)
			}
			c.setCarets(list, own)
		}
	}
	place(move)
	c.setGoals()
	c.changed(first.line, last.line, rows)
}

// joined is one edit that does what several do.
func (c *Editor) joined(edits []edit) edit {
	var b strings.Builder
	for i, e := range edits {
		if i > 0 {
			b.WriteString(c.buf.slice(edits[i-1].to, e.from))
		}
		b.WriteString(e.pre + e.post)
	}
	return edit{from: edits[0].from, to: edits[len(edits)-1].to, pre: b.String()}
}

// moved tells where places of a text are after edits of it. A place in what was
// replaced goes to its end.
func moved(edits []edit) func(spot) spot {
	return func(p spot) spot {
		q := p
		lines, line, cols := 0, -1, 0 // by which lines and, in the line of p, columns are shifted
		for _, e := range edits {
			if p.before(e.from) {
				break
			}
			begin := spot{e.from.line + lines, e.from.col}
			if e.from.line == line {
				begin.col += cols
			}
			end := spotAfter(begin, e.pre+e.post)
			if p.before(e.to) || p == e.to {
				return end
			}
			lines += end.line - begin.line - (e.to.line - e.from.line)
			line, cols = e.to.line, end.col-e.to.col
			q = spot{p.line + lines, p.col}
			if p.line == e.to.line {
				q.col += cols
			}
		}
		return q
	}
}

// each lets each caret replace a range by a text, in one step of undo. What a caret
// had selected is not selected any more.
func (c *Editor) each(typing bool, what func(s sel) edit) {
	if c.readOnly {
		return
	}
	list, own := c.carets()
	var edits []edit
	at := make([]int, len(list)) // the edit of each caret
	for i, s := range list {
		e := what(s)
		if n := len(edits); n > 0 && e.from.before(edits[n-1].to) {
			e.from = edits[n-1].to
			if e.to.before(e.from) {
				e.to = e.from
			}
		}
		at[i] = len(edits)
		edits = append(edits, e)
	}
	ends := make([]spot, len(edits))
	for i, e := range edits {
		ends[i] = spotAfter(moved(edits[:i])(e.from), e.pre)
	}
	c.apply(edits, typing, func(func(spot) spot) {
		for i := range list {
			list[i] = sel{caret: ends[at[i]], mark: ends[at[i]]}
		}
		c.setCarets(list, own)
	})
}

// setGoals has up and down keep the columns where the carets are.
func (c *Editor) setGoals() {
	rows := c.rows(c.area().Width)
	_, c.goal = c.rowOf(rows, c.caret)
	for i := range c.more {
		_, c.more[i].goal = c.rowOf(rows, c.more[i].caret)
	}
}

// moveEach moves each caret.
func (c *Editor) moveEach(extend bool, to func(s sel) spot) {
	c.buf.seal()
	list, own := c.carets()
	for i, s := range list {
		list[i].caret = c.buf.clamp(to(s))
		if !extend {
			list[i].mark = list[i].caret
		}
	}
	c.setCarets(list, own)
	c.setGoals()
	c.shown()
}

// addCaret puts one more caret at a place, or takes the one that is there away.
func (c *Editor) addCaret(p spot) {
	for i, s := range c.more {
		if s.caret == p {
			c.more = slices.Delete(c.more, i, i+1)
			c.draw()
			return
		}
	}
	c.addSel(sel{caret: p, mark: p})
}

// addSel adds a caret, which the view follows from now on.
func (c *Editor) addSel(s sel) {
	c.buf.seal()
	list, _ := c.carets()
	list = append(list, s)
	c.setCarets(list, len(list)-1)
	c.setGoals()
	c.shown()
}

// addRow puts a caret on the row above the topmost caret, or below the lowest.
func (c *Editor) addRow(by int) {
	list, _ := c.carets()
	s := list[0]
	if by > 0 {
		s = list[len(list)-1]
	}
	rows := c.rows(c.area().Width)
	row, col := c.rowOf(rows, s.caret)
	if len(c.more) > 0 {
		col = max(col, s.goal)
	}
	if row += by; row < 0 || row >= c.rowCount(rows) {
		return
	}
	p := c.in(c.rowAt(rows, row), float32(col))
	c.addSel(sel{caret: p, mark: p})
	c.goal = col
}

// addNext selects the word at the caret, and then with each call the next place that
// reads the same, one caret more.
func (c *Editor) addNext() {
	if c.caret == c.mark {
		if from, to := c.wordAt(c.caret); from != to {
			c.mark, c.caret = from, to
			c.setGoals()
			c.shown()
		}
		return
	}
	want := c.Selected()
	if strings.Contains(want, "\n") {
		return
	}
	q := query{text: want, exact: true}
	found, _ := q.all(c.buf)
	list, own := c.carets()
	_, after := list[own].ends()
	taken := func(m match) bool {
		return slices.ContainsFunc(list, func(s sel) bool {
			from, to := s.ends()
			return from == m.from && to == m.to
		})
	}
	n, _ := slices.BinarySearchFunc(found, after, func(m match, p spot) int { return m.from.compare(p) })
	for i := range found {
		if m := found[(n+i)%len(found)]; !taken(m) {
			c.addSel(sel{caret: m.to, mark: m.from})
			return
		}
	}
}

// wordAt is the word at a place.
func (c *Editor) wordAt(p spot) (from, to spot) {
	line := c.buf.lines[p.line]
	a, b := p.col, p.col
	for a > 0 && isWord(line[a-1]) {
		a--
	}
	for b < len(line) && isWord(line[b]) {
		b++
	}
	return spot{p.line, a}, spot{p.line, b}
}
