package inspector

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/form"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// formDialog is the editor of a form with room, and beside it what becomes of it.
type formDialog struct {
	p       *Inspector
	of      formSource
	editor  *formEditor
	page    *preview // of an approval; nil for what a flow asks
	box     *fyne.Container
	told    *kit.Text
	now     *form.Form
	types   map[string][]string // paths of the resources by type
	pending bool
	asPage  bool
}

// showForm opens the editor of a form. step is whose approval it is of, "" for what the
// flow asks.
func (p *Inspector) showForm(title string, of formSource, step string) {
	d := &formDialog{p: p, of: of, editor: newFormEditor(p.h, of), box: container.NewStack(), told: kit.Caption("").Ellipsis()}
	d.editor.changed = d.later
	d.editor.lock = p.lock
	window := p.h.Window.Canvas().Size()
	width := min(1120, window.Width-60)
	half := (width - 48) / 2
	segments := kit.NewSegments(say.All(textFormTabs), 0, d.editor.show).AsSmall()
	left := kit.Dock(kit.Pad(12, 16, 8, 18, kit.HBox(8, kit.Space(), segments)), nil, nil, nil, kit.Scroll(kit.Pad(4, 16, 16, 18, d.editor.body)))
	var looks fyne.CanvasObject = kit.Strong(say.T(textAsAsked))
	if step != "" && p.h.Previews != nil {
		d.page = newPreview(p.h, half-8, func(state model.Rehearsed) (model.Rehearsal, bool) { return p.h.Model.Rehearsal(step, state) })
		d.asPage, d.page.toForm = true, true
		looks = kit.Wrap(8, kit.NewSegments([]string{say.T("Page"), say.T("At the desk")}, 0, func(i int) { d.asPage = i == 0; d.draw() }).AsSmall(),
			kit.NewSegments([]string{say.T("Light"), say.T("Dark")}, map[bool]int{true: 1}[d.page.dark], func(i int) { d.page.dark = i == 1; d.page.draw() }).AsSmall())
	}
	right := kit.NewBox(kit.OnWell, kit.None, 0, kit.Dock(kit.Pad(12, 18, 8, 16, kit.HBox(0, kit.Grow(looks))), kit.Pad(8, 18, 8, 16, d.told), nil, nil, d.box))
	body := container.NewGridWithColumns(2, left, right)
	var m *kit.Modal
	m = kit.ShowModal(p.h.Window.Canvas(), kit.ModalSpec{Title: title, Sub: say.T(textFormAbout), Width: width, Height: window.Height - 60, Flush: true, Passing: true, Body: body,
		Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Done"), kit.Primary, func() { m.Close() })},
		OnClose: func() { p.large = nil; p.Rebuild() }})
	p.large = d.editor
	host.AskThen(p.h, p.h.Library.Resources, func(list []flow.Resource) {
		d.types = map[string][]string{}
		for _, r := range list {
			d.types[r.Type] = append(d.types[r.Type], r.Path)
			d.types[""] = append(d.types[""], r.Path)
		}
		d.draw()
	})
	d.draw()
}

// previewPause is how long a preview waits for further keys.
const previewPause = 120 * time.Millisecond

// later draws the preview anew soon: each key is a change.
func (d *formDialog) later() {
	if d.pending {
		return
	}
	d.pending = true
	d.p.h.Later(previewPause, func() {
		d.pending = false
		d.draw()
	})
}

// draw shows what becomes of the form.
func (d *formDialog) draw() {
	if d.page != nil && d.asPage {
		d.box.Objects = []fyne.CanvasObject{d.page.frame}
		d.box.Refresh()
		d.page.ask()
		d.told.SetText(say.T(textPreviewAbout))
		return
	}
	o := form.Options{Conditions: d.p.h.Conditions, Resources: func(typ string) []string { return d.types[typ] }}
	if d.now != nil {
		_, v := d.now.Typed()
		o.Values = flow.Raw(v)
	}
	f, err := form.New(d.of.get(), o)
	if err != nil {
		d.box.Objects = []fyne.CanvasObject{kit.PadAll(18, kit.NewBanner(kit.Bad, say.T("This schema cannot be read"), say.T("Correct it as JSON Schema.")))}
		d.box.Refresh()
		return
	}
	d.now = f
	f.OnChanged = func() {
		_, ok := f.Value()
		d.tell(ok)
	}
	var object fyne.CanvasObject = kit.NewParagraph(say.T(textAsksNothing), kit.Muted)
	if !f.Empty() {
		object = kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, kit.PadAll(18, f.Object))
	}
	d.box.Objects = []fyne.CanvasObject{kit.Scroll(kit.VBox(0, kit.Pad(4, 16, 16, 18, object)))}
	d.box.Refresh()
	d.tell(f.Whole() != nil)
}

// tell says whether what stands in the preview could be sent.
func (d *formDialog) tell(ok bool) {
	d.told.SetText(say.T(textNotWhole))
	d.told.SetRole(kit.Waiting)
	if ok {
		d.told.SetText(say.T(textWhole))
		d.told.SetRole(kit.Good)
	}
}
