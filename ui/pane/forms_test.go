package pane

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/form"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
)

// formTable answers for the forms of an engine.
type formTable struct {
	states  []form.State
	stored  []form.Form
	gone    []string
	revoked []string
	made    int
	refuse  error // of saving
}

func (t *formTable) Forms(context.Context) ([]form.State, error) { return slices.Clone(t.states), nil }

func (t *formTable) at(path string) *form.State {
	for i := range t.states {
		if t.states[i].Path == path {
			return &t.states[i]
		}
	}
	return nil
}

func (t *formTable) address() string {
	t.made++
	return fmt.Sprintf("https://ask.example/f/secret%d", t.made)
}

func (t *formTable) SaveForm(_ context.Context, f form.Form) (string, error) {
	if t.refuse != nil {
		return "", t.refuse
	}
	t.stored = append(t.stored, f)
	if is := t.at(f.Path); is != nil {
		is.Form = f
		return "", nil
	}
	t.states = append(t.states, form.State{Form: f, Created: start})
	return t.address(), nil
}

func (t *formTable) SwitchForm(_ context.Context, path string, on bool) error {
	t.at(path).Enabled = on
	return nil
}
func (t *formTable) RenewForm(context.Context, string) (string, error) { return t.address(), nil }
func (t *formTable) DeleteForm(_ context.Context, path string) error {
	t.gone = append(t.gone, path)
	t.states = slices.DeleteFunc(t.states, func(s form.State) bool { return s.Path == path })
	return nil
}
func (t *formTable) AddFormLink(_ context.Context, path, person string) (string, error) {
	is := t.at(path)
	is.Links = append(slices.Clone(is.Links), form.Link{Person: person, Created: start})
	return t.address(), nil
}
func (t *formTable) RenewFormLink(context.Context, string, string) (string, error) {
	return t.address(), nil
}
func (t *formTable) RevokeFormLink(_ context.Context, path, person string) error {
	t.revoked = append(t.revoked, person)
	is := t.at(path)
	is.Links = slices.DeleteFunc(slices.Clone(is.Links), func(l form.Link) bool { return l.Person == person })
	return nil
}

var _ host.Forms = (*formTable)(nil)

// A form is made, its address told, links are given to people and taken back.
func TestAFormAndItsLinks(t *testing.T) {
	d, p := timed(t)
	d.press(p.Object(), "Form")
	d.typed("sweep", fyne.KeyReturn)
	if p.page == nil || p.page.of.about() != "u/me/sweep · script" {
		t.Fatalf("the page is of %+v", p.page)
	}
	replaced(fieldOf(t, p.side, "Text above the fields").Control.(*kit.Entry), "Please say how deep.")
	chosen := all[*kit.Toggle](p.side)
	chosen[0].Tapped(nil)
	d.press(p.side, "Save")
	want := form.Form{Path: "u/me/sweep", Script: "u/me/sweep", Title: "Sweep", Text: "Please say how deep.", Enabled: true, Result: true}
	if got := d.engine.forms.stored; len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Fatalf("saved %+v", got)
	}
	if p.page.tab != formLinks || !strings.Contains(paragraphs(p.side), "secret1") {
		t.Errorf("the address is not told: %s", paragraphs(p.side))
	}
	if l := p.board.Line(0); l.Cells[0].Text != "Sweep" || l.Cells[1].Text != "Form" || !l.On {
		t.Errorf("the line is %+v", l)
	}
	link := fieldOf(t, p.side, "Personal links")
	entries := all[*kit.Entry](link)
	replaced(entries[len(entries)-1], "Li@Acme.example")
	d.press(link, "Add")
	if !strings.Contains(paragraphs(p.side), "secret2") || !strings.Contains(labels(p.side), "li@acme.example") {
		t.Errorf("the link is not told: %s", labels(p.side))
	}
	if l := p.board.Line(0); l.Cells[1].Sub != "open to all with its address, 1 personal link" {
		t.Errorf("the line says %q", l.Cells[1].Sub)
	}
	d.press(p.side, "Take back")
	if len(d.engine.forms.revoked) != 0 {
		t.Error("taken back without a question")
	}
	d.confirm("Take back")
	if len(d.engine.forms.revoked) != 1 || strings.Contains(labels(p.side), "li@acme.example") {
		t.Errorf("revoked %v", d.engine.forms.revoked)
	}
	p.page.tabs.OnChanged(formRuns)
	if q := d.engine.queries[len(d.engine.queries)-1]; q.From != (run.Trigger{Kind: run.TriggerForm, By: "u/me/sweep"}) {
		t.Errorf("asked for %+v", q)
	}
	d.press(p.side, "Delete")
	d.confirm("Delete")
	if len(d.engine.forms.gone) != 1 {
		t.Error("it is not deleted")
	}
}

// What saving a form says stands at its field; nobody's link is refused in words.
func TestErrorsOfSavingAForm(t *testing.T) {
	d, p := timed(t)
	d.engine.forms.states = []form.State{{Form: form.Form{Path: "f/shop/ask", Flow: "f/shop/close", Enabled: true}, Created: start}}
	p.Refresh()
	replaced(fieldOf(t, p.side, "Button").Control.(*kit.Entry), strings.Repeat("x", 201))
	if f := fieldOf(t, p.side, "Button"); !strings.Contains(f.Err, "200 letters") {
		t.Errorf("the button says %q", f.Err)
	}
	replaced(fieldOf(t, p.side, "Button").Control.(*kit.Entry), "Go")
	d.engine.forms.refuse = fault.New("flow.unknown", "There is no such flow", "")
	p.page.tabs.OnChanged(formRuns)
	d.press(p.side, "Save")
	if f := fieldOf(t, p.side, "Starts"); !strings.Contains(f.Err, "no such flow") {
		t.Errorf("what it starts says %q", f.Err)
	}
	p.page.tabs.OnChanged(formLinks)
	d.press(p.side, "Add")
	if !strings.Contains(labels(fieldOf(t, p.side, "Personal links")), "for nobody") {
		t.Error("a link for nobody is not refused")
	}
}
