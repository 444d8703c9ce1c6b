package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/fault"
)

// roundTrip reads text both ways and checks that it comes out equal.
func roundTrip(t testing.TB, text []byte) *Flow {
	t.Helper()
	f, err := ParseJSON(text)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	var want bytes.Buffer
	if err := json.Compact(&want, bytes.TrimPrefix(text, bom)); err != nil {
		t.Fatal(err)
	}
	got, err := f.JSON()
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	if d := cmp.Diff(want.String(), string(got)); d != "" {
		t.Fatalf("JSON changed (-want +got):\n%s", d)
	}
	y, err := f.YAML()
	if err != nil {
		t.Fatalf("write YAML: %v", err)
	}
	g, err := ParseYAML(y)
	if err != nil {
		t.Fatalf("read back YAML: %v\n%s", err, y)
	}
	back, err := g.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(plainForm(t, got), plainForm(t, back)); d != "" {
		t.Fatalf("YAML changed (-want +got):\n%s\n%s", d, y)
	}
	return f
}

// plainForm writes JSON with its strings in one spelling, keeping key order and
// the form of numbers.
func plainForm(t testing.TB, text []byte) string {
	t.Helper()
	n, err := readTree(text)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	var walk func(n *node)
	walk = func(n *node) {
		switch n.kind() {
		case '{', '[':
			b.WriteByte(n.kind())
			for i, kid := range n.kids {
				if i > 0 {
					b.WriteByte(',')
				}
				if n.keys != nil {
					b.Write(quote(n.keys[i]))
					b.WriteByte(':')
				}
				walk(kid)
			}
			b.WriteByte(n.kind() + 2)
		case '"':
			s, _ := n.text()
			b.Write(quote(s))
		default:
			b.Write(n.src)
		}
	}
	walk(n)
	return b.String()
}

func TestKeepsWhatItRead(t *testing.T) {
	tests := []struct{ reason, text string }{
		{"nothing in it", `{}`},
		{"no modules", `{"summary":"s","value":{"modules":[]}}`},
		{"key order of the file", `{"value":{"same_worker":true,"modules":[{"summary":"x","value":{"language":"bun","type":"rawscript","content":"a"},"id":"a"}]},"summary":"s"}`},
		{"zeros and nulls that were written", `{"summary":null,"description":"","value":{"modules":[{"id":"a","value":{"type":"identity"},"cache_ttl":0,"stop_after_if":null,"continue_on_error":false,"retry":null,"suspend":{"timeout":null,"required_events":0},"delete_after_secs":0}],"failure_module":null,"flow_env":null}}`},
		{"forms of numbers", `{"summary":"s","value":{"modules":[],"concurrent_limit":1.0,"priority":1e2,"x":12345678901234567890123,"y":-0,"z":0.10}}`},
		{"escapes", `{"summary":"\u00e9\/\u003c<&","value":{"modules":[]}}`},
		{"known fields of an unreadable form", `{"summary":{"a":1},"value":{"modules":[{"id":["a"],"value":"x","suspend":7,"retry":{"constant":{"attempts":"3"}}},{"id":"b","value":null},{"id":"c"}],"failure_module":3,"flow_env":[]}}`},
		{"a modules list with something else in it", `{"value":{"modules":[null,1]}}`},
		{"numbers and booleans as texts", `{"summary":2024,"value":{"modules":[{"id":1,"value":{"type":"identity"},"skip_if":{"expr":true}}]}}`},
		{"inputs", `{"summary":"","value":{"modules":[{"id":"a","value":{"type":"script","path":"u/a/b","input_transforms":{"z":{"type":"static"},"b":{"type":"static","value":null},"c":{"value":1,"type":"javascript","expr":"1"},"d":{"type":"static","expr":"1","value":3},"e":5,"f":null,"g":{"expr":"x"},"h":{"value":1},"i":{"type":"ai"},"j":{"type":"new"},"k":[1, 2]}}}]}}`},
		{"bare values", `{"summary":"","value":{"modules":[{"id":"a","timeout":30,"sleep":{"type":"static","value":2},"value":{"type":"forloopflow","modules":[],"iterator":{"type":"javascript","expr":"[]"},"parallelism":2,"skip_failures":true}}]}}`},
		{"legacy inputs", `{"summary":"","value":{"modules":[{"input_transforms":{"x":{"type":"static","value":1}},"value":{"type":"script","path":"hub/1/a"}},{"input_transform":{"x":{"type":"static","value":1}},"value":{"type":"script","input_transform":{},"path":"hub/1/a"}}]}}`},
		{"both spellings", `{"value":{"modules":[{"input_transform":{"x":1},"input_transforms":{"x":2}}]}}`},
		{"unknown types and fields", `{"summary":"","tag":"","value":{"modules":[{"id":"a","value":{"type":"quantum","x":[1, 2]},"later":{"b":1,"a":2}},{"id":"b","value":{}}]},"ws_error_handler_muted":false}`},
		{"misplaced fields", `{"summary":"","value":{"modules":[{"id":"a","value":{"type":"rawscript","timeout":3,"retry":{},"content":"","language":"bun","input_transforms":{}}}]}}`},
		{"branches", `{"summary":"","value":{"modules":[{"id":"a","value":{"type":"branchall","branches":[{"modules":[],"expr":"false","parallel":true,"skip_failure":false}],"parallel":true}},{"id":"b","value":{"type":"branchall","branches":[]}},{"id":"c","value":{"type":"branchone","branches":[{"expr":"","modules":[]}],"default":[]}}]}}`},
		{"blanks and a byte order mark", "\xef\xbb\xbf { \"summary\" : \"s\" ,\n\t\"value\" : { \"modules\" : [ ] , \"flow_env\" : {\"b\" : [ 1 , 2 ], \"a\":\"x\"} } } \n"},
		{"texts that YAML could misread", `{"summary":"yes","description":"- a: b # c\n\n  x  \n","value":{"modules":[],"flow_env":{"y":"n","no":"null","1":"1.0","k v":" lead","t":"a\tb","e":"🎉 ok","l":"\n\n","m":"  a\n b\n\n\n","n":"a \nb ","o":"x\r\ny","p":"\u2028","q":"!inline a","r":"a: b","s":"a #b","u":"","v":"\tx\ny","w":"2024-01-01","z":"a\n  ","aa":"=","bb":"<<","":"it's","? x":"\u0000\u007f\u0085\ufeff","a\nb":"[x"}}}`},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) { roundTrip(t, []byte(tt.text)) })
	}
}

func TestRefusesNestingWithoutEnd(t *testing.T) {
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	if _, err := ParseJSON([]byte(`{"value":` + deep + `}`)); !fault.HasCode(err, CodeSyntax) {
		t.Errorf("JSON: %v", err)
	}
	if _, err := ParseYAML([]byte("value: " + deep + "\n")); !fault.HasCode(err, CodeSyntax) {
		t.Errorf("YAML: %v", err)
	}
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), i)
	}
	if _, err := ParseYAML([]byte(bomb)); !fault.HasCode(err, CodeSyntax) {
		t.Errorf("aliases: %v", err)
	}
}

func TestReadsAliasesAndMerges(t *testing.T) {
	f, err := ParseYAML([]byte("summary: s\nvalue:\n  modules: []\n  flow_env: &e {a: 1, b: 0x1F, c: 2024-01-02, d: yes}\nx: {<<: *e, a: 2}\ny: *e\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"summary":"s","value":{"modules":[],"flow_env":{"a":1,"b":31,"c":"2024-01-02","d":"yes"}},"x":{"a":2,"b":31,"c":"2024-01-02","d":"yes"},"y":{"a":1,"b":31,"c":"2024-01-02","d":"yes"}}`
	if got, _ := f.JSON(); string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWritesReadableYAML(t *testing.T) {
	f, err := ParseJSON([]byte(`{"summary":"🎉 yes","description":"no","value":{"modules":[{"id":"n","value":{"type":"rawscript","content":"a \n\tb\n","language":"bun","input_transforms":{}}}],"flow_env":{"y":"1.0","k":"a: b"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.YAML()
	want := "summary: 🎉 yes\ndescription: 'no'\nvalue:\n  modules:\n    - id: 'n'\n      value:\n        type: rawscript\n        content: |\n          a \n          \tb\n        language: bun\n        input_transforms: {}\n  flow_env:\n    'y': '1.0'\n    k: 'a: b'\n"
	if d := cmp.Diff(want, string(got)); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
}
