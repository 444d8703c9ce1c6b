package pane

import (
	"context"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// endpointLine draws the line of what somebody outside can start by an address.
func endpointLine(tile kit.TileKind, icon kit.Icon, l model.EndpointLine, problem error) data.BoardLine {
	b := data.BoardLine{Tile: tile, Icon: icon, Word: l.Last, Role: host.RoleOf(l.Role), On: l.On,
		Cells: [3]data.BoardCell{{Text: l.Title, Sub: l.Target}, {Text: l.How, Sub: l.Answer}, {Text: l.Came, Sub: l.Ago}}}
	switch {
	case problem != nil:
		b.Tile, b.Cells[2].Role = kit.TileBad, kit.Bad
	case !l.On:
		b.Tile, b.Cells[2].Role = kit.TilePlain, kit.Muted
	case l.Approval:
		b.Tile = kit.TileApproval
	}
	return b
}

// endpointMenu is the menu of what somebody outside can start by an address.
func (p *Triggers) endpointMenu(key triggerKey, on bool, renew, remove func()) []*fyne.MenuItem {
	return []*fyne.MenuItem{
		p.switchItem(key, on),
		fyne.NewMenuItem(say.T("New address…"), renew),
		fyne.NewMenuItem(say.T("Copy path"), func() { p.h.Copy(key.path, say.T("Path")) }),
		fyne.NewMenuItem(say.T("Delete"), remove),
	}
}

// endpointActs are the same below its page.
func endpointActs(row *fyne.Container, renew, remove func()) {
	row.Add(kit.NewButton(say.T("New address…"), kit.Outline, renew))
	row.Add(kit.Space())
	row.Add(kit.NewButton(say.T("Delete"), kit.Danger, remove))
}

// pageKey names the trigger of a page; one that is new has no place in the list yet.
func pageKey(k triggerKind, path string, isNew bool) triggerKey {
	if isNew {
		return triggerKey{}
	}
	return triggerKey{k, path}
}

// told shows an address that was made since the window opened, with what can be done with
// it; "" is one that nobody can read again.
func (g *sheet) told(address, who string, acts ...fyne.CanvasObject) fyne.CanvasObject {
	switch {
	case g.of.isNew():
		return kit.NewField(say.T("Address"), "", false, kit.NewParagraph(say.T("It is made when this is saved."), kit.Muted))
	case address == "":
		return kit.NewField(say.T("Address"), "", false, kit.NewParagraph(say.T("It was told when it was made, and is not stored: Sluice knows its hash alone. A new one makes the old one useless."), kit.Muted))
	}
	return kit.NewField(say.T("Address"), "", false, g.copied(address, acts...)).WithHint(say.T("Copy it now: when Sluice is closed, nobody can read it again.") + " " + who)
}

// copied is an address with a button that copies it.
func (g *sheet) copied(address string, acts ...fyne.CanvasObject) fyne.CanvasObject {
	shown := kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, kit.Pad(8, 12, 8, 12, kit.NewParagraph(address, kit.Ink).Mono()))
	buttons := []fyne.CanvasObject{kit.NewButton(say.T("Copy"), kit.Outline, func() { g.h.Copy(address, say.T("Address")) }).With(kit.IconCopy).AsSmall()}
	return kit.VBox(8, shown, kit.HBox(8, append(buttons, acts...)...))
}

// addReach says where nobody else can reach an address.
func (g *sheet) addReach(col *fyne.Container) {
	if strings.Contains(g.h.Info.Public, "//127.0.0.1") || strings.Contains(g.h.Info.Public, "//localhost") {
		col.Add(kit.NewBanner(kit.Waiting, say.T("Only this computer reaches it"), say.T("Enter the address of a tunnel in Settings, so that others do.")))
	}
}

// limits are the fields of how much may come.
func (g *sheet) limits(rate float64, burst int, setRate func(float64), setBurst func(int)) fyne.CanvasObject {
	number := func(label, name, is string, set func(float64) bool) fyne.CanvasObject {
		e := g.entry(is, "", nil)
		e.OnChanged = func(s string) {
			n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
			if err != nil || !(n > 0) || !set(n) {
				g.unread(name, say.T("Enter a number above 0"))
				return
			}
			g.edited(name)
		}
		return host.Width(150, g.field(label, name, false, e))
	}
	return kit.HBox(12,
		number(say.T("At most, a second"), model.FieldRate, strconv.FormatFloat(rate, 'f', -1, 64), func(n float64) bool { setRate(n); return true }),
		number(say.T("and at once"), model.FieldBurst, strconv.Itoa(burst), func(n float64) bool {
			whole := n == float64(int(n))
			if whole {
				setBurst(int(n))
			}
			return whole
		}), kit.Space())
}

// begunRuns lists what one trigger from outside started, and what it refused, newest first.
type begunRuns struct {
	refused []model.RefusedLine

	p      *Triggers
	from   run.Trigger
	since  time.Time
	list   *fyne.Container // while it is shown
	most   int
	listed int // lists that were asked for
}

// show makes the list.
func (b *begunRuns) show(from run.Trigger, since time.Time) fyne.CanvasObject {
	b.from, b.since, b.list = from, since, kit.VBox(0)
	b.most = max(b.most, runsPage)
	b.read()
	return b.list
}

// read reads it again.
func (b *begunRuns) read() {
	b.listed++
	mine, q := b.listed, host.RunQuery{From: b.from, Since: b.since, Limit: b.most + 1}
	host.AskThen(b.p.h, func(ctx context.Context) ([]run.Summary, error) { return b.p.h.Lists.Runs(ctx, q) }, func(runs []run.Summary) {
		if mine == b.listed && b.list != nil {
			b.take(runs)
		}
	})
}

func (b *begunRuns) take(runs []run.Summary) {
	var rows []fyne.CanvasObject
	const layout = "Mon 2 Jan, 15:04:05"
	refused := b.refused
	refuse := func(until time.Time) {
		for ; len(refused) > 0 && refused[0].At.After(until); refused = refused[1:] {
			x := refused[0]
			rows = append(rows, b.p.runRow(x.At.Local().Format(layout), x.Why, x.Word, model.AwaitsPeople, ""))
		}
	}
	for _, r := range runs[:min(len(runs), b.most)] {
		refuse(r.Started)
		word, role := model.RunState(r)
		rows = append(rows, b.p.runRow(r.Started.Local().Format(layout), lasted(r), word, role, r.ID))
	}
	if len(runs) <= b.most {
		refuse(time.Time{})
	}
	if len(b.refused) > 0 {
		rows = append(rows, kit.Pad(10, 6, 0, 6, kit.NewParagraph(say.T("What was refused is told until Sluice is closed."), kit.Muted).Sized(kit.TextCaption)))
	}
	switch {
	case len(rows) == 0:
		rows = append(rows, kit.NewParagraph(say.T("Nothing came yet."), kit.Muted))
	case len(runs) > b.most:
		rows = append(rows, kit.Pad(12, 6, 12, 6, kit.HBox(0, kit.NewButton(say.T("Show older ones"), kit.Outline, func() { b.most += runsPage; b.read() }))))
	}
	b.list.Objects = rows
	b.list.Refresh()
	kit.Relayout(b.list)
}

// lasted says how long a run took, with what it waited.
func lasted(r run.Summary) string {
	if r.Ended.IsZero() {
		return ""
	}
	return model.Took(r.Ended.Sub(r.Started))
}
