package workspace

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
		g, rounded, err := modern(f, false)
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

// A script of several files has its lock in its folder; new files of a flow are
// called as the settings of the workspace ask.
func TestNewestLayout(t *testing.T) {
	files := map[string]string{
		"wmill.yaml":             "nonDottedPaths: true\n",
		"f/a/s__mod/script.ts":   "export function main() {}\n",
		"f/a/s__mod/script.yaml": "summary: S\nlock: '!inline f/a/s__mod/script.lock'\nkind: script\n",
		"f/a/s__mod/script.lock": "{}\n",
		"f/a/t__mod/script.ts":   "export function main() {}\n",
		"f/a/t__mod/script.yaml": "summary: T\nkind: script\n",
		"f/a/t__mod/script.lock": "{2}\n",
		"f/a/x__flow/flow.yaml":  "summary: X\nvalue:\n  modules:\n    - id: a\n      summary: Old one\n      value: {type: rawscript, language: bun, content: '!inline old_one.ts', lock: '!inline old_one.lock', input_transforms: {}}\n",
		"f/a/x__flow/old_one.ts": "1", "f/a/x__flow/old_one.lock": "l",
	}
	in := read(t, files)
	if n := in.Report.Count(Refused); n != 0 || len(in.Items.Scripts) != 2 || in.Items.Scripts[0].Lock != "{}\n" || in.Items.Scripts[1].Lock != "{2}\n" {
		t.Fatalf("%d refused, scripts %+v\n%s", n, in.Items.Scripts, in.Report.Text())
	}
	got, _ := write(in.Items, WriteOptions{})
	if diff := cmp.Diff(files, got); diff != "" {
		t.Error(diff)
	}
	f, err := flow.ParseJSON(in.Items.Flows[0].JSON)
	if err != nil {
		t.Fatal(err)
	}
	f.Value.Modules = append(f.Value.Modules, &flow.Module{ID: "b", Summary: "Fetch user", Value: &flow.RawScript{Language: "python3", Content: "2", Lock: "m"}})
	if in.Items.Flows[0].JSON, err = f.JSON(); err != nil {
		t.Fatal(err)
	}
	in.Items.Scripts[0].Content = "changed"
	got, _ = write(in.Items, WriteOptions{})
	var names []string
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{"f/a/s__mod/script.lock", "f/a/s__mod/script.ts", "f/a/s__mod/script.yaml", "f/a/t__mod/script.lock", "f/a/t__mod/script.ts", "f/a/t__mod/script.yaml",
		"f/a/x__flow/fetch_user.lock", "f/a/x__flow/fetch_user.py", "f/a/x__flow/flow.yaml", "f/a/x__flow/old_one.lock", "f/a/x__flow/old_one.ts", "wmill.yaml"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if got["f/a/s__mod/script.ts"] != "changed" || got["f/a/s__mod/script.lock"] != "{}\n" {
		t.Errorf("%q", got)
	}
}

// Two flows are the same if they say the same; a number that would be rounded, or
// another order of arguments, is a difference.
func TestSameFlow(t *testing.T) {
	step := func(fields string) string {
		return `{"summary":"s","value":{"modules":[{"id":"a","value":{"type":"rawscript",` + fields + `}}]}}`
	}
	one := step(`"language":"bun","content":"x","input_transforms":{"p":{"type":"static","value":1},"q":{"type":"static","value":2}}`)
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"itself":                {one, one, true},
		"order of fields":       {one, step(`"content":"x","input_transforms":{"p":{"value":1,"type":"static"},"q":{"type":"static","value":2}},"language":"bun"`), true},
		"an empty description":  {one, strings.Replace(one, `"value":{"modules`, `"description":"","value":{"modules`, 1), true},
		"a description":         {one, strings.Replace(one, `"value":{"modules`, `"description":"d","value":{"modules`, 1), false},
		"order of arguments":    {one, step(`"language":"bun","content":"x","input_transforms":{"q":{"type":"static","value":2},"p":{"type":"static","value":1}}`), false},
		"a value":               {one, strings.Replace(one, `"value":2`, `"value":3`, 1), false},
		"a field of Sluice":     {one, strings.Replace(one, `"summary":"s"`, `"summary":"s","x-sluice":{"a":1}`, 1), false},
		"numbers to be rounded": {`{"summary":"s","value":{"modules":[],"cache_ttl":0.5}}`, `{"summary":"s","value":{"modules":[],"cache_ttl":1}}`, false},
		"no flow":               {one, `[]`, false},
	} {
		if got := SameFlow(flow.Raw(c.a), flow.Raw(c.b)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A flow that was taken with its agent's tools as references, as older versions
// did, goes back byte for byte while it is not changed, and with its tools' code
// once it is.
func TestToolsThatWereTakenAsReferences(t *testing.T) {
	files := map[string]string{
		"f/a/g.flow/flow.yaml": "# mine\nsummary: s\nvalue: {modules: [{id: a, value: {type: aiagent, input_transforms: {}, tools: [{id: t, value: {tool_type: flowmodule, type: rawscript, content: '!inline t.ts', language: bun}}]}}]}\n",
		"f/a/g.flow/t.ts":      "code",
	}
	f := read(t, files)
	now := string(f.Items.Flows[0].JSON)
	if !strings.Contains(now, `"content":"code"`) {
		t.Fatalf("the tool is not read: %s", now)
	}
	old := strings.Replace(now, `"content":"code"`, `"content":"!inline t.ts"`, 1)
	f.Items.Flows[0].JSON = flow.Raw(old)
	got, _ := write(f.Items, WriteOptions{})
	if diff := cmp.Diff(files, got); diff != "" {
		t.Errorf("not changed (-want +got):\n%s", diff)
	}
	f.Items.Flows[0].JSON = flow.Raw(strings.Replace(old, `"summary":"s"`, `"summary":"s2"`, 1))
	got, _ = write(f.Items, WriteOptions{})
	if got["f/a/g.flow/t.ts"] != "code" || !strings.Contains(got["f/a/g.flow/flow.yaml"], "!inline t.ts") || len(got) != 2 {
		t.Errorf("changed: %q", got)
	}
}
