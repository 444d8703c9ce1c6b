package pane

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
)

const mistakes = `{"summary":"F","schema":{"properties":{"amount":{"type":"number"}}},"value":{"modules":[
 {"id":"a","summary":"Look up","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{
  "name":{"type":"javascript","expr":"flow_inp.amount"},"to":{"type":"javascript","expr":"results.c"}}},"skip_if":{"expr":"results.zzz"}},
 {"id":"c","summary":"Which","value":{"type":"branchone","default":[],"branches":[{"expr":"flow_input.amount","modules":[]},{"expr":"false","modules":[{"id":"e","value":{"type":"identity"}}]}]}}]}}`

func mistaken(t *testing.T) *desk {
	d := sit(t, mistakes)
	d.sigs["code"] = nameSchema
	d.h.Changed(d.h.Model.Learn("bun", "code", flow.Raw(nameSchema)))
	return d
}

// lines are the titles of the list of problems, with the buttons on each.
func (d *desk) lines() (out []string) {
	for _, r := range d.editor.problems.rows {
		text := ""
		for _, x := range all[*kit.Text](r.Content)[:1] {
			text = x.Text
		}
		for _, b := range all[*kit.Button](r.Content) {
			text += " [" + b.Text + "]"
		}
		out = append(out, text)
	}
	return out
}

// The list tells what is wrong in the order of the flow, with what mends it; F8 walks through
// it and gives the keyboard to the very field.
func TestTheListOfProblems(t *testing.T) {
	d := mistaken(t)
	if d.editor.wrong.Text != "4 warnings" {
		t.Fatalf("the bar says %q: %+v", d.editor.wrong.Text, d.h.Model.ProblemList())
	}
	test.Tap(d.editor.wrong)
	want := []string{
		"Name reads flow_inp, and nothing has that name [Use flow_input]", "To reads c, which runs after it [Move c before a] [Move a after c]",
		"The condition to skip it reads zzz, which is not there", "Branch 2 is never taken: its condition is false in every run [Delete branch 2]",
	}
	if got := d.lines(); !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	if d.h.Window.Canvas().Focused() != d.editor.problems.rows[0] {
		t.Errorf("%T has the keyboard", d.h.Window.Canvas().Focused())
	}
	for i, x := range []struct{ step, tab, text string }{
		{"a", "Inputs", "flow_inp.amount"}, {"a", "Inputs", "results.c"}, {"a", "Settings", "results.zzz"}, {"c", "Branches", "false"}, {"a", "Inputs", "flow_inp.amount"},
	} {
		d.editor.NextProblem(1)
		e, ok := d.h.Window.Canvas().Focused().(*code.Editor)
		_, tab := d.tabs()
		if !ok || e.Text() != x.text || d.h.Model.Selected() != x.step || tab != x.tab {
			t.Errorf("%d: %T has the keyboard in %s of %s", i, d.h.Window.Canvas().Focused(), tab, d.h.Model.Selected())
		}
	}
	d.editor.NextProblem(-1)
	if d.h.Model.Selected() != "c" || d.editor.problems.at != 3 {
		t.Errorf("back is %q", d.h.Model.Selected())
	}
	row := d.editor.problems.rows[3]
	d.h.Window.Canvas().Focus(row)
	row.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if d.h.Window.Canvas().Focused() != d.editor.problems.rows[2] {
		t.Error("the arrows do not walk")
	}
	d.editor.problems.rows[2].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if e, ok := d.h.Window.Canvas().Focused().(*code.Editor); !ok || e.Text() != "results.zzz" {
		t.Error("Enter does not lead to the field")
	}
	d.h.Window.Canvas().Focus(d.editor.problems.rows[2])
	d.editor.problems.rows[2].TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.editor.problems.object.Visible() || d.h.Window.Canvas().Focused() != d.editor.canvas {
		t.Error("Escape does not close it")
	}
}

// A press on a fix mends it as one change with its name, and the list goes on.
func TestAFixMends(t *testing.T) {
	d := mistaken(t)
	d.editor.Problems()
	d.press(d.editor.problems.object, "Move c before a")
	if d.flow().Value.Modules[0].ID != "c" || d.editor.wrong.Text != "3 warnings" || len(d.lines()) != 3 {
		t.Errorf("%s is first, %q, %q", d.flow().Value.Modules[0].ID, d.editor.wrong.Text, d.lines())
	}
	if h := d.h.Model.History().Past; h[0] != "Move c before a" {
		t.Errorf("history %q", h)
	}
	d.editor.Undo()
	if len(d.lines()) != 4 {
		t.Errorf("after Undo %q", d.lines())
	}
	d.press(d.editor.problems.object, "Use flow_input")
	if got := d.input("name").Expr; got != "flow_input.amount" {
		t.Errorf("it reads %q", got)
	}
}

// What mends a step stands beside what is wrong with it.
func TestAFixStandsOnTheStep(t *testing.T) {
	d := mistaken(t)
	d.h.Changed(d.h.Model.Select("c"))
	for _, b := range all[*kit.Banner](d.editor.inspector.Object()) {
		if strings.Contains(b.Title, "never taken") {
			d.press(b, "Delete branch 2")
		}
	}
	if v := d.flow().Value.Modules[1].Value.(*flow.BranchOne); len(v.Branches) != 1 {
		t.Errorf("%d branches", len(v.Branches))
	}
}

// Where nothing is wrong the list says so.
func TestNoProblems(t *testing.T) {
	d := sit(t, twoSteps)
	d.editor.Problems()
	found := false
	for _, x := range all[*kit.Text](d.editor.problems.object) {
		found = found || x.Text == textNoProblems
	}
	if !found || len(d.editor.problems.rows) != 0 {
		t.Error("it does not say that nothing is wrong")
	}
}

// Of very many problems the first are listed, and a key in a large flow leaves the list as it
// is where it has nothing new to tell.
func TestVeryManyProblems(t *testing.T) {
	var mods []string
	for i := range 300 {
		mods = append(mods, fmt.Sprintf(`{"id":"s%d","value":{"type":"identity"},"skip_if":{"expr":"results.none"}}`, i))
	}
	d := sit(t, `{"summary":"F","value":{"modules":[`+strings.Join(mods, ",")+`]}}`)
	d.editor.Problems()
	if len(d.editor.problems.rows) != problemsMost || d.editor.wrong.Text != "300 warnings" {
		t.Fatalf("%d are listed, %s", len(d.editor.problems.rows), d.editor.wrong.Text)
	}
	d.h.Do(model.SetSummary("s7", "Seven"))
	d.h.Do(model.SetSummary("s7", ""))
	d.editor.NextProblem(-1)
	if d.h.Model.Selected() != "s299" {
		t.Errorf("the last is %q", d.h.Model.Selected())
	}
	d.h.Do(model.SetStep("s9", "Sleep", "sleep", func(s *flow.Module) { s.ContinueOnError = true }))
	was := d.editor.problems.rows[0]
	d.h.Do(model.SetStep("s9", "Sleep", "sleep", func(s *flow.Module) { s.ContinueOnError = false }))
	if d.editor.problems.rows[0] != was {
		t.Error("the list is made anew though nothing in it changed")
	}
}
