package flow

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUses(t *testing.T) {
	tests := []struct {
		expr    string
		results []string
		all     bool
		context []string
	}{
		{"flow_input.x", nil, false, []string{"flow_input"}},
		{"results.a.b[0].c", []string{"a"}, false, []string{"results"}},
		{"results?.init?.feedback || \"Initial generation\"", []string{"init"}, false, []string{"results"}},
		{`results["git-clone"].x + results['b']`, []string{"git-clone", "b"}, false, []string{"results"}},
		{"results?.[`c`]", []string{"c"}, false, []string{"results"}},
		{"`${flow_input.name} owes ${results.b.sum} to ${`${results.c}`}`", []string{"b", "c"}, false, []string{"flow_input", "results"}},
		{`{ "a": results.b }`, []string{"b"}, false, []string{"results"}},
		{"results\n  .a // .b\n  .c", []string{"a"}, false, []string{"results"}},
		{"results /* .x */ .a", []string{"a"}, false, []string{"results"}},
		{"results[flow_input.k]", nil, true, []string{"results", "flow_input"}},
		{"Object.keys(results)", nil, true, []string{"results"}},
		{"{...results, results}", nil, true, []string{"results"}},
		{"({results}) => results.a", []string{"a"}, true, []string{"results"}},
		{"flow_input.results.a", nil, false, []string{"flow_input"}},
		{`"results.a"`, nil, false, nil},
		{"'it\\'s results.a' + results.b", []string{"b"}, false, []string{"results"}},
		{"results.a.x / results.b.y / 2", []string{"a", "b"}, false, []string{"results"}},
		{`"a b".split(/["']/).concat(results.c)`, []string{"c"}, false, []string{"results"}},
		{"if (x) /'/.test(results.a)", nil, true, []string{"results"}},
		{"res\\u0075lts.a", nil, true, nil},
		{`results["\x61"]`, []string{""}, true, []string{"results"}},
		{"`${results.a", []string{"a"}, true, []string{"results"}},
		{"'open results.a", nil, true, []string{"results"}},
		{"globalThis['results'].a", nil, true, nil},
		{"resume?.error ? 2 : approvers", nil, false, []string{"resume", "approvers"}},
		{"results?.5:1", nil, true, []string{"results"}},
		{"// x\u2028results.a", []string{"a"}, false, []string{"results"}},
		{"", nil, false, nil},
	}
	for _, tt := range tests {
		got := Uses(tt.expr)
		if got.All != tt.all {
			t.Errorf("%s: All is %v", tt.expr, got.All)
		}
		if d := cmp.Diff(tt.context, got.Context); d != "" {
			t.Errorf("%s: context names (-want +got):\n%s", tt.expr, d)
		}
		if d := cmp.Diff(tt.results, got.Results); d != "" && !got.All {
			t.Errorf("%s: results (-want +got):\n%s", tt.expr, d)
		}
	}
}

func TestRenameInExpressions(t *testing.T) {
	tests := []struct{ expr, to, want string }{
		{"results.a.b + results.ab + results.a", "load", "results.load.b + results.ab + results.load"},
		{"results?.a?.b", "load", "results?.load?.b"},
		{"results.a.b", "git-clone", `results["git-clone"].b`},
		{"results?.a", "git-clone", `results?.["git-clone"]`},
		{"results['a'].b", "git-clone", "results['git-clone'].b"},
		{"`${results.a} and results.a`", "x", "`${results.x} and results.a`"},
		{"x.results.a", "x", "x.results.a"},
		{"[1].map(results => results.a)", "x", "[1].map(results => results.a)"},
		{"Object.keys(results).length + results.a", "x", "Object.keys(results).length + results.x"},
		{"'open results.a", "x", "'open results.a"},
	}
	for _, tt := range tests {
		if got := renameMember(tt.expr, "results", "a", tt.to); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.expr, got, tt.want)
		}
	}
}
