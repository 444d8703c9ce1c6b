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
	files, err := FolderAs(f, FileNames{Old: func(m *Module) (string, string) { return old[m.ID][0], old[m.ID][1] }})
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

// New files are called as Windmill's client calls them on a pull.
func TestFolderNamesAreTheClients(t *testing.T) {
	f, err := ParseYAML([]byte(`
value:
  modules:
    - {id: a, summary: Fetch  User, value: {type: rawscript, language: bun, content: "1", lock: l}}
    - {id: b, summary: fetch user, value: {type: rawscript, language: bun, content: "2"}}
    - {id: c, summary: "", value: {type: rawscript, language: python3, content: "3"}}
    - {id: d, value: {type: rawscript, language: deno, content: "4"}}
    - {id: e, summary: "🎉", value: {type: rawscript, language: bash, content: "5"}}
    - {id: f, summary: CON, value: {type: rawscript, language: bun, content: "6"}}
    - {id: g, summary: "what? now: (1/2).", value: {type: rawscript, language: bun, content: "7"}}
    - {id: h, summary: "", value: {type: rawscript, language: bun, content: "8"}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		as   FileNames
		want []string
	}{
		"dotted": {FileNames{}, []string{"_con.inline_script.ts", "d.inline_script.deno.ts", "fetch_user.inline_script.lock", "fetch_user.inline_script.ts", "fetch_user_1.inline_script.ts",
			"flow.yaml", "inline_script_0.inline_script.py", "inline_script_2.inline_script.ts", "what_now_(12).inline_script.ts", "🎉.inline_script.sh"}},
		"short": {FileNames{Short: true}, []string{"_con.ts", "d.deno.ts", "fetch_user.lock", "fetch_user.ts", "fetch_user_1.ts",
			"flow.yaml", "inline_script_0.py", "inline_script_2.ts", "what_now_(12).ts", "🎉.sh"}},
		"deno": {FileNames{Short: true, DefaultTS: "deno"}, []string{"_con.bun.ts", "d.ts", "fetch_user.bun.ts", "fetch_user.lock", "fetch_user_1.bun.ts",
			"flow.yaml", "inline_script_0.py", "inline_script_2.bun.ts", "what_now_(12).bun.ts", "🎉.sh"}},
	} {
		files, err := FolderAs(f, c.as)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, slices.Sorted(maps.Keys(files))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
