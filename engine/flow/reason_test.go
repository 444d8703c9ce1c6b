package flow

import "testing"

func TestReasonIn(t *testing.T) {
	form := func(props string) []Field {
		f, err := Fields(Raw(`{"type":"object","properties":`+props+`}`), nil, Raw(`{"message":"Say why"}`))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, c := range []struct {
		name   string
		fields []Field
		answer string
		want   string
	}{
		{"by the field's name", form(`{"action":{"enum":["a"]},"reason":{"type":"string","format":"textarea"}}`), `{"action":"a","reason":" no receipt "}`, "no receipt"},
		{"by its title", form(`{"x":{"type":"string","title":"Reason"}}`), `{"x":"no receipt"}`, "no receipt"},
		{"reason goes before message", form(`{"message":{"type":"string"},"reason":{"type":"string"}}`), `{"message":"m","reason":"r"}`, "r"},
		{"what the form began with is nobody's", form(`{"message":{"type":"string"}}`), `{"message":"Say why"}`, ""},
		{"another text is no reason", form(`{"order":{"type":"string"}}`), `{"order":"77"}`, ""},
		{"a choice is no reason", form(`{"reason":{"type":"string","enum":["a","b"]}}`), `{"reason":"a"}`, ""},
		{"a program's", nil, `{"reason":"no"}`, "no"},
		{"no object", nil, `["reason"]`, ""},
		{"nothing", nil, ``, ""},
	} {
		if got := ReasonIn(c.fields, Raw(c.answer)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
