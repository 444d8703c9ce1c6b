package pane

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
)

// turnView lists the turns of a loop, any number of them, and goes to one.
type turnView struct {
	p      *RunPanel
	about  *kit.Txt
	number *kit.Entry
	failed *kit.Btn
	list   *data.PickList
	object fyne.CanvasObject
	turns  model.TurnList
}

func newTurnView(p *RunPanel) *turnView {
	v := &turnView{p: p, about: kit.NewTxt("").In(kit.Muted).Ellipsis(), number: kit.NewEntry("Go to")}
	v.list = data.NewPickList(v.line, v.choose)
	v.number.OnSubmitted = func(text string) {
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
			v.choose(n - 1)
		}
	}
	v.failed = kit.NewBtn("Next failed", kit.Outline, func() { p.h.Changed(p.h.Model.NextFailedTurn()) }).AsSmall()
	head := kit.Pad(8, 14, 6, 14, kit.HBox(8, kit.Grow(host.Middle(v.about)), v.failed, host.Width(84, v.number)))
	v.object = kit.Dock(head, nil, nil, nil, v.list)
	return v
}

// show lists the turns as they stand.
func (v *turnView) show(t model.TurnList) {
	v.turns = t
	v.about.SetText(t.Line())
	v.failed.OffIf(host.Why(t.Failed == 0, "No turn has failed"))
	if !t.Items.IsZero() {
		v.name(t)
	}
	v.p.put("turns", func() fyne.CanvasObject { return v.object })
	v.list.Set(t.Begun, t.At)
}

func (v *turnView) line(i int) data.PickLine {
	t := v.p.h.Model.TurnAt(i)
	return data.PickLine{Label: strconv.Itoa(t.Number), Text: t.Item, Role: host.RoleOf(t.Role), Word: t.Word, Note: t.Time}
}

func (v *turnView) choose(i int) {
	v.p.h.Changed(v.p.h.Model.ChooseTurn(v.turns.Step, i))
}

// name reads the list that the loop goes through, so that its turns have names.
func (v *turnView) name(t model.TurnList) {
	id := v.p.h.Model.Followed()
	v.p.h.Model.SetTurnItems(id, t.Step, nil) // once is enough
	v.p.h.Ask(func(ctx context.Context) (func(), error) {
		list, err := v.p.h.Runs.Value(ctx, t.Items)
		return func() { v.p.h.Changed(v.p.h.Model.SetTurnItems(id, t.Step, list)) }, err
	})
}
