package model

import (
	"encoding/json"
	"strings"
	"testing"

	"sluice/engine/flow"
)

// wildSchema is a schema as Windmill writes one, with what our editor does not know.
const wildSchema = `{"$schema":"https://json-schema.org/draft/2020-12/schema","x-mine":{"b":1,"a":2},"type":"object","order":["id","sum","way"],"required":["id"],"properties":{
	"way":{"type":"string","enum":["all","half"],"enumLabels":{"all":"All of it"},"x-kept":"<b>","showExpr":"fields.sum > 10 && fields[\"id\"]"},
	"id":{"type":"string","title":"Order","disableCreate":true},
	"sum":{"type":"number","min":1,"default":5,"nullable":false},
	"at":{"type":"object","properties":{"town":{"type":"string"},"zip":{"type":"string"}},"required":["zip"]}}}`

func TestSchemaEdits(t *testing.T) {
	tests := []struct {
		name string
		do   func(s flow.Raw) flow.Raw
		has  []string
		not  []string
	}{
		{"add", func(s flow.Raw) flow.Raw { return SchemaAdd(s, nil, "mail", FieldTypeEmail, "") },
			[]string{`"mail":{"type":"string","format":"email"}`, `"order":["id","sum","way","at","mail"]`}, nil},
		{"add what is there", func(s flow.Raw) flow.Raw { return SchemaAdd(s, nil, "id", FieldTypeEmail, "") }, []string{`"id":{"type":"string","title":"Order"`}, []string{"email"}},
		{"add in a group", func(s flow.Raw) flow.Raw { return SchemaAdd(s, []string{"at"}, "land", FieldTypeText, "") }, []string{`"order":["town","zip","land"]`, `"required":["zip"]`}, nil},
		{"remove", func(s flow.Raw) flow.Raw { return SchemaRemove(s, []string{"id"}) }, []string{`"order":["sum","way","at"]`, `"required":[]`}, []string{`"Order"`}},
		{"move up", func(s flow.Raw) flow.Raw { return SchemaMove(s, []string{"way"}, -1) }, []string{`"order":["id","way","sum","at"]`}, nil},
		{"move beyond the end", func(s flow.Raw) flow.Raw { return SchemaMove(s, []string{"id"}, 99) }, []string{`"order":["sum","way","at","id"]`}, nil},
		{"rename", func(s flow.Raw) flow.Raw { return SchemaRename(s, []string{"sum"}, "amount") }, []string{`"order":["id","amount","way","at"]`, `"fields.amount > 10`, `"amount":{"type":"number","min":1`}, []string{`"sum"`}},
		{"rename to what is taken", func(s flow.Raw) flow.Raw { return SchemaRename(s, []string{"sum"}, "id") }, []string{`"sum":{`}, nil},
		{"rename in a group", func(s flow.Raw) flow.Raw { return SchemaRename(s, []string{"at", "zip"}, "code") }, []string{`"required":["code"]`, `"code":{"type":"string"}`}, []string{"zip"}},
		{"require", func(s flow.Raw) flow.Raw { return SchemaRequire(s, []string{"way"}, true) }, []string{`"required":["id","way"]`}, nil},
		{"limit where Windmill's is", func(s flow.Raw) flow.Raw {
			return SchemaLimit(s, []string{"sum"}, "min", "minimum", json.RawMessage("3"))
		}, []string{`"min":3`}, []string{"minimum"}},
		{"label", func(s flow.Raw) flow.Raw {
			return SchemaChoices(s, []string{"way"}, []FormChoice{{"all", "All of it"}, {"none", ""}, {"all", "twice"}})
		}, []string{`"enum":["all","none"]`, `"enumLabels":{"all":"All of it"}`}, []string{"half", "twice"}},
		{"another type", func(s flow.Raw) flow.Raw { return SchemaType(s, []string{"sum"}, FieldTypeInteger, "") }, []string{`"sum":{"type":"integer","default":5,"nullable":false}`}, []string{`"min"`}},
		{"a type that the default does not fit", func(s flow.Raw) flow.Raw { return SchemaType(s, []string{"sum"}, FieldTypeDate, "") }, []string{`"sum":{"type":"string","format":"date","nullable":false}`}, nil},
		{"a resource", func(s flow.Raw) flow.Raw { return SchemaType(s, []string{"id"}, FieldTypeResource, "gmail") }, []string{`"format":"resource-gmail"`, `"disableCreate":true`}, nil},
		{"take a title out", func(s flow.Raw) flow.Raw { return SchemaSet(s, []string{"id"}, "title", nil) }, []string{`"id":{"type":"string","disableCreate":true}`}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := tt.do(flow.Raw(wildSchema))
			if !json.Valid(out) {
				t.Fatalf("%s is no JSON", out)
			}
			for _, want := range append(tt.has, `"x-mine":{"b":1,"a":2}`, `"x-kept":"<b>"`, `"$schema"`) {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %s in %s", want, out)
				}
			}
			for _, bad := range tt.not {
				if strings.Contains(string(out), bad) {
					t.Errorf("%s in %s", bad, out)
				}
			}
			if _, err := flow.Fields(out, nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSchemaDuplicate(t *testing.T) {
	s, first := SchemaDuplicate(flow.Raw(wildSchema), []string{"id"})
	s, second := SchemaDuplicate(s, []string{"id"})
	if first != "id_2" || second != "id_3" || !strings.Contains(string(s), `"order":["id","id_3","id_2","sum","way","at"]`) || !strings.Contains(string(s), `"title":"Order 2"`) {
		t.Errorf("%s and %s: %s", first, second, s)
	}
}

// Each type that can be chosen is known again, and its schema takes a form.
func TestFieldTypesComeBack(t *testing.T) {
	for i, name := range FieldTypes {
		s := SchemaAdd(nil, nil, "x", FieldType(i), "gmail")
		list, err := FormFields(s)
		if err != nil || len(list) != 1 || list[0].Type != FieldType(i) {
			t.Errorf("%s comes back as %+v, %v from %s", name, list, err, s)
		}
	}
}

func TestFormFieldsTellWhatTheyAre(t *testing.T) {
	list, err := FormFields(flow.Raw(wildSchema))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 4 || list[0].Name != "id" || !list[0].Required || list[0].Title != "Order" || list[1].Min != "1" || list[2].Choices[0] != (FormChoice{"all", "All of it"}) || list[2].Choices[1] != (FormChoice{"half", ""}) ||
		list[3].Type != FieldTypeObject || len(list[3].Inner) != 2 || !list[3].Inner[1].Required {
		t.Errorf("%+v", list)
	}
	if got := ConditionReads(list[2].Condition, list); got != "" {
		t.Errorf("%s is not there", got)
	}
	if got := ConditionReads(`fields.sum > 1 && fields["nobody"]`, list); got != "nobody" {
		t.Errorf("%q is not there", got)
	}
	for _, odd := range []string{`{"properties":{"x":{"$ref":"#/no"}}}`, `{"properties":{"x":{"type":"string","contentEncoding":"base64"}}}`, `{"properties":{"x":true}}`, `{"properties":{"x":{"enum":[1,2]}}}`} {
		if list, err := FormFields(flow.Raw(odd)); err != nil || list[0].Type != FieldTypeOther && list[0].Type != FieldTypeJSON {
			t.Errorf("%s: %+v, %v", odd, list, err)
		}
	}
}

// A renamed input takes along what reads it, in one change that can be taken back.
func TestRenameInputWithItsUses(t *testing.T) {
	f, err := flow.ParseJSON([]byte(`{"schema":` + wildSchema + `,"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"","input_transforms":{"x":{"type":"javascript","expr":"flow_input.sum * 2"}}}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	m := New()
	m.Open("u/me/x", f)
	if got := m.InputReaders("sum"); got != "Step a reads flow_input.sum" {
		t.Errorf("%q", got)
	}
	if got := m.InputReaders("id"); got != "" {
		t.Errorf("%q", got)
	}
	if d := m.Do(RenameInput("sum", "amount")); d.Err != nil {
		t.Fatal(d.Err)
	}
	b, _ := m.Doc().Flow.JSON()
	if s := string(b); !strings.Contains(s, "flow_input.amount * 2") || !strings.Contains(s, `"amount":`) || strings.Contains(s, `"sum"`) {
		t.Error(s)
	}
	m.Undo()
	if m.Doc().Flow != f {
		t.Error("it cannot be taken back")
	}
}

// A field of an approval's form that is renamed takes its readers along, as one change.
func TestRenameAnswer(t *testing.T) {
	f, err := flow.ParseJSON([]byte(`{"summary":"T","value":{"modules":[{"id":"a","value":{"type":"identity"},"suspend":{"required_events":1,"resume_form":{"schema":{"type":"object","properties":{"reason":{"type":"string"}},"required":["reason"]}}}},
		{"id":"b","value":{"type":"identity"},"skip_if":{"expr":"resume[\"reason\"] == 'no'"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	m := New()
	m.Open("p", f)
	if got := m.AnswerReaders("a", "reason"); got != "Step b reads resume.reason" {
		t.Errorf("it is read: %q", got)
	}
	if d := m.Do(RenameAnswer("a", "reason", "why")); d.Err != nil {
		t.Fatal(d.Err)
	}
	b, _ := m.doc.Flow.JSON()
	if strings.Contains(string(b), "reason") || !strings.Contains(string(b), `resume[\"why\"] == 'no'`) || m.History().Past[0] != "Rename the field reason to why" {
		t.Errorf("%s, %q", b, m.History().Past)
	}
	if m.Undo(); m.doc.Flow != f {
		t.Error("it is not one change")
	}
}
