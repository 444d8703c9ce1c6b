package sheet

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"sluice/engine/plain"
	"sluice/ui/kit"
)

// colors are those of the page's own style sheet.
type colors struct {
	background, panel, ink, muted, line, edge             color.NRGBA
	accent, onAccent, accentSoft, accentInk               color.NRGBA
	waiting, waitingSoft, good, goodSoft                  color.NRGBA
	bad, badSoft, badLine, quietSoft, letterMuted, dueInk color.NRGBA
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}

var light = colors{
	background: rgb(0xF6F7F9), panel: rgb(0xFFFFFF), ink: rgb(0x16202E), muted: rgb(0x5F6B7C), line: rgb(0xE3E7ED), edge: rgb(0x7C8797),
	accent: rgb(0x0B7A75), onAccent: rgb(0xFFFFFF), accentSoft: rgb(0xE0F2F0), accentInk: rgb(0x0A726D),
	waiting: rgb(0x9A5008), waitingSoft: rgb(0xFEF3E2), good: rgb(0x1A7846), goodSoft: rgb(0xE5F5EC),
	bad: rgb(0xB42318), badSoft: rgb(0xFDECEA), badLine: rgb(0xE3A59F), quietSoft: rgb(0xEEF1F5), letterMuted: rgb(0x667085), dueInk: rgb(0xB25E09),
}

var dark = colors{
	background: rgb(0x0E141C), panel: rgb(0x151D28), ink: rgb(0xE6EBF2), muted: rgb(0x98A4B4), line: rgb(0x263141), edge: rgb(0x6B7A8E),
	accent: rgb(0x2CB5AC), onAccent: rgb(0x06201E), accentSoft: rgb(0x12312F), accentInk: rgb(0x2CB5AC),
	waiting: rgb(0xF0A63C), waitingSoft: rgb(0x33260F), good: rgb(0x4CC38A), goodSoft: rgb(0x12301F),
	bad: rgb(0xF97066), badSoft: rgb(0x3A1613), badLine: rgb(0x7E352F), quietSoft: rgb(0x1E2835), letterMuted: rgb(0x8B98A9), dueInk: rgb(0xF0A63C),
}

// soft are text and ground of a tone.
func (c *colors) soft(tone string) (ink, ground color.NRGBA) {
	switch tone {
	case "good":
		return c.good, c.goodSoft
	case "bad":
		return c.bad, c.badSoft
	case "waiting":
		return c.waiting, c.waitingSoft
	}
	return c.muted, c.quietSoft
}

// Size is how a sheet is drawn.
type Size struct {
	Width float32 // of the screen that it stands for: 390 of a phone, 1000 of a desktop
	Scale float32 // 1 is life-size; 0 is 1
	Dark  bool
}

// painter draws from top to bottom, in the units of the screen that is stood for.
type painter struct {
	*colors
	scale float32
	objs  []fyne.CanvasObject
	words []string // all that is written, for tests
}

func newPainter(s Size) *painter {
	p := &painter{colors: &light, scale: s.Scale}
	if s.Dark {
		p.colors = &dark
	}
	if p.scale <= 0 {
		p.scale = 1
	}
	return p
}

// done is what was drawn, as one object of a fixed size.
func (p *painter) done(w, h float32, ground color.Color) *Drawn {
	back := canvas.NewRectangle(ground)
	p.place(back, 0, 0, w, h)
	d := &Drawn{Words: p.words, size: fyne.NewSize(w*p.scale, h*p.scale)}
	d.Object = container.New(fixed(d.size), append([]fyne.CanvasObject{back}, p.objs...)...)
	return d
}

// Drawn is a sheet that was drawn.
type Drawn struct {
	Object fyne.CanvasObject
	Words  []string // what is written on it, from top to bottom
	Form   float32  // where the form of a page begins; 0: it has none
	size   fyne.Size
}

// fixed leaves things where they were put.
type fixed fyne.Size

func (f fixed) Layout([]fyne.CanvasObject, fyne.Size) {}
func (f fixed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size(f) }

func (p *painter) place(o fyne.CanvasObject, x, y, w, h float32) {
	kit.Place(o, x*p.scale, y*p.scale, w*p.scale, h*p.scale)
}

// box draws a rectangle; a clear color leaves a part out.
func (p *painter) box(x, y, w, h float32, fill, stroke color.Color, radius float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	if fill != nil {
		r.FillColor = fill
	}
	if stroke != nil {
		r.StrokeColor, r.StrokeWidth = stroke, 1
	}
	r.CornerRadius = radius * p.scale
	p.place(r, x, y, w, h)
	p.objs = append(p.objs, r)
	return r
}

func (p *painter) rule(x, y, w float32) { p.box(x, y, w, 1, p.line, nil, 0) }

// span is a stretch of text of one look.
type span struct {
	text string
	color.Color
	bold, italic, mono, under bool
}

func (s span) style() fyne.TextStyle {
	return fyne.TextStyle{Bold: s.bold, Italic: s.italic, Monospace: s.mono}
}

// font is the size of a text and the height of its lines.
type font struct{ size, line float32 }

var (
	body    = font{16, 24}
	small   = font{13, 19.5}
	caption = font{13.5, 20.25}
	title   = font{24, 31.2}
	head    = font{17, 23.8}
)

// align says where a text stands in its width.
type align int

const (
	left align = iota
	right
	center
)

type word struct {
	span
	width float32
	blank bool
	end   bool // of a line, by a line break
}

func (p *painter) measure(s span, size float32) float32 {
	return kit.Measure(s.text, size, s.style(), nil).Width
}

// split takes text apart where lines may break. A word that is wider than a line is
// broken anywhere.
func (p *painter) split(spans []span, f font, width float32) (out []word) {
	for _, s := range spans {
		for i, line := range strings.Split(strings.ReplaceAll(s.text, "\r\n", "\n"), "\n") {
			if i > 0 {
				out = append(out, word{end: true})
			}
			for _, part := range strings.SplitAfter(line, " ") {
				text := strings.TrimSuffix(part, " ")
				if text != "" {
					out = append(out, p.bits(s, plain.Line(text), f, width)...)
				}
				if text != part {
					w := word{span: s, blank: true}
					w.text = " "
					w.width = p.measure(w.span, f.size)
					out = append(out, w)
				}
			}
		}
	}
	return out
}

func (p *painter) bits(s span, text string, f font, width float32) (out []word) {
	for {
		s.text = text
		w := p.measure(s, f.size)
		if w <= width || width <= 0 {
			return append(out, word{span: s, width: w})
		}
		r := []rune(text)
		n := max(1, min(len(r)-1, int(float32(len(r))*width/w)))
		for n > 1 {
			s.text = string(r[:n])
			if p.measure(s, f.size) <= width {
				break
			}
			n--
		}
		s.text = string(r[:n])
		out = append(out, word{span: s, width: p.measure(s, f.size)})
		text = string(r[n:])
	}
}

// write sets spans into a width and returns the height that they take.
func (p *painter) write(x, y, width float32, f font, a align, spans ...span) float32 {
	var line []word
	var wide float32
	top := y
	flush := func() {
		for len(line) > 0 && line[len(line)-1].blank {
			wide -= line[len(line)-1].width
			line = line[:len(line)-1]
		}
		at := x
		switch a {
		case right:
			at += width - wide
		case center:
			at += (width - wide) / 2
		}
		var now *span
		var begun float32
		var text strings.Builder
		out := func() {
			if now != nil {
				s := *now
				s.text = text.String()
				p.put(begun, y, f, s)
			}
			now = nil
			text.Reset()
		}
		for i := range line {
			if now != nil && !alike(*now, line[i].span) {
				out()
			}
			if now == nil {
				now, begun = &line[i].span, at
			}
			text.WriteString(line[i].text)
			at += line[i].width
		}
		out()
		y += f.line
		line, wide = nil, 0
	}
	for _, w := range p.split(spans, f, width) {
		switch {
		case w.end:
			flush()
			continue
		case wide+w.width > width+0.5 && len(line) > 0 && !w.blank:
			flush()
		}
		if w.blank && len(line) == 0 {
			continue
		}
		line = append(line, w)
		wide += w.width
	}
	if len(line) > 0 || y == top {
		flush()
	}
	var all strings.Builder
	for _, s := range spans {
		all.WriteString(s.text)
	}
	if s := strings.TrimSpace(all.String()); s != "" {
		p.words = append(p.words, s)
	}
	return y - top
}

func alike(a, b span) bool {
	return a.Color == b.Color && a.bold == b.bold && a.italic == b.italic && a.mono == b.mono && a.under == b.under
}

// put draws one stretch of a line.
func (p *painter) put(x, y float32, f font, s span) {
	t := canvas.NewText(s.text, s.Color)
	t.TextSize, t.TextStyle = f.size*p.scale, s.style()
	m := kit.Measure(s.text, t.TextSize, t.TextStyle, nil)
	t.Move(fyne.NewPos(x*p.scale, (y+f.line/2)*p.scale-m.Height/2))
	t.Resize(m)
	p.objs = append(p.objs, t)
	if s.under {
		u := canvas.NewRectangle(s.Color)
		u.Move(fyne.NewPos(x*p.scale, (y+f.line/2)*p.scale+m.Height/2-3*p.scale))
		u.Resize(fyne.NewSize(m.Width, 1))
		p.objs = append(p.objs, u)
	}
}

// height is what write would take.
func (p *painter) height(width float32, f font, spans ...span) float32 {
	q := &painter{colors: p.colors, scale: p.scale}
	return q.write(0, 0, width, f, left, spans...)
}

// natural is the width of a text on one line.
func (p *painter) natural(f font, s span) float32 { return p.measure(s, f.size) }
