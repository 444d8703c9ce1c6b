package canvas

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

const (
	clickSlack  = 4 // pixels that a click may move
	doubleClick = 400 * time.Millisecond
)

// press is a mouse button that is down.
type press struct {
	at     fyne.Position
	button desktop.MouseButton
	hit    model.Hit
	knob   knob
	onMap  bool
	also   bool // Shift or Ctrl was held
	moved  bool
}

type click struct {
	id string
	at time.Time
}

// MouseDown begins a click or a pan.
func (c *FlowCanvas) MouseDown(ev *desktop.MouseEvent) {
	c.hush()
	c.focus()
	c.press = &press{at: ev.Position, button: ev.Button, knob: c.bar.at(ev.Position)}
	p := c.press
	if p.knob != noKnob || ev.Button != desktop.MouseButtonPrimary {
		return
	}
	if p.onMap = c.minimap.contains(ev.Position); p.onMap {
		c.minimap.goTo(ev.Position)
		return
	}
	p.hit = c.hit(ev.Position)
	p.also = ev.Modifier&(fyne.KeyModifierShift|fyne.KeyModifierShortcutDefault) != 0
}

// MouseUp ends a click. A press that moved was a pan and clicks nothing.
func (c *FlowCanvas) MouseUp(ev *desktop.MouseEvent) {
	p := c.press
	if c.carry != nil || c.band != nil || c.note != nil {
		return // DragEnd follows
	}
	c.press = nil
	if p == nil || p.moved || p.onMap || p.button != desktop.MouseButtonPrimary {
		return
	}
	if p.knob != noKnob {
		if c.bar.at(ev.Position) == p.knob {
			c.iteration(p.knob)
		}
		return
	}
	if c.hit(ev.Position) != p.hit {
		return
	}
	if p.also && p.hit.Kind == model.HitBox && c.OnAlso != nil {
		c.OnAlso(c.scene.Boxes[p.hit.Index].ID)
		return
	}
	c.clicked(p.hit)
}

func (c *FlowCanvas) clicked(h model.Hit) {
	switch h.Kind {
	case model.HitBox:
		id := c.scene.Boxes[h.Index].ID
		again := c.lastClick.id == id && c.now().Sub(c.lastClick.at) < doubleClick
		c.lastClick = click{id, c.now()}
		if again {
			c.lastClick = click{}
			c.open(id)
			return
		}
		c.choose(id)
	case model.HitFold:
		if c.OnFold != nil {
			c.OnFold(c.scene.Boxes[h.Index].ID)
		}
	case model.HitPin:
		if c.OnPin != nil {
			c.OnPin(c.scene.Boxes[h.Index].ID)
		}
	case model.HitPlus:
		c.add(c.scene.Pluses[h.Index])
	case model.HitPill:
		if p := c.scene.Pills[h.Index]; c.OnPill != nil {
			c.OnPill(p)
		} else {
			c.choose(p.Container)
		}
	default:
		c.choose("")
	}
}

// hit is what lies under a place in the widget and can be pressed there.
func (c *FlowCanvas) hit(p fyne.Position) model.Hit {
	h := c.scene.At(c.toWorld(p))
	if (h.Kind == model.HitPlus || h.Kind == model.HitPin) && (c.fixed() || c.far || c.Zoom() < zoomFull) {
		return model.Hit{}
	}
	return h
}

// Dragged carries the card under the press, pans, or moves the view on the map.
func (c *FlowCanvas) Dragged(ev *fyne.DragEvent) {
	switch {
	case c.carry != nil:
		c.carryTo(ev.Position)
		return
	case c.band != nil:
		c.bandTo(ev.Position)
		return
	case c.note != nil:
		c.noteTo(ev.Position)
		return
	}
	if p := c.press; p != nil {
		if p.onMap {
			c.minimap.goTo(ev.Position)
			return
		}
		if d := ev.Position.Subtract(p.at); !p.moved && max(d.X, -d.X, d.Y, -d.Y) <= clickSlack {
			return
		} else if !p.moved {
			p.moved = true
			if p.also && p.button == desktop.MouseButtonPrimary && p.hit.Kind != model.HitBox {
				c.band = &band{from: p.at, add: true}
				c.bandTo(ev.Position)
				return
			}
			if p.button == desktop.MouseButtonPrimary && (c.liftNote(p, ev.Position) || c.lift(p, ev.Position)) {
				return
			}
			c.pan(d.X, d.Y)
			return
		}
	}
	c.pan(ev.Dragged.DX, ev.Dragged.DY)
}

// DragEnd ends a pan, or drops the card that was carried.
func (c *FlowCanvas) DragEnd() {
	c.press = nil
	switch {
	case c.carry != nil:
		c.put()
	case c.band != nil:
		c.endBand()
	case c.note != nil:
		c.endNote()
	}
}

// Scrolled pans; with Ctrl it zooms about the pointer, with Shift it pans sideways.
func (c *FlowCanvas) Scrolled(ev *fyne.ScrollEvent) {
	mods := modifiers()
	d := ev.Scrolled
	switch {
	case mods&(fyne.KeyModifierControl|fyne.KeyModifierSuper) != 0:
		if d.DY > 0 {
			c.zoomTo(c.rung+1, ev.Position)
		} else if d.DY < 0 {
			c.zoomTo(c.rung-1, ev.Position)
		}
	case mods&fyne.KeyModifierShift != 0 && d.DX == 0:
		c.pan(d.DY, 0)
	default:
		c.pan(d.DX, d.DY)
	}
}

func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// MouseIn is for Fyne.
func (c *FlowCanvas) MouseIn(ev *desktop.MouseEvent) { c.MouseMoved(ev) }

// MouseMoved lights up what lies under the pointer.
func (c *FlowCanvas) MouseMoved(ev *desktop.MouseEvent) {
	if c.carry != nil {
		return
	}
	c.tell(ev)
	k := c.bar.at(ev.Position)
	var h model.Hit
	if k == noKnob && !c.minimap.contains(ev.Position) {
		h = c.hit(ev.Position)
	}
	c.light(h, k)
}

// MouseOut puts the lights out.
func (c *FlowCanvas) MouseOut() {
	c.tip = ""
	kit.Tip(c, "", fyne.Position{})
	if c.carry == nil {
		c.light(model.Hit{}, noKnob)
	}
}

// tell shows the whole of what a card has no room for.
func (c *FlowCanvas) tell(ev *desktop.MouseEvent) {
	text := ""
	if h := c.hit(ev.Position); h.Kind == model.HitBox {
		text = c.cutOf(&c.scene.Boxes[h.Index])
	} else if h.Kind == model.HitPin {
		if text = say.T(textPin); c.scene.Boxes[h.Index].Mocked {
			text = say.T(textUnpin)
		}
	}
	if text != c.tip {
		c.tip = text
		kit.Tip(c, text, ev.AbsolutePosition)
	}
}

func (c *FlowCanvas) light(h model.Hit, k knob) {
	if h == c.hover && k == c.knob {
		return
	}
	c.hover, c.knob, c.stale = h, k, true
	c.show()
}

// TappedSecondary asks for a menu.
func (c *FlowCanvas) TappedSecondary(ev *fyne.PointEvent) {
	id := ""
	if h := c.hit(ev.Position); h.Kind == model.HitBox {
		b := &c.scene.Boxes[h.Index]
		if id = b.ID; !b.Also { // the menu of several is for all of them
			c.choose(id)
		}
	}
	if c.OnContext != nil {
		c.OnContext(id, ev.Position)
	}
}

func (c *FlowCanvas) choose(id string) {
	if c.OnSelect != nil {
		c.OnSelect(id)
	}
}

func (c *FlowCanvas) open(id string) {
	if c.OnOpen != nil {
		c.OnOpen(id)
	}
}

// add tells that a step is wanted at p.
func (c *FlowCanvas) add(p model.Plus) {
	if c.OnPlus != nil && !c.fixed() {
		c.OnPlus(p, c.toView(p.At))
	}
}

func (c *FlowCanvas) focus() {
	if w := fyne.CurrentApp().Driver().CanvasForObject(c); w != nil && w.Focused() != fyne.Focusable(c) {
		w.Focus(c)
	}
}
