package pane

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/form"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
)

const oneScript = `{"summary":"F","value":{"modules":[{"id":"a","summary":"Greet","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{"name":{"type":"static","value":"Ada"}}}}]}}`

const nameSchema = `{"type":"object","properties":{"name":{"type":"string"},"to":{"type":"string","default":"x"}},"required":["name"]}`

// walk calls f for everything in an object that a person sees or works with.
func walk(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	if o == nil {
		return
	}
	f(o)
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			walk(c, f)
		}
	case *kit.Field:
		if x.Side != nil {
			walk(x.Side, f)
		}
		walk(x.Control, f)
	case *kit.Box:
		walk(x.Content, f)
	case *kit.Banner:
		walk(x.Content, f)
	case *kit.MovableRow:
		walk(x.Content, f)
	case *kit.Row:
		walk(x.Content, f)
	case *container.Scroll:
		walk(x.Content, f)
	case *kit.Split:
		walk(x.First, f)
		walk(x.Second, f)
	}
}

// all finds the controls of one type in an object.
func all[T fyne.CanvasObject](o fyne.CanvasObject) []T {
	var found []T
	walk(o, func(o fyne.CanvasObject) {
		if x, ok := o.(T); ok {
			found = append(found, x)
		}
	})
	return found
}

func (d *desk) press(in fyne.CanvasObject, label string) {
	d.t.Helper()
	for _, b := range all[*kit.Button](in) {
		if b.Text == label {
			test.Tap(b)
			return
		}
	}
	d.t.Fatalf("there is no button %q", label)
}

// mayNotPress checks that none of some buttons is there.
func (d *desk) mayNotPress(in fyne.CanvasObject, labels ...string) {
	d.t.Helper()
	for _, b := range all[*kit.Button](in) {
		if slices.Contains(labels, b.Text) {
			d.t.Errorf("there is still a button %q", b.Text)
		}
	}
}

// named is the field of the inspector with a name.
func (d *desk) named(name string) *kit.Field {
	d.t.Helper()
	for _, f := range all[*kit.Field](d.editor.inspector.Object()) {
		if f.Name == name {
			return f
		}
	}
	d.t.Fatalf("there is no field %q", name)
	return nil
}

// tab opens a tab of the inspector.
func (d *desk) tab(name string) {
	d.editor.inspector.Open(name)
}

// iteration turns to a page by its tab.
func (d *desk) iteration(label string) {
	d.t.Helper()
	for _, s := range all[*kit.Segments](d.editor.inspector.Object()) {
		if i := slices.Index(s.Labels, label); i >= 0 {
			s.Select(i)
			s.OnChanged(i)
			return
		}
	}
	d.t.Fatalf("there is no tab %q", label)
}

// tabs are those of the inspector, and which is shown.
func (d *desk) tabs() (labels []string, shown string) {
	for _, s := range all[*kit.Segments](d.editor.inspector.Object()) {
		if slices.Contains(s.Labels, "Settings") {
			return s.Labels, s.Labels[s.Selected]
		}
	}
	return nil, ""
}

// tip presses the button with a tip.
func (d *desk) tip(tip string) {
	d.t.Helper()
	for _, b := range all[*kit.Button](d.editor.inspector.Object()) {
		if b.Tip == tip {
			test.Tap(b)
			return
		}
	}
	d.t.Fatalf("there is no button %q", tip)
}

// pills are the words on pills of the inspector.
func (d *desk) pills() (words []string) {
	for _, p := range all[*kit.Pill](d.editor.inspector.Object()) {
		words = append(words, p.Text)
	}
	return words
}

func (d *desk) input(name string) *flow.Input {
	return flow.InputsOf(d.flow().Value.Modules[0]).By[name]
}

func script1(t *testing.T) *desk {
	d := sit(t, oneScript)
	d.sigs["code"] = nameSchema
	d.h.Changed(d.h.Model.Select("a"))
	return d
}

func TestTypingStaysUnderTheCursorAndIsOneStepToUndo(t *testing.T) {
	d := script1(t)
	field := all[*kit.Entry](d.named("name"))[0]
	if field.Text() != "Ada" {
		t.Fatalf("the field shows %q", field.Text())
	}
	d.h.Window.Canvas().Focus(field.Focusable())
	for _, r := range " B" {
		field.Focusable().TypedRune(r)
	}
	if all[*kit.Entry](d.named("name"))[0] != field || d.h.Window.Canvas().Focused() != field.Focusable() {
		t.Fatal("typing built the inspector anew")
	}
	typed := string(d.input("name").Value)
	if typed == `"Ada"` || len(d.h.Model.History().Past) != 1 {
		t.Fatalf("the flow holds %s, the history %q", typed, d.h.Model.History().Past)
	}
	d.editor.Undo()
	again := all[*kit.Entry](d.named("name"))[0]
	if again.Text() != "Ada" || string(d.input("name").Value) != `"Ada"` {
		t.Errorf("after undo the field shows %q and the flow holds %s", again.Text(), d.input("name").Value)
	}
	if d.h.Window.Canvas().Focused() != again.Focusable() {
		t.Error("undo took the keyboard out of the field")
	}
	d.editor.Redo()
	if string(d.input("name").Value) != typed {
		t.Errorf("after redo the flow holds %s", d.input("name").Value)
	}
}

func TestAPauseInTypingIsAnotherStepToUndo(t *testing.T) {
	d := script1(t)
	field := all[*kit.Entry](d.named("name"))[0]
	field.OnChanged("Ada L")
	d.now = d.now.Add(5 * time.Second)
	field.OnChanged("Ada Lo")
	if n := len(d.h.Model.History().Past); n != 2 {
		t.Errorf("%d steps to undo", n)
	}
}

func TestSwitchingBetweenValueAndExpressionKeepsBoth(t *testing.T) {
	d := script1(t)
	segments := all[*kit.Segments](d.named("name"))[0]
	segments.OnChanged(1)
	if in := d.input("name"); in.Kind != flow.JavaScript || in.Expr != `"Ada"` {
		t.Fatalf("as an expression: %+v", in)
	}
	d.h.Do(model.SetInput("a", "name", &flow.Input{Kind: flow.JavaScript, Expr: "flow_input.who"}))
	segments.OnChanged(0)
	if in := d.input("name"); in.Kind != flow.Static || string(in.Value) != `"Ada"` {
		t.Fatalf("back as a value: %+v", in)
	}
	segments.OnChanged(1)
	if in := d.input("name"); in.Expr != "flow_input.who" {
		t.Errorf("the expression is lost: %+v", in)
	}
}

func TestCodeThatCanNotBeReadKeepsTheInputs(t *testing.T) {
	d := sit(t, strings.Replace(oneScript, `"code"`, `"broken"`, 1))
	d.h.Changed(d.h.Model.Select("a"))
	if len(d.failed) != 0 {
		t.Errorf("half-typed code is told as a failure: %v", d.failed)
	}
	if string(d.input("name").Value) != `"Ada"` {
		t.Error("the input is lost")
	}
	if n := len(all[*kit.Entry](d.editor.inspector.Object())); n != 1 { // the step's name
		t.Errorf("%d fields are shown of a script that cannot be read", n)
	}
}

func TestAnotherLanguageBeginsAnewOnlyWhereNothingWasWritten(t *testing.T) {
	for _, c := range []struct{ content, want string }{{model.NewScript("bun"), model.NewScript("python3")}, {"mine", "mine"}} {
		b, _ := json.Marshal(c.content)
		d := sit(t, strings.Replace(oneScript, `"code"`, string(b), 1))
		d.h.Changed(d.h.Model.Select("a"))
		d.tab("Code")
		all[*kit.SelectBox](d.editor.inspector.Object())[0].OnChanged(1)
		if v := d.flow().Value.Modules[0].Value.(*flow.RawScript); v.Language != "python3" || v.Content != c.want {
			t.Errorf("%s: %q", v.Language, v.Content)
		}
	}
}

func TestAGateWithoutFieldsHasNoForm(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1,"resume_form":{"schema":{"type":"object","properties":{"x":{"type":"string"}}}}}}]}}`)
	d.h.Changed(d.h.Model.Select("a"))
	d.tab("Approval")
	for _, b := range all[*kit.Button](d.editor.inspector.Object()) {
		if strings.HasPrefix(b.Tip, "Take ") {
			test.Tap(b)
			break
		}
	}
	if s := d.flow().Value.Modules[0].Suspend; s.ResumeForm != nil {
		t.Errorf("an empty form is left, which would ask nothing: %s", s.ResumeForm.Schema)
	}
}

func TestTypingReplacesTheLastValue(t *testing.T) {
	d := sit(t, twoSteps)
	var got string
	testForm(d.h, "Test", "", d.flow().Schema, json.RawMessage(`{"amount":500}`), func(v json.RawMessage) { got = string(v) })
	typed := d.h.Window.Canvas().Focused()
	for _, r := range "750" {
		typed.TypedRune(r)
	}
	typed.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got != `{"amount":750}` {
		t.Errorf("started with %s", got)
	}
}

func TestAMissingFieldStartsNothing(t *testing.T) {
	d := sit(t, twoSteps)
	started := 0
	testForm(d.h, "Test", "", d.flow().Schema, nil, func(json.RawMessage) { started++ })
	c := d.h.Window.Canvas()
	if c.Overlays().Top() == nil {
		t.Fatal("nothing is asked")
	}
	typed := c.Focused()
	if typed == nil {
		t.Fatal("the first field has not got the keyboard")
	}
	typed.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if started != 0 || c.Overlays().Top() == nil {
		t.Fatal("it started without what is needed")
	}
	for _, r := range "12.5" {
		typed.TypedRune(r)
	}
	typed.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if started != 1 || c.Overlays().Top() != nil {
		t.Errorf("started %d times", started)
	}
	f, err := form.New(d.flow().Schema, form.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := f.Value(); ok {
		t.Error("an empty form is taken")
	}
}

func TestAFlowWithProblemsSaysWhyItCanNotBeTested(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"}},{"id":"x","value":{"type":"aiagent"}}]}}`)
	if !d.editor.test.Disabled() || !strings.Contains(d.editor.test.Reason(), "x") {
		t.Errorf("Test flow is off: %v, because %q", d.editor.test.Disabled(), d.editor.test.Reason())
	}
	if !d.editor.wrong.Visible() || d.editor.wrong.Text != "1 error" {
		t.Errorf("told: %q", d.editor.wrong.Text)
	}
	d.press(d.editor.inspector.Object(), "Show the step")
	if d.h.Model.Selected() != "x" {
		t.Errorf("selected: %q", d.h.Model.Selected())
	}
	d.editor.TestFlow()
	if len(d.engine.started) != 0 || len(d.failed) != 1 {
		t.Errorf("started %d, told %v", len(d.engine.started), d.failed)
	}
}

func TestDuplicateAndRename(t *testing.T) {
	d := sit(t, twoSteps)
	d.h.Changed(d.h.Model.Select("a"))
	d.editor.Duplicate()
	if m := d.flow().Value.Modules; len(m) != 3 || m[1].ID != "c" || d.h.Model.Selected() != "c" {
		t.Fatalf("%d steps, selected %q", len(m), d.h.Model.Selected())
	}
	d.h.Do(model.Rename("c", "twin"))
	if d.h.Model.Selected() != "twin" || !slices.Contains(d.pills(), "twin") {
		t.Errorf("selected %q, shown %q", d.h.Model.Selected(), d.pills())
	}
}

func TestAFlowOpenedAgainKeepsWhatWasJustTyped(t *testing.T) {
	d := sit(t, twoSteps)
	d.h.Changed(d.h.Model.Select("a"))
	d.editor.Delete()
	d.editor.Open(flow.Stored{Path: "u/me/f", JSON: []byte(twoSteps)}, func() {}) // the list was read before it was stored
	if len(d.flow().Value.Modules) != 1 {
		t.Error("the change is lost")
	}
	d.editor.SaveNow(nil, nil)
	d.editor.Open(flow.Stored{Path: "u/me/f", JSON: []byte(twoSteps)}, func() {}) // stored by somebody else since
	if len(d.flow().Value.Modules) != 2 {
		t.Error("what is stored is not shown")
	}
}

func TestThePickerIsWalkedByKeyboard(t *testing.T) {
	d := sit(t, twoSteps)
	var got *flow.Module
	p := ShowPicker(d.h, "a", "c", "Script", func(m *flow.Module) { got = m })
	key := func(k fyne.KeyName) { p.search.Focusable().TypedKey(&fyne.KeyEvent{Name: k}) }
	if d.h.Window.Canvas().Focused() != p.search.Focusable() {
		t.Fatal("the search has not got the keyboard")
	}
	key(fyne.KeyDown)
	key(fyne.KeyReturn)
	if v, ok := got.Value.(*flow.RawScript); !ok || v.Language != "python3" || got.ID != "c" {
		t.Errorf("got %+v", got)
	}
}

func TestEveryOfferMakesAStepThatCanStand(t *testing.T) {
	test.NewTempApp(t)
	for _, o := range offers() {
		m, err := o.make("a")
		if err != nil {
			t.Errorf("%s: %v", o.title, err)
			continue
		}
		f := &flow.Flow{Value: flow.Value{Modules: []*flow.Module{m}}}
		bad := flow.Errors(append(flow.Validate(f), flow.Unsupported(f)...))
		if o.kind == "Branch to one" { // its condition is asked for, as any that stood there would be wrong
			if len(bad) != 1 || bad[0].Code != flow.ProblemRequired || bad[0].Field != "branches[0].expr" {
				t.Errorf("%s: %v", o.title, bad)
			}
			continue
		}
		if len(bad) > 0 {
			t.Errorf("%s: %v", o.title, bad)
		}
		if o.kind == "Approval" && !model.IsApproval(m) {
			t.Errorf("%s does not wait for anybody", o.title)
		}
	}
}

func TestTheInboxDeniesWithAReasonAndApprovesNothingIncomplete(t *testing.T) {
	d := sit(t, twoSteps)
	a := run.Approval{Run: "r1", Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay?"},
		Form: json.RawMessage(`{"type":"object","properties":{"amount":{"type":"integer"}},"required":["amount"]}`)}
	d.engine.open = []run.Approval{a}
	p := NewInbox(d.h)
	p.Refresh()
	p.decide(&a, true)
	if len(d.engine.decided) != 0 {
		t.Fatalf("decided without what is needed: %+v", d.engine.decided)
	}
	p.reason.SetText(" too expensive ")
	p.decide(&a, false)
	p.Settle(nil, nil)
	if len(d.engine.decided) != 1 || d.engine.decided[0].Approve || d.engine.decided[0].Reason != "too expensive" {
		t.Errorf("decided %+v", d.engine.decided)
	}
}

// A form that cannot be read keeps nobody from deciding, and what was typed as the
// message of a request goes along with its refusal.
func TestTheInboxDecidesWhateverTheForm(t *testing.T) {
	d := sit(t, twoSteps)
	a := run.Approval{Run: "r1", Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay?", Defaults: json.RawMessage(`{"amount": 3}`)},
		Form: json.RawMessage(`{"type":"object","properties":[1]}`)}
	d.engine.open = []run.Approval{a}
	p := NewInbox(d.h)
	p.Refresh()
	p.decide(&a, true)
	p.Settle(nil, nil)
	if len(d.engine.decided) != 1 {
		t.Fatal("an unreadable form cannot be decided")
	}
	var got map[string]int
	if json.Unmarshal(d.engine.decided[0].Payload, &got); got["amount"] != 3 {
		t.Errorf("decided %s", d.engine.decided[0].Payload)
	}

	b := run.Approval{Run: "r2", Step: "a", Required: 1, State: run.ApprovalWaiting, Ask: run.Ask{Question: "Pay?", Defaults: json.RawMessage(`{"message":"too much"}`)}}
	d.engine.open = []run.Approval{b}
	p = NewInbox(d.h)
	p.Refresh()
	place := container.NewStack()
	for _, e := range all[*kit.Entry](p.form.Object) {
		e.SetText("too much for it")
	}
	p.refuse(&b, place)
	p.decide(&b, false)
	p.Settle(nil, nil)
	if last := d.engine.decided[len(d.engine.decided)-1]; last.Approve || last.Reason != "too much for it" || !strings.Contains(string(last.Payload), "too much for it") || len(place.Objects) != 1 {
		t.Errorf("decided %+v", last)
	}
}

// code is the editor of the script that is shown.
func (d *desk) code() *code.Editor {
	d.t.Helper()
	for _, c := range all[*code.Editor](d.editor.inspector.Object()) {
		if c.Large() {
			return c
		}
	}
	d.t.Fatal("no code is shown")
	return nil
}

func (d *desk) content() string { return d.flow().Value.Modules[0].Value.(*flow.RawScript).Content }

// type types into the code as a person does, a word at a time.
func (d *desk) typeCode(words ...string) {
	c := d.code()
	d.h.Window.Canvas().Focus(c)
	for _, w := range words {
		for _, r := range w {
			c.TypedRune(r)
		}
	}
}

// What was typed in the code is taken back word by word, in one history with all
// other changes: on another tab, after another step was selected, by the toolbar
// and by the keys.
func TestCodeHasOneHistoryWithTheFlow(t *testing.T) {
	for name, away := range map[string]func(*desk){
		"at once":             func(d *desk) {},
		"after another tab":   func(d *desk) { d.tab("Settings"); d.tab("Code") },
		"after another step":  func(d *desk) { d.h.Changed(d.h.Model.Select(model.InputID)); d.h.Changed(d.h.Model.Select("a")) },
		"with the caret gone": func(d *desk) { d.h.Window.Canvas().Unfocus() },
	} {
		t.Run(name, func(t *testing.T) {
			d := script1(t)
			d.tab("Code")
			d.typeCode("boom", " bang")
			want := []string{d.content(), "boomcode", "code"}
			if want[0] != "boom bangcode" {
				t.Fatalf("typed %q", want[0])
			}
			away(d)
			for i, text := range want {
				if d.content() != text || d.code().Text() != text {
					t.Fatalf("after %d times undo the flow holds %q and the editor shows %q, want %q", i, d.content(), d.code().Text(), text)
				}
				if on := len(d.h.Model.History().Past) > 0; on == d.editor.undo.Disabled() || on != (i < 2) {
					t.Fatalf("after %d times undo there is more to undo: %v, and the button is off: %v", i, on, d.editor.undo.Disabled())
				}
				switch {
				case d.editor.undo.Disabled():
				case i == 0:
					test.Tap(d.editor.undo)
				default:
					d.code().TypedShortcut(&fyne.ShortcutUndo{})
				}
			}
			d.code().TypedShortcut(&fyne.ShortcutRedo{})
			if d.code().Text() != "boomcode" || d.content() != "boomcode" {
				t.Errorf("redo leads to %q in the flow, %q in the editor", d.content(), d.code().Text())
			}
		})
	}
}

// The larger editor takes back what was typed there and nothing else.
func TestTheLargeEditorUndoesWhatWasTypedThere(t *testing.T) {
	d := script1(t)
	d.tab("Code")
	d.typeCode("one")
	d.tip("Edit in a larger window")
	c, ok := d.h.Window.Canvas().Focused().(*code.Editor)
	if !ok {
		t.Fatal("the editor has not got the keyboard")
	}
	for _, r := range "two" {
		c.TypedRune(r)
	}
	if d.content() != "twoonecode" {
		t.Fatalf("the flow holds %q", d.content())
	}
	for range 3 {
		d.editor.Undo()
	}
	if d.content() != "onecode" || c.Text() != "onecode" {
		t.Errorf("undo leads to %q in the flow, %q in the editor", d.content(), c.Text())
	}
	d.editor.Redo()
	if d.content() != "twoonecode" || c.Text() != "twoonecode" {
		t.Errorf("redo leads to %q in the flow, %q in the editor", d.content(), c.Text())
	}
}

// toast is the passing message on the screen, nil if there is none.
func (d *desk) toast() *kit.Banner { return d.h.Window.Content().(*kit.Host).Toast() }

const reads = `{"summary":"F","value":{"modules":[
 {"id":"a","summary":"Look up","value":{"type":"identity"}},
 {"id":"b","summary":"Ask","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{
  "name":{"type":"javascript","expr":"results.a.name"},"to":{"type":"javascript","expr":"results.a.mail"}}},
  "skip_if":{"expr":"results.a == null"}}]}}`

// A step that is moved behind those that read it is told at once, with a way back,
// and stays told where it is read.
func TestMovingAStepThatOthersReadIsTold(t *testing.T) {
	d := sit(t, reads)
	d.sigs["code"] = nameSchema
	if d.editor.wrong.Visible() {
		t.Fatalf("%q before anything was moved", d.editor.wrong.Text)
	}
	d.h.Changed(d.h.Model.Select("a"))
	d.editor.Move(1)
	toast := d.toast()
	if toast == nil || toast.Title != "b reads a, which runs after it now, and 2 more" {
		t.Fatalf("told %+v", toast)
	}
	if !d.editor.wrong.Visible() || d.editor.wrong.Text != "3 warnings" {
		t.Errorf("the bar says %q", d.editor.wrong.Text)
	}
	for _, b := range d.h.Model.Scene().Boxes {
		if want := b.ID == "b"; b.Vain != want || want && b.Line != "Name reads a, which runs after it" {
			t.Errorf("the card of %s says %q", b.ID, b.Line)
		}
	}
	d.h.Changed(d.h.Model.Select("b"))
	d.tab("Inputs")
	var told []string
	for _, f := range all[*kit.Field](d.editor.inspector.Object()) {
		if f.Err != "" {
			told = append(told, f.Label+": "+f.Err)
		}
	}
	want := []string{"Name: It reads a, which runs after it. So it counts as null.", "To: It reads a, which runs after it. So it counts as null."}
	if !slices.Equal(told, want) || len(all[*kit.Banner](d.editor.inspector.Object())) != 1 {
		t.Errorf("the inspector tells %q and %d notes", told, len(all[*kit.Banner](d.editor.inspector.Object())))
	}
	toast.OnAct()
	if d.flow().Value.Modules[0].ID != "a" || d.editor.wrong.Visible() {
		t.Errorf("after Undo the first step is %s, %q", d.flow().Value.Modules[0].ID, d.editor.wrong.Text)
	}
	d.h.Changed(d.h.Model.Select("b"))
	for _, f := range all[*kit.Field](d.editor.inspector.Object()) {
		if f.Err != "" {
			t.Errorf("after Undo %s tells %q", f.Label, f.Err)
		}
	}
}

// What is told of a move goes when the move is taken back in another way.
func TestUndoTakesWhatWasToldOfTheMoveAway(t *testing.T) {
	d := sit(t, reads)
	d.h.Changed(d.h.Model.Select("a"))
	d.editor.Move(1)
	d.h.Changed(d.h.Model.Select("b"))
	if d.toast() == nil {
		t.Fatal("it is not told, or another look takes it away")
	}
	d.editor.Undo()
	if toast := d.toast(); toast != nil {
		t.Errorf("after Undo it is told that %s", toast.Title)
	}
	other := kit.NewBanner(kit.Good, "Stored", "")
	kit.ShowToast(d.h.Window.Canvas(), other)
	d.editor.Redo()
	if d.toast() != other {
		t.Error("another message is taken away")
	}
}

func TestDeletingAStepThatOthersReadAsksFirst(t *testing.T) {
	d := sit(t, reads)
	d.h.Changed(d.h.Model.Select("a"))
	d.editor.Delete()
	over := d.h.Window.Canvas().Overlays().Top()
	if len(d.flow().Value.Modules) != 2 || over == nil {
		t.Fatal("it is gone without a question")
	}
	if said := d.h.Model.Readers(d.h.Model.Breaks(model.Delete("a"))); said != "2 inputs of b, the condition to skip it of b" {
		t.Errorf("it is told that %q read it", said)
	}
	d.h.Window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if len(d.flow().Value.Modules) != 2 {
		t.Fatal("Escape deletes it")
	}
	d.h.Changed(d.h.Model.Select("b"))
	d.editor.Delete() // nobody reads it
	if len(d.flow().Value.Modules) != 1 || d.h.Window.Canvas().Overlays().Top() != nil {
		t.Error("a step that nobody reads is asked about")
	}
}

func TestDeletingAnApprovalThatOthersReadAsksFirst(t *testing.T) {
	step := func(id, more string) string { return `{"id":"` + id + `","value":{"type":"identity"}` + more + `}` }
	reader := `{"id":"c","value":{"type":"script","path":"u/me/s","input_transforms":{"x":{"type":"javascript","expr":"resume.x"}}}}`
	gate := `,"suspend":{"required_events":1}`
	for _, c := range []struct{ before, told string }{
		{step("a", "") + "," + step("b", gate), "1 input of c"},
		{step("a", gate) + "," + step("b", gate), "1 input of c"}, // it would read the answers to another question
		{step("a", gate) + "," + step("b", ""), ""},
	} {
		d := sit(t, `{"summary":"F","value":{"modules":[`+c.before+","+reader+`]}}`)
		if got := d.h.Model.Readers(d.h.Model.Breaks(model.Delete("b"))); got != c.told {
			t.Errorf("%s: %q reads it", c.before, got)
		}
		if got := slices.ContainsFunc(d.h.Model.Breaks(model.Delete("b")), model.OtherAnswer); got != (strings.Count(c.before, "suspend") == 2) {
			t.Errorf("%s: another answer is read: %v", c.before, got)
		}
	}
}
