package model

import (
	"encoding/json"
	"strings"
	"testing"

	"sluice/engine/flow"
)

// Every known type has a form whose secrets are passwords, and none of them is shown when
// the resource is edited.
func TestTypesOfResourcesHaveFormsWithoutTheirSecrets(t *testing.T) {
	types := TypesWith(map[string]flow.Raw{"crm": flow.Raw(`{"properties":{"url":{"type":"string"},"apiKey":{"type":"string"}},"required":["url","apiKey"]}`)})
	if names := strings.Join(types.Names(), " "); !strings.Contains(names, "crm") || !strings.Contains(names, "postgresql") || strings.Contains(names, "gmail") {
		t.Errorf("types: %s", names)
	}
	for _, typ := range types.Names() {
		fields, err := flow.Fields(types.Schema(typ), nil, nil)
		if err != nil || len(fields) == 0 {
			t.Errorf("%s: %d fields, %v", typ, len(fields), err)
		}
		secret := types.Secrets(typ)
		edited, err := flow.Fields(types.Edited(typ), nil, nil)
		if err != nil || len(edited) != len(fields) {
			t.Fatalf("%s: %v", typ, err)
		}
		for i, fd := range fields {
			is := strings.Contains(" "+strings.Join(secret, " ")+" ", " "+fd.Name+" ")
			if is != (fd.Kind == flow.FieldPassword) || edited[i].Name != fd.Name || is && (edited[i].Required || edited[i].Placeholder != textSecretKept) {
				t.Errorf("%s.%s: secret %v, %+v, edited %+v", typ, fd.Name, is, fd, edited[i])
			}
		}
	}
	if got := types.Secrets("crm"); len(got) != 1 || got[0] != "apiKey" {
		t.Errorf("a secret that the schema does not tell: %v", got)
	}
	open, kept := types.Public("postgresql", flow.Raw(`{"host":"db","password":"sesame","extra":"?","port":5432}`))
	if string(open) != `{"host":"db","port":5432}` || strings.Join(kept, " ") != "extra password" {
		t.Errorf("open: %s, kept %v", open, kept)
	}
	if open, _ = types.Public("unknown", flow.Raw(`{"host":"db"}`)); string(open) != "{}" {
		t.Errorf("of a type that is not known: %s", open)
	}
}

func TestWhatIsKeptStays(t *testing.T) {
	old := flow.Raw(`{"host":"old","password":"sesame","extra":1}`)
	for typed, want := range map[string]string{
		`{"host":"new"}`:                 `{"extra":1,"host":"new","password":"sesame"}`,
		`{"host":"new","password":""}`:   `{"extra":1,"host":"new","password":"sesame"}`,
		`{"host":"new","password":"x1"}`: `{"extra":1,"host":"new","password":"x1"}`,
	} {
		got, err := Merge(old, flow.Raw(typed), []string{"password", "extra"})
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", typed, got, err)
		}
	}
}

func TestATypeOfAnImportIsRead(t *testing.T) {
	typ, schema, ok := ReadResourceType("crm.resource-type.yaml", []byte("schema:\n  type: object\n  properties:\n    url:\n      type: string\n"))
	if !ok || typ != "crm" || len(fieldsOfType(schema)) != 1 {
		t.Errorf("%s %s %v", typ, schema, ok)
	}
	for name, data := range map[string]string{"a.resource-type.json": "{", "a.resource.json": "{}", "b.resource-type.json": `{"schema":{"properties":{}}}`} {
		if _, _, ok := ReadResourceType(name, []byte(data)); ok {
			t.Errorf("%s is taken for a type", name)
		}
	}
}

// What names a resource follows its rename, and nothing else does.
func TestWhatNamesAResourceFollowsItsRename(t *testing.T) {
	doc := map[string]string{
		"a": "$res:u/me/db", "b": "$res:u/me/db2", "c": `resource("u/me/db").host + resource('u/me/db').port`, "d": "u/me/db",
		"e": `await wmill.getResource("u/me/db"); wmill.setResource({x: 1}, "u/me/db")`, "f": `wmill.runScript("u/me/db")`, "g": "wmill.get_resource('u/me/db')", "h": "postgres $res:u/me/db, and more",
	}
	b, _ := json.Marshal(doc)
	out, n := RenamedResource(b, "u/me/db", "f/ops/main")
	var got map[string]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	same(t, "renamed", map[string]string{
		"a": "$res:f/ops/main", "b": "$res:u/me/db2", "c": `resource("f/ops/main").host + resource('f/ops/main').port`, "d": "u/me/db",
		"e": `await wmill.getResource("f/ops/main"); wmill.setResource({x: 1}, "f/ops/main")`, "f": `wmill.runScript("u/me/db")`, "g": "wmill.get_resource('f/ops/main')", "h": "postgres $res:f/ops/main, and more",
	}, got)
	if n != 7 {
		t.Errorf("%d places", n)
	}
	m := New()
	m.Open("u/me/f", flowOf(&flow.Module{ID: "a", Value: &flow.RawScript{Language: "bun", Content: "x", Inputs: &flow.Inputs{Names: []string{"db"}, By: map[string]*flow.Input{"db": {Kind: flow.Static, Value: flow.Raw(`"$res:u/me/db"`)}}}}}))
	m.Do(RenameResource("u/me/db", "f/ops/main"))
	if in := flow.InputsOf(m.Doc().Flow.Value.Modules[0]).By["db"]; string(in.Value) != `"$res:f/ops/main"` || m.History().Past[0] != "Rename resource u/me/db" {
		t.Errorf("%s, %v", in.Value, m.History().Past)
	}
	if d := m.Do(RenameResource("u/me/none", "f/ops/x")); d.Save {
		t.Error("a flow that does not name it is changed")
	}
}
