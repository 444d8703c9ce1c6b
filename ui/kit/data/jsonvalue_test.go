package data

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// spelled writes a node with everything in it, as it was read page by page.
func spelled(n *jsonNode) string {
	n.load(1 << 30)
	var parts []string
	for _, k := range n.kids {
		s := spelled(k)
		if n.kind == '{' {
			s = k.key + "=" + s
		}
		parts = append(parts, s)
	}
	switch n.kind {
	case '{':
		return fmt.Sprintf("{%s}%d", strings.Join(parts, " "), n.size())
	case '[':
		return fmt.Sprintf("[%s]%d", strings.Join(parts, " "), n.size())
	}
	return n.text
}

func TestAJSONTextIsReadByPart(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"b":[true,false,null],"c":{}}`: `{a=1 b=[true false null]3 c={}0}3`,
		" [ 1 , [ ] , \"x, ]}\" , -1.5e3 ] ":   `[1 []0 "x, ]}" -1.5e3]4`,
		`{"a \" } b":"q\\","":{"x":[[[]]]}}`:   `{a " } b="q\\" ={x=[[[]0]1]1}1}2`,
		`"text"`:                               `"text"`, `12`: `12`, `[]`: `[]0`, "\n{}\n": `{}0`, `"é€\u00e9"`: `"é€é"`,
	} {
		n, err := readJSON(json.RawMessage(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := spelled(n); got != want {
			t.Errorf("%s is read as %s, want %s", text, got, want)
		}
	}
	for _, bad := range []string{"", "{", `{"a"`, "[1,", "nul", `"open`, "1 2"} {
		if _, err := readJSON(json.RawMessage(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestCountingReadsNothing(t *testing.T) {
	big := "[" + strings.Repeat(`{"id":1,"tags":["a","b"]},`, 99_999) + `{"id":2}]`
	n, err := readJSON(json.RawMessage(big))
	if err != nil {
		t.Fatal(err)
	}
	if n.size() != 100_000 || len(n.kids) != 0 {
		t.Errorf("%d items, %d read", n.size(), len(n.kids))
	}
	n.load(jsonPage)
	if len(n.kids) != jsonPage || n.size() != 100_000 {
		t.Errorf("%d items, %d read", n.size(), len(n.kids))
	}
}

func TestALongTextIsShownInPart(t *testing.T) {
	b, _ := json.Marshal(strings.Repeat("\\\"é", 100_000))
	n, err := readJSON(b)
	if err != nil || len(n.text) > 2*textMost || !strings.HasSuffix(n.text, `…"`) {
		t.Errorf("%d bytes of text, %v", len(n.text), err)
	}
	if got := n.copied(); len(got) != 100_000*4 {
		t.Errorf("%d bytes are copied", len(got))
	}
}

func BenchmarkOpen10MB(b *testing.B) {
	big := json.RawMessage("[" + strings.Repeat(`{"id":4711,"name":"a customer","tags":["a","b","c"]},`, 190_000) + `{"id":2}]`)
	b.SetBytes(int64(len(big)))
	for b.Loop() {
		n, err := readJSON(big)
		if err != nil {
			b.Fatal(err)
		}
		n.load(jsonPage)
		n.size()
	}
}
