package flow

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const formSchema = `{
	"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
	"order": ["email", "order_id", "gone"], "required": ["order_id", "action", "email"],
	"properties": {
		"order_id": {"type": "string", "default": "4711", "placeholder": "4711", "minLength": 2, "maxLength": 9, "pattern": "^(?!0)[0-9]+$"},
		"Slack Channel": {"type": "string", "format": "", "default": null, "enum": null},
		"email": {"type": "string", "format": "email", "title": "Your address"},
		"action": {"type": "string", "enum": ["refund", "exchange"], "enumLabels": {"refund": "Pay back"}},
		"amountPaid": {"type": ["number", "null"], "minimum": 0.5, "maximum": 100},
		"count": {"type": "integer", "nullable": true},
		"sure": {"type": "boolean", "default": true},
		"when": {"type": "string", "format": "date-time"},
		"day": {"type": "string", "format": "date"},
		"why": {"type": "string", "format": "textarea"},
		"pin": {"type": "string", "password": true},
		"tags": {"type": "array", "items": {"type": "string"}},
		"some": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
		"rows": {"type": "array", "items": {"type": "object"}},
		"who": {"type": "object", "properties": {"name": {"type": "string", "default": "Mia"}, "age": {"type": "integer"}}, "order": ["age"], "required": ["name"]},
		"free": {"type": "object"},
		"any": {},
		"gmail": {"type": "object", "format": "resource-gmail"},
		"shared": {"$ref": "#/$defs/short"}
	},
	"$defs": {"short": {"type": "string", "maxLength": 3}}
}`

func TestFields(t *testing.T) {
	got, err := Fields(Raw(formSchema), Raw(`{"action":["refund",{"value":"wait","label":"Wait a day"}],"nobody":[1]}`),
		Raw(`{"why":"because","who":{"age":4},"sure":null}`))
	if err != nil {
		t.Fatal(err)
	}
	n := func(x float64) *float64 { return &x }
	i := func(x int) *int { return &x }
	want := []Field{
		{Name: "email", Title: "Your address", Kind: FieldEmail, Required: true},
		{Name: "order_id", Title: "Order id", Kind: FieldText, Required: true, Default: Raw(`"4711"`), Placeholder: "4711", MinLength: i(2), MaxLength: i(9), Pattern: "^(?!0)[0-9]+$"},
		{Name: "Slack Channel", Title: "Slack Channel", Kind: FieldText},
		{Name: "action", Title: "Action", Kind: FieldEnum, Required: true, Choices: []Choice{{Raw(`"refund"`), "Pay back"}, {Raw(`"wait"`), "Wait a day"}}},
		{Name: "amountPaid", Title: "Amount paid", Kind: FieldNumber, Nullable: true, Minimum: n(0.5), Maximum: n(100)},
		{Name: "count", Title: "Count", Kind: FieldInteger, Nullable: true},
		{Name: "sure", Title: "Sure", Kind: FieldBool, Default: Raw("true")},
		{Name: "when", Title: "When", Kind: FieldDateTime},
		{Name: "day", Title: "Day", Kind: FieldDate},
		{Name: "why", Title: "Why", Kind: FieldMultiline, Default: Raw(`"because"`)},
		{Name: "pin", Title: "Pin", Kind: FieldPassword},
		{Name: "tags", Title: "Tags", Kind: FieldStrings},
		{Name: "some", Title: "Some", Kind: FieldStrings, Choices: []Choice{{Raw(`"a"`), "a"}, {Raw(`"b"`), "b"}}},
		{Name: "rows", Title: "Rows", Kind: FieldJSON},
		{Name: "who", Title: "Who", Kind: FieldObject, Default: Raw(`{"age":4}`), Fields: []Field{
			{Name: "age", Title: "Age", Kind: FieldInteger, Default: Raw("4")},
			{Name: "name", Title: "Name", Kind: FieldText, Required: true, Default: Raw(`"Mia"`)},
		}},
		{Name: "free", Title: "Free", Kind: FieldJSON},
		{Name: "any", Title: "Any", Kind: FieldJSON},
		{Name: "gmail", Title: "Gmail", Kind: FieldResource, ResourceType: "gmail"},
		{Name: "shared", Title: "Shared", Kind: FieldText, MaxLength: i(3)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if d := cmp.Diff(`{"order_id":"4711","sure":true,"who":{"name":"Mia"}}`, string(Defaults(Raw(formSchema)))); d != "" {
		t.Errorf("defaults: %s", d)
	}
}

// Types that only Windmill's forms know: connections inside lists, and choices
// that a script would list.
func TestFieldsOfWindmillsOwnTypes(t *testing.T) {
	const schema = `{"type":"object","required":["ref"],"properties":{
		"box":{"type":"resource","resourceType":"mailbox"},
		"boxes":{"type":"array","items":{"type":"resource","resourceType":"mailbox"},"originalType":"resource[]","default":null},
		"ref":{"type":"object","format":"dynselect-refs","default":""},
		"parts":{"type":"object","format":"dynmultiselect-parts","default":[]}},
		"x-windmill-dyn-select-code":"def refs(): ...","x-windmill-dyn-select-lang":"python3"}`
	got, err := Fields(Raw(schema), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []Field{
		{Name: "box", Title: "Box", Kind: FieldResource, ResourceType: "mailbox"},
		{Name: "boxes", Title: "Boxes", Kind: FieldJSON},
		{Name: "ref", Title: "Ref", Kind: FieldText, Required: true, Default: Raw(`""`)},
		{Name: "parts", Title: "Parts", Kind: FieldStrings, Default: Raw("[]")},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if err := CheckSchema(Raw(schema)); err != nil {
		t.Error(err)
	}
	for value, bad := range map[string]int{
		`{"ref":"main","parts":["a","b"],"box":"$res:u/me/box","boxes":["$res:u/me/box",{"user":"x"}]}`: 0,
		`{"ref":{"id":1},"boxes":"$res:u/me/box"}`:                                                      1,
		`{"parts":[]}`: 1,
	} {
		found, err := CheckValue(Raw(schema), nil, Raw(value))
		if err != nil || len(found) != bad {
			t.Errorf("%s: %v, %v", value, found, err)
		}
	}
}

func TestFieldsOfNothing(t *testing.T) {
	for _, s := range []string{"", "null", "{}", `{"type":"object"}`, `{"type":"object","properties":{},"required":[]}`} {
		got, err := Fields(Raw(s), nil, nil)
		if err != nil || got != nil {
			t.Errorf("%q: %v, %v", s, got, err)
		}
		if got := string(Defaults(Raw(s))); got != "{}" {
			t.Errorf("%q: defaults are %s", s, got)
		}
	}
}

func TestCheckValue(t *testing.T) {
	tests := []struct {
		reason, value, enums string
		want                 []FieldError
	}{
		{"all is well", `{"order_id":"12","action":"refund","email":"a@b.example","amountPaid":null,"count":null,"why":null,"when":"2026-03-31T14:00","gmail":"$res:u/me/gmail","Slack Channel":"x"}`, "", nil},
		{"a connection by value", `{"order_id":"12","action":"refund","email":"a@b.example","gmail":{"token":"x"}}`, "", nil},
		{"nothing at all", ``, "", []FieldError{{[]string{"email"}, "is required"}, {[]string{"order_id"}, "is required"}, {[]string{"action"}, "is required"}}},
		{"empty where something is needed", `{"order_id":"12","action":"refund","email":"","why":"","day":""}`, "", []FieldError{{[]string{"email"}, "is required"}}},
		{"wrong types", `{"order_id":12,"action":"refund","email":"a@b.example","amountPaid":"3","count":1.5,"sure":"yes","tags":["a",1],"who":{"name":"x","age":"old"}}`, "", []FieldError{
			{[]string{"order_id"}, "must be a text"}, {[]string{"amountPaid"}, "must be a number"}, {[]string{"count"}, "must be a whole number"},
			{[]string{"sure"}, "must be true or false"}, {[]string{"tags", "1"}, "must be a text"}, {[]string{"who", "age"}, "must be a whole number"}}},
		{"limits", `{"order_id":"012345678901","action":"steal","email":"x","amountPaid":100.5,"day":"31.3.2026","when":"now","who":{},"shared":"long"}`, "", []FieldError{
			{[]string{"email"}, "must be an e-mail address"}, {[]string{"order_id"}, "does not have the expected form (^(?!0)[0-9]+$)"},
			{[]string{"order_id"}, "must have at most 9 characters"}, {[]string{"action"}, `must be "refund" or "exchange"`},
			{[]string{"amountPaid"}, "must be at most 100"}, {[]string{"when"}, "must be a date and time such as 2026-03-31T14:00:00Z"},
			{[]string{"day"}, "must be a date such as 2026-03-31"}, {[]string{"who", "name"}, "is required"}, {[]string{"shared"}, "must have at most 3 characters"}}},
		{"other choices", `{"order_id":"12","action":"exchange","email":"a@b.example"}`, `{"action":["refund","wait"]}`, []FieldError{{[]string{"action"}, `must be "refund" or "wait"`}}},
		{"no object", `[1]`, "", []FieldError{{nil, "must be an object"}}},
		{"no JSON", `{`, "", []FieldError{{nil, "is not readable as JSON"}}},
	}
	for _, tt := range tests {
		got, err := CheckValue(Raw(formSchema), Raw(tt.enums), Raw(tt.value))
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		for i := range got {
			if len(got[i].Path) == 0 {
				got[i].Path = nil
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, d)
		}
	}
}

func TestBrokenSchemasAreErrors(t *testing.T) {
	for _, s := range []string{
		`[1]`, `{`, `"x"`, `{"properties":[1]}`, `{"properties":{"a":3}}`, `{"properties":{"a":{"type":"strnig"}}}`,
		`{"properties":{"a":{"pattern":"("}}}`, `{"properties":{"a":{"minLength":"x"}}}`, `{"required":"a"}`,
		`{"$ref":"https://example.com/schema.json"}`, `{"properties":{"a":{"$ref":"file:///etc/passwd"}}}`,
		`{"properties":{"a":{"$ref":"#/nowhere"}}}`, `{"$schema":"https://example.com/meta.json","type":"object"}`,
	} {
		if err := CheckSchema(Raw(s)); err == nil {
			t.Errorf("%s passes", s)
		}
		if _, err := CheckValue(Raw(s), nil, Raw(`{}`)); err == nil {
			t.Errorf("%s checks a value", s)
		}
	}
	for _, s := range []string{
		`{"properties":{"a":{"$ref":"#/properties/a"}}}`, `{"$ref":"#"}`, `{"properties":{"a":{"format":"dynselect-x","order":null}}}`,
		`{"properties":{"a":{"required":true,"type":"any"}}}`, `{"properties":{"a":{"showExpr":"x","type":"string"}},"required":["a","a"]}`,
		`{"properties":{"a":true}}`, `{"$schema":"http://json-schema.org/draft-07/schema#"}`,
	} {
		if err := CheckSchema(Raw(s)); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// What Sluice adds to a description stands behind it as a sentence of its own.
func TestWhatIsAddedToADescription(t *testing.T) {
	for had, want := range map[string]string{
		"":              "Files cannot be taken here.",
		"The receipt":   "The receipt. Files cannot be taken here.",
		"The receipt. ": "The receipt. Files cannot be taken here.",
		"Which one?":    "Which one? Files cannot be taken here.",
		"A PDF (small)": "A PDF (small). Files cannot be taken here.",
		"領収書。":          "領収書。 Files cannot be taken here.",
	} {
		fields, err := Fields(Raw(`{"type":"object","properties":{"a":{"type":"object","format":"resource-s3_object","description":"`+had+`"}}}`), nil, nil)
		if err != nil || len(fields) != 1 {
			t.Fatal(fields, err)
		}
		if got := fields[0].Description; got != want {
			t.Errorf("%q becomes %q, want %q", had, got, want)
		}
	}
}
