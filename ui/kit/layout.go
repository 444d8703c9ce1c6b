package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// tall is a widget or layout whose height depends on the width it is given.
type tall interface{ HeightFor(w float32) float32 }

// tallLayout is the same for layouts of ours.
type tallLayout interface {
	heightFor(objs []fyne.CanvasObject, w float32) float32
}

func heightAt(o fyne.CanvasObject, w float32) float32 {
	switch x := o.(type) {
	case tall:
		return x.HeightFor(w)
	case *fyne.Container:
		if l, ok := x.Layout.(tallLayout); ok {
			return l.heightFor(x.Objects, w)
		}
	}
	return o.MinSize().Height
}

func isGrowing(o fyne.CanvasObject) bool {
	if c, ok := o.(*fyne.Container); ok {
		_, ok := c.Layout.(growLayout)
		return ok
	}
	return false
}

type growLayout struct{}

func (growLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objs {
		Place(o, 0, 0, s.Width, s.Height)
	}
}

func (growLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objs {
		m = m.Max(o.MinSize())
	}
	return m
}

func (growLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	var h float32
	for _, o := range objs {
		h = max(h, heightAt(o, w))
	}
	return h
}

// Grow lets an object take the room left over in an HBox or VBox.
func Grow(o fyne.CanvasObject) fyne.CanvasObject { return container.New(growLayout{}, o) }

// Space is empty room that takes what is left over.
func Space() fyne.CanvasObject { return container.New(growLayout{}) }

// rowLayout places objects side by side, centered vertically.
type rowLayout struct{ gap float32 }

func (l rowLayout) widths(objs []fyne.CanvasObject, w float32) []float32 {
	out := make([]float32, len(objs))
	var used float32
	var n, grow int
	for i, o := range objs {
		if !o.Visible() {
			continue
		}
		n++
		out[i] = o.MinSize().Width
		if isGrowing(o) {
			grow++
		}
		used += out[i]
	}
	left := w - used - l.gap*float32(max(0, n-1))
	for i, o := range objs {
		if o.Visible() && isGrowing(o) && left > 0 {
			out[i] += left / float32(grow)
		}
	}
	return out
}

func (l rowLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	ws := l.widths(objs, s.Width)
	var x float32
	for i, o := range objs {
		if !o.Visible() {
			continue
		}
		h := heightAt(o, ws[i])
		if isGrowing(o) && !hasTall(o) {
			h = s.Height
		}
		h = min(h, s.Height)
		Place(o, x, Round((s.Height-h)/2), ws[i], h)
		x += ws[i] + l.gap
	}
}

func hasTall(o fyne.CanvasObject) bool {
	c, ok := o.(*fyne.Container)
	if !ok {
		_, ok := o.(tall)
		return ok
	}
	_, own := c.Layout.(tallLayout)
	for _, x := range c.Objects {
		if own && hasTall(x) {
			return true
		}
	}
	return false
}

func (l rowLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	n := 0
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		s := o.MinSize()
		m.Width += s.Width
		m.Height = max(m.Height, s.Height)
		n++
	}
	m.Width += l.gap * float32(max(0, n-1))
	return m
}

func (l rowLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	var h float32
	for i, cw := range l.widths(objs, w) {
		if objs[i].Visible() {
			h = max(h, heightAt(objs[i], cw))
		}
	}
	return h
}

// colLayout places objects below each other, as wide as it is itself.
type colLayout struct {
	gap   float32
	width float32 // last width, for the height of wrapping text
}

func (l *colLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	grow, used := 0, l.heightFor(objs, s.Width)
	for _, o := range objs {
		if o.Visible() && isGrowing(o) {
			grow++
		}
	}
	left := s.Height - used
	var y float32
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		h := heightAt(o, s.Width)
		if isGrowing(o) && left > 0 {
			h += left / float32(grow)
		}
		Place(o, 0, y, s.Width, h)
		y += h + l.gap
	}
}

func (l *colLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var w float32
	for _, o := range objs {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	if at := max(w, l.width); at > 0 {
		return fyne.NewSize(w, l.heightFor(objs, at))
	}
	return fyne.NewSize(w, 0)
}

func (l *colLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	var h float32
	n := 0
	for _, o := range objs {
		if o.Visible() {
			h += heightAt(o, w)
			n++
		}
	}
	return h + l.gap*float32(max(0, n-1))
}

// HBox puts objects side by side with a gap, centered vertically. Objects in Grow
// and Space share what is left over.
func HBox(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(rowLayout{gap}, objs...)
}

// VBox puts objects below each other with a gap. Objects in Grow and Space share
// what is left over.
func VBox(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&colLayout{gap: gap}, objs...)
}

type padLayout struct{ t, r, b, l float32 }

func (p padLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objs {
		Place(o, p.l, p.t, s.Width-p.l-p.r, s.Height-p.t-p.b)
	}
}

func (p padLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return growLayout{}.MinSize(objs).AddWidthHeight(p.l+p.r, p.t+p.b)
}

func (p padLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	return growLayout{}.heightFor(objs, w-p.l-p.r) + p.t + p.b
}

// Pad puts room around an object, clockwise from the top.
func Pad(top, right, bottom, left float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(padLayout{top, right, bottom, left}, o)
}

// PadAll puts the same room on all sides.
func PadAll(by float32, o fyne.CanvasObject) *fyne.Container { return Pad(by, by, by, by, o) }

// Center puts an object into the middle at its minimum size.
func Center(o fyne.CanvasObject) *fyne.Container { return container.New(layout.NewCenterLayout(), o) }

// Scroll lets a tall object scroll; text inside wraps at the width given.
func Scroll(o fyne.CanvasObject) *container.Scroll { return container.NewVScroll(o) }

type minLayout struct{ w, h float32 }

func (m minLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) { growLayout{}.Layout(objs, s) }

func (m minLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return growLayout{}.MinSize(objs).Max(fyne.NewSize(m.w, m.h))
}

func (m minLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	return max(m.h, growLayout{}.heightFor(objs, w))
}

// MinSize makes an object at least so large.
func MinSize(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(minLayout{w, h}, o)
}

// fixLayout gives its objects a fixed width or height where one is above 0.
type fixLayout struct{ w, h float32 }

func (f fixLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) { growLayout{}.Layout(objs, s) }

func (f fixLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	m := growLayout{}.MinSize(objs)
	if f.w > 0 {
		m.Width = f.w
	}
	if f.h > 0 {
		m.Height = f.h
	}
	return m
}

// Fixed gives an object a fixed width and height; 0 leaves its own.
func Fixed(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(fixLayout{w, h}, o)
}

// mostLayout makes its object as wide as there is room, up to a width.
type mostLayout struct{ w float32 }

func (l mostLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	growLayout{}.Layout(objs, fyne.NewSize(min(l.w, s.Width), s.Height))
}

func (l mostLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	m := growLayout{}.MinSize(objs)
	return fyne.NewSize(min(m.Width, l.w), m.Height)
}

func (l mostLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	return growLayout{}.heightFor(objs, min(w, l.w))
}

// AtMost makes an object as wide as there is room, up to w.
func AtMost(w float32, o fyne.CanvasObject) *fyne.Container { return container.New(mostLayout{w}, o) }

// barLayout is the top bar: left and right keep their size, the middle is centered
// in the window as long as the sides leave it room.
type barLayout struct{ gap float32 }

func (b barLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	l, m, r := o[0].MinSize(), o[1].MinSize(), o[2].MinSize()
	left := min(l.Width, max(0, s.Width-r.Width-m.Width-2*b.gap))
	x := max(left+b.gap, min((s.Width-m.Width)/2, s.Width-r.Width-b.gap-m.Width))
	put := func(o fyne.CanvasObject, x, w, h float32) {
		h = min(h, s.Height)
		Place(o, Round(x), Round((s.Height-h)/2), w, h)
	}
	put(o[0], 0, x-b.gap, l.Height)
	put(o[1], x, m.Width, m.Height)
	put(o[2], s.Width-r.Width, r.Width, r.Height)
}

func (b barLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, x := range o {
		m := x.MinSize()
		s.Width += m.Width
		s.Height = max(s.Height, m.Height)
	}
	return s.AddWidthHeight(2*b.gap, 0)
}

// TopBar is three columns: what this is, a middle, and what can be done. Each may
// be nil.
func TopBar(left, middle, right fyne.CanvasObject) *fyne.Container {
	for _, o := range []*fyne.CanvasObject{&left, &middle, &right} {
		if *o == nil {
			*o = container.New(growLayout{})
		}
	}
	return container.New(barLayout{12}, left, middle, right)
}

// wrapLayout places objects side by side, in as many lines as they take.
type wrapLayout struct {
	gap   float32
	width float32 // last width
}

func (l *wrapLayout) flow(objs []fyne.CanvasObject, w float32, put bool) float32 {
	var x, y, line float32
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if x > 0 && x+m.Width > w {
			x, y, line = 0, y+line+l.gap, 0
		}
		if put {
			Place(o, x, y, min(m.Width, w), m.Height)
		}
		x += m.Width + l.gap
		line = max(line, m.Height)
	}
	return y + line
}

func (l *wrapLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	l.flow(objs, s.Width, true)
}

func (l *wrapLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var w float32
	for _, o := range objs {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	return fyne.NewSize(w, l.flow(objs, max(w, l.width), false))
}

func (l *wrapLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	return l.flow(objs, w, false)
}

// Wrap puts objects side by side, in as many lines as they take.
func Wrap(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&wrapLayout{gap: gap}, objs...)
}
