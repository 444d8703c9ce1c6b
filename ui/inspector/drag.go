package inspector

import (
	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// takerAt is the field of the page under a point that takes a value.
func (p *Inspector) takerAt(at fyne.Position) (*taker, bool) {
	d := fyne.CurrentApp().Driver()
	for i := range p.takers {
		t := &p.takers[i]
		pos, size := d.AbsolutePositionForObject(t.field), t.field.Size()
		if at.X >= pos.X && at.X < pos.X+size.Width && at.Y >= pos.Y && at.Y < pos.Y+size.Height {
			return t, true
		}
	}
	return nil, false
}

// taker is a field that takes a value which is dragged to it.
type taker struct {
	field *kit.Field
	at    model.Place
	put   func(path string)
}

// Drag follows a value that is dragged; done drops it on the field under the pointer.
func (p *Inspector) Drag(path string, at fyne.Position, done bool) {
	t, ok := p.takerAt(at)
	if doc := p.h.Model.Doc(); doc == nil || doc.ReadOnly {
		ok = false
	}
	if !done {
		if p.ghost == nil {
			p.ghost = kit.NewPill("", kit.Accent)
		}
		p.ghost.Set(path, kit.Neutral)
		if ok {
			p.ghost.Set("+ "+path, kit.Accent)
		}
		kit.Float(p.body, p.ghost, at.AddXY(14, 14), 28, p.ghost.MinSize())
		return
	}
	if p.ghost != nil {
		kit.DropFloat(p.ghost)
	}
	if ok && p.h.Model.Reachable(t.at, path) {
		t.put(path)
	} else if ok {
		p.h.Tell(model.TextNotReached(path, t.field.Label))
	}
}
