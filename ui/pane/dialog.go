package pane

import (
	"fyne.io/fyne/v2"

	"sluice/ui/kit"
)

// dialog is an open dialog of a pane.
type dialog struct{ modal *kit.Modal }

// close closes it.
func (d *dialog) close() { d.modal.Close() }

// dialog opens a dialog with a Cancel button and the given ones.
func (h *Host) dialog(title, sub string, w float32, body fyne.CanvasObject, buttons ...fyne.CanvasObject) *dialog {
	return h.dialogWith(kit.ModalSpec{Title: title, Sub: sub, Width: w, Body: body}, buttons...)
}

// dialogWith is dialog for a spec that has more to say.
func (h *Host) dialogWith(spec kit.ModalSpec, buttons ...fyne.CanvasObject) *dialog {
	d := &dialog{}
	cancel := kit.NewBtn("Cancel", kit.Outline, func() { d.close() })
	spec.Buttons = append([]fyne.CanvasObject{cancel}, buttons...)
	d.modal = kit.ShowModal(h.Window.Canvas(), spec)
	return d
}

// confirm asks before something is destroyed.
func (h *Host) confirm(title, text, verb string, yes func()) {
	kit.Confirm(h.Window.Canvas(), title, text, verb, true, yes)
}
