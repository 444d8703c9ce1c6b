package flow

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// The code of an agent's tools lies in files of its own, named in one row with
// those of the steps, as Windmill's client does it; and it comes back.
func TestToolsOfAgentsHaveFilesOfTheirOwn(t *testing.T) {
	const tools = `[{"id":"c","summary":"Look  up","value":{"tool_type":"flowmodule","type":"rawscript","language":"python3","content":"one","lock":"l","input_transforms":{"x":{"type":"ai"}}}},` +
		`{"id":"e","value":{"type":"rawscript","tool_type":"flowmodule","content":"two","language":"bun"}},` +
		`{"id":"f","value":{"tool_type":"flowmodule","type":"script","path":"f/a/b"}},{"id":"g","value":{"tool_type":"websearch"}},{"id":"h"},7,` +
		`{"id":"i","value":{"tool_type":"mcp","type":"rawscript","content":"stays"}}]`
	text := `{"summary":"s","value":{"modules":[` +
		`{"id":"a","summary":"look up","value":{"type":"rawscript","language":"bun","content":"zero","input_transforms":{}}},` +
		`{"id":"b","value":{"type":"aiagent","input_transforms":{},"tools":` + tools + `}},` +
		`{"id":"d","summary":"look up","value":{"type":"rawscript","language":"bun","content":"three","input_transforms":{}}}]}}`
	f, err := ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	files, err := FolderAs(f, FileNames{Short: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	fsys := fstest.MapFS{}
	for name, b := range files {
		got[name] = string(b)
		fsys["x__flow/"+name] = &fstest.MapFile{Data: b}
	}
	yaml := got["flow.yaml"]
	delete(got, "flow.yaml")
	want := map[string]string{"look_up.ts": "zero", "look_up_1.py": "one", "look_up_1.lock": "l", "e.ts": "two", "look_up_2.ts": "three"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s\n%s", diff, yaml)
	}
	g, err := ReadFS(fsys, "x__flow")
	if err != nil {
		t.Fatal(err)
	}
	if is, err := g.JSON(); err != nil || string(is) != text {
		t.Errorf("read again: %v\n%s\nwant\n%s", err, is, text)
	}
	if was, err := f.JSON(); err != nil || string(was) != text {
		t.Errorf("the flow itself was changed: %v\n%s", err, was)
	}

	// What is missing, or lies elsewhere, stays a reference, and is no code.
	delete(fsys, "x__flow/look_up_1.py")
	fsys["secret.ts"] = &fstest.MapFile{Data: []byte("secret")}
	fsys["x__flow/flow.yaml"].Data = []byte(strings.Replace(yaml, "!inline e.ts", "!inline ../secret.ts", 1))
	g, err = ReadFS(fsys, "x__flow")
	if err != nil {
		t.Fatal(err)
	}
	again, err := FolderAs(g, FileNames{Short: true})
	if err != nil {
		t.Fatal(err)
	}
	delete(want, "look_up_1.py")
	delete(want, "look_up_1.lock")
	delete(want, "look_up_2.ts")
	delete(want, "e.ts")
	want["look_up_1.ts"] = "three"
	for _, part := range []string{"!inline look_up_1.py", "!inline ../secret.ts", "stays"} {
		if !strings.Contains(string(again["flow.yaml"]), part) {
			t.Errorf("%q is not in\n%s", part, again["flow.yaml"])
		}
	}
	delete(again, "flow.yaml")
	if diff := cmp.Diff(want, maps.Collect(func(yield func(string, string) bool) {
		for name, b := range again {
			yield(name, string(b))
		}
	})); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
