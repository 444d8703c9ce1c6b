package pane

import (
	"context"
	"maps"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/form"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// forms are the triggers that people start by a page.
type forms struct {
	p      *Triggers
	h      *host.Host
	all    []form.State
	last   lastRuns
	drafts drafts[*model.FormDraft]
	// told are the addresses that were made since the window opened: nobody can read them
	// again.
	told map[formLink]string
}

// formLink is the address of a form, or that of one person's link to it.
type formLink struct{ path, person string }

func newForms(p *Triggers) *forms {
	return &forms{p: p, h: p.h, last: newLastRuns(p), drafts: drafts[*model.FormDraft]{}, told: map[formLink]string{}}
}

func (k *forms) read(ctx context.Context) (func(), error) {
	all, err := k.h.Forms.Forms(ctx)
	return func() {
		k.all = all
		k.last.age()
	}, err
}

func (k *forms) count() int        { return len(k.all) }
func (k *forms) path(i int) string { return k.all[i].Path }
func (k *forms) word(n int) string { return say.N(n, "%d form", "%d forms") }
func (k *forms) unsaved() string   { return k.drafts.unsaved() }
func (k *forms) fetch()            { k.last.fetch() }
func (k *forms) due([]int)         {}

func (k *forms) stays(int) time.Duration { return time.Minute }

func (k *forms) index(path string) int {
	return findPath(k.all, path, func(x *form.State) string { return x.Path })
}

func (k *forms) find(words []string) []int {
	return model.FindIn(k.all, words, func(x *form.State) string { return x.Title + " " + x.Path + " " + x.Starts() + " form" })
}

func (k *forms) line(i int) data.BoardLine {
	x := k.all[i]
	id := run.ID(x.Last)
	k.last.want(id)
	b := endpointLine(kit.TileTS, kit.IconFileCode, model.FormLine(x, k.p.now, k.last.known[id], k.p.schedules.lines.Asks[id]), x.Problem)
	k.drafts.mark(x.Path, &b)
	return b
}

func (k *forms) switchOne(ctx context.Context, path string, on bool) error {
	return k.h.Forms.SwitchForm(ctx, path, on)
}

func (k *forms) menu(i int) []*fyne.MenuItem {
	x := k.all[i]
	return k.p.endpointMenu(triggerKey{k, x.Path}, x.Enabled, func() { k.renew(x) }, func() { k.remove(x) })
}

func (k *forms) called(x form.State) string { return model.First(x.Title, x.Path) }

// renew asks, and gives a form another address.
func (k *forms) renew(x form.State) {
	k.h.Confirm(say.F("Give “%s” a new address?", k.called(x)), say.T("The old one leads nowhere from then on: whoever uses it has to be told the new one. Personal links stay."), say.T("New address"), func() {
		k.tell(formLink{path: x.Path}, func(ctx context.Context) (string, error) { return k.h.Forms.RenewForm(ctx, x.Path) })
	})
}

// tell makes an address, and shows it.
func (k *forms) tell(l formLink, make func(ctx context.Context) (string, error)) {
	host.AskThen(k.h, make, func(address string) {
		k.told[l] = address
		if g := k.p.page; g != nil && g.of.key() == (triggerKey{k, l.path}) {
			g.open(formLinks)
		}
		k.p.Refresh()
	})
}

func (k *forms) delete(i int) { k.remove(k.all[i]) }

// remove asks and deletes.
func (k *forms) remove(x form.State) {
	k.p.remove(triggerKey{k, x.Path}, k.called(x), func(ctx context.Context) error { return k.h.Forms.DeleteForm(ctx, x.Path) }, func() {
		delete(k.drafts, x.Path)
		maps.DeleteFunc(k.told, func(l formLink, _ string) bool { return l.path == x.Path })
	})
}

func (k *forms) sheetOf(i int) *sheet {
	x := k.all[i]
	d := k.drafts[x.Path]
	if d == nil {
		d = model.EditForm(x)
		k.drafts[x.Path] = d
	}
	return newFormPage(k, d, x).sheet
}

// add asks what a new form is to start.
func (k *forms) add() {
	k.p.leaving(func() {
		k.p.readTargets(func() { k.p.picker = newTargetPicker(k.p, say.T("A flow or script of the library"), false, k.begin) })
	})
}

// begin shows the page of a new form.
func (k *forms) begin(path string, isFlow bool) {
	free := model.FreePath(path, func(path string) bool { return k.index(path) >= 0 })
	d := model.NewForm(free, path, isFlow)
	d.Title = k.p.titleOf(path, isFlow)
	k.p.begin(newFormPage(k, d, form.State{}).sheet)
}
