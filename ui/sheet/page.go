package sheet

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2/canvas"

	"sluice/engine/run"
	"sluice/engine/shown"
)

// wide is from which width on the page is a card on a ground.
const wide = 560

// page draws one page.
type page struct {
	*painter
	wide    bool
	x, w, y float32 // of what is being drawn: its left edge, its width, its top
	pad     float32
	left    float32 // of the card
	full    float32
}

// Page draws the page of a request.
func Page(v shown.Page, size Size) *Drawn {
	p := &page{painter: newPainter(size), wide: size.Width >= wide, pad: 20, full: size.Width}
	ground := p.panel
	var card *canvas.Rectangle
	if p.wide {
		ground, p.pad = p.background, 32
		p.full = min(640, size.Width-32)
		p.left, p.y = (size.Width-p.full)/2, 40
		card = p.box(p.left, p.y, p.full, 0, p.panel, p.line, 14)
	}
	top := p.y
	p.x, p.w = p.left+p.pad, p.full-2*p.pad
	p.header(v)
	p.status(v.Status)
	if v.Note != "" {
		p.band(p.waitingSoft, func() { p.text(body, p.ink, v.Note) })
	}
	p.errors(v.Form)
	p.facts(v.AnswersTitle, v.Answers)
	p.facts(v.FactsTitle, v.Facts)
	p.people(v.PeopleTitle, v.People)
	if len(v.Description) > 0 {
		p.section(func() { p.blocks(v.Description) })
	}
	form := float32(0)
	if v.Form != nil {
		form = p.y * p.scale
		p.section(func() { p.form(v.Form) })
	}
	if v.Foot != "" {
		p.section(func() { p.text(small, p.muted, v.Foot) })
	}
	bottom := p.y
	if p.wide {
		p.place(card, p.left, top, p.full, bottom-top)
		bottom += 40
	}
	d := p.done(size.Width, bottom, ground)
	d.Form = form
	return d
}

func (p *page) text(f font, c color.Color, text string) {
	p.y += p.write(p.x, p.y, p.w, f, left, span{text: text, Color: c})
}

func (p *page) bold(f font, c color.Color, text string) {
	p.y += p.write(p.x, p.y, p.w, f, left, span{text: text, Color: c, bold: true})
}

// edge is the room above and below a section.
func (p *page) edge() float32 {
	if p.wide {
		return 22
	}
	return 20
}

// section draws what stands below a line.
func (p *page) section(draw func()) {
	p.rule(p.left+1, p.y, p.full-2)
	p.y += 1 + p.edge()
	draw()
	p.y += p.edge()
}

// band draws on a colored ground.
func (p *page) band(ground color.Color, draw func()) {
	r := p.box(p.left+1, p.y, p.full-2, 0, ground, nil, 0)
	top := p.y
	p.y += p.edge()
	draw()
	p.y += p.edge()
	p.place(r, p.left+1, top, p.full-2, p.y-top)
}

func (p *page) header(v shown.Page) {
	p.y += 28
	p.box(p.x, p.y+1, 22, 22, p.accent, nil, 6)
	p.put(p.x+(22-p.natural(font{12, 22}, span{text: "S", bold: true}))/2, p.y+1, font{12, 22}, span{text: "S", Color: p.onAccent, bold: true})
	var badge float32
	high := float32(24)
	if v.Badge != "" {
		ink, soft := p.soft(v.Tone)
		s := span{text: v.Badge, Color: ink, bold: true}
		badge = p.natural(small, s) + 22
		p.box(p.x+p.w-badge, p.y-1, badge, 26, soft, nil, 13)
		p.write(p.x+p.w-badge+11, p.y+2, badge, small, left, s)
		badge += 12
	}
	trail := strings.Join(v.Trail, " · ")
	if trail == "" {
		trail = "Sluice"
	}
	room := p.w - 30 - badge
	high = max(high, p.write(p.x+30, p.y+2, room, caption, left, span{text: trail, Color: p.muted}))
	p.y += high + 12
	if v.Heading != "" {
		p.bold(title, p.ink, v.Heading)
		if v.Message != "" || v.Person != "" {
			p.y += 8
			var list []span
			if v.Message != "" {
				list = append(list, span{text: v.Message + " ", Color: p.muted})
			}
			if v.Person != "" {
				list = append(list, span{text: v.As + " ", Color: p.muted}, span{text: v.Person, Color: p.muted, bold: true}, span{text: ".", Color: p.muted})
			}
			p.y += p.write(p.x, p.y, p.w, body, left, list...)
		}
	}
	p.y += p.edge()
}

func (p *page) status(s *shown.Status) {
	if s == nil {
		return
	}
	ink, soft := p.soft(s.Kind)
	p.band(soft, func() {
		p.box(p.x, p.y, 28, 28, p.panel, nil, 14)
		p.write(p.x, p.y+2, 28, body, center, span{text: strings.ReplaceAll(s.Mark, "✕", "×"), Color: ink, bold: true}) // the sign that the font has
		x, w := p.x, p.w
		p.x, p.w = x+42, w-42
		if s.Kind == "quiet" {
			ink = p.ink
		}
		p.bold(head, ink, s.Title)
		for _, line := range s.Lines {
			p.y += 4
			p.text(body, p.ink, line)
		}
		p.x, p.w = x, w
	})
}

func (p *page) errors(f *shown.Form) {
	if f == nil {
		return
	}
	var list []shown.Field
	var walk func([]shown.Field)
	walk = func(fields []shown.Field) {
		for _, v := range fields {
			if v.Wrong != "" {
				list = append(list, v)
			}
			walk(v.Fields)
		}
	}
	if walk(f.Fields); len(list) == 0 {
		return
	}
	p.band(p.badSoft, func() {
		text := "Please check one thing"
		if len(list) > 1 {
			text = "Please check " + itoa(len(list)) + " things"
		}
		p.bold(head, p.bad, text)
		for _, v := range list {
			p.put(p.x+6, p.y, body, span{text: "•", Color: p.ink})
			p.y += p.write(p.x+20, p.y, p.w-20, body, left, span{text: v.Label, Color: p.bad, bold: true, under: true}, span{text: ": " + v.Wrong, Color: p.ink})
		}
	})
}

func (p *page) small(text string) {
	p.bold(small, p.muted, text)
	p.y += 12
}

func (p *page) facts(heading string, list []run.Fact) {
	if len(list) == 0 {
		return
	}
	p.section(func() {
		p.small(heading)
		for i, f := range list {
			if p.wide {
				h := p.write(p.x, p.y, 150-8, body, left, span{text: f.Label, Color: p.muted})
				h = max(h, p.write(p.x+150, p.y, p.w-150, body, left, span{text: f.Value, Color: p.ink}))
				p.y += h
				if i < len(list)-1 {
					p.y += 8
				}
				continue
			}
			p.text(caption, p.muted, f.Label)
			p.text(body, p.ink, f.Value)
			if i < len(list)-1 {
				p.y += 6
			}
		}
	})
}

func (p *page) people(heading string, list []shown.Person) {
	if len(list) == 0 {
		return
	}
	p.section(func() {
		p.small(heading)
		for _, who := range list {
			ink := p.muted
			if who.Kind == "bad" {
				ink = p.bad
			}
			if p.wide {
				share := max(0.4*p.w, min(p.natural(body, span{text: who.Name}), p.w-38-120))
				h := max(38, p.height(share, body, span{text: who.Name}), p.height(p.w-48-share, small, span{text: who.What}))
				p.initial(who.Initial, p.y+(h-28)/2)
				name := p.height(share, body, span{text: who.Name})
				p.write(p.x+38, p.y+(h-name)/2, share, body, left, span{text: who.Name, Color: p.ink})
				what := p.height(p.w-48-share, small, span{text: who.What})
				p.write(p.x+48+share, p.y+(h-what)/2, p.w-48-share, small, right, span{text: who.What, Color: ink})
				p.y += h
				continue
			}
			name := max(28, p.height(p.w-38, body, span{text: who.Name}))
			p.initial(who.Initial, p.y+(name-28)/2)
			p.write(p.x+38, p.y+(name-p.height(p.w-38, body, span{text: who.Name}))/2, p.w-38, body, left, span{text: who.Name, Color: p.ink})
			p.y += name
			p.y += p.write(p.x+38, p.y, p.w-38, small, left, span{text: who.What, Color: ink})
			p.y += 6
		}
	})
}

func (p *page) initial(letter string, y float32) {
	p.box(p.x, y, 28, 28, p.accentSoft, nil, 14)
	f := font{12, 28}
	s := span{text: letter, Color: p.accentInk, bold: true}
	p.put(p.x+(28-p.natural(f, s))/2, y, f, s)
}

func (p *page) blocks(list []shown.Block) {
	for i, b := range list {
		if i > 0 && (b.Kind != "item" || list[i-1].Kind != "item") {
			p.y += 10
		}
		x, w := p.x, p.w
		if b.Kind == "item" {
			p.x, p.w = x+22*float32(max(1, b.Indent)), w-22*float32(max(1, b.Indent))
			mark := span{text: b.Mark, Color: p.ink}
			p.put(p.x-p.natural(body, mark)-8, p.y, body, mark)
		}
		switch b.Kind {
		case "rule":
			p.rule(p.x, p.y, p.w)
			p.y++
		case "table":
			p.table(b)
		case "pre":
			f := font{13.5, 20.25}
			h := p.height(p.w-24, f, p.spans(b, p.ink, true)...)
			p.box(p.x, p.y, p.w, h+24, p.quietSoft, nil, 8)
			p.write(p.x+12, p.y+12, p.w-24, f, left, p.spans(b, p.ink, true)...)
			p.y += h + 24
		case "quote":
			h := p.height(p.w-15, body, p.spans(b, p.muted, false)...)
			p.box(p.x, p.y, 3, h, p.line, nil, 0)
			p.y += p.write(p.x+15, p.y, p.w-15, body, left, p.spans(b, p.muted, false)...)
		case "h":
			spans := p.spans(b, p.ink, false)
			for i := range spans {
				spans[i].bold = true
			}
			p.y += p.write(p.x, p.y, p.w, head, left, spans...)
		default:
			p.y += p.write(p.x, p.y, p.w, body, left, p.spans(b, p.ink, false)...)
		}
		p.x, p.w = x, w
	}
}

func (p *page) spans(b shown.Block, ink color.Color, mono bool) (out []span) {
	for i, s := range b.Spans {
		one := span{text: s.Text, Color: ink, bold: s.Strong, italic: s.Emphasis, mono: mono || s.Mono}
		if s.Link != "" {
			one.Color, one.under = p.accentInk, true
		}
		if i == 0 && !mono {
			one.text = strings.TrimLeft(one.text, " \n")
		}
		out = append(out, one)
	}
	return out
}

func (p *page) table(b shown.Block) {
	cols := len(b.Head)
	for _, r := range b.Rows {
		cols = max(cols, len(r))
	}
	if cols == 0 {
		return
	}
	f := font{14, 21}
	widths := make([]float32, cols) // by what stands in them, as a browser shares the room
	var sum float32
	for _, r := range append([][]string{b.Head}, b.Rows...) {
		for i, c := range r {
			widths[i] = max(widths[i], min(300, p.natural(f, span{text: c, bold: true}))+10)
		}
	}
	for _, w := range widths {
		sum += w
	}
	for i := range widths {
		widths[i] *= p.w / max(1, sum)
	}
	row := func(cells []string, ink color.Color, bold bool) {
		h := f.line
		for i, c := range cells {
			h = max(h, p.height(widths[i]-10, f, span{text: c, bold: bold}))
		}
		x := p.x
		for i, c := range cells {
			p.write(x, p.y+6, widths[i]-10, f, left, span{text: c, Color: ink, bold: bold})
			x += widths[i]
		}
		p.y += h + 12
		p.rule(p.x, p.y, p.w)
		p.y++
	}
	if b.Head != nil {
		row(b.Head, p.muted, true)
	}
	for _, r := range b.Rows {
		row(r, p.ink, false)
	}
}
