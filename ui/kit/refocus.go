package kit

import (
	"fmt"
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Redraw draws a page anew and leaves the keyboard to the field that had it, by the label of
// that, and the cursor where it stands. It reports false if there is no such field any more.
func Redraw(c fyne.Canvas, page *fyne.Container, draw func()) bool {
	had, name := c.Focused(), ""
	eachFocus(page, func(spot string, f fyne.Focusable) {
		if f == had {
			name = spot
		}
	})
	draw()
	if had == nil || name == "" {
		return true
	}
	found := false
	eachFocus(page, func(spot string, f fyne.Focusable) {
		if spot != name || reflect.TypeOf(f) != reflect.TypeOf(had) {
			return
		}
		found = true
		c.Focus(f)
		if now, ok := f.(*input); ok && f != had {
			was := had.(*input)
			now.CursorRow, now.CursorColumn = was.CursorRow, min(was.CursorColumn, len([]rune(now.Text)))
			now.Refresh()
		}
	})
	return found
}

// eachFocus names all in an object that takes the keyboard: by the label of its field, and
// which of that it is.
func eachFocus(o fyne.CanvasObject, visit func(name string, f fyne.Focusable)) {
	counts := map[string]int{}
	var walk func(o fyne.CanvasObject, label string)
	walk = func(o fyne.CanvasObject, label string) {
		if o == nil || !o.Visible() {
			return
		}
		found := func(f fyne.Focusable) {
			counts[label]++
			visit(fmt.Sprint(label, "\x00", counts[label]), f)
		}
		switch x := o.(type) {
		case *fyne.Container:
			for _, part := range x.Objects {
				walk(part, label)
			}
		case *Field:
			walk(x.Control, x.Label)
		case *container.Scroll:
			walk(x.Content, label)
		case *Box:
			walk(x.Content, label)
		case interface{ Focusable() fyne.Focusable }:
			found(x.Focusable())
		case fyne.Focusable:
			found(x)
		}
	}
	walk(o, "")
}
