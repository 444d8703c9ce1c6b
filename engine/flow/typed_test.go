package flow

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// What nobody touched goes back as it came, whatever the kind of its field and
// however it is shown.
func TestUntouchedGoesBackAsItCame(t *testing.T) {
	berlin := zoneOf(t, "Europe/Berlin")
	for _, c := range []struct{ schema, value string }{
		{`{"type":"string"}`, `"Dear Ann,\n\nyour refund is on its way.\n\nSluice"`},
		{`{"type":"string"}`, `" a\tb\r\nc\rd "`},
		{`{"type":"string"}`, `""`},
		{`{"type":"integer"}`, `5.0`},
		{`{"type":"integer"}`, `1e3`},
		{`{"type":"integer"}`, `12345678901234567890`},
		{`{"type":"number"}`, `0.10`},
		{`{"type":"number"}`, `"12,5"`},
		{`{"type":"array","items":{"type":"string"}}`, `["Main St 1\nBerlin"," b "]`},
		{`{"type":"array","items":{"type":"string"}}`, `[" a ","b"]`},
		{`{"type":"array","items":{"type":"string"}}`, `[]`},
		{`{"type":"string","format":"date-time"}`, `"2026-03-31T12:00:30Z"`},
		{`{"type":"string","format":"date-time"}`, `"2026-03-31T12:00:00.123456+05:30"`},
		{`{"type":"string","format":"date"}`, `"2026-03-31"`},
		{`{"type":"string","format":"date","dateFormat":"dd-MM-yyyy"}`, `"31-03-2026"`},
		{`{"type":"string","format":"email"}`, `"Dana <dana@acme.example>"`},
		{`{}`, `{"a" : [1.0, 2]}`},
	} {
		fields, err := Fields(Raw(`{"type":"object","properties":{"x":`+c.schema+`}}`), nil, Raw(`{"x":`+c.value+`}`))
		if err != nil {
			t.Fatal(err)
		}
		shown := fields[0].Shown(berlin)
		for _, text := range []string{shown, strings.ReplaceAll(strings.ReplaceAll(shown, "\r\n", "\n"), "\n", "\r\n")} { // a browser sends CRLF
			got, wrong := fields[0].Typed(text, berlin)
			if wrong != "" || !jsonAlike(string(got), c.value) {
				t.Errorf("%s %s is shown as %q and comes back as %s %q", c.schema, c.value, text, got, wrong)
			}
		}
	}
}

// jsonAlike compares JSON texts but for blanks between tokens.
func jsonAlike(a, b string) bool {
	x, y := new(strings.Builder), new(strings.Builder)
	for s, out := range map[string]*strings.Builder{a: x, b: y} {
		dec := json.NewDecoder(strings.NewReader(s))
		dec.UseNumber()
		for {
			tok, err := dec.Token()
			if err != nil {
				break
			}
			b, _ := json.Marshal(tok)
			out.Write(b)
		}
	}
	return a == b || x.String() == y.String()
}

// Times are those of the zone, those that do not exist are refused, and those that
// come twice are the first.
func TestLocalTimesOfForms(t *testing.T) {
	for _, c := range []struct{ zone, typed, want string }{
		{"Europe/Berlin", "2026-03-31T14:00", "2026-03-31T12:00:00.000Z"},
		{"Europe/Berlin", "2026-01-31T14:00:30", "2026-01-31T13:00:30.000Z"},
		{"Europe/Berlin", "2026-03-29T02:30", ""},
		{"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z"},
		{"Europe/Berlin", "2026-10-25T03:30", "2026-10-25T02:30:00.000Z"},
		{"Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59:00.000Z"},
		{"America/Los_Angeles", "2026-03-08T02:00", ""},
		{"America/Los_Angeles", "2026-11-01T01:30", "2026-11-01T08:30:00.000Z"},
		{"Australia/Lord_Howe", "2026-10-04T02:15", ""},
		{"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00.000Z"},
		{"UTC", "2026-03-29T02:30", "2026-03-29T02:30:00.000Z"},
		{"Europe/Berlin", "2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00.000Z"},
	} {
		got, wrong := Field{Kind: FieldDateTime}.Typed(c.typed, zoneOf(t, c.zone))
		if c.want == "" && !strings.Contains(wrong, "clocks are set forward") || c.want != "" && string(got) != `"`+c.want+`"` {
			t.Errorf("%s in %s: %s %q, want %s", c.typed, c.zone, got, wrong, c.want)
		}
	}
	for typed, want := range map[string]string{"2026-03-31": `"31-03-2026"`, "31-03-2026": `"31-03-2026"`, "3/31/2026": ""} {
		got, wrong := Field{Kind: FieldDate, DateFormat: "dd-MM-yyyy"}.Typed(typed, time.UTC)
		if string(got) != want || want == "" && wrong != "Enter a date as dd-MM-yyyy." {
			t.Errorf("%s: %s %q, want %s", typed, got, wrong, want)
		}
	}
}

// min and max, customErrorMessage and showExpr mean what Windmill's editor means
// by them.
func TestFormsAsWindmillsEditorWritesThem(t *testing.T) {
	schema := Raw(`{"type":"object","required":["b","zip"],"properties":{"n":{"type":"number","min":1,"max":10},"a":{"type":"boolean"},
		"b":{"type":"string","showExpr":"fields.a === true"},"zip":{"type":"string","pattern":"^\\d{5}$","customErrorMessage":"Five digits please"},
		"in":{"type":"object","properties":{"p":{"type":"string","pattern":"^x","customErrorMessage":"Begins with x"}}}}}`)
	fields, err := Fields(schema, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if f.Name == "n" && (f.Minimum == nil || *f.Minimum != 1 || f.Maximum == nil || *f.Maximum != 10) || f.Name == "b" && f.Required {
			t.Errorf("%+v", f)
		}
	}
	for value, want := range map[string]string{
		`{"n":99,"zip":"12345"}`:               "n must be at most 10",
		`{"n":0,"zip":"12345"}`:                "n must be at least 1",
		`{"zip":"1"}`:                          "zip Five digits please",
		`{"zip":"12345","in":{"p":"y"}}`:       "in.p Begins with x",
		`{"zip":"12345","a":false,"n":5}`:      "",
		`{"zip":"12345","b":"","in":{"p":""}}`: "",
	} {
		errs, err := CheckValue(schema, nil, Raw(value))
		got := ""
		if len(errs) > 0 {
			got = strings.Join(errs[0].Path, ".") + " " + errs[0].Message
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", value, got, err, want)
		}
	}
}

// What several titled forms allow is told apart as Windmill's editor does; times of
// day need no zone; a field for a file says what to do.
func TestFormsOfWindmillThatOthersReadOtherwise(t *testing.T) {
	schema := Raw(`{"type":"object","properties":{"at":{"type":"string","format":"time"},"doc":{"type":"string","contentEncoding":"base64","description":"The bill."},
		"to":{"type":"object","oneOf":[{"type":"object","title":"A","additionalProperties":false,"properties":{"x":{"type":"string"}}},
		{"type":"object","title":"B","properties":{"x":{"type":"string"},"n":{"type":"integer"}},"required":["n"]}]}}}`)
	for value, good := range map[string]bool{
		`{"to":{"label":"A","x":"q"}}`:       true,
		`{"to":{"kind":"A","x":"q"}}`:        true,
		`{"to":{"x":"q","n":1}}`:             true,
		`{"to":{"label":"B","x":"q","n":1}}`: true,
		`{"to":{"label":"B","x":"q"}}`:       false,
		`{"to":{"kind":"B","x":"q"}}`:        false,
		`{"to":{"label":"A","x":3}}`:         false,
		`{"at":"14:00"}`:                     true,
		`{"at":"14:00:30"}`:                  true,
		`{"at":"14:00:30.5+02:00"}`:          true,
		`{"at":"25:00"}`:                     false,
		`{"at":"noon"}`:                      false,
	} {
		errs, err := CheckValue(schema, nil, Raw(value))
		if err != nil || (len(errs) == 0) != good {
			t.Errorf("%s: %v %v", value, errs, err)
		}
	}
	fields, err := Fields(schema, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if f.Name == "doc" && (f.Kind != FieldMultiline || !strings.Contains(f.Description, "base64")) {
			t.Errorf("%+v", f)
		}
	}
}

// The tag of several kinds is kind where one of them has such a property, else label;
// what is wrong is told of the fields of the kind that was chosen.
func TestFieldsOfSeveralKinds(t *testing.T) {
	schema := Raw(`{"type":"object","properties":{"a":{"type":"object","oneOf":[{"title":"A","properties":{"x":{"type":"integer"}},"required":["x"]},{"title":"B","properties":{"label":{"type":"string"}}}]},
		"b":{"oneOf":[{"title":"One","properties":{"kind":{"const":"one"}}},{"title":"Two","properties":{"kind":{"enum":["two"]}}}]},
		"c":{"oneOf":[{"type":"string"},{"title":"T","properties":{}}]}}}`)
	fields, err := Fields(schema, nil, Raw(`{"a":{"label":"A","x":3}}`))
	if err != nil {
		t.Fatal(err)
	}
	a, b := fields[0], fields[1]
	if a.Kind != FieldVariants || a.Tag != "label" || string(a.Variants[0].Tag) != `"A"` || string(a.Variants[0].Fields[0].Default) != "3" || len(a.Variants[1].Fields) != 0 || a.Chosen(a.Default) != 0 {
		t.Errorf("a: %+v", a)
	}
	if b.Kind != FieldVariants || b.Tag != "kind" || string(b.Variants[1].Tag) != `"two"` || b.Chosen(Raw(`{"kind":"two"}`)) != 1 || b.Chosen(Raw(`{"kind":"three"}`)) != -1 {
		t.Errorf("b: %+v", b)
	}
	if fields[2].Kind != FieldJSON {
		t.Errorf("what has no titles is %s", fields[2].Kind)
	}
	errs, err := CheckValue(schema, nil, Raw(`{"a":{"label":"A","x":"three"}}`))
	if err != nil || len(errs) != 1 || strings.Join(errs[0].Path, ".") != "a.x" {
		t.Errorf("wrong within a kind: %+v, %v", errs, err)
	}
	if got := a.Tagged(1, Raw(`{"label":"forged","y":1}`)); string(got) != `{"label":"B","y":1}` {
		t.Errorf("tagged %s", got)
	}
}
