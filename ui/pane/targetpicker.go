package pane

import (
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/say"
)

// targetPicker asks what a new trigger is to start.
type targetPicker struct {
	p      *Triggers
	flows  bool // nothing else
	then   func(path string, isFlow bool)
	search *kit.Entry
	list   *data.PickList
	found  []target
	dialog *kit.Modal
}

func newTargetPicker(p *Triggers, sub string, flows bool, then func(path string, isFlow bool)) *targetPicker {
	t := &targetPicker{p: p, flows: flows, then: then, search: kit.NewSearch(say.T("Search"))}
	t.list = data.NewPickList(func(i int) data.PickLine {
		x := t.found[i]
		role := kit.Branch
		if !x.IsFlow {
			role = kit.Accent
		}
		return data.PickLine{Label: kindWord(x.IsFlow), Text: x.Title, Note: x.Path, Role: role}
	}, t.mark)
	t.search.OnChanged = func(string) { t.show() }
	t.search.OnSubmitted = func(string) { t.take() }
	t.search.OnKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
			t.list.TypedKey(e)
			return true
		}
		return false
	}
	t.dialog = kit.ShowModal(p.h.Window.Canvas(), kit.ModalSpec{Title: say.T("What shall it start?"), Sub: sub, Width: 620, Height: 480, Passing: true,
		Body: kit.Dock(kit.Pad(0, 0, 10, 0, t.search), nil, nil, nil, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, kit.PadAll(1, t.list))), Focus: t.search.Focusable(), Submit: t.take,
		Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Cancel"), kit.Outline, func() { t.dialog.Close() }), kit.NewButton(say.T("Go on"), kit.Primary, t.take)}})
	t.show()
	return t
}

func (t *targetPicker) show() {
	words := strings.Fields(strings.ToLower(t.search.Text()))
	t.found = t.found[:0]
next:
	for _, x := range t.p.targets {
		if t.flows && !x.IsFlow {
			continue
		}
		text := strings.ToLower(x.Title + " " + x.Path + " " + kindWord(x.IsFlow))
		for _, w := range words {
			if !strings.Contains(text, w) {
				continue next
			}
		}
		t.found = append(t.found, x)
	}
	t.list.Set(len(t.found), min(0, len(t.found)-1))
}

func (t *targetPicker) mark(i int) { t.list.Set(len(t.found), i) }

// take goes on with what is chosen.
func (t *targetPicker) take() {
	i := t.list.Chosen()
	if i < 0 {
		return
	}
	x := t.found[i]
	t.dialog.Close()
	t.then(x.Path, x.IsFlow)
}
