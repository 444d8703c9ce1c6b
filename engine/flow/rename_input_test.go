package flow

import (
	"strings"
	"testing"
)

// An input of a flow takes its readers along.
func TestRenameInput(t *testing.T) {
	f, err := ParseJSON([]byte(`{"value":{"skip_expr":"flow_input.sum == 0","modules":[
		{"id":"a","value":{"type":"identity"},"skip_if":{"expr":"flow_input.sum > 1"}},
		{"id":"sum","value":{"type":"rawscript","language":"bun","content":"","input_transforms":{
			"x":{"type":"javascript","expr":"flow_input?.sum + flow_input[\"sum\"] + results.sum"},
			"y":{"type":"static","value":"flow_input.sum"}}}},
		{"id":"c","value":{"type":"branchone","default":[],"branches":[{"expr":"flow_input.summary.sum","modules":[
			{"id":"d","value":{"type":"forloopflow","modules":[],"iterator":{"type":"javascript","expr":"flow_input.sum.items"},"skip_failures":false}}]}]}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(InputReaders(f, "sum"), " "); got != "a sum d" {
		t.Errorf("sum is read by %q", got)
	}
	if got := InputReaders(f, "nobody"); len(got) > 0 {
		t.Errorf("nobody is read by %q", got)
	}
	g := RenameInput(f, "sum", "the sum")
	b, err := g.JSON()
	if err != nil {
		t.Fatal(err)
	}
	out := string(b)
	for _, want := range []string{`flow_input[\"the sum\"] == 0`, `flow_input[\"the sum\"] > 1`, `flow_input?.[\"the sum\"] + flow_input[\"the sum\"] + results.sum`,
		`"value":"flow_input.sum"`, `flow_input.summary.sum`, `flow_input[\"the sum\"].items`, `"id":"sum"`} {
		if !strings.Contains(strings.ReplaceAll(out, " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("%s is not in %s", want, out)
		}
	}
	if before, _ := f.JSON(); strings.Contains(string(before), "the sum") {
		t.Error("the flow before was changed")
	}
}
