package flow

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse reads anything: it must not panic, and what it read must come out
// equal in both formats.
func FuzzParse(f *testing.F) {
	err := filepath.WalkDir("testdata/flows", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		f.Add(b)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{`{"value":{"modules":[]}}`, "value: {modules: []}\n", "summary: |2+\n   a \n\n\n", "a: &x [1, *y]\n", "? [a]\n: b", "<<: {a: 1}\nb: .inf",
		"summary: \"\\0\"\nvalue:\n  flow_env: {x: 1.0, y: 0x1F, z: 1_000, é: ~}\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		if g, err := ParseJSON(data); err == nil {
			var want bytes.Buffer
			if err := json.Compact(&want, bytes.TrimPrefix(data, bom)); err != nil {
				t.Fatal(err)
			}
			got, err := g.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want.String(), string(got)); d != "" {
				t.Fatalf("JSON changed:\n%s", d)
			}
		}
		g, err := Parse("", data)
		if err != nil {
			return
		}
		text, err := g.JSON()
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, text)
		Validate(g)
		Unsupported(g)
		if len(g.Value.Modules) > 0 {
			h, err := FillIDs(g).JSON()
			if err != nil {
				t.Fatal(err)
			}
			roundTrip(t, h)
		}
	})
}

// FuzzUses must not panic, nor miss a result that is read by its name.
func FuzzUses(f *testing.F) {
	for _, s := range []string{"results.a", "`${results['a']}`", "/[/]'/.test(results.a)", "a ? 'b' : results?.a", "// \n results.a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		n := Uses(expr)
		renameResult(expr, "a", "b-c")
		if n.Has("results") && len(n.Results) == 0 && !n.All {
			t.Fatalf("%q mentions results, but neither one nor all", expr)
		}
	})
}

// FuzzSchema must not panic on schemas of strangers.
func FuzzSchema(f *testing.F) {
	f.Add([]byte(`{"properties":{"a":{"type":"string"},"b":{"$ref":"#/properties/a"}},"required":["a"]}`), []byte(`{"a":1}`))
	f.Add([]byte(`{"$ref":"#"}`), []byte(`{}`))
	f.Add([]byte(`{"properties":{"a":{"pattern":"(?=x)"}}}`), []byte(`{"a":"x"}`))
	f.Fuzz(func(t *testing.T, schema, value []byte) {
		if len(schema) > 4096 || len(value) > 4096 {
			return
		}
		_, err := Fields(schema, nil, nil)
		if _, cerr := CheckValue(schema, nil, value); cerr == nil && err == nil {
			if !json.Valid(Defaults(schema)) {
				t.Fatal("defaults are not JSON")
			}
		}
	})
}
