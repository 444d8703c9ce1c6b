package canvas

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/model"
)

// FlowCanvas shows a scene and tells what a person does with it. Every callback
// may be nil. Ids are those of the scene's boxes, positions those in the canvas.
type FlowCanvas struct {
	widget.BaseWidget

	OnSelect   func(id string)                          // a card was clicked or reached by keys; "" for none
	OnOpen     func(id string)                          // double click, Enter
	OnPlus     func(p model.Plus, at fyne.Position)     // add a step there; at is the plus
	OnPill     func(p model.Pill)                       // a branch's condition was clicked
	OnDelete   func(id string)                          // Delete
	OnMove     func(id string, delta int)               // Alt+Up (-1), Alt+Down (+1)
	OnDrop     func(id string, to model.Plus)           // a card was dragged to a plus
	OnContext  func(id string, at fyne.Position)        // right click or menu key; id "" beside all cards
	OnShortcut func(s fyne.Shortcut)                    // any other shortcut while the canvas has the keyboard
	OnView     func(zoom float32, offset fyne.Position) // the view was moved or zoomed

	OnAlso       func(id string)                 // one more was selected, or one less: Shift and a click or an arrow
	OnSelectMany func(ids []string)              // several were framed
	OnPin        func(id string)                 // the button was pressed that pins the result of a card
	OnFold       func(id string)                 // the button was pressed that shows or folds what a card holds
	OnNote       func(id string, at model.Rect)  // a note was moved, or made larger
	OnNudge      func(id string, dx, dy float32) // Alt and an arrow, with a note
	OnAdd        func(inside bool)               // + or Insert: instead of OnPlus for what is selected
	OnCommand    func(id string)                 // a letter that stands in model.Keys

	// CanFollow shows the switch that keeps the step that runs in view; Following is its
	// state. What it does is the pane's.
	CanFollow, Following bool
	// ReadOnly hides what changes the flow, as a read-only scene does.
	ReadOnly bool

	scene    model.Scene
	selected string

	offset  fyne.Position // of the world's origin in the widget
	rung    int           // on the ladder of zoom
	touched bool          // the person chose the view: keep it
	fitted  bool          // the person last asked for the whole flow
	placed  bool          // the view was chosen at all
	size    fyne.Size     // that the view was last laid out for

	pulse   pulse
	hover   model.Hit
	knob    knob // of the zoom bar under the pointer
	focused bool

	press     *press
	carry     *carry
	band      *band
	note      *noteDrag
	tip       string // that is shown, or about to be
	lastClick click
	now       func() time.Time

	built    model.Rect // the part of the world that has objects
	stale    bool
	far      bool
	pool     pool
	short    map[shortKey]string
	wraps    map[wrapKey][]string
	ground   *canvas.Rectangle
	dots     *dots
	world    *fyne.Container
	farView  *canvas.Raster
	ring     [4]*canvas.Rectangle // its edges: one frame would cost as much as filling all of it
	bar      *zoomBar
	minimap  *minimap
	rendered bool
}

var (
	_ fyne.Widget            = (*FlowCanvas)(nil)
	_ fyne.Draggable         = (*FlowCanvas)(nil)
	_ fyne.Scrollable        = (*FlowCanvas)(nil)
	_ fyne.Focusable         = (*FlowCanvas)(nil)
	_ fyne.Shortcutable      = (*FlowCanvas)(nil)
	_ fyne.SecondaryTappable = (*FlowCanvas)(nil)
	_ desktop.Hoverable      = (*FlowCanvas)(nil)
	_ desktop.Mouseable      = (*FlowCanvas)(nil)
	_ desktop.Cursorable     = (*FlowCanvas)(nil)
)

// New returns an empty canvas.
func New() *FlowCanvas {
	c := &FlowCanvas{
		now:    time.Now,
		short:  map[shortKey]string{},
		wraps:  map[wrapKey][]string{},
		ground: canvas.NewRectangle(color.Transparent), // the window has cleared it in that color already
		world:  container(),
	}
	c.dots = newDots()
	c.farView = canvas.NewRaster(c.paintFar)
	c.bar = newZoomBar()
	c.minimap = newMinimap(c)
	for i := range c.ring {
		c.ring[i] = canvas.NewRectangle(nil)
		c.ring[i].Hide()
	}
	c.farView.Hide()
	c.ExtendBaseWidget(c)
	return c
}

// container is a container that never lays out.
func container() *fyne.Container { return &fyne.Container{} }

// SetScene shows a scene. The view stays where it is, unless the person never
// chose one.
func (c *FlowCanvas) SetScene(s model.Scene) {
	first := len(c.scene.Boxes) == 0
	c.scene = s
	c.selected = ""
	for _, b := range s.Boxes {
		if b.Selected {
			c.selected = b.ID
		}
	}
	c.hover = model.Hit{}
	if first {
		c.placed, c.touched = false, false
	}
	c.stale = true
	c.minimap.stale = true
	c.show()
}

// Reset forgets the view that the person chose, and begins where a flow begins:
// for when another flow was opened, before or after its scene is set.
func (c *FlowCanvas) Reset() {
	c.placed, c.touched, c.stale = false, false, true
	c.show()
}

// Selected returns the id of the selected card.
func (c *FlowCanvas) Selected() string { return c.selected }

// fixed reports whether nothing may be changed.
func (c *FlowCanvas) fixed() bool { return c.ReadOnly || c.scene.ReadOnly }

// MinSize is small: the canvas takes what room there is.
func (c *FlowCanvas) MinSize() fyne.Size {
	c.ExtendBaseWidget(c)
	return fyne.NewSize(240, 160)
}

// Cursor shows what can be pressed.
func (c *FlowCanvas) Cursor() desktop.Cursor {
	if c.hover.Kind != model.HitNothing || c.knob != noKnob {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer is for Fyne.
func (c *FlowCanvas) CreateRenderer() fyne.WidgetRenderer {
	c.rendered = true
	c.stale = true
	return &renderer{c}
}

type renderer struct{ c *FlowCanvas }

func (r *renderer) Destroy()           {}
func (r *renderer) MinSize() fyne.Size { return r.c.MinSize() }

func (r *renderer) Objects() []fyne.CanvasObject {
	c := r.c
	objects := []fyne.CanvasObject{c.ground, c.dots.rows, c.farView, c.world}
	objects = append(objects, c.minimap.objects...)
	objects = append(objects, c.bar.objects...)
	for _, edge := range c.ring {
		objects = append(objects, edge)
	}
	return objects
}

func (r *renderer) Layout(s fyne.Size) {
	c := r.c
	c.ground.Resize(s)
	c.farView.Resize(s)
	c.stale = true
	before := c.size
	c.size = s
	if before.Width >= 1 && before != s && c.placed {
		c.resized(before)
	}
	c.show()
	c.Reveal(c.selected)
}

// Refresh draws everything anew, also when the theme has changed.
func (r *renderer) Refresh() {
	c := r.c
	c.dots.stale = true
	c.minimap.stale = true
	c.stale = true
	c.show()
}
