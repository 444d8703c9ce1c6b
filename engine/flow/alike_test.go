package flow

import "testing"

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`9007199254740993`, `9007199254740992`, false},
		{`5.0`, `5`, true},
		{`1e3`, `1000`, true},
		{`1e999999999`, `2`, false},
		{`{"a":1,"b":[1.0]}`, `{"b":[1], "a":1}`, true},
		{`{"a":1}`, `{"a":1,"b":null}`, false},
		{`"1"`, `1`, false},
		{`null`, `false`, false},
		{`"\u0061"`, `"a"`, true},
		{``, ``, false},
	} {
		if got := Alike(Raw(c.a), Raw(c.b)); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
