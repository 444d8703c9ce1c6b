package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// stage starts an app with our theme.
func stage(t testing.TB, dark bool) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(NewTheme(dark))
	t.Cleanup(func() {
		Use(false)
		hosts, modals, tipShown, tipWait = nil, nil, nil, nil
	})
}

// show opens a window around an object.
func show(t testing.TB, o fyne.CanvasObject, w, h float32) fyne.Window {
	t.Helper()
	win := test.NewTempWindow(t, NewHost(o))
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	return win
}

func key(f fyne.Focusable, names ...fyne.KeyName) {
	for _, n := range names {
		f.TypedKey(&fyne.KeyEvent{Name: n})
	}
}

// Stage and Show are for the gallery, which has widgets of other packages too.
var Stage, Show = stage, show
