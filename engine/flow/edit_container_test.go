package flow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nested holds a container of every kind, one in the other, with empty lists
// and keys in an order of its own.
const nested = `{"value":{"modules":[
	{"value":{"type":"identity"},"id":"a"},
	{"id":"each","value":{"modules":[
		{"id":"b","value":{"type":"identity"}},
		{"id":"all","value":{"type":"branchall","branches":[
			{"modules":[{"id":"c","value":{"type":"identity"}}],"x-kept":1,"summary":"one"},
			{"modules":[{"id":"again","value":{"skip_failures":true,"type":"whileloopflow","modules":[{"id":"d","value":{"type":"identity"}}]}}]},
			{"modules":[]}]}},
		{"id":"one","value":{"type":"branchone","branches":[{"expr":"true","modules":[{"id":"e","value":{"type":"identity"}}]}]}}],
		"type":"forloopflow","iterator":{"type":"static","value":[1]},"skip_failures":false,"squash":true}},
	{"id":"none","value":{"type":"branchall","branches":[]}}],
	"failure_module":{"id":"oops","value":{"type":"script","path":"u/a/b","input_transforms":{}}}},"summary":""}`

func TestEditsOfEveryContainer(t *testing.T) {
	f, err := ParseJSON([]byte(nested))
	if err != nil {
		t.Fatal(err)
	}
	step := func(id string) *Module { return &Module{ID: id, Value: &Identity{}} }
	in := func(container string, branch, index int) Place { return Place{container, branch, index} }
	tests := []struct {
		reason string
		edit   func() (*Flow, error)
		want   string
	}{
		{"nothing", func() (*Flow, error) { return f, nil }, "a each >b >all >>c >>again >>>d >one >>e none"},
		{"insert into a for loop", func() (*Flow, error) { return Insert(f, in("each", -1, 1), step("x")) }, "a each >b >x >all >>c >>again >>>d >one >>e none"},
		{"insert into a for loop, whatever branch is said", func() (*Flow, error) { return Insert(f, in("each", 0, 3), step("x")) }, "a each >b >all >>c >>again >>>d >one >>e >x none"},
		{"insert into a while loop", func() (*Flow, error) { return Insert(f, in("again", -1, 0), step("x")) }, "a each >b >all >>c >>again >>>x >>>d >one >>e none"},
		{"insert into a branch of all", func() (*Flow, error) { return Insert(f, in("all", 0, 1), step("x")) }, "a each >b >all >>c >>x >>again >>>d >one >>e none"},
		{"insert into an empty branch of all", func() (*Flow, error) { return Insert(f, in("all", 2, 0), step("x")) }, "a each >b >all >>c >>again >>>d >>x >one >>e none"},
		{"insert into a branch of one", func() (*Flow, error) { return Insert(f, in("one", 0, 0), step("x")) }, "a each >b >all >>c >>again >>>d >one >>x >>e none"},
		{"insert into a default that the file leaves out", func() (*Flow, error) { return Insert(f, in("one", -1, 0), step("x")) }, "a each >b >all >>c >>again >>>d >one >>e >>x none"},
		{"insert a container with steps in it", func() (*Flow, error) {
			return Insert(f, in("again", -1, 1), &Module{ID: "w", Value: &WhileLoop{Modules: []*Module{step("x")}}})
		}, "a each >b >all >>c >>again >>>d >>>w >>>>x >one >>e none"},
		{"remove from a while loop", func() (*Flow, error) { return Remove(f, "d") }, "a each >b >all >>c >>again >one >>e none"},
		{"remove a container in a branch", func() (*Flow, error) { return Remove(f, "again") }, "a each >b >all >>c >one >>e none"},
		{"remove a loop and all in it", func() (*Flow, error) { return Remove(f, "each") }, "a none"},
		{"down in a for loop", func() (*Flow, error) { return Move(f, "b", 1) }, "a each >all >>c >>again >>>d >b >one >>e none"},
		{"up in a for loop", func() (*Flow, error) { return Move(f, "one", -2) }, "a each >one >>e >b >all >>c >>again >>>d none"},
		{"into a loop", func() (*Flow, error) { return MoveTo(f, "a", in("each", -1, 0)) }, "each >a >b >all >>c >>again >>>d >one >>e none"},
		{"out of a while loop into the root", func() (*Flow, error) { return MoveTo(f, "d", in("", -1, 3)) }, "a each >b >all >>c >>again >one >>e none d"},
		{"from one branch of all to another", func() (*Flow, error) { return MoveTo(f, "c", in("all", 2, 0)) }, "a each >b >all >>again >>>d >>c >one >>e none"},
		{"a loop out of a branch, beside its container", func() (*Flow, error) { return MoveTo(f, "again", in("each", 0, 0)) }, "a each >again >>d >b >all >>c >one >>e none"},
		{"a branchall into the default of a sibling", func() (*Flow, error) { return MoveTo(f, "all", in("one", -1, 0)) }, "a each >b >one >>e >>all >>>c >>>again >>>>d none"},
		{"later in a for loop", func() (*Flow, error) { return MoveTo(f, "b", in("each", -1, 2)) }, "a each >all >>c >>again >>>d >b >one >>e none"},
		{"replace a container by a step", func() (*Flow, error) { return Replace(f, "each", step("x")) }, "a x none"},
		{"replace a container by one that takes its steps over", func() (*Flow, error) {
			return Update(f, "again", func(m Module) Module {
				m.Value = &ForLoop{Modules: m.Value.(*WhileLoop).Modules, Iterator: &Input{Kind: JavaScript, Expr: "[1]"}}
				return m
			})
		}, "a each >b >all >>c >>again >>>d >one >>e none"},
		{"add a branch to all", func() (*Flow, error) { return AddBranch(f, "all", &Branch{Modules: []*Module{step("x"), step("y")}}) }, "a each >b >all >>c >>again >>>d >>x >>y >one >>e none"},
		{"add a first branch", func() (*Flow, error) {
			return Insert(must(t)(AddBranch(f, "none", &Branch{Summary: "new"})), in("none", 0, 0), step("x"))
		}, "a each >b >all >>c >>again >>>d >one >>e none >x"},
		{"remove a branch of all", func() (*Flow, error) { return RemoveBranch(f, "all", 1) }, "a each >b >all >>c >one >>e none"},
		{"remove the only branch of one", func() (*Flow, error) { return RemoveBranch(f, "one", 0) }, "a each >b >all >>c >>again >>>d >one none"},
		{"let a branch fail", func() (*Flow, error) {
			return SetBranch(f, "all", 0, func(b Branch) Branch { b.SkipFailure = true; return b })
		}, "a each >b >all >>c >>again >>>d >one >>e none"},
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
		text := jsonOf(t, g)
		roundTrip(t, []byte(text))
		back, err := ParseJSON([]byte(text))
		if err != nil || outline(back) != tt.want {
			t.Errorf("%s: read back as %s, %v", tt.reason, outline(back), err)
		}
		for _, kept := range []string{`"squash":true`, `"x-kept":1`, `{"value":{"type":"identity"},"id":"a"}`} {
			gone := strings.Contains(tt.reason, "a loop and all") || strings.Contains(tt.reason, "by a step")
			if !gone && !strings.Contains(text, kept) {
				t.Errorf("%s: lost %s", tt.reason, kept)
			}
		}
		if jsonOf(t, f) != before {
			t.Fatalf("%s: the flow it was given changed", tt.reason)
		}
	}
}

func TestEditsOfContainersThatCanNotBe(t *testing.T) {
	f, err := ParseJSON([]byte(nested))
	if err != nil {
		t.Fatal(err)
	}
	step := func(id string) *Module { return &Module{ID: id, Value: &Identity{}} }
	before := jsonOf(t, f)
	tests := []struct {
		reason string
		edit   func() (*Flow, error)
		says   string
	}{
		{"the default of all", func() (*Flow, error) { return Insert(f, Place{"all", -1, 0}, step("x")) }, "no branch -1"},
		{"a branch where there is none", func() (*Flow, error) { return Insert(f, Place{"none", 0, 0}, step("x")) }, "no branch 0"},
		{"beyond the end of a loop", func() (*Flow, error) { return Insert(f, Place{"again", -1, 2}, step("x")) }, "no place 2"},
		{"a container into its own inside", func() (*Flow, error) { return MoveTo(f, "each", Place{"again", -1, 0}) }, "into itself"},
		{"into the failure step", func() (*Flow, error) { return MoveTo(f, "a", Place{"failure", -1, 0}) }, "no branch"},
		{"the failure step into a loop", func() (*Flow, error) { return MoveTo(f, "oops", Place{"each", -1, 0}) }, "no step"},
		{"a container with a step that is there", func() (*Flow, error) {
			return Insert(f, Place{}, &Module{ID: "w", Value: &WhileLoop{Modules: []*Module{step("d")}}})
		}, `"d" already`},
		{"a container with a step twice", func() (*Flow, error) {
			return Insert(f, Place{}, &Module{ID: "w", Value: &WhileLoop{Modules: []*Module{step("x"), step("x")}}})
		}, `"x" already`},
		{"a branch with a step twice", func() (*Flow, error) { return AddBranch(f, "all", &Branch{Modules: []*Module{step("x"), step("x")}}) }, `"x" already`},
		{"a step into a container by an update", func() (*Flow, error) {
			return Update(f, "again", func(m Module) Module { m.Value = &WhileLoop{Modules: []*Module{step("c")}}; return m })
		}, `"c" already`},
		{"branches of a loop", func() (*Flow, error) { return AddBranch(f, "each", &Branch{}) }, "has no branches"},
		{"a branch too far", func() (*Flow, error) { return SetBranch(f, "all", 3, func(b Branch) Branch { return b }) }, "no branch 3"},
		{"a branch before the first", func() (*Flow, error) { return RemoveBranch(f, "all", -1) }, "no branch -1"},
	}
	for _, tt := range tests {
		g, err := tt.edit()
		if err == nil {
			t.Errorf("%s: %s", tt.reason, outline(g))
		} else if !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.reason, err)
		}
	}
	if d := cmp.Diff(before, jsonOf(t, f)); d != "" {
		t.Error(d)
	}
}

// A file with double ids can be edited, and so mended.
func TestDoubleIDsCanBeMended(t *testing.T) {
	f, err := ParseJSON([]byte(`{"summary":"","value":{"modules":[{"id":"w","value":{"type":"whileloopflow","skip_failures":false,"modules":[{"id":"x","value":{"type":"identity"}},{"id":"x","value":{"type":"identity"}}]}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	f = must(t)(Update(f, "w", func(m Module) Module { m.Summary = "twice"; return m }))
	f = must(t)(Update(f, "x", func(m Module) Module { m.ID = "y"; return m }))
	if got := outline(f); got != "w >y >x" {
		t.Error(got)
	}
}
