package pane

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// grace is how long an answer at the desk can be taken back. Until then nothing is
// decided; whoever looks at another request or ends the window gives it at once.
const grace = 5 * time.Second

// heldAnswer is an answer that can still be taken back.
type heldAnswer struct {
	d    run.Decision
	back func() // shows the buttons again
}

// hold gives an answer after a moment, in which it can be taken back.
func (p *Inbox) hold(d run.Decision) {
	place, acts := p.buttons, p.buttons.Objects
	what := say.F("You approve this. It counts in %.0f seconds.", grace.Seconds())
	if !d.Approve {
		what = say.F("You deny this. It counts in %.0f seconds.", grace.Seconds())
	}
	held := &heldAnswer{d: d, back: func() { place.Objects = acts; place.Refresh() }}
	p.held = held
	place.Objects = []fyne.CanvasObject{kit.HBox(10, kit.Grow(host.Middle(kit.NewText(what).Medium())),
		kit.NewButton(say.T("Take it back"), kit.Outline, func() {
			if p.held == held {
				p.held = nil
				held.back()
			}
		}), kit.NewButton(say.T("Now"), kit.Outline, func() { p.Settle(nil, nil) }))}
	place.Refresh()
	p.h.Later(grace, func() {
		if p.held == held {
			p.Settle(nil, nil)
		}
	})
}

// Settle gives the answer that is held, if there is one, and then goes on with then;
// where it was refused, with refused. Both may be nil.
func (p *Inbox) Settle(then, refused func()) {
	held := p.held
	p.held = nil
	if held == nil {
		if then != nil {
			then()
		}
		return
	}
	p.h.Ask(func(ctx context.Context) (func(), error) {
		return func() {
			p.h.Tell(say.T("Your answer is recorded"))
			p.shown = "" // the request may want more answers: what was held gives way
			p.Refresh()
			if then != nil {
				then()
			}
		}, p.h.People.Decide(ctx, held.d)
	}, func() {
		held.back()
		p.Refresh()
		if refused != nil {
			refused()
		}
	})
}

// Held reports whether an answer can still be taken back.
func (p *Inbox) Held() bool { return p.held != nil }

// found reports whether a request has words, which are in lower case, in what is
// asked, in the names of its flow and step, or among its people.
func found(a *run.Approval, words string) bool {
	text := []string{a.Ask.Question, a.Ask.Message, a.FlowName, a.StepName, model.About(a)}
	for _, f := range a.Ask.Facts {
		text = append(text, f.Value)
	}
	for _, w := range model.Everyone(a) {
		text = append(text, w.Person)
	}
	all := strings.ToLower(strings.Join(text, "\n"))
	for word := range strings.FieldsSeq(words) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
