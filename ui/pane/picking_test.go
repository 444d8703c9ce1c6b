package pane

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/kit/data"
	"sluice/ui/model"
)

const pickFlow = `{"summary":"F","schema":{"type":"object","properties":{"amount":{"type":"number"}}},"value":{"modules":[
	{"id":"a","summary":"Look up","value":{"type":"rawscript","language":"bun","content":"look","input_transforms":{}}},
	{"id":"b","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{"subject":{"type":"javascript","expr":"flow_input.amount"},"note":{"type":"static","value":"Hello"}}}},
	{"id":"c","value":{"type":"rawscript","language":"bun","content":"look","input_transforms":{}}}]}}`

// picked is a desk with step b of a flow that has run selected.
func picked(t *testing.T) *desk {
	t.Helper()
	d := sit(t, `{"value":{"modules":[]}}`)
	d.sigs["code"] = `{"type":"object","properties":{"subject":{"type":"string"},"note":{"type":"string"}}}`
	d.sigs["look"] = `{"type":"object","properties":{}}`
	d.h.Later = func(_ time.Duration, f func()) { f() }
	d.h.Compute = func(_ context.Context, cmd run.Evaluate) (json.RawMessage, error) {
		p, ok := flow.ReadPlainPath(cmd.Exprs[0].Input.Expr)
		if !ok {
			return nil, &run.Failure{Name: run.NameExpr, Message: "it is no path"}
		}
		var v map[string]json.RawMessage
		_ = json.Unmarshal(cmd.Scope.Names[p.Root].Inline, &v)
		if p.Root == "results" {
			_ = json.Unmarshal(cmd.Scope.Results[p.Keys[0].Name].Inline, &v)
			p.Keys = p.Keys[1:]
		}
		return v[p.Keys[0].Name], nil
	}
	d.editor.Open(flow.Stored{Path: "u/me/pick", JSON: []byte(pickFlow)}, func() {})
	plan, err := run.Compile(run.Pinned{Flow: []byte(pickFlow)})
	if err != nil {
		t.Fatal(err)
	}
	b := run.Begun{ID: "r1", Flow: "h", Plan: plan}
	for i, ev := range []run.Event{
		run.Started{Flow: "h", Name: "F", Path: "u/me/pick", Input: run.Inline(map[string]any{"amount": 120}), Rules: run.RulesNow},
		run.JobStarted{Step: "a", Attempt: 1, Job: "j"}, run.JobSucceeded{Step: "a", Attempt: 1, Result: run.Inline(map[string]any{"customer": "Mia Berg", "total": 7})},
		run.Evaluated{Step: "b", For: run.ForInputs, Value: run.Inline(map[string]any{"subject": 120, "note": "Before"})},
		run.JobStarted{Step: "b", Attempt: 1, Job: "k"}, run.JobSucceeded{Step: "b", Attempt: 1, Result: run.Inline("sent")},
		run.JobStarted{Step: "c", Attempt: 1, Job: "l"}, run.JobSucceeded{Step: "c", Attempt: 1, Result: run.Inline("done")},
	} {
		b.Entries = append(b.Entries, run.Entry{ID: int64(i + 1), Run: "r1", Seq: i + 1, At: start, Event: ev})
	}
	d.h.Changed(d.h.Model.Begin(b))
	d.h.Changed(d.h.Model.Select("b"))
	d.tab("Inputs")
	return d
}

func (d *desk) fieldOf(name string) *kit.Field {
	d.t.Helper()
	for _, f := range all[*kit.Field](d.editor.inspector.Object()) {
		if f.Name == name || strings.EqualFold(f.Label, name) {
			return f
		}
	}
	d.t.Fatalf("there is no field %s", name)
	return nil
}

// What an expression gives is told below it as it is typed, and what a fixed value was.
func TestValuesAreToldBesideTheFields(t *testing.T) {
	d := picked(t)
	subject, note := d.fieldOf("subject"), d.fieldOf("note")
	if subject.Gives != "= 120" || note.Gives != "was “Before” in the run of 09:00" {
		t.Fatalf("%q, %q", subject.Gives, note.Gives)
	}
	e := subject.Control.(*code.Editor)
	d.h.Window.Canvas().Focus(e)
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	e.Insert("results.a.customer")
	if subject.Gives != "= “Mia Berg”" {
		t.Errorf("typed: %q", subject.Gives)
	}
	e.Insert("+")
	if subject.Gives != model.TextFails("it is no path") {
		t.Errorf("a mistake: %q", subject.Gives)
	}
}

// Only the answer to what was typed last counts.
func TestALateAnswerDoesNotCount(t *testing.T) {
	d := picked(t)
	var answers []func()
	d.h.Ask = func(call func(context.Context) (func(), error), _ ...func()) {
		then, _ := call(t.Context())
		answers = append(answers, then)
	}
	subject := d.fieldOf("subject")
	e := subject.Control.(*code.Editor)
	e.ReplaceRange(0, len(e.Text()), "results.a.customer")
	first := len(answers) - 1
	e.ReplaceRange(0, len(e.Text()), "results.a.total")
	last := len(answers) - 1
	answers[last]()
	if answers[first](); subject.Gives != "= 7" || first == last {
		t.Errorf("%q", subject.Gives)
	}
}

// With a field in use a press on an earlier step of the run shows its result, and a press
// on a value puts its path in; a later step is selected as ever.
func TestAValueOfTheRunIsPutIntoAField(t *testing.T) {
	d := picked(t)
	e := d.fieldOf("subject").Control.(*code.Editor)
	d.h.Window.Canvas().Focus(e)
	e.Resume(nil)
	if !d.editor.run.picking.hint.Visible() {
		t.Fatal("it is not told that a value can be pressed")
	}
	rows := d.h.Model.Rows()
	if !d.editor.run.lookAt(rows[0]) || d.h.Model.Selected() != "b" {
		t.Fatal("the result of a is not shown beside b")
	}
	tree := all[*data.JSONTree](d.editor.run.Object())[0]
	tree.OnPick("results.a.customer")
	if e.Text() != "flow_input.amount + results.a.customer" || d.h.Window.Canvas().Focused() != fyne.Focusable(e) {
		t.Errorf("%q", e.Text())
	}
	if d.editor.run.lookAt(rows[0]) {
		t.Error("a second press does not select the step")
	}
	if d.editor.run.lookAt(rows[2]) {
		t.Error("what comes later can be picked from")
	}
	d.h.Changed(d.h.Model.Select("c"))
	if d.editor.run.picking.hint.Visible() {
		t.Error("a field that is not shown takes values")
	}
}

// The field of a fixed value turns into an expression; what stood in it goes on.
func TestAPickedValueTurnsAFixedOneIntoAnExpression(t *testing.T) {
	d := picked(t)
	d.h.Window.Canvas().Focus(all[*kit.Entry](d.fieldOf("note").Control)[0].Focusable())
	if label, _, ok := d.editor.inspector.Aim(); !ok || label != "Note" {
		t.Fatalf("aimed at %q", label)
	}
	d.editor.inspector.Put("results.a.customer")
	if in := d.input2("note"); in == nil || in.Expr != "`Hello ${results.a.customer}`" {
		t.Fatalf("%+v", in)
	}
	if e, ok := d.fieldOf("note").Control.(*code.Editor); !ok || e.Text() != "`Hello ${results.a.customer}`" {
		t.Error("the field does not show it")
	}
	d.editor.Undo()
	if in := d.input2("note"); in == nil || string(in.Value) != `"Hello"` {
		t.Errorf("undone: %+v", in)
	}
}

func (d *desk) input2(name string) *flow.Input {
	return flow.InputsOf(d.flow().Value.Modules[1]).By[name]
}

// All that can be read is shown by the button beside a field, and picked with the keyboard.
func TestAValueIsPickedWithTheKeyboard(t *testing.T) {
	d := picked(t)
	e := d.fieldOf("subject").Control.(*code.Editor)
	d.h.Window.Canvas().Focus(e)
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeySpace, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift})
	tree, ok := d.h.Window.Canvas().Focused().(*data.JSONTree)
	if !ok {
		t.Fatal("nothing to pick from")
	}
	for range 6 {
		tree.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	tree.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	for tries := 0; tries < 6 && d.h.Window.Canvas().Overlays().Top() != nil; tries++ {
		tree.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	if in := d.input2("subject"); in == nil || !strings.Contains(in.Expr, "results.a") {
		t.Errorf("%+v", in)
	}
}

// A value that is dragged goes into the field it is dropped on, if it can be read there.
func TestAValueIsDroppedOnAField(t *testing.T) {
	d := picked(t)
	d.h.Window.Canvas().Capture()
	f := d.fieldOf("note")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(f).AddXY(20, 30)
	var told []string
	d.h.Tell = func(s string) { told = append(told, s) }
	in := d.editor.inspector
	in.Drag("results.c.x", at, false)
	in.Drag("results.c.x", at, true)
	if len(told) != 1 || d.input2("note").Kind != flow.Static {
		t.Errorf("what comes later: told %q, %+v", told, d.input2("note"))
	}
	in.Drag("results.a.total", at, true)
	if got := d.input2("note"); got.Expr != "`Hello ${results.a.total}`" {
		t.Errorf("%+v", got)
	}
}

// A name that means nothing is told below the field, with what was meant.
func TestANameThatMeansNothingIsMended(t *testing.T) {
	d := picked(t)
	f := d.fieldOf("subject")
	e := f.Control.(*code.Editor)
	e.ReplaceRange(0, len(e.Text()), "flow_inp.amount")
	if f.Err != "flow_inp is not known here. Did you mean flow_input?" || f.Fix() == nil {
		t.Fatalf("%q", f.Err)
	}
	f.Fix().OnTapped()
	if e.Text() != "flow_input.amount" || f.Err != "" || f.Fix() != nil {
		t.Errorf("%q, %q", e.Text(), f.Err)
	}
}
