package inspector

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
	"sluice/ui/sheet"
)

// Widths of the screens that a preview stands for.
const (
	phoneWidth   = 390
	desktopWidth = 1000
)

// preview shows what the approvers of a step would see. It is drawn from what the page
// and the mail themselves are drawn from.
type preview struct {
	h     *host.Host
	of    func(state model.Rehearsed) (model.Rehearsal, bool)
	mail  bool
	wide  bool
	dark  bool
	state model.Rehearsed
	room  float32 // the most that a sheet may be wide

	got    model.Preview
	body   *fyne.Container
	scroll *container.Scroll
	frame  *kit.Row // takes the keyboard, to roll what is shown
	values *kit.Text
	asked  int  // counts, so that the answer to an older question is left
	toForm bool // what is drawn next is rolled to its form
}

// newPreview makes a preview; of says what is to be shown.
func newPreview(h *host.Host, room float32, of func(model.Rehearsed) (model.Rehearsal, bool)) *preview {
	v := &preview{h: h, of: of, room: room, dark: kit.Colors().Dark, body: container.NewStack(), values: kit.Caption("").Ellipsis()}
	v.scroll = container.NewVScroll(v.body)
	v.frame = kit.NewRow(v.scroll, nil)
	v.frame.OnKey = v.roll
	return v
}

// ask asks for page and mail and draws them.
func (v *preview) ask() {
	of, ok := v.of(v.state)
	if !ok {
		return
	}
	v.asked++
	now := v.asked
	v.h.Ask(func(ctx context.Context) (func(), error) {
		got, err := v.h.Previews.Show(ctx, of)
		return func() {
			if v.asked == now {
				v.got = got
				v.draw()
			}
		}, err
	})
}

// draw draws what was found in the looks that are chosen.
func (v *preview) draw() {
	size := sheet.Size{Width: phoneWidth, Scale: 1, Dark: v.dark}
	if v.wide {
		size.Width = desktopWidth
	}
	size.Scale = min(1, (v.room-34)/size.Width)
	v.values.SetText(v.got.Values)
	var o fyne.CanvasObject
	switch {
	case v.mail && v.got.Mail == nil:
		o = kit.PadAll(24, kit.NewParagraph(v.got.NoMail, kit.Muted))
	case v.mail:
		o = sheet.Letter(*v.got.Mail, size).Object
	default:
		d := sheet.Page(v.got.PageIn(v.state), size)
		o = d.Object
		if v.toForm && d.Form > 0 {
			v.toForm = false
			defer func() { v.scroll.ScrollToOffset(fyne.NewPos(0, d.Form)) }()
		}
	}
	if !v.mail || v.got.Mail != nil {
		o = kit.Center(kit.PadAll(16, kit.NewBox(kit.OnPanel, kit.LineColor, 0, kit.PadAll(1, o))))
	}
	v.body.Objects = []fyne.CanvasObject{o}
	v.body.Refresh()
	v.scroll.Refresh()
}

// roll rolls the sheet by a key.
func (v *preview) roll(e *fyne.KeyEvent) bool {
	page := v.scroll.Size().Height - 40
	by := map[fyne.KeyName]float32{fyne.KeyUp: -40, fyne.KeyDown: 40, fyne.KeyPageUp: -page, fyne.KeyPageDown: page, fyne.KeySpace: page, fyne.KeyHome: -1e6, fyne.KeyEnd: 1e6}[e.Name]
	if by == 0 {
		return false
	}
	most := max(0, v.body.MinSize().Height-v.scroll.Size().Height)
	v.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(most, v.scroll.Offset.Y+by))))
	return true
}

// choices are the looks that can be chosen.
func (v *preview) choices() fyne.CanvasObject {
	pick := func(labels []string, now int, set func(int)) fyne.CanvasObject {
		return kit.NewSegments(labels, now, set).AsSmall()
	}
	on := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return kit.Wrap(10,
		pick([]string{say.T("Page"), say.T("Mail")}, on(v.mail), func(i int) { v.mail = i == 1; v.scroll.ScrollToTop(); v.draw() }),
		pick([]string{say.T("Phone"), say.T("Desktop")}, on(v.wide), func(i int) { v.wide = i == 1; v.draw() }),
		pick([]string{say.T("Light"), say.T("Dark")}, on(v.dark), func(i int) { v.dark = i == 1; v.draw() }),
		pick(say.All(model.RehearsedStates), int(v.state), func(i int) { v.state = model.Rehearsed(i); v.toForm = v.state == model.RehearseDenying; v.ask() }))
}

// open opens the real page, or mail, in the browser. There, too, nothing can be decided.
func (v *preview) open() {
	of, ok := v.of(v.state)
	if !ok {
		return
	}
	letter := v.mail
	host.AskThen(v.h, func(ctx context.Context) (string, error) { return v.h.Previews.Serve(ctx, of, letter) }, v.h.Open)
}

// showPreview opens the preview of a step as a dialog.
func (p *Inspector) showPreview(step string) {
	window := p.h.Window.Canvas().Size()
	width := min(desktopWidth+60, window.Width-60)
	v := newPreview(p.h, width-8, func(state model.Rehearsed) (model.Rehearsal, bool) { return p.h.Model.Rehearsal(step, state) })
	body := kit.Dock(kit.VBox(0, kit.Pad(12, 18, 12, 18, v.choices()), kit.HLine()), nil, nil, nil, kit.NewBox(kit.OnWell, kit.None, 0, v.frame))
	var d *kit.Modal
	d = kit.ShowModal(p.h.Window.Canvas(), kit.ModalSpec{Title: say.T(textPreviewTitle), Sub: say.T(textPreviewAbout), Width: width, Height: window.Height - 60, Flush: true, Passing: true,
		Body: body, Note: v.values,
		Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Open in the browser"), kit.Outline, v.open), kit.NewButton(say.T("Close"), kit.Primary, func() { d.Close() })}})
	v.ask()
}

// previewButton shows what the approvers of a step would see, where that can be told.
func (p approvalPage) previewButton(m *flow.Module) fyne.CanvasObject {
	return kit.HBox(8, kit.NewButton(say.T("Preview page and mail…"), kit.Outline, func() { p.showPreview(m.ID) }).With(kit.IconMail))
}
