package host

import (
	"encoding/json"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/ui/kit"
	"sluice/ui/model"
)

// Page is a place of the window: a bar on top, the rest below.
func Page(bar, body fyne.CanvasObject) fyne.CanvasObject {
	top := kit.NewBox(kit.OnPanel, kit.None, 0, kit.MinSize(0, kit.TopBarHeight, kit.Pad(10, 16, 10, 16, bar)))
	return kit.Dock(kit.VBox(0, top, kit.HLine()), nil, nil, nil, body)
}

// Heading is the left part of a bar: what this place is.
func Heading(title, about string) fyne.CanvasObject {
	return kit.HBox(10, Middle(kit.Heading(title)), Middle(kit.NewText(about).In(kit.Muted)))
}

// Middle centers a thing in the height of its row.
func Middle(o fyne.CanvasObject) fyne.CanvasObject {
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

// Sheet puts a list on a card in the middle of a pane.
func Sheet(rows ...fyne.CanvasObject) fyne.CanvasObject {
	if len(rows) > 0 { // nothing of a row sticks out of the card's corners
		if r, ok := rows[0].(*kit.Row); ok {
			r.Top = kit.CardRadius - 1
		}
		if r, ok := rows[len(rows)-1].(*kit.Row); ok {
			r.Bottom, r.Line = kit.CardRadius-1, false
		}
	}
	return kit.Scroll(kit.PadAll(20, kit.VBox(0, kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, kit.VBox(0, rows...)))))
}

// Width gives an object a fixed width in a row.
func Width(w float32, o fyne.CanvasObject) fyne.CanvasObject { return kit.Fixed(w, 0, o) }

// Lines puts sentences below each other, leaving out those that are empty.
func Lines(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), "\n")
}

// Show shows an object or hides it.
func Show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// Why is the reason why something is off, "" if it is on.
func Why(off bool, reason string) string {
	if off {
		return reason
	}
	return ""
}

// RoleOf is how a state is colored.
func RoleOf(r model.Role) kit.Role {
	switch r {
	case model.Busy:
		return kit.Accent
	case model.AwaitsPeople:
		return kit.Waiting
	case model.Good:
		return kit.Good
	case model.Bad:
		return kit.Bad
	}
	return kit.Neutral
}

// Quote writes a text as JSON.
func Quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
