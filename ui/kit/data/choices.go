package data

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// choices is a long list of which one row is chosen, by mouse or keyboard. What embeds it
// draws a row.
type choices struct {
	rolls
	// OnPick is called when a person chooses a line.
	OnPick func(i int)

	length int
	chosen int
	hover  int // the row under the pointer, -1 for none
}

func (c *choices) init(self interface {
	fyne.Widget
	fyne.Focusable
}) {
	c.chosen, c.hover = -1, -1
	c.count = func() int { return c.length }
	c.rolls.init(self)
}

// Set says how many lines there are and which is chosen; one that was chosen elsewhere is
// brought into view.
func (c *choices) Set(length, chosen int) {
	moved := chosen != c.chosen
	c.length, c.chosen = length, chosen
	if moved && chosen >= 0 {
		c.reveal(chosen)
	}
	c.draw()
}

// Chosen is the line that is chosen, -1 if none is.
func (c *choices) Chosen() int { return c.chosen }

func (c *choices) pick(i int) {
	if i >= 0 && i < c.length && c.OnPick != nil {
		c.OnPick(i)
	}
}

// Tapped chooses a line.
func (c *choices) Tapped(e *fyne.PointEvent) {
	kit.Focus(c.self)
	c.pick(c.rowAt(e.Position.Y))
}

// MouseDown is part of desktop.Mouseable.
func (c *choices) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonPrimary {
		c.grab(e)
	}
}

// MouseUp is part of desktop.Mouseable.
func (c *choices) MouseUp(*desktop.MouseEvent) { c.held = false }

// Dragged is part of fyne.Draggable.
func (c *choices) Dragged(e *fyne.DragEvent) {
	if c.held {
		c.pull(e.Dragged.DY)
	}
}

// DragEnd is part of fyne.Draggable.
func (c *choices) DragEnd() { c.held = false }

// MouseIn is part of desktop.Hoverable.
func (c *choices) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved is part of desktop.Hoverable.
func (c *choices) MouseMoved(e *desktop.MouseEvent) {
	if i := c.rowAt(e.Position.Y); i != c.hover {
		c.hover = i
		c.draw()
	}
}

// MouseOut is part of desktop.Hoverable.
func (c *choices) MouseOut() { c.hover = -1; c.draw() }

// TypedKey walks with the arrow keys.
func (c *choices) TypedKey(e *fyne.KeyEvent) {
	page := max(1, int(c.BaseWidget.Size().Height/c.rowHeight)-1)
	to := c.chosen
	switch e.Name {
	case fyne.KeyDown:
		to++
	case fyne.KeyUp:
		to--
	case fyne.KeyPageDown:
		to += page
	case fyne.KeyPageUp:
		to -= page
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = c.length - 1
	case fyne.KeyEscape:
		kit.EscapeFrom(c.self.(fyne.CanvasObject))
		return
	default:
		return
	}
	if to = max(0, min(to, c.length-1)); to != c.chosen {
		c.pick(to)
	}
}
