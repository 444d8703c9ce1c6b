package pane

import (
	"context"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// The history of the open flow: what can be undone, also what was changed before the last
// start, and its versions.

// recallMax bounds how many earlier states of a flow are put into its history, and
// recallBytes how much of them is kept in memory at once.
const (
	recallMax   = 60
	recallBytes = 8 << 20
)

// recall fills the history with what was changed before the flow was opened. The states
// are read at once, as Undo cannot wait.
func (p *Editor) recall() {
	doc := p.h.Model.Doc()
	if doc == nil || doc.ReadOnly {
		return
	}
	host.AskThen(p.h, func(ctx context.Context) (list []model.Earlier, err error) {
		versions, err := p.h.Library.FlowVersions(ctx, doc.Path)
		if err != nil {
			return nil, err
		}
		room := recallBytes
		for i := 1; i < len(versions) && i <= recallMax && room > 0; i++ {
			b, err := p.h.Library.FlowVersion(ctx, versions[i].Hash)
			if err != nil {
				break // what is damaged is told where somebody asks for it
			}
			room -= len(b)
			edit := versions[i-1].Edit
			if edit == "" {
				edit = say.T(textEarlier)
			}
			list = append([]model.Earlier{{Edit: edit, Read: func() (*flow.Flow, error) {
				f, err := flow.ParseJSON(b)
				if err != nil {
					return nil, err
				}
				return flow.FillIDs(f), nil
			}}}, list...)
		}
		return list, nil
	}, func(list []model.Earlier) { p.h.Changed(p.h.Model.Recall(doc, list)) })
}

// historyShown is how many lines of the history its menu has.
const historyShown = 20

// listHistory lists what can be undone and made again; a press goes there at once.
func (p *Editor) listHistory() {
	h := p.h.Model.History()
	var items []*fyne.MenuItem
	for i := min(len(h.Next), 5) - 1; i >= 0; i-- {
		items = append(items, fyne.NewMenuItem(textRedoTo(h.Next[i]), func() {
			for range i + 1 {
				p.Redo()
			}
		}))
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	for i, name := range h.Past[:min(len(h.Past), historyShown)] {
		items = append(items, fyne.NewMenuItem(textUndoTo(name), func() {
			p.travel(&fyne.ShortcutUndo{}, func() model.Dirty { return p.h.Model.UndoTo(i) })
		}))
	}
	if more := len(h.Past) - historyShown; more > 0 {
		items = append(items, fyne.NewMenuItem(textMoreHistory(more), func() { p.showVersions(true) }))
	}
	if doc := p.h.Model.Doc(); doc.Live().Behind {
		items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(textDiscard(doc.Live().Number), p.discard))
	}
	kit.ShowMenu(p.past, items...)
}

// discard makes the flow as it is in the version that runs, as one edit.
func (p *Editor) discard() {
	live := p.h.Model.Doc().Live()
	f, err := flow.ParseJSON(live.JSON)
	if err != nil {
		p.h.Fail(err)
		return
	}
	p.h.Do(model.Restore(flow.FillIDs(f), textDiscarded(live.Number)))
}

// showVersions shows the versions of the flow in its place, or the flow again.
func (p *Editor) showVersions(on bool) {
	showing := len(p.whole.Objects) > 1
	if on == showing {
		return
	}
	if !on {
		p.whole.Objects[0].Show()
		p.whole.Objects = p.whole.Objects[:1]
		p.whole.Refresh()
		p.h.Window.Canvas().Unfocus()
		return
	}
	doc := p.h.Model.Doc()
	if doc == nil || doc.ReadOnly {
		return
	}
	p.Leave()
	if p.versions == nil {
		p.versions = newVersionsPage(p)
	}
	p.SaveNow(func() {
		p.h.Window.Canvas().Unfocus()
		p.whole.Objects[0].Hide()
		p.whole.Objects = append(p.whole.Objects[:1], p.versions.object)
		p.whole.Refresh()
		p.versions.chosen = -1
		p.versions.Refresh()
	}, p.h.Fail)
}

// Versions shows the versions of the open flow.
func (p *Editor) Versions() { p.showVersions(true) }

// Back is what Escape does where nothing has a use for it: it leads from the versions to
// the flow, and from a field to the canvas.
func (p *Editor) Back() {
	p.showVersions(false)
	p.FocusCanvas()
}

// MakeVersion asks what the next version is called, and makes it.
func (p *Editor) MakeVersion() {
	doc := p.h.Model.Doc()
	switch {
	case doc == nil:
		return
	case doc.ReadOnly:
		p.h.Fail(fault.New("model.read_only", p.h.Model.WhyNoTest(), say.T("Press “Edit this flow” to change it.")))
		return
	}
	p.Leave()
	entry := kit.NewEntry(say.T(textVersionProposal))
	var d *host.Dialog
	save := func() {
		name := entry.Text()
		d.Close()
		p.SaveNow(func() { p.makeVersion(doc, name) }, p.h.Fail)
	}
	about := kit.NewParagraph(say.T(textMakeVersionIs), kit.Muted)
	d = p.h.DialogWith(kit.ModalSpec{Title: say.T(textMakeVersion), Width: 460, Body: kit.VBox(14, kit.NewField(say.T(textVersionName), "", false, entry), about), Submit: save, Passing: true, Focus: nil},
		kit.NewButton(say.T(textMakeVersion), kit.Primary, save))
}

// makeVersion makes what was saved last the next version.
func (p *Editor) makeVersion(doc *model.Document, name string) {
	was := doc.Live()
	var number int
	host.AskThen(p.h, func(ctx context.Context) (s flow.Stored, err error) {
		if number, err = p.h.Library.MakeVersion(ctx, doc.Path, name); err != nil {
			return s, err
		}
		return p.stored(ctx, doc.Path)
	}, func(s flow.Stored) {
		if number == was.Number && name == "" {
			p.h.Tell(textVersionIs(number))
		} else {
			p.h.Tell(textVersionMade(number))
		}
		p.h.Changed(p.h.Model.SetLive(doc, model.LiveOf(s)))
		if p.versions != nil && len(p.whole.Objects) > 1 {
			p.versions.Refresh()
		}
	})
}

// stored reads a flow of the library.
func (p *Editor) stored(ctx context.Context, path string) (flow.Stored, error) {
	list, err := p.h.Library.Flows(ctx)
	if err != nil {
		return flow.Stored{}, err
	}
	for _, s := range list {
		if s.Path == path {
			return s, nil
		}
	}
	return flow.Stored{}, fault.New("flow.gone", say.T("This flow is no longer here"), say.F("Somebody deleted %s. What is on the screen is saved again with your next change.", path))
}
