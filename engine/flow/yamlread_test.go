package flow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A file says to us what it says to Windmill's client: both are read here by the
// rules of YAML 1.2 (what the client reads was seen with yaml 2.8 of npm).
func TestScalarsAreThoseOfTheClient(t *testing.T) {
	got := map[string]string{}
	want := map[string]string{
		"0123": "123", "-012": "-12", "1_000": `"1_000"`, "0b1": `"0b1"`, "0o17": "15", "0x1F": "31", "+1": "1", "+.5": "0.5", "1.": "1", "-.5e3": "-500", "1e3": "1e3",
		"0o": `"0o"`, "09": "9", "-0x1": `"-0x1"`, "-0o7": `"-0o7"`, "1__0": `"1__0"`, "1e": `"1e"`, "NaN": `"NaN"`, "True": "true", "tRUE": `"tRUE"`, "NULL": "null", "~": "null",
		"2024-01-01": `"2024-01-01"`, "1:30": `"1:30"`, "00.5": "0.5", "0x": `"0x"`, "1_0.5": `"1_0.5"`, "yes": `"yes"`, "123456789012345678901": "123456789012345678901",
		// What YAML 1.1 refuses, or takes for the end of a line.
		"a\x7fb": "\"a\x7fb\"", "a\u0085b": "\"a\u0085b\"", "a\u009fb": "\"a\u009fb\"", "a\u2028 b": `"a\u2028 b"`, "'\ufeffx'": "\"\ufeffx\"", "a\uffff": "\"a\uffff\"",
		"\U000f0000\x7f": "\"\U000f0000\x7f\"",
	}
	for text := range want {
		raw, err := FromYAML([]byte("a: " + text + "\n"))
		if err != nil {
			got[text] = err.Error()
			continue
		}
		got[text] = string(raw[len(`{"a":`) : len(raw)-1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	raw, err := FromYAML([]byte("\ufeff\"k\u0085\": {x\u2028y: [a\u0080, \"\u2029\"]}\n"))
	if want := "{\"k\u0085\":{\"x\\u2028y\":[\"a\u0080\",\"\\u2029\"]}}"; err != nil || string(raw) != want {
		t.Errorf("%s %v, want %s", raw, err, want)
	}

	for text, want := range map[string]string{
		"a:\n  b: |-\n    \tx\n\n    y\n":         `{"a":{"b":"\tx\n\ny"}}`,
		"a:\n  - |\n    \n    \tx\u0085\n  - c\n": "{\"a\":[\"\\n\\tx\u0085\\n\",\"c\"]}",
		"a: |\n  if x:\n  \ty\n":                  `{"a":"if x:\n\ty\n"}`,
	} {
		if raw, err := FromYAML([]byte(text)); err != nil || string(raw) != want {
			t.Errorf("%q: %s %v, want %s", text, raw, err, want)
		}
	}
	for _, text := range []string{"a:\n  b: >-\n    \tx\n    y\n", "a:\n\tb: 1\n"} {
		if raw, err := FromYAML([]byte(text)); err == nil {
			t.Errorf("%q is %s; it is refused rather than changed", text, raw)
		}
	}
}

// What is written is read as it was by readers that are strict about blank lines,
// as the client's is.
func TestTextsOfBlanksAreQuoted(t *testing.T) {
	for _, text := range []string{" \n", "\n ", "\n\n", "\t\n", "  \n\n "} {
		y, err := ToYAML(Raw(`{"a":` + string(quote(text)) + `}`))
		if err != nil || !strings.HasPrefix(string(y), `a: "`) {
			t.Errorf("%q is written as %q, %v", text, y, err)
		}
	}
}
