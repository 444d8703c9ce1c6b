package run

import (
	"strings"
	"testing"

	"sluice/engine/fault"
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ in, want, reason string }{
		{"dana@acme.example", "dana@acme.example", "an address"},
		{" dana@acme.example, li@acme.example;\nDana@ACME.example\r\n", "dana@acme.example li@acme.example", "a list, whatever the separators; each once"},
		{"Dana Berg <dana@acme.example>", "dana@acme.example", "a name"},
		{"Berg, Dana <dana@acme.example>, li@acme.example", "dana@acme.example li@acme.example", "a name with a comma"},
		{`"Berg, Dana" <dana@acme.example>`, "dana@acme.example", "a quoted one"},
		{`"Dana \"D, B\" Berg; x" <dana@acme.example>; li@acme.example`, "dana@acme.example li@acme.example", "with quotes inside"},
		{"Berg, Dana (Ops) <dana@acme.example>", "dana@acme.example", "with a remark"},
		{"Team: dana@acme.example, Li <li@acme.example>;", "dana@acme.example li@acme.example", "a group"},
		{"Team: dana@acme.example; ann@acme.example", "dana@acme.example ann@acme.example", "a group and one more"},
		{"mailto:dana@acme.example", "dana@acme.example", "a link"},
		{"dana@müller.example", "dana@xn--mller-kva.example", "a domain in other letters"},
		{"Dana <dana@ＡＣＭＥ.example.>", "dana@acme.example", "a domain in wide letters, with the root's dot"},
		{"dana+refunds@acme.example", "dana+refunds@acme.example", "a tag is part of it"},
		{"", "", "nothing"},
		{" ,;\n", "", "separators only"},
	} {
		got, err := Addresses(c.in)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: Addresses(%q) = %q, %v, want %q", c.reason, c.in, got, err, c.want)
		}
	}
	for _, in := range []string{"notmail", "dana@", "@acme.example", "dana@localhost", "dana@acme..example", "da na@acme.example", "dana@acme.example li@acme.example",
		"li@acme.example, Berg, Dana dana@acme.example", "dana@[127.0.0.1]", "Dana <dana@acme.example", "dana@acme.example>", "dänä@acme.example", "<>", "dana@acme.example\x00",
		`"da na"@acme.example`, "dana@acme.example\u202e", "Berg, Dana", "Team: dana@acme.example", "dana@acme.example\r\nBcc: eve@acme.example"} {
		got, err := Addresses("ann@acme.example", in)
		if !fault.HasCode(err, CodeAddress) || got != nil {
			t.Errorf("Addresses(%q) = %q, %v", in, got, err)
		}
	}
	_, err := Addresses("li@acme.example, Berg, Dana dana@acme")
	if f := fault.From(err); !strings.Contains(f.Title, `"Berg, Dana dana@acme"`) {
		t.Errorf("it is not told whole: %v", f)
	}
}
