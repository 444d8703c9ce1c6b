package flow

import (
	"fmt"
	"strings"
	"testing"
)

func TestFormsThatNobodyCanFill(t *testing.T) {
	for _, tt := range []struct{ schema, enums, want string }{
		{`{"properties":{"x":{"type":"string"}},"required":["x","y"]}`, "", "y is needed, and the form has no such field"},
		{`{"properties":{"x":{"type":"number","minimum":5,"maximum":4}},"required":["x"]}`, "", "x must be 5 at least and 4 at most"},
		{`{"properties":{"x":{"type":"number","min":5,"max":4}},"required":["x"]}`, "", "x must be 5 at least and 4 at most"},
		{`{"properties":{"x":{"type":"number","minimum":5,"maximum":4}}}`, "", ""}, // may stay empty
		{`{"properties":{"x":{"type":"number","minimum":5,"exclusiveMaximum":5}},"required":["x"]}`, "", "x must be 5 at least and 5 at most"},
		{`{"properties":{"x":{"type":"number","minimum":5,"maximum":5}},"required":["x"]}`, "", ""},
		{`{"properties":{"x":{"type":"integer","minimum":1.25,"maximum":1.75}},"required":["x"]}`, "", "x must be 1.25 at least and 1.75 at most"},
		{`{"properties":{"x":{"type":"integer","minimum":-1.75,"maximum":-1}},"required":["x"]}`, "", ""},
		{`{"properties":{"x":{"type":"string","minLength":3,"maxLength":2}},"required":["x"]}`, "", "x must have 3 characters at least and 2 at most"},
		{`{"properties":{"x":{"type":"string","enum":[]}},"required":["x"]}`, "", ""}, // no list of choices: a text
		{`{"properties":{"x":{"type":"string","enum":[]}},"required":["x"]}`, `{"x":["a"]}`, ""},
		{`{"properties":{"x":{"type":"string","enum":["a","b"],"maxLength":0}},"required":["x"]}`, "", "x has only choices that its other rules refuse"},
		{`{"properties":{"x":{"type":"integer","enum":["1"]}},"required":["x"]}`, "", "x has only choices that its other rules refuse"},
		{`{"properties":{"x":{"const":7,"type":"string"}},"required":["x"]}`, "", "x has a fixed value that its other rules refuse"},
		{`{"properties":{"x":{"type":"array","items":{"type":"string","enum":["a"]},"minItems":2}},"required":["x"]}`, "", "x must have 2 items at least, and offers only 1"},
		{`{"properties":{"x":{"type":"array","minItems":2,"maxItems":1}},"required":["x"]}`, "", "x must have 2 items at least and 1 at most"},
		{`{"properties":{"x":{"type":"object","properties":{"y":false},"required":["y"]}},"required":["x"]}`, "", "x.y allows no value at all"},
		{`{"properties":{"x":{"$ref":"#/$defs/x"}},"required":["x"],"$defs":{"x":{"type":"object","properties":{"x":{"$ref":"#/$defs/x"}},"required":["x"]}}}`, "", ""},
		{`{"properties":{"x":{"type":"boolean"},"y":{"type":["number","null"],"minimum":2,"maximum":1}},"required":["x","y"]}`, "", ""},
		{`{"properties":{"x":{"type":"string","showExpr":"fields.y"}},"required":["x"]}`, "", ""},
		{`{`, "", ""},
	} {
		var got []string
		for _, e := range Unfillable(Raw(tt.schema), Raw(tt.enums)) {
			got = append(got, strings.Join(e.Path, ".")+" "+e.Message)
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.schema, tt.enums, s, tt.want)
		}
	}
}

// What nobody can fill in is an error in a flow, so that no run waits for it.
func TestValidateNamesFormsThatNobodyCanFill(t *testing.T) {
	for _, tt := range []struct{ form, want string }{
		{`{"properties":{"x":{"type":"number","minimum":5,"maximum":4}},"required":["x"]}`, "error"},
		{`{"properties":{"x":{"type":"string"}},"required":["y"]}`, "error"},
		{`{"properties":{"x":{"type":"string"}},"required":["x"]}`, ""},
	} {
		f, err := ParseJSON(Raw(`{"value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1,"resume_form":{"schema":` + tt.form + `}}}]}}`))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range Validate(f) {
			if p.Code == ProblemForm {
				got = fmt.Sprint(p.Severity)
				if p.Step != "a" || !strings.Contains(p.Title, "y") && !strings.Contains(p.Title, "x") {
					t.Errorf("%+v", p)
				}
			}
		}
		if want := map[string]string{"": "", "error": fmt.Sprint(SeverityError)}[tt.want]; got != want {
			t.Errorf("%s: %q, want %q", tt.form, got, want)
		}
	}
}
