package pane

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// finder is the bar above the canvas that finds steps in the flow.
type finder struct {
	p      *Editor
	field  *kit.Entry
	count  *kit.Text
	object *fyne.Container
}

func newFinder(p *Editor) *finder {
	f := &finder{p: p, field: kit.NewSearch(say.T(textFindHere)), count: kit.Caption("")}
	f.field.OnChanged = func(s string) {
		p.h.Changed(p.h.Model.FindOnCanvas(s))
		if ids, at := p.h.Model.Matches(); len(ids) > 0 && at < 0 {
			p.h.Changed(p.h.Model.NextMatch(1))
		}
		f.refresh()
	}
	f.field.OnSubmitted = func(string) {
		delta := 1
		if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0 {
			delta = -1
		}
		f.next(delta)
	}
	f.field.OnKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyEscape:
			f.close()
		case fyne.KeyDown:
			f.next(1)
		case fyne.KeyUp:
			f.next(-1)
		default:
			return false
		}
		return true
	}
	bar := kit.HBox(8, host.Width(360, f.field), host.Middle(f.count),
		host.Middle(kit.IconButton(kit.IconChevronUp, say.T("The one before (Shift+Enter)"), kit.Ghost, func() { f.next(-1) }).AsSmall()),
		host.Middle(kit.IconButton(kit.IconChevronDown, say.T("The next one (Enter)"), kit.Ghost, func() { f.next(1) }).AsSmall()),
		host.Middle(kit.IconButton(kit.IconClose, say.T("Close (Esc)"), kit.Ghost, f.close).AsSmall()))
	f.object = kit.VBox(0, kit.NewBox(kit.OnPanel, kit.None, 0, kit.Pad(8, 14, 8, 14, bar)), kit.HLine())
	f.object.Hide()
	return f
}

// Find opens the bar that finds steps on the canvas.
func (p *Editor) Find() {
	f := p.finder
	f.object.Show()
	p.h.Changed(p.h.Model.FindOnCanvas(f.field.Text()))
	f.refresh()
	p.below.Refresh()
	p.h.Window.Canvas().Focus(f.field.Focusable()) // which was never painted, perhaps
	f.field.SelectAll()
}

func (f *finder) next(delta int) {
	f.p.h.Changed(f.p.h.Model.NextMatch(delta))
	f.refresh()
}

// refresh tells how much was found.
func (f *finder) refresh() {
	if !f.object.Visible() {
		return
	}
	ids, at := f.p.h.Model.Matches()
	text := fmt.Sprintf("%d / %d", at+1, len(ids))
	if len(ids) == 0 {
		if text = ""; f.field.Text() != "" {
			text = say.T(textNothing)
		}
	}
	f.count.SetText(text)
}

func (f *finder) close() {
	f.object.Hide()
	f.p.h.Changed(f.p.h.Model.FindOnCanvas(""))
	f.p.below.Refresh()
	kit.Focus(f.p.canvas)
}
