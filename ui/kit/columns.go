package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// columnsLayout places cards in as many columns as the width has room for. Each goes below
// the shortest column, so that they stay in about their order.
type columnsLayout struct {
	gap, least, most float32
	width            float32 // last width
}

// Columns puts cards below each other in columns that are least to most wide.
func Columns(gap, least, most float32, cards ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columnsLayout{gap: gap, least: least, most: most}, cards...)
}

func (l *columnsLayout) flow(objs []fyne.CanvasObject, width float32, put bool) float32 {
	n := max(1, int((width+l.gap)/(l.least+l.gap)))
	shown := 0
	for _, o := range objs {
		if o.Visible() {
			shown++
		}
	}
	n = max(1, min(n, shown))
	w := Round(min(l.most, (width-float32(n-1)*l.gap)/float32(n)) - 0.5)
	down := make([]float32, n)
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		to := 0
		for i := range down {
			if down[i] < down[to] {
				to = i
			}
		}
		h := heightAt(o, w)
		if put {
			Place(o, float32(to)*(w+l.gap), down[to], w, h)
		}
		down[to] += h + l.gap
	}
	var h float32
	for _, d := range down {
		h = max(h, d-l.gap)
	}
	return h
}

func (l *columnsLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	l.flow(objs, s.Width, true)
}

func (l *columnsLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.least, l.flow(objs, max(l.least, l.width), false))
}

func (l *columnsLayout) heightFor(objs []fyne.CanvasObject, w float32) float32 {
	return l.flow(objs, w, false)
}
