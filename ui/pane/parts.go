package pane

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/ui/kit"
)

// page is a place of the window: a bar on top, the rest below.
func page(bar, body fyne.CanvasObject) fyne.CanvasObject {
	top := kit.NewBox(kit.OnPanel, kit.None, 0, kit.MinSize(0, kit.TopBarHeight, kit.Pad(10, 16, 10, 16, bar)))
	return kit.Dock(kit.VBox(0, top, kit.HLine()), nil, nil, nil, body)
}

// heading is the left part of a bar: what this place is.
func heading(title, about string) fyne.CanvasObject {
	return kit.HBox(10, middle(kit.Heading(title)), middle(kit.NewTxt(about).In(kit.Muted)))
}

// middle centers a thing in the height of its row.
func middle(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(middleLayout{}, o)
}

type middleLayout struct{}

func (middleLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objs {
		m := o.MinSize()
		h := min(m.Height, s.Height)
		o.Resize(fyne.NewSize(s.Width, h))
		o.Move(fyne.NewPos(0, float32(int((s.Height-h)/2))))
	}
}

func (middleLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objs {
		if o.Visible() {
			m = m.Max(o.MinSize())
		}
	}
	return m
}

// sheet puts a list on a card in the middle of a pane.
func sheet(rows ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Scroll(kit.PadAll(20, kit.VBox(0, kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, kit.VBox(0, rows...)))))
}

// width gives an object a fixed width in a row.
func width(w float32, o fyne.CanvasObject) fyne.CanvasObject { return kit.Fixed(w, 0, o) }

// lines puts sentences below each other, leaving out those that are empty.
func lines(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), "\n")
}
