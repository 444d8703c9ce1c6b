package pane

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// dragOut carries a choice of the picker onto the canvas: the picker goes, and the card
// follows the pointer until it is dropped on a plus or a wire.
type dragOut struct{ p *Editor }

// row is a row of the picker that can be dragged.
func (d *dragOut) row(from *Picker, o offer, row *kit.Row) fyne.CanvasObject {
	r := &dragRow{content: row, drag: func(at fyne.Position) {
		c := d.p.canvas
		at = at.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(c))
		if !from.dialog.Closed() {
			from.dialog.Close()
		}
		c.Bring(o.title, tileOf(o), at, func(to model.Plus) {
			m, err := o.make(from.id)
			if err != nil {
				d.p.h.Fail(err)
				return
			}
			d.p.insert(to, m)
		})
	}, drop: func() {
		if !d.p.canvas.Put() {
			d.p.h.Tell(say.T(textNotOnPlus))
		}
	}}
	r.ExtendBaseWidget(r)
	return r
}

// tileOf is the tile of a card that is being dragged.
func tileOf(o offer) model.Tile {
	switch o.kind {
	case "Approval":
		return model.TileApproval
	case "Branch to one", "Branch to all":
		return model.TileBranch
	case "For loop", "While loop":
		return model.TileLoop
	case "Subflow":
		return model.TileFlow
	case "Wait / sleep":
		return model.TileSleep
	}
	return model.TileHub
}

// dragRow is a row that can be dragged to somewhere else.
type dragRow struct {
	widget.BaseWidget
	content *kit.Row
	drag    func(at fyne.Position) // in the window
	drop    func()
	away    bool
}

// Dragged takes the row along.
func (r *dragRow) Dragged(e *fyne.DragEvent) {
	r.away = true
	r.drag(e.AbsolutePosition)
}

// DragEnd drops it.
func (r *dragRow) DragEnd() {
	if r.away {
		r.away = false
		r.drop()
	}
}

// MinSize is that of the row.
func (r *dragRow) MinSize() fyne.Size { return r.content.MinSize() }

// HeightFor is the height that the row takes at a width.
func (r *dragRow) HeightFor(w float32) float32 { return r.content.HeightFor(w) }

// CreateRenderer is for Fyne.
func (r *dragRow) CreateRenderer() fyne.WidgetRenderer {
	return &kit.Painted{Of: r, Parts: []fyne.CanvasObject{r.content}, Least: r.MinSize, Place: func(s fyne.Size) { kit.Place(r.content, 0, 0, s.Width, s.Height) }}
}
