package pane

import (
	"context"
	"slices"
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
	find       *kit.Entry
	state      *kit.SelectBox
	filter     model.IterationFilter
	listed     []int // the iterations that the filter lets through, while it is on
}

func newIterationView(p *RunPanel) *iterationView {
	v := &iterationView{p: p, about: kit.NewText("").In(kit.Muted).Ellipsis(), number: kit.NewEntry(say.T("Go to"))}
	v.list = data.NewPickList(v.line, func(i int) { v.choose(v.at(i)) })
	v.number.OnSubmitted = func(text string) {
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
			v.choose(n - 1)
		}
	}
	v.failed = kit.NewButton(say.T("Next failed"), kit.Outline, func() { p.h.Changed(p.h.Model.NextFailedIteration()) }).AsSmall()
	v.find = kit.NewSearch(say.T(textFindIterations))
	v.find.OnChanged = func(s string) {
		v.filter.Text = s
		v.again()
	}
	v.find.OnKey = func(e *fyne.KeyEvent) bool {
		if e.Name != fyne.KeyEscape || v.find.Text() == "" {
			return false
		}
		v.find.SetText("")
		v.filter.Text = ""
		v.again()
		return true
	}
	v.state = kit.NewSelectBox([]string{say.T(textAllIterations), say.T("Failed"), say.T(textWaits), say.T(textGoesOn), say.T(textDone)}, 0, func(i int) {
		v.filter.Role = model.IterationRoles[max(0, i)]
		v.again()
	})
	head := kit.Pad(8, 14, 6, 14, kit.HBox(8, kit.Grow(host.Middle(v.about)), host.Width(180, v.find), host.Width(130, v.state), v.failed, host.Width(84, v.number)))
	v.object = kit.Dock(head, nil, nil, nil, v.list)
	return v
}

// show lists the iterations as they stand.
func (v *iterationView) show(t model.IterationList) {
	if t.Step != v.iterations.Step && v.filter.On() { // another loop has other texts
		v.filter = model.IterationFilter{}
		v.find.SetText("")
		v.state.Select(0)
	}
	v.iterations = t
	v.about.SetText(t.Line())
	v.failed.OffIf(host.Why(t.Failed == 0, say.T("No iteration has failed")))
	if !t.Items.IsZero() {
		v.name(t)
	}
	v.p.put("iterations", func() fyne.CanvasObject { return v.object })
	v.again()
}

// again lists the iterations that the filter lets through.
func (v *iterationView) again() {
	t := v.iterations
	if !v.filter.On() {
		v.listed = nil
		v.about.SetText(t.Line())
		v.list.Set(t.Begun, t.At)
		return
	}
	v.listed = v.p.h.Model.IterationsLike(v.filter)
	v.about.SetText(say.F("%d of %d iterations", len(v.listed), t.Begun))
	v.list.Set(len(v.listed), slices.Index(v.listed, t.At))
}

// at is the iteration that a line of the list is.
func (v *iterationView) at(line int) int {
	if v.filter.On() {
		if line < 0 || line >= len(v.listed) {
			return -1
		}
		return v.listed[line]
	}
	return line
}

func (v *iterationView) line(i int) data.PickLine {
	t := v.p.h.Model.IterationAt(v.at(i))
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
