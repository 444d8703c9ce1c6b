package kit

import "fyne.io/fyne/v2"

// Float shows an object above all else of a window, such as proposals below a caret: at,
// in the coordinates of the window, is where it hangs; where there is no room below, it
// stands above, clear of so much. It stays inside the window. The keyboard stays where it
// is. Only one floats at a time.
func Float(of, o fyne.CanvasObject, at fyne.Position, clear float32, size fyne.Size) bool {
	h := hostOf(fyne.CurrentApp().Driver().CanvasForObject(of))
	if h == nil {
		return false
	}
	full := h.BaseWidget.Size()
	at = at.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(h))
	size.Width, size.Height = min(size.Width, full.Width-8), min(size.Height, full.Height-8)
	at.X = max(4, min(at.X, full.Width-size.Width-4))
	if at.Y+size.Height > full.Height-4 {
		if above := at.Y - clear - size.Height - 4; above >= 4 {
			at.Y = above
		} else {
			at.Y = full.Height - size.Height - 4
		}
	}
	was := h.float
	h.float = o
	Place(o, Round(at.X), Round(at.Y), size.Width, size.Height)
	if was != o {
		h.Refresh()
	}
	return true
}

// DropFloat takes away what floats, if it is this.
func DropFloat(o fyne.CanvasObject) {
	for _, h := range hosts {
		if h.float == o && o != nil {
			h.float = nil
			h.Refresh()
		}
	}
}
