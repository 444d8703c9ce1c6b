package ui

import (
	"fmt"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/ui/kit"
)

// ShowRefused tells in a window why Sluice could not start: who starts it by an
// icon sees no terminal. It returns when the window is closed.
func ShowRefused(a fyne.App, dark bool, err error) {
	a.Settings().SetTheme(kit.NewTheme(dark))
	f := fault.From(err)
	w := a.NewWindow("Sluice")
	w.SetPadded(false)
	w.Resize(fyne.NewSize(560, 240))
	b := kit.NewBanner(kit.Bad, f.Title, f.Hint)
	if f.Err != nil {
		b.Copying(fmt.Sprintf("%s\n%s: %v", f.Title, f.Code, f.Err))
	}
	closing := kit.HBox(0, kit.Space(), kit.NewBtn("Close", kit.Primary, a.Quit))
	w.SetContent(kit.NewHost(kit.NewBox(kit.OnBackground, kit.None, 0, kit.PadAll(24, kit.VBox(20, kit.Heading("Sluice did not start"), b, closing)))))
	probe(w)
	w.CenterOnScreen()
	w.ShowAndRun()
}
