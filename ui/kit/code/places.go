package code

import "unicode/utf8"

// spotAt is the place behind so many bytes of the text.
func (c *Editor) spotAt(n int) spot {
	for i, l := range c.buf.lines {
		size := 0
		for col, r := range l {
			if size >= n {
				return spot{i, col}
			}
			size += utf8.RuneLen(r)
		}
		if n <= size {
			return spot{i, len(l)}
		}
		n -= size + 1
	}
	return c.buf.end()
}

// offset is where a place stands in the text, in bytes.
func (c *Editor) offset(p spot) int {
	n := 0
	for _, l := range c.buf.lines[:p.line] {
		n += len(string(l)) + 1
	}
	return n + len(string(c.buf.lines[p.line][:p.col]))
}

// ReplaceRange puts a text in the place of a part of the text, given in bytes, as if it
// had been typed; the caret goes behind it.
func (c *Editor) ReplaceRange(from, to int, s string) {
	c.one()
	c.edit(c.spotAt(from), c.spotAt(to), s, false)
}

// Selection is what is selected, in bytes of the text; where nothing is, both are the
// caret.
func (c *Editor) Selection() (from, to int) {
	a, b := c.selection()
	return c.offset(a), c.offset(b)
}

// MarkOf marks a part of the text, given in bytes; what is wrong with it is doubtful.
func (c *Editor) MarkOf(from, to int, text string) Mark {
	a, b := c.spotAt(from), c.spotAt(to)
	return Mark{Line: a.line + 1, From: a.col, To: b.col, Text: text, Doubt: true}
}
