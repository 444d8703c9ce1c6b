package pane

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/ui/canvas"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// versionsPage compares the versions of the open flow with what is on the screen: both
// drawn side by side, what changed below, who is asked first. It brings one back, lets
// one run, and names one.
type versionsPage struct {
	e      *Editor
	h      *host.Host
	object fyne.CanvasObject
	bars   *fyne.Container
	list   *fyne.Container
	rows   []*kit.Row
	all    []model.VersionRow
	old    *canvas.FlowCanvas
	now    *canvas.FlowCanvas
	oldCap *kit.Text
	diff   *fyne.Container
	sum    *kit.Text
	chosen int
	was    *flow.Flow // of the chosen one; nil until it is read
	asked  int
	name   *kit.Button
	run    *kit.Button
	back   *kit.Button
}

func newVersionsPage(e *Editor) *versionsPage {
	p := &versionsPage{e: e, h: e.h, chosen: -1, old: canvas.New(), now: canvas.New(), list: kit.VBox(0), diff: kit.VBox(0), oldCap: kit.Strong(""), sum: kit.Caption("")}
	p.old.ReadOnly, p.now.ReadOnly = true, true
	for _, c := range []*canvas.FlowCanvas{p.old, p.now} {
		c.OnSelect, c.OnOpen = p.showStep, p.showStep
		c.OnShortcut = func(fyne.Shortcut) {}
	}
	p.name = kit.NewButton(say.T(textNameVersion), kit.Outline, p.nameIt)
	p.run = kit.NewButton(say.T(textLetItRun), kit.Outline, p.letRun)
	p.back = kit.NewButton(say.T(textBringBack), kit.Primary, p.bringBack)
	p.bars = kit.TopBar(kit.HBox(8, kit.NewButton(say.T(textBackToFlow), kit.Crumb, p.Close).With(kit.IconChevronLeft), host.Middle(kit.Heading(say.T(textVersions)))), nil,
		kit.HBox(8, p.name, p.run, p.back))
	half := func(head fyne.CanvasObject, c fyne.CanvasObject) fyne.CanvasObject {
		return kit.Dock(kit.VBox(0, kit.Pad(8, 16, 8, 16, head), kit.HLine()), nil, nil, nil, c)
	}
	both := container.New(halvesLayout{}, half(p.oldCap.Ellipsis(), p.old), kit.VLine(), half(kit.Strong(say.T(textOnTheScreen)), p.now))
	changes := kit.NewBox(kit.OnPanel, kit.None, 0, kit.Dock(kit.VBox(0, kit.HLine(), kit.Pad(10, 16, 8, 16, p.sum), kit.HLine()), nil, nil, nil, kit.Scroll(p.diff)))
	right := kit.NewVSplit(both, changes, 240, 120, 520)
	left := kit.NewBox(kit.OnPanel, kit.None, 0, kit.Scroll(kit.Pad(8, 8, 8, 8, p.list)))
	p.object = host.Page(p.bars, kit.NewSplit(left, right, 300, 240, 420).Lead())
	return p
}

// halvesLayout puts two things beside each other with a line between them.
type halvesLayout struct{}

func (halvesLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	w := kit.Round((s.Width - 1) / 2)
	kit.Place(o[0], 0, 0, w, s.Height)
	kit.Place(o[1], w, 0, 1, s.Height)
	kit.Place(o[2], w+1, 0, s.Width-w-1, s.Height)
}

func (halvesLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[2].MinSize()
	return fyne.NewSize(a.Width+b.Width+1, max(a.Height, b.Height))
}

// Refresh reads the versions again.
func (p *versionsPage) Refresh() {
	doc := p.h.Model.Doc()
	if doc == nil {
		return
	}
	host.AskThen(p.h, func(ctx context.Context) ([]flow.Version, error) { return p.h.Library.FlowVersions(ctx, doc.Path) }, func(list []flow.Version) {
		if p.h.Model.Doc() != doc {
			return
		}
		hash := ""
		if p.chosen >= 0 && p.chosen < len(p.all) {
			hash = p.all[p.chosen].Hash
		}
		p.all = model.VersionRows(p.h.Model.Now(), list)
		p.show(hash)
	})
}

// show draws the list; the version of that hash is chosen, else the one before what is on
// the screen.
func (p *versionsPage) show(hash string) {
	p.list.Objects, p.rows = nil, nil
	p.chosen = -1
	for i, v := range p.all {
		if v.Day != "" {
			p.list.Add(kit.Pad(10, 8, 4, 8, kit.Caption(v.Day)))
		}
		title := kit.NewText(v.Title).Ellipsis()
		if v.Number > 0 {
			title.Bold()
		}
		line := kit.HBox(8, host.Middle(host.Width(40, kit.Caption(v.Sub))), kit.Grow(host.Middle(title)))
		if v.Live && v.Number > 0 {
			line.Add(host.Middle(kit.NewPill(say.T(textRuns), kit.Good)))
		}
		row := kit.NewRow(kit.Pad(6, 8, 6, 8, line), func() { p.choose(i) }).Rounded()
		p.rows = append(p.rows, row)
		p.list.Add(row)
		if v.Hash == hash && p.chosen < 0 {
			p.chosen = i
		}
	}
	p.list.Refresh()
	if p.chosen < 0 && len(p.all) > 0 {
		p.chosen = min(1, len(p.all)-1)
		for i, v := range p.all {
			if v.Live && v.Number > 0 {
				p.chosen = i
			}
		}
	}
	p.choose(p.chosen)
}

// choose compares a version with what is on the screen.
func (p *versionsPage) choose(i int) {
	p.chosen, p.was = i, nil
	for n, r := range p.rows {
		r.Select(n == i)
	}
	p.asked++
	mine := p.asked
	p.buttons()
	if i < 0 || i >= len(p.all) {
		return
	}
	v := p.all[i]
	p.oldCap.SetText(v.Title)
	host.AskThen(p.h, func(ctx context.Context) (*flow.Flow, error) {
		b, err := p.h.Library.FlowVersion(ctx, v.Hash)
		if err != nil {
			return nil, err
		}
		f, err := flow.ParseJSON(b)
		if err != nil {
			return nil, err
		}
		return flow.FillIDs(f), nil
	}, func(f *flow.Flow) {
		if mine == p.asked {
			p.was = f
			p.compare()
		}
	})
}

// compare draws both and lists what changed.
func (p *versionsPage) compare() {
	doc := p.h.Model.Doc()
	if doc == nil || p.was == nil {
		return
	}
	changes := p.h.Model.Compare(p.was, doc.Flow)
	p.old.SetScene(p.h.Model.StillScene(p.was, changes))
	p.now.SetScene(p.h.Model.StillScene(doc.Flow, changes))
	p.diff.Objects = nil
	asks := 0
	for _, c := range changes {
		if c.Asks {
			asks++
		}
		p.diff.Add(p.change(c))
	}
	p.sum.SetText(textChanges(len(changes), asks))
	p.diff.Refresh()
	p.buttons()
}

// change is a line of what changed.
func (p *versionsPage) change(c model.Change) fyne.CanvasObject {
	head := kit.HBox(10)
	if c.Step == "" {
		head.Add(host.Middle(kit.NewPill(say.T(textTheFlow), kit.Neutral)))
	} else {
		head.Add(host.Middle(kit.IDPill(c.Step)))
	}
	what := kit.NewText(c.What()).Ellipsis()
	if c.Asks {
		what.Bold()
	}
	head.Add(kit.Grow(host.Middle(what)))
	if c.Asks {
		head.Add(host.Middle(kit.NewPill(say.T(textWhoDecides), kit.Accent)))
	}
	col := kit.VBox(4, head)
	for _, l := range c.Lines {
		role, sign := kit.Muted, "  "
		switch {
		case l.Was == 0:
			role, sign = kit.Good, "+ "
		case l.Now == 0:
			role, sign = kit.Bad, "− "
		}
		col.Add(kit.HBox(0, host.Width(44, kit.Mono(fmt.Sprint(max(l.Was, l.Now))).In(kit.Muted)), kit.Grow(kit.Mono(sign+l.Text).In(role).Ellipsis())))
	}
	return kit.NewRow(kit.Pad(6, 16, 6, 16, col), func() { p.showStep(c.Step) }).Lined()
}

// showStep brings a step into view on both sides.
func (p *versionsPage) showStep(id string) {
	for _, c := range []*canvas.FlowCanvas{p.old, p.now} {
		c.Reveal(id)
	}
}

func (p *versionsPage) buttons() {
	doc := p.h.Model.Doc()
	ok := p.chosen >= 0 && p.chosen < len(p.all) && doc != nil
	number, live := 0, false
	if ok {
		number, live = p.all[p.chosen].Number, p.all[p.chosen].Live
	}
	p.name.OffIf(host.Why(!ok || number == 0, say.T(whyOnlyVersions)))
	p.run.OffIf(host.Why(!ok || number == 0, say.T(whyOnlyVersions)))
	if live && number > 0 {
		p.run.OffIf(say.T(whyItRuns))
	}
	p.back.OffIf(host.Why(p.was == nil || doc != nil && p.was != nil && len(p.diff.Objects) == 0, say.T(whySame)))
}

// bringBack makes the flow as it was in the chosen version, as one edit.
func (p *versionsPage) bringBack() {
	if p.was == nil {
		return
	}
	title := p.all[p.chosen].Title
	p.h.Do(model.Restore(p.was, title))
	p.Close()
	p.h.Tell(textBroughtBack(title))
}

// letRun lets the chosen version run from now on, after a question.
func (p *versionsPage) letRun() {
	doc, v := p.h.Model.Doc(), p.all[p.chosen]
	p.ask(textRunQuestion(v.Number), say.T(textRunWhat), say.T(textLetItRun), func() {
		host.AskThen(p.h, func(ctx context.Context) (flow.Stored, error) {
			if err := p.h.Library.RunVersion(ctx, doc.Path, v.Number); err != nil {
				return flow.Stored{}, err
			}
			return p.e.stored(ctx, doc.Path)
		}, func(s flow.Stored) {
			p.h.Changed(p.h.Model.SetLive(doc, model.LiveOf(s)))
			p.Refresh()
		})
	})
}

func (p *versionsPage) ask(title, text, verb string, yes func()) {
	kit.Ask(p.h.Window.Canvas(), kit.Question{Title: title, Text: text, Verb: verb, Yes: yes})
}

// nameIt gives the chosen version another name.
func (p *versionsPage) nameIt() {
	doc, v := p.h.Model.Doc(), p.all[p.chosen]
	entry := kit.NewEntry(say.T(textVersionName))
	var d *host.Dialog
	save := func() {
		name := entry.Text()
		host.AskThen(p.h, func(ctx context.Context) (bool, error) {
			return true, p.h.Library.NameVersion(ctx, doc.Path, v.Number, name)
		}, func(bool) { d.Close(); p.Refresh() })
	}
	d = p.h.DialogWith(kit.ModalSpec{Title: say.T(textNameVersion), Width: 420, Body: kit.NewField(say.T(textVersionName), "", false, entry), Submit: save},
		kit.NewButton(say.T(textSaveName), kit.Primary, save))
}

// Close goes back to the flow.
func (p *versionsPage) Close() { p.e.showVersions(false) }
