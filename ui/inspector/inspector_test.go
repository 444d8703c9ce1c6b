package inspector

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
)

// sit is an inspector with a flow open; its calls run at once.
func sit(t *testing.T, doc string) *Inspector {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(false))
	f, err := flow.ParseJSON([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	var p *Inspector
	p = New(&host.Host{Model: model.New(), Window: test.NewTempWindow(t, kit.NewHost(kit.Space())), Now: time.Now,
		Ask: func(call func(context.Context) (func(), error), _ ...func()) {
			if then, err := call(t.Context()); err != nil {
				t.Error(err)
			} else if then != nil {
				then()
			}
		},
		Changed: func(d model.Dirty) {
			if d.Panes.Has(model.PaneInspector) {
				p.Refresh()
			}
		},
		Fail:      func(err error) { t.Error(err) },
		Signature: func(string, string) (flow.Raw, error) { return flow.Raw(`{"type":"object","properties":{}}`), nil },
		CheckExpr: func(expr string) *run.Failure {
			if strings.Contains(expr, "((") {
				return &run.Failure{Name: run.NameExpr, Message: "a parenthesis is not closed"}
			}
			return nil
		},
		CheckCondition: func(string) *run.Failure { return nil },
		Later:          func(time.Duration, func()) {},
	})
	p.h.Window.SetContent(kit.NewHost(p.Object()))
	p.h.Changed(p.h.Model.Open("u/me/f", f))
	return p
}

func TestAnExpressionIsKeptAsTypedAndItsMistakeIsTold(t *testing.T) {
	p := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"","input_transforms":{}}}]}}`)
	p.h.Changed(p.h.Model.Select("a"))
	field := kit.NewField("Amount", "amount", false, kit.Space())
	e := inputsPage{p}.expression("a", flow.Field{Name: "amount"}, field).(*code.Editor)
	e.OnChanged("flow_input.amount")
	in := flow.InputsOf(p.h.Model.Doc().Flow.Value.Modules[0]).By["amount"]
	if in == nil || in.Kind != flow.JavaScript || in.Expr != "flow_input.amount" || field.Err != "" {
		t.Fatalf("input %+v, told %q", in, field.Err)
	}
	e.OnChanged("((")
	if field.Err == "" {
		t.Error("a mistake in the expression is not told")
	}
	if in := flow.InputsOf(p.h.Model.Doc().Flow.Value.Modules[0]).By["amount"]; in.Expr != "((" {
		t.Errorf("what was typed is lost: %q", in.Expr)
	}
}

func TestTheFormOfAnApprovalIsDrawn(t *testing.T) {
	schema := model.SchemaAdd(nil, nil, "action", model.FieldTypeChoice, "")
	schema = model.SchemaAdd(schema, nil, "note", model.FieldTypeLines, "")
	schema = model.SchemaRequire(schema, []string{"action"}, true)
	fields, err := flow.Fields(schema, nil, nil)
	if err != nil || len(fields) != 2 || fields[0].Name != "action" || fields[0].Kind != flow.FieldEnum || !fields[0].Required || fields[1].Kind != flow.FieldMultiline {
		t.Fatalf("%s: %+v %v", schema, fields, err)
	}
	if fields, _ = flow.Fields(model.SchemaRemove(schema, []string{"action"}), nil, nil); len(fields) != 1 || fields[0].Required {
		t.Errorf("after taking one out: %+v", fields)
	}
}

func TestTheFormOfAGateIsEditedInPlace(t *testing.T) {
	p := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1,"timeout":60}}]}}`)
	p.h.Changed(p.h.Model.Select("a"))
	p.Open("Approval")
	gate := func() *flow.Suspend { return p.h.Model.Doc().Flow.Value.Modules[0].Suspend }
	e := newFormEditor(p.h, approvalPage{p}.form("a"))
	now := func() flow.Raw { return e.of.get() }
	action := []string{"action"}
	e.change(model.SchemaAdd(now(), nil, "action", model.FieldTypeChoice, ""))
	e.change(model.SchemaAdd(now(), nil, "note", model.FieldTypeLines, ""))
	e.change(model.SchemaRequire(now(), action, true))
	e.typed(model.SchemaChoices(now(), action, []model.FormChoice{{Value: "Refund"}, {Value: "Refund half"}}), "enum action")
	e.typed(model.SchemaSet(now(), action, "title", []byte(`"What now?"`)), "title action")
	fields, err := flow.Fields(gate().ResumeForm.Schema, nil, nil)
	if err != nil || len(fields) != 2 || fields[0].Title != "What now?" || !fields[0].Required || len(fields[0].Choices) != 2 || fields[0].Choices[1].Label != "Refund half" || fields[1].Kind != flow.FieldMultiline {
		t.Fatalf("%+v %v", fields, err)
	}
	if n := len(p.h.Model.History().Past); n != 5 {
		t.Errorf("%d steps to undo, of 5 changes", n)
	}
	for range 5 {
		p.Keep(func() { p.h.Changed(p.h.Model.Undo()) })
	}
	if gate().ResumeForm != nil {
		t.Errorf("after undo there is still a form: %s", gate().ResumeForm.Schema)
	}
}

// A branch that was just added right behind an approval is offered a condition at once.
func TestANewBranchIsOfferedAConditionAtOnce(t *testing.T) {
	p := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1}},
 {"id":"b","value":{"type":"branchone","branches":[{"expr":"","modules":[]}],"default":[]}}]}}`)
	p.h.Changed(p.h.Model.Select("b"))
	b, ok := p.ConditionSpot().Of.(*kit.Button)
	if !ok || b.Text != `resume["message"] != ""` {
		t.Fatalf("a guide points at %T", p.ConditionSpot().Of)
	}
	test.Tap(b)
	if s := p.h.Model.SelectedStep().Value.(*flow.BranchOne); s.Branches[0].Expr != b.Text {
		t.Errorf("the condition is %q", s.Branches[0].Expr)
	}
}
