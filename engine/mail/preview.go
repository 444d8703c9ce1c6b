package mail

import (
	"sluice/engine/run"
	"sluice/engine/shown"
)

// Preview writes a mail for who builds a flow: as HTML, and as plain values. It is not
// sent. Codes: those of [Render].
func Preview(m run.Mail, from string) (shown.Letter, string, error) {
	c, err := Render(m, from)
	if err != nil {
		return shown.Letter{}, "", err
	}
	sender, err := address(from)
	if err != nil {
		return shown.Letter{}, "", err
	}
	v, err := view(m, sender)
	if err != nil {
		return shown.Letter{}, "", err
	}
	l := shown.Letter{From: sender, To: m.To, Subject: c.Subject, Flow: v.Flow, Question: v.Question, Paragraphs: v.Paragraphs, Facts: v.Facts,
		Button: textButton, Page: v.Page, Small: []string{textOpening, textAddress}}
	if v.Deadline != "" {
		l.Deadline = textDecide + v.Deadline
	}
	if v.More {
		l.More = textMore
	}
	return l, c.HTML, nil
}

// What stands in each mail; the templates have the same.
const (
	textDecide  = "Please decide by "
	textMore    = "Some of it is too long for a mail. The page shows everything."
	textButton  = "Open the request"
	textOpening = "Opening the page decides nothing. The link is yours alone: whoever has it can decide in your name, so please do not forward it."
	textAddress = "If the button does not work, copy this address:"
)
