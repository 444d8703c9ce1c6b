package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

var forwardTo func(fyne.Shortcut)

// ForwardShortcuts says who gets the shortcuts that a field, editor or list with
// the keyboard has no use for. Fyne hands them to nobody else. The window sets it
// once, before it is shown.
func ForwardShortcuts(to func(fyne.Shortcut)) { forwardTo = to }

func forward(s fyne.Shortcut) {
	if forwardTo != nil {
		forwardTo(s)
	}
}

// forwardUnused forwards what Fyne's entry ignores.
func forwardUnused(s fyne.Shortcut) {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok {
		return
	}
	switch c.KeyName {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		return
	}
	forward(s)
}

// TypedShortcut lets the window have what the field ignores.
func (i *input) TypedShortcut(s fyne.Shortcut) {
	i.Entry.TypedShortcut(s)
	forwardUnused(s)
}

// TypedShortcut lets the window have what the field ignores.
func (i *chipInput) TypedShortcut(s fyne.Shortcut) {
	i.Entry.TypedShortcut(s)
	forwardUnused(s)
}

func (c *Code) forward(s fyne.Shortcut) {
	if c.Forward != nil {
		c.Forward(s)
		return
	}
	forward(s)
}
