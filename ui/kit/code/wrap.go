package code

// The rows of the screen. In a large editor each line of the text is a row; an
// expression breaks its lines where its room ends.

// codeRow is the part of a line that stands on one row.
type codeRow struct{ line, from, to int }

// room is how many columns a row has; 0 where lines are not broken.
func (c *Editor) room(width float32) int {
	if !c.small || width <= 0 {
		return 0
	}
	return max(8, int((width-c.gutter()-codePad)/c.char().Width))
}

// rows breaks the text at a width; nil where each line is a row.
func (c *Editor) rows(width float32) []codeRow {
	room := c.room(width)
	if room == 0 {
		return nil
	}
	var out []codeRow
	for i, line := range c.buf.lines {
		from, blank, x := 0, -1, 0
		for at := 0; at < len(line); at++ {
			w := runeColumns(line[at], x)
			if x+w > room && at > from {
				end := at
				if blank > from {
					end = blank // behind the last blank
				}
				out = append(out, codeRow{i, from, end})
				from, blank, x = end, -1, columns(line[end:at], at-end)
				w = runeColumns(line[at], x)
			}
			x += w
			if line[at] == ' ' {
				blank = at + 1
			}
		}
		out = append(out, codeRow{i, from, len(line)})
	}
	return out
}

func (c *Editor) rowCount(rows []codeRow) int {
	if rows == nil {
		return len(c.buf.lines)
	}
	return len(rows)
}

func (c *Editor) rowAt(rows []codeRow, i int) codeRow {
	if rows == nil {
		return codeRow{i, 0, len(c.buf.lines[i])}
	}
	return rows[i]
}

// rowOf is the row and column where a place of the text stands.
func (c *Editor) rowOf(rows []codeRow, p spot) (row, col int) {
	if rows == nil {
		return p.line, columns(c.buf.lines[p.line], p.col)
	}
	for i, r := range rows {
		if r.line == p.line && p.col >= r.from && (p.col < r.to || i+1 == len(rows) || rows[i+1].line != p.line) {
			return i, columns(c.buf.lines[p.line][r.from:], p.col-r.from)
		}
	}
	return 0, 0
}

// in is the place in a row that lies nearest to a column.
func (c *Editor) in(r codeRow, want float32) spot {
	x := 0
	for i, ch := range c.buf.lines[r.line][r.from:r.to] {
		w := runeColumns(ch, x)
		if want < float32(x)+float32(w)/2 {
			return spot{r.line, r.from + i}
		}
		x += w
	}
	end := spot{r.line, r.to}
	if r.to < len(c.buf.lines[r.line]) && r.to > r.from {
		end.col-- // the next place stands on the row below
	}
	return end
}

// HeightFor is the height at a width: an expression is as high as its rows.
func (c *Editor) HeightFor(w float32) float32 {
	n := c.minRows
	if c.maxRows > 0 {
		n = max(n, min(c.rowCount(c.rows(w)), c.maxRows))
	}
	return float32(n)*c.char().Height + 2*c.padTop()
}
