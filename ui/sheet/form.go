package sheet

import (
	"image/color"
	"strconv"
	"strings"

	"fyne.io/fyne/v2/canvas"

	"sluice/engine/shown"
)

func itoa(n int) string { return strconv.Itoa(n) }

const (
	fieldGap  = 20
	controlIn = 12 // from the edge of a control to its text
)

func (p *page) form(f *shown.Form) {
	p.fields(f.Fields)
	if f.Word != "" {
		p.y += p.write(p.x, p.y, p.w, body, left, span{text: "To approve, type the word “" + f.Word + "” ", Color: p.ink, bold: true}, span{text: "(high stakes)", Color: p.muted})
		p.y += 6
		p.control("", "", 44, body, false)
		p.y += fieldGap
	}
	approve := span{text: f.Approve, Color: p.onAccent, bold: true}
	deny := span{text: f.Deny, Color: p.bad, bold: true}
	w := p.w
	beside := p.wide && f.Deny != "" && !f.DenyOpen // what is unfolded stands below
	if beside {
		w -= p.natural(body, deny) + 46 + 12
	}
	p.box(p.x, p.y, w, 50, p.accent, nil, 9)
	p.write(p.x, p.y+13, w, body, center, approve)
	switch {
	case beside:
		x := p.x + w + 12
		p.box(x, p.y, p.x+p.w-x, 50, p.panel, p.badLine, 9)
		p.write(x, p.y+13, p.x+p.w-x, body, center, deny)
	case f.Deny != "":
		p.y += 62
		p.box(p.x, p.y, p.w, 50, p.panel, p.badLine, 9)
		p.write(p.x, p.y+13, p.w, body, center, deny)
	}
	p.y += 50
	if f.Deny != "" && f.DenyOpen {
		p.denying(f)
	}
	if f.Next != "" {
		p.y += 16
		p.y += p.write(p.x, p.y, p.w, font{14, 21}, left, span{text: f.NextHead + " ", Color: p.muted, bold: true}, span{text: f.Next, Color: p.muted})
	}
}

// denying draws what is behind Deny.
func (p *page) denying(f *shown.Form) {
	p.y += 14
	p.text(font{14, 21}, p.muted, f.DenyNote)
	p.y += 14
	p.y += p.write(p.x, p.y, p.w, body, left, span{text: f.DenyReason + " ", Color: p.ink, bold: true}, span{text: "(optional)", Color: p.muted}) + 6
	p.control("", "", 68, body, false)
	p.y += 14
	p.box(p.x, p.y, p.w, 50, p.bad, nil, 9)
	p.write(p.x, p.y+13, p.w, body, center, span{text: f.DenyDo, Color: p.panel, bold: true})
	p.y += 50
}

func (p *page) fields(list []shown.Field) {
	for _, f := range list {
		p.field(f)
	}
}

func (p *page) label(f shown.Field) {
	spans := []span{{text: f.Label, Color: p.ink, bold: true}}
	if f.Required {
		spans = append(spans, span{text: " (required)", Color: p.muted})
	}
	p.y += p.write(p.x, p.y, p.w, body, left, spans...) + 6
}

func (p *page) help(f shown.Field) {
	if f.Help != "" {
		p.text(caption, p.muted, f.Help)
		p.y += 6
	}
	if f.Wrong != "" {
		p.bold(caption, p.bad, f.Wrong)
		p.y += 6
	}
}

func (p *page) field(f shown.Field) {
	switch f.Shape {
	case "group", "kinds":
		p.group(f)
		return
	case "tick":
		p.tick(f.Label, f.On, false, true)
		x, w := p.x, p.w
		p.x, p.w = x+30, w-30
		p.help(f)
		p.x, p.w = x, w
		p.y += fieldGap
		return
	}
	p.label(f)
	p.help(f)
	value := f.Value
	if f.Secret && value != "" {
		value = strings.Repeat("•", min(24, len([]rune(value))))
	}
	switch f.Shape {
	case "radios", "boxes":
		for _, c := range f.Choices {
			p.tick(c.Label, c.On, f.Shape == "radios", true)
		}
	case "select":
		value = "–"
		if f.Required {
			value = "Choose…"
		}
		for _, c := range f.Choices {
			if c.On {
				value = c.Label
			}
		}
		p.control(value, "", 44, body, false)
		p.strokes(p.ink, 1.5, p.x+p.w-24, p.y-24, p.x+p.w-19.5, p.y-19.5, p.x+p.w-15, p.y-24)
	case "lines":
		if f.Code {
			p.control(value, f.Placeholder, 146, font{14, 21}, true)
			break
		}
		p.control(value, f.Placeholder, 92, body, false)
	default:
		p.control(strings.ReplaceAll(value, "\n", " "), f.Placeholder, 44, body, false)
	}
	p.y += fieldGap
}

// control draws an input with what stands in it, cut to its height as a browser does.
func (p *page) control(value, placeholder string, h float32, f font, mono bool) {
	p.box(p.x, p.y, p.w, h, p.panel, p.edgeOf(), 8)
	s := span{text: value, Color: p.ink, mono: mono}
	if value == "" {
		s.text, s.Color = placeholder, p.muted
	}
	if s.text != "" {
		in := p.w - 2*controlIn
		words := p.split([]span{s}, f, in)
		lines := max(1, int((h-2*9)/f.line))
		s.text = firstLines(words, in, lines)
		p.write(p.x+controlIn, p.y+10, in, f, left, s)
	}
	p.y += h
}

func (p *page) edgeOf() color.Color { return p.painter.edge }

// firstLines is as much of a text as stands in so many lines.
func firstLines(words []word, width float32, lines int) string {
	var b strings.Builder
	var at float32
	for _, w := range words {
		if w.end || at+w.width > width+0.5 && at > 0 && !w.blank {
			if lines--; lines == 0 {
				return b.String()
			}
			at = 0
			if w.end {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteString(w.text)
		at += w.width
	}
	return b.String()
}

// tick draws a box or a dot with its words.
func (p *page) tick(label string, on, round, bold bool) {
	radius := float32(5)
	if round {
		radius = 10
	}
	y := p.y + 6
	if on {
		p.box(p.x, y, 20, 20, p.accent, p.accent, radius)
		if round {
			p.box(p.x+6, y+6, 8, 8, p.onAccent, nil, 4)
		} else {
			p.check(p.x, y)
		}
	} else {
		p.box(p.x, y, 20, 20, p.panel, p.edgeOf(), radius)
	}
	p.y += 4 + max(28, p.write(p.x+30, p.y+4, p.w-30, body, left, span{text: label, Color: p.ink, bold: bold})) + 4
}

func (p *page) check(x, y float32) {
	p.strokes(p.onAccent, 2, x+5, y+10.5, x+8.7, y+14, x+15, y+6.5)
}

// strokes draws a line through points.
func (p *page) strokes(c color.Color, width float32, at ...float32) {
	for i := 0; i+3 < len(at); i += 2 {
		l := canvas.NewLine(c)
		l.StrokeWidth = width * p.scale
		l.Position1.X, l.Position1.Y = at[i]*p.scale, at[i+1]*p.scale
		l.Position2.X, l.Position2.Y = at[i+2]*p.scale, at[i+3]*p.scale
		p.objs = append(p.objs, l)
	}
}

// group draws fields in a frame whose line its label breaks.
func (p *page) group(f shown.Field) {
	top := p.y + 12
	frame := p.box(p.x, top, p.w, 0, nil, p.line, 11)
	label := span{text: f.Label, Color: p.ink, bold: true}
	need := span{text: " (required)", Color: p.muted}
	w := p.natural(body, label)
	if f.Required {
		w += p.natural(body, need)
	}
	w = min(w, p.w-44)
	p.box(p.x+16, top-2, w+12, 5, p.panel, nil, 0)
	if f.Required {
		p.write(p.x+22, p.y, p.w-44, body, left, label, need)
	} else {
		p.write(p.x+22, p.y, p.w-44, body, left, label)
	}
	x, width := p.x, p.w
	p.x, p.w = x+17, width-34
	p.y = top + 24
	p.help(f)
	for _, c := range f.Choices { // kinds
		p.tick(c.Label, c.On, true, false)
		if c.On && len(c.Fields) > 0 {
			at, ww := p.x, p.w
			p.x, p.w = at+29, ww-29
			p.y += 6
			from := p.y
			p.fields(c.Fields)
			p.box(at+9, from, 1, p.y-from, p.line, nil, 0)
			p.x, p.w = at, ww
		}
	}
	p.fields(f.Fields)
	p.x, p.w = x, width
	if len(f.Choices) > 0 {
		p.y += 8
	}
	p.place(frame, p.x, top, p.w, p.y-top)
	p.y += fieldGap
}
