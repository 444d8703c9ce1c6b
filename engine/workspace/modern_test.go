package workspace

import (
	"testing"

	"sluice/engine/flow"
)

// Older forms are written as Windmill's tools take them today, with the same
// meaning; what had to be rounded is told.
func TestOlderFormsAreWrittenAnew(t *testing.T) {
	for name, c := range map[string]struct{ was, want string }{
		"nulls and what is left out": {
			`{"description":null,"value":{"modules":[{"summary":null,"value":{"type":"rawscript","language":"bun","content":"x","lock":null},"stop_after_if":null}],"failure_module":null}}`,
			`{"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{}}}]},"summary":""}`,
		},
		"inputs on the module, bare values": {
			`{"summary":2024,"value":{"modules":[{"id":"a","input_transforms":{"x":{"expr":"1"},"y":5},"value":{"type":"script","path":"u/a/b"},"timeout":30,"sleep":null}]}}`,
			`{"summary":"2024","value":{"modules":[{"id":"a","value":{"type":"script","path":"u/a/b","input_transforms":{"x":{"expr":"1","type":"javascript"},"y":{"type":"static","value":5}}},"timeout":{"type":"static","value":30}}]}}`,
		},
		"loops and branches": {
			`{"summary":"","value":{"modules":[{"id":"a","value":{"type":"forloopflow","iterator":{"expr":"[1]"},"modules":[{"id":"b","value":{"type":"branchone","branches":[{"modules":null}]}}],"parallelism":2}},{"id":"c","value":{"type":"teleport","x":null}}]}}`,
			`{"summary":"","value":{"modules":[{"id":"a","value":{"type":"forloopflow","iterator":{"expr":"[1]","type":"javascript"},"modules":[{"id":"b","value":{"type":"branchone","branches":[{"modules":[],"expr":""}],"default":[]}}],"parallelism":{"type":"static","value":2},"skip_failures":false}},{"id":"c","value":{"type":"teleport","x":null}}]}}`,
		},
	} {
		f, err := flow.ParseJSON([]byte(c.was))
		if err != nil {
			t.Fatal(err)
		}
		g, rounded, err := modern(f)
		if err != nil || len(rounded) > 0 {
			t.Fatalf("%s: %v %v", name, err, rounded)
		}
		if got, _ := g.JSON(); string(got) != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
	f, err := flow.ParseJSON([]byte(`{"summary":"","value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1,"timeout":0.5},"retry":{"exponential":{"attempts":2,"seconds":0}}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := f.JSON()
	got, r := write(Items{Flows: []flow.Stored{{Path: "f/a/b", JSON: text}}}, WriteOptions{})
	l := line(t, r, "f/a/b.flow/flow.yaml")
	if want := "Windmill takes whole numbers only, so some were rounded up: step a: suspend.timeout from 0.5 to 1, step a: retry.seconds from 0 to 1."; l.What != Changed || l.Why != want {
		t.Errorf("%s\n%s", l, got["f/a/b.flow/flow.yaml"])
	}
}
