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
	for _, s := range []string{nested, everything(), `{"value":{"modules":[]}}`, "value: {modules: []}\n", "summary: |2+\n   a \n\n\n", "a: &x [1, *y]\n", "? [a]\n: b", "<<: {a: 1}\nb: .inf",
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

// FuzzEdits makes any edits of a flow with every container: each leaves the flow
// it was given alone, and a flow that can be written, in which no id stands twice.
func FuzzEdits(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 1, 4, 5, 6, 2, 7, 0, 1, 3, 2, 1, 0, 4, 0, 0, 0, 5, 3, 2, 1})
	f.Add([]byte{2, 1, 4, 0, 2, 1, 5, 0, 6, 3, 0, 0, 7, 3, 1, 0, 2, 5, 2, 1})
	f.Fuzz(func(t *testing.T, ops []byte) {
		g, err := ParseJSON([]byte(nested))
		if err != nil {
			t.Fatal(err)
		}
		for made := 0; len(ops) >= 4 && made < 24; ops, made = ops[4:], made+1 {
			var ids []string
			Every(g, func(m *Module) { ids = append(ids, m.ID) })
			if len(ids) == 0 || len(ids) > 100 {
				return
			}
			at := func(b byte) string { return ids[int(b)%len(ids)] }
			to := Place{at(ops[1]), int(ops[2])%4 - 1, int(ops[3]) % 4}
			before := jsonOf(t, g)
			var h *Flow
			switch ops[0] % 8 {
			case 0:
				h, err = Insert(g, to, &Module{Value: &ForLoop{Modules: []*Module{{ID: "in" + letters(made+1), Value: &Identity{}}}}})
			case 1:
				h, err = Remove(g, at(ops[1]))
			case 2:
				h, err = MoveTo(g, at(ops[3]), to)
			case 3:
				h, err = Move(g, at(ops[1]), int(ops[2])-128)
			case 4:
				h, err = Rename(g, at(ops[1]), "r"+letters(int(ops[2])+1))
			case 5:
				h, err = AddBranch(g, at(ops[1]), &Branch{Modules: []*Module{{ID: NewID(g), Value: &Identity{}}}})
			case 6:
				h, err = RemoveBranch(g, at(ops[1]), int(ops[2])%4-1)
			case 7:
				m, _ := Find(g, at(ops[1]))
				h, err = Insert(g, Place{Index: 0}, Fresh(g, m))
			}
			if jsonOf(t, g) != before {
				t.Fatalf("edit %d changed the flow it was given", ops[0]%8)
			}
			if err != nil {
				continue
			}
			seen := map[string]bool{}
			Every(h, func(m *Module) {
				if seen[m.ID] {
					t.Fatalf("edit %d left two steps %q", ops[0]%8, m.ID)
				}
				seen[m.ID] = true
			})
			g = roundTrip(t, []byte(jsonOf(t, h)))
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
		renameMember(expr, "results", "a", "b-c")
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
