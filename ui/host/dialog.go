package host

import (
	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/say"
)

// Dialog is an open dialog of a pane.
type Dialog struct{ modal *kit.Modal }

// Close closes it.
func (d *Dialog) Close() { d.modal.Close() }

// Dialog opens a dialog with a Cancel button and the given ones.
func (h *Host) Dialog(title, sub string, w float32, body fyne.CanvasObject, buttons ...fyne.CanvasObject) *Dialog {
	return h.DialogWith(kit.ModalSpec{Title: title, Sub: sub, Width: w, Body: body}, buttons...)
}

// DialogWith is Dialog for a spec that has more to say.
func (h *Host) DialogWith(spec kit.ModalSpec, buttons ...fyne.CanvasObject) *Dialog {
	d := &Dialog{}
	cancel := kit.NewButton(say.T("Cancel"), kit.Outline, func() { d.Close() })
	spec.Buttons = append([]fyne.CanvasObject{cancel}, buttons...)
	d.modal = kit.ShowModal(h.Window.Canvas(), spec)
	return d
}

// Confirm asks before something is destroyed.
func (h *Host) Confirm(title, text, verb string, yes func()) {
	kit.Confirm(h.Window.Canvas(), title, text, verb, true, yes)
}

// Modal opens a dialog with the buttons of its spec and no other.
func Modal(h *Host, spec kit.ModalSpec) *Dialog {
	return &Dialog{modal: kit.ShowModal(h.Window.Canvas(), spec)}
}
