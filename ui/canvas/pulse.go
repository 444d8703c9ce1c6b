package canvas

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// PulseTime is how long the one motion of the canvas takes.
const PulseTime = 520 * time.Millisecond

// pulseFrame is the least time between two pictures of it: the whole window is drawn for each.
const pulseFrame = 30 * time.Millisecond

// pulse is a ring that leaves a card once, as somebody's vote arrives.
type pulse struct {
	id   string
	role model.Role
	at   float32 // from 0 to 1
	glow *fyne.Animation
}

// Pulse lets a ring leave a card, once, where things may move.
func (c *FlowCanvas) Pulse(id string, role model.Role) {
	if b, ok := c.scene.Box(id); !ok || !b.Overlaps(c.view()) || !kit.Moves() {
		return
	}
	if c.pulse.glow != nil {
		c.pulse.glow.Stop()
	}
	last := time.Time{}
	c.pulse = pulse{id: id, role: role}
	a := fyne.NewAnimation(PulseTime, func(done float32) {
		now := c.now()
		if done < 1 && now.Sub(last) < pulseFrame {
			return
		}
		last = now
		if c.pulse.at = done; done >= 1 {
			c.pulse = pulse{}
		}
		c.stale = true
		c.show()
	})
	a.Curve = fyne.AnimationEaseOut
	c.pulse.glow = a
	a.Start()
}

// Pulsing is the card that a ring leaves now; "" for none.
func (c *FlowCanvas) Pulsing() string { return c.pulse.id }

// drawPulse draws the ring that leaves a card; it lies below the card.
func (c *FlowCanvas) drawPulse(b *model.Box, z float32) {
	if b.ID != c.pulse.id {
		return
	}
	out := kit.Round((2 + 20*c.pulse.at) * z)
	x, y, w, h := kit.Round(b.X*z), kit.Round(b.Y*z), kit.Round(b.W*z), kit.Round(b.H*z)
	ring := c.pool.rect(x-out, y-out, w+2*out, h+2*out, alpha(dotOf(c.pulse.role), uint8(46*(1-c.pulse.at))), kit.CardRadius*z+out)
	ring.StrokeColor, ring.StrokeWidth = alpha(dotOf(c.pulse.role), uint8(220*(1-c.pulse.at))), max(1, kit.Round((4-3*c.pulse.at)*z))
}

// pulsed is the ground of a card that a ring leaves: the color of the vote, which goes back
// to the card's own.
func (c *FlowCanvas) pulsed(b *model.Box, ground color.NRGBA) color.NRGBA {
	if b.ID != c.pulse.id {
		return ground
	}
	k := kit.Colors()
	soft := k.GoodSoft
	if c.pulse.role == model.Bad {
		soft = k.BadSoft
	}
	mix := func(a, b uint8) uint8 { return uint8(float32(a) + (float32(b)-float32(a))*c.pulse.at) }
	return color.NRGBA{mix(soft.R, ground.R), mix(soft.G, ground.G), mix(soft.B, ground.B), 255}
}
