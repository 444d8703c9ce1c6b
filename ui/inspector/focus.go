package inspector

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/ui/kit"
	"sluice/ui/kit/code"
)

// walk calls f for everything in an object that a person works with, in order.
func walk(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	switch x := o.(type) {
	case nil:
	case *fyne.Container:
		for _, c := range x.Objects {
			walk(c, f)
		}
	case *kit.Field:
		f(x)
		if x.Side != nil {
			walk(x.Side, f)
		}
		walk(x.Control, f)
	case *kit.Box:
		walk(x.Content, f)
	case *kit.Banner:
		walk(x.Content, f)
	case *kit.Row:
		f(x)
		walk(x.Content, f)
	case *kit.MovableRow:
		f(x)
		walk(x.Content, f)
	case *container.Scroll:
		f(x)
		walk(x.Content, f)
	default:
		f(o)
	}
}

// focusable is what of a control takes the keyboard, nil if nothing does.
func focusable(o fyne.CanvasObject) fyne.Focusable {
	if x, ok := o.(interface{ Focusable() fyne.Focusable }); ok {
		return x.Focusable()
	}
	if _, text := o.(*kit.Paragraph); text { // that words are copied from
		return nil
	}
	if x, ok := o.(fyne.Focusable); ok {
		return x
	}
	return nil
}

// spot is where in the inspector the keyboard is, and how far it is scrolled.
type spot struct {
	id     string
	tab    string
	index  int // of the control, -1 if the keyboard is elsewhere
	code   *code.Editor
	scroll fyne.Position
}

// place finds the keyboard.
func (p *Inspector) place() spot {
	at, n := spot{id: p.id, tab: p.tab, index: -1}, 0
	now := p.h.Window.Canvas().Focused()
	walk(p.body, func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *container.Scroll:
			at.scroll = x.Offset
		case *code.Editor:
			at.code = x
		}
		if f := focusable(o); f != nil {
			if f == now {
				at.index = n
			}
			n++
		}
	})
	return at
}

// resume puts the keyboard where it was, as far as that is still there.
func (p *Inspector) resume(at spot) {
	if at.tab != p.tab || at.id != p.id {
		return
	}
	n := 0
	walk(p.body, func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *container.Scroll:
			x.ScrollToOffset(at.scroll)
		case *code.Editor:
			if at.code != nil && at.code.Large() && x.Large() {
				x.Resume(at.code)
			}
		}
		if f := focusable(o); f != nil {
			if n == at.index {
				p.h.Window.Canvas().Focus(f)
				if c, ok := f.(*code.Editor); ok && !c.Large() {
					c.Resume(nil)
				}
			}
			n++
		}
	})
}

// Keep does what changes the flow from elsewhere, shows the step anew, and puts the
// keyboard and the scroll back where they were. What stands half typed counts first.
func (p *Inspector) Keep(change func()) {
	at, editor, had := p.place(), p.shownCode, p.h.Window.Canvas().Focused()
	p.Leave()
	change()
	if editor != nil && p.shownCode == editor { // it shows its new text already
		if had != nil {
			p.h.Window.Canvas().Focus(had)
		}
		return
	}
	p.Rebuild()
	p.resume(at)
}

// Leave takes the keyboard out of the inspector, so that what stands half typed
// in a field counts.
func (p *Inspector) Leave() {
	if c := p.h.Window.Canvas(); p.place().index >= 0 {
		c.Unfocus()
	}
}

// lock switches off what would change a flow that is only looked at.
func (p *Inspector) lock(o fyne.CanvasObject) {
	doc := p.h.Model.Doc()
	if doc == nil || !doc.ReadOnly {
		return
	}
	walk(o, func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *code.Editor:
			x.ReadOnly(true)
		case *kit.Row:
		case *kit.MovableRow:
			x.OnMove, x.OnDrag, x.OnDrop = nil, nil, nil
		case fyne.Disableable:
			x.Disable()
		}
	})
}

// Enter gives the keyboard to the first control of the page that is shown.
func (p *Inspector) Enter() {
	done := false
	walk(p.body, func(o fyne.CanvasObject) {
		if f := focusable(o); f != nil && !done {
			done = true
			kit.Focus(f)
		}
	})
}
