package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/workspace"
)

// aServer opens a Sluice on an empty folder.
func aServer(t *testing.T) *server {
	t.Helper()
	t.Setenv("SLUICE_KEYRING", "file")
	var out bytes.Buffer
	h, err := (&options{data: t.TempDir(), out: &out, errOut: &out}).openAndProceed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	return h
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func importInto(t *testing.T, h *server, dir string, o importOptions) workspace.Report {
	t.Helper()
	r, err := importWorkspace(t.Context(), h.eng, h.box, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func told(r workspace.Report, file string) workspace.Line {
	for _, l := range r.Lines {
		if l.File == file {
			return l
		}
	}
	return workspace.Line{}
}

// A folder that is imported again changes what it changed and nothing else:
// what was changed here stays, and a value that was entered here is never lost
// to a file without one.
func TestImportAgain(t *testing.T) {
	h := aServer(t)
	files := map[string]string{
		"f/a/one.py":            "def main(): return 1\n",
		"f/a/two.py":            "def main(): return 2\n",
		"f/a/pin.variable.yaml": "value: ''\nis_secret: true\n",
		"notes.md":              "first",
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
	if err := h.eng.SetVariable(t.Context(), flow.Variable{Path: "f/a/pin", Value: "hunter2", Secret: true}); err != nil {
		t.Fatal(err)
	}
	delete(files, "f/a/one.py")
	files["f/a/one.ts"] = "export function main() { return 1 }\n"
	files["notes.md"] = "second"
	dir := folder(t, files)

	r := importInto(t, h, dir, importOptions{})
	for file, want := range map[string]workspace.What{"f/a/one.ts": workspace.Refused, "f/a/two.py": workspace.Same, "f/a/pin.variable.yaml": workspace.Same, "notes.md": workspace.Refused} {
		if l := told(r, file); l.What != want || l.Why == "" || want == workspace.Refused && !strings.Contains(l.Do, "--replace") {
			t.Errorf("%s", l)
		}
	}
	r = importInto(t, h, dir, importOptions{Replace: true})
	if n := r.Count(workspace.Refused); n != 0 {
		t.Errorf("refused:\n%s", r.Text())
	}
	one, err := h.eng.Script(t.Context(), "f/a/one")
	if err != nil || one.Language != "bun" {
		t.Errorf("%+v %v", one, err)
	}
	if v, err := h.eng.Variable(t.Context(), "f/a/pin"); v != "hunter2" {
		t.Errorf("the variable is %q, %v", v, err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := exportWorkspace(t.Context(), h.eng, h.box, out, exportOptions{Under: "f/a"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(out, "f/a/one.py")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file of the script's earlier state was written: %v", err)
	}
	for _, name := range []string{"f/a/one.ts", "f/a/two.py", "f/a/pin.variable.yaml"} {
		if b, err := os.ReadFile(filepath.Join(out, name)); err != nil || string(b) != files[name] {
			t.Errorf("%s: %q %v", name, b, err)
		}
	}
}

// Descriptions come in, go out, and are no difference where an earlier version of
// Sluice kept none.
func TestImportDescriptions(t *testing.T) {
	h := aServer(t)
	if err := h.eng.SetVariable(t.Context(), flow.Variable{Path: "f/a/v", Value: "x"}); err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{
		"f/a/v.variable.yaml": "description: What it is\nvalue: x\nis_secret: false\n",
		"f/a/r.resource.yaml": "description: What it is\nvalue:\n  a: 1\nresource_type: t\n",
	})
	if l := told(importInto(t, h, dir, importOptions{}), "f/a/v.variable.yaml"); l.What != workspace.Same {
		t.Errorf("%s", l)
	}
	importInto(t, h, dir, importOptions{Replace: true})
	vars, err := h.eng.Variables(t.Context())
	if err != nil || len(vars) != 1 || vars[0].Description != "What it is" {
		t.Errorf("%+v %v", vars, err)
	}
	// What scripts do to the value leaves it alone.
	if err := h.eng.SetResource(t.Context(), "f/a/r", "", []byte(`{"a":2}`)); err != nil {
		t.Fatal(err)
	}
	if r, err := h.eng.FullResource(t.Context(), "f/a/r"); err != nil || r.Description != "What it is" {
		t.Errorf("%+v %v", r, err)
	}
}

// What the library refuses is told for the file it came in.
func TestImportOfWhatTheLibraryRefuses(t *testing.T) {
	h := aServer(t)
	r := importInto(t, h, folder(t, map[string]string{`f/a/sa"y.py`: "def main(): pass\n", "f/a/ok.py": "def main(): pass\n", `f/a/no"te.md`: "x"}), importOptions{})
	if l := told(r, `f/a/sa"y.py`); l.What != workspace.Refused || l.Why == "" || l.Do == "" {
		t.Errorf("%s", l)
	}
	if told(r, "f/a/ok.py").What != workspace.Taken || told(r, `f/a/no"te.md`).What != workspace.Kept {
		t.Errorf("%s", r.Text())
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := exportWorkspace(t.Context(), h.eng, h.box, out, exportOptions{Under: "f/a", WriteOptions: workspace.WriteOptions{NamesAsIs: true}}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(out, `f/a/no"te.md`)); string(b) != "x" {
		t.Errorf("%q %v", b, err)
	}
}

// A new folder appears whole or not at all, an old one keeps what is not ours,
// and links in it never lead out of it.
func TestExportToTheDisk(t *testing.T) {
	h := aServer(t)
	if err := h.eng.KeepFile(t.Context(), flow.KeptFile{Path: "deep/notes.md", Data: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	if err := h.eng.SaveFlow(t.Context(), "u/me/mine", []byte(`{"summary":"Mine","value":{"modules":[]}}`)); err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	file := filepath.Join(tmp, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if _, err := exportWorkspace(t.Context(), h.eng, h.box, dir, exportOptions{}); !fault.HasCode(err, "export.write") {
			t.Errorf("%s: %v", dir, err)
		}
	}
	outside := t.TempDir()
	dir := filepath.Join(tmp, "out")
	if err := os.MkdirAll(filepath.Join(dir, "mine"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "deep")); err != nil {
		t.Fatal(err)
	}
	r, err := exportWorkspace(t.Context(), h.eng, h.box, dir, exportOptions{Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	if l := told(r, "deep/notes.md"); l.What != workspace.Refused || l.Why == "" {
		t.Errorf("%s", l)
	}
	if list, _ := os.ReadDir(outside); len(list) != 0 {
		t.Errorf("a link led out: %v", list)
	}
	if _, err := os.Stat(filepath.Join(dir, "mine")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "u/me/mine.flow/flow.yaml")); err != nil {
		t.Error(err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*.part"))
	hidden, _ := filepath.Glob(filepath.Join(tmp, ".*.part"))
	if len(left)+len(hidden) > 0 {
		t.Errorf("left over: %v %v", left, hidden)
	}
}

// A key that is missing on this computer costs the values and nothing else.
func TestExportWithoutTheKey(t *testing.T) {
	h := aServer(t)
	importInto(t, h, folder(t, map[string]string{"f/a/one.py": "def main(): pass\n", "f/a/pin.variable.yaml": "value: hunter2\nis_secret: true\n", "f/a/db.resource.yaml": "value: {a: 1}\nresource_type: x\n"}), importOptions{})
	other := aServer(t) // its box has another key
	out := filepath.Join(t.TempDir(), "out")
	r, err := exportWorkspace(t.Context(), h.eng, other.box, out, exportOptions{Under: "f/a"})
	if err != nil {
		t.Fatal(err)
	}
	if l := told(r, "f/a/pin.variable.yaml"); l.What != workspace.Changed && l.What != workspace.Refused {
		t.Errorf("%s", r.Text())
	}
	for name, want := range map[string]bool{"f/a/one.py": true, "f/a/db.resource.yaml": true} {
		if _, err := os.Stat(filepath.Join(out, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What was made here, exported and imported again is as it was.
func TestImportOfTheOwnExport(t *testing.T) {
	h := aServer(t)
	if err := h.eng.SaveFlow(t.Context(), "f/a/made", []byte(`{"summary":"Made","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{}}}]}}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.eng.SaveScript(t.Context(), flow.StoredScript{Path: "f/a/made", Language: "python3", Content: "def main(): return 1\n"}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	if _, err := exportWorkspace(t.Context(), h.eng, h.box, dir, exportOptions{}); err != nil {
		t.Fatal(err)
	}
	r := importInto(t, h, dir, importOptions{})
	if r.Count(workspace.Refused) > 0 || r.Items(workspace.Flow, workspace.Same) != 1 || r.Items(workspace.Script, workspace.Same) != 1 {
		t.Errorf("%s", r.Text())
	}
}

// What a step stored is text, whatever reference it looks like, also where it was exported
// and imported again; what a person wrote refers on.
func TestTextOfAStepStaysTextInAFolder(t *testing.T) {
	const text = `{"note":"$var:u/me/pw","list":["$res:u/me/db"]}`
	h := aServer(t)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	password := func(h *server) {
		t.Helper()
		must(h.eng.SetVariable(ctx, flow.Variable{Path: "u/me/pw", Value: "hush", Secret: true}))
	}
	password(h)
	must(h.eng.PutResource(ctx, flow.Resource{Path: "u/me/db", Type: "any", Value: flow.Raw(`{"password":"$var:u/me/pw"}`)}))
	must(h.eng.SetResource(ctx, "u/me/note", "any", flow.Raw(text)))
	must(h.eng.SetResource(ctx, "f/a/state", "state", flow.Raw(text)))
	must(h.eng.SetResource(ctx, "f/a/plain", "any", flow.Raw(`{"n":1}`)))
	is := func(h *server, when string, want map[string]string) {
		t.Helper()
		for path, want := range want {
			if got, err := h.eng.Resource(ctx, path); err != nil || string(got) != want {
				t.Errorf("%s: %s = %s, %v, want %s", when, path, got, err, want)
			}
		}
	}
	export := func(h *server) (string, workspace.Report) {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "out")
		r, err := exportWorkspace(ctx, h.eng, h.box, dir, exportOptions{})
		must(err)
		return dir, r
	}
	all := map[string]string{"u/me/db": `{"password":"hush"}`, "u/me/note": text, "f/a/state": text, "f/a/plain": `{"n":1}`}
	dir, _ := export(h)

	other := aServer(t)
	password(other)
	if r := importInto(t, other, dir, importOptions{}); r.Count(workspace.Refused) > 0 || told(r, workspace.TextFile).What != workspace.Taken {
		t.Errorf("%s", r.Text())
	}
	is(other, "imported", all)
	if r := importInto(t, other, dir, importOptions{Replace: true}); r.Count(workspace.Taken) != 1 { // the list alone
		t.Errorf("again: %s", r.Text())
	}
	is(other, "imported again", all)
	again, _ := export(other)
	a, err := os.ReadFile(filepath.Join(dir, workspace.TextFile))
	must(err)
	b, err := os.ReadFile(filepath.Join(again, workspace.TextFile))
	must(err)
	if !bytes.Equal(a, b) || !bytes.Contains(a, []byte("u/me/note")) || bytes.Contains(a, []byte("u/me/db")) || bytes.Contains(a, []byte("f/a/plain")) {
		t.Errorf("%s and %s", a, b)
	}

	// A reference of a person gives way to what a folder calls text only where that is asked for.
	written := aServer(t)
	password(written)
	must(written.eng.PutResource(ctx, flow.Resource{Path: "u/me/note", Type: "any", Value: flow.Raw(`"$var:u/me/pw"`)}))
	notes := folder(t, map[string]string{"u/me/note.resource.yaml": "value: $var:u/me/pw\nresource_type: any\n", workspace.TextFile: `{"text":["u/me/note"]}`})
	importInto(t, written, notes, importOptions{})
	is(written, "there already", map[string]string{"u/me/note": `"hush"`})
	importInto(t, written, notes, importOptions{Replace: true})
	is(written, "replaced", map[string]string{"u/me/note": `"$var:u/me/pw"`})

	// A list that cannot be read makes nothing a reference.
	must(os.WriteFile(filepath.Join(dir, workspace.TextFile), []byte("["), 0o644))
	broken := aServer(t)
	password(broken)
	if r := importInto(t, broken, dir, importOptions{}); told(r, workspace.TextFile).What != workspace.Refused {
		t.Errorf("%s", r.Text())
	}
	is(broken, "without the list", map[string]string{"u/me/note": text, "u/me/db": `{"password":"$var:u/me/pw"}`})

	// What a person has put in the place is no such text any more.
	must(other.eng.PutResource(ctx, flow.Resource{Path: "u/me/note", Type: "any", Value: flow.Raw(`"$res:u/me/db"`)}))
	must(other.eng.DeleteResource(ctx, "f/a/state"))
	last, _ := export(other)
	if _, err := os.Stat(filepath.Join(last, workspace.TextFile)); !os.IsNotExist(err) {
		t.Errorf("the list is written for nothing: %v", err)
	}
}
