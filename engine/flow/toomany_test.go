package flow

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// fieldsOf is a schema's text with so many fields.
func fieldsOf(n int, field string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `%s"f%d":%s`, map[bool]string{true: ","}[i > 0], i, field)
	}
	return `{"type":"object","properties":{` + b.String() + `}}`
}

// A form has a thousand fields at most, wherever they stand in it and however few words
// say so.
func TestFormsWithTooManyFields(t *testing.T) {
	const text = `{"type":"string"}`
	self := fieldsOf(10, `{"$ref":"#/$defs/x"}`)
	kind := func(title string, n int) string {
		return strings.Replace(fieldsOf(n, text), `{"type"`, `{"title":"`+title+`","type"`, 1)
	}
	for name, tt := range map[string]struct {
		schema string
		many   bool
	}{
		"as many as may be":  {fieldsOf(MaxFields, text), false},
		"one more":           {fieldsOf(MaxFields+1, text), true},
		"twenty times more":  {fieldsOf(20*MaxFields, text), true},
		"in groups":          {fieldsOf(30, fieldsOf(32, text)), false},
		"too many in groups": {fieldsOf(30, fieldsOf(33, text)), true},
		"in kinds":           {fieldsOf(2, `{"type":"object","oneOf":[`+kind("A", 300)+`,`+kind("B", 300)+`]}`), true},
		"in lists":           {fieldsOf(1, `{"type":"array","items":`+fieldsOf(MaxFields, text)+`}`), true},
		"by reference":       {strings.TrimSuffix(self, "}") + `,"$defs":{"x":` + self + `}}`, true},
	} {
		if err := CheckSchema(Raw(tt.schema)); errors.Is(err, errManyFields) != tt.many || !tt.many && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for file, step := range map[string]string{
			`{"schema":` + tt.schema + `,"value":{"modules":[]}}`: "",
			`{"value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1,"resume_form":{"schema":` + tt.schema + `}}}]}}`: "a",
		} {
			f, err := ParseJSON(Raw(file))
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, p := range Validate(f) {
				found = found || p.Code == ProblemForm && p.Severity == SeverityError && p.Step == step && strings.Contains(p.Title, "more than 1000 fields")
			}
			if found != tt.many {
				t.Errorf("%s, in step %q: %+v", name, step, Validate(f))
			}
		}
	}
	for values, many := range map[string]bool{"": false, "null": false, `{"a":1}`: false, "[1]": false, fieldsOf(1, "1"): false, strings.TrimPrefix(strings.TrimSuffix(fieldsOf(MaxFields+1, "[]"), "}"), `{"type":"object","properties":`): true} {
		if TooManyFields(Raw(values)) != many {
			t.Errorf("%.50s: %v", values, !many)
		}
		if many {
			if _, err := Fields(Raw(`{"properties":{}}`), Raw(values), nil); err == nil {
				t.Error("choices of too many fields are taken")
			}
		}
	}
}

// A number that no step could read is refused where it is entered.
func TestNumbersThatCannotBeHeld(t *testing.T) {
	const schema = `{"type":"object","properties":{"n":{"type":"number"},"i":{"type":"integer"},"o":{"type":"object"},"l":{"type":"array"},"s":{"type":"string"}}}`
	for value, want := range map[string]string{
		`{"n":1e400}`:                            "n " + textTooLarge,
		`{"n":-1e400}`:                           "n " + textTooLarge,
		`{"i":1e999}`:                            "i " + textTooLarge,
		`{"n":1e-400}`:                           "n " + textTooSmall,
		`{"n":-0.1E-2000000}`:                    "n " + textTooSmall,
		`{"n":1e9999999999999999}`:               "n " + textTooLarge,
		`{"o":{"x":[1,1e400]}}`:                  "o.x.1 " + textTooLarge,
		`{"l":[1e309],"n":1e310}`:                "n " + textTooLarge + "; l.0 " + textTooLarge,
		`{"extra":1e400}`:                        "extra " + textTooLarge,
		`{"n":1.7e308}`:                          "",
		`{"n":5e-324}`:                           "",
		`{"n":0e400}`:                            "",
		`{"n":0.000e-400}`:                       "",
		`{"i":` + strings.Repeat("9", 300) + `}`: "",
		`{"s":"1e400"}`:                          "",
	} {
		if found, err := CheckValue(nil, nil, Raw(value)); err != nil || (len(found) == 0) != (want == "") {
			t.Errorf("%.60s without a form: %v, %v", value, found, err)
		}
		found, err := CheckValue(Raw(schema), nil, Raw(value))
		if err != nil {
			t.Errorf("%s: %v", value, err)
		}
		var got []string
		for _, e := range found {
			got = append(got, strings.Join(e.Path, ".")+" "+e.Message)
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%.60s: %q, want %q", value, s, want)
		}
	}
}
