package code

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// AcceptsTab keeps Tab in a large editor; Escape, then Tab, leaves it.
func (c *Editor) AcceptsTab() bool { return !c.small && !c.readOnly }

// FocusGained is part of fyne.Focusable.
func (c *Editor) FocusGained() {
	c.focused = true
	c.pulse()
	c.draw()
	if c.small {
		kit.Reveal(c)
	}
}

// FocusLost is part of fyne.Focusable.
func (c *Editor) FocusLost() {
	c.focused, c.shift = false, false
	c.rest()
	c.buf.seal()
	c.draw()
	if c.OnLeave != nil {
		c.OnLeave()
	}
}

// KeyDown is part of desktop.Keyable; it watches the Shift key.
func (c *Editor) KeyDown(e *fyne.KeyEvent) {
	if e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight {
		c.shift = true
	}
}

// KeyUp is part of desktop.Keyable.
func (c *Editor) KeyUp(e *fyne.KeyEvent) {
	if e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight {
		c.shift = false
	}
}

// TypedShortcut is part of fyne.Shortcutable.
func (c *Editor) TypedShortcut(s fyne.Shortcut) {
	from, to := c.selection()
	switch x := s.(type) {
	case *fyne.ShortcutCopy:
		if from != to {
			fyne.CurrentApp().Clipboard().SetContent(c.Selected())
		}
	case *fyne.ShortcutCut:
		if from != to && !c.readOnly {
			fyne.CurrentApp().Clipboard().SetContent(c.Selected())
			c.erase(from, to)
		}
	case *fyne.ShortcutPaste:
		if text := fyne.CurrentApp().Clipboard().Content(); text != "" {
			c.put(text, false)
		}
	case *fyne.ShortcutSelectAll:
		c.mark, c.caret = spot{}, c.buf.end()
		c.draw()
	case *fyne.ShortcutUndo:
		c.travel(false)
	case *fyne.ShortcutRedo:
		c.travel(true)
	case *desktop.CustomShortcut:
		if !c.custom(x) {
			c.forward(s)
		}
	default:
		c.forward(s)
	}
}

func (c *Editor) forward(s fyne.Shortcut) {
	if c.Forward != nil {
		c.Forward(s)
		return
	}
	kit.Forward(s)
}

func (c *Editor) travel(redo bool) {
	if c.OnHistory != nil {
		c.OnHistory(redo)
		return
	}
	if c.readOnly {
		return
	}
	rows, step := len(c.buf.lines), c.buf.undo
	if redo {
		step = c.buf.redo
	}
	caret, line, ok := step()
	if !ok {
		return
	}
	c.caret = c.buf.clamp(caret)
	c.mark = c.caret
	c.changed(line, len(c.buf.lines), rows)
}

// custom does the editor's own combinations and tells whether it was one.
func (c *Editor) custom(s *desktop.CustomShortcut) bool {
	ctrl := s.Modifier&(fyne.KeyModifierShortcutDefault|fyne.KeyModifierControl) != 0
	shift := s.Modifier&fyne.KeyModifierShift != 0
	if !ctrl || s.Modifier&fyne.KeyModifierAlt != 0 {
		return false
	}
	from, to := c.selection()
	switch s.KeyName {
	case fyne.KeyLeft:
		c.moveTo(c.word(c.caret, c.prev, true), shift)
	case fyne.KeyRight:
		c.moveTo(c.word(c.caret, c.next, false), shift)
	case fyne.KeyHome:
		c.moveTo(spot{}, shift)
	case fyne.KeyEnd:
		c.moveTo(c.buf.end(), shift)
	case fyne.KeyBackspace:
		if from == to {
			from = c.word(to, c.prev, true)
		}
		c.erase(from, to)
	case fyne.KeyDelete:
		if from == to {
			to = c.word(from, c.next, false)
		}
		c.erase(from, to)
	case fyne.KeyZ:
		if !shift {
			return false
		}
		c.travel(true)
	case fyne.KeySlash:
		c.comment()
	default:
		return false
	}
	return true
}

// MouseDown puts the caret, or takes hold of the scroll bar.
func (c *Editor) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	kit.Focus(c)
	if v, _ := c.thumbs(); v.len > 0 && !c.small && e.Position.X > c.BaseWidget.Size().Width-12 {
		c.thumb = true
		return
	}
	c.moveTo(c.at(e.Position), e.Modifier&fyne.KeyModifierShift != 0)
}

// MouseUp is part of desktop.Mouseable.
func (c *Editor) MouseUp(*desktop.MouseEvent) { c.thumb = false }

// Dragged selects, or scrolls by the bar.
func (c *Editor) Dragged(e *fyne.DragEvent) {
	if c.thumb {
		s, f := c.BaseWidget.Size(), c.full()
		v, _ := c.thumbs()
		if s.Height > v.len {
			c.scrollBy(0, e.Dragged.DY*(f.Height-s.Height)/(s.Height-v.len))
		}
		return
	}
	c.moveTo(c.at(e.Position), true)
}

// DragEnd is part of fyne.Draggable.
func (c *Editor) DragEnd() { c.thumb = false }

// DoubleTapped selects the word under the pointer.
func (c *Editor) DoubleTapped(e *fyne.PointEvent) {
	p := c.at(e.Position)
	line := c.buf.lines[p.line]
	a, b := p.col, p.col
	for a > 0 && isWord(line[a-1]) {
		a--
	}
	for b < len(line) && isWord(line[b]) {
		b++
	}
	c.moveTo(spot{p.line, a}, false)
	c.moveTo(spot{p.line, b}, true)
}
