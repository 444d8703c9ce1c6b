package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// dockLayout puts objects at the edges and one in the middle, without room
// between; any but the middle may be nil.
type dockLayout struct{ top, bottom, left, right fyne.CanvasObject }

func (d dockLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	x, y, w, h := float32(0), float32(0), s.Width, s.Height
	if o := d.top; visible(o) {
		t := heightAt(o, w)
		Place(o, x, y, w, t)
		y, h = y+t, h-t
	}
	if o := d.bottom; visible(o) {
		t := heightAt(o, w)
		Place(o, x, y+h-t, w, t)
		h -= t
	}
	if o := d.left; visible(o) {
		m := o.MinSize().Width
		Place(o, x, y, m, h)
		x, w = x+m, w-m
	}
	if o := d.right; visible(o) {
		m := o.MinSize().Width
		Place(o, x+w-m, y, m, h)
		w -= m
	}
	for _, o := range objs {
		if o != d.top && o != d.bottom && o != d.left && o != d.right {
			Place(o, x, y, max(0, w), max(0, h))
		}
	}
}

func (d dockLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objs {
		if !o.Visible() || o == d.top || o == d.bottom || o == d.left || o == d.right {
			continue
		}
		m = m.Max(o.MinSize())
	}
	for _, o := range []fyne.CanvasObject{d.left, d.right} {
		if visible(o) {
			n := o.MinSize()
			m = fyne.NewSize(m.Width+n.Width, max(m.Height, n.Height))
		}
	}
	for _, o := range []fyne.CanvasObject{d.top, d.bottom} {
		if visible(o) {
			n := o.MinSize()
			m = fyne.NewSize(max(m.Width, n.Width), m.Height+n.Height)
		}
	}
	return m
}

func visible(o fyne.CanvasObject) bool { return o != nil && o.Visible() }

// Dock puts top, bottom, left and right at the edges and middle in between; the
// edges may be nil. Top and bottom are as wide as all. Tab goes through them in the order
// of reading.
func Dock(top, bottom, left, right, middle fyne.CanvasObject) *fyne.Container {
	var objs []fyne.CanvasObject
	for _, o := range []fyne.CanvasObject{top, left, middle, right, bottom} {
		if o != nil {
			objs = append(objs, o)
		}
	}
	return container.New(dockLayout{top, bottom, left, right}, objs...)
}
