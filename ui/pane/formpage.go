package pane

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/form"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// The tabs of a form's page.
const (
	formPageTab = iota
	formLinks
	formRuns
)

var formTabs = []string{say.Mark("Page"), say.Mark("Links"), say.Mark("Runs")}

// formPage shows and changes one form.
type formPage struct {
	*sheet
	k     *forms
	d     *model.FormDraft
	state form.State
	began begunRuns
}

func newFormPage(k *forms, d *model.FormDraft, x form.State) *formPage {
	g := &formPage{k: k, d: d, state: x}
	g.sheet = newSheet(k.p, g)
	g.began = begunRuns{p: k.p}
	return g
}

func (g *formPage) kind() string         { return "form" }
func (g *formPage) isNew() bool          { return g.d.New }
func (g *formPage) changed() bool        { return g.d.Changed() }
func (g *formPage) called() string       { return g.d.Called() }
func (g *formPage) summary() *string     { return &g.d.Title }
func (g *formPage) tabs() []string       { return say.All(formTabs) }
func (g *formPage) about() string        { return aboutTarget(g.d.Starts(), kindWord(g.d.IsFlow())) }
func (g *formPage) problem() error       { return g.state.Problem }
func (g *formPage) left()                { g.began.list = nil }
func (g *formPage) tick()                {}
func (g *formPage) stays() time.Duration { return time.Minute }
func (g *formPage) ready() bool          { return true }

func (g *formPage) tile() (kit.TileKind, kit.Icon) { return kit.TileTS, kit.IconFileCode }

func (g *formPage) fieldOf(err error) string { return g.d.FieldOf(err) }

func (g *formPage) key() triggerKey { return pageKey(g.k, g.d.Path, g.d.New) }

func (g *formPage) page(tab int) fyne.CanvasObject {
	switch tab {
	case formLinks:
		return g.links()
	case formRuns:
		return g.runs()
	}
	return g.shown()
}

func (g *formPage) closed() {
	if !g.d.Changed() {
		delete(g.k.drafts, g.d.Path)
	}
}

func (g *formPage) judge() (field, err string) { return g.d.Wrong() }

func (g *formPage) follow() (again bool) {
	i := g.k.index(g.d.Path)
	if i < 0 {
		return false
	}
	links := g.state.Links
	g.state = g.k.all[i]
	if !g.d.Changed() {
		fresh := model.EditForm(g.state)
		same := fresh.Same(g.d)
		*g.d = *fresh
		if !same {
			return true
		}
	}
	g.d.Enabled = g.state.Enabled
	if g.tab == formRuns {
		g.began.read()
	}
	return g.tab == formLinks && !slices.Equal(links, g.state.Links)
}

func (g *formPage) acts(row *fyne.Container) {
	endpointActs(row, func() { g.k.renew(g.state) }, func() { g.k.remove(g.state) })
}

func (g *formPage) revert() { *g.d = *model.EditForm(g.state) }

func (g *formPage) tabOf(field string) int {
	switch field {
	case model.FieldRate, model.FieldBurst:
		return formLinks
	}
	return formPageTab
}

func (g *formPage) store() (save func(ctx context.Context) error, saved func()) {
	g.d.Trim()
	x, isNew, address := g.d.Form, g.d.New, ""
	save = func(ctx context.Context) (err error) {
		if isNew { // which takes no other's place
			all, err := g.h.Forms.Forms(ctx)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(all, func(s form.State) bool { return s.Path == x.Path }) {
				return fault.New("form.path", say.T("There is a form of this path already"), say.T("Choose another name behind the last slash."))
			}
		}
		address, err = g.h.Forms.SaveForm(ctx, x)
		return err
	}
	return save, func() {
		g.state.Form, g.state.Problem = x, nil
		*g.d = *model.EditForm(g.state)
		g.k.drafts[x.Path] = g.d
		if address != "" {
			g.k.told[formLink{path: x.Path}] = address
			g.tab = formLinks
		}
		g.h.Tell(say.T("Saved"))
	}
}

// shown is the tab about what the page shows.
func (g *formPage) shown() fyne.CanvasObject {
	col := kit.VBox(16)
	if g.d.New {
		col.Add(g.path(&g.d.Path))
	}
	starts := kit.NewSuggest(g.d.Starts(), "f/folder/name", func(s string) []kit.Suggestion { return g.p.propose(s, false, false) }, nil)
	starts.OnChanged = func(s string) {
		s = strings.TrimSpace(s)
		isFlow := g.d.IsFlow()
		for _, t := range g.p.targets {
			if t.Path == s {
				isFlow = t.IsFlow
			}
		}
		g.d.SetTarget(s, isFlow)
		g.edited(model.FieldTarget)
	}
	col.Add(g.field(say.T("Starts"), model.FieldTarget, true, starts).WithHint(say.T("Its inputs are the fields of the page.")))
	area := func(label, name, text, place string, set func(string)) *kit.Field {
		e := g.entryIn(kit.NewTextArea(place, 3, 10), text, func(s string) { set(s); g.edited(name) })
		e.OnSubmitted = nil
		return g.field(label, name, false, e)
	}
	col.Add(area(say.T("Text above the fields"), model.FieldText, g.d.Text, say.T("The description of what it starts"), func(s string) { g.d.Text = s }).WithHint(say.T("Markdown.")))
	col.Add(g.field(say.T("Button"), model.FieldButton, false, g.entry(g.d.Button, form.DefaultButton, func(s string) { g.d.Button = s; g.edited(model.FieldButton) })))
	col.Add(area(say.T("What happens next"), model.FieldNext, g.d.Next, say.T("Somebody looks at it within a day."), func(s string) { g.d.Next = s }).WithHint(say.T("Markdown. Told on the page, and after it was sent.")))
	col.Add(kit.NewToggle(say.T("Tell the result to who sent it"), g.d.Result, func(on bool) { g.d.Result = on; g.edited("") }))
	return col
}

// links is the tab about who can open it.
func (g *formPage) links() fyne.CanvasObject {
	col := kit.VBox(16)
	address := g.k.told[formLink{path: g.d.Path}]
	col.Add(g.told(address, say.T("Who knows it may start it."), g.opens(address)))
	g.addReach(col)
	col.Add(kit.VBox(8,
		kit.NewToggle(say.T("Only personal links open it"), g.d.LinksOnly, func(on bool) { g.d.LinksOnly = on; g.edited("") }),
		kit.NewToggle(say.T("Each personal link starts one run"), g.d.Once, func(on bool) { g.d.Once = on; g.edited("") })))
	people := kit.VBox(8)
	for _, l := range g.state.Links {
		people.Add(g.person(l))
	}
	if g.d.New {
		people.Add(kit.NewParagraph(say.T("They are made once this is saved."), kit.Muted))
	} else {
		people.Add(g.newLink())
	}
	col.Add(kit.NewField(say.T("Personal links"), "", false, people).WithHint(say.T("The run then says who started it. Each can be taken back alone.")))
	rate, burst := g.d.Limits()
	col.Add(g.limits(rate, burst, func(n float64) { g.d.Rate = n }, func(n int) { g.d.Burst = n }))
	return col
}

// opens shows the page in the browser.
func (g *formPage) opens(address string) fyne.CanvasObject {
	return kit.NewButton(say.T("Open"), kit.Outline, func() { g.h.Open(address) }).With(kit.IconExternalLink).AsSmall()
}

// person is the link of one person.
func (g *formPage) person(l form.Link) fyne.CanvasObject {
	used := say.T("not used yet")
	if !l.Used.IsZero() {
		used = say.F("started a run %s", model.Ago(g.h.Now(), l.Used))
	}
	at := formLink{g.d.Path, l.Person}
	again := kit.NewButton(say.T("New"), kit.Outline, func() {
		g.h.Confirm(say.F("Give %s a new link?", l.Person), say.T("The old one leads nowhere from then on."), say.T("New link"), func() {
			g.k.tell(at, func(ctx context.Context) (string, error) { return g.h.Forms.RenewFormLink(ctx, at.path, at.person) })
		})
	}).AsSmall()
	back := kit.NewButton(say.T("Take back"), kit.Outline, func() {
		g.h.Confirm(say.F("Take the link of %s back?", l.Person), say.T("It leads nowhere from then on. The runs that it has started stay."), say.T("Take back"), func() {
			g.h.Ask(func(ctx context.Context) (func(), error) {
				return func() { delete(g.k.told, at); g.p.Refresh() }, g.h.Forms.RevokeFormLink(ctx, at.path, at.person)
			})
		})
	}).AsSmall()
	row := kit.VBox(6, kit.HBox(8, kit.Grow(kit.VBox(1, kit.NewText(l.Person).Medium().Ellipsis(), kit.Caption(used).Ellipsis())), host.Middle(again), host.Middle(back)))
	if address := g.k.told[at]; address != "" {
		row.Add(g.copied(address, g.opens(address)))
	}
	return row
}

// newLink asks for whom another link is to be.
func (g *formPage) newLink() fyne.CanvasObject {
	who := kit.NewEntry(say.T("name or address"))
	field := kit.NewField("", "", false, who)
	make := func() {
		person, err := form.PersonOf(who.Text())
		if err != nil {
			field.SetErr(model.ErrorText(err))
			return
		}
		at := formLink{g.d.Path, person}
		g.k.tell(at, func(ctx context.Context) (string, error) { return g.h.Forms.AddFormLink(ctx, at.path, at.person) })
	}
	who.OnSubmitted = func(string) { make() }
	return kit.HBox(8, kit.Grow(field), kit.NewButton(say.T("Add"), kit.Outline, make).With(kit.IconPlus))
}

// runs is the tab about what it started.
func (g *formPage) runs() fyne.CanvasObject {
	if g.d.New {
		return kit.NewParagraph(say.T("It has not been saved yet."), kit.Muted)
	}
	return g.began.show(run.Trigger{Kind: run.TriggerForm, By: g.d.Path}, g.state.Created)
}
