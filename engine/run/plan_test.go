package run

import (
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

func TestCompileRefuses(t *testing.T) {
	script := &flow.RawScript{Language: "bun"}
	once := &flow.Suspend{RequiredEvents: 1}
	ai := &flow.RawScript{Language: "bun", Inputs: &flow.Inputs{Names: []string{"x"}, By: map[string]*flow.Input{"x": {Kind: flow.AI}}}}
	for _, c := range []struct {
		reason  string
		code    fault.Code
		modules []*flow.Module
		failure *flow.Module
	}{
		{"subflow that is not there", "flow.subflow", []*flow.Module{{ID: "a", Value: &flow.Subflow{Path: "u/a/b"}}}, nil},
		{"agent", "flow.unsupported", []*flow.Module{{ID: "a", Value: &flow.Agent{}}}, nil},
		{"unknown kind", "flow.unsupported", []*flow.Module{{ID: "a", Value: &flow.Unknown{Type: "x"}}}, nil},
		{"nothing at all", "flow.unsupported", []*flow.Module{{ID: "a"}}, nil},
		{"input by AI", "flow.unsupported", []*flow.Module{{ID: "a", Value: ai}}, nil},
		{"failure module that is no script", "flow.unsupported", nil, &flow.Module{ID: "a", Value: &flow.Identity{}}},
		{"gate in the failure module", "flow.unsupported", nil, &flow.Module{ID: "a", Suspend: once, Value: script}},
		{"script that is not there", "flow.script", []*flow.Module{{ID: "a", Value: &flow.Script{Path: "u/a/gone"}}}, nil},
		{"no id", "flow.id", []*flow.Module{{Value: script}}, nil},
		{"id twice", "flow.id", []*flow.Module{{ID: "a", Value: script}, {ID: "c", Value: &flow.BranchOne{Default: []*flow.Module{{ID: "a", Value: script}}}}}, nil},
		{"reserved id", "flow.id", []*flow.Module{{ID: "failure", Value: script}}, nil},
		{"id with a slash", "flow.id", []*flow.Module{{ID: "a/0/b", Value: script}}, nil},
	} {
		_, err := CompileParsed(Pinned{}, &flow.Flow{Value: flow.Value{Modules: c.modules, FailureModule: c.failure}}, nil)
		if !fault.HasCode(err, c.code) {
			t.Errorf("%s: %v, want code %s", c.reason, err, c.code)
		}
	}
	if _, err := Compile(Pinned{Flow: []byte(`{"value":`)}); err == nil {
		t.Error("half a flow was compiled")
	}
}

func TestPlanKnowsItsSteps(t *testing.T) {
	p, err := Compile(Pinned{
		Flow: []byte(`{"summary":"x","value":{"modules":[{"id":"a","value":{"type":"script","path":"u/x/y"}},
			{"id":"c","value":{"type":"branchone","branches":[{"expr":"1","modules":[{"id":"d","value":{"type":"identity"}}]}],
			"default":[{"id":"e","value":{"type":"rawscript","language":"bash","content":"echo"}}]}}],
			"failure_module":{"id":"oops","value":{"type":"rawscript","language":"bun","content":"f"}}}}`),
		Scripts: map[string]Code{"u/x/y": {Path: "u/x/y", Language: "bun", Content: "pinned"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id      StepID
		module  string
		content string
		order   int
	}{
		{"a", "a", "pinned", 0}, {"c", "c", "", 1}, {"c/0/d", "d", "", 2}, {"c/default/e", "e", "echo", 3}, {"failure", "oops", "f", 4},
		{"b", "", "", -1}, {"c/1/d", "", "", -1}, {"c/00/d", "", "", -1}, {"c/0", "", "", -1}, {"c/0/e", "", "", -1}, {"c/0/d/x", "", "", -1},
		{"a/0/d", "", "", -1}, {"", "", "", -1}, {"c/default/e/", "", "", -1}, {"c//d", "", "", -1},
	} {
		m := p.Module(c.id)
		if (m == nil) != (c.module == "") || m != nil && m.ID != c.module {
			t.Errorf("%q: module %+v, want %q", c.id, m, c.module)
		}
		if code, ok := p.Code(c.id); code.Content != c.content || ok != (c.content != "") {
			t.Errorf("%q: code %+v %v, want %q", c.id, code, ok, c.content)
		}
		if o := p.Order(c.id); o != c.order {
			t.Errorf("%q: order %d, want %d", c.id, o, c.order)
		}
	}
	if n := len(p.Modules()); n != 5 || p.Flow().Summary != "x" {
		t.Errorf("%d modules of %q", n, p.Flow().Summary)
	}
}
