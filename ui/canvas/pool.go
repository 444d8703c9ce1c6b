package canvas

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"sluice/engine/plain"
	"sluice/ui/kit"
)

// pool hands out primitives and takes them all back at the next build.
type pool struct {
	rects   []*canvas.Rectangle
	texts   []*canvas.Text
	arcs    []*canvas.Arc
	circles []*canvas.Circle
	nr      [4]int
	out     []fyne.CanvasObject
}

func (p *pool) reset() { p.nr, p.out = [4]int{}, p.out[:0] }

func take[T any](list *[]*T, n *int) *T {
	if *n == len(*list) {
		*list = append(*list, new(T))
	}
	*n++
	return (*list)[*n-1]
}

func (p *pool) rect(x, y, w, h float32, fill color.Color, radius float32) *canvas.Rectangle {
	r := take(&p.rects, &p.nr[0])
	r.FillColor, r.CornerRadius = fill, radius
	r.StrokeColor, r.StrokeWidth, r.Shadow = nil, 0, canvas.Shadow{}
	p.put(r, x, y, w, h)
	return r
}

func (p *pool) circle(x, y, d float32, fill color.Color) *canvas.Circle {
	c := take(&p.circles, &p.nr[1])
	c.FillColor, c.StrokeColor, c.StrokeWidth = fill, nil, 0
	p.put(c, x, y, d, d)
	return c
}

func (p *pool) arc(x, y, d, start, end, cutout float32, fill color.Color) {
	a := take(&p.arcs, &p.nr[2])
	a.FillColor, a.StartAngle, a.EndAngle, a.CutoutRatio = fill, start, end, cutout
	p.put(a, x, y, d, d)
}

// face is how a text is set.
type face struct {
	size  float32
	style fyne.TextStyle
	icon  bool
}

func (f face) font() fyne.Resource {
	if f.icon {
		return kit.IconFont()
	}
	return nil
}

// points is the size as it is drawn: a whole one. Fyne draws letters in the size that it
// is given and sets them apart as in the next whole one.
func (f face) points() float32 { return max(1, kit.Round(f.size)) }

// measure returns the size that a text takes.
func (f face) measure(s string) fyne.Size {
	return kit.Measure(s, f.points(), f.style, f.font())
}

// text sets a text with its left edge at x and its line around the height y.
func (p *pool) text(s string, f face, x, y float32, c color.Color) *canvas.Text {
	t := take(&p.texts, &p.nr[3])
	t.Text, t.TextSize, t.TextStyle, t.FontSource, t.Color = s, f.points(), f.style, f.font(), c
	m := f.measure(s)
	p.put(t, kit.Round(x), kit.Round(y-m.Height/2), m.Width, m.Height)
	return t
}

// centered sets a text around a point.
func (p *pool) centered(s string, f face, x, y float32, c color.Color) {
	p.text(s, f, x-f.measure(s).Width/2, y, c)
}

func (p *pool) put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
	p.out = append(p.out, o)
}

type shortKey struct {
	text  string
	width int
	face  face
}

// shorten is kit.Shorten with a memory: finding the place to cut takes several
// measurings, and a build asks for the same ones again and again.
func (c *FlowCanvas) shorten(s string, width float32, f face) string {
	k := shortKey{s, int(width), f}
	if got, ok := c.short[k]; ok {
		return got
	}
	if len(c.short) > 4000 {
		clear(c.short)
	}
	got := kit.Shorten(s, width, f.points(), f.style, f.font())
	c.short[k] = got
	return got
}

// lines breaks a text into at most two lines of a width.
func (c *FlowCanvas) lines(s string, width float32, f face) (first, second string) {
	key := wrapKey{s, int(width), 0, f}
	if got, ok := c.wraps[key]; ok {
		return got[0], got[1]
	}
	if len(c.wraps) > 4000 {
		clear(c.wraps)
	}
	first, second = c.broken(s, width, f)
	c.wraps[key] = []string{first, second}
	return first, second
}

// broken is lines without its memory.
func (c *FlowCanvas) broken(s string, width float32, f face) (first, second string) {
	s = plain.Line(s)
	if f.measure(s).Width <= width {
		return s, ""
	}
	// Break before the last fact that does not fit, else at the last blank that leaves
	// the first part short enough; a number and its unit stay together.
	for _, facts := range []bool{true, false} {
		for at := len(s) - 1; at > 0; at-- {
			if s[at] != ' ' || facts != strings.HasPrefix(s[at+1:], "· ") || !facts && unit(s, at) || f.measure(s[:at]).Width > width {
				continue
			}
			// The dot between two facts is no beginning of a line.
			second := strings.TrimPrefix(s[at+1:], "· ")
			if facts && f.measure(second).Width > width {
				break // all of it has more room where the line is full
			}
			return s[:at], c.shorten(second, width, f)
		}
	}
	return c.shorten(s, width, f), ""
}

// unit reports whether the blank at a place stands between a number and its unit.
func unit(s string, at int) bool {
	return at > 0 && s[at-1] >= '0' && s[at-1] <= '9' && at+1 < len(s) && s[at+1] != ' '
}
