package flow

import "testing"

// What a flow says for how long its runs are kept is read from its text, and what it does
// not say is as in the settings. A slip removes nothing.
func TestRetention(t *testing.T) {
	all := Retention{Succeeded: 10, Others: 20, Logs: 5}
	for _, tt := range []struct {
		mark string
		want Retention
	}{
		{``, all},
		{`null`, all},
		{`{}`, all},
		{`{"retention_days":null}`, all},
		{`{"retention_days":{}}`, all},
		{`{"retention_days":{"succeeded":0,"others":365}}`, Retention{0, 365, 5}},
		{`{"retention_days":{"logs":1,"more":7}}`, Retention{10, 20, 1}},
		{`{"retention_days":{"succeeded":-1,"others":"7","logs":1.5}}`, Retention{}},
		{`{"retention_days":{"succeeded":36501,"others":null}}`, Retention{0, 20, 5}},
		{`{"retention_days":7}`, Retention{}},
		{`{"retention_days":[7]}`, Retention{}},
		{`["retention_days"]`, all},
	} {
		doc := `{"summary":"X","value":{"modules":[]}}`
		if tt.mark != "" {
			doc = `{"x-sluice":` + tt.mark + `,` + doc[1:]
		}
		if got := RetentionOf([]byte(doc)).Over(all); got != tt.want {
			t.Errorf("%s: %+v", tt.mark, got)
		}
		if f, err := ParseJSON([]byte(doc)); err != nil || f.Retention().Over(all) != tt.want {
			t.Errorf("%s, read as a whole: %v", tt.mark, err)
		}
	}
	f := &Flow{XSluice: Raw(`{"other":[1]}`)}
	days := 30
	f.SetRetention(OwnRetention{Others: &days})
	if got := string(f.XSluice); got != `{"other":[1],"retention_days":{"others":30}}` {
		t.Errorf("it is written as %s", got)
	}
	f.SetRetention(OwnRetention{})
	if got := string(f.XSluice); got != `{"other":[1]}` {
		t.Errorf("taken out, it leaves %s", got)
	}
}
