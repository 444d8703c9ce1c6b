package model

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
)

func ids(f *flow.Flow) string {
	var all []string
	flow.Walk(f, func(m *flow.Module, _ flow.Place, _ int) { all = append(all, m.ID) })
	return strings.Join(all, " ")
}

func TestCopyAndPaste(t *testing.T) {
	loop := &flow.Module{ID: "l", Value: &flow.ForLoop{Iterator: expr("x"), Modules: []*flow.Module{ts("a"), {ID: "b", Value: &flow.Identity{}, SkipIf: &flow.Predicate{Expr: "results.a"}}}}}
	text, err := CopyText(loop)
	if err != nil {
		t.Fatal(err)
	}
	m := New()
	m.Open("p", flowOf(ts("a"), ts("z")))
	e, err := m.Paste(flow.Place{Branch: -1, Index: 1}, text)
	if err != nil {
		t.Fatal(err)
	}
	m.Do(e)
	if got := ids(m.Doc().Flow); got != "a c d e z" || m.Selected() != "c" {
		t.Errorf("ids %q, selected %q", got, m.Selected())
	}
	if s, _ := flow.Find(m.Doc().Flow, "e"); s == nil || s.SkipIf.Expr != "results.d" {
		t.Errorf("a reference among the copies does not follow: %+v", s)
	}
	m.Undo()
	if got := ids(m.Doc().Flow); got != "a z" {
		t.Errorf("after undo %q", got)
	}
}

func TestPasteTakesWhatPeopleCopy(t *testing.T) {
	one := `{"id":"q","value":{"type":"identity"}}`
	for text, want := range map[string]string{
		one:             "a q",
		"[" + one + "]": "a q",
		`{"summary":"F","value":{"modules":[` + one + `,{"id":"a","value":{"type":"identity"}}]}}`: "a q b",
		"summary: F\nvalue:\n  modules:\n    - id: y\n      value:\n        type: identity\n":      "a y",
		`{"id":"u","value":{"type":"aiagent","tools":[]}}`:                                         "a u",
	} {
		m := New()
		m.Open("p", flowOf(ts("a")))
		e, err := m.Paste(flow.Place{Branch: -1, Index: 1}, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		m.Do(e)
		if d := cmp.Diff(want, ids(m.Doc().Flow)); d != "" {
			t.Errorf("%s: %s", text, d)
		}
	}
	m := New()
	m.Open("p", flowOf(ts("a")))
	for _, bad := range []string{"", "hello", "12", "{}", "[]", `{"a":1}`, `["x"]`, "{", `{"value":{"modules":[]}}`} {
		if _, err := m.Paste(flow.Place{Branch: -1}, bad); err == nil {
			t.Errorf("%q was pasted", bad)
		}
	}
}

func TestEmptyInputsAreToldBeforeTheRun(t *testing.T) {
	schema := flow.Raw(`{"type":"object","properties":{"to":{"type":"string","title":"Approvers"},"from":{"type":"string"},"n":{"type":"number","default":1}},"required":["to","from","n"]}`)
	for _, c := range []struct {
		inputs map[string]*flow.Input
		want   string
	}{
		{nil, "Approvers, From are empty"},
		{map[string]*flow.Input{"to": {Kind: flow.Static, Value: flow.Raw(`""`)}, "from": expr("flow_input.x")}, "Approvers is empty"},
		{map[string]*flow.Input{"to": {Kind: flow.Static, Value: flow.Raw(`"x"`)}, "from": expr(" ")}, "From is empty"},
		{map[string]*flow.Input{"to": {Kind: flow.Static, Value: flow.Raw(`[]`)}, "from": expr("x")}, "Approvers is empty"},
		{map[string]*flow.Input{"to": {Kind: flow.Static, Value: flow.Raw(`"x"`)}, "from": expr("x")}, ""},
	} {
		in := &flow.Inputs{By: c.inputs}
		for n := range c.inputs {
			in.Names = append(in.Names, n)
		}
		m := New()
		m.SetSchemas(func(string) flow.Raw { return schema })
		m.Open("p", flowOf(&flow.Module{ID: "a", Value: &flow.Script{Path: "hub/1/x/y", Inputs: in}}))
		got := ""
		for _, p := range m.Problems() {
			if p.Code == problemInput {
				got = p.Title
			}
		}
		if got != c.want {
			t.Errorf("told %q, want %q", got, c.want)
		}
		if ok, _ := m.CanTest(); ok != (c.want == "") {
			t.Errorf("%q: can be tested: %v", c.want, ok)
		}
	}
}
