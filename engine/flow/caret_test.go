package flow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is typed at the caret, written |, is told as a path and the beginning of a name.
func TestThePathAtTheCaret(t *testing.T) {
	for _, c := range []struct {
		expr, path, prefix string
		none               bool
	}{
		{"|", "", "", false},
		{"flow_in|", "", "flow_in", false},
		{"flow_input.|", "flow_input", "", false},
		{"flow_input?.am|", "flow_input", "am", false},
		{"`Refund ${results.a.cu|", "results a", "cu", false},
		{"`Refund ${results.a.cu|} €`", "results a", "cu", false},
		{`results["x y"][0].n|`, "results x y 0", "n", false},
		{`results["a|`, "results", "a", false},
		{"1 + fl|", "", "fl", false},
		{"f(|", "", "", false},
		{"`Refund fl|", "", "", true},
		{`"flow_in|`, "", "", true},
		{"// flow|", "", "", true},
		{"results.a |", "", "", true},
		{"f(1).x|", "", "", true},
	} {
		caret := strings.IndexByte(c.expr, '|')
		at, ok := ReadCaret(strings.Replace(c.expr, "|", "", 1), caret)
		var names []string
		for _, k := range at.Path {
			names = append(names, k.Name)
		}
		if ok == c.none || ok && (strings.Join(names, " ") != c.path || at.Prefix != c.prefix || at.From != caret-len(c.prefix)) {
			t.Errorf("%s: %+v, %v", c.expr, at, ok)
		}
	}
}

// A path is put in so that the expression can still be read.
func TestAPathIsPutInWhereItCanBeRead(t *testing.T) {
	for before, want := range map[string]string{
		"|":                     "results.a",
		"`Refund | €`":          "`Refund ${results.a} €`",
		"`Refund ${|}`":         "`Refund ${results.a}`",
		"`Refund ${x} €`|":      "`Refund ${x} €${results.a}`",
		"flow_input.amount|":    "flow_input.amount + results.a",
		"|flow_input.amount":    "results.a + flow_input.amount",
		"f(|)":                  "f(results.a)",
		"x + |":                 "x + results.a",
		"return |":              "return results.a",
		"[1, 2]|":               "[1, 2] + results.a",
		"`it's` + |":            "`it's` + results.a",
		"|`Refund ${x} €`":      "results.a + `Refund ${x} €`",
		"({Order: |})":          "({Order: results.a})",
		"'a' |":                 "'a'  + results.a",
		"`a ${ {b: `c|`}.b } d": "`a ${ {b: `c${results.a}`}.b } d",
	} {
		caret := strings.IndexByte(before, '|')
		expr := strings.Replace(before, "|", "", 1)
		at, text := Insertion(expr, caret, "results.a")
		if got := expr[:at] + text + expr[at:]; got != want {
			t.Errorf("%s: %s, want %s", before, got, want)
		}
	}
}

func orderFlow(t *testing.T) *Flow {
	t.Helper()
	f, err := ParseJSON([]byte(`{"summary":"F","schema":{"type":"object","properties":{"amount":{"type":"number"}}},"value":{"modules":[
		{"id":"a","value":{"type":"identity"}},
		{"id":"b","suspend":{"required_events":1},"value":{"type":"identity"}},
		{"id":"c","value":{"type":"branchone","branches":[{"expr":"true","modules":[{"id":"d","value":{"type":"identity"}}]}],"default":[{"id":"e","value":{"type":"identity"}}]}},
		{"id":"loop","value":{"type":"forloopflow","iterator":{"type":"static","value":[1]},"modules":[{"id":"g","value":{"type":"identity"}},{"id":"h","value":{"type":"identity"}}]}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Of each step only those before it can be read that are not on another branch.
func TestWhatAStepCanRead(t *testing.T) {
	o := OrderOf(orderFlow(t))
	for reader, want := range map[string]string{
		"a": "", "b": "a", "c": "b a", "d": "b a", "e": "b a", "loop": "e d c b a", "h": "g e d c b a",
	} {
		if got := strings.Join(o.Before(reader), " "); got != want {
			t.Errorf("%s reads %q, want %q", reader, got, want)
		}
	}
	got := []string{o.Gate("c"), o.Gate("d"), o.Gate("b"), o.Prior("a"), o.Prior("d"), o.Prior("h"), strings.Join(o.Loops("h"), " ")}
	if d := cmp.Diff([]string{"b", "b", "", "", "b", "g", "loop"}, got); d != "" {
		t.Error(d)
	}
	if !o.Reads("g", "h") || o.Reads("d", "e") || o.Reads("d", "c") {
		t.Error("a loop's own steps, another branch or a container are read wrongly")
	}
}

// Names that mean nothing are found where they stand, with what was meant.
func TestStrayNamesAreFoundInTheirPlace(t *testing.T) {
	f := orderFlow(t)
	o := OrderOf(f)
	for _, c := range []struct{ expr, want string }{
		{"flow_inp.amount", "flow_inp→flow_input"},
		{"`${flow_input.amont} €`", "amont→amount"},
		{"results.zz", "zz→"},
		{`results["zz"]`, `"zz"→`},
		{"a.customer", "a→results.a"},
		{"results.a + flow_input.amount + Math.max(1, 2)", ""},
		{"[1].map((x) => x + y)", "y→"},
		{`flow_input["amout"]`, `"amout"→"amount"`},
	} {
		var got []string
		for _, s := range o.Strays(f, "c", c.expr) {
			got = append(got, c.expr[s.From:s.To]+"→"+s.Meant)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %v, want %s", c.expr, got, c.want)
		}
	}
}
