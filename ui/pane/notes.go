package pane

import (
	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

func (p *Editor) readOnly() error {
	return fault.New("model.read_only", p.h.Model.WhyNoTest(), say.T("Press “Edit this flow” to change it."))
}

// AddNote puts a note around the selected steps, or on the canvas where no step is
// selected, and asks what it says.
func (p *Editor) AddNote() {
	m := p.h.Model
	if ids := m.Selection(); len(ids) > 0 {
		p.h.Do(m.AddNoteAround(ids))
	} else {
		at := p.noteAt
		if at == (model.Point{}) {
			at = p.canvas.Center()
			at.X, at.Y = at.X+180, at.Y-60 // beside the way
		}
		p.h.Do(m.AddNote(at))
	}
	p.noteAt = model.Point{}
	p.writeNote(m.Selected())
}

// writeNote asks what a note says.
func (p *Editor) writeNote(id string) {
	n, ok := p.h.Model.NoteOf(id)
	if !ok || p.h.Model.Doc().ReadOnly {
		return
	}
	text := kit.NewTextArea(say.T(textNoteHint), 4, 12)
	text.SetText(n.Text)
	color := p.colorRow(n.Color, func(c string) { n.Color = c })
	var d *host.Dialog
	save := func() {
		d.Close()
		was, _ := p.h.Model.NoteOf(id)
		if was.Text != text.Text() {
			p.h.Do(model.WriteNote(n.ID, text.Text()))
		}
		if was.Color != n.Color {
			p.h.Do(model.ColorNote(n.ID, n.Color))
		}
		kit.Focus(p.canvas)
	}
	d = p.h.DialogWith(kit.ModalSpec{Title: say.T(textNote), Width: 460, Body: kit.VBox(12, text, color), Focus: text.Focusable()}, kit.NewButton(say.T("Save"), kit.Primary, save))
}

// colorRow lets a color be chosen.
func (p *Editor) colorRow(now string, changed func(string)) fyne.CanvasObject {
	at := 0
	for i, c := range model.NoteColors {
		if c == now {
			at = i
		}
	}
	return kit.NewSegments(model.NoteColors, at, func(i int) { changed(model.NoteColors[i]) }).AsSmall()
}

// colors is the menu of the colors of a note or a group.
func (p *Editor) colors(id string) *fyne.MenuItem {
	menu := fyne.NewMenuItem(say.T(textColor), nil)
	menu.ChildMenu = fyne.NewMenu("")
	for _, c := range model.NoteColors {
		menu.ChildMenu.Items = append(menu.ChildMenu.Items, fyne.NewMenuItem(c, func() {
			if n, ok := p.h.Model.NoteOf(id); ok {
				p.h.Do(model.ColorNote(n.ID, c))
			} else if _, at, ok := p.h.Model.GroupOf(id); ok {
				p.h.Do(model.SetGroup(at, say.T("Color a group"), "", func(g *flow.Group) { g.Color = c }))
			}
		}))
	}
	menu.Disabled = p.h.Model.Doc().ReadOnly
	return menu
}

// Group makes a group of the selected steps and asks for its name.
func (p *Editor) Group() {
	if ids := p.selection(); len(ids) > 0 {
		p.h.Do(p.h.Model.Group(ids))
		p.nameGroup(p.h.Model.Selected())
	}
}

// Ungroup takes the selected group away; its steps stay.
func (p *Editor) Ungroup() {
	if _, at, ok := p.h.Model.GroupOf(p.h.Model.Selected()); ok {
		p.h.Do(model.Ungroup(at))
	}
}

// nameGroup asks for the name of a group and what is to be said of it.
func (p *Editor) nameGroup(id string) {
	g, at, ok := p.h.Model.GroupOf(id)
	if !ok || p.h.Model.Doc().ReadOnly {
		return
	}
	name, note := kit.NewEntry(say.T(textGroupTitle)), kit.NewTextArea(say.T(textNoteHint), 2, 6)
	name.SetText(g.Summary)
	note.SetText(g.Note)
	color := p.colorRow(g.Color, func(c string) { g.Color = c })
	folded := kit.NewToggle(say.T(textGroupFolded), g.Folded, func(on bool) { g.Folded = on })
	var d *host.Dialog
	save := func() {
		d.Close()
		g.Summary, g.Note = name.Text(), note.Text()
		if now, _, _ := p.h.Model.GroupOf(id); now != g {
			p.h.Do(model.SetGroup(at, say.T("Name a group"), "", func(to *flow.Group) { *to = g }))
		}
		kit.Focus(p.canvas)
	}
	name.OnSubmitted = func(string) { save() }
	d = p.h.DialogWith(kit.ModalSpec{Title: say.T(textGroupTitle), Width: 460, Focus: name.Focusable(),
		Body: kit.VBox(12, kit.NewField(say.T(textGroupName), "summary", false, name), kit.NewField(say.T(textGroupNote), "note", false, note), color, folded)}, kit.NewButton(say.T("Save"), kit.Primary, save))
}
