package workspace

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"sluice/engine/flow"
)

// shop reads testdata/shop.txtar.
func shop(t *testing.T) map[string]string {
	t.Helper()
	a, err := txtar.ParseFile("testdata/shop.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range a.Files {
		files[f.Name] = string(f.Data)
	}
	return files
}

func onDisk(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func read(t *testing.T, files map[string]string) Folder {
	t.Helper()
	f, err := Read(onDisk(files), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(items Items, opts WriteOptions) (map[string]string, Report) {
	files, r := Write(items, opts)
	out := map[string]string{}
	for _, f := range files {
		out[f.Path] = string(f.Data)
	}
	return out, r
}

// line finds what is told about a file.
func line(t *testing.T, r Report, file string) Line {
	t.Helper()
	for _, l := range r.Lines {
		if l.File == file || l.As == file {
			return l
		}
	}
	t.Fatalf("nothing is told about %s:\n%s", file, r.Text())
	return Line{}
}

func TestFolderComesOutAsItWentIn(t *testing.T) {
	files := shop(t)
	f := read(t, files)
	got, r := write(f.Items, WriteOptions{})
	if diff := cmp.Diff(files, got); diff != "" {
		t.Errorf("(-was +is)\n%s", diff)
	}
	for _, l := range r.Notable() {
		t.Errorf("not plain: %s", l)
	}
}

func TestEveryFileIsTold(t *testing.T) {
	files := shop(t)
	f := read(t, files)
	told := map[string]bool{}
	for _, l := range f.Report.Lines {
		told[l.File] = true
		if l.What == Refused {
			t.Errorf("%s", l)
		}
	}
	for name := range files {
		if !told[name] {
			t.Errorf("%s is not told", name)
		}
	}
	var paths []string
	for _, x := range f.Items.Flows {
		paths = append(paths, "flow "+x.Path)
	}
	for _, x := range f.Items.Scripts {
		paths = append(paths, fmt.Sprintf("script %s %s", x.Path, x.Language))
	}
	for _, x := range f.Items.Resources {
		paths = append(paths, "resource "+x.Path+" "+string(x.Value))
	}
	for _, x := range f.Items.Variables {
		paths = append(paths, "variable "+x.Path+" "+x.Value)
	}
	for _, x := range f.Absent {
		paths = append(paths, "absent "+x.Path)
	}
	want := []string{
		"flow f/shop/later", "flow f/shop/old", "flow f/shop/refund",
		"script f/shop/bare deno", "script f/shop/multi bun", "script f/shop/query postgresql", "script f/shop/tell python3", "script u/ann/hello bun",
		`resource f/shop/config {"content":"[a]\nb = 1\n"}`,
		`resource f/shop/desk {"host":"mail.example","port":993,"password":"$var:f/shop/desk_password"}`,
		"variable f/shop/limits 100", "absent f/shop/desk_password",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	tell := f.Items.Scripts[3]
	if tell.Lock != "requests==2.32.3\n" || tell.Summary != "Tell the desk" || tell.Description != "What happened" || !strings.Contains(string(tell.Meta), `"tag":"desk"`) || !strings.Contains(string(tell.Schema), `"text"`) {
		t.Errorf("%+v", tell)
	}
	if l := line(t, f.Report, "f/shop/desk_password.variable.yaml"); l.What != Unset || !strings.Contains(l.Why, "encrypted") || l.Do == "" {
		t.Errorf("%s", l)
	}
	if l := line(t, f.Report, "examples/other.flow/flow.yaml"); l.What != Kept || !strings.Contains(l.Why, "u/ or f/") {
		t.Errorf("%s", l)
	}
}

// What changed is written anew in its place; all else stays byte for byte.
func TestWhatChangedIsWrittenInItsPlace(t *testing.T) {
	files := shop(t)
	f := read(t, files)
	items := f.Items
	for i, s := range items.Flows {
		g, err := flow.ParseJSON(s.JSON)
		if err != nil {
			t.Fatal(err)
		}
		if s.Path == "f/shop/refund" {
			g, err = flow.Update(g, "a", func(m flow.Module) flow.Module {
				v := *m.Value.(*flow.RawScript)
				v.Content = "export const main = () => 2\n"
				m.Value = &v
				return m
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		g.Summary += " 2"
		if items.Flows[i].JSON, err = g.JSON(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range items.Scripts {
		s := &items.Scripts[i]
		switch s.Path {
		case "f/shop/tell":
			s.Summary = "Tell them"
		case "f/shop/bare":
			s.Content += "// more\n"
		case "u/ann/hello":
			s.Language, s.Content, s.Lock = "python3", "def main(): pass\n", "x==1\n"
		}
	}
	items.Resources[0].Value = flow.Raw(`{"content":"[a]\nb = 2\n"}`)
	items.Resources[1].Value = flow.Raw(`{"host":"mail2.example","port":993,"password":"$var:f/shop/desk_password"}`)
	items.Variables[0].Value = "200"
	got, r := write(items, WriteOptions{})
	want := maps.Clone(files)
	want["f/shop/refund.flow/charge_back.inline_script.ts"] = "export const main = () => 2\n"
	want["f/shop/refund.flow/c.inline_script.py"] = "def main():\n    return 1\n"
	want["f/shop/refund.flow/flow.yaml"] = `summary: Refund 2
description: ''
value:
  modules:
    - id: a
      summary: Charge back?
      value:
        type: rawscript
        content: '!inline charge_back.inline_script.ts'
        lock: '!inline charge_back.inline_script.lock'
        language: bun
        input_transforms:
          amount:
            type: javascript
            expr: flow_input.amount
      suspend:
        required_events: 1
        timeout: 3600
    - id: b
      value:
        type: script
        path: f/shop/tell
        input_transforms: {}
    - id: c
      value:
        type: rawscript
        content: '!inline c.inline_script.py'
        language: python3
        input_transforms: {}
  same_worker: false
schema:
  $schema: https://json-schema.org/draft/2020-12/schema
  type: object
  properties:
    amount:
      type: number
      description: ''
  required:
    - amount
`
	want["f/shop/old.flow.yaml"] = "summary: One file 2\nvalue:\n  modules:\n    - id: a\n      value:\n        type: identity\n"
	want["f/shop/later__flow/flow.json"] = strings.Replace(files["f/shop/later__flow/flow.json"], "Later", "Later 2", 1)
	want["f/shop/tell.script.yaml"] = `summary: Tell them
description: What happened
lock: '!inline f/shop/tell.script.lock'
concurrency_time_window_s: 0
kind: script
schema:
  $schema: https://json-schema.org/draft/2020-12/schema
  type: object
  properties:
    text:
      type: string
      default: null
  required:
    - text
tag: desk
`
	want["f/shop/bare.deno.ts"] += "// more\n"
	want["f/shop/bare.script.yaml"] = "summary: ''\ndescription: ''\nlock: ''\nkind: script\nschema:\n  $schema: https://json-schema.org/draft/2020-12/schema\n  type: object\n  properties: {}\n  required: []\n"
	delete(want, "u/ann/hello.ts")
	want["u/ann/hello.py"] = "def main(): pass\n"
	want["u/ann/hello.script.lock"] = "x==1\n"
	want["u/ann/hello.script.yaml"] = "summary: Hello\ndescription: ''\nlock: '!inline u/ann/hello.script.lock'\nkind: approval\nschema: {}\n"
	want["f/shop/config.resource.file.ini"] = "[a]\nb = 2\n"
	want["f/shop/desk.resource.yaml"] = "description: The desk's mailbox\nvalue:\n  host: mail2.example\n  port: 993\n  password: $var:f/shop/desk_password\nresource_type: imap\n"
	want["f/shop/limits.variable.yaml"] = "description: ''\nvalue: '200'\nis_secret: false\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if l := line(t, r, "f/shop/refund.flow/flow.yaml"); l.What != Changed || !strings.Contains(l.Why, "comments") {
		t.Errorf("%s", l)
	}
	if l := line(t, r, "u/ann/hello.ts"); l.What != LeftOut {
		t.Errorf("%s", l)
	}
	// And it is read back to the same.
	again := read(t, got)
	var was, is []string
	for _, s := range items.Flows {
		was = append(was, string(s.JSON))
	}
	for _, s := range again.Items.Flows {
		is = append(is, string(s.JSON))
	}
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("flows read again:\n%s", diff)
	}
	for i, s := range again.Items.Scripts {
		s.Meta = nil
		if !SameScript(s, items.Scripts[i]) && s.Path != "f/shop/bare" {
			t.Errorf("script read again:\n%s", cmp.Diff(items.Scripts[i], s))
		}
	}
}

func TestDeletedAndNewItems(t *testing.T) {
	files := shop(t)
	f := read(t, files)
	items := f.Items
	items.Flows = []flow.Stored{{Path: "u/me/new", JSON: []byte(`{"summary":"New","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"x","input_transforms":{}}}]}}`)}}
	items.Scripts = []flow.StoredScript{
		{Path: "u/me/n", Language: "nativets", Content: "x", Summary: "N", Description: "d", Lock: "l", Schema: flow.Raw(`{"type":"object"}`)},
		{Path: "u/me/d", Language: "deno", Content: "x"},
		{Path: "u/me/odd", Language: "cobol", Content: "x"},
	}
	items.Resources, items.Variables, items.Schedules = nil, nil, nil
	got, r := write(items, WriteOptions{})
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if files[name] == "" {
			continue
		}
		if l := line(t, r, name); l.Kind != "" && l.Path != "f/shop/desk_password" {
			t.Errorf("%s was deleted and is written", name)
		}
	}
	for name, want := range map[string]string{
		"u/me/new.flow/flow.yaml":            "summary: New\ndescription: ''\nvalue:\n  modules:\n    - id: a\n      value:\n        type: rawscript\n        content: '!inline a.inline_script.ts'\n        input_transforms: {}\n        language: bun\n",
		"u/me/new.flow/a.inline_script.ts":   "x",
		"u/me/n.fetch.ts":                    "x",
		"u/me/d.deno.ts":                     "x",
		"u/me/n.script.lock":                 "l",
		"u/me/n.script.yaml":                 "summary: 'N'\ndescription: d\nlock: '!inline u/me/n.script.lock'\nkind: script\nschema:\n  type: object\n",
		"f/shop/refund.flow/NOTES.md":        files["f/shop/refund.flow/NOTES.md"],
		"f/shop/desk_password.variable.yaml": files["f/shop/desk_password.variable.yaml"],
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if l := line(t, r, "f/shop/tell.py"); l.What != LeftOut || l.Why != "The script was deleted in Sluice." {
		t.Errorf("%s", l)
	}
	refused := 0
	for _, l := range r.Lines {
		if l.What == Refused {
			refused++
			if l.Path != "u/me/odd" || l.Why == "" || l.Do == "" {
				t.Errorf("%s", l)
			}
		}
	}
	if refused != 1 {
		t.Errorf("%d refused", refused)
	}
}

func TestSettingsDecideTheNames(t *testing.T) {
	items := Items{
		Kept:    []flow.KeptFile{{Path: "wmill.yaml", Data: []byte("defaultTs: deno\nnonDottedPaths: true\n")}},
		Flows:   []flow.Stored{{Path: "f/a/b", JSON: []byte(`{"summary":"","value":{"modules":[]}}`)}},
		Scripts: []flow.StoredScript{{Path: "f/a/d", Language: "deno"}, {Path: "f/a/e", Language: "bun"}, {Path: "f/a/n", Language: "bunnative"}},
	}
	got, _ := write(items, WriteOptions{})
	for _, name := range []string{"f/a/b__flow/flow.yaml", "f/a/d.ts", "f/a/e.bun.ts", "f/a/n.bun.ts"} {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing in %v", name, slices.Sorted(maps.Keys(got)))
		}
	}
	f := read(t, got)
	for i, s := range items.Scripts {
		if !SameScript(s, f.Items.Scripts[i]) {
			t.Errorf("%+v comes back as %+v", s, f.Items.Scripts[i])
		}
	}
	if f.Items.Scripts[0].Language != "deno" || f.Items.Scripts[1].Language != "bun" || f.Items.Flows[0].Path != "f/a/b" {
		t.Errorf("%+v", f.Items)
	}
	empty, _ := write(Items{Flows: items.Flows}, WriteOptions{})
	if !strings.Contains(empty["wmill.yaml"], "includes") || !bytes.HasPrefix([]byte(empty["f/a/b.flow/flow.yaml"]), []byte("summary")) {
		t.Errorf("%v", empty)
	}
}

// What a resource keeps in files, and what the tools of an agent refer to, stays
// in its files when something else of the item changes.
func TestFilesOfItemsStayTheirFiles(t *testing.T) {
	files := map[string]string{
		"f/a/r.resource.yaml":      "value: '!inline_fileset f/a/r.fileset'\nresource_type: set\n",
		"f/a/r.fileset/a.txt":      "1",
		"f/a/r.fileset/in/b.txt":   "2",
		"f/a/agent.flow/flow.yaml": "summary: s\nvalue:\n  modules:\n    - id: a\n      value:\n        type: aiagent\n        tools:\n          - id: t\n            value:\n              tool_type: flowmodule\n              type: rawscript\n              content: '!inline t.ts'\n              language: bun\n              input_transforms: {}\n        input_transforms:\n          user_message:\n            type: static\n            value: hi\n",
		"f/a/agent.flow/t.ts":      "x",
	}
	f := read(t, files)
	if l := line(t, f.Report, "f/a/agent.flow/flow.yaml"); l.What != Taken || !strings.Contains(l.Why, "AI agent") {
		t.Errorf("%s", l)
	}
	f.Items.Resources[0].Value = flow.Raw(`{"a.txt":"11","c.txt":"3"}`)
	f.Items.Flows[0].JSON = bytes.Replace(f.Items.Flows[0].JSON, []byte(`"summary":"s"`), []byte(`"summary":"s2"`), 1)
	got, _ := write(f.Items, WriteOptions{})
	want := maps.Clone(files)
	want["f/a/agent.flow/flow.yaml"] = strings.Replace(want["f/a/agent.flow/flow.yaml"], "summary: s", "summary: s2", 1)
	want["f/a/r.fileset/a.txt"], want["f/a/r.fileset/c.txt"] = "11", "3"
	delete(want, "f/a/r.fileset/in/b.txt")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A name that Windmill's client reads another language from is told.
func TestNamesThatTheClientTakesForALanguage(t *testing.T) {
	for _, c := range []struct {
		name, language string
		told           bool
	}{{"prefetch", "bun", true}, {"fetch_it", "bun", false}, {"undeno", "bun", true}, {"hotbun", "bun", false}, {"hotbun", "bunnative", false}, {"prefetch", "nativets", false}, {"prefetch", "deno", false}, {"prefetch", "python3", false}} {
		_, r := write(Items{Scripts: []flow.StoredScript{{Path: "f/a/" + c.name, Language: c.language}}}, WriteOptions{})
		if told := strings.Contains(r.Text(), "by the end of its name"); told != c.told {
			t.Errorf("%+v: %s", c, r.Text())
		}
	}
}
