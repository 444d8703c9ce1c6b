package flow

import (
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// A flow that had a folder keeps the names of its files, and what is new gets
// names beside them.
func TestFolderKeepsTheNamesOfItsFiles(t *testing.T) {
	f, err := ParseYAML([]byte(`
summary: s
value:
  modules:
    - {id: a, summary: Charge, value: {type: rawscript, language: bun, content: one, lock: l, input_transforms: {}}}
    - {id: b, summary: Charge, value: {type: rawscript, language: bun, content: two, input_transforms: {}}}
    - {id: c, value: {type: rawscript, language: bun, content: one, lock: other, input_transforms: {}}}
    - {id: d, summary: shared, value: {type: rawscript, language: bun, content: three, input_transforms: {}}}
    - id: e
      value:
        type: whileloopflow
        modules: [{id: f, value: {type: rawscript, language: python3, content: four, input_transforms: {}}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	old := map[string][2]string{"a": {"charge.inline_script.ts", "charge.inline_script.lock"}, "c": {"charge.inline_script.ts", "charge.inline_script.lock"},
		"d": {"flow.yaml", ""}, "f": {"in/deep name.py", ""}}
	files, err := FolderAs(f, func(m *Module) (string, string) { return old[m.ID][0], old[m.ID][1] })
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, b := range files {
		if name != "flow.yaml" {
			got[name] = string(b)
		}
	}
	want := map[string]string{
		"charge.inline_script.ts": "one", "charge.inline_script.lock": "l", "c.inline_script.lock": "other",
		"charge_1.inline_script.ts": "two", "shared.inline_script.ts": "three", "in/deep name.py": "four",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	fsys := fstest.MapFS{}
	for name, b := range files {
		fsys["x.flow/"+name] = &fstest.MapFile{Data: b}
	}
	g, err := ReadFS(fsys, "x.flow")
	if err != nil {
		t.Fatalf("%v in %v", err, slices.Sorted(maps.Keys(files)))
	}
	was, _ := f.JSON()
	is, _ := g.JSON()
	if string(was) != string(is) {
		t.Errorf("read again:\n%s\nwant\n%s", is, was)
	}
}
