package flow

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func corpusFlow(t testing.TB, name string) *Flow {
	t.Helper()
	f, err := ReadFS(os.DirFS("testdata/flows"), name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func jsonOf(t testing.TB, f *Flow) string {
	t.Helper()
	b, err := f.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func outline(f *Flow) string {
	var b strings.Builder
	Walk(f, func(m *Module, at Place, depth int) {
		b.WriteString(strings.Repeat(">", depth) + m.ID + " ")
	})
	return strings.TrimSpace(b.String())
}

func must(t testing.TB) func(*Flow, error) *Flow {
	return func(f *Flow, err error) *Flow {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
}

func TestEdits(t *testing.T) {
	f := corpusFlow(t, "refund")
	step := func(id string) *Module { return &Module{ID: id, Value: &Identity{}} }
	tests := []struct {
		reason string
		edit   func() (*Flow, error)
		want   string
	}{
		{"nothing", func() (*Flow, error) { return f, nil }, "a b c >d >e"},
		{"first in the root", func() (*Flow, error) { return Insert(f, Place{}, step("x")) }, "x a b c >d >e"},
		{"last in the root, with a new id", func() (*Flow, error) { return Insert(f, Place{Index: 3}, step("")) }, "a b c >d >e f"},
		{"in a branch", func() (*Flow, error) { return Insert(f, Place{"c", 0, 1}, step("x")) }, "a b c >d >x >e"},
		{"in the default", func() (*Flow, error) { return Insert(f, Place{"c", -1, 0}, step("x")) }, "a b c >d >x >e"},
		{"remove a leaf", func() (*Flow, error) { return Remove(f, "d") }, "a b c >e"},
		{"remove a branch step", func() (*Flow, error) { return Remove(f, "c") }, "a b"},
		{"remove the failure step", func() (*Flow, error) { return Remove(f, "failure") }, "a b c >d >e"},
		{"down", func() (*Flow, error) { return Move(f, "a", 1) }, "b a c >d >e"},
		{"down as far as it goes", func() (*Flow, error) { return Move(f, "a", 9) }, "b c >d >e a"},
		{"up from the top", func() (*Flow, error) { return Move(f, "a", -1) }, "a b c >d >e"},
		{"into a branch", func() (*Flow, error) { return MoveTo(f, "a", Place{"c", -1, 1}) }, "b c >d >e >a"},
		{"later in the same list", func() (*Flow, error) { return MoveTo(f, "a", Place{"", -1, 2}) }, "b a c >d >e"},
		{"out of a branch", func() (*Flow, error) { return MoveTo(f, "d", Place{}) }, "d a b c >e"},
		{"replace", func() (*Flow, error) { return Replace(f, "c", step("z")) }, "a b z"},
		{"add a branch", func() (*Flow, error) { return AddBranch(f, "c", &Branch{Modules: []*Module{step("x")}}) }, "a b c >d >x >e"},
		{"remove a branch", func() (*Flow, error) { return RemoveBranch(f, "c", 0) }, "a b c >e"},
		{"set a branch", func() (*Flow, error) {
			return SetBranch(f, "c", 0, func(b Branch) Branch { b.Modules = nil; return b })
		}, "a b c >e"},
		{"rename", func() (*Flow, error) { return Rename(f, "a", "load") }, "load b c >d >e"},
		{"update", func() (*Flow, error) {
			return Update(f, "d", func(m Module) Module { m.Summary = "Pay"; return m })
		}, "a b c >d >e"},
	}
	before := jsonOf(t, f)
	for _, tt := range tests {
		g, err := tt.edit()
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		if got := outline(g); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.reason, got, tt.want)
		}
		roundTrip(t, []byte(jsonOf(t, g)))
		if jsonOf(t, f) != before {
			t.Fatalf("%s: the flow it was given changed", tt.reason)
		}
	}
}

func TestEditsThatCanNotBe(t *testing.T) {
	f := corpusFlow(t, "refund")
	before := jsonOf(t, f)
	tests := []struct {
		reason string
		edit   func() (*Flow, error)
	}{
		{"insert an id that is there", func() (*Flow, error) { return Insert(f, Place{}, &Module{ID: "d", Value: &Identity{}}) }},
		{"insert beyond the end", func() (*Flow, error) { return Insert(f, Place{Index: 4}, &Module{Value: &Identity{}}) }},
		{"insert into a leaf", func() (*Flow, error) { return Insert(f, Place{"a", 0, 0}, &Module{Value: &Identity{}}) }},
		{"insert into a branch that is not", func() (*Flow, error) { return Insert(f, Place{"c", 5, 0}, &Module{Value: &Identity{}}) }},
		{"move into itself", func() (*Flow, error) { return MoveTo(f, "c", Place{"c", 0, 0}) }},
		{"replace by an id that is there", func() (*Flow, error) { return Replace(f, "a", &Module{ID: "b", Value: &Identity{}}) }},
		{"update to an id that is there", func() (*Flow, error) {
			return Update(f, "a", func(m Module) Module { m.ID = "b"; return m })
		}},
		{"rename to an id that is there", func() (*Flow, error) { return Rename(f, "a", "b") }},
		{"rename to a reserved id", func() (*Flow, error) { return Rename(f, "a", "failure") }},
		{"rename to a path", func() (*Flow, error) { return Rename(f, "a", "x/y") }},
		{"rename to what leads up", func() (*Flow, error) { return Rename(f, "a", "..") }},
		{"rename to what is not seen", func() (*Flow, error) { return Rename(f, "a", "a\u202e") }},
		{"remove a branch that is not", func() (*Flow, error) { return RemoveBranch(f, "c", 1) }},
		{"add a branch to a leaf", func() (*Flow, error) { return AddBranch(f, "a", &Branch{}) }},
	}
	for _, tt := range tests {
		if g, err := tt.edit(); err == nil {
			t.Errorf("%s: %s", tt.reason, outline(g))
		}
	}
	if _, err := Remove(f, "zz"); !errors.Is(err, ErrNotFound) {
		t.Errorf("remove what is not there: %v", err)
	}
	if jsonOf(t, f) != before {
		t.Error("the flow changed")
	}
}

// Every place that Walk tells can be used: what is taken out and put back there
// gives the same flow.
func TestPlacesLeadBack(t *testing.T) {
	for _, name := range []string{"refund", "cleanup.flow.yaml", "invoice", "release"} {
		f := corpusFlow(t, name)
		before := jsonOf(t, f)
		Walk(f, func(m *Module, at Place, _ int) {
			found, where := Find(f, m.ID)
			if found != m || where != at {
				t.Errorf("%s: found %+v, walked %+v", m.ID, where, at)
			}
			g := must(t)(Remove(f, m.ID))
			g = must(t)(Insert(g, at, m))
			if d := cmp.Diff(before, jsonOf(t, g)); d != "" {
				t.Errorf("%s out and in again:\n%s", m.ID, d)
			}
			g = must(t)(Rename(f, m.ID, "fresh_id"))
			if d := cmp.Diff(before, jsonOf(t, must(t)(Rename(g, "fresh_id", m.ID)))); d != "" && plainName.MatchString(m.ID) {
				t.Errorf("%s renamed and back:\n%s", m.ID, d)
			}
			if jsonOf(t, f) != before {
				t.Fatalf("%s: the flow changed", m.ID)
			}
		})
	}
}

func TestRenameFollowsReferences(t *testing.T) {
	f, err := ParseJSON([]byte(strings.ReplaceAll(everything(), `"expr":"x"`, `"expr":"results.a + results?.b"`)))
	if err != nil {
		t.Fatal(err)
	}
	got := jsonOf(t, must(t)(Rename(f, "a", "first")))
	for _, want := range []string{`"id":"first"`, `"expr":"results.first + results?.b"`, `"early_return":"first"`,
		`"contained_node_ids":["first"]`, `"start_id":"first","end_id":"first"`, `"retry_if":{"expr":"results.first + results?.b"}`} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s", want)
		}
	}
}

func TestNewIDs(t *testing.T) {
	f := &Flow{}
	seen := map[string]bool{}
	for range 26 * 27 {
		id := NewID(f)
		if seen[id] || id == "do" || id == "if" || id == "in" {
			t.Fatalf("got %q", id)
		}
		seen[id] = true
		f.Value.Modules = append(f.Value.Modules, &Module{ID: id})
	}
	if !seen["z"] || !seen["aa"] || !seen["zy"] {
		t.Error("the ids do not count a … z, aa …")
	}
}

func TestFreshCopies(t *testing.T) {
	f := corpusFlow(t, "refund")
	c, _ := Find(f, "c")
	copied := Fresh(f, c)
	g := must(t)(Insert(f, Place{Index: 3}, copied))
	if got := outline(g); got != "a b c >d >e f >g >h" {
		t.Error(got)
	}
}
