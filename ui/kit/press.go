package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// press is what all things that can be pressed share: hover, focus, the keyboard,
// a tip, and being off with a reason.
type press struct {
	widget.BaseWidget
	// Tip is shown beside the pointer; while the thing is off, the reason is.
	Tip string
	// OnTapped is what a press does.
	OnTapped func()

	off     bool
	reason  string
	hovered bool
	focused bool
	down    bool
	self    fyne.Focusable
}

func (p *press) init(self interface {
	fyne.Widget
	fyne.Focusable
}) {
	p.self = self
	p.ExtendBaseWidget(self)
}

// Off switches it off and says why; the reason is shown as a tip.
func (p *press) Off(reason string) {
	if !p.off || p.reason != reason {
		p.off, p.reason, p.down = true, reason, false
		p.Refresh()
	}
}

// On switches it on.
func (p *press) On() {
	if p.off {
		p.off, p.reason = false, ""
		p.Refresh()
	}
}

// OffIf switches it off with a reason, or on if the reason is empty.
func (p *press) OffIf(reason string) {
	if reason == "" {
		p.On()
	} else {
		p.Off(reason)
	}
}

// Disabled tells whether it is off.
func (p *press) Disabled() bool { return p.off }

// Disable is Off without a reason; part of fyne.Disableable.
func (p *press) Disable() { p.Off("") }

// Enable is On; part of fyne.Disableable.
func (p *press) Enable() { p.On() }

// Reason is why it is off.
func (p *press) Reason() string { return p.reason }

// Tapped is part of fyne.Tappable.
func (p *press) Tapped(*fyne.PointEvent) { p.fire() }

func (p *press) fire() {
	hideTip()
	if !p.off && p.OnTapped != nil {
		p.OnTapped()
	}
}

// MouseIn is part of desktop.Hoverable.
func (p *press) MouseIn(e *desktop.MouseEvent) {
	p.hovered = true
	tip := p.Tip
	if p.off && p.reason != "" {
		tip = p.reason
	}
	showTip(p.self, tip, e.AbsolutePosition)
	p.Refresh()
}

// MouseMoved is part of desktop.Hoverable.
func (p *press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (p *press) MouseOut() {
	p.hovered, p.down = false, false
	hideTip()
	p.Refresh()
}

// MouseDown is part of desktop.Mouseable.
func (p *press) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonPrimary && !p.off {
		p.down = true
		p.Refresh()
	}
}

// MouseUp is part of desktop.Mouseable.
func (p *press) MouseUp(*desktop.MouseEvent) {
	if p.down {
		p.down = false
		p.Refresh()
	}
}

// FocusGained is part of fyne.Focusable.
func (p *press) FocusGained() {
	p.focused = true
	p.Refresh()
	Reveal(p.self.(fyne.CanvasObject))
}

// FocusLost is part of fyne.Focusable.
func (p *press) FocusLost() { p.focused = false; p.Refresh() }

// TypedRune is part of fyne.Focusable.
func (p *press) TypedRune(rune) {}

// TypedKey presses with Space and Enter.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	if Help(e) {
		return
	}
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		p.fire()
	case fyne.KeyEscape:
		EscapeFrom(p.self.(fyne.CanvasObject))
	}
}

// Cursor is part of desktop.Cursorable.
func (p *press) Cursor() desktop.Cursor {
	if p.off {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// Ring draws the focus ring just inside an object's edge.
func Ring(r *canvas.Rectangle, on bool, radius float32) {
	r.Hidden = !on
	if on {
		fillRect(r, nil, Colors().Focus, 2, radius)
	}
}

// EscapeFrom does what Escape does where an object is: it closes the dialog it
// belongs to, or else hands the key to the window. Widgets with the keyboard call it.
func EscapeFrom(o fyne.CanvasObject) {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil {
		return
	}
	if c.Overlays().Top() == nil {
		c.Unfocus()
	}
	if f := c.OnTypedKey(); f != nil {
		f(&fyne.KeyEvent{Name: fyne.KeyEscape})
	}
}
