package workspace

import (
	"testing"
	"testing/fstest"
)

// FuzzFolder: whatever the files of a folder hold, they are read without harm,
// and what was not changed comes out as it went in.
func FuzzFolder(f *testing.F) {
	f.Add([]byte("summary: s\nvalue: {modules: [{id: a, value: {type: rawscript, language: bun, content: '!inline b.ts', input_transforms: {}}}]}\n"),
		[]byte("lock: '!inline f/a/s.script.lock'\n"), []byte("value: {content: '!inline f/a/s.ts'}\n"), []byte("value: x\nis_secret: false\n"), []byte("defaultTs: deno\n"))
	f.Add([]byte("&a [*a]"), []byte("? [a]\n: b"), []byte("value: '!inline_fileset f/a'"), []byte("value: !!binary aGk="), []byte("gitBranches: [a]"))
	f.Add([]byte("{}"), []byte("--- 1\n--- 2"), []byte("value:\n"), []byte("\xef\xbb\xbfvalue: 1"), []byte("nonDottedPaths: true\nworkspaces: {x: 1}"))
	f.Fuzz(func(t *testing.T, flowFile, script, resource, variable, settings []byte) {
		files := map[string][]byte{
			"f/a/b.flow/flow.yaml": flowFile, "f/a/b.flow/b.ts": []byte("x"), "f/a/s.script.yaml": script, "f/a/s.ts": []byte("y"), "f/a/s.script.lock": []byte("z"),
			"f/a/r.resource.yaml": resource, "f/a/v.variable.yaml": variable, "f/a/v.x.variable.json": variable, "wmill.yaml": settings,
		}
		m := fstest.MapFS{}
		for name, data := range files {
			m[name] = &fstest.MapFile{Data: data}
		}
		folder, err := Read(m, ReadOptions{WithSecrets: true})
		if err != nil {
			t.Fatal(err)
		}
		out, r := Write(folder.Items, WriteOptions{WithSecrets: true})
		for _, o := range out {
			want, ok := files[o.Path]
			if !ok || string(want) != string(o.Data) {
				t.Errorf("%s: %q, want %q\n%s", o.Path, o.Data, want, r.Text())
			}
		}
		if len(out) != len(files) {
			t.Errorf("%d files, want %d:\n%s", len(out), len(files), r.Text())
		}
		Write(folder.Items, WriteOptions{}) // and no harm without
	})
}
