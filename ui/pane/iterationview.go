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
	"sluice/ui/say"
)

// iterationView lists the iterations of a loop, any number of them, and goes to one.
type iterationView struct {
	p          *RunPanel
	about      *kit.Text
	number     *kit.Entry
	failed     *kit.Button
	list       *data.PickList
	object     fyne.CanvasObject
	iterations model.IterationList
}

func newIterationView(p *RunPanel) *iterationView {
	v := &iterationView{p: p, about: kit.NewText("").In(kit.Muted).Ellipsis(), number: kit.NewEntry(say.T("Go to"))}
	v.list = data.NewPickList(v.line, v.choose)
	v.number.OnSubmitted = func(text string) {
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
			v.choose(n - 1)
		}
	}
	v.failed = kit.NewButton(say.T("Next failed"), kit.Outline, func() { p.h.Changed(p.h.Model.NextFailedIteration()) }).AsSmall()
	head := kit.Pad(8, 14, 6, 14, kit.HBox(8, kit.Grow(host.Middle(v.about)), v.failed, host.Width(84, v.number)))
	v.object = kit.Dock(head, nil, nil, nil, v.list)
	return v
}

// show lists the iterations as they stand.
func (v *iterationView) show(t model.IterationList) {
	v.iterations = t
	v.about.SetText(t.Line())
	v.failed.OffIf(host.Why(t.Failed == 0, say.T("No iteration has failed")))
	if !t.Items.IsZero() {
		v.name(t)
	}
	v.p.put("iterations", func() fyne.CanvasObject { return v.object })
	v.list.Set(t.Begun, t.At)
}

func (v *iterationView) line(i int) data.PickLine {
	t := v.p.h.Model.IterationAt(i)
	return data.PickLine{Label: strconv.Itoa(t.Number), Text: t.Item, Role: host.RoleOf(t.Role), Word: t.Word, Note: t.Time}
}

func (v *iterationView) choose(i int) {
	v.p.h.Changed(v.p.h.Model.ChooseIteration(v.iterations.Step, i))
}

// name reads the list that the loop goes through, so that its iterations have names.
func (v *iterationView) name(t model.IterationList) {
	id := v.p.h.Model.Followed()
	v.p.h.Model.SetIterationItems(id, t.Step, nil) // once is enough
	v.p.h.Ask(func(ctx context.Context) (func(), error) {
		list, err := v.p.h.Runs.Value(ctx, t.Items)
		return func() { v.p.h.Changed(v.p.h.Model.SetIterationItems(id, t.Step, list)) }, err
	})
}
