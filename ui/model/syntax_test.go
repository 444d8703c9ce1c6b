package model

import (
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// An expression that cannot be read is a problem of the flow, under the name of its
// field; a text that stays is read once.
func TestExpressionsThatCannotBeRead(t *testing.T) {
	m := New()
	asked := 0
	m.SetSyntax(func(text string, condition bool) *run.Failure {
		if asked++; strings.HasSuffix(text, "+") {
			return &run.Failure{Message: "it ends too early"}
		}
		return nil
	})
	f, err := flow.ParseJSON([]byte(`{"summary":"T","value":{"modules":[
		{"id":"a","value":{"type":"rawscript","language":"bun","content":"export function main(net: number, n: number) {}","input_transforms":{
			"net":{"type":"javascript","expr":"flow_input.net +"},"n":{"type":"javascript","expr":"1 + 1"}}},"skip_if":{"expr":"false +"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	m.Open("", f)
	var got []string
	for _, p := range m.Problems() {
		if p.Code == flow.ProblemExpression {
			got = append(got, p.Step+": "+p.Title)
		}
	}
	want := "a: Net cannot be read: it ends too early|a: The condition to skip it cannot be read: it ends too early"
	if strings.Join(got, "|") != want {
		t.Errorf("problems %q", got)
	}
	before := asked
	m.Do(Edit{Name: "Name", Do: func(f *flow.Flow) (*flow.Flow, error) { g := *f; g.Summary = "U"; return &g, nil }})
	m.Problems()
	if asked != before {
		t.Errorf("%d texts were read again", asked-before)
	}
}

// A name that nothing has is among the problems of the editor, by the label of its field.
func TestAnUnknownNameIsAProblem(t *testing.T) {
	m := New()
	f := flowOf(ts("a"))
	f.Value.Modules[0].Value.(*flow.RawScript).Inputs = &flow.Inputs{Names: []string{"order_id"}, By: map[string]*flow.Input{"order_id": {Kind: flow.JavaScript, Expr: "flow_inp.y"}}}
	m.Open("u/me/f", f)
	for _, p := range m.Problems() {
		if p.Title == "Order id reads flow_inp, and nothing has that name" && p.Step == "a" && strings.Contains(p.Hint, "Did you mean flow_input?") {
			return
		}
	}
	t.Errorf("%+v", m.Problems())
}
