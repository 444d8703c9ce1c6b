//go:build walk

package ui

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// spot is a text on the window and where it stands, in pixels of the window.
type spot struct {
	Text string  `json:"text"`
	Kind string  `json:"kind"` // "text", "entry"; "focus": what has the keyboard
	X    float32 `json:"x"`
	Y    float32 `json:"y"`
	W    float32 `json:"w"`
	H    float32 `json:"h"`
}

// probe lets a walk in a real window find what a person would see. It exists
// only in binaries built for the walk, and only when SLUICE_PROBE names a
// socket: GET / answers with every visible text and entry. The walk clicks and
// types with the mouse and keyboard of the display, not through here.
func probe(win fyne.Window) {
	path := os.Getenv("SLUICE_PROBE")
	if path == "" {
		return
	}
	_ = os.Remove(path) // of the process that this one was started by
	l, err := net.Listen("unix", path)
	if err != nil {
		fyne.LogError("probe", err)
		return
	}
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			got := make(chan []spot, 1)
			later(func() {
				c := win.Canvas()
				var spots []spot
				view := [4]float32{0, 0, c.Size().Width, c.Size().Height}
				collect(&spots, c.Content(), fyne.Position{}, c.Scale(), view)
				for _, o := range c.Overlays().List() {
					collect(&spots, o, fyne.Position{}, c.Scale(), view)
				}
				if o, ok := c.Focused().(fyne.CanvasObject); ok {
					at, size, k := fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size(), c.Scale()
					spots = append(spots, spot{"", "focus", at.X * k, at.Y * k, size.Width * k, size.Height * k})
				}
				got <- spots
			})
			_ = json.NewEncoder(w).Encode(<-got)
		}))
	}()
}

// collect adds the texts below o; view is the visible part, in canvas units.
func collect(spots *[]spot, o fyne.CanvasObject, at fyne.Position, scale float32, view [4]float32) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	size := o.Size()
	add := func(text, kind string) {
		if text == "" || at.X+size.Width <= view[0] || at.Y+size.Height <= view[1] || at.X >= view[2] || at.Y >= view[3] {
			return
		}
		*spots = append(*spots, spot{text, kind, at.X * scale, at.Y * scale, size.Width * scale, size.Height * scale})
	}
	switch v := o.(type) {
	case *fyne.Container:
		for _, c := range v.Objects {
			collect(spots, c, at, scale, view)
		}
		return
	case *canvas.Text:
		add(v.Text, "text")
		return
	}
	if e := entryOf(o); e != nil {
		text := e.Text
		if text == "" {
			text = e.PlaceHolder
		}
		add(text, "entry")
		return
	}
	if w, ok := o.(fyne.Widget); ok {
		if _, clips := o.(fyne.Scrollable); clips {
			view = [4]float32{max(view[0], at.X), max(view[1], at.Y), min(view[2], at.X+size.Width), min(view[3], at.Y+size.Height)}
		}
		for _, c := range test.WidgetRenderer(w).Objects() {
			collect(spots, c, at, scale, view)
		}
	}
}

// entryOf returns the entry that o is, or that it is built around.
func entryOf(o fyne.CanvasObject) *widget.Entry {
	if e, ok := o.(*widget.Entry); ok {
		return e
	}
	v := reflect.Indirect(reflect.ValueOf(o))
	if v.Kind() != reflect.Struct {
		return nil
	}
	if f := v.FieldByName("Entry"); f.IsValid() && f.CanAddr() && f.Addr().CanInterface() {
		e, _ := f.Addr().Interface().(*widget.Entry)
		return e
	}
	return nil
}
