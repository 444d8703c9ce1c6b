package flow

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlainPaths(t *testing.T) {
	for expr, want := range map[string][]PathKey{
		"x":                    nil,
		" $a_1.b9 ":            {{Name: "b9"}},
		`x["y z"]['0'][0][12]`: {{Name: "y z"}, {Name: "0"}, {Name: "0", Index: true}, {Name: "12", Index: true}},
		"x[\"a`b\"]":           {{Name: "a`b"}},
	} {
		p, ok := ReadPlainPath(expr)
		if diff := cmp.Diff(want, p.Keys); diff != "" || !ok {
			t.Errorf("%q: %v %s", expr, ok, diff)
		}
	}
	for _, expr := range []string{"", "1x", "x.", "x.1", "x[]", "x[01]", "x[-1]", "x[4294967296]", "x[y]", `x["a\n"]`, `x["a]"]`, `x["]`, `x[']`, "x?.y", "x.y()", "x y", "x;", "x[\"\xff\"]", "ü"} {
		if p, ok := ReadPlainPath(expr); ok {
			t.Errorf("%q is taken for the path %v", expr, p)
		}
	}
}
