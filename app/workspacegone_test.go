package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/workspace"
	"sluice/hub"
)

// With Delete the library becomes as the folder is: what upstream deleted goes,
// with its files, and is told. What was changed or made here stays.
func TestImportDeletesWhatUpstreamDeleted(t *testing.T) {
	h := aServer(t)
	files := map[string]string{
		"wmill.yaml":              "defaultTs: bun\n",
		"f/a/one.py":              "def main(): return 1\n",
		"f/a/two.py":              "def main(): return 2\n",
		"f/a/three.py":            "def main(): return 3\n",
		"f/a/go.flow/flow.yaml":   "summary: Go\nvalue: {modules: []}\n",
		"f/a/db.resource.yaml":    "value: {a: 1}\nresource_type: x\n",
		"f/a/limit.variable.yaml": "value: '5'\nis_secret: false\n",
		"f/a/n.schedule.yaml":     "schedule: 0 0 0 * * *\n",
		"f/a/bad.flow/flow.yaml":  "summary: Bad\nvalue: {modules: []}\n",
	}
	importInto(t, h, folder(t, files), importOptions{})
	two, err := h.eng.Script(t.Context(), "f/a/two")
	if err != nil {
		t.Fatal(err)
	}
	two.Content = "def main(): return 'here'\n"
	if _, err := h.eng.SaveScript(t.Context(), two); err != nil {
		t.Fatal(err)
	}
	if _, err := h.eng.SaveScript(t.Context(), flow.StoredScript{Path: "f/a/mine", Language: "bash", Content: "true"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"f/a/one.py", "f/a/two.py", "f/a/go.flow/flow.yaml", "f/a/db.resource.yaml", "f/a/limit.variable.yaml", "f/a/n.schedule.yaml"} {
		delete(files, name)
	}
	files["f/a/bad.flow/flow.yaml"] = "value: [\n" // it cannot be read, and is there all the same
	dir := folder(t, files)

	importInto(t, h, dir, importOptions{Replace: true})
	if _, err := h.eng.Script(t.Context(), "f/a/one"); err != nil {
		t.Errorf("without Delete nothing goes: %v", err)
	}
	r := importInto(t, h, dir, importOptions{Replace: true, Delete: true})
	for _, name := range []string{"f/a/one.py", "f/a/go.flow/flow.yaml", "f/a/db.resource.yaml", "f/a/limit.variable.yaml", "f/a/n.schedule.yaml"} {
		if l := told(r, name); l.What != workspace.Deleted {
			t.Errorf("%s: %q", name, l)
		}
	}
	if !strings.Contains(r.Text(), "changed in Sluice since") {
		t.Errorf("the script that was changed here is not told:\n%s", r.Text())
	}
	for path, stays := range map[string]bool{"f/a/one": false, "f/a/two": true, "f/a/three": true, "f/a/mine": true} {
		if _, err := h.eng.Script(t.Context(), path); stays != (err == nil) {
			t.Errorf("script %s: %v, want it to stay: %v", path, err, stays)
		}
	}
	if _, err := h.eng.Flow(t.Context(), "f/a/go"); !fault.HasCode(err, "flow.unknown") {
		t.Errorf("the flow: %v", err)
	}
	if _, err := h.eng.Flow(t.Context(), "f/a/bad"); err != nil {
		t.Errorf("the flow whose file is spoiled now: %v", err)
	}
	if _, err := h.eng.Resource(t.Context(), "f/a/db"); err == nil {
		t.Error("the resource is still there")
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := exportWorkspace(t.Context(), h.eng, h.box, out, exportOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{"f/a/one.py": false, "f/a/n.schedule.yaml": false, "f/a/two.py": true, "f/a/three.py": true} {
		if _, err := os.Stat(filepath.Join(out, name)); stays != (err == nil) {
			t.Errorf("export of %s: %v", name, err)
		}
	}
	_, err = importWorkspace(t.Context(), h.eng, h.box, folder(t, map[string]string{"wmill.yaml": "defaultTs: bun\n"}), importOptions{Replace: true, Delete: true})
	if !fault.HasCode(err, "import.empty") {
		t.Errorf("an empty folder deletes all: %v", err)
	}
}

// wmill.yaml makes a workspace of a folder, whatever lies beside it.
func TestWorkspaceBesideAFlow(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"a flow in the workspace's own folder": {map[string]string{"wmill.yaml": "", "flow.yaml": "value: {modules: []}\n", "f/a/x.py": ""}, true},
		"a flow with folders of its own":       {map[string]string{"flow.yaml": "value: {modules: []}\n", "f/x": ""}, false},
		"a workspace without settings":         {map[string]string{"f/a/x.py": ""}, true},
	} {
		if got := isWorkspace(folder(t, c.files)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// The samples are not exported, unless they were changed.
func TestSamplesAreNotExported(t *testing.T) {
	h := aServer(t)
	changed := hub.Samples()[1]
	if err := h.eng.SaveFlow(t.Context(), changed.Path, []byte(`{"summary":"Mine now","value":{"modules":[]}}`)); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := exportWorkspace(t.Context(), h.eng, h.box, out, exportOptions{}); err != nil {
		t.Fatal(err)
	}
	var found []string
	err := filepath.WalkDir(out, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(out, name)
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	})
	if want := changed.Path + ".flow/flow.yaml wmill.yaml"; err != nil || strings.Join(found, " ") != want {
		t.Errorf("exported %q, %v, want %q", found, err, want)
	}
}
