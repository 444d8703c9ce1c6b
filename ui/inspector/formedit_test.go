package inspector

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/shown"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
)

// threeInputs is a flow that asks for three things, one of which a step reads.
const threeInputs = `{"summary":"F","schema":{"type":"object","order":["one","two","three"],"required":["one"],"properties":{"one":{"type":"string","title":"First"},"two":{"type":"number"},"three":{"type":"string","enum":["a","b"]}}},
	"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"","input_transforms":{"x":{"type":"javascript","expr":"flow_input.two + 1"}}}}]}}`

func found[T fyne.CanvasObject](o fyne.CanvasObject) (out []T) {
	walk(o, func(o fyne.CanvasObject) {
		if x, ok := o.(T); ok {
			out = append(out, x)
		}
	})
	return out
}

func orderOf(t *testing.T, p *Inspector) string {
	t.Helper()
	list, err := model.FormFields(p.h.Model.Doc().Flow.Schema)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range list {
		names = append(names, f.Name)
	}
	return strings.Join(names, " ")
}

// fieldOf finds the field with a label.
func fieldOf(t *testing.T, o fyne.CanvasObject, label string) *kit.Field {
	t.Helper()
	for _, f := range found[*kit.Field](o) {
		if f.Label == label {
			return f
		}
	}
	t.Fatalf("there is no field %s", label)
	return nil
}

// Fields are put in order by Alt and an arrow, and the keyboard stays on the one that
// moved. What is locked does not move.
func TestFieldsAreMovedByKeyboard(t *testing.T) {
	p := sit(t, threeInputs)
	e := newFormEditor(p.h, flowPage{p}.inputs())
	p.h.Window.SetContent(kit.NewHost(e.body))
	alt := func(key fyne.KeyName) {
		row := found[*kit.MovableRow](e.body)
		for _, r := range row {
			if fyne.Focusable(r) == p.h.Window.Canvas().Focused() {
				r.TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierAlt})
				return
			}
		}
		t.Fatal("no row has the keyboard")
	}
	kit.Focus(found[*kit.MovableRow](e.body)[0])
	alt(fyne.KeyDown)
	alt(fyne.KeyDown)
	if got := orderOf(t, p); got != "two three one" {
		t.Errorf("after two downs: %s", got)
	}
	alt(fyne.KeyUp)
	if got := orderOf(t, p); got != "two one three" {
		t.Errorf("after one up: %s", got)
	}
	row := found[*kit.MovableRow](e.body)[0]
	row.OnMove = nil
	if row.TryShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyDown, Modifier: fyne.KeyModifierAlt}) {
		t.Error("a locked row moves")
	}
}

// A row that is dragged takes the place where it is let go.
func TestFieldsAreDragged(t *testing.T) {
	p := sit(t, threeInputs)
	e := newFormEditor(p.h, flowPage{p}.inputs())
	p.h.Window.SetContent(kit.NewHost(e.body))
	p.h.Window.Resize(fyne.NewSize(400, 700))
	row := found[*kit.MovableRow](e.body)[0]
	far := 1.4 * row.Size().Height
	for range 4 {
		row.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, far/4)})
	}
	row.DragEnd()
	if got := orderOf(t, p); got != "two one three" {
		t.Errorf("dragged by one place: %s", got)
	}
	row = found[*kit.MovableRow](e.body)[0]
	row.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, 3)})
	row.DragEnd()
	if got := orderOf(t, p); got != "two one three" {
		t.Errorf("dragged by a hair: %s", got)
	}
}

// A new name takes along what reads the field, in one step to undo; what is taken or
// empty is refused below the field.
func TestAFieldIsRenamedWithItsUses(t *testing.T) {
	p := sit(t, threeInputs)
	e := newFormEditor(p.h, flowPage{p}.inputs())
	e.toggle([]string{"two"})
	name := fieldOf(t, e.body, "Name")
	if !strings.Contains(name.Hint, "Step a reads flow_input.two") {
		t.Errorf("told %q", name.Hint)
	}
	entry := name.Control.(*kit.Entry)
	for _, bad := range []string{"one", " "} {
		entry.SetText(bad)
		entry.OnChanged(bad)
		entry.OnSubmitted(bad)
		if name.Err == "" || orderOf(t, p) != "one two three" {
			t.Errorf("%q is taken for a name: %s", bad, orderOf(t, p))
		}
	}
	entry.SetText("amount")
	entry.OnSubmitted("amount")
	in := flow.InputsOf(p.h.Model.Doc().Flow.Value.Modules[0]).By["x"]
	if orderOf(t, p) != "one amount three" || in.Expr != "flow_input.amount + 1" {
		t.Errorf("%s, and a step reads %s", orderOf(t, p), in.Expr)
	}
	p.h.Changed(p.h.Model.Undo())
	if orderOf(t, p) != "one two three" {
		t.Error("it cannot be taken back at once")
	}
}

// A field that steps read goes only when that was asked.
func TestAFieldThatIsReadIsNotTakenOutUnasked(t *testing.T) {
	p := sit(t, threeInputs)
	e := newFormEditor(p.h, flowPage{p}.inputs())
	e.remove([]string{"three"})
	if got := orderOf(t, p); got != "one two" {
		t.Errorf("what nobody reads: %s", got)
	}
	e.remove([]string{"two"})
	if got := orderOf(t, p); got != "one two" {
		t.Errorf("what a step reads went unasked: %s", got)
	}
	if p.h.Window.Canvas().Overlays().Top() == nil {
		t.Error("nobody is asked")
	}
}

// The settings of a field write what Windmill's editor writes.
func TestTheSettingsOfAField(t *testing.T) {
	p := sit(t, threeInputs)
	e := newFormEditor(p.h, flowPage{p}.inputs())
	enter := func(label, text string) {
		entry := fieldOf(t, e.body, label).Control.(*kit.Entry)
		entry.SetText(text)
		entry.OnChanged(text)
	}
	e.toggle([]string{"two"})
	enter("Title", "How much")
	enter("At least", "3")
	enter("Help", "In euro")
	enter("At most", "no number")
	if fieldOf(t, e.body, "At most").Err == "" {
		t.Error("no number is taken for one")
	}
	condition := fieldOf(t, e.body, "Shown only if")
	editor := condition.Control.(*code.Editor)
	editor.OnChanged("fields.nobody > 1")
	if !strings.Contains(condition.Err, "nobody") {
		t.Errorf("a condition on what is not there: %q", condition.Err)
	}
	editor.OnChanged("fields.one === 'x'")
	if condition.Err != "" {
		t.Errorf("a good condition: %q", condition.Err)
	}
	e.toggle([]string{"one"})
	pattern := fieldOf(t, e.body, "Pattern")
	enter("Pattern", `^\d(`)
	if pattern.Err == "" {
		t.Error("half a pattern is taken")
	}
	enter("Pattern", `^\d{5}$`)
	enter("If it does not fit, say", "Five digits")
	enter("Default", "12345")
	s := string(p.h.Model.Doc().Flow.Schema)
	for _, want := range []string{`"title":"How much"`, `"min":3`, `"description":"In euro"`, `"showExpr":"fields.one === 'x'"`, `"pattern":"^\\d{5}$"`, `"customErrorMessage":"Five digits"`, `"default":"12345"`} {
		if !strings.Contains(s, want) {
			t.Errorf("no %s in %s", want, s)
		}
	}
	e.toggle([]string{"three"})
	kind := fieldOf(t, e.body, "Type").Control.(*kit.SelectBox)
	kind.OnChanged(int(model.FieldTypeDate))
	if list, err := model.FormFields(p.h.Model.Doc().Flow.Schema); err != nil || list[2].Type != model.FieldTypeDate {
		t.Errorf("%+v, %v", list, err)
	}
}

// The larger editor follows what is changed elsewhere, and shows at its right what becomes
// of the form.
func TestTheFormWithItsPreview(t *testing.T) {
	p := sit(t, threeInputs)
	p.h.Library = noResources{}
	of := flowPage{p}.inputs()
	p.showForm("Inputs", of, "")
	d := p.large
	if d == nil {
		t.Fatal("no editor")
	}
	p.h.Do(model.SetInputs("", model.SchemaRemove(of.get(), []string{"three"})))
	if rows := found[*kit.MovableRow](d.body); len(rows) != 2 {
		t.Errorf("%d rows after a change from elsewhere", len(rows))
	}
	test.WidgetRenderer(p.h.Window.Canvas().Overlays().Top().(*kit.Modal))
}

// Preview draws what it is given, in each of its looks, and asks anew for another state.
func TestPreviewOfAnApproval(t *testing.T) {
	p := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1,"timeout":60}}]}}`)
	asked := &fakePreviews{}
	p.h.Previews = asked
	v := newPreview(p.h, 900, func(state model.Rehearsed) (model.Rehearsal, bool) { return p.h.Model.Rehearsal("a", state) })
	v.ask()
	v.state = model.RehearseDenied
	v.ask()
	if len(asked.states) != 2 || asked.states[1] != model.RehearseDenied {
		t.Errorf("asked for %v", asked.states)
	}
	for _, mail := range []bool{false, true} {
		for _, wide := range []bool{false, true} {
			v.mail, v.wide = mail, wide
			v.draw()
			want := float32(phoneWidth)
			if wide {
				want = 866 // there is no more room
			}
			if got := v.body.Objects[0].MinSize().Width - 34; got < want-1 || got > want+1 {
				t.Errorf("mail %t, desktop %t: %v wide, want %v", mail, wide, got, want)
			}
		}
	}
	v.scroll.Resize(fyne.NewSize(900, 100))
	v.frame.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	if v.scroll.Offset.Y <= 0 {
		t.Error("a key does not roll it")
	}
	v.frame.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	if v.scroll.Offset.Y != 0 {
		t.Error("a key does not roll it back")
	}
	v.got.Mail, v.got.NoMail = nil, "This step sends no mail."
	v.draw()
	if v.values.Text != "Sample values" {
		t.Errorf("told %q", v.values.Text)
	}
}

type fakePreviews struct{ states []model.Rehearsed }

func (f *fakePreviews) Show(_ context.Context, of model.Rehearsal) (model.Preview, error) {
	f.states = append(f.states, of.State)
	return model.Preview{Page: shown.Page{Heading: "Refund?"}, Mail: &shown.Letter{Question: "Refund?", Facts: []run.Fact{{Label: "Order", Value: "4711"}}}, Values: "Sample values"}, nil
}

func (f *fakePreviews) Serve(context.Context, model.Rehearsal, bool) (string, error) {
	return "http://127.0.0.1/preview/x", nil
}

type noResources struct{ host.Library }

func (noResources) Resources(context.Context) ([]flow.Resource, error) { return nil, nil }
