package pane

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/hook"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// hooks are the triggers that other programs call.
type hooks struct {
	p      *Triggers
	h      *host.Host
	all    []hook.State
	last   lastRuns
	drafts drafts[*model.HookDraft]
	// told are the addresses that were made since the window opened, by path: nobody can
	// read them again.
	told map[string]string
}

func newHooks(p *Triggers) *hooks {
	return &hooks{p: p, h: p.h, last: newLastRuns(p), drafts: drafts[*model.HookDraft]{}, told: map[string]string{}}
}

func (k *hooks) read(ctx context.Context) (func(), error) {
	all, err := k.h.Hooks.Hooks(ctx)
	return func() {
		k.all = all
		k.last.age()
	}, err
}

func (k *hooks) count() int        { return len(k.all) }
func (k *hooks) path(i int) string { return k.all[i].Path }
func (k *hooks) word(n int) string { return say.N(n, "%d webhook", "%d webhooks") }
func (k *hooks) unsaved() string   { return k.drafts.unsaved() }
func (k *hooks) fetch()            { k.last.fetch() }
func (k *hooks) due([]int)         {}

func (k *hooks) stays(int) time.Duration { return time.Minute }

func (k *hooks) index(path string) int {
	return findPath(k.all, path, func(x *hook.State) string { return x.Path })
}

func (k *hooks) find(words []string) []int {
	return model.FindIn(k.all, words, func(x *hook.State) string { return x.Summary + " " + x.Path + " " + x.Flow + " webhook" })
}

func (k *hooks) line(i int) data.BoardLine {
	x := k.all[i]
	id := run.ID(x.Last)
	k.last.want(id)
	b := endpointLine(kit.TileInput, kit.IconExternalLink, model.HookLine(x, k.p.now, k.last.known[id], k.p.schedules.lines.Asks[id]), x.Problem)
	k.drafts.mark(x.Path, &b)
	return b
}

func (k *hooks) switchOne(ctx context.Context, path string, on bool) error {
	return k.h.Hooks.SwitchHook(ctx, path, on)
}

func (k *hooks) menu(i int) []*fyne.MenuItem {
	x := k.all[i]
	return k.p.endpointMenu(triggerKey{k, x.Path}, x.Enabled, func() { k.renew(x) }, func() { k.remove(x) })
}

func (k *hooks) called(x hook.State) string { return model.First(x.Summary, x.Path) }

// renew asks, and gives a webhook another address.
func (k *hooks) renew(x hook.State) {
	k.h.Confirm(say.F("Give “%s” a new address?", k.called(x)), say.T("The old one leads nowhere from then on: whoever calls it has to be told the new one."), say.T("New address"), func() {
		host.AskThen(k.h, func(ctx context.Context) (string, error) { return k.h.Hooks.RenewHook(ctx, x.Path) }, func(address string) {
			k.told[x.Path] = address
			if g := k.p.page; g != nil && g.of.key() == (triggerKey{k, x.Path}) {
				g.open(hookAddress)
			}
			k.p.Refresh()
		})
	})
}

func (k *hooks) delete(i int) { k.remove(k.all[i]) }

// remove asks and deletes.
func (k *hooks) remove(x hook.State) {
	k.p.remove(triggerKey{k, x.Path}, k.called(x), func(ctx context.Context) error { return k.h.Hooks.DeleteHook(ctx, x.Path) }, func() {
		delete(k.drafts, x.Path)
		delete(k.told, x.Path)
	})
}

func (k *hooks) sheetOf(i int) *sheet {
	x := k.all[i]
	d := k.drafts[x.Path]
	if d == nil {
		d = model.EditHook(x)
		k.drafts[x.Path] = d
	}
	return newHookPage(k, d, x).sheet
}

// add asks which flow a new webhook is to start.
func (k *hooks) add() {
	k.p.leaving(func() {
		k.p.readTargets(func() { k.p.picker = newTargetPicker(k.p, say.T("A flow of the library"), true, k.begin) })
	})
}

// begin shows the page of a new webhook.
func (k *hooks) begin(path string, _ bool) {
	free := model.FreePath(path, func(path string) bool { return k.index(path) >= 0 })
	d := model.NewHook(free, path)
	d.Summary = k.p.titleOf(path, true)
	k.p.begin(newHookPage(k, d, hook.State{}).sheet)
}
