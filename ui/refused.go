package ui

import (
	"fmt"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/ui/kit"
)

// ShowRefused tells in a window why Sluice could not start: who starts it by an
// icon sees no terminal. way names what can be done about it, "" if nothing can. It
// returns when the window is closed, and whether that was chosen.
func ShowRefused(a fyne.App, dark bool, err error, way string) (chosen bool) {
	w := refused(a, dark, err, way, func() { chosen = true; a.Quit() })
	probe(w)
	w.CenterOnScreen()
	w.ShowAndRun()
	return chosen
}

// refused makes the window of ShowRefused.
func refused(a fyne.App, dark bool, err error, way string, choose func()) fyne.Window {
	a.Settings().SetTheme(kit.NewTheme(dark))
	f := fault.From(err)
	w := a.NewWindow("Sluice")
	w.SetPadded(false)
	w.Resize(fyne.NewSize(560, 240))
	b := kit.NewBanner(kit.Bad, f.Title, f.Hint)
	if f.Err != nil {
		b.Copying(fmt.Sprintf("%s\n%s: %v", f.Title, f.Code, f.Err))
	}
	closing := kit.HBox(10, kit.Space(), kit.NewBtn("Close", kit.Outline, a.Quit))
	if way != "" {
		closing.Add(kit.NewBtn(way, kit.Primary, choose))
	}
	w.SetContent(kit.NewHost(kit.NewBox(kit.OnBackground, kit.None, 0, kit.PadAll(24, kit.VBox(20, kit.Heading("Sluice did not start"), b, closing)))))
	return w
}
