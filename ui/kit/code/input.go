package code

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
)

// AcceptsTab keeps Tab in a large editor; Escape, then Tab, leaves it. While something is
// proposed, Tab takes it.
func (c *Editor) AcceptsTab() bool { return !c.small && !c.readOnly || c.offer.open() }

// FocusGained is part of fyne.Focusable.
func (c *Editor) FocusGained() {
	c.focused = true
	c.pulse()
	c.draw()
	if c.small {
		kit.Reveal(c)
	}
	if c.OnEnter != nil {
		c.OnEnter()
	}
}

// FocusLost is part of fyne.Focusable.
func (c *Editor) FocusLost() {
	c.focused, c.shift = false, false
	c.rest()
	c.buf.seal()
	c.withdraw(false)
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
	if !c.TryShortcut(s) {
		c.forward(s)
	}
}

// TryShortcut does what a combination of keys does in the editor, and tells whether it
// does something there.
func (c *Editor) TryShortcut(s fyne.Shortcut) bool {
	switch x := s.(type) {
	case *fyne.ShortcutCopy:
		if text := c.Selected(); text != "" {
			fyne.CurrentApp().Clipboard().SetContent(text)
		}
	case *fyne.ShortcutCut:
		if text := c.Selected(); text != "" && !c.readOnly {
			fyne.CurrentApp().Clipboard().SetContent(text)
			c.erase(func(p spot) (spot, spot) { return p, p })
		}
	case *fyne.ShortcutPaste:
		if text := fyne.CurrentApp().Clipboard().Content(); text != "" && (c.OnPaste == nil || c.readOnly || !c.OnPaste(text)) {
			c.put(plainLines(text), false)
		}
	case *fyne.ShortcutSelectAll:
		c.one()
		c.mark, c.caret = spot{}, c.buf.end()
		c.draw()
	case *fyne.ShortcutUndo:
		c.travel(false)
	case *fyne.ShortcutRedo:
		c.travel(true)
	case *desktop.CustomShortcut:
		return c.custom(x)
	default:
		return false
	}
	return true
}

func plainLines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
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
	c.one()
	c.caret = c.buf.clamp(caret)
	c.mark = c.caret
	c.step++
	c.setGoals()
	c.changed(line, len(c.buf.lines), rows)
}

// custom does the editor's own combinations and tells whether it was one.
func (c *Editor) custom(s *desktop.CustomShortcut) bool {
	const ctrl, shift, alt = fyne.KeyModifierControl, fyne.KeyModifierShift, fyne.KeyModifierAlt
	mod := s.Modifier
	if mod&fyne.KeyModifierShortcutDefault != 0 {
		mod = mod&^fyne.KeyModifierShortcutDefault | ctrl
	}
	if mod&ctrl != 0 && mod&alt == 0 && c.walks(s.KeyName, mod&shift != 0) {
		return true
	}
	if mod == ctrl && s.KeyName == fyne.KeySpace && c.Complete != nil {
		c.propose(true)
		return true
	}
	if c.small {
		return false
	}
	switch mod {
	case ctrl:
		switch s.KeyName {
		case fyne.KeyF:
			c.openBar(barFind)
			return true
		case fyne.KeyG:
			c.openBar(barLine)
			return true
		case fyne.KeyD:
			c.addNext()
			return true
		}
	case ctrl | alt:
		switch s.KeyName {
		case fyne.KeyUp:
			c.addRow(-1)
			return true
		case fyne.KeyDown:
			c.addRow(1)
			return true
		}
	}
	return !c.readOnly && c.changes(s.KeyName, mod)
}

// changes does the combinations that change lines.
func (c *Editor) changes(key fyne.KeyName, mod fyne.KeyModifier) bool {
	const ctrl, shift, alt = fyne.KeyModifierControl, fyne.KeyModifierShift, fyne.KeyModifierAlt
	switch {
	case mod == ctrl && key == fyne.KeyH:
		c.openBar(barReplace)
	case mod == ctrl && key == fyne.KeySlash, mod == ctrl|shift && key == fyne.Key7: // where the slash stands on the 7
		c.comment()
	case mod == alt && key == fyne.KeyUp:
		c.moveBlocks(-1)
	case mod == alt && key == fyne.KeyDown:
		c.moveBlocks(1)
	case mod == alt|shift && key == fyne.KeyUp:
		c.duplicate(true)
	case mod == alt|shift && key == fyne.KeyDown, mod == ctrl|shift && key == fyne.KeyD:
		c.duplicate(false)
	case mod == ctrl|shift && key == fyne.KeyK:
		c.deleteLines()
	case mod == ctrl && key == fyne.KeyRightBracket:
		c.indent(1)
	case mod == ctrl && key == fyne.KeyLeftBracket:
		c.indent(-1)
	case mod == alt|shift && key == fyne.KeyF && c.OnFormat != nil:
		c.OnFormat()
	default:
		return false
	}
	return true
}

// walks does what Ctrl does with the keys that move and erase.
func (c *Editor) walks(key fyne.KeyName, shift bool) bool {
	left := func(p spot) spot { return c.word(p, c.prev, true) }
	right := func(p spot) spot { return c.word(p, c.next, false) }
	switch key {
	case fyne.KeyLeft:
		c.moveEach(shift, func(s sel) spot { return left(s.caret) })
	case fyne.KeyRight:
		c.moveEach(shift, func(s sel) spot { return right(s.caret) })
	case fyne.KeyHome:
		c.moveTo(spot{}, shift)
	case fyne.KeyEnd:
		c.moveTo(c.buf.end(), shift)
	case fyne.KeyBackspace:
		c.erase(func(p spot) (spot, spot) { return left(p), p })
	case fyne.KeyDelete:
		c.erase(func(p spot) (spot, spot) { return p, right(p) })
	case fyne.KeyZ:
		if shift {
			c.travel(true)
		}
		return shift
	default:
		return false
	}
	return true
}

// Presses at one place within this time are a double press, or a triple one.
const pressAgain = 400 * time.Millisecond

// now is the clock of presses; tests put another in its place.
var now = time.Now

// MouseDown puts the caret, or takes hold of the scroll bar. With Alt, or Ctrl, it puts
// one more. A second press takes the word, a third one the line.
func (c *Editor) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	kit.Focus(c)
	c.withdraw(true)
	s := c.area()
	if c.overFoot(e.Position) {
		c.goToMark()
		return
	}
	if v, _ := c.thumbs(); v.len > 0 && !c.small && e.Position.X > s.Width-12 {
		c.thumb = true
		return
	}
	at := c.at(e.Position)
	if t := now(); at == c.pressed.at && t.Sub(c.pressed.when) < pressAgain {
		c.pressed.times, c.pressed.when = c.pressed.times%3+1, t
	} else {
		c.pressed = press{at: at, when: t, times: 1}
	}
	c.pressed.from, c.pressed.to = c.grain(at)
	switch {
	case e.Modifier&(fyne.KeyModifierAlt|fyne.KeyModifierControl) != 0 && !c.small && c.pressed.times == 1:
		c.addCaret(at)
	case c.pressed.times > 1:
		c.dragTo(at)
	default:
		c.moveTo(at, e.Modifier&fyne.KeyModifierShift != 0)
	}
}

// press is a press of the mouse: how often at its place, and what that takes.
type press struct {
	at       spot
	when     time.Time
	times    int
	from, to spot
}

// grain is what one press, two or three of them take at a place.
func (c *Editor) grain(at spot) (from, to spot) {
	switch c.pressed.times {
	case 2:
		return c.wordAt(at)
	case 3:
		if at.line == len(c.buf.lines)-1 {
			return spot{at.line, 0}, c.buf.end()
		}
		return spot{at.line, 0}, spot{at.line + 1, 0}
	}
	return at, at
}

// dragTo selects from where the mouse was pressed to a place, by words after a double
// press, by lines after a triple one.
func (c *Editor) dragTo(at spot) {
	if c.pressed.times < 2 {
		if len(c.more) > 0 {
			c.moveEach(true, func(s sel) spot {
				if s.caret == c.caret {
					return at
				}
				return s.caret
			})
		} else {
			c.moveTo(at, true)
		}
		return
	}
	from, to := c.grain(at)
	c.one()
	c.buf.seal()
	if at.before(c.pressed.from) {
		c.caret, c.mark = from, c.pressed.to
	} else {
		c.caret, c.mark = to, c.pressed.from
	}
	c.setGoals()
	c.shown()
}

// MouseUp is part of desktop.Mouseable.
func (c *Editor) MouseUp(*desktop.MouseEvent) { c.letGo() }

// Dragged selects, or scrolls by the bar. Beyond an edge the text goes on moving.
func (c *Editor) Dragged(e *fyne.DragEvent) {
	s := c.area()
	if c.thumb {
		f := c.full()
		v, _ := c.thumbs()
		if s.Height > v.len {
			c.scrollBy(0, e.Dragged.DY*(f.Height-s.Height)/(s.Height-v.len))
		}
		return
	}
	c.dragAt = e.Position
	c.dragTo(c.at(e.Position))
	y := e.Position.Y - c.top()
	beyond := y < 0 || y > s.Height || e.Position.X < 0 || e.Position.X > s.Width
	switch {
	case beyond && c.drift == nil:
		c.drift = fyne.NewAnimation(60*time.Millisecond, func(done float32) {
			if done == 1 {
				c.dragTo(c.at(c.dragAt)) // which shows the caret, and so moves the text by a line
			}
		})
		c.drift.RepeatCount = fyne.AnimationRepeatForever
		c.drift.Start()
	case !beyond:
		c.stopDrift()
	}
}

func (c *Editor) stopDrift() {
	if c.drift != nil {
		c.drift.Stop()
		c.drift = nil
	}
}

func (c *Editor) letGo() {
	c.thumb = false
	c.stopDrift()
}

// DragEnd is part of fyne.Draggable.
func (c *Editor) DragEnd() { c.letGo() }

// DoubleTapped selects the word under the pointer; it comes after a second press.
func (c *Editor) DoubleTapped(e *fyne.PointEvent) {
	if c.pressed.times > 1 { // the presses did
		return
	}
	from, to := c.wordAt(c.at(e.Position))
	c.moveTo(from, false)
	c.moveTo(to, true)
}
