package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// MovableRow is a row that changes places with those beside it: by Alt and an arrow
// while it has the keyboard, or dragged.
type MovableRow struct {
	Row
	// OnMove is called with the number of places to move by, up is negative.
	OnMove func(by int)
	// OnDrag tells, while it is dragged, by how much it was.
	OnDrag func(dy float32)
	// OnDrop is called when it is let go.
	OnDrop func(dy float32)

	dragged float32
}

// NewMovableRow returns a row.
func NewMovableRow(content fyne.CanvasObject, tapped func()) *MovableRow {
	r := &MovableRow{Row: Row{Content: content}}
	r.OnTapped = tapped
	r.init(r)
	return r
}

// TryShortcut is part of ShortcutUser.
func (r *MovableRow) TryShortcut(s fyne.Shortcut) bool {
	k, ok := s.(*desktop.CustomShortcut)
	if !ok || k.Modifier != fyne.KeyModifierAlt || r.off || r.OnMove == nil {
		return false
	}
	switch k.KeyName {
	case fyne.KeyUp:
		r.OnMove(-1)
	case fyne.KeyDown:
		r.OnMove(1)
	default:
		return false
	}
	return true
}

// TypedShortcut moves the row, and lets the window have what it has no use for.
func (r *MovableRow) TypedShortcut(s fyne.Shortcut) {
	if !r.TryShortcut(s) {
		Forward(s)
	}
}

// Dragged is part of fyne.Draggable.
func (r *MovableRow) Dragged(e *fyne.DragEvent) {
	if r.off || r.OnDrag == nil {
		return
	}
	r.dragged += e.Dragged.DY
	r.OnDrag(r.dragged)
}

// DragEnd is part of fyne.Draggable.
func (r *MovableRow) DragEnd() {
	if dy := r.dragged; r.OnDrop != nil && !r.off {
		r.dragged = 0
		r.OnDrop(dy)
	}
}

// CreateRenderer is part of fyne.Widget.
func (r *MovableRow) CreateRenderer() fyne.WidgetRenderer { return r.Row.CreateRenderer() }
