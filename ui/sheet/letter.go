package sheet

import (
	"image/color"

	"sluice/engine/shown"
)

// Letter draws a mail: below what a mail program shows of it, the mail itself.
func Letter(v shown.Letter, size Size) *Drawn {
	p := newPainter(size)
	out := float32(12)
	w := min(560, size.Width-2*out)
	x := (size.Width - w) / 2
	y := float32(0)

	bar := p.box(0, 0, size.Width, 0, p.panel, nil, 0)
	y += 14
	y += p.write(20, y, size.Width-40, font{15, 22}, left, span{text: v.Subject, Color: p.ink, bold: true})
	y += p.write(20, y, size.Width-40, font{13, 19}, left, span{text: "From " + v.From + " · to " + v.To, Color: p.letterMuted})
	y += 12
	p.place(bar, 0, 0, size.Width, y)
	p.rule(0, y, size.Width)

	y += 28
	top := y
	card := p.box(x, y, w, 0, p.panel, p.line, 11)
	padX, padY := float32(33), float32(31)
	if size.Width <= 480 {
		padX, padY = 21, 25
	}
	in, iw := x+padX, w-2*padX
	y += padY
	write := func(f font, ink color.Color, bold bool, text string, after float32) {
		y += p.write(in, y, iw, f, left, span{text: text, Color: ink, bold: bold}) + after
	}
	asked := "asked by " + v.From
	if v.Flow != "" {
		asked = v.Flow + " · " + asked
	}
	write(font{13, 18}, p.letterMuted, false, asked, 12)
	write(font{21, 28}, p.ink, true, v.Question, 12)
	if v.Deadline != "" {
		s := span{text: v.Deadline, Color: p.dueInk, bold: true}
		h := p.height(iw-18, font{13, 18}, s)
		p.box(in, y, min(iw, p.natural(font{13, 18}, s)+18), h+6, p.waitingSoft, nil, 6)
		p.write(in+9, y+3, iw-18, font{13, 18}, left, s)
		y += h + 6 + 14
	}
	for _, text := range v.Paragraphs {
		write(font{15, 22}, p.ink, false, text, 12)
	}
	if len(v.Facts) > 0 {
		if len(v.Paragraphs) == 0 {
			y += 10
		}
		f := font{14, 20}
		var labels float32
		for _, one := range v.Facts {
			labels = max(labels, min(p.natural(f, span{text: one.Label}), iw*0.45))
		}
		for _, one := range v.Facts {
			h := p.write(in, y+4, labels+1, f, left, span{text: one.Label, Color: p.letterMuted})
			h = max(h, p.write(in+labels+24, y+4, iw-labels-24, f, left, span{text: one.Value, Color: p.ink}))
			y += h + 8
		}
		y += 4
	}
	if v.More != "" {
		y += 8
		write(font{13, 19}, p.letterMuted, false, v.More, 0)
	}
	y += 20
	f := font{15, 20}
	s := span{text: v.Button, Color: color.NRGBA{R: 255, G: 255, B: 255, A: 255}, bold: true}
	if size.Dark {
		s.Color = p.background
	}
	p.box(in, y, p.natural(f, s)+44, 46, p.accent, nil, 8)
	p.write(in+22, y+13, iw, f, left, s)
	y += 46 + 22
	for _, text := range v.Small {
		write(font{13, 20}, p.letterMuted, false, text, 0)
	}
	write(font{13, 20}, p.ink, false, v.Page, 0)
	y += padY
	p.place(card, x, top, w, y-top)
	return p.done(size.Width, y+28, p.background)
}
