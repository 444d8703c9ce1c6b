package flow

import (
	"strings"
	"testing"
)

// at follows a path such as "db", "list.0" or "" through an origin.
func at(o *Origin, path string) *Origin {
	if path == "" {
		return o
	}
	for part := range strings.SplitSeq(path, ".") {
		if part[0] >= '0' && part[0] <= '9' {
			o = o.Item(int(part[0] - '0'))
			continue
		}
		o = o.Field(part)
	}
	return o
}

// Only what the author wrote is the author's, whatever is put around it.
func TestExprOrigin(t *testing.T) {
	input := SchemaOrigin(Raw(`{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"},"note":{"type":"string"},"cfg":{"type":"object","properties":{"db":{"type":"object","format":"resource-x"},"t":{"type":"string"}}}}}`))
	scope := func(name string) *Origin {
		switch name {
		case "flow_input":
			return input
		case "flow_env":
			return Written
		}
		return nil
	}
	for _, c := range []struct {
		expr   string
		theirs string // places of the author, with blanks between; "." is the whole
		data   string
	}{
		{`"$res:f/a"`, ".", ""},
		{"`$res:f/a`", ".", ""},
		{"`$res:${results.a}`", "", "."},
		{`"$res:" + results.a`, "", "."},
		{`results.a`, "", ". x"},
		{`resume.note`, "", "."},
		{`previous_result["db"]`, "", "."},
		{`flow_input.db`, ". x", ""},
		{`flow_input?.["db"];`, ".", ""},
		{`flow_input.note`, "", "."},
		{`flow_input`, "db cfg.db", ". note cfg.t other"},
		{`flow_input.cfg`, "db", ". t"},
		{`flow_env.DB`, ".", ""},
		{`{db: flow_input.db, "note": flow_input.note, deep: {k: "$var:x"}, list: ["$res:a", results.a]}`, "db deep.k list.0", ". note list.1 list.2"},
		{`({...results.a, db: "$res:a"})`, "db", ". x"},
		{`({db: "$res:a", ...results.a})`, "", "db"},
		{`({db: "$res:a", [results.a]: 1})`, "", "db"},
		{`({db: "$res:a", ["x"]: 1, e: "$res:b"})`, "e", "db"},
		{`({db: "$res:a", db: results.a})`, "", "db"},
		{`({d\u0062: results.a, db: 1})`, "db", ""},
		{`({db: 1, "d\x62": results.a})`, "", "db"},
		{`["$res:a", ...results.a, "$res:b"]`, "0", "1 2"},
		{`results.ok ? "$res:a" : "$res:b"`, ".", ""},
		{`results.ok ? "$res:a" : results.b`, "", "."},
		{`results.ok ? {db: "$res:a", n: 1} : {db: "$res:b", n: results.n}`, "db", ". n"},
		{`flow_input.db ?? "$res:a"`, ".", ""},
		{`flow_input.note || "$res:a"`, "", "."},
		{`results.ok && "$res:a"`, ".", ""},
		{`JSON.parse("\"$res:a\"")`, "", "."},
		{`(() => "$res:a")()`, "", "."},
		{`(results.a, "$res:a")`, "", "."},
		{`flow_input[results.a]`, "", "."},
		{`const x = results.a; return {db: "$res:a", x}`, "db", ". x"},
		{`if (results.a) { return "$res:a" } return "$res:b"`, ".", ""},
		{`if (results.a) return results.a; return "$res:b"`, "", "."},
		{`flow_input.db = results.a; return flow_input.db`, "", "."},
		{`const f = () => { return results.a }; return "$res:a"`, ".", ""},
		{`let x = 1; ({db: "$res:a"})`, "db", "."},
		{`"$res:a" // why`, ".", ""},
		{`"$res:a") + (results.a`, "", "."},
		{``, "", "."},
		{strings.Repeat("(", 3000) + `"$res:a"` + strings.Repeat(")", 3000), "", "."},
		{`"` + strings.Repeat("x", exprMost) + `"`, "", "."},
	} {
		o := ExprOrigin(c.expr, scope)
		check := func(paths string, want bool) {
			for _, p := range strings.Fields(paths) {
				name := p
				if p == "." {
					p = ""
				}
				if got := at(o, p).All(); got != want {
					t.Errorf("%.200s: place %q is the author's: %v, want %v", c.expr, name, got, want)
				}
			}
		}
		check(c.theirs, true)
		check(c.data, false)
	}
}

func TestSchemaOrigin(t *testing.T) {
	o := SchemaOrigin(Raw(`{"type":"object","$defs":{"r":{"type":"object","format":"resource-z"}},"properties":{
		"a":{"type":"string","format":"resource-x"},"b":{"type":"resource","resourceType":"x"},"c":{"$ref":"#/$defs/r"},
		"list":{"type":"array","items":{"type":"object","format":"resource-x"}},
		"rows":{"type":"array","items":{"type":"object","properties":{"db":{"format":"resource-x"},"t":{"type":"string"}}}},
		"one":{"oneOf":[{"properties":{"label":{"type":"string"},"db":{"format":"resource-x"}}},{"properties":{"label":{"type":"string"},"text":{"type":"string"}}}]},
		"t":{"type":"string","default":"$var:x"},"f":{"type":"string","format":"password"}}}`))
	for path, want := range map[string]bool{"a": true, "b": true, "c": true, "list.5": true, "list": false, "rows.3.db": true, "rows.3.t": false, "one.db": true, "one.text": false,
		"one.label": false, "t": false, "f": false, "none": false, "": false} {
		if got := at(o, path).All(); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	for _, bad := range []string{``, `null`, `[]`, `7`, `{"properties":7}`, `{"properties":{"a":7}}`} {
		if SchemaOrigin(Raw(bad)).Field("a").All() {
			t.Errorf("%s grants something", bad)
		}
	}
}
