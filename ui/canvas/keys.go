package canvas

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// FocusGained shows where the keyboard is.
func (c *FlowCanvas) FocusGained() { c.setFocused(true) }

// FocusLost hides it.
func (c *FlowCanvas) FocusLost() { c.setFocused(false) }

func (c *FlowCanvas) setFocused(on bool) {
	c.focused, c.stale = on, true
	c.show()
}

// TypedRune adds a step with "+" and changes the view with "0" and "1".
func (c *FlowCanvas) TypedRune(r rune) {
	c.hush()
	switch r {
	case '+':
		c.addAfter()
	case '0':
		c.Fit()
	case '1':
		c.ZoomReset()
	default:
		if id := letters[r]; id != "" && c.OnCommand != nil {
			c.OnCommand(id)
		}
	}
}

// letters are the commands that one letter stands for, as in model.Keys.
var letters = map[rune]string{'d': "skip", 'r': "replace", 'l': "loop", 'b': "branch", 'u': "unwrap", 'n': "note", 'c': "fold", 'C': "foldall", 'f': "follow"}

// TypedKey walks over the cards and acts on the selected one.
func (c *FlowCanvas) TypedKey(ev *fyne.KeyEvent) {
	if c.hush(); kit.Help(ev) {
		return
	}
	switch ev.Name {
	case fyne.KeyUp:
		c.walk(0, -1)
	case fyne.KeyDown:
		c.walk(0, 1)
	case fyne.KeyF2:
		if c.OnCommand != nil {
			c.OnCommand("rename")
		}
	case fyne.KeyLeft:
		c.walk(-1, 0)
	case fyne.KeyRight:
		c.walk(1, 0)
	case fyne.KeyHome:
		c.goTo(model.InputID)
	case fyne.KeyEnd:
		c.goTo(model.EndID)
	case fyne.KeyPageUp:
		c.pan(0, c.Size().Height*0.8)
	case fyne.KeyPageDown:
		c.pan(0, -c.Size().Height*0.8)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if c.selected != "" {
			c.open(c.selected)
		}
	case fyne.KeyInsert:
		c.addAfter()
	case fyne.KeyDelete, fyne.KeyBackspace:
		if b, ok := c.scene.Box(c.selected); ok && c.OnDelete != nil && !b.Inner && !c.fixed() && (b.Kind == model.BoxStep || b.Kind == model.BoxNote || b.Kind == model.BoxGroup) {
			c.OnDelete(c.selected)
		}
	case fyne.KeyEscape:
		c.choose("")
	case desktop.KeyMenu:
		if b, ok := c.scene.Box(c.selected); ok && c.OnContext != nil {
			c.OnContext(b.ID, c.toView(b.Center()))
		}
	}
}

// TypedShortcut moves the selected step with Alt and an arrow, and hands every
// other shortcut on.
func (c *FlowCanvas) TypedShortcut(s fyne.Shortcut) {
	if k, ok := s.(*desktop.CustomShortcut); ok && k.Modifier == fyne.KeyModifierAlt {
		if b, ok := c.scene.Box(c.selected); ok && b.Kind == model.BoxNote && c.OnNudge != nil {
			const step = 12
			if d, arrow := nudges[k.KeyName]; arrow && !c.fixed() && !b.Around {
				c.OnNudge(b.ID, d.DX*step, d.DY*step)
			}
			return
		}
		delta := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1}[k.KeyName]
		if delta != 0 {
			if c.OnMove != nil && c.step(c.selected) && !c.fixed() {
				c.OnMove(c.selected, delta)
			}
			return
		}
	}
	if c.OnShortcut != nil {
		c.OnShortcut(s)
	}
}

var nudges = map[fyne.KeyName]fyne.Delta{fyne.KeyUp: {DY: -1}, fyne.KeyDown: {DY: 1}, fyne.KeyLeft: {DX: -1}, fyne.KeyRight: {DX: 1}}

// hush takes the words beside the pointer away: the person does something else.
func (c *FlowCanvas) hush() {
	if c.tip != "" {
		c.tip = ""
		kit.Tip(c, "", fyne.Position{})
	}
}

// step reports whether id is a step's, not that of input or end.
func (c *FlowCanvas) step(id string) bool {
	b, ok := c.scene.Box(id)
	return ok && b.Kind == model.BoxStep
}

func (c *FlowCanvas) walk(dx, dy int) {
	id, ok := c.scene.Nearest(c.selected, dx, dy)
	if !ok {
		return
	}
	if modifiers()&fyne.KeyModifierShift == 0 || c.OnAlso == nil {
		c.goTo(id)
		return
	}
	if b, _ := c.scene.Box(id); b.Also { // back on one's way
		c.OnAlso(c.selected)
	} else {
		c.OnAlso(id)
	}
	c.Reveal(id)
}

func (c *FlowCanvas) goTo(id string) {
	c.choose(id)
	c.Reveal(id)
}

// addAfter asks for a step below the selected card, or at the end.
func (c *FlowCanvas) addAfter() {
	if c.OnAdd != nil && !c.fixed() {
		c.OnAdd(false)
		return
	}
	if p, ok := c.scene.PlusAfter(c.selected); ok {
		c.add(p)
	} else if n := len(c.scene.Pluses); n > 0 {
		c.add(c.scene.Pluses[n-1])
	}
}
