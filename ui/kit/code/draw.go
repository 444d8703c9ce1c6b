package code

import (
	"cmp"
	"image/color"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/engine/plain"
	"sluice/ui/kit"
)

// draw puts what is in view on the screen, out of pooled texts and rectangles.
func (c *Editor) draw() {
	if c.frame == nil {
		return
	}
	p, s := kit.Colors(), c.area()
	c.drawFrame(p)
	c.pools.texts, c.pools.rects, c.pools.lines = 0, 0, 0
	objs := c.view.Objects[:0]
	ch := c.char()
	first := max(0, int(c.off.Y/ch.Height))
	rows := c.rows(s.Width)
	last := min(c.rowCount(rows)-1, int((c.off.Y+s.Height)/ch.Height))
	if s.Width > 0 {
		objs = c.drawGrounds(objs, p, rows, first, last)
		for i := first; i <= last; i++ {
			objs = c.drawRow(objs, p, c.rowAt(rows, i), i)
		}
		objs = c.drawMarks(objs, p, rows, first, last)
		objs = c.drawGutter(objs, p, first, last)
		objs = c.drawCarets(objs, p, rows, first, last)
		objs = c.drawThumbs(objs, p)
		objs = c.drawFoot(objs, p)
	}
	c.view.Objects = objs
	canvas.Refresh(c.frame)
}

func (c *Editor) drawFrame(p *kit.Palette) {
	f, stroke, width := p.Field, p.Line, float32(1)
	if c.focused && !c.readOnly {
		stroke = p.Accent
		if c.small {
			width = 1.5
		}
	}
	if c.bad {
		stroke = p.Bad
	}
	if c.readOnly {
		f = p.Panel
	}
	if c.bare && !c.bad {
		c.frame.FillColor, c.frame.StrokeColor, c.frame.StrokeWidth, c.frame.CornerRadius = f, nil, 0, 0
		return
	}
	c.frame.FillColor, c.frame.StrokeColor, c.frame.StrokeWidth, c.frame.CornerRadius = f, stroke, width, kit.Radius
}

// lineTop is where a row begins, inside of the clip.
func (c *Editor) lineTop(i int) float32 {
	return kit.Round(float32(i)*c.char().Height + c.padTop() - c.off.Y - 1)
}

func (c *Editor) colX(col int) float32 {
	return c.gutter() - 1 - c.off.X + float32(col)*c.char().Width
}

func (c *Editor) rectAt(x, y, w, h float32, fill color.Color, radius float32) *canvas.Rectangle {
	if c.pools.rects == len(c.pools.rect) {
		c.pools.rect = append(c.pools.rect, canvas.NewRectangle(nil))
	}
	r := c.pools.rect[c.pools.rects]
	c.pools.rects++
	r.FillColor, r.CornerRadius, r.StrokeColor, r.StrokeWidth = fill, radius, nil, 0
	kit.Place(r, x, y, w, h)
	return r
}

func (c *Editor) textAt(s string, x, y float32, ink color.Color) *canvas.Text {
	if c.pools.texts == len(c.pools.text) {
		t := canvas.NewText("", nil)
		t.TextSize, t.TextStyle.Monospace = kit.TextCode, true
		c.pools.text = append(c.pools.text, t)
	}
	t := c.pools.text[c.pools.texts]
	c.pools.texts++
	ch := c.char()
	// One sign for one sign, so that columns stay: code that hides its order of
	// letters, or what it would do to a terminal, shows that something is there.
	s = strings.Map(func(r rune) rune {
		if r != '\t' && plain.Acts(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
	// Color is compared by value: pools hand out texts in any order.
	if t.Text != s || t.Color != ink {
		t.Text, t.Color = s, ink
		t.Refresh()
	}
	h := max(1, c.charSize.Height)
	kit.Place(t, x, kit.Round(y+(ch.Height-h)/2), float32(len(s))*ch.Width, h)
	return t
}

func (c *Editor) drawGrounds(objs []fyne.CanvasObject, p *kit.Palette, rows []codeRow, first, last int) []fyne.CanvasObject {
	w, h := c.area().Width, c.char().Height
	if c.focused && !c.small && !c.readOnly && c.caret == c.mark && len(c.more) == 0 && c.caret.line >= first && c.caret.line <= last {
		objs = append(objs, c.rectAt(0, c.lineTop(c.caret.line), w, h, p.Well, 0))
	}
	for i := first; i <= last; i++ {
		if c.errs[i+1] != "" {
			objs = append(objs, c.rectAt(0, c.lineTop(i), w, h, p.BadSoft, 0))
		}
	}
	if a, z, ok := c.brackets(); ok {
		for _, at := range []spot{a, z} {
			objs = c.ground(objs, rows, first, last, at, spot{at.line, at.col + 1}, p.AccentSoft, p.Accent)
		}
	}
	if c.bar != nil && c.bar.read && c.bar.of == c.version {
		found := c.bar.found
		n, _ := slices.BinarySearchFunc(found, c.rowAt(rows, first).line, func(m match, line int) int { return cmp.Compare(m.to.line, line) })
		for _, m := range found[n:] {
			if m.from.line > c.rowAt(rows, max(first, last)).line {
				break
			}
			objs = c.ground(objs, rows, first, last, m.from, m.to, p.WaitingSoft, p.WaitingLine)
		}
	}
	list, _ := c.carets()
	for _, s := range list {
		from, to := s.ends()
		objs = c.ground(objs, rows, first, last, from, to, p.Select, nil)
	}
	return objs
}

// ground puts a color behind a part of the text.
func (c *Editor) ground(objs []fyne.CanvasObject, rows []codeRow, first, last int, from, to spot, fill, line color.Color) []fyne.CanvasObject {
	h := c.char().Height
	if rows == nil {
		first, last = max(first, from.line), min(last, to.line)
	}
	for i := first; i <= last && from != to; i++ {
		r := c.rowAt(rows, i)
		if r.line < from.line || r.line > to.line || r.line == from.line && r.to < from.col || r.line == to.line && r.from >= to.col && i > first {
			continue
		}
		line0 := c.buf.lines[r.line][r.from:]
		a, b := 0, columns(line0, r.to-r.from)+1
		if r.line == from.line && from.col > r.from {
			a = columns(line0, from.col-r.from)
		}
		if r.line == to.line && to.col <= r.to {
			b = columns(line0, max(0, to.col-r.from))
		}
		if b > a {
			g := c.rectAt(c.colX(a), c.lineTop(i), float32(b-a)*c.char().Width, h, fill, 2)
			if line != nil {
				g.StrokeColor, g.StrokeWidth = line, 1
			}
			objs = append(objs, g)
		}
	}
	return objs
}

// waves is how many strokes an underline has at most.
const waves = 120

// drawMarks underlines what is wrong.
func (c *Editor) drawMarks(objs []fyne.CanvasObject, p *kit.Palette, rows []codeRow, first, last int) []fyne.CanvasObject {
	s := c.area()
	for _, m := range c.marks {
		from, to, ok := c.span(m)
		if !ok {
			continue
		}
		row, col := c.rowOf(rows, from)
		if row < first || row > last {
			continue
		}
		end := col + max(1, columns(c.buf.lines[from.line][from.col:], min(to.col, len(c.buf.lines[from.line]))-from.col))
		ink := p.Bad
		if m.Doubt {
			ink = p.WaitingLine
		}
		x, y, stop := c.colX(col), c.lineTop(row)+c.char().Height-3, min(c.colX(end), s.Width)
		if g := c.gutter() - 1; x < g && !c.small {
			x = g
		}
		for n := 0; x < stop && n < waves; n++ {
			l := c.strokeAt(ink)
			a, b := y, y+3
			if n%2 == 1 {
				a, b = b, a
			}
			l.Position1, l.Position2 = fyne.NewPos(x, a), fyne.NewPos(x+3, b)
			objs = append(objs, l)
			x += 3
		}
	}
	return objs
}

func (c *Editor) strokeAt(ink color.Color) *canvas.Line {
	if c.pools.lines == len(c.pools.line) {
		c.pools.line = append(c.pools.line, canvas.NewLine(ink))
	}
	l := c.pools.line[c.pools.lines]
	c.pools.lines++
	l.StrokeColor, l.StrokeWidth = ink, 1.2
	return l
}

// drawFoot tells below the text where the caret is, or what is wrong.
func (c *Editor) drawFoot(objs []fyne.CanvasObject, p *kit.Palette) []fyne.CanvasObject {
	if !c.foot {
		return objs
	}
	s := c.BaseWidget.Size()
	y := s.Height - c.top() - footHeight - 1
	text, role := c.footer()
	fill, ink := p.Panel, p.Muted
	switch role {
	case kit.Bad:
		fill, ink = p.BadSoft, p.Bad
	case kit.Waiting:
		fill, ink = p.WaitingSoft, p.WaitingInk
	}
	if c.footText.of != text || c.footText.width != s.Width {
		c.footText.of, c.footText.width = text, s.Width
		c.footText.shown = kit.Shorten(text, s.Width-20, kit.TextCaption, fyne.TextStyle{}, nil)
	}
	if c.footLine == nil {
		c.footLine = canvas.NewText("", nil)
		c.footLine.TextSize = kit.TextCaption
	}
	t := c.footLine
	if t.Text != c.footText.shown || t.Color != ink {
		t.Text, t.Color = c.footText.shown, ink
		t.Refresh()
	}
	kit.Place(t, 10, y+kit.Round((footHeight-t.MinSize().Height)/2), s.Width-20, t.MinSize().Height)
	return append(objs, c.rectAt(0, y, s.Width, footHeight, fill, 0), c.rectAt(0, y, s.Width, 1, p.Line, 0), t)
}

// rowPiece is how many columns begin and end to be drawn together: a line may be
// very long, and only what is near the view is.
const rowPiece = 64

// drawRow places each token at its column, so that no shaping moves the rest.
func (c *Editor) drawRow(objs []fyne.CanvasObject, p *kit.Palette, at codeRow, row int) []fyne.CanvasObject {
	i := at.line
	line, y := c.buf.lines[i], c.lineTop(row)
	if len(c.buf.lines) == 1 && len(line) == 0 && c.hint != "" {
		return append(objs, c.textAt(c.hint, c.colX(0), y, p.Muted))
	}
	width := c.area().Width
	var run []rune
	x, runX := 0, 0
	begin := (int(c.off.X/c.char().Width)/rowPiece - 1) * rowPiece
	end := begin + int(width/c.char().Width) + 3*rowPiece
tokens:
	for _, t := range c.colors.lines[i].tokens {
		ink := p.Syntax[t.kind]
		flush := func() {
			if at := c.colX(runX); len(run) > 0 && at < width && at+float32(x-runX)*c.char().Width > 0 {
				if s := string(run); strings.TrimSpace(s) != "" {
					objs = append(objs, c.textAt(s, at, y, ink))
				}
			}
			run, runX = run[:0], x
		}
		flush()
		for _, r := range line[min(max(t.from, at.from), t.to):max(t.from, min(t.to, at.to))] {
			w := runeColumns(r, x)
			switch {
			case x > end:
				flush()
				break tokens
			case x+w <= begin:
				x += w
				runX = x
				continue
			}
			if w > 1 { // a tab or a wide letter stands alone
				flush()
				if r == '\t' {
					x += w
					runX = x
					continue
				}
			}
			run = append(run, r)
			x += w
			if w > 1 {
				flush()
			}
		}
		flush()
	}
	if msg := c.errs[i+1]; msg != "" && !c.small {
		at := c.colX(x + 3)
		if room := width - at - 8; room > 40 {
			n := int(room / c.char().Width)
			if r := []rune(msg); len(r) > n {
				msg = string(r[:n-1]) + "…"
			}
			objs = append(objs, c.textAt(msg, at, y, p.Bad))
		}
	}
	return objs
}

func (c *Editor) drawGutter(objs []fyne.CanvasObject, p *kit.Palette, first, last int) []fyne.CanvasObject {
	if c.small {
		return objs
	}
	g := c.gutter()
	ground := p.Field
	if c.readOnly {
		ground = p.Panel
	}
	if c.off.X > 0 { // text goes under the numbers
		objs = append(objs, c.rectAt(0, 0, g-6, c.area().Height, ground, 0))
	}
	for i := first; i <= last; i++ {
		n, ink := strconv.Itoa(i+1), p.Muted
		if c.errs[i+1] != "" {
			ink = p.Bad
		} else if i == c.caret.line && c.focused {
			ink = p.Ink
		}
		objs = append(objs, c.textAt(n, g-16-float32(len(n))*c.char().Width, c.lineTop(i), ink))
	}
	return objs
}

// drawCarets draws the caret that has the keyboard, and further ones.
func (c *Editor) drawCarets(objs []fyne.CanvasObject, p *kit.Palette, rows []codeRow, first, last int) []fyne.CanvasObject {
	if !c.focused || !c.blink {
		return objs
	}
	list, _ := c.carets()
	for _, s := range list {
		row, col := c.rowOf(rows, s.caret)
		if row >= first && row <= last {
			objs = append(objs, c.rectAt(kit.Round(c.colX(col))-1, c.lineTop(row)+1, 2, c.char().Height-2, p.Accent, 0))
		}
	}
	return objs
}

// thumbs are where the scroll bars' handles lie; an empty one has no size.
func (c *Editor) thumbs() (v, h struct{ at, len float32 }) {
	s, f := c.area(), c.full()
	if f.Height > s.Height+1 && s.Height > 0 {
		v.len = max(24, s.Height*s.Height/f.Height)
		v.at = (s.Height - v.len) * c.off.Y / (f.Height - s.Height)
	}
	if f.Width > s.Width+1 && s.Width > 0 {
		h.len = max(24, s.Width*s.Width/f.Width)
		h.at = (s.Width - h.len) * c.off.X / (f.Width - s.Width)
	}
	return v, h
}

func (c *Editor) drawThumbs(objs []fyne.CanvasObject, p *kit.Palette) []fyne.CanvasObject {
	s := c.area()
	v, h := c.thumbs()
	if v.len > 0 {
		objs = append(objs, c.rectAt(s.Width-8, v.at, 4, v.len-4, p.LineStrong, 2))
	}
	if h.len > 0 && !c.small {
		objs = append(objs, c.rectAt(h.at+2, s.Height-8, h.len-8, 4, p.LineStrong, 2))
	}
	return objs
}
