package pane

import (
	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// ShowKeys shows all shortcuts.
func ShowKeys(h *host.Host) {
	half := [2]*fyne.Container{kit.VBox(14), kit.VBox(14)}
	rows := [2]int{}
	for place, title := range say.All(model.KeyPlaces) {
		col := kit.VBox(4, kit.Pad(0, 0, 4, 0, kit.Strong(title)))
		n := 0
		for _, k := range model.Sheet(model.KeyPlace(place)) {
			n++
			col.Add(kit.HBox(12, host.Width(176, kit.NewParagraph(k.Keys, kit.Accent).Mono()), kit.Grow(kit.NewParagraph(k.What, kit.Ink))))
		}
		at := 0
		if rows[1] < rows[0] {
			at = 1
		}
		half[at].Add(col)
		rows[at] += n + 2
	}
	top := func(o fyne.CanvasObject) fyne.CanvasObject { return kit.Grow(kit.Dock(o, nil, nil, nil, kit.Space())) }
	body := kit.Scroll(kit.PadAll(16, kit.HBox(28, top(half[0]), top(half[1]))))
	kit.ShowModal(h.Window.Canvas(), kit.ModalSpec{Title: say.T(textKeys), Width: 940, Height: 620, Flush: true, Passing: true, Body: body})
}
