package flow

import (
	"strings"
	"testing"

	"sluice/engine/fault"
)

// What the library takes can be exported and named by a reference.
func TestCheckPath(t *testing.T) {
	for _, c := range []struct {
		path string
		ok   bool
	}{
		{"u/me/refund", true}, {"f/shop/a/b", true}, {"g/all/x", true}, {"f/shop/Prüfung 2 (neu)", true}, {"f/shop/what?", true}, {"f/shop/con", true}, {"f/shop/...", true},
		{"", false}, {"refund", false}, {"f/x", false}, {"x/y/z", false}, {"/u/me/x", false}, {"u/me/x/", false}, {"u//x", false},
		{"u/me/..", false}, {"u/../x", false}, {"f/./x", false}, {"../u/me/x", false}, {"u/me/x\ny", false}, {"u/me/\u202ex", false}, {"u/me/\x00", false},
		{"u/me/\xff", false}, {"u/me/ x", false}, {"u/me/x ", false}, {`u/me/"x`, false}, {`u\me\x`, false}, {"u/me/" + strings.Repeat("x", 1000), false},
	} {
		err := CheckPath(c.path)
		if c.ok != (err == nil) || err != nil && !fault.HasCode(err, "resource.path") {
			t.Errorf("CheckPath(%q) = %v, want it taken: %v", c.path, err, c.ok)
		}
	}
}
