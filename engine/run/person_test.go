package run

import "testing"

func TestOnePersonHasOneName(t *testing.T) {
	const dana = "dana@acme.example"
	for _, same := range []string{dana, "Dana@ACME.example", " dana@acme.example ", "dana@acme.example.", "Dana Berg <dana@acme.example>", "Berg, Dana <DANA@acme.example.>",
		"mailto:dana@acme.example", "da\u200bna@acme.example", "ｄａｎａ＠ａｃｍｅ．ｅｘａｍｐｌｅ", "dana@acme。example", "\u202adana@acme.example\u202c"} {
		if got := PersonOf(same); got != dana {
			t.Errorf("PersonOf(%q) = %q", same, got)
		}
		if got := PersonOf(PersonOf(same)); got != dana {
			t.Errorf("PersonOf is not settled for %q: %q", same, got)
		}
	}
	for _, c := range [][2]string{{"dana@müller.example", "dana@xn--mller-kva.example"}, {"Dana  Berg", "dana berg"}, {"Ｄａｎａ", "dana"}, {"ﬁnn", "finn"}, {"Émile", "e\u0301mile"}} {
		if PersonOf(c[0]) != PersonOf(c[1]) {
			t.Errorf("%q and %q are two people", c[0], c[1])
		}
	}
	for _, c := range [][2]string{{dana, "dana@acme.exampl"}, {dana, "dana+x@acme.example"}, {dana, "dan\u0430@acme.example"}, {"dana", "Dan"}, {"approver 1", "approver 2"}} {
		if PersonOf(c[0]) == PersonOf(c[1]) {
			t.Errorf("%q and %q are one person", c[0], c[1])
		}
	}
	if !IsUnnamed(Unnamed(12)) || IsUnnamed("approver one") || IsUnnamed(dana) {
		t.Error("IsUnnamed does not tell links without a name")
	}
}
