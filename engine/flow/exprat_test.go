package flow

import (
	"strings"
	"testing"
)

// The expression of each field that a problem can name is found and rewritten, and nothing
// beside it.
func TestEditExpression(t *testing.T) {
	f, err := ParseJSON([]byte(`{"value":{"modules":[
		{"id":"a","value":{"type":"rawscript","language":"bun","content":"","input_transforms":{"x":{"type":"javascript","expr":"X"},"y":{"type":"static","value":"Y"}}},
			"skip_if":{"expr":"S"},"stop_after_if":{"expr":"E"},"sleep":{"type":"javascript","expr":"P"},"timeout":{"type":"javascript","expr":"T"},"retry":{"retry_if":{"expr":"R"}}},
		{"id":"l","value":{"type":"forloopflow","iterator":{"type":"javascript","expr":"I"},"parallelism":{"type":"javascript","expr":"W"},"parallel":true,"skip_failures":false,"modules":[]},"stop_after_all_iters_if":{"expr":"A"}},
		{"id":"b","value":{"type":"branchone","branches":[{"expr":"B0","modules":[]},{"expr":"B1","modules":[]}],"default":[]}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := f.JSON()
	for _, x := range []struct{ step, field, expr string }{
		{"a", "input_transforms.x", "X"}, {"a", "skip_if.expr", "S"}, {"a", "stop_after_if.expr", "E"}, {"a", "sleep", "P"}, {"a", "timeout", "T"}, {"a", "retry.retry_if.expr", "R"},
		{"l", "iterator", "I"}, {"l", "parallelism", "W"}, {"l", "stop_after_all_iters_if.expr", "A"}, {"b", "branches[1].expr", "B1"},
	} {
		if got, ok := ExpressionAt(f, x.step, x.field); !ok || got != x.expr {
			t.Errorf("%s of %s is %q", x.field, x.step, got)
		}
		g, err := EditExpression(f, x.step, x.field, func(s string) string { return s + "+new" })
		if err != nil {
			t.Fatal(err)
		}
		after, _ := g.JSON()
		if want := strings.Replace(string(before), `"`+x.expr+`"`, `"`+x.expr+`+new"`, 1); string(after) != want {
			t.Errorf("%s of %s: %s", x.field, x.step, after)
		}
	}
	for _, field := range []string{"input_transforms.y", "input_transforms.z", "branches[2].expr", "value.content", ""} {
		if _, ok := ExpressionAt(f, "a", field); ok {
			t.Errorf("%q is an expression", field)
		}
	}
	if again, _ := f.JSON(); string(again) != string(before) {
		t.Error("the flow before was changed")
	}
}

// Of steps with one id the first keeps it.
func TestDistinct(t *testing.T) {
	f, err := ParseJSON([]byte(`{"value":{"modules":[{"id":"a","value":{"type":"identity"}},{"id":"l","value":{"type":"forloopflow","iterator":{"type":"static","value":[1]},"skip_failures":false,"modules":[
		{"id":"a","value":{"type":"identity"}},{"id":"b","value":{"type":"identity"}}]}},{"id":"l","value":{"type":"identity"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	ids := func(f *Flow) string {
		var out []string
		Every(f, func(m *Module) { out = append(out, m.ID) })
		return strings.Join(out, " ")
	}
	if got := ids(Distinct(f)); got != "a l c b d" {
		t.Errorf("ids %q", got)
	}
	if got := ids(f); got != "a l a b l" {
		t.Errorf("the flow before has %q", got)
	}
	if g := Distinct(Distinct(f)); len(Errors(Validate(g))) > 0 {
		t.Errorf("%+v", Validate(g))
	}
}
